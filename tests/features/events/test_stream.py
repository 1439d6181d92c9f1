"""Following an organization's events as they happen."""

import asyncio
from typing import Any

import pytest

from amss.features.events import service
from amss.server import following
from amss.server.rest import exchange
from builders.front_door import FrontDoor, front_door
from builders.installation import Installation
from builders.listener import listening, nobody_follows
from builders.tenants import Tenant
from builders.webhooks import a_worker, aircraft_told, publish_all

URL = "https://erp.example/hook"


@pytest.fixture(autouse=True)
def _heartbeat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "HEARTBEAT_SECONDS", 0.3)


def tail_of(event: Any) -> str:
    return event["data"]["tail_number"]


async def test_listeners_at_two_servers_hear_each_event_once_in_its_order(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    await aircraft_told(api, tenant, installation, "G-OLD")

    async with (
        front_door(installation) as another,
        listening(api, tenant.mechanic) as here,
        listening(another, tenant.planner, "?after=0") as there,
    ):
        await here.caught_up()
        await aircraft_told(api, tenant, installation, "G-ONE", "G-TWO")
        heard_here = [tail_of(await here.event()) for _ in range(2)]
        heard_there = [tail_of(await there.event()) for _ in range(3)]

    assert here.answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert heard_here == ["G-ONE", "G-TWO"]
    assert heard_there == ["G-OLD", "G-ONE", "G-TWO"]
    await nobody_follows(api.resources)


async def test_who_comes_back_hears_what_he_missed_and_nothing_twice(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    async with listening(api, tenant.planner) as listener:
        await listener.caught_up()
        await aircraft_told(api, tenant, installation, "G-ONE")
        await listener.event()
    await aircraft_told(api, tenant, installation, "G-TWO", "G-TRE")

    async with listening(api, tenant.planner, "?after=0", last_event_id=listener.last_id) as again:
        missed = [tail_of(await again.event()) for _ in range(2)]

    assert missed == ["G-TWO", "G-TRE"]


async def test_the_last_id_moves_on_over_what_a_listener_may_not_or_will_not_hear(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    await api(tenant.tenant_admin, "POST /webhooks", {"url": URL, "events": ["*"]})
    await aircraft_told(api, tenant, installation, "G-ONE")

    async with (
        listening(api, tenant.mechanic, "?after=0") as mechanic,
        listening(api, tenant.tenant_admin, "?after=0&type=task.*") as admin,
    ):
        heard = await mechanic.event()
        await mechanic.caught_up()
        nothing = await admin.message()

    assert heard["type"] == "aircraft.created"
    assert (mechanic.last_id, nothing) == ("2", {"id": "2"})


async def test_a_stream_ends_when_its_listener_loses_his_access(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    async with listening(api, tenant.mechanic) as listener:
        await listener.caught_up()
        await api(tenant.tenant_admin, f"PATCH /users/{tenant.mechanic.id}", {"active": False})
        await aircraft_told(api, tenant, installation, "G-ONE")

        assert await listener.event() is None


async def test_a_stream_ends_when_its_listener_gets_another_role(api: FrontDoor, tenant: Tenant) -> None:
    async with listening(api, tenant.auditor) as listener:
        await listener.caught_up()
        await api(tenant.tenant_admin, f"PATCH /users/{tenant.auditor.id}", {"role": "mechanic"})

        assert await listener.event() is None


async def test_streams_end_when_the_server_stops(
    tenant: Tenant, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "HEARTBEAT_SECONDS", 60)
    async with front_door(installation) as stopping, listening(stopping, tenant.planner) as listener:
        await listener.caught_up()
        stopping.resources.drain()

        assert await listener.event() is None


async def test_too_many_streams_are_refused_until_one_is_closed(
    api: FrontDoor, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "AT_ONCE_EACH", 1)
    async with listening(api, tenant.planner) as first:
        await first.caught_up()
        refused = await api(tenant.planner, "GET /events/stream")
        async with listening(api, tenant.mechanic) as anothers:
            await anothers.caught_up()
    await nobody_follows(api.resources)

    assert (refused.status, refused.code, refused.headers["retry-after"]) == (503, "UNAVAILABLE", "30")
    async with listening(api, tenant.planner) as again:
        await again.caught_up()


async def test_who_reads_nothing_is_given_up_and_costs_no_memory(
    api: FrontDoor, tenant: Tenant, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "BODY_SECONDS", 0.5)
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

    async with listening(api, tenant.planner, "?after=0"):
        async with asyncio.timeout(10):
            while not api.resources.followers:
                await asyncio.sleep(0.01)
        await nobody_follows(api.resources)


async def test_what_is_wrong_with_a_stream_is_said_before_it_begins(api: FrontDoor, tenant: Tenant) -> None:
    answers = [
        await api(tenant.planner, "GET /events/stream", headers={"last-event-id": "yesterday"}),
        await api(tenant.planner, "GET /events/stream?after=7"),
        await api(tenant.planner, "GET /events/stream?type=wing.*"),
        await api(tenant.planner, "GET /events/stream", headers={"accept": "application/json"}),
        await api(None, "GET /events/stream"),
    ]

    assert [(each.status, each.code) for each in answers] == [
        (400, "MALFORMED"), (422, "VALIDATION"), (422, "VALIDATION"), (406, "NOT_ACCEPTABLE"), (401, "AUTH"),
    ]  # fmt: skip
