"""Requests that come twice, at once, or whose sender is gone: through the socket."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from uuid import UUID

import msgspec
import pytest

from amss.foundation.access import Permission
from amss.foundation.database import Transaction
from amss.foundation.ids import new_id
from amss.foundation.operation import Operation
from amss.server.operations import OPERATIONS
from builders.commands import add_an_aircraft, count_aircraft
from builders.front_door import FrontDoor, front_door
from builders.installation import Installation
from builders.raw_http import send_raw_and_leave
from builders.tenants import Tenant

AN_AIRCRAFT = {"tail_number": "G-ABCD", "model": "A320-214"}
KEY = {"idempotency-key": "once"}


class Made(msgspec.Struct):
    """What the slow operation answers."""

    id: UUID


@dataclass
class SlowWork:
    """A use case that stops in the middle until it is told to go on."""

    begun: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, tx: Transaction) -> Made:
        await add_an_aircraft(tx)
        self.begun.set()
        await self.go_on.wait()
        return Made(new_id())


async def crash(_tx: Transaction) -> Made:
    raise ZeroDivisionError("a secret of the inside")


def a_command(route: str, use_case: Callable[..., Awaitable[Made]]) -> Operation:
    return Operation(route, "Test", Permission.MANAGE_AIRCRAFT, use_case, answers=Made, status=201, idempotent=True)


@pytest.fixture
def slow_work() -> SlowWork:
    return SlowWork()


@pytest.fixture
async def door(
    installation: Installation, slow_work: SlowWork, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[FrontDoor]:
    """The server with two operations more."""
    more = (a_command("POST /slow-things", slow_work), a_command("POST /crashes", crash))
    monkeypatch.setattr("amss.server.rest.app.OPERATIONS", (*OPERATIONS, *more))
    async with front_door(installation) as door:
        yield door


async def test_a_repeat_gets_the_same_bytes_and_headers(api: FrontDoor, tenant: Tenant) -> None:
    first = await api(tenant.planner, "POST /aircraft", AN_AIRCRAFT, headers=KEY)
    again = await api(tenant.planner, "POST /aircraft", b'{ "model":"A320-214","tail_number":"G-ABCD"}', headers=KEY)

    own = {"date", "x-request-id", "ratelimit", "idempotent-replayed"}
    assert (again.status, again.body) == (first.status, first.body)
    assert {k: v for k, v in again.headers.items() if k not in own} == {
        k: v for k, v in first.headers.items() if k not in own
    }
    assert again.headers["x-request-id"] != first.headers["x-request-id"]


@pytest.mark.parametrize("key", ["a b", "x" * 256, "", "a, b"])
async def test_a_key_that_is_none_is_malformed(
    api: FrontDoor, installation: Installation, tenant: Tenant, key: str
) -> None:
    answer = await api(tenant.planner, "POST /aircraft", AN_AIRCRAFT, headers={"idempotency-key": key})

    assert (answer.status, answer.code) == (400, "MALFORMED")
    assert await count_aircraft(installation, tenant.org_id) == 0


async def test_a_refused_request_frees_its_key(api: FrontDoor, tenant: Tenant) -> None:
    refused = await api(tenant.planner, "POST /aircraft", AN_AIRCRAFT | {"tail_number": "?!"}, headers=KEY)

    corrected = await api(tenant.planner, "POST /aircraft", AN_AIRCRAFT, headers=KEY)

    assert (refused.status, corrected.status) == (422, 201)
    assert "idempotent-replayed" not in corrected.headers


async def test_twenty_at_once_make_one_effect(api: FrontDoor, installation: Installation, tenant: Tenant) -> None:
    answers = await asyncio.gather(
        *(api(tenant.planner, "POST /aircraft", AN_AIRCRAFT, headers=KEY) for _ in range(20))
    )

    statuses = Counter(each.status for each in answers)
    assert set(statuses) <= {201, 409}
    assert len({each.body for each in answers if each.status == 201}) == 1
    assert sum("idempotent-replayed" not in each.headers for each in answers if each.status == 201) == 1
    assert {each.code for each in answers if each.status == 409} <= {"IDEMPOTENCY_IN_PROGRESS"}
    assert await count_aircraft(installation, tenant.org_id) == 1


async def test_duplicates_that_wait_do_not_starve_others(
    door: FrontDoor, installation: Installation, tenant: Tenant, slow_work: SlowWork
) -> None:
    first = asyncio.create_task(door(tenant.planner, "POST /slow-things", headers=KEY))
    await slow_work.begun.wait()
    others = [asyncio.create_task(door(tenant.planner, "POST /slow-things", headers=KEY)) for _ in range(19)]

    begun = time.monotonic()
    beside = await door(tenant.mechanic, "GET /aircraft")
    took, in_use = time.monotonic() - begun, installation.server.in_use
    refused = await asyncio.gather(*others)
    slow_work.go_on.set()
    done = await first

    assert (beside.status, took < 0.5, in_use) == (200, True, 1)
    assert {(each.code, each.headers["retry-after"]) for each in refused} == {("IDEMPOTENCY_IN_PROGRESS", "1")}
    assert done.status == 201
    assert await count_aircraft(installation, tenant.org_id) == 1


async def test_a_sender_who_left_finds_his_answer_when_he_comes_again(
    door: FrontDoor, installation: Installation, tenant: Tenant, slow_work: SlowWork
) -> None:
    head = f"POST /api/v1/slow-things HTTP/1.1\nAuthorization: Bearer {tenant.planner.token}\nContent-Length: 0"
    await send_raw_and_leave(door, f"{head}\nIdempotency-Key: once")
    await slow_work.begun.wait()
    slow_work.go_on.set()

    async with asyncio.timeout(5):
        while (again := await door(tenant.planner, "POST /slow-things", headers=KEY)).status == 409:
            await asyncio.sleep(0.01)

    assert (again.status, again.headers.get("idempotent-replayed")) == (201, "true")
    assert await count_aircraft(installation, tenant.org_id) == 1
    assert installation.server.in_use == 0


async def test_a_killed_connection_is_unavailable_and_the_next_request_works(
    door: FrontDoor, installation: Installation, tenant: Tenant, slow_work: SlowWork
) -> None:
    running = asyncio.create_task(door(tenant.planner, "POST /slow-things", headers=KEY))
    await slow_work.begun.wait()

    await installation.owner.fetch(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE application_name = 'test-server' AND state = 'idle in transaction'"
    )
    slow_work.go_on.set()
    lost = await running
    again = await door(tenant.planner, "POST /slow-things", headers=KEY)

    assert (lost.status, lost.code, lost.headers["retry-after"]) == (503, "UNAVAILABLE", "2")
    assert (again.status, "idempotent-replayed" in again.headers) == (201, False)
    assert await count_aircraft(installation, tenant.org_id) == 1


async def test_a_crash_tells_nothing_of_the_inside(
    door: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    answer = await door(tenant.planner, "POST /crashes", headers=KEY)

    assert (answer.status, answer.code) == (500, "INTERNAL")
    assert answer.json["request_id"] == answer.headers["x-request-id"]
    assert b"secret" not in answer.body
    assert installation.server.in_use == 0


async def test_a_server_that_stops_refuses_what_is_new(door: FrontDoor, tenant: Tenant) -> None:
    door.resources.draining = True

    answers = [await door(tenant.planner, "GET /aircraft"), await door(None, "GET /ready")]
    health = await door(None, "GET /health")

    assert {(each.status, each.code) for each in answers} == {(503, "UNAVAILABLE")}
    assert all(each.headers["retry-after"] for each in answers)
    assert health.status == 200
