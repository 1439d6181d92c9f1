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


class Recurrence(StrEnum):
    """How the next due follows from the work done."""

    TO_ACTUAL = "to_actual"  # next = done + interval


class TaskType(StrEnum):
    """The kind of work."""

    INSPECTION = "inspection"
    REPAIR = "repair"
    OVERHAUL = "overhaul"


class FlightHoursLimit(msgspec.Struct, frozen=True, tag_field="interval_type", tag="flight_hours"):
    """Due after so much time flown, counted in minutes."""

    interval_type: ClassVar[IntervalType] = IntervalType.FLIGHT_HOURS
    unit: ClassVar[str] = "minutes"

    first_minutes: int
    interval_minutes: int

    @property
    def first(self) -> int:
        """The threshold of the first due."""
        return self.first_minutes

    @property
    def interval(self) -> int:
        """From one due to the next."""
        return self.interval_minutes


class CyclesLimit(msgspec.Struct, frozen=True, tag_field="interval_type", tag="cycles"):
    """Due after so many cycles."""

    interval_type: ClassVar[IntervalType] = IntervalType.CYCLES
    unit: ClassVar[str] = "cycles"

    first: int
    interval: int


class CalendarLimit(msgspec.Struct, frozen=True, tag_field="interval_type", tag="calendar"):
    """Due after so many days or months, at the end of the day in the organization's time zone."""

    interval_type: ClassVar[IntervalType] = IntervalType.CALENDAR

    unit: CalendarUnit
    first: int
    interval: int


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
    lead_days: int
    estimated_minutes: int
    effective_from: date | None = None
    active: bool = True


Code = Annotated[Line, msgspec.Meta(max_length=60, examples=["A-CHK"])]
AtaChapter = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{2}(-?[0-9]{2}){0,2}$(?!\n)", examples=["32-11"])]
LeadDays = Annotated[int, msgspec.Meta(ge=0, le=3_650)]
WorkMinutes = Annotated[int, msgspec.Meta(ge=1, le=129_600)]  # the longest window of a task: 90 days
Amount = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


class LimitOrder(Order, frozen=True, kw_only=True):
    """A limit as it is asked for: flight hours in `interval_minutes`, the others in `interval`.

    `first` (or `first_minutes`) is the threshold of the first due, as long as the interval if it is not given.
    """

    interval_type: IntervalType
    unit: CalendarUnit | None = None
    interval: Amount | None = None
    first: Amount | None = None
    interval_minutes: FlightTime | None = None
    first_minutes: FlightTime | None = None


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
    lead_days: LeadDays = 30
    estimated_minutes: WorkMinutes = 480
    effective_from: date | None = None


class ProgramChange(Order, frozen=True, kw_only=True):
    """A merge patch of a program; limits are replaced as a whole."""

    name: Name | UnsetType = UNSET
    description: Text | UnsetType | None = UNSET
    ata_chapter: AtaChapter | UnsetType | None = UNSET
    limits: Limits | UnsetType = UNSET
    lead_days: LeadDays | UnsetType = UNSET
    estimated_minutes: WorkMinutes | UnsetType = UNSET
    active: bool | UnsetType = UNSET


class ProgramQuery(ListQuery, kw_only=True, forbid_unknown_fields=True):
    """How programs can be filtered."""

    aircraft_id: UUID | None = None
    model: str | None = None
    active: bool | None = None
    code: str | None = None
