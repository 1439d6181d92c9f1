"""How near what is due is today: what is left, how urgent it is, when it will be reached. No I/O, integers only.

A *plan* says at which counter values and on which day a program falls due; it changes when work is done or limits
are revised. The *standing* compares a plan with the present day and counters; it changes all the time.
"""

from collections.abc import Callable, Sequence
from datetime import date

import msgspec

from amss.features.due.counter import earliest, latest
from amss.features.due.model import DueStatus, Projection
from amss.features.due.plan import NO_EXTENSIONS, Extensions, Plan, Readings, due_of
from amss.features.programs.limits import CalendarLimit, CalendarUnit, IntervalType, Limit
from amss.features.programs.model import Combine


class Rate(msgspec.Struct, frozen=True):
    """How fast a counter grows: an amount in a number of days; and whether that was measured or planned."""

    amount: int
    days: int
    source: Projection = Projection.PLANNED


class Rates(msgspec.Struct, frozen=True):
    """How fast an aircraft's counters grow; None is unknown."""

    minutes: Rate | None = None
    cycles: Rate | None = None

    def of(self, limit: Limit) -> Rate | None:
        """Return the rate of the counter a limit counts on; days need none."""
        match limit.interval_type:
            case IntervalType.FLIGHT_HOURS:
                return self.minutes
            case IntervalType.CYCLES:
                return self.cycles
            case IntervalType.CALENDAR:
                return None


class LimitStanding(msgspec.Struct, frozen=True, kw_only=True):
    """One limit today: `due` and `remaining` are minutes, cycles, or a day and days, without tolerance.

    `extension` is how far past due it may go by an approval, in minutes, cycles or days.
    """

    limit: Limit
    due: int | date
    remaining: int
    extension: int
    status: DueStatus
    projected_on: date | None
    projection: Projection
    remaining_share: float


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A due item today; it is as near as the limit that drives it."""

    limits: tuple[LimitStanding, ...]
    status: DueStatus
    driving_limit: IntervalType
    remaining_share: float
    projected_on: date | None
    projection: Projection


def standing(
    limits: Sequence[Limit],
    plan: Plan,
    *,
    current: Readings,
    rates: Rates,
    lead_days: int,
    extensions: Extensions = NO_EXTENSIONS,
    combine: Combine = Combine.FIRST,
) -> Standing:
    """Compare a plan with the present.

    The limit reached first drives; where that cannot be projected, the one with the smallest share left. Of a first
    due that combines to the last, the limit reached last drives, and the item is no more urgent than its least
    urgent limit.
    """
    each = tuple(
        _limit_standing(limit, due_of(limit, plan), extensions.of(limit), current, rates, lead_days)
        for limit in limits
    )
    deciding: Callable[..., LimitStanding] = max if combine is Combine.LAST else min
    driving = deciding(each, key=_reached)
    urgencies = [_URGENCY[one.status] for one in each]
    return Standing(
        limits=each,
        status=_STATUSES[min(urgencies) if combine is Combine.LAST else max(urgencies)],
        driving_limit=driving.limit.interval_type,
        remaining_share=driving.remaining_share,
        projected_on=driving.projected_on,
        projection=driving.projection,
    )


def opens_on(limit: Limit, due: int, *, current: Readings, rates: Rates) -> date | None:
    """Return the day on which the window of a due opens, today where it is open; None where no rate leads there."""
    opens = earliest(limit, due)
    remaining = opens - current.of(limit)
    if remaining <= 0:
        return current.on
    at = date.fromordinal(opens) if isinstance(limit, CalendarLimit) else opens
    return _projected(at, remaining, rates.of(limit), current.on)


_STATUSES = tuple(DueStatus)
_URGENCY = {status: place for place, status in enumerate(_STATUSES)}


def _reached(one: LimitStanding) -> tuple[date, float]:
    """Return when a limit is reached, as far as that is known, and how much of it is left."""
    # Of a day that is past one knows since when it is due, of counters only that they are.
    reached_on = one.due if isinstance(one.due, date) else one.projected_on
    return reached_on or date.max, one.remaining_share


def _limit_standing(
    limit: Limit, due: int, extension: int, current: Readings, rates: Rates, lead_days: int
) -> LimitStanding:
    remaining, rate = due - current.of(limit), rates.of(limit)
    shown_due = date.fromordinal(due) if isinstance(limit, CalendarLimit) else due
    projected_on = current.on if remaining <= 0 else _projected(shown_due, remaining, rate, current.on)
    by_rate = rate if remaining > 0 and projected_on is not None else None
    near = projected_on is not None and (projected_on - current.on).days <= lead_days
    return LimitStanding(
        limit=limit,
        due=shown_due,
        remaining=remaining,
        extension=extension,
        status=_status(limit, due, current.of(limit), extension, near=near),
        projected_on=projected_on,
        projection=by_rate.source if by_rate else Projection.NONE,
        remaining_share=remaining / (limit.interval * _NOMINAL.get(limit.unit, 1)),
    )


# Days in a month, for the share of an interval that is left: it ranks, it decides nothing.
_NOMINAL: dict[str, int] = {CalendarUnit.MONTHS: 30, CalendarUnit.CALENDAR_MONTHS: 30}


def _projected(due: int | date, remaining: int, rate: Rate | None, today: date) -> date | None:
    """Return the day on which what remains is used up; None where no rate leads there."""
    if isinstance(due, date):
        return due
    if rate is None or rate.amount <= 0:
        return None
    days = -(-remaining * rate.days // rate.amount)
    ordinal = today.toordinal() + days
    return date.fromordinal(ordinal) if ordinal <= _LAST_DAY else None


_LAST_DAY = date.max.toordinal()


def _status(limit: Limit, due: int, current: int, extension: int, *, near: bool) -> DueStatus:
    """Return how urgent a limit is; `near` when it is projected within the lead time."""
    if current > latest(limit, due):
        if current <= due + extension:
            return DueStatus.IN_EXTENSION
        return DueStatus.OVERDUE if limit.hard else DueStatus.DUE
    if current >= due:
        return DueStatus.DUE
    noticed = limit.notify is not None and due - current <= limit.notify
    return DueStatus.NOTIFY if near or noticed else DueStatus.OK
