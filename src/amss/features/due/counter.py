"""Places on the counter of a limit: minutes flown, cycles, or days, where a day is its ordinal number. No I/O."""

import calendar
from datetime import date

import msgspec

from amss.features.programs.limits import CalendarLimit, CalendarUnit, Limit, ToleranceUnit


class Mark(msgspec.Struct, frozen=True):
    """A point on a limit's counter: so many of the limit's units after an anchor."""

    anchor: int
    count: int

    def plus(self, count: int) -> "Mark":
        """Return the mark so many units further."""
        return Mark(self.anchor, self.count + count)


def earliest(limit: Limit, due: int) -> int:
    """Return where the window of a due opens."""
    return _shifted(limit, due, -limit.early)


def latest(limit: Limit, due: int) -> int:
    """Return where the window of a due closes."""
    return _shifted(limit, due, limit.late)


def position(limit: Limit, mark: Mark) -> int:
    """Return a mark's place on its counter."""
    # No calendar month after a day is that day itself, not the end of its month.
    if isinstance(limit, CalendarLimit) and mark.count:
        return day_after(date.fromordinal(mark.anchor), mark.count, limit.unit).toordinal()
    return mark.anchor + mark.count


def day_after(anchor: date, count: int, unit: CalendarUnit) -> date:
    """Return the day `count` units after an anchor (before it, if negative), within the calendar.

    31 January and 1 month is 28 (29) February, and 2 months is 31 March. Calendar months end on their last day.
    """
    if unit is CalendarUnit.DAYS:
        return date.fromordinal(min(max(anchor.toordinal() + count, 1), date.max.toordinal()))
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + count, 12)
    if not date.min.year <= year <= date.max.year:
        return date.max if count > 0 else date.min
    month_end = calendar.monthrange(year, month + 1)[1]
    day = month_end if unit is CalendarUnit.CALENDAR_MONTHS else min(anchor.day, month_end)
    return date(year, month + 1, day)


def first_beyond(limit: Limit, mark: Mark, place: int) -> Mark:
    """Return the first of a mark and its repeats that lies beyond a place."""
    repeats = max((units_between(limit, mark.anchor, place) - mark.count) // limit.interval, 0)
    reached = mark.plus(repeats * limit.interval)
    return reached if position(limit, reached) > place else reached.plus(limit.interval)


def units_between(limit: Limit, anchor: int, place: int) -> int:
    """Return the units from an anchor to a place, months by their names alone."""
    if isinstance(limit, CalendarLimit) and limit.unit is not CalendarUnit.DAYS:
        one, other = date.fromordinal(anchor), date.fromordinal(place)
        return (other.year - one.year) * 12 + other.month - one.month
    return place - anchor


def _shifted(limit: Limit, due: int, amount: int) -> int:
    if isinstance(limit, CalendarLimit) and limit.tolerance_unit is ToleranceUnit.MONTHS:
        ends_with_month = limit.unit is CalendarUnit.CALENDAR_MONTHS
        unit = CalendarUnit.CALENDAR_MONTHS if ends_with_month else CalendarUnit.MONTHS
        return day_after(date.fromordinal(due), amount, unit).toordinal() if amount else due
    return due + amount
