"""What the limits of a program may be. No I/O."""

from collections.abc import Sequence
from typing import Any

from amss.features.programs.limits import (
    CalendarLimit,
    CalendarUnit,
    CyclesLimit,
    FlightHoursLimit,
    IntervalType,
    Limit,
    LimitOrder,
    ToleranceUnit,
)
from amss.features.programs.model import NewProgram
from amss.foundation.errors import FieldError
from amss.foundation.shapes import flight_minutes


def value_of(limit: Limit) -> int:
    """Return a limit's interval as the drawing has it: flight hours in hours."""
    return limit.interval // 60 if isinstance(limit, FlightHoursLimit) else limit.interval


def limits_of(new: NewProgram, faults: list[FieldError]) -> tuple[Limit, ...]:
    """Return the limits asked for, in either form; append what is wrong with them."""
    pair = (new.interval_type, new.interval_value)
    if new.limits is not None:
        if pair != (None, None):
            faults.append(
                FieldError("/limits", "EXCLUSIVE", "Give limits or interval_type and interval_value, not both.")
            )
        return listed(new.limits, faults)
    if new.interval_type is None or new.interval_value is None:
        faults.append(FieldError("/limits", "MISSING", "Give limits, or one as interval_type and interval_value."))
        return ()
    return listed((_pair_as_limit(new.interval_type, new.interval_value),), faults, at="/interval_value")


def _pair_as_limit(interval_type: IntervalType, value: int) -> LimitOrder:
    match interval_type:
        case IntervalType.FLIGHT_HOURS:
            return LimitOrder(interval_type=interval_type, interval_minutes=value * 60)
        case IntervalType.CYCLES:
            return LimitOrder(interval_type=interval_type, interval=value)
        case IntervalType.CALENDAR:
            return LimitOrder(interval_type=interval_type, interval=value, unit=CalendarUnit.DAYS)


def listed(orders: Sequence[LimitOrder], faults: list[FieldError], *, at: str | None = None) -> tuple[Limit, ...]:
    """Return the limits asked for one by one; append what is wrong with them, at their own place or at `at`."""
    limits: list[Limit] = []
    for place, order in enumerate(orders):
        if order.interval_type in {each.interval_type for each in orders[:place]}:
            faults.append(
                FieldError(
                    f"/limits/{place}/interval_type", "REPEATED", "A program has one limit per counter at most."
                )
            )
        found = _faults_of(order)
        faults += [FieldError(at or f"/limits/{place}/{name}", code, text) for name, code, text in found]
        if not found:
            limits.append(_limit(order))
    return tuple(limits)


_AMOUNTS = ("interval", "first", "early", "late", "notify", "max_extension")
_IN_MINUTES = tuple(f"{name}_minutes" for name in _AMOUNTS)
_CALENDAR_ONLY = ("unit", "tolerance_unit")
_ALL_FIELDS = (*_IN_MINUTES, *_AMOUNTS, *_CALENDAR_ONLY)
_FIELDS = {
    IntervalType.FLIGHT_HOURS: _IN_MINUTES,
    IntervalType.CYCLES: _AMOUNTS,
    IntervalType.CALENDAR: (*_AMOUNTS, *_CALENDAR_ONLY),
}
_MOST_MINUTES = 60_000_000
# A century: longer intervals are slips of the keyboard, and dates do not go on for ever.
_CENTURY = 36_500
_MOST = {CalendarUnit.DAYS: _CENTURY, CalendarUnit.MONTHS: 1_200, CalendarUnit.CALENDAR_MONTHS: 1_200}

# What is wrong with a limit: (field, code, sentence).
_Fault = tuple[str, str, str]


def _faults_of(order: LimitOrder) -> list[_Fault]:
    """Return everything that is wrong with one limit."""
    own = _FIELDS[order.interval_type]
    faults = [
        (name, "NOT_APPLICABLE", f"A {order.interval_type} limit has no {name}.")
        for name in _ALL_FIELDS
        if name not in own and getattr(order, name) is not None
    ]
    if getattr(order, own[0]) is None:
        return [*faults, (own[0], "MISSING", f"A {order.interval_type} limit needs {own[0]}.")]
    match order.interval_type:
        case IntervalType.FLIGHT_HOURS:
            faults += _faults_of_flight_time(order)
        case IntervalType.CALENDAR:
            faults += _faults_of_calendar(order)
        case IntervalType.CYCLES:
            pass
    return faults + _faults_of_tolerance(order)


def _faults_of_flight_time(order: LimitOrder) -> list[_Fault]:
    faults: list[_Fault] = []
    for name in _IN_MINUTES:
        if (given := getattr(order, name)) is None:
            continue
        minutes, least = flight_minutes(given), 1 if name in _IN_MINUTES[:2] else 0
        if not least <= minutes <= _MOST_MINUTES:
            faults.append((name, "RANGE", f"Flight time is between {least} and {_MOST_MINUTES} minutes."))
        elif name == "interval_minutes" and minutes % 60:
            faults.append((name, "WHOLE_HOURS", "A flight hour interval is whole hours."))
    return faults


def _faults_of_calendar(order: LimitOrder) -> list[_Fault]:
    unit = order.unit or CalendarUnit.DAYS
    most = {
        "interval": (_MOST[unit], unit),
        "first": (_MOST[unit], unit),
        "notify": (_CENTURY, CalendarUnit.DAYS),
        "max_extension": (_CENTURY, CalendarUnit.DAYS),
    }
    return [
        (name, "RANGE", f"At most {amount} {counted}.")
        for name, (amount, counted) in most.items()
        if _amount(order, name) > amount
    ]


def _faults_of_tolerance(order: LimitOrder) -> list[_Fault]:
    """Return the tolerances that reach from one due to the next, where a work would not know which it is for."""
    interval, _, early, late, *_ = _FIELDS[order.interval_type]
    length = _amount(order, interval)
    unit_of_tolerance = 1
    if order.interval_type is IntervalType.CALENDAR:
        # Months of different lengths: the interval may be all short ones, the tolerance all long ones.
        in_months = order.unit in (CalendarUnit.MONTHS, CalendarUnit.CALENDAR_MONTHS)
        tolerance_in_months = order.tolerance_unit is ToleranceUnit.MONTHS
        if in_months and not tolerance_in_months:
            length *= _SHORTEST_MONTH
        elif tolerance_in_months and not in_months:
            unit_of_tolerance = _LONGEST_MONTH
    return [
        (name, "RANGE", "A tolerance is shorter than the interval.")
        for name in (early, late)
        if _amount(order, name) * unit_of_tolerance >= length
    ]


_SHORTEST_MONTH, _LONGEST_MONTH = 28, 31


def _amount(order: LimitOrder, name: str) -> int:
    """Return an amount asked for, flight time in minutes; 0 if it is not given."""
    given = getattr(order, name)
    return 0 if given is None else flight_minutes(given)


def _limit(order: LimitOrder) -> Limit:
    """Return a limit that was found in order."""
    interval, first, early, late, notify, max_extension = _FIELDS[order.interval_type][: len(_AMOUNTS)]
    amounts: dict[str, Any] = {
        interval: _amount(order, interval),
        first: _amount(order, first) or _amount(order, interval),
        early: _amount(order, early),
        late: _amount(order, late),
        notify: None if getattr(order, notify) is None else _amount(order, notify),
        max_extension: _amount(order, max_extension),
        "hard": order.hard,
    }
    match order.interval_type:
        case IntervalType.FLIGHT_HOURS:
            return FlightHoursLimit(**amounts)
        case IntervalType.CYCLES:
            return CyclesLimit(**amounts)
        case IntervalType.CALENDAR:
            return CalendarLimit(
                unit=order.unit or CalendarUnit.DAYS,
                tolerance_unit=order.tolerance_unit or ToleranceUnit.DAYS,
                **amounts,
            )
