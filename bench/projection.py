"""What it costs to bring due items up to the present: all of them on a new day, and one aircraft's after a flight.

100 organizations with 50 aircraft under 20 programs each have 100,000 due items. Both are compared with a plain
UPDATE of as many rows of the same table, committed as often.
"""

import asyncio
import logging
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from uuid import UUID

import asyncpg
import structlog
from fleets import JOB, ORIGIN, Stores, add_fleet, stores

from amss.features.due import flying, service
from amss.features.generation.jobs import AT_ONCE
from amss.features.utilization.model import NewUtilization

ORGANIZATIONS, AIRCRAFT, PROGRAMS = 100, 50, 20
FLIGHTS = 300
_UPDATE = """
    UPDATE due_items SET projected_on = projected_on + 1, remaining_share = remaining_share - 0.001
    WHERE org_id = $1 AND ($2::uuid IS NULL OR aircraft_id = $2)
"""


async def main() -> None:
    """Set up, measure, report."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    async with stores() as opened:
        org_ids = [await add_fleet(opened, aircraft=AIRCRAFT, programs=PROGRAMS) for _ in range(ORGANIZATIONS)]
        owner = await opened.bare()
        await owner.execute("VACUUM ANALYZE")
        await reproject(opened, org_ids)  # what was flown is counted now, and is not part of what is measured
        await a_new_day(opened, owner, org_ids)
        await a_flight(opened, owner, org_ids[0])
        await owner.close()


async def a_new_day(opened: Stores, owner: asyncpg.Connection, org_ids: list[UUID]) -> None:
    """Report what a day that has passed costs, twice in turn with the plain UPDATE."""
    for _ in range(2):
        await owner.execute("VACUUM due_items, aircraft")
        opened.clock.turn(1)
        begun = time.perf_counter()
        await reproject(opened, org_ids)
        ours = time.perf_counter() - begun

        await owner.execute("VACUUM due_items, aircraft")
        begun = time.perf_counter()
        await _a_few_at_once(org_ids, partial(_update, opened))
        bare = time.perf_counter() - begun
        print(
            f"a new day: {len(org_ids) * AIRCRAFT * PROGRAMS:,} due items in {ours:.2f} s, "
            f"a plain UPDATE of as many in {bare:.2f} s: {ours / bare:.2f} times"
        )


async def reproject(opened: Stores, org_ids: list[UUID]) -> None:
    """Bring every fleet up to the present, as the worker does: a few at once, a transaction for each batch."""
    await _a_few_at_once(org_ids, partial(_reproject, opened))


async def _a_few_at_once(org_ids: list[UUID], work: Callable[[UUID], Awaitable[None]]) -> None:
    waiting = iter(org_ids)

    async def work_off() -> None:
        for org_id in waiting:
            await work(org_id)

    await asyncio.gather(*(work_off() for _ in range(AT_ONCE)))


async def _reproject(opened: Stores, org_id: UUID) -> None:
    after: UUID | None = None
    while True:
        async with opened.worker.transaction(JOB, org_id, ORIGIN) as tx:
            after = await service.reproject_next(tx, after=after)
        if after is None:
            break


async def _update(opened: Stores, org_id: UUID) -> None:
    async with opened.worker.transaction(JOB, org_id, ORIGIN) as tx:
        await tx.run(_UPDATE, org_id, None)


async def a_flight(opened: Stores, owner: asyncpg.Connection, org_id: UUID) -> None:
    """Report what it costs to enter a flight, its aircraft's due items brought up to it."""
    fleet = [row["id"] for row in await owner.fetch("SELECT id FROM aircraft WHERE org_id = $1", org_id)]
    day = opened.clock.now.date() - timedelta(1)
    ours: list[float] = []
    bare: list[float] = []
    for number in range(FLIGHTS):
        aircraft_id = fleet[number % len(fleet)]
        order = NewUtilization(flown_on=day, flight_minutes=90, cycles=1, confirm_unusual=True)
        ours.append(await _taken(partial(_enter, opened, org_id, aircraft_id, order)))
        bare.append(await _taken(partial(owner.execute, _UPDATE, org_id, aircraft_id)))
    print(f"one flight entered: {_spread(ours)}; a plain UPDATE of its {PROGRAMS} due items: {_spread(bare)}")


async def _enter(opened: Stores, org_id: UUID, aircraft_id: UUID, order: NewUtilization) -> None:
    async with opened.worker.transaction(JOB, org_id, ORIGIN) as tx:
        await flying.record_flown(tx, aircraft_id, order)


async def _taken(work: partial[object]) -> float:
    begun = time.perf_counter()
    await work()  # type: ignore[misc]
    return time.perf_counter() - begun


def _spread(seconds: list[float]) -> str:
    in_ms = sorted(each * 1000 for each in seconds)
    return f"median {statistics.median(in_ms):.1f} ms, p99 {in_ms[len(in_ms) * 99 // 100]:.1f} ms"


if __name__ == "__main__":
    asyncio.run(main())
