"""An endpoint is changed, gets another secret, rests and is woken."""

import base64
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.tenants import Tenant
from builders.webhooks import (
    a_worker,
    an_aircraft,
    an_endpoint,
    deliveries_of,
    publish_all,
    publish_and_deliver,
    registered,
)

URL = "https://erp.example/hook"


async def events_of(installation: Installation, tenant: Tenant, event_type: str) -> list[Any]:
    return await installation.owner.fetch(
        "SELECT * FROM outbox_events WHERE org_id = $1 AND event_type = $2 ORDER BY sequence",
        tenant.org_id,
        event_type,
    )


async def test_an_endpoint_moves_and_hears_of_something_else(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    webhook = await registered(api, tenant, URL, "aircraft.*")
    change = {"url": "https://erp.example/new", "events": ["task.*", "task.*"], "description": "Planning"}

    changed = await api(tenant.tenant_admin, f"PATCH /webhooks/{webhook.id}", change, headers={"if-match": '"v1"'})
    again = await api(tenant.tenant_admin, f"PATCH /webhooks/{webhook.id}", {"description": "Planning"})
    late = await api(tenant.tenant_admin, f"PATCH /webhooks/{webhook.id}", change, headers={"if-match": '"v1"'})

    assert (changed.status, changed.headers["etag"]) == (200, '"v2"')
    assert {name: changed.json[name] for name in change} == {**change, "events": ["task.*"]}
    assert again.json == changed.json
    assert (late.status, late.code) == (412, "PRECONDITION_FAILED")
    [told] = await events_of(installation, tenant, "webhook.updated")
    payload = msgspec.json.decode(told["payload"])
    assert set(payload["changed"]) == {"url", "events", "description"}


async def test_an_endpoint_cannot_move_where_none_could_be_registered(api: FrontDoor, tenant: Tenant) -> None:
    webhook = await registered(api, tenant, URL)

    refused = await api(
        tenant.tenant_admin, f"PATCH /webhooks/{webhook.id}", {"url": "http://169.254.169.254/", "events": ["wing.*"]}
    )
    emptied = await api(tenant.tenant_admin, f"PATCH /webhooks/{webhook.id}", {"events": []})
    secret = await api(tenant.tenant_admin, f"PATCH /webhooks/{webhook.id}", {"secret": "whsec_AAAA"})

    assert [(each["pointer"], each["code"]) for each in refused.json["errors"]] == [
        ("/url", "ADDRESS"), ("/events/0", "UNKNOWN"),
    ]  # fmt: skip
    assert {refused.status, emptied.status, secret.status} == {422}
    shown = await api(tenant.tenant_admin, f"GET /webhooks/{webhook.id}")
    assert (shown.json["url"], shown.json["version"]) == (URL, 1)


async def test_what_is_on_its_way_goes_to_the_new_address(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    async with an_endpoint(500) as old, an_endpoint() as new:
        webhook = await registered(api, tenant, old.url, "aircraft.*")
        await an_aircraft(api, tenant)
        await publish_and_deliver(installation)
        failing = await api(tenant.tenant_admin, f"GET /webhooks/{webhook.id}")
        moved = await api(tenant.tenant_admin, f"PATCH /webhooks/{webhook.id}", {"url": new.url})
        await publish_and_deliver(installation, ahead=timedelta(minutes=1))

    assert [each.id for each in old.received] == [each.id for each in new.received]
    assert failing.json["failing_since"] is not None
    assert moved.json["failing_since"] is None


async def test_for_a_day_both_secrets_sign_and_then_only_the_new_one(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    async with an_endpoint() as endpoint:
        webhook = await registered(api, tenant, endpoint.url, "aircraft.*")
        rotated = await api(tenant.tenant_admin, f"POST /webhooks/{webhook.id}/rotate-secret")
        await an_aircraft(api, tenant, "G-ONE")
        await publish_and_deliver(installation)
        expires = await installation.owner.fetchval(
            "UPDATE webhooks SET previous_secret_expires_at = now() WHERE id = $1 "
            "RETURNING previous_secret_expires_at",
            webhook.id,
        )
        await an_aircraft(api, tenant, "G-TWO")
        await publish_and_deliver(installation)

    first, second = endpoint.received
    old, new = Webhook(webhook.secret), Webhook(rotated.json["secret"])
    assert old.verify(first.body, first.headers) == new.verify(first.body, first.headers)
    assert new.verify(second.body, second.headers)["data"]["tail_number"] == "G-TWO"
    with pytest.raises(WebhookVerificationError):
        old.verify(second.body, second.headers)
    until = datetime.fromisoformat(rotated.json["previous_secret_expires_at"])
    assert timedelta(hours=23, minutes=59) < until - expires < timedelta(hours=24)


async def test_a_new_secret_is_shown_once_and_told_to_nobody(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    webhook = await registered(api, tenant, URL)
    key = {"idempotency-key": "rotate-once"}

    rotated = await api(tenant.tenant_admin, f"POST /webhooks/{webhook.id}/rotate-secret", headers=key)
    again = await api(tenant.tenant_admin, f"POST /webhooks/{webhook.id}/rotate-secret", headers=key)

    assert again.body == rotated.body
    shown = await api(tenant.tenant_admin, f"GET /webhooks/{webhook.id}")
    assert shown.json == {name: value for name, value in rotated.json.items() if name != "secret"}
    [told] = await events_of(installation, tenant, "webhook.updated")
    payload = msgspec.json.decode(told["payload"])
    assert payload["changed"] == ["previous_secret_expires_at"]
    written = rotated.json["secret"].removeprefix("whsec_")
    kept = await installation.owner.fetchrow("SELECT * FROM webhooks WHERE id = $1", webhook.id)
    assert base64.b64decode(written) not in kept["secret"]
    trail = await installation.owner.fetchval(
        "SELECT string_agg(details::text, '') FROM audit_logs WHERE org_id = $1", tenant.org_id
    )
    assert written not in trail


async def test_while_disabled_by_hand_nothing_is_planned_and_what_was_on_its_way_waits(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    async with an_endpoint() as endpoint, a_worker(installation) as worker:
        webhook = await registered(api, tenant, endpoint.url, "aircraft.*")
        await an_aircraft(api, tenant, "G-ONE")
        await publish_all(worker)
        disabled = await api(tenant.tenant_admin, f"POST /webhooks/{webhook.id}/disable")
        again = await api(tenant.tenant_admin, f"POST /webhooks/{webhook.id}/disable")
        await an_aircraft(api, tenant, "G-TWO")
        await publish_and_deliver(installation)
        meanwhile = await deliveries_of(installation, webhook.id)

        enabled = await api(tenant.tenant_admin, f"POST /webhooks/{webhook.id}/enable")
        await publish_and_deliver(installation)

    assert (disabled.json["status"], disabled.json["disabled_reason"]) == ("disabled", "by_hand")
    assert again.json == disabled.json
    assert [row["status"] for row in meanwhile] == ["held"]
    assert (enabled.json["status"], enabled.json["disabled_reason"], enabled.json["version"]) == ("enabled", None, 3)
    assert [each.event["data"]["tail_number"] for each in endpoint.received] == ["G-ONE"]
    assert len(await events_of(installation, tenant, "webhook.disabled")) == 1
    assert len(await events_of(installation, tenant, "webhook.updated")) == 1


async def test_what_was_held_for_an_endpoint_that_was_gone_goes_out_when_it_is_enabled(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    async with an_endpoint(410) as endpoint:
        webhook = await registered(api, tenant, endpoint.url, "aircraft.*")
        await an_aircraft(api, tenant, "G-ONE")
        await publish_and_deliver(installation)
        await an_aircraft(api, tenant, "G-TWO")
        await publish_and_deliver(installation)
        await api(tenant.tenant_admin, f"POST /webhooks/{webhook.id}/enable")
        await publish_and_deliver(installation)

    first, *released = [each.event["data"]["tail_number"] for each in endpoint.received]
    assert (first, sorted(released)) == ("G-ONE", ["G-ONE", "G-TWO"])
    assert [row["status"] for row in await deliveries_of(installation, webhook.id)] == ["delivered", "delivered"]
