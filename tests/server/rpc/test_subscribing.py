"""Following an organization's events over gRPC: as with server-sent events, and with a word at the end."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict
from google.rpc.error_details_pb2 import RetryInfo
from grpc import StatusCode

from amss.features.events import service
from amss.foundation.clock import system_clock
from amss.foundation.database import Database
from amss.server import following
from amss.server.rpc import call as calls
from amss_proto.amss.v1.event_service_pb2 import SubscribeRequest
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.listener import listening, nobody_follows
from builders.rpc_door import RpcDoor, rpc_door
from builders.subscriber import PATIENCE_SECONDS, SUBSCRIBE, refusal, subscribed
from builders.tenants import Tenant
from builders.webhooks import a_worker, aircraft_told, publish_all

URL = "https://erp.example/hook"


@pytest.fixture(autouse=True)
def _heartbeat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "HEARTBEAT_SECONDS", 0.3)


def tail_of(event: Any) -> str:
    return event.data["tail_number"]


async def test_who_subscribes_hears_each_event_once_in_its_order_as_a_listener_does(
    api: FrontDoor, rpc: RpcDoor, tenant: Tenant, installation: Installation
) -> None:
    await aircraft_told(api, tenant, installation, "G-OLD")

    async with (
        subscribed(rpc, tenant.mechanic) as from_now,
        subscribed(rpc, tenant.planner, after=0) as from_the_beginning,
        listening(api, tenant.planner, "?after=0") as listener,
    ):
        await from_now.caught_up()
        await aircraft_told(api, tenant, installation, "G-ONE", "G-TWO")
        new = [await from_now.event() for _ in range(2)]
        everything = [await from_the_beginning.event() for _ in range(3)]
        listened = [await listener.event() for _ in range(3)]

    assert [tail_of(each) for each in new] == ["G-ONE", "G-TWO"]
    assert everything[1:] == new
    for event, over_rest in zip(everything, listened, strict=True):
        shown = MessageToDict(event, preserving_proto_field_name=True)
        assert shown["data"] == over_rest["data"]
        assert (event.id, event.type, event.subject) == (over_rest["id"], over_rest["type"], over_rest["subject"])
        assert (event.feedposition, shown.keys()) == (over_rest["feedposition"], over_rest.keys())
    await nobody_follows(rpc.resources)


async def test_who_comes_back_hears_what_he_missed_and_nothing_twice(
    api: FrontDoor, rpc: RpcDoor, tenant: Tenant, installation: Installation
) -> None:
    async with subscribed(rpc, tenant.planner) as subscriber:
        await subscriber.caught_up()
        await aircraft_told(api, tenant, installation, "G-ONE")
        await subscriber.event()
    await aircraft_told(api, tenant, installation, "G-TWO", "G-TRE")

    async with subscribed(rpc, tenant.planner, after=subscriber.next_after) as again:
        missed = [tail_of(await again.event()) for _ in range(2)]

    assert missed == ["G-TWO", "G-TRE"]


async def test_one_gets_on_over_what_he_may_not_or_will_not_hear(
    api: FrontDoor, rpc: RpcDoor, tenant: Tenant, installation: Installation
) -> None:
    await api(tenant.tenant_admin, "POST /webhooks", {"url": URL, "events": ["*"]})
    await aircraft_told(api, tenant, installation, "G-ONE")

    async with (
        subscribed(rpc, tenant.mechanic, after=0) as mechanic,
        subscribed(rpc, tenant.tenant_admin, after=0, type="webhook.*") as admin,
    ):
        heard = [(await mechanic.event()).type, (await admin.event()).type]
        await mechanic.caught_up()
        await admin.caught_up()

    assert heard == ["aircraft.created", "webhook.created"]
    assert (mechanic.next_after, admin.next_after) == (2, 2)


async def test_while_nothing_happens_one_hears_that_somebody_is_there(rpc: RpcDoor, tenant: Tenant) -> None:
    async with subscribed(rpc, tenant.planner) as subscriber:
        quiet = [await subscriber.message() for _ in range(3)]

    assert [(each.HasField("event"), each.next_after) for each in quiet] == [(False, 0)] * 3


async def test_nobody_hears_of_another_organization(
    api: FrontDoor, rpc: RpcDoor, tenant: Tenant, another_tenant: Tenant, installation: Installation
) -> None:
    async with subscribed(rpc, tenant.tenant_admin, after=0) as subscriber:
        await subscriber.caught_up()
        await aircraft_told(api, another_tenant, installation, "G-NOT")
        await aircraft_told(api, tenant, installation, "G-OUR")

        assert tail_of(await subscriber.event()) == "G-OUR"


async def test_a_subscription_ends_when_its_holder_leaves(
    api: FrontDoor, rpc: RpcDoor, tenant: Tenant, installation: Installation
) -> None:
    async with subscribed(rpc, tenant.mechanic) as subscriber:
        await subscriber.caught_up()
        await api(tenant.tenant_admin, f"PATCH /users/{tenant.mechanic.id}", {"active": False})
        rpc.resources.forget([tenant.mechanic.id])  # as happens by itself within ten seconds
        await aircraft_told(api, tenant, installation, "G-ONE")
        end = await subscriber.end()

    assert (end.code, end.reason, subscriber.next_after) == (StatusCode.UNAUTHENTICATED, "AUTH", 0)


async def test_a_subscription_ends_when_its_holder_gets_another_role(
    api: FrontDoor, rpc: RpcDoor, tenant: Tenant
) -> None:
    async with subscribed(rpc, tenant.auditor) as subscriber:
        await subscriber.caught_up()
        await api(tenant.tenant_admin, f"PATCH /users/{tenant.auditor.id}", {"role": "mechanic"})
        rpc.resources.forget([tenant.auditor.id])

        assert (await subscriber.end()).code is StatusCode.UNAUTHENTICATED


async def test_a_programs_subscription_ends_when_its_key_is_revoked(
    api: FrontDoor, rpc: RpcDoor, tenant: Tenant
) -> None:
    made = (await api(tenant.tenant_admin, "POST /api-keys", {"name": "ERP", "role": "auditor"})).json

    async with subscribed(rpc, None, metadata={"x-api-key": made["secret"]}, after=0) as subscriber:
        await subscriber.caught_up()
        await api(tenant.tenant_admin, f"DELETE /api-keys/{made['id']}")
        rpc.resources.forget([tenant.org_id])

        assert (await subscriber.end()).code is StatusCode.UNAUTHENTICATED


async def test_a_subscription_ends_with_its_token(installation: Installation, tenant: Tenant) -> None:
    ahead = timedelta()
    settings = installation.settings
    database = Database(
        settings.database_url,
        role="amss_server",
        process="test-expiry",
        settings=settings,
        clock=lambda: system_clock() + ahead,
    )

    async with rpc_door(installation, database) as door, subscribed(door, tenant.planner) as subscriber:
        await subscriber.caught_up()
        ahead = timedelta(hours=1)
        end = await subscriber.end()
    await database.close()

    assert end.code is StatusCode.UNAUTHENTICATED
    assert "expired" in end.sentence


async def test_subscriptions_end_at_once_when_the_server_stops(
    tenant: Tenant, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "HEARTBEAT_SECONDS", 60)
    async with rpc_door(installation) as door, subscribed(door, tenant.planner) as subscriber:
        await subscriber.caught_up()
        await door.server.stop(30)
        end = await subscriber.end()

        assert not door.resources.followers

    assert (end.code, end.reason) == (StatusCode.UNAVAILABLE, "UNAVAILABLE")
    assert end.detail(RetryInfo) is not None


async def test_too_many_subscriptions_are_refused_until_one_is_cancelled(
    rpc: RpcDoor, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "AT_ONCE_EACH", 1)
    async with subscribed(rpc, tenant.planner) as first:
        await first.caught_up()
        refused = await refusal(rpc, tenant.planner)
        async with subscribed(rpc, tenant.mechanic) as anothers:
            await anothers.caught_up()
    await nobody_follows(rpc.resources)

    assert (refused.code, refused.reason) == (StatusCode.UNAVAILABLE, "UNAVAILABLE")
    assert refused.detail(RetryInfo).retry_delay.seconds == 30  # pyright: ignore[reportOptionalMemberAccess]
    async with subscribed(rpc, tenant.planner) as again:
        await again.caught_up()


async def test_a_subscription_past_its_deadline_frees_its_place(rpc: RpcDoor, tenant: Tenant) -> None:
    call = rpc.stream(tenant.planner, SUBSCRIBE, SubscribeRequest(), timeout=0.5)

    assert await call.code() is StatusCode.DEADLINE_EXCEEDED
    await nobody_follows(rpc.resources)


@pytest.fixture
async def large_feed(tenant: Tenant, installation: Installation) -> None:
    """Five hundred events of 50 kB: far more than is under way between a server and a reader who does not read."""
    await installation.owner.execute(
        """
        INSERT INTO outbox_events (org_id, id, event_type, aggregate_type, aggregate_id, payload)
        SELECT $1, gen_random_uuid(), 'task.created', 'maintenance_task', gen_random_uuid(),
               jsonb_build_object('notes', repeat('x', 50000))
        FROM generate_series(1, 500)
        """,
        tenant.org_id,
    )
    async with a_worker(installation) as worker:
        await publish_all(worker)


@pytest.mark.usefixtures("large_feed")
async def test_who_reads_nothing_is_given_up_and_costs_no_memory(
    rpc: RpcDoor, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "PART_SECONDS", 0.5)

    async with subscribed(rpc, tenant.planner, after=0) as subscriber:
        first = await subscriber.event()
        await nobody_follows(rpc.resources)
        end = await subscriber.end()

    assert first.feedposition == 1
    assert (end.code, subscriber.next_after < 500) == (StatusCode.UNAVAILABLE, True)


@pytest.mark.usefixtures("large_feed")
async def test_who_still_takes_what_he_was_sent_holds_up_no_server_that_stops(
    installation: Installation, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "HEARTBEAT_SECONDS", 60)
    monkeypatch.setattr(service, "MOST_AT_A_TIME", 501)
    async with rpc_door(installation) as door, subscribed(door, tenant.planner, after=0) as subscriber:
        await subscriber.event()
        stopping = asyncio.create_task(door.server.stop(60))
        async with asyncio.timeout(PATIENCE_SECONDS):
            end = await subscriber.end()
            await stopping

    assert (end.code, subscriber.next_after) == (StatusCode.UNAVAILABLE, 500)
    assert end.detail(RetryInfo) is not None


@pytest.mark.usefixtures("large_feed")
async def test_who_reads_so_slowly_that_he_would_outlast_his_access_is_given_up(
    rpc: RpcDoor, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_AT_A_TIME", 500)
    monkeypatch.setattr(calls, "PART_SECONDS", 2)

    async with subscribed(rpc, tenant.planner, after=0) as subscriber:
        end = await subscriber.end(pause=0.01)  # each of five hundred in time, all of them not

    assert (end.code, subscriber.next_after < 500) == (StatusCode.UNAVAILABLE, True)


async def test_who_falls_behind_what_is_kept_is_told_where_the_feed_begins(
    api: FrontDoor, rpc: RpcDoor, tenant: Tenant, installation: Installation
) -> None:
    await aircraft_told(api, tenant, installation, *(f"G-{n:03}" for n in range(5)))
    await installation.owner.execute(
        "DELETE FROM outbox_events WHERE org_id = $1 AND feed_position < 4", tenant.org_id
    )

    late = await refusal(rpc, tenant.planner, after=1)

    assert (late.code, late.reason) == (StatusCode.FAILED_PRECONDITION, "EVENTS_NO_LONGER_KEPT")
    assert "go on after position 3" in late.sentence


async def test_what_is_wrong_with_a_subscription_is_said_before_it_begins(rpc: RpcDoor, tenant: Tenant) -> None:
    wrong = [
        await refusal(rpc, tenant.planner, **asked) for asked in ({"after": 7}, {"after": -1}, {"type": "wing.*"})
    ]
    stranger = await refusal(rpc, None)

    assert {each.code for each in wrong} == {StatusCode.INVALID_ARGUMENT}
    assert [each.violations for each in wrong] == [{"after": "RANGE"}, {"after": "INVALID"}, {"type": "UNKNOWN"}]
    assert stranger.code is StatusCode.UNAUTHENTICATED


async def test_a_subscription_counts_on_the_rate_limit(
    rpc: RpcDoor, installation: Installation, tenant: Tenant
) -> None:
    await installation.owner.execute(
        "UPDATE org_policies SET api_rate_limit_per_min = 1 WHERE org_id = $1", tenant.org_id
    )
    rpc.resources.forget([tenant.org_id])

    async with subscribed(rpc, tenant.planner) as first:
        await first.caught_up()
        second = await refusal(rpc, tenant.planner)

    assert (second.code, second.reason) == (StatusCode.RESOURCE_EXHAUSTED, "RATE_LIMITED")
