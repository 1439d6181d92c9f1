"""What did not arrive is looked at and sent again."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from amss.features.webhooks import redelivery_queries
from amss.features.webhooks.jobs import Dispatcher
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

LONG_AGO = "2026-01-01T00:00:00Z"


async def deliveries_shown(api: FrontDoor, tenant: Tenant, webhook_id: UUID) -> list[Any]:
    return (await api(tenant.tenant_admin, f"GET /webhooks/{webhook_id}/deliveries")).json["items"]


async def test_a_delivery_shows_what_was_sent_and_what_came_back(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    async with an_endpoint(500, answer=b"out of order") as endpoint:
        webhook = await registered(api, tenant, endpoint.url, "aircraft.*")
        await an_aircraft(api, tenant)
        await publish_and_deliver(installation)
        await publish_and_deliver(installation, ahead=timedelta(minutes=1))
    [listed] = await deliveries_shown(api, tenant, webhook.id)

    shown = await api(tenant.auditor, f"GET /webhook-deliveries/{listed['id']}")

    assert shown.status == 200
    assert {name: shown.json[name] for name in listed} == listed
    assert msgspec.json.encode(shown.json["event"]) == endpoint.received[0].body
    second, first = shown.json["attempts"]
    assert (first["attempt"], first["response_code"], first["response_body"]) == (1, 500, "out of order")
    assert (second["attempt"], second["response_code"]) == (2, 204)
    assert first["request_headers"]["webhook-id"] == listed["event_id"]
    assert first["duration_ms"] >= 0


async def test_a_delivery_that_arrived_goes_out_again_under_the_same_id(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    async with an_endpoint() as endpoint:
        webhook = await registered(api, tenant, endpoint.url, "aircraft.*")
        await an_aircraft(api, tenant)
        await publish_and_deliver(installation)
        [delivery] = await deliveries_shown(api, tenant, webhook.id)
        asked = await api(tenant.tenant_admin, f"POST /webhook-deliveries/{delivery['id']}/retry")
        await publish_and_deliver(installation)

    assert (asked.status, asked.json["status"], asked.json["delivered_at"]) == (202, "pending", None)
    assert [each.id for each in endpoint.received] == [delivery["event_id"]] * 2
    [again] = await deliveries_shown(api, tenant, webhook.id)
    assert (again["status"], again["attempt_count"]) == ("delivered", 2)


async def test_what_failed_for_good_gets_one_more_attempt(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    async with an_endpoint(500) as endpoint:
        webhook = await registered(api, tenant, endpoint.url, "aircraft.*")
        await api(tenant.tenant_admin, f"PATCH /organizations/{tenant.org_id}/policy", {"webhook_max_attempts": 1})
        await an_aircraft(api, tenant)
        await publish_and_deliver(installation)
        [failed] = await deliveries_shown(api, tenant, webhook.id)
        await api(tenant.tenant_admin, f"POST /webhook-deliveries/{failed['id']}/retry")
        await publish_and_deliver(installation)

    assert (failed["status"], failed["attempt_count"]) == ("failed", 1)
    [delivered] = await deliveries_shown(api, tenant, webhook.id)
    assert (delivered["status"], delivered["attempt_count"]) == ("delivered", 2)
    noted = await installation.owner.fetchval(
        "SELECT reason FROM audit_logs WHERE org_id = $1 AND entity_type = 'webhook-delivery'", tenant.org_id
    )
    assert noted == "It was asked to be sent again."


async def test_what_waits_for_its_next_attempt_need_not_wait(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    async with an_endpoint(500) as endpoint:
        webhook = await registered(api, tenant, endpoint.url, "aircraft.*")
        await an_aircraft(api, tenant)
        await publish_and_deliver(installation)
        [waiting] = await deliveries_shown(api, tenant, webhook.id)
        await api(tenant.tenant_admin, f"POST /webhook-deliveries/{waiting['id']}/retry")
        await publish_and_deliver(installation)

    assert waiting["status"] == "pending"
    assert [each.id for each in endpoint.received] == [waiting["event_id"]] * 2


async def test_what_is_being_sent_cannot_be_asked_for_at_the_same_time(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    async with an_endpoint(slow=True) as endpoint, a_worker(installation) as worker:
        webhook = await registered(api, tenant, endpoint.url, "aircraft.*")
        await an_aircraft(api, tenant)
        await publish_all(worker)
        [delivery] = await deliveries_shown(api, tenant, webhook.id)
        async with Dispatcher(worker.settings) as dispatcher, asyncio.timeout(10):
            while endpoint.holding < 1:
                await dispatcher.deliver_next(worker)
            refused = await api(tenant.tenant_admin, f"POST /webhook-deliveries/{delivery['id']}/retry")
            endpoint.open_again.set()

    assert (refused.status, refused.code) == (409, "DELIVERY_UNDER_WAY")
    assert len(endpoint.received) == 1


async def test_nothing_is_sent_again_to_an_endpoint_that_rests(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    async with an_endpoint() as endpoint:
        webhook = await registered(api, tenant, endpoint.url, "aircraft.*")
        await an_aircraft(api, tenant)
        await publish_and_deliver(installation)
        [delivery] = await deliveries_shown(api, tenant, webhook.id)
        await api(tenant.tenant_admin, f"POST /webhooks/{webhook.id}/disable")
        retried = await api(tenant.tenant_admin, f"POST /webhook-deliveries/{delivery['id']}/retry")
        recovered = await api(tenant.tenant_admin, f"POST /webhooks/{webhook.id}/recover", {"since": LONG_AGO})

    assert {(each.status, each.code) for each in (retried, recovered)} == {(409, "WEBHOOK_DISABLED")}


async def test_an_endpoint_gets_all_it_missed_since_a_moment_and_nothing_twice(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    async with an_endpoint(204, 500) as endpoint:
        await api(tenant.tenant_admin, f"PATCH /organizations/{tenant.org_id}/policy", {"webhook_max_attempts": 1})
        await an_aircraft(api, tenant, "G-OLD")
        await publish_and_deliver(installation)
        since = datetime.now(UTC)
        await an_aircraft(api, tenant, "G-NEW")  # before the endpoint was there
        await publish_and_deliver(installation)
        webhook = await registered(api, tenant, endpoint.url, "aircraft.*")
        for tail in ("G-GOT", "G-BAD"):
            await an_aircraft(api, tenant, tail)
            await publish_and_deliver(installation)
        await api(tenant.tenant_admin, f"POST /webhooks/{webhook.id}/disable")
        await an_aircraft(api, tenant, "G-OFF")
        await publish_and_deliver(installation)
        await api(tenant.tenant_admin, f"POST /webhooks/{webhook.id}/enable")
        before = len(endpoint.received)

        recovered = await api(
            tenant.tenant_admin, f"POST /webhooks/{webhook.id}/recover", {"since": since.isoformat()}
        )
        await publish_and_deliver(installation)
        again = await api(tenant.tenant_admin, f"POST /webhooks/{webhook.id}/recover", {"since": since.isoformat()})

    assert recovered.status == 202
    assert recovered.json == {"webhook_id": str(webhook.id), "deliveries": 3, "complete": True}
    assert again.json["deliveries"] == 0
    tails = [each.event["data"]["tail_number"] for each in endpoint.received]
    assert tails[:before] == ["G-GOT", "G-BAD"]
    assert sorted(tails[before:]) == ["G-BAD", "G-NEW", "G-OFF"]


async def test_much_that_was_missed_is_planned_in_parts(
    api: FrontDoor, tenant: Tenant, installation: Installation, monkeypatch: Any
) -> None:
    monkeypatch.setattr(redelivery_queries, "MOST_RECOVERED", 2)
    for n in range(3):
        await an_aircraft(api, tenant, f"G-{n:03}")
    await publish_and_deliver(installation)
    webhook = await registered(api, tenant, "https://erp.example/hook", "aircraft.*")
    order = {"since": LONG_AGO}

    parts = [(await api(tenant.tenant_admin, f"POST /webhooks/{webhook.id}/recover", order)).json for _ in "12"]

    assert [(each["deliveries"], each["complete"]) for each in parts] == [(2, False), (1, True)]
    assert len(await deliveries_of(installation, webhook.id)) == 3


async def test_what_was_missed_cannot_lie_in_the_future(api: FrontDoor, tenant: Tenant) -> None:
    webhook = await registered(api, tenant, "https://erp.example/hook")

    refused = await api(
        tenant.tenant_admin, f"POST /webhooks/{webhook.id}/recover", {"since": "2199-01-01T00:00:00Z"}
    )

    assert [(each["pointer"], each["code"]) for each in refused.json["errors"]] == [("/since", "FUTURE")]


async def test_how_an_endpoint_did_is_counted_from_its_attempts(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    async with an_endpoint(500, 204, 204) as endpoint:
        webhook = await registered(api, tenant, endpoint.url, "aircraft.*")
        nothing = await api(tenant.auditor, f"GET /webhooks/{webhook.id}/statistics")
        for tail in ("G-ONE", "G-TWO", "G-TRE"):
            await an_aircraft(api, tenant, tail)
            await publish_and_deliver(installation)
        await publish_and_deliver(installation, ahead=timedelta(minutes=1))
        await an_aircraft(api, tenant, "G-FOR")
        async with a_worker(installation) as worker:
            await publish_all(worker)

    did = await api(tenant.auditor, f"GET /webhooks/{webhook.id}/statistics")

    assert nothing.json["deliveries"] == 0
    assert nothing.json["success_rate"] is nothing.json["since"] is nothing.json["duration_ms_p95"] is None
    assert {name: did.json[name] for name in ("deliveries", "pending", "delivered", "failed", "held")} == {
        "deliveries": 4, "pending": 1, "delivered": 3, "failed": 0, "held": 0,
    }  # fmt: skip
    assert (did.json["attempts"], did.json["success_rate"]) == (4, 0.75)
    assert 0 <= did.json["duration_ms_p50"] <= did.json["duration_ms_p95"]
