"""A year of real flying, and the programs and planners that go with it."""

import csv
import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random

from amss.features.programs.limits import CalendarUnit, Limit, ToleranceUnit
from amss.features.programs.model import Program, Recurrence
from builders.brute_force import Flown, Reading, due_after
from builders.programs import a_program, calendar_months, cycles, days, hours

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "nycflights13"
BEGINS, ENDS = date(2012, 12, 31), date(2013, 12, 31)
HORIZONS = (7, 14, 30, 60, 90)

# One of each for every model of the fleet; what they are called says what they are.
PROGRAMS: dict[str, Program] = {
    "100FH": a_program(hours(100, notify_minutes=600)),
    "100FH-PLAN": a_program(hours(100, first=80, early=10, late=10), recurrence=Recurrence.TO_PLAN),
    "300FC-FIXED": a_program(cycles(300, first=100, early=20, late=5), recurrence=Recurrence.FIXED),
    "4MO-PLAN": a_program(
        calendar_months(4, first=3, early=1, tolerance_unit=ToleranceUnit.MONTHS), recurrence=Recurrence.TO_PLAN
    ),
    "60D/150FH": a_program(days(60, late=5), hours(150, late=5), lead_days=14),
}


@dataclass(frozen=True)
class Tail:
    """A real aircraft: what it brought along (made up) and what it flew each day."""

    tail_number: str
    model: str
    opening: Reading
    days: dict[date, tuple[int, int]]
    works: dict[str, list[Reading]] = field(default_factory=dict[str, list[Reading]])

    @property
    def flown(self) -> Flown:
        """What it flew, with its counters day by day."""
        return Flown((self.opening.minutes, self.opening.cycles), self.days)

    def works_by(self, code: str, today: date) -> list[Reading]:
        """Return the readings at which a program's work was done so far."""
        return [work for work in self.works[code] if work.on <= today]


@dataclass(frozen=True)
class Forecast:
    """When a limit is reached, asked so many days before."""

    tail_number: str
    code: str
    horizon: int
    reached_on: date

    @property
    def asked_on(self) -> date:
        """The day of the question."""
        return self.reached_on - timedelta(self.horizon)


def read_fleet(most: int | None) -> list[Tail]:
    """Return the tails that flew and the work done on them: all, or `most` of them, evenly spread."""
    with (DATA / "planes.csv").open(newline="") as file:
        models = {row["tailnum"]: row["model"] for row in csv.DictReader(file)}
    flown: dict[str, dict[date, tuple[int, int]]] = {}
    with (DATA / "utilisation_daily.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            day = date.fromisoformat(row["date"])
            flown.setdefault(row["tailnum"], {})[day] = (int(row["air_minutes"]), int(row["cycles"]))
    tails = sorted(flown)
    step = len(tails) / min(most or len(tails), len(tails))
    chosen = [tails[int(place * step)] for place in range(round(len(tails) / step))]
    return [_planned(_tail(tail, models[tail], flown[tail])) for tail in chosen]


def _tail(tail_number: str, model: str, days: dict[date, tuple[int, int]]) -> Tail:
    chance = Random(tail_number)  # noqa: S311 - the same in every run
    return Tail(tail_number, model, Reading(BEGINS, chance.randrange(3_000_000), chance.randrange(30_000)), days)


def _planned(tail: Tail) -> Tail:
    """Let planners do the work of each program: mostly a little before it is due, some of it early, some late."""
    flown = tail.flown
    evenings = [flown.by(BEGINS + timedelta(after)) for after in range(1, (ENDS - BEGINS).days + 1)]
    for code, program in PROGRAMS.items():
        chance = Random(tail.tail_number + code)  # noqa: S311 - the same in every run
        works, since, share = tail.works.setdefault(code, []), tail.opening, _habit(chance)
        for now in evenings:
            if max(_used(limit, since, now, first=not works) for limit in program.limits) >= share:
                works.append(now)
                since, share = now, _habit(chance)
    return tail


def _habit(chance: Random) -> float:
    """Return how much of an interval is used up when the work is done this time."""
    low, high = chance.choices(((0.9, 1.0), (0.7, 0.9), (1.0, 1.2)), weights=(70, 15, 15))[0]
    return chance.uniform(low, high)


def _used(limit: Limit, since: Reading, now: Reading, *, first: bool) -> float:
    """Return which share of an interval is used up."""
    interval = limit.first if first else limit.interval
    if limit.interval_type == "flight_hours":
        return (now.minutes - since.minutes) / interval
    if limit.interval_type == "cycles":
        return (now.cycles - since.cycles) / interval
    unit_days = 1 if limit.unit is CalendarUnit.DAYS else 30.4
    return (now.on - since.on).days / (interval * unit_days)


def forecasts_of(tail: Tail) -> Iterator[Forecast]:
    """Return what can be asked of a tail: of each due that its flying reached, while that due stood."""
    flown = tail.flown
    for code, program in PROGRAMS.items():
        if len(program.limits) > 1 or program.limits[0].interval_type == "calendar":
            continue
        (limit,) = program.limits
        works = tail.works[code]
        for times in range(len(works) + 1):
            since = works[times - 1].on if times else BEGINS
            until = works[times].on if times < len(works) else ENDS
            due = due_after(program, limit, tail.opening, works[:times])
            reached_on = flown.day_of_reaching(limit.interval_type, due)
            if reached_on is None:
                continue
            for horizon in HORIZONS:
                if since <= reached_on - timedelta(horizon) < until:
                    yield Forecast(tail.tail_number, code, horizon, reached_on)


def table_of_errors(answers: list[tuple[Forecast, date | None]]) -> Iterator[str]:
    """Return the lines of a table: how far projected days were from the days on which limits were reached."""
    yield "counter       days ahead   asked  unknown  median error  nine in ten within  bias   (days)"
    for counter in ("flight_hours", "cycles"):
        for horizon in HORIZONS:
            asked = [
                (projected_on - forecast.reached_on).days if projected_on else None
                for forecast, projected_on in answers
                if forecast.horizon == horizon and PROGRAMS[forecast.code].limits[0].interval_type == counter
            ]
            errors = [error for error in asked if error is not None]
            line = f"{counter:<13} {horizon:>10} {len(asked):>7} {len(asked) - len(errors):>8}"
            if len(errors) > 1:
                off = [abs(error) for error in errors]
                within = statistics.quantiles(off, n=10)[-1]
                line += f" {statistics.median(off):>13.1f} {within:>19.1f} {statistics.median(errors):>+5.1f}"
            yield line
