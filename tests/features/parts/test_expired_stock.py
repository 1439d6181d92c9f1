"""A piece that has expired is not there for work: what it leaves in the store, and who notices."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from amss.features.parts import jobs, stock
from amss.foundation.database import Transaction
from amss.foundation.working import WorkerContext
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.parts import a_definition, a_piece, change, reserve, reserved, stock_of
from builders.tasks import an_order, events_of, fleet_of_one, plan
from builders.tenants import Tenant

NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
TheWorkerLooks = Callable[..., Awaitable[None]]


def in_days(days: int) -> str:
    return f"{NOON.date() + timedelta(days=days)}"


@pytest.fixture
def the_worker_looks(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> TheWorkerLooks:
    """Return how the worker looks at the store, at noon so many days from now."""

    async def look(*, in_days: int = 0, name: str = "worker-1") -> None:
        monkeypatch.setattr(installation.worker, "clock", lambda: NOON + timedelta(days=in_days))
        context = WorkerContext(installation.settings, installation.worker, installation.redis, name)
        assert await jobs.follow_expiry(context) is False

    return look


async def a_part(api: FrontDoor, tenant: Tenant, *last_days: int, name: str = "Oil filter") -> dict[str, Any]:
    """Return a part of which there should be one, with a piece for each of the last days."""
    definition = await a_definition(api, tenant.planner, name=name)
    for number, days in enumerate(last_days):
        serial = f"{name} {number}"
        await a_piece(api, tenant.planner, definition, serial_number=serial, expiry_date=in_days(days))
    changed = await api(tenant.planner, f"PATCH /part-definitions/{definition['id']}", {"min_stock": 1})
    assert changed.status == 200, changed.body
    return changed.json


async def is_low(api: FrontDoor, tenant: Tenant, definition: dict[str, Any]) -> bool:
    shown = (await api(tenant.auditor, f"GET /part-definitions/{definition['id']}")).json
    return shown["low_stock_since"] is not None


async def times_low(installation: Installation, tenant: Tenant) -> int:
    return (await events_of(installation, tenant.org_id)).count("part.low_stock")


async def test_a_store_of_expired_pieces_is_short_of_the_part(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    definition = await a_part(api, tenant, -1, -400)

    shown = await stock_of(api, tenant.auditor, definition)

    assert definition["low_stock_since"] is not None
    assert await times_low(installation, tenant) == 1
    assert (shown["in_stock"], shown["expired"], shown["available"], shown["below_min_stock"]) == (2, 2, 0, True)


async def test_an_expired_piece_that_work_has_reserved_is_missing_only_once(api: FrontDoor, tenant: Tenant) -> None:
    definition = await a_part(api, tenant, 0)
    task = await plan(api, tenant.planner, an_order(await fleet_of_one(api, tenant.planner)))
    piece = await a_piece(api, tenant.planner, definition, serial_number="SN-1", expiry_date=in_days(40))
    await reserved(api, tenant.planner, task, piece)
    await change(api, tenant.planner, piece, expiry_date=in_days(-1))

    shown = await stock_of(api, tenant.auditor, definition)

    assert (shown["in_stock"], shown["reserved"], shown["expired"], shown["available"]) == (2, 1, 1, 1)
    assert not await is_low(api, tenant, definition)


async def test_a_part_is_short_once_the_last_day_of_its_last_piece_is_over(
    api: FrontDoor, installation: Installation, tenant: Tenant, the_worker_looks: TheWorkerLooks
) -> None:
    definition = await a_part(api, tenant, 0, 2)

    said: list[int] = []
    for day in (0, 1, 2, 3, 3, 4):
        await the_worker_looks(in_days=day)
        said.append(await times_low(installation, tenant))

    assert said == [0, 0, 0, 1, 1, 1]
    assert await is_low(api, tenant, definition)
    shown = (await api(tenant.auditor, f"GET /part-definitions/{definition['id']}")).json
    assert shown["version"] == definition["version"]


async def test_a_part_that_was_stocked_up_is_announced_again_when_that_expires(
    api: FrontDoor, installation: Installation, tenant: Tenant, the_worker_looks: TheWorkerLooks
) -> None:
    definition = await a_part(api, tenant, 0)
    await the_worker_looks(in_days=1)
    await a_piece(api, tenant.planner, definition, serial_number="SN-NEW", expiry_date=in_days(1))
    assert not await is_low(api, tenant, definition)

    await the_worker_looks(in_days=1)
    assert await times_low(installation, tenant) == 1
    await the_worker_looks(in_days=2)

    assert await times_low(installation, tenant) == 2


async def test_a_new_last_day_counts_at_once(
    api: FrontDoor, installation: Installation, tenant: Tenant, the_worker_looks: TheWorkerLooks
) -> None:
    definition = await a_part(api, tenant)
    piece = await a_piece(api, tenant.planner, definition, serial_number="SN-1", expiry_date=in_days(400))
    assert not await is_low(api, tenant, definition)

    await change(api, tenant.planner, piece, expiry_date=in_days(-1))
    assert await is_low(api, tenant, definition)
    await change(api, tenant.planner, piece, expiry_date=in_days(1))
    assert not await is_low(api, tenant, definition)
    await the_worker_looks(in_days=2)
    assert await is_low(api, tenant, definition)

    assert await times_low(installation, tenant) == 3


async def test_a_piece_that_was_not_to_be_had_anyway_leaves_no_gap_when_it_expires(
    api: FrontDoor, installation: Installation, tenant: Tenant, the_worker_looks: TheWorkerLooks
) -> None:
    definition = await a_part(api, tenant, 30)
    for serial, days in (("SN-1", 0), ("SN-2", 1)):
        piece = await a_piece(api, tenant.planner, definition, serial_number=serial, expiry_date=in_days(days))
        await change(api, tenant.planner, piece, status="quarantined", reason="Dented")

    await the_worker_looks(in_days=2)

    assert await times_low(installation, tenant) == 0


async def test_a_day_is_over_where_the_organization_is(
    api: FrontDoor,
    installation: Installation,
    tenant: Tenant,
    another_tenant: Tenant,
    the_worker_looks: TheWorkerLooks,
) -> None:
    await installation.owner.execute(
        "UPDATE organizations SET time_zone = 'Pacific/Kiritimati' WHERE id = $1", tenant.org_id
    )
    in_the_east, here = await a_part(api, tenant, 1), await a_part(api, another_tenant, 1)

    await the_worker_looks(in_days=1)

    assert await is_low(api, tenant, in_the_east)
    assert not await is_low(api, another_tenant, here)


async def test_what_no_task_may_reserve_any_more_is_not_available(api: FrontDoor, tenant: Tenant) -> None:
    definition = await a_part(api, tenant)
    task = await plan(api, tenant.planner, an_order(await fleet_of_one(api, tenant.planner), starts=-1))
    available: list[int] = []
    reservable: list[bool] = []
    for serial, days in (("SN-1", -1), ("SN-2", 0)):
        piece = await a_piece(api, tenant.planner, definition, serial_number=serial, expiry_date=in_days(days))
        available.append((await stock_of(api, tenant.auditor, definition))["available"])
        reservable.append((await reserve(api, tenant.planner, task, piece)).status == 201)

    assert available == [0, 1]
    assert reservable == [False, True]


async def test_several_workers_announce_each_part_once_and_no_organization_waits_for_another(
    api: FrontDoor,
    installation: Installation,
    tenant: Tenant,
    another_tenant: Tenant,
    the_worker_looks: TheWorkerLooks,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stock, "BATCH", 2)
    for number in range(5):
        await a_part(api, tenant, 0, 0, name=f"Filter {number}")
    await a_part(api, another_tenant, 0)

    await asyncio.gather(*(the_worker_looks(in_days=1, name=f"worker-{n}") for n in range(3)))

    assert await times_low(installation, tenant) == 5
    assert await times_low(installation, another_tenant) == 1


async def test_a_worker_that_dies_over_the_stock_leaves_another_to_announce_it(
    api: FrontDoor,
    installation: Installation,
    tenant: Tenant,
    the_worker_looks: TheWorkerLooks,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    definition = await a_part(api, tenant, 0)
    the_rest = stock.judge_next

    async def die(tx: Transaction) -> bool:
        await the_rest(tx)
        raise RuntimeError("killed")

    monkeypatch.setattr(stock, "judge_next", die)
    await the_worker_looks(in_days=1)
    assert (await is_low(api, tenant, definition), await times_low(installation, tenant)) == (False, 0)
    monkeypatch.setattr(stock, "judge_next", the_rest)
    await the_worker_looks(in_days=1)

    assert (await is_low(api, tenant, definition), await times_low(installation, tenant)) == (True, 1)
