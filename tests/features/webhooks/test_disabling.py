"""Endpoints that end while deliveries to them are under way."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from structlog.testing import capture_logs

from amss.features.webhooks.jobs import Dispatcher
from amss.foundation.working import WorkerContext
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.tenants import Tenant
from builders.webhooks import (
    Endpoint,
    a_worker,
    an_aircraft,
    an_endpoint,
    attempts_of,
    deliver_all,
    deliveries_of,
    publish_all,
    publish_and_deliver,
    registered,
)


async def test_an_endpoint_that_says_gone_is_disabled_and_its_events_are_held(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    async with an_endpoint(410) as endpoint:
        webhook = await registered(api, tenant, endpoint.url, "aircraft.*")
        await an_aircraft(api, tenant, "G-ONE")
        await publish_and_deliver(installation)
        await an_aircraft(api, tenant, "G-TWO")
        await publish_and_deliver(installation, ahead=timedelta(minutes=1))

    shown = await api(tenant.tenant_admin, f"GET /webhooks/{webhook.id}")
    tested = await api(tenant.tenant_admin, f"POST /webhooks/{webhook.id}/test")
    assert (shown.json["status"], shown.json["disabled_reason"], shown.json["version"]) == ("disabled", "gone", 2)
    assert (tested.status, tested.code) == (409, "WEBHOOK_DISABLED")
    assert len(endpoint.received) == 1
    assert [row["status"] for row in await deliveries_of(installation, webhook.id)] == ["held", "held"]
    audit = await installation.owner.fetchrow(
        "SELECT * FROM audit_logs WHERE org_id = $1 AND action = 'state_change'", tenant.org_id
    )
    assert (audit["actor_kind"], audit["actor_name"], audit["entity_id"]) == (
        "system", "webhook_dispatcher", webhook.id,
    )  # fmt: skip
    told = await installation.owner.fetchval(
        "SELECT count(*) FROM outbox_events WHERE org_id = $1 AND event_type = 'webhook.disabled'", tenant.org_id
    )
    assert told == 1


@pytest.mark.parametrize("answers", [[410] * 8, [500, 410] * 4, [410, *[204] * 7]])
async def test_every_attempt_in_flight_when_an_endpoint_is_disabled_is_kept(
    api: FrontDoor, tenant: Tenant, installation: Installation, answers: list[int]
) -> None:
    async with an_endpoint(*answers, slow=True) as endpoint, a_worker(installation) as worker:
        webhook = await registered(api, tenant, endpoint.url, "aircraft.*")
        for n in range(9):
            await an_aircraft(api, tenant, f"G-{n:03}")
        await publish_all(worker)
        with capture_logs() as logs:
            await all_at_once(worker, endpoint, 8)
        # What was to be tried again is held when its turn comes.
        await publish_and_deliver(installation, ahead=timedelta(minutes=1))

    waiting, *sent = sorted(await deliveries_of(installation, webhook.id), key=lambda each: each["attempt_count"])
    became = {410: "held", 500: "held", 204: "delivered"}
    assert sorted(each["status"] for each in sent) == sorted(became[answer] for answer in answers)
    assert [each["attempt_count"] for each in sent] == [1] * 8
    assert sorted(each["response_code"] for each in await attempts_of(installation, webhook.id)) == sorted(answers)
    assert (waiting["status"], waiting["attempt_count"], len(endpoint.received)) == ("held", 0, 8)
    assert [line["event"] for line in logs if line["log_level"] != "info"] == []


async def test_a_gone_of_before_an_endpoint_was_enabled_again_does_not_disable_it(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    async with an_endpoint(410, slow=True) as endpoint, a_worker(installation) as worker:
        webhook = await registered(api, tenant, endpoint.url, "aircraft.*")
        await an_aircraft(api, tenant)
        await publish_all(worker)
        async with Dispatcher(worker.settings) as dispatcher:
            await until_held(dispatcher, worker, endpoint, 1)
            await api(tenant.tenant_admin, f"POST /webhooks/{webhook.id}/disable")
            await api(tenant.tenant_admin, f"POST /webhooks/{webhook.id}/enable")
            endpoint.open_again.set()
        shown = await api(tenant.tenant_admin, f"GET /webhooks/{webhook.id}")
        await publish_and_deliver(installation, ahead=timedelta(minutes=1))

    [delivery] = await deliveries_of(installation, webhook.id)
    assert (shown.json["status"], shown.json["version"]) == ("enabled", 3)
    assert (delivery["status"], delivery["attempt_count"]) == ("delivered", 2)


async def test_an_endpoint_that_is_deleted_meanwhile_keeps_its_attempts_and_gets_no_more(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    async with an_endpoint(500, slow=True) as endpoint, a_worker(installation) as worker:
        webhook = await registered(api, tenant, endpoint.url, "aircraft.*")
        await an_aircraft(api, tenant)
        await publish_all(worker)
        async with Dispatcher(worker.settings) as dispatcher:
            await until_held(dispatcher, worker, endpoint, 1)
            deleted = await api(tenant.tenant_admin, f"DELETE /webhooks/{webhook.id}")
            endpoint.open_again.set()
        [tried] = await deliveries_of(installation, webhook.id)

        await publish_and_deliver(installation, ahead=timedelta(minutes=1))

    [delivery] = await deliveries_of(installation, webhook.id)
    assert deleted.status == 204
    assert (tried["attempt_count"], tried["last_response_code"]) == (1, 500)
    assert (delivery["status"], delivery["last_error"]) == ("failed", "The webhook was deleted.")
    assert len(endpoint.received) == len(await attempts_of(installation, webhook.id)) == 1


async def test_what_was_planned_for_a_deleted_endpoint_is_not_sent(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    async with an_endpoint() as endpoint:
        webhook = await registered(api, tenant, endpoint.url, "aircraft.*")
        await an_aircraft(api, tenant)
        async with a_worker(installation) as worker:
            await publish_all(worker)
            # As when the endpoint is deleted between the publisher's look and its commit.
            await installation.owner.execute("UPDATE webhooks SET deleted_at = now() WHERE id = $1", webhook.id)
            await deliver_all(worker)

    [delivery] = await deliveries_of(installation, webhook.id)
    assert (delivery["status"], delivery["attempt_count"], endpoint.received) == ("failed", 0, [])


async def test_a_failure_that_met_another_transaction_is_written_down_all_the_same(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    async with an_endpoint(500, slow=True) as endpoint, a_worker(installation) as worker:
        webhook = await registered(api, tenant, endpoint.url, "aircraft.*")
        await an_aircraft(api, tenant)
        await publish_all(worker)
        other = await asyncpg.connect(installation.settings.database_url)
        async with Dispatcher(worker.settings) as dispatcher, asyncio.timeout(20):
            await until_held(dispatcher, worker, endpoint, 1)
            async with other.transaction():
                await other.execute("SELECT FROM webhooks WHERE id = $1 FOR UPDATE", webhook.id)
                endpoint.open_again.set()
                first = await waiting_for_a_lock(installation)
                while await waiting_for_a_lock(installation) == first:  # until its lock timeout
                    await asyncio.sleep(0.05)
        await other.close()

    [delivery] = await deliveries_of(installation, webhook.id)
    assert (delivery["status"], delivery["attempt_count"], len(endpoint.received)) == ("pending", 1, 1)


async def test_whoever_holds_an_endpoint_does_not_hold_up_what_arrived(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    async with an_endpoint() as endpoint, a_worker(installation) as worker:
        webhook = await registered(api, tenant, endpoint.url, "aircraft.*")
        await an_aircraft(api, tenant)
        await publish_all(worker)
        other = await asyncpg.connect(installation.settings.database_url)
        async with other.transaction():
            await other.execute("SELECT FROM webhooks WHERE id = $1 FOR UPDATE", webhook.id)
            await deliver_all(worker)
            [delivery] = await deliveries_of(installation, webhook.id)
        await other.close()

    assert (delivery["status"], delivery["attempt_count"]) == ("delivered", 1)


async def until_held(dispatcher: Dispatcher, worker: WorkerContext, endpoint: Endpoint, count: int) -> None:
    """Send until an endpoint holds so many deliveries without an answer."""
    async with asyncio.timeout(10):
        while endpoint.holding < count:
            await dispatcher.deliver_next(worker)


async def all_at_once(worker: WorkerContext, endpoint: Endpoint, count: int) -> None:
    """Send so many deliveries to an endpoint, and let it answer all of them at the same moment."""
    async with Dispatcher(worker.settings) as dispatcher:
        await until_held(dispatcher, worker, endpoint, count)
        endpoint.open_again.set()


async def waiting_for_a_lock(installation: Installation) -> Any:
    """Return when the transaction began that waits in a worker for a lock, once there is one."""
    while not (
        began := await installation.owner.fetchval(
            "SELECT xact_start FROM pg_stat_activity "
            "WHERE application_name = 'test-worker' AND wait_event_type = 'Lock'"
        )
    ):
        await asyncio.sleep(0.02)
    return began
