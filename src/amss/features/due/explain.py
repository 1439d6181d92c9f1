"""Saying in a sentence how a limit's due was computed, and what is left. No I/O."""

from datetime import date

import msgspec

from amss.features.due.counter import earliest, latest, position
from amss.features.due.engine import LimitStanding, Rate
from amss.features.due.model import DueStatus, StartSource
from amss.features.due.plan import Plan, Readings, counted_from, due_of, first_due, under_extension
from amss.features.programs.limits import CalendarLimit, CyclesLimit, FlightHoursLimit, Limit
from amss.features.programs.model import Recurrence


class Basis(msgspec.Struct, frozen=True, kw_only=True):
    """What a due is counted from: the start, the work last done (None ahead of the first due), and the plan.

    What no task of ours has done was `taken_over` by hand.
    """

    start: Readings
    source: StartSource
    done: Readings | None
    taken_over: bool
    plan: Plan
    recurrence: Recurrence


def explain(standing: LimitStanding, basis: Basis, *, rate: Rate | None) -> str:
    """Explain where a limit falls due, and what is left of it by the rate its counter grows at."""
    limit = standing.limit
    due = _place(limit, due_of(limit, basis.plan))
    at = f"the end of {due}" if isinstance(limit, CalendarLimit) else due
    return f"Due at {at} = {_sum(limit, basis)}; {_left(standing, rate)}."


_SINCE = {
    StartSource.LAST_DONE: "last done",
    StartSource.EFFECTIVE_FROM: "program in effect",
    StartSource.IN_SERVICE: "in service",
    StartSource.ASSIGNMENT: "assigned",
}


def _sum(limit: Limit, basis: Basis) -> str:
    """Return the addition that led to the due, and why it started where it did."""
    done = basis.done
    if done is None:
        start = _dated(limit, basis.start, _SINCE[basis.source])
        return f"{start} + {_amount(limit, limit.first)}"
    counted = counted_from(limit, basis.recurrence, basis.plan, done)
    kept = "" if counted == done.of(limit) else f", {_kept(limit, basis.plan, counted, done)}"
    how = "taken over as done" if basis.taken_over else "done"
    interval = _amount(limit, limit.interval)
    if basis.recurrence is Recurrence.FIXED:
        first = _place(limit, position(limit, first_due(limit, basis.start)))
        return f"{first} (first due) + {_repeats(limit, basis)} x {interval}; {how} {_when(limit, done)}{kept}"
    if kept:
        return f"{_place(limit, counted)} + {interval}; {how} {_when(limit, done)}{kept}"
    event = "taken over as last done" if basis.taken_over else "last done"
    return f"{_dated(limit, done, event)} + {interval}"


def _repeats(limit: Limit, basis: Basis) -> int:
    """Return how many intervals after the first due a fixed due falls."""
    if isinstance(limit, CalendarLimit):
        assert basis.plan.calendar_count is not None
        return (basis.plan.calendar_count - limit.first) // limit.interval
    return (due_of(limit, basis.plan) - position(limit, first_due(limit, basis.start))) // limit.interval


def _kept(limit: Limit, plan: Plan, planned: int, done: Readings) -> str:
    """Say why work counts for the due it was done for and not for the moment it was done."""
    if under_extension(limit, plan):
        return "under an approved extension, so counted from the original due"
    if not earliest(limit, planned) <= done.of(limit) <= latest(limit, planned):
        return "within the tolerance of that time, so counted from plan"
    sign, tolerance = ("-", limit.early) if done.of(limit) < planned else ("+", limit.late)
    return f"within {sign}{_tolerance(limit, tolerance)}, so counted from plan"


def _when(limit: Limit, done: Readings) -> str:
    if isinstance(limit, CalendarLimit):
        return f"on {done.on}"
    return f"at {_place(limit, done.of(limit))} on {done.on}"


def _dated(limit: Limit, readings: Readings, event: str) -> str:
    place = _place(limit, readings.of(limit))
    return f"{place} ({event})" if isinstance(limit, CalendarLimit) else f"{place} ({event} on {readings.on})"


def _place(limit: Limit, place: int) -> str:
    return date.fromordinal(place).isoformat() if isinstance(limit, CalendarLimit) else _counter(limit, place)


def _amount(limit: Limit, amount: int) -> str:
    return _span(amount, limit.unit) if isinstance(limit, CalendarLimit) else _counter(limit, amount)


def _tolerance(limit: Limit, amount: int) -> str:
    return _span(amount, limit.tolerance_unit) if isinstance(limit, CalendarLimit) else _counter(limit, amount)


def _counter(limit: FlightHoursLimit | CyclesLimit, amount: int) -> str:
    return f"{amount // 60}:{amount % 60:02} FH" if isinstance(limit, FlightHoursLimit) else f"{amount} FC"


def _span(amount: int, unit: str) -> str:
    words = unit.replace("_", " ")
    return f"{amount} {words.removesuffix('s') if amount == 1 else words}"


def _days_or_count(limit: Limit, amount: int) -> str:
    return _span(amount, "days") if isinstance(limit, CalendarLimit) else _counter(limit, amount)


def _left(standing: LimitStanding, rate: Rate | None) -> str:
    limit, remaining = standing.limit, standing.remaining
    if remaining < 0:
        return _past(standing)
    if remaining == 0:
        return "that is today" if isinstance(limit, CalendarLimit) else "that is now"
    left = f"{_days_or_count(limit, remaining)} left"
    if isinstance(limit, CalendarLimit):
        return left
    if rate is None:
        return f"{left}, and no daily rate is known to say when"
    if standing.projected_on is None:
        return f"{left}, and the daily rate never uses it up"
    return f"{left}, used up on {standing.projected_on} at the {standing.projection} daily rate"


def _past(standing: LimitStanding) -> str:
    """Say by how much a limit is past due, and what still allows it."""
    limit, past = standing.limit, _days_or_count(standing.limit, -standing.remaining)
    if standing.status is DueStatus.OVERDUE:
        return f"overdue by {past}"
    if standing.status is DueStatus.IN_EXTENSION:
        return f"past due by {past}, within the approved extension of {_days_or_count(limit, standing.extension)}"
    if limit.hard:
        return f"past due by {past}, within +{_tolerance(limit, limit.late)}"
    return f"past due by {past}, and a soft limit is never overdue"
