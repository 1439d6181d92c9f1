"""What is due, worked out the slow way: an answer of its own to hold the due engine's against.

Written from the rules of the trade and sharing nothing with the engine but what a program is. It keeps no plan: every
answer counts again from the start, through all work done.
"""

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import accumulate, count
from typing import Any, NamedTuple

from amss.features.programs.limits import Limit
from amss.features.programs.model import Combine, Program, Recurrence

URGENCIES = ("ok", "notify", "due", "in_extension", "overdue")
LATELY_DAYS = 90

Place = Any  # minutes, cycles or a day: where a counter stands, or falls due


class Reading(NamedTuple):
    """A day, and an aircraft's counters at its end."""

    on: date
    minutes: int
    cycles: int


class Flown:
    """What an aircraft flew, day by day, on top of what it brought along."""

    def __init__(self, opening: tuple[int, int], days: Mapping[date, tuple[int, int]]) -> None:
        self.days = sorted(days)
        self._minutes = [*accumulate((days[day][0] for day in self.days), initial=opening[0])]
        self._cycles = [*accumulate((days[day][1] for day in self.days), initial=opening[1])]

    def by(self, day: date) -> Reading:
        """Return the counters at the end of a day."""
        place = bisect_right(self.days, day)
        return Reading(day, self._minutes[place], self._cycles[place])

    def day_of_reaching(self, counter: str, place: int) -> date | None:
        """Return the day at whose end a counter had reached a place; None: it never did."""
        return next((day for day in self.days if _of_counter(counter, self.by(day)) >= place), None)

    def rate(self, counter: str, today: date) -> Fraction | None:
        """Return how much a counter grew a day lately; None where nothing was entered lately."""
        long_ago = today - timedelta(LATELY_DAYS)
        if not any(long_ago < day <= today for day in self.days):
            return None
        grown = _of_counter(counter, self.by(today)) - _of_counter(counter, self.by(long_ago))
        return Fraction(grown, min(LATELY_DAYS, (today - self.days[0]).days + 1))


@dataclass(frozen=True)
class Answer:
    """A due item on a day: per limit its due and what remains, then how it stands as a whole."""

    due: tuple[int | date, ...]
    remaining: tuple[int, ...]
    status: str
    projected_on: date | None


class _OfLimit(NamedTuple):
    due: Place
    remaining: int
    urgency: int
    reached_on: date | None


def answer(program: Program, start: Reading, works: Sequence[Reading], flown: Flown, today: date) -> Answer:
    """Return how a program stands on an aircraft at the end of a day.

    `works` are the readings at which the work was done up to then, oldest first.
    """
    limits = [_of_limit(program, limit, start, works, flown, today) for limit in program.limits]
    waits_for_all = program.combine is Combine.LAST and not works
    days = [limit.reached_on or date.max for limit in limits]
    reached_on = max(days) if waits_for_all else min(days)
    urgencies = [limit.urgency for limit in limits]
    return Answer(
        due=tuple(limit.due for limit in limits),
        remaining=tuple(limit.remaining for limit in limits),
        status=URGENCIES[min(urgencies) if waits_for_all else max(urgencies)],
        projected_on=None if reached_on == date.max else reached_on,
    )


def due_after(program: Program, limit: Limit, start: Reading, works: Sequence[Reading]) -> Place:
    """Return where a limit falls due next, after all work done."""
    anchor, units = _at(limit, start), limit.first
    for work in works:
        done, due = _at(limit, work), _forward(limit, anchor, units)
        match program.recurrence:
            case Recurrence.TO_ACTUAL:
                anchor, units = done, limit.interval
            case Recurrence.TO_PLAN:
                if _opens(limit, due) <= done <= _closes(limit, due):
                    units += limit.interval
                else:
                    anchor, units = done, limit.interval
            case Recurrence.FIXED:
                counts_as = due if _opens(limit, due) <= done <= due else done
                units = next(
                    ahead
                    for ahead in count(limit.first, limit.interval)
                    if _forward(limit, anchor, ahead) > counts_as
                )
    return _forward(limit, anchor, units)


def _of_limit(
    program: Program, limit: Limit, start: Reading, works: Sequence[Reading], flown: Flown, today: date
) -> _OfLimit:
    due, now = due_after(program, limit, start, works), _at(limit, flown.by(today))
    remaining = _difference(due, now)
    if remaining <= 0:
        reached_on = today
    elif isinstance(due, date):
        reached_on = due
    else:
        reached_on = _used_up_on(remaining, flown.rate(limit.interval_type, today), today)
    if now > _closes(limit, due):
        status = "overdue" if limit.hard else "due"
    elif remaining <= 0:
        status = "due"
    elif (reached_on is not None and reached_on <= today + timedelta(program.lead_days)) or (
        limit.notify is not None and remaining <= limit.notify
    ):
        status = "notify"
    else:
        status = "ok"
    return _OfLimit(due, remaining, URGENCIES.index(status), reached_on)


def _used_up_on(remaining: int, rate: Fraction | None, today: date) -> date | None:
    if not rate:
        return None
    days = math.ceil(remaining / rate)
    return today + timedelta(days) if days <= (date.max - today).days else None


def _of_counter(counter: str, reading: Reading) -> int:
    return reading.minutes if counter == "flight_hours" else reading.cycles


def _at(limit: Limit, reading: Reading) -> Place:
    return reading.on if limit.interval_type == "calendar" else _of_counter(limit.interval_type, reading)


def _difference(due: Place, now: Place) -> int:
    return (due - now).days if isinstance(due, date) else due - now


def _forward(limit: Limit, place: Place, units: int) -> Place:
    """Return the place so many of a limit's own units further."""
    return _moved(place, units, limit.unit)


def _opens(limit: Limit, due: Place) -> Place:
    return _by_tolerance(limit, due, -limit.early)


def _closes(limit: Limit, due: Place) -> Place:
    return _by_tolerance(limit, due, limit.late)


def _by_tolerance(limit: Limit, due: Place, amount: int) -> Place:
    if not amount:
        return due
    of_month_ends = limit.unit == "calendar_months" and limit.tolerance_unit == "months"
    return _moved(due, amount, "calendar_months" if of_month_ends else limit.tolerance_unit)


def _moved(place: Place, amount: int, unit: str) -> Place:
    if not isinstance(place, date):
        return place + amount
    if unit == "days":
        return place + timedelta(amount)
    month_end = _end_of_month(place)
    for _ in range(abs(amount)):
        month_end = _end_of_month(month_end + timedelta(1) if amount > 0 else month_end.replace(day=1) - timedelta(1))
    return month_end if unit == "calendar_months" else month_end.replace(day=min(place.day, month_end.day))


def _end_of_month(day: date) -> date:
    while (day + timedelta(1)).month == day.month:
        day += timedelta(1)
    return day
