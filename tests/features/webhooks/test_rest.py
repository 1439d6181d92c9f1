"""Endpoints through the front door."""

import base64

import pytest

from amss.features.webhooks import signing
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.tenants import Tenant
from builders.webhooks import a_worker, an_aircraft, deliveries_of, publish_all, registered

URL = "https://erp.example/hook"


async def test_the_secret_is_shown_once_and_kept_encrypted(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    created = await api(
        tenant.tenant_admin, "POST /webhooks", {"url": URL, "events": ["task.*", "task.*"], "description": "ERP"}
    )
    webhook_id, secret = created.json["id"], created.json["secret"]
    shown = await api(tenant.tenant_admin, f"GET /webhooks/{webhook_id}")
    listed = await api(tenant.auditor, "GET /webhooks?status=enabled")

    assert created.status == 201
    assert secret.startswith("whsec_")
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    assert shown.json == {name: value for name, value in created.json.items() if name != "secret"}
    assert shown.json["events"] == ["task.*"]
    assert listed.json["items"] == [shown.json]
    key = secret.removeprefix("whsec_")
    sealed = await installation.owner.fetchval("SELECT secret FROM webhooks WHERE id = $1", webhook_id)
    written = await installation.owner.fetch(
        "SELECT details::text FROM audit_logs WHERE org_id = $1 UNION ALL "
        "SELECT payload::text FROM outbox_events WHERE org_id = $1",
        tenant.org_id,
    )
    assert base64.b64decode(key) not in sealed
    assert installation.worker.vault.open(sealed, context=signing.vault_context(webhook_id)) == base64.b64decode(key)
    assert len(written) == 2
    assert not any('"secret"' in row[0] or key in row[0] for row in written)


async def test_the_same_key_answers_the_same_secret(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    order, key = {"url": URL, "events": ["*"]}, {"idempotency-key": "register-once"}

    first = await api(tenant.tenant_admin, "POST /webhooks", order, headers=key)
    again = await api(tenant.tenant_admin, "POST /webhooks", order, headers=key)

    assert again.body == first.body
    kept = await installation.owner.fetchrow("SELECT * FROM idempotency_keys WHERE org_id = $1", tenant.org_id)
    assert kept["body_encrypted"]
    assert first.json["secret"].encode() not in kept["response_body"]


async def test_everything_wrong_with_an_endpoint_is_named_at_once(api: FrontDoor, tenant: Tenant) -> None:
    order = {"url": "ftp://user:pw@10.0.0.1/#x", "events": ["task.*", "wing.*"]}

    refused = await api(tenant.tenant_admin, "POST /webhooks", order)
    empty = await api(tenant.tenant_admin, "POST /webhooks", {"url": URL, "events": []})

    assert (refused.status, refused.code) == (422, "VALIDATION")
    assert [(each["pointer"], each["code"]) for each in refused.json["errors"]] == [
        ("/url", "SCHEME"), ("/url", "CREDENTIALS"), ("/url", "FRAGMENT"), ("/url", "ADDRESS"),
        ("/events/1", "UNKNOWN"),
    ]  # fmt: skip
    assert empty.status == 422


async def test_deleting_an_endpoint_ends_what_is_on_its_way(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    webhook = await registered(api, tenant, URL, "aircraft.*")
    await an_aircraft(api, tenant)
    async with a_worker(installation) as worker:
        await publish_all(worker)

    stale = await api(tenant.tenant_admin, f"DELETE /webhooks/{webhook.id}", headers={"if-match": '"v7"'})
    deleted = await api(tenant.tenant_admin, f"DELETE /webhooks/{webhook.id}", headers={"if-match": '"v1"'})
    again = await api(tenant.tenant_admin, f"DELETE /webhooks/{webhook.id}")

    assert [stale.status, deleted.status, again.status] == [412, 204, 404]
    [delivery] = await deliveries_of(installation, webhook.id)
    assert (delivery["status"], delivery["last_error"]) == ("failed", "The webhook was deleted.")
    events = await installation.owner.fetch(
        "SELECT event_type, (payload ->> 'version')::int FROM outbox_events WHERE org_id = $1 ORDER BY sequence",
        tenant.org_id,
    )
    left = await installation.owner.fetchval("SELECT version FROM webhooks WHERE id = $1", webhook.id)
    assert [tuple(row) for row in events] == [
        ("webhook.created", 1), ("aircraft.created", 1), ("webhook.deleted", left),
    ]  # fmt: skip
    assert left == 2


async def test_deliveries_are_listed_with_what_became_of_them(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    webhook = await registered(api, tenant, URL, "aircraft.*")
    first = await an_aircraft(api, tenant, "G-ONE")
    await an_aircraft(api, tenant, "G-TWO")
    async with a_worker(installation) as worker:
        await publish_all(worker)

    path = f"GET /webhooks/{webhook.id}/deliveries"
    everything = await api(tenant.tenant_admin, path)
    pending = await api(tenant.auditor, f"{path}?status=pending&event_type=aircraft.created&count=true&limit=1")
    failed = await api(tenant.auditor, f"{path}?status=failed")

    newest, oldest = everything.json["items"]
    assert newest["created_at"] >= oldest["created_at"]
    assert (oldest["event_type"], oldest["status"], oldest["attempt_count"], oldest["last_response_code"]) == (
        "aircraft.created", "pending", 0, None,
    )  # fmt: skip
    event = await installation.owner.fetchval(
        "SELECT id FROM outbox_events WHERE org_id = $1 AND aggregate_id = $2", tenant.org_id, first
    )
    assert oldest["event_id"] == str(event)
    assert (pending.json["total"], pending.json["items"]) == (2, [newest])
    assert failed.json["items"] == []


@pytest.mark.parametrize("route", ["GET /webhooks/{}", "GET /webhooks/{}/deliveries", "DELETE /webhooks/{}"])
async def test_another_tenants_endpoint_does_not_exist(
    api: FrontDoor, tenant: Tenant, another_tenant: Tenant, route: str
) -> None:
    theirs = await registered(api, another_tenant, URL)

    answer = await api(tenant.tenant_admin, route.format(theirs.id))
    listed = await api(tenant.tenant_admin, "GET /webhooks")

    assert (answer.status, listed.json["items"]) == (404, [])


async def test_only_the_tenants_admin_registers_endpoints(api: FrontDoor, tenant: Tenant) -> None:
    by_planner = await api(tenant.planner, "POST /webhooks", {"url": URL, "events": ["*"]})
    by_auditor = await api(tenant.auditor, "POST /webhooks", {"url": URL, "events": ["*"]})
    looked = await api(tenant.mechanic, "GET /webhooks")

    assert [by_planner.status, by_auditor.status, looked.status] == [403, 403, 403]
