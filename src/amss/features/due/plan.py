"""Where a program falls due: for the first time, and again after work was done. No I/O, integers only.

Each limit is counted on its own, on one counter: minutes flown, cycles, or days, where a day is its ordinal number.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from amss.features.due.counter import Mark, earliest, first_beyond, latest, position, units_between
from amss.features.programs.limits import CalendarLimit, FlightHoursLimit, IntervalType, Limit
from amss.features.programs.model import Recurrence

T = TypeVar("T")


class Readings(msgspec.Struct, frozen=True):
    """A day, and an aircraft's counters on it."""

    on: date
    minutes: int
    cycles: int

    def of(self, limit: Limit) -> int:
        """Return the counter that a limit counts on."""
        return _that_of(limit, self.minutes, self.cycles, self.on.toordinal())


class Extensions(msgspec.Struct, frozen=True):
    """How far past due an approval lets each limit go."""

    minutes: int = 0
    cycles: int = 0
    days: int = 0

    def of(self, limit: Limit) -> int:
        """Return how far a limit may go."""
        return _that_of(limit, self.minutes, self.cycles, self.days)


NO_EXTENSIONS = Extensions()


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Where a program falls due, without tolerance; None where it has no limit on that counter.

    `due_on` is `calendar_anchor` and `calendar_count` units of the calendar limit: counting from the anchor
    and not from due to due keeps the 31st through a February. `counted_from_…` is what the work last done counts
    as done at: its own readings or the due it was done for; None ahead of the first due. `under_extension_…` tells
    that it counts for its due because an approval let it be so late.
    """

    due_minutes: int | None = None
    due_cycles: int | None = None
    due_on: date | None = None
    calendar_anchor: date | None = None
    calendar_count: int | None = None
    counted_from_minutes: int | None = None
    counted_from_cycles: int | None = None
    counted_from_on: date | None = None
    under_extension_minutes: bool = False
    under_extension_cycles: bool = False
    under_extension_on: bool = False


class Counted(msgspec.Struct, frozen=True):
    """What work done counts as done at, and whether that is so by an approved extension."""

    mark: Mark
    under_extension: bool = False


def first_plan(limits: Sequence[Limit], start: Readings) -> Plan:
    """Return the first due: the thresholds from where the count starts."""
    return _plan((limit, first_due(limit, start), None) for limit in limits)


def next_plan(
    limits: Sequence[Limit],
    recurrence: Recurrence,
    plan: Plan,
    *,
    start: Readings,
    done: Readings,
    extensions: Extensions = NO_EXTENSIONS,
) -> Plan:
    """Return the due after work was done for a plan, under the extensions that were approved for it."""
    each = [
        (limit, _counts_as(limit, recurrence, _due(limit, plan), done.of(limit), extensions.of(limit)))
        for limit in limits
    ]
    return _plan((limit, _next_due(limit, recurrence, counted.mark, start, done), counted) for limit, counted in each)


def revised_plan(
    limits: Sequence[Limit], recurrence: Recurrence, plan: Plan, *, start: Readings, done: Readings
) -> Plan:
    """Return the due by limits and a recurrence as they are now, counted from where that counts the work last done.

    What the plan counts the work as is kept, also on a counter without a limit: a revision may be taken back.
    """
    each = [
        (limit, _counts_now(limit, recurrence, plan, done), _counted_before(limit, plan, done)) for limit in limits
    ]
    revised = _plan(
        (limit, _next_due(limit, recurrence, mark, start, done), counted) for limit, mark, counted in each
    )
    counters = {limit.interval_type for limit in limits}
    if IntervalType.FLIGHT_HOURS not in counters:
        minutes, extended = plan.counted_from_minutes, plan.under_extension_minutes
        revised = replace(revised, counted_from_minutes=minutes, under_extension_minutes=extended)
    if IntervalType.CYCLES not in counters:
        cycles, extended = plan.counted_from_cycles, plan.under_extension_cycles
        revised = replace(revised, counted_from_cycles=cycles, under_extension_cycles=extended)
    if IntervalType.CALENDAR not in counters:
        revised = replace(revised, counted_from_on=plan.counted_from_on, under_extension_on=plan.under_extension_on)
    return revised


def from_the_work(limit: Limit) -> Limit:
    """Return a limit of which an interval and no other threshold leads to the first due."""
    if isinstance(limit, FlightHoursLimit):
        return replace(limit, first_minutes=limit.interval_minutes)
    return replace(limit, first=limit.interval)


def first_due(limit: Limit, start: Readings) -> Mark:
    """Return the threshold of a limit from where the count starts."""
    return Mark(start.of(limit), limit.first)


def due_of(limit: Limit, plan: Plan) -> int:
    """Return where a limit of a plan falls due: minutes, cycles, or the ordinal of a day."""
    due = _that_of(limit, plan.due_minutes, plan.due_cycles, plan.due_on and plan.due_on.toordinal())
    assert due is not None
    return due


def counted_from(limit: Limit, recurrence: Recurrence, plan: Plan, done: Readings) -> int:
    """Return where the due after the work last done is counted from; of a limit the plan had not, from the work."""
    return position(limit, _counts_now(limit, recurrence, plan, done))


def under_extension(limit: Limit, plan: Plan) -> bool:
    """Tell whether the work last done counts for its due by an approved extension."""
    return _that_of(limit, plan.under_extension_minutes, plan.under_extension_cycles, plan.under_extension_on)


def _that_of(limit: Limit, minutes: T, cycles: T, days: T) -> T:
    """Return which of three the limit's counter has."""
    match limit.interval_type:
        case IntervalType.FLIGHT_HOURS:
            return minutes
        case IntervalType.CYCLES:
            return cycles
        case IntervalType.CALENDAR:
            return days


def _counts_as(limit: Limit, recurrence: Recurrence, due: Mark | None, done: int, extension: int) -> Counted:
    """Return what work done for a due counts as done at."""
    if due is None:
        return Counted(Mark(done, 0))
    planned = position(limit, due)
    if latest(limit, planned) < done <= planned + extension:
        # An extension can be longer than the interval: what was missed meanwhile is not due again.
        return Counted(first_beyond(limit, due, done).plus(-limit.interval), under_extension=True)
    closes = {Recurrence.TO_PLAN: latest(limit, planned), Recurrence.FIXED: planned}.get(recurrence)
    kept = closes is not None and earliest(limit, planned) <= done <= closes
    return Counted(due if kept else Mark(done, 0))


def _next_due(limit: Limit, recurrence: Recurrence, counted: Mark, start: Readings, done: Readings) -> Mark:
    if recurrence is Recurrence.FIXED:
        return first_beyond(limit, first_due(limit, start), max(position(limit, counted), done.of(limit)))
    return counted.plus(limit.interval)


def _counts_now(limit: Limit, recurrence: Recurrence, plan: Plan, done: Readings) -> Mark:
    """Return where a program as it is now counts on from the work last done."""
    counted = _counted_before(limit, plan, done)
    if recurrence is Recurrence.TO_ACTUAL and not counted.under_extension:
        return Mark(done.of(limit), 0)
    if position(limit, counted.mark.plus(limit.interval)) <= done.of(limit):
        # The interval has become shorter than the work was late: what was missed meanwhile is not due again.
        return first_beyond(limit, counted.mark, done.of(limit)).plus(-limit.interval)
    return counted.mark


def _counted_before(limit: Limit, plan: Plan, done: Readings) -> Counted:
    """Return what a plan counts the work last done as done at, from the plan's anchor where that leads there."""
    day = plan.counted_from_on and plan.counted_from_on.toordinal()
    known = _that_of(limit, plan.counted_from_minutes, plan.counted_from_cycles, day)
    counted, extended = done.of(limit) if known is None else known, under_extension(limit, plan)
    if isinstance(limit, CalendarLimit) and plan.calendar_anchor is not None:
        anchor = plan.calendar_anchor.toordinal()
        mark = Mark(anchor, units_between(limit, anchor, counted))
        if position(limit, mark) == counted:
            return Counted(mark, extended)
    return Counted(Mark(counted, 0), extended)


def _due(limit: Limit, plan: Plan) -> Mark | None:
    if isinstance(limit, CalendarLimit):
        if plan.due_on is None or plan.calendar_anchor is None or plan.calendar_count is None:
            return None
        due, counted = plan.due_on.toordinal(), Mark(plan.calendar_anchor.toordinal(), plan.calendar_count)
        # A program may have got another unit while it was taken off the aircraft.
        return counted if position(limit, counted) == due else Mark(due, 0)
    due = plan.due_minutes if isinstance(limit, FlightHoursLimit) else plan.due_cycles
    return None if due is None else Mark(due, 0)


def _plan(dues: Iterable[tuple[Limit, Mark, Counted | None]]) -> Plan:
    """Return the plan of limits, each with its due and what the work last done counts as done at."""
    plan = Plan()
    for limit, due, work in dues:
        place = position(limit, due)
        counted = None if work is None else position(limit, work.mark)
        extended = work is not None and work.under_extension
        match limit.interval_type:
            case IntervalType.FLIGHT_HOURS:
                plan = replace(
                    plan,
                    due_minutes=place,
                    counted_from_minutes=counted,
                    under_extension_minutes=extended,
                )
            case IntervalType.CYCLES:
                plan = replace(
                    plan,
                    due_cycles=place,
                    counted_from_cycles=counted,
                    under_extension_cycles=extended,
                )
            case IntervalType.CALENDAR:
                plan = replace(
                    plan,
                    due_on=date.fromordinal(place),
                    calendar_anchor=date.fromordinal(due.anchor),
                    calendar_count=due.count,
                    counted_from_on=None if counted is None else date.fromordinal(counted),
                    under_extension_on=extended,
                )
    return plan
