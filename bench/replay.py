"""A year of real flying through the use cases: whether totals and due items are right, and how good forecasts are.

`make replay` runs it on real Postgres with the whole fleet; `--tails 200` takes some of it. Each evening the day's
flying is entered in batches and the day's work is done. On twelve evenings every due item is compared with what
`builders.brute_force` works out from the same flying and work. It fails when anything differs.
"""

import argparse
import asyncio
import logging
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import structlog
import uvloop
from real_flying import BEGINS, DATA, ENDS, PROGRAMS, Forecast, Tail, forecasts_of, read_fleet, table_of_errors

from amss.embedded import Stores, temporary_stores
from amss.features.aircraft import service as aircraft_service
from amss.features.aircraft.model import NewAircraft
from amss.features.due import following
from amss.features.utilization.model import FleetUtilization
from amss.foundation.access import the_job
from amss.foundation.ids import new_id
from amss.foundation.migrations import migrate
from builders.brute_force import answer
from builders.installation import settings_for
from builders.programs import a_new_program
from builders.replay import Replay, Work, answered

LANES = 2  # so many halves of the fleet at a time: Postgres works while this process thinks
COMPARED_EVERY_DAYS = 30
MOST_WORKS = 200
MOST_AIRCRAFT = 100
SHOWN_FAULTS = 10


async def main() -> None:
    """Replay, report, and fail when anything is not as worked out."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    if not DATA.is_dir():
        sys.exit(f"There is no flying to replay: {DATA} is not there.")
    asks = argparse.ArgumentParser(description="Replay a year of real flying.")
    asks.add_argument("--tails", type=int, help="replay so many aircraft instead of all")
    fleet = read_fleet(asks.parse_args().tails)
    async with temporary_stores() as stores:
        await migrate(stores.database_url)
        year = await a_year(stores, fleet)
        await year.replay()
        await year.close()
    year.report()


async def a_year(stores: Stores, fleet: list[Tail]) -> "Year":
    """Set up the organization, its programs and its fleet on the eve of the year."""
    org_id = new_id()
    owner = await asyncpg.connect(stores.database_url)
    await owner.execute("INSERT INTO organizations (id, name, slug) VALUES ($1, 'Replay', 'replay')", org_id)
    await owner.execute("INSERT INTO org_policies (org_id) VALUES ($1)", org_id)
    with tempfile.TemporaryDirectory() as directory:
        settings = settings_for(stores, Path(directory))
    life = Replay(settings, the_job("replay"), org_id, BEGINS)
    await set_up_programs(life, fleet)
    await take_into_fleet(life, fleet)
    await owner.execute("ANALYZE")
    return Year(life, owner, fleet, await owner.fetch(_ITEMS, org_id))


async def set_up_programs(life: Replay, fleet: list[Tail]) -> None:
    """Set up every program for every model of the fleet."""
    for number, model in enumerate(sorted({tail.model for tail in fleet})):
        async with life.transaction() as tx:
            for code, program in PROGRAMS.items():
                order = a_new_program(
                    *program.limits,
                    code=f"{code} {number}",
                    name=code,
                    model=model,
                    recurrence=program.recurrence,
                    lead_days=program.lead_days,
                )
                await following.create_program(tx, order)


async def take_into_fleet(life: Replay, fleet: list[Tail]) -> None:
    """Take the aircraft into the fleet, under the programs of their models."""
    for some in in_parts(fleet, MOST_AIRCRAFT):
        async with life.transaction() as tx:
            orders = [
                NewAircraft(
                    tail_number=tail.tail_number,
                    model=tail.model,
                    flight_minutes_total=tail.opening.minutes,
                    cycles_total=tail.opening.cycles,
                )
                for tail in some
            ]
            await following.assign_to_new_aircraft(tx, await aircraft_service.create_many(tx, orders))


_ITEMS = """
    SELECT a.tail_number, p.name AS code, d.id, d.aircraft_id, d.program_id
    FROM due_items d
    JOIN aircraft a ON a.org_id = d.org_id AND a.id = d.aircraft_id
    JOIN maintenance_programs p ON p.org_id = d.org_id AND p.id = d.program_id
    WHERE d.org_id = $1
"""


class Year:
    """The replay: its fleet, its due items by tail number and program, and what was found."""

    def __init__(self, life: Replay, owner: Any, fleet: list[Tail], items: list[Any]) -> None:
        """Prepare what happens on each day."""
        self._life = life
        self._owner = owner
        self._fleet = {tail.tail_number: tail for tail in fleet}
        self._items = {(row["tail_number"], row["code"]): row for row in items}
        self._known = {row["id"]: (row["tail_number"], row["code"]) for row in items}
        self._aircraft: dict[str, UUID] = {row["tail_number"]: row["aircraft_id"] for row in items}
        self._works: dict[date, list[list[Work]]] = defaultdict(lambda: [[] for _ in range(LANES)])
        self._forecasts: dict[date, list[Forecast]] = defaultdict(list)
        for place, tail in enumerate(fleet):
            self._plan(tail, lane=place % LANES)
        self._answers: list[tuple[Forecast, date | None]] = []
        self._faults: list[str] = []
        self._count: Counter[str] = Counter()
        self._seconds: defaultdict[str, float] = defaultdict(float)

    def _plan(self, tail: Tail, *, lane: int) -> None:
        for code, works in tail.works.items():
            row = self._items[tail.tail_number, code]
            for done in works:
                work = Work(row["id"], row["aircraft_id"], row["program_id"], done)
                self._works[done.on][lane].append(work)
        for forecast in forecasts_of(tail):
            self._forecasts[forecast.asked_on].append(forecast)

    async def replay(self) -> None:
        """Live through the year."""
        for after in range((ENDS - BEGINS).days + 1):
            self._life.today = BEGINS + timedelta(after)
            await self._live()
            if after < 2 or after % COMPARED_EVERY_DAYS == 0:
                # As autovacuum would, had it the time: plans that were made for an empty ledger are to be made anew.
                await self._owner.execute("ANALYZE")
            if after % COMPARED_EVERY_DAYS == COMPARED_EVERY_DAYS - 1:
                await self._compare()
                print(f"{self._life.today}: {self._count['entered']} days flown", flush=True)
        await self._add_up()

    async def _live(self) -> None:
        today = self._life.today
        lanes: list[list[FleetUtilization]] = [[] for _ in range(LANES)]
        for place, tail in enumerate(self._fleet.values()):
            if flown := tail.days.get(today):
                lanes[place % LANES].append(_order(tail, today, *flown))
        with self._timed("entered"):
            self._count["entered"] += sum(await asyncio.gather(*(self._life.enter(lane) for lane in lanes)))
        with self._timed("worked"):
            self._count["worked"] += sum(await asyncio.gather(*map(self._work, self._works[today])))
        with self._timed("forecast"):
            await self._ask(self._forecasts[today])

    async def _work(self, works: list[Work]) -> int:
        for some in in_parts(works, MOST_WORKS):
            await self._life.work(some)
        return len(works)

    async def _ask(self, forecasts: list[Forecast]) -> None:
        """Note which days the product projects today."""
        if not forecasts:
            return
        await self._life.reproject([self._aircraft[forecast.tail_number] for forecast in forecasts])
        ids = [self._items[forecast.tail_number, forecast.code]["id"] for forecast in forecasts]
        rows = await self._owner.fetch("SELECT id, projected_on FROM due_items WHERE id = ANY ($1)", ids)
        projected = {row["id"]: row["projected_on"] for row in rows}
        self._answers += [(forecast, projected[due]) for forecast, due in zip(forecasts, ids, strict=True)]

    async def _compare(self) -> None:
        """Compare every due item with what is worked out."""
        today = self._life.today
        for some in in_parts(list(self._aircraft.values()), MOST_AIRCRAFT):
            with self._timed("reprojected"):
                await self._life.reproject(some)
            for item in await self._life.shown(some):
                tail_number, code = self._known[item.id]
                tail = self._fleet[tail_number]
                expected = answer(PROGRAMS[code], tail.opening, tail.works_by(code, today), tail.flown, today)
                self._check("due items", f"{tail_number} {code} on {today}", answered(item), expected)
                self._count[item.status] += 1

    async def _add_up(self) -> None:
        """Compare the totals of each aircraft, and the sums of its ledger, with the flying that was read."""
        rows = await self._owner.fetch(
            """
            SELECT a.tail_number, a.flight_minutes_total, a.cycles_total,
                   a.opening_flight_minutes + sum(e.minutes) AS minutes, a.opening_cycles + sum(e.cycles) AS cycles
            FROM aircraft a JOIN utilization_entries e ON e.org_id = a.org_id AND e.aircraft_id = a.id
            GROUP BY a.org_id, a.id
            """
        )
        shown = {row["tail_number"]: tuple(row)[1:] for row in rows}
        for tail in self._fleet.values():
            minutes = tail.opening.minutes + sum(flown[0] for flown in tail.days.values())
            cycles = tail.opening.cycles + sum(flown[1] for flown in tail.days.values())
            self._check("totals", tail.tail_number, shown.get(tail.tail_number), (minutes, cycles) * 2)

    def _check(self, kind: str, which: str, shown: object, expected: object) -> None:
        self._count[kind] += 1
        if shown != expected:
            self._faults.append(f"{which}:\n    shown      {shown}\n    worked out {expected}")

    @contextmanager
    def _timed(self, what: str) -> Generator[None]:
        begun = time.perf_counter()
        yield
        self._seconds[what] += time.perf_counter() - begun

    def report(self) -> None:
        """Print what was found, and fail when anything differs."""
        count, seconds = self._count, self._seconds
        print(f"{len(self._fleet)} aircraft, {len(self._items)} due items, {BEGINS} to {ENDS}")
        for what, unit in (("entered", "days flown"), ("worked", "due items fulfilled")):
            rate = count[what] / seconds[what]
            print(f"{count[what]} {unit} in {seconds[what]:.0f} s: {rate:.0f} a second")
        rate = count["due items"] / seconds["reprojected"]
        print(f"{count['due items']} due items reprojected in {seconds['reprojected']:.1f} s: {rate:.0f} a second")
        print(f"checked: the totals of {count['totals']} aircraft, {count['due items']} due items", end=" (")
        print(", ".join(f"{count[status]} {status}" for status in ("ok", "notify", "due", "overdue")), end=")\n\n")
        print(*table_of_errors(self._answers), sep="\n")
        if self._faults:
            print(*self._faults[:SHOWN_FAULTS], sep="\n")
            sys.exit(f"{len(self._faults)} are not as worked out.")

    async def close(self) -> None:
        """Close the connections."""
        await self._life.close()
        await self._owner.close()


def _order(tail: Tail, day: date, minutes: int, cycles: int) -> FleetUtilization:
    return FleetUtilization(
        tail_number=tail.tail_number, flown_on=day, flight_minutes=minutes, cycles=cycles, external_id=day.isoformat()
    )


def in_parts(things: list[Any], most: int) -> Iterator[list[Any]]:
    """Return a list in parts of at most so many."""
    for begin in range(0, len(things), most):
        yield things[begin : begin + most]


if __name__ == "__main__":
    uvloop.run(main())
