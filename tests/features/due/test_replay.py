"""Months of generated flying and work, entered day by day, against what is worked out the slow way."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from uuid import UUID

import pytest

from amss.features.due import following
from amss.features.due.model import DueItemOut
from amss.features.programs.limits import ToleranceUnit
from amss.features.programs.model import Combine, NewProgram, Program, Recurrence
from amss.features.utilization.model import FleetUtilization
from amss.foundation.database import Transaction
from builders.brute_force import Answer, Flown, Reading, answer
from builders.flights import summed_up
from builders.installation import Installation
from builders.programs import a_new_program, add_aircraft, calendar_months, cycles, days, hours, months
from builders.replay import Replay, Work, answered
from builders.tenants import Tenant

BEGINS = date(2027, 10, 31)
DAYS = 120
OPENING = (12_345, 678)
MODEL = "A320-214"
# How often in a hundred days each aircraft flies; the last is stored after a while.
FLIES = (85, 40, 70)
STORED_AFTER = BEGINS + timedelta(15)
# On one day a program is set up that took effect a month before.
JOINS, TOOK_EFFECT = BEGINS + timedelta(60), BEGINS + timedelta(30)


def programs() -> list[NewProgram]:
    """Return a program for each way of counting."""
    fixed, to_plan = Recurrence.FIXED, Recurrence.TO_PLAN
    month_ends = calendar_months(2, first=1, early=1, late=1, tolerance_unit=ToleranceUnit.MONTHS)
    return [
        a_new_program(hours(40, first=25, notify_minutes=300), model=MODEL, lead_days=3),
        a_new_program(hours(50, early=5, late=5), model=MODEL, recurrence=to_plan),
        a_new_program(cycles(30, early=4, late=2, notify=5), model=MODEL, recurrence=fixed, lead_days=0),
        a_new_program(days(20, early=2, late=3, hard=False), model=MODEL, recurrence=to_plan, lead_days=5),
        a_new_program(months(1, early=9, late=3), model=MODEL, recurrence=to_plan, lead_days=5),
        a_new_program(month_ends, model=MODEL, recurrence=fixed),
        a_new_program(days(25), hours(45), cycles(28, late=1), model=MODEL, lead_days=4),
        a_new_program(days(40, early=3), hours(60, late=10), model=MODEL, recurrence=to_plan, combine=Combine.LAST),
    ]


@dataclass
class Life:
    """What one aircraft did: the flights that stand, and the readings at which the work of each item was done."""

    aircraft_id: UUID
    flies: int
    flights: dict[str, tuple[date, int, int]] = field(default_factory=dict[str, tuple[date, int, int]])
    works: dict[UUID, list[Reading]] = field(default_factory=dict[UUID, list[Reading]])
    on_taking_effect: Reading | None = None
    counted_then: set[str] = field(default_factory=set[str])

    def take_effect(self) -> None:
        """Keep the counters of the day on which the program took effect, and the flights that made them."""
        self.on_taking_effect = self.flown.by(TOOK_EFFECT)
        self.counted_then = {name for name, (day, *_) in self.flights.items() if day <= TOOK_EFFECT}

    def correct(self, name: str, day: date, minutes: int, landings: int) -> None:
        """Take back what the start counted too much; a start never moves to where work falls due later."""
        if self.on_taking_effect is not None and name in self.counted_then:
            self.counted_then.discard(name)
            _, wrong_minutes, wrong_landings = self.flights[name]
            right = (minutes, landings) if day <= TOOK_EFFECT else (0, 0)
            start = self.on_taking_effect
            self.on_taking_effect = start._replace(
                minutes=start.minutes + min(right[0] - wrong_minutes, 0),
                cycles=start.cycles + min(right[1] - wrong_landings, 0),
            )

    @property
    def flown(self) -> Flown:
        """What stands in the ledger, day by day."""
        by_day: dict[date, tuple[int, int]] = {}
        for day, minutes, landings in self.flights.values():
            before = by_day.get(day, (0, 0))
            by_day[day] = (before[0] + minutes, before[1] + landings)
        return Flown(OPENING, by_day)

    def expected(self, program: Program, due_item_id: UUID, today: date) -> Answer:
        """Return how a due item stands."""
        start = self.on_taking_effect if program.effective_from else Reading(BEGINS, *OPENING)
        assert start
        return answer(program, start, self.works.get(due_item_id, []), self.flown, today)


@pytest.mark.parametrize("seed", [1, 2])
async def test_what_is_due_is_right_on_every_day_of_four_months(
    installation: Installation, tenant: Tenant, seed: int
) -> None:
    chance = Random(seed)  # noqa: S311 - a story, the same whenever it is told
    replay = Replay(installation.settings, tenant.planner.actor, tenant.org_id, BEGINS)
    async with replay.transaction() as tx:
        fleet = [await new_life(tx, f"G-{flies}", flies) for flies in FLIES]
        by_id = {(program := await following.create_program(tx, order)).id: program for order in programs()}
    lives = {life.aircraft_id: life for life in fleet}

    for _ in range(DAYS):
        replay.today += timedelta(1)
        if replay.today == JOINS:
            program = await a_program_joins(replay, fleet)
            by_id[program.id] = program
        await replay.enter([order for life in fleet for order in a_day_of(chance, life, replay.today)])
        await replay.reproject(list(lives))
        shown = await replay.shown(list(lives))
        if works := remembered(lives, [item for item in shown if is_worked_on(chance, item)], replay.today):
            await replay.work(works)
            shown = await replay.shown(list(lives))

        expected = {
            item.id: lives[item.aircraft.id].expected(by_id[item.program.id], item.id, replay.today) for item in shown
        }
        assert len(shown) == len(fleet) * len(by_id)
        assert {item.id: answered(item) for item in shown} == expected

    await replay.close()
    for life in fleet:
        total = life.flown.by(replay.today)
        assert await summed_up(installation, {"id": str(life.aircraft_id)}) == (total.minutes, total.cycles)


async def new_life(tx: Transaction, tail_number: str, flies: int) -> Life:
    minutes, landings = OPENING
    aircraft = await add_aircraft(tx, tail_number, flight_minutes_total=minutes, cycles_total=landings)
    return Life(aircraft.id, flies)


async def a_program_joins(replay: Replay, fleet: Sequence[Life]) -> Program:
    """Set up a program that took effect on a day of which the ledger knows."""
    for life in fleet:
        life.take_effect()
    order = a_new_program(hours(70), cycles(50), model=MODEL, effective_from=TOOK_EFFECT, lead_days=2)
    async with replay.transaction() as tx:
        return await following.create_program(tx, order)


def a_day_of(chance: Random, life: Life, today: date) -> list[FleetUtilization]:
    """Return what is entered for an aircraft today: flights, one found late, and corrections of older ones."""
    entries: dict[str, tuple[date, int, int]] = {}
    stored = life.flies == FLIES[-1] and today > STORED_AFTER
    if not stored and chance.randrange(100) < life.flies:
        entries[f"{today}"] = (today, chance.randint(30, 500), chance.randint(1, 4))
    if not stored and chance.randrange(100) < 5:
        entries[f"{today} late"] = (today - timedelta(chance.randint(1, 20)), chance.randint(30, 200), 1)
    if life.flights and chance.randrange(100) < 10:
        external_id = chance.choice([*life.flights])
        day = life.flights[external_id][0] - timedelta(chance.choice((0, 0, 1)))
        entries[external_id] = (day, chance.choice((0, chance.randint(1, 500))), chance.randint(0, 4))
        life.correct(external_id, *entries[external_id])
    life.flights |= entries
    return [
        FleetUtilization(
            aircraft_id=life.aircraft_id, flown_on=day, flight_minutes=minutes, cycles=landings,
            external_id=external_id, confirm_unusual=True,
        )
        for external_id, (day, minutes, landings) in entries.items()
    ]  # fmt: skip


def is_worked_on(chance: Random, item: DueItemOut) -> bool:
    return chance.randrange(100) < {"ok": 1, "notify": 10, "due": 40, "overdue": 30}[item.status]


def remembered(lives: dict[UUID, Life], items: Sequence[DueItemOut], today: date) -> list[Work]:
    """Keep in mind what work is done; a correction may have taken counters back below those of the last time."""
    works: list[Work] = []
    for item in items:
        life = lives[item.aircraft.id]
        now, done = life.flown.by(today), life.works.setdefault(item.id, [])
        if not done or (done[-1].minutes <= now.minutes and done[-1].cycles <= now.cycles):
            done.append(now)
            works.append(Work(item.id, item.aircraft.id, item.program.id, now))
    return works
