"""Events that could not be published are seen, and published after all."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

from prometheus_client import REGISTRY

from amss.features.webhooks.jobs import stream_next, tend_outbox
from amss.foundation.working import WorkerContext
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.sign_in import an_admin
from builders.tenants import Tenant
from builders.webhooks import a_worker, an_aircraft, an_endpoint, deliver_all, publish_all, registered


@asynccontextmanager
async def unpublishable(installation: Installation, org_id: UUID) -> AsyncGenerator[None]:
    """Refuse the deliveries of an organization's events, as a fault in the database would."""
    name = f"refuse_{org_id.hex}"
    await installation.owner.execute(
        f"""
        CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN IF NEW.org_id = '{org_id}' THEN RAISE 'not this one'; END IF; RETURN NEW; END $$;
        CREATE TRIGGER {name} BEFORE INSERT ON webhook_deliveries FOR EACH ROW EXECUTE FUNCTION {name}();
        """
    )
    yield
    await installation.owner.execute(f"DROP FUNCTION {name} CASCADE")


async def give_up_all(installation: Installation, org_id: UUID) -> None:
    """Try to publish an organization's events until the publisher gives them up."""
    async with unpublishable(installation, org_id):
        for hours in range(11):
            async with a_worker(installation, ahead=timedelta(hours=hours)) as worker:
                await publish_all(worker)


async def dead_letters(
    api: FrontDoor, installation: Installation, tenant: Tenant, query: str = ""
) -> tuple[list[Any], dict[str, str]]:
    """Return what an admin who acts for the tenant sees, and the heading he acts under."""
    acting = {"x-org-id": str(tenant.org_id)}
    listed = await api(await an_admin(installation), f"GET /system/dead-letters{query}", headers=acting)
    assert listed.status == 200, listed.body
    return listed.json["items"], acting


async def test_an_event_that_was_given_up_is_seen_with_its_fault_by_an_admin_of_its_organization_alone(
    api: FrontDoor, tenant: Tenant, another_tenant: Tenant, installation: Installation
) -> None:
    await registered(api, tenant, "https://erp.example/hook", "aircraft.*")
    aircraft_id = await an_aircraft(api, tenant)
    await give_up_all(installation, tenant.org_id)

    [dead], acting = await dead_letters(api, installation, tenant)

    assert (dead["event_type"], dead["aggregate_type"], dead["aggregate_id"]) == (
        "aircraft.created", "aircraft", aircraft_id,
    )  # fmt: skip
    assert (dead["attempt_count"], dead["last_error"]) == (10, "not this one")
    assert dead["failed_at"] > dead["created_at"]
    assert (await dead_letters(api, installation, tenant, "?event_type=aircraft.created"))[0] == [dead]
    assert (await dead_letters(api, installation, tenant, "?event_type=task.created"))[0] == []
    assert (await dead_letters(api, installation, another_tenant))[0] == []
    refused = await api(tenant.tenant_admin, "GET /system/dead-letters", headers=acting)
    assert refused.status == 403


async def test_the_latest_dead_letters_come_first_page_by_page(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    await registered(api, tenant, "https://erp.example/hook", "aircraft.*")
    for n in range(3):
        await an_aircraft(api, tenant, f"G-{n:03}")
    await give_up_all(installation, tenant.org_id)
    await installation.owner.execute(
        "UPDATE outbox_events SET failed_at = failed_at + sequence * interval '1 us' "
        "WHERE org_id = $1 AND failed_at IS NOT NULL",
        tenant.org_id,
    )
    everything, acting = await dead_letters(api, installation, tenant)
    admin = await an_admin(installation)

    first = (await api(admin, "GET /system/dead-letters?limit=2&count=true", headers=acting)).json
    cursor = first["next_cursor"]
    second = (await api(admin, f"GET /system/dead-letters?limit=2&cursor={cursor}", headers=acting)).json

    assert [*first["items"], *second["items"]] == everything
    assert [each["failed_at"] for each in everything] == sorted(
        (each["failed_at"] for each in everything), reverse=True
    )
    assert (first["total"], second["next_cursor"]) == (3, None)


async def test_a_requeued_event_is_published_under_its_own_id(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    async with an_endpoint() as endpoint:
        await registered(api, tenant, endpoint.url, "aircraft.*")
        await an_aircraft(api, tenant)
        await give_up_all(installation, tenant.org_id)
        [dead], acting = await dead_letters(api, installation, tenant)
        admin = await an_admin(installation)
        requeue = f"POST /system/dead-letters/{dead['id']}/requeue"

        done = await api(admin, requeue, headers={**acting, "idempotency-key": "once"})
        again = await api(admin, requeue, headers={**acting, "idempotency-key": "once"})
        async with a_worker(installation) as worker:
            await publish_all(worker)
            await deliver_all(worker)

    assert (done.status, done.json) == (202, {"id": dead["id"], "event_type": "aircraft.created"})
    assert (again.status, again.body) == (done.status, done.body)
    assert [received.id for received in endpoint.received] == [dead["id"]]
    assert (await dead_letters(api, installation, tenant))[0] == []
    fed = (await api(tenant.tenant_admin, "GET /events?type=aircraft.*")).json
    assert [each["id"] for each in fed["items"]] == [dead["id"]]
    noted = await installation.owner.fetch(
        "SELECT action, actor_org_id, details::text AS details FROM audit_logs WHERE org_id = $1 AND entity_id = $2",
        tenant.org_id,
        UUID(dead["id"]),
    )
    assert [(row["action"], row["actor_org_id"]) for row in noted] == [("restore", admin.org_id)]
    assert "not this one" in noted[0]["details"]


async def test_what_is_no_dead_letter_of_the_organization_is_not_requeued(
    api: FrontDoor, tenant: Tenant, another_tenant: Tenant, installation: Installation
) -> None:
    await registered(api, tenant, "https://erp.example/hook", "aircraft.*")
    await an_aircraft(api, tenant)
    living = await installation.owner.fetchval(
        "SELECT id FROM outbox_events WHERE org_id = $1 AND event_type = 'aircraft.created'", tenant.org_id
    )
    admin, acting = await an_admin(installation), {"x-org-id": str(tenant.org_id)}
    not_given_up = await api(admin, f"POST /system/dead-letters/{living}/requeue", headers=acting)
    await give_up_all(installation, tenant.org_id)

    elsewhere = await api(
        admin, f"POST /system/dead-letters/{living}/requeue", headers={"x-org-id": str(another_tenant.org_id)}
    )

    assert (not_given_up.status, elsewhere.status) == (404, 404)
    assert len((await dead_letters(api, installation, tenant))[0]) == 1


async def test_what_waits_was_late_or_was_given_up_is_counted(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    async with a_worker(installation) as worker:
        await publish_all(worker)
        await stream_all(worker)
        await registered(api, tenant, "https://erp.example/hook", "aircraft.*")
        await an_aircraft(api, tenant)
        await tend_outbox(worker)
    before = {name: figure(*name) for name in FIGURES}
    oldest = figure("amss_outbox_oldest_unpublished_seconds")

    await give_up_all(installation, tenant.org_id)
    async with a_worker(installation) as worker:
        await stream_all(worker)
        await tend_outbox(worker)
    grown = {name: figure(*name) - before[name] for name in FIGURES}

    assert oldest > 0
    # The endpoint's registration is published, the aircraft is tried ten times.
    assert list(grown.values()) == [1, 9, 1, 1, 1, 1]


FIGURES = (
    ("amss_outbox_events_total", "result", "published"),
    ("amss_outbox_events_total", "result", "failed"),
    ("amss_outbox_events_total", "result", "given_up"),
    ("amss_outbox_lag_seconds_count", "step", "feed"),
    ("amss_outbox_lag_seconds_count", "step", "stream"),
    ("amss_outbox_dead_letters",),
)


async def stream_all(context: WorkerContext) -> None:
    while await stream_next(context):
        pass


def figure(name: str, label: str | None = None, value: str = "") -> float:
    """Return what a metric shows now."""
    return REGISTRY.get_sample_value(name, {} if label is None else {label: value}) or 0
