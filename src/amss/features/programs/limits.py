"""The limits of a program: what they are, and how they are asked for."""

from enum import StrEnum
from typing import Annotated, ClassVar

import msgspec

from amss.foundation.shapes import FlightTime, Order


class IntervalType(StrEnum):
    """The counter a limit counts on."""

    FLIGHT_HOURS = "flight_hours"
    CYCLES = "cycles"
    CALENDAR = "calendar"


class CalendarUnit(StrEnum):
    """What a calendar limit counts."""

    DAYS = "days"
    MONTHS = "months"  # to the same day of the month, or to its last where it has no such day
    CALENDAR_MONTHS = "calendar_months"  # to the last day of the month


class ToleranceUnit(StrEnum):
    """What the tolerance of a calendar limit counts."""

    DAYS = "days"
    MONTHS = "months"  # of a limit in calendar months: to the last day of the month


class FlightHoursLimit(msgspec.Struct, frozen=True, tag_field="interval_type", tag="flight_hours"):
    """Due after so much time flown, counted in minutes."""

    interval_type: ClassVar[IntervalType] = IntervalType.FLIGHT_HOURS
    unit: ClassVar[str] = "minutes"
    tolerance_unit: ClassVar[str] = "minutes"

    first_minutes: int
    interval_minutes: int
    early_minutes: int = 0
    late_minutes: int = 0
    notify_minutes: int | None = None
    max_extension_minutes: int = 0
    hard: bool = True

    @property
    def first(self) -> int:
        """The threshold of the first due."""
        return self.first_minutes

    @property
    def interval(self) -> int:
        """From one due to the next."""
        return self.interval_minutes

    @property
    def early(self) -> int:
        """How long before due the work still counts for it."""
        return self.early_minutes

    @property
    def late(self) -> int:
        """How long after due the work still counts for it."""
        return self.late_minutes

    @property
    def notify(self) -> int | None:
        """What is left when the item begins to notify; None: the program's lead time alone decides."""
        return self.notify_minutes

    @property
    def max_extension(self) -> int:
        """The longest extension that can be approved."""
        return self.max_extension_minutes


class CyclesLimit(msgspec.Struct, frozen=True, tag_field="interval_type", tag="cycles"):
    """Due after so many cycles."""

    interval_type: ClassVar[IntervalType] = IntervalType.CYCLES
    unit: ClassVar[str] = "cycles"
    tolerance_unit: ClassVar[str] = "cycles"

    first: int
    interval: int
    early: int = 0
    late: int = 0
    notify: int | None = None
    max_extension: int = 0
    hard: bool = True


class CalendarLimit(msgspec.Struct, frozen=True, tag_field="interval_type", tag="calendar"):
    """Due after so many days or months, at the end of the day in the organization's time zone.

    `early` and `late` are in `tolerance_unit`, `notify` and `max_extension` in days.
    """

    interval_type: ClassVar[IntervalType] = IntervalType.CALENDAR

    unit: CalendarUnit
    first: int
    interval: int
    early: int = 0
    late: int = 0
    tolerance_unit: ToleranceUnit = ToleranceUnit.DAYS
    notify: int | None = None
    max_extension: int = 0
    hard: bool = True


Limit = FlightHoursLimit | CyclesLimit | CalendarLimit

Amount = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
Margin = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


class LimitOrder(Order, frozen=True, kw_only=True):
    """A limit as it is asked for: flight hours in the fields that end in `_minutes`, the others in the plain ones.

    `first` is the threshold of the first due, as long as the interval if it is not given. Work inside `early` and
    `late` of a due counts for it; of a calendar limit both are in `tolerance_unit`, days if it is not given.
    The item notifies when no more than `notify` is left; `max_extension` is the longest that can be approved (of a
    calendar limit both are days). A limit that is not `hard` never becomes overdue.
    """

    interval_type: IntervalType
    unit: CalendarUnit | None = None
    interval: Amount | None = None
    first: Amount | None = None
    early: Margin | None = None
    late: Margin | None = None
    tolerance_unit: ToleranceUnit | None = None
    notify: Margin | None = None
    max_extension: Margin | None = None
    interval_minutes: FlightTime | None = None
    first_minutes: FlightTime | None = None
    early_minutes: FlightTime | None = None
    late_minutes: FlightTime | None = None
    notify_minutes: FlightTime | None = None
    max_extension_minutes: FlightTime | None = None
    hard: bool = True


Limits = Annotated[tuple[LimitOrder, ...], msgspec.Meta(min_length=1, max_length=3)]
