"""The arithmetic of what is due: when, how much is left, which limit comes first. No I/O, integers only.

Two questions are kept apart. The *plan* says at which counter values and on which day a program falls due; it
changes when work is done or limits are revised. The *standing* compares a plan with the present day and
counters; it changes all the time.
"""

import calendar
from collections.abc import Sequence
from datetime import date

import msgspec
from msgspec.structs import replace

from amss.features.programs.due_model import DueStatus, Projection
from amss.features.programs.model import CalendarLimit, CalendarUnit, FlightHoursLimit, IntervalType, Limit


class Readings(msgspec.Struct, frozen=True):
    """A day, and an aircraft's counters on it."""

    on: date
    minutes: int
    cycles: int


class Rate(msgspec.Struct, frozen=True):
    """How fast a counter grows: an amount in a number of days."""

    amount: int
    days: int


class Rates(msgspec.Struct, frozen=True):
    """How fast an aircraft's counters grow; None is unknown."""

    minutes: Rate | None = None
    cycles: Rate | None = None


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Where a program falls due, without tolerance; None where it has no limit on that counter.

    `due_on` is `calendar_anchor` and `calendar_count` units of the calendar limit: counting from the anchor
    and not from due to due keeps the 31st through a February.
    """

    due_minutes: int | None = None
    due_cycles: int | None = None
    due_on: date | None = None
    calendar_anchor: date | None = None
    calendar_count: int | None = None


class LimitStanding(msgspec.Struct, frozen=True, kw_only=True):
    """One limit today: `due` and `remaining` are minutes, cycles, or a day and days."""

    limit: Limit
    due: int | date
    remaining: int
    status: DueStatus
    projected_on: date | None
    projection: Projection
    remaining_share: float


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A due item today; it is as near as its nearest limit."""

    limits: tuple[LimitStanding, ...]
    status: DueStatus
    driving_limit: IntervalType
    remaining_share: float
    projected_on: date | None
    projection: Projection


def first_plan(limits: Sequence[Limit], start: Readings) -> Plan:
    """Return the first due: the thresholds from where the count starts."""
    return _plan([(limit, limit.first) for limit in limits], start)


def next_plan(limits: Sequence[Limit], done: Readings) -> Plan:
    """Return the due after work was done: the intervals from the readings it was done at."""
    return _plan([(limit, limit.interval) for limit in limits], done)


def _plan(amounts: Sequence[tuple[Limit, int]], base: Readings) -> Plan:
    plan = Plan()
    for limit, amount in amounts:
        if isinstance(limit, CalendarLimit):
            plan = replace(
                plan,
                due_on=day_after(base.on, amount, limit.unit),
                calendar_anchor=base.on,
                calendar_count=amount,
            )
        elif isinstance(limit, FlightHoursLimit):
            plan = replace(plan, due_minutes=base.minutes + amount)
        else:
            plan = replace(plan, due_cycles=base.cycles + amount)
    return plan


def day_after(anchor: date, count: int, unit: CalendarUnit) -> date:
    """Return the day `count` units after an anchor; past the end of the calendar, its last day.

    31 January and 1 month is 28 (29) February, and 2 months is 31 March. Calendar months end on their last day.
    """
    if unit is CalendarUnit.DAYS:
        return date.fromordinal(min(anchor.toordinal() + count, _LAST_DAY))
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + count, 12)
    if year > date.max.year:
        return date.max
    month_end = calendar.monthrange(year, month + 1)[1]
    day = month_end if unit is CalendarUnit.CALENDAR_MONTHS else min(anchor.day, month_end)
    return date(year, month + 1, day)


_LAST_DAY = date.max.toordinal()


def standing(limits: Sequence[Limit], plan: Plan, *, current: Readings, rates: Rates, lead_days: int) -> Standing:
    """Compare a plan with the present.

    The limit projected first drives; where none can be projected, the one with the smallest share left.
    """
    each = tuple(_limit_standing(limit, plan, current, rates, lead_days) for limit in limits)
    driving = min(each, key=lambda one: (one.projected_on or date.max, one.remaining_share))
    return Standing(
        limits=each,
        status=max((one.status for one in each), key=_URGENCY.__getitem__),
        driving_limit=driving.limit.interval_type,
        remaining_share=driving.remaining_share,
        projected_on=driving.projected_on,
        projection=driving.projection,
    )


_URGENCY = {status: place for place, status in enumerate(DueStatus)}


def _limit_standing(limit: Limit, plan: Plan, current: Readings, rates: Rates, lead_days: int) -> LimitStanding:
    due, remaining, rate = _left(limit, plan, current, rates)
    projected_on = current.on if remaining <= 0 else _projected(due, remaining, rate, current.on)
    by_rate = remaining > 0 and not isinstance(due, date) and projected_on is not None
    return LimitStanding(
        limit=limit,
        due=due,
        remaining=remaining,
        status=_status(remaining, projected_on, current.on, lead_days),
        projected_on=projected_on,
        projection=Projection.PLANNED if by_rate else Projection.NONE,
        remaining_share=remaining / (limit.interval * _NOMINAL.get(limit.unit, 1)),
    )


# Days in a month, for the share of an interval that is left: it ranks, it decides nothing.
_NOMINAL: dict[str, int] = {CalendarUnit.MONTHS: 30, CalendarUnit.CALENDAR_MONTHS: 30}


def _left(limit: Limit, plan: Plan, current: Readings, rates: Rates) -> tuple[int | date, int, Rate | None]:
    """Return where a limit falls due, how much is left, and how fast that shrinks."""
    match limit.interval_type:
        case IntervalType.FLIGHT_HOURS:
            assert plan.due_minutes is not None
            return plan.due_minutes, plan.due_minutes - current.minutes, rates.minutes
        case IntervalType.CYCLES:
            assert plan.due_cycles is not None
            return plan.due_cycles, plan.due_cycles - current.cycles, rates.cycles
        case IntervalType.CALENDAR:
            assert plan.due_on is not None
            return plan.due_on, (plan.due_on - current.on).days, None


def _projected(due: int | date, remaining: int, rate: Rate | None, today: date) -> date | None:
    """Return the day on which what remains is used up; None where no rate leads there."""
    if isinstance(due, date):
        return due
    if rate is None or rate.amount <= 0:
        return None
    days = -(-remaining * rate.days // rate.amount)
    ordinal = today.toordinal() + days
    return date.fromordinal(ordinal) if ordinal <= _LAST_DAY else None


def _status(remaining: int, projected_on: date | None, today: date, lead_days: int) -> DueStatus:
    if remaining < 0:
        return DueStatus.OVERDUE
    if remaining == 0:
        return DueStatus.DUE
    if projected_on is not None and (projected_on - today).days <= lead_days:
        return DueStatus.NOTIFY
    return DueStatus.OK
