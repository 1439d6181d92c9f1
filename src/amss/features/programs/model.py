"""A maintenance program and its limits: what they are, what is asked for, what is shown."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from amss.foundation.paging import ListQuery
from amss.foundation.shapes import FlightTime, Line, Name, Order, Record, Text


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


class Recurrence(StrEnum):
    """How the next due follows from the work done."""

    TO_ACTUAL = "to_actual"  # next = done + interval
    TO_PLAN = "to_plan"  # inside the tolerance next = due + interval, outside done + interval
    FIXED = "fixed"  # next = first due + a whole number of intervals


class Combine(StrEnum):
    """Which of its limits makes a program due for the first time; repeats are due at the first."""

    FIRST = "first"
    LAST = "last"


class TaskType(StrEnum):
    """The kind of work."""

    INSPECTION = "inspection"
    REPAIR = "repair"
    OVERHAUL = "overhaul"


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


class ProgramOut(msgspec.Struct, frozen=True, kw_only=True):
    """A program as the API shows it; `interval_type` and `interval_value` repeat its first limit."""

    id: UUID
    code: str
    name: str
    description: str | None
    ata_chapter: str | None
    aircraft_id: UUID | None
    model: str | None
    task_type: TaskType
    interval_type: IntervalType
    interval_value: int
    limits: tuple[Limit, ...]
    recurrence: Recurrence
    combine: Combine
    lead_days: int
    estimated_minutes: int
    effective_from: date | None
    active: bool
    version: int
    created_at: datetime
    updated_at: datetime


class Program(Record, frozen=True, kw_only=True):
    """A recurring requirement: of one aircraft, of every aircraft of a model, or of none yet."""

    entity_type: ClassVar[str] = "program"
    shown_as: ClassVar[type[msgspec.Struct]] = ProgramOut

    code: str
    name: str
    description: str | None = None
    ata_chapter: str | None = None
    aircraft_id: UUID | None = None
    model: str | None = None
    task_type: TaskType
    interval_type: IntervalType
    interval_value: int
    limits: tuple[Limit, ...]
    recurrence: Recurrence = Recurrence.TO_ACTUAL
    combine: Combine = Combine.FIRST
    lead_days: int
    estimated_minutes: int
    effective_from: date | None = None
    active: bool = True


Code = Annotated[Line, msgspec.Meta(max_length=60, examples=["A-CHK"])]
AtaChapter = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{2}(-?[0-9]{2}){0,2}$(?!\n)", examples=["32-11"])]
LeadDays = Annotated[int, msgspec.Meta(ge=0, le=3_650)]
WorkMinutes = Annotated[int, msgspec.Meta(ge=1, le=129_600)]  # the longest window of a task: 90 days
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


class NewProgram(Order, frozen=True, kw_only=True):
    """A program to set up; its limits are listed, or one is given as `interval_type` and `interval_value`.

    `interval_value` counts hours, cycles or days.
    """

    code: Code
    name: Name
    task_type: TaskType
    description: Text | None = None
    ata_chapter: AtaChapter | None = None
    aircraft_id: UUID | None = None
    model: Name | None = None
    limits: Limits | None = None
    interval_type: IntervalType | None = None
    interval_value: Amount | None = None
    recurrence: Recurrence = Recurrence.TO_ACTUAL
    combine: Combine = Combine.FIRST
    lead_days: LeadDays = 30
    estimated_minutes: WorkMinutes = 480
    effective_from: date | None = None


class ProgramChange(Order, frozen=True, kw_only=True):
    """A merge patch of a program; limits are replaced as a whole."""

    name: Name | UnsetType = UNSET
    description: Text | UnsetType | None = UNSET
    ata_chapter: AtaChapter | UnsetType | None = UNSET
    limits: Limits | UnsetType = UNSET
    recurrence: Recurrence | UnsetType = UNSET
    combine: Combine | UnsetType = UNSET
    lead_days: LeadDays | UnsetType = UNSET
    estimated_minutes: WorkMinutes | UnsetType = UNSET
    active: bool | UnsetType = UNSET


class ProgramQuery(ListQuery, kw_only=True, forbid_unknown_fields=True):
    """How programs can be filtered."""

    aircraft_id: UUID | None = None
    model: str | None = None
    active: bool | None = None
    code: str | None = None
