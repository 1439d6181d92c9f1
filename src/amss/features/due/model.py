"""A due item (one program on one aircraft): what it is, what is shown, what planning needs of it."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

import msgspec

from amss.features.aircraft.model import Aircraft
from amss.features.programs.limits import IntervalType
from amss.features.programs.model import TaskType
from amss.foundation.paging import ListQuery
from amss.foundation.shapes import Order, Record


class DueStatus(StrEnum):
    """How near the work is, from far to near."""

    OK = "ok"
    NOTIFY = "notify"  # projected within the program's lead time, or no more left than a limit's notify amount
    DUE = "due"  # at the limit, or past it within the tolerance
    IN_EXTENSION = "in_extension"  # past the tolerance within an approved extension
    OVERDUE = "overdue"


class Projection(StrEnum):
    """Which daily rate the projected day rests on."""

    MEASURED = "measured"  # the mean of what the aircraft flew lately
    PLANNED = "planned"  # set on the aircraft, used where nothing was entered lately
    NONE = "none"  # none was needed (a calendar limit, a limit already reached), or none is known


class StartSource(StrEnum):
    """Where the count to the first due starts."""

    LAST_DONE = "last_done"
    EFFECTIVE_FROM = "effective_from"
    IN_SERVICE = "in_service"
    ASSIGNMENT = "assignment"


class DueItem(Record, frozen=True, kw_only=True):
    """A program on an aircraft as it is stored; all but the keys, start and last done is derived."""

    program_id: UUID
    aircraft_id: UUID
    start_source: StartSource
    start_on: date
    start_minutes: int
    start_cycles: int
    last_done_on: date | None = None
    last_done_minutes: int | None = None
    last_done_cycles: int | None = None
    last_task_id: UUID | None = None
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
    extension_minutes: int = 0
    extension_cycles: int = 0
    extension_days: int = 0
    status: DueStatus = DueStatus.OK
    driving_limit: IntervalType | None = None
    remaining_share: float = 1
    projected_on: date | None = None
    projection: Projection = Projection.NONE
    open_task_id: UUID | None = None
    blocked_reason: str | None = None
    needs_confirmation: bool = False


class ProgramRef(msgspec.Struct, frozen=True):
    """Which program."""

    id: UUID
    code: str
    name: str


class AircraftRef(msgspec.Struct, frozen=True):
    """Which aircraft."""

    id: UUID
    tail_number: str


class StartOut(msgspec.Struct, frozen=True):
    """Where the count to the first due started, and why there."""

    source: StartSource
    on: date
    flight_minutes: int
    cycles: int


class LastDoneOut(msgspec.Struct, frozen=True):
    """The day the work was last done, and the counters on it."""

    on: date
    flight_minutes: int
    cycles: int


class DueLimitOut(msgspec.Struct, frozen=True, kw_only=True):
    """One limit: due and remaining are minutes for flight hours, cycles, or a day and days for the calendar.

    Due is without tolerance: `early` and `late` (in `tolerance_unit`) and the approved `extension` (minutes, cycles
    or days) stand beside it.
    """

    interval_type: IntervalType
    unit: str
    interval: int
    due: int | date
    remaining: int
    early: int
    late: int
    tolerance_unit: str
    extension: int


class ExplainedLimitOut(DueLimitOut, frozen=True, kw_only=True):
    """One limit with a sentence that says how it was computed."""

    explain: str


class DueItemOut(msgspec.Struct, frozen=True, kw_only=True):
    """A due item as lists and events show it."""

    entity_type: ClassVar[str] = "due-item"
    shown_as: ClassVar[type[msgspec.Struct]]

    id: UUID
    program: ProgramRef
    aircraft: AircraftRef
    status: DueStatus
    driving_limit: IntervalType | None
    projected_on: date | None
    projection: Projection
    task_id: UUID | None
    blocked_reason: str | None
    needs_confirmation: bool
    start: StartOut
    last_done: LastDoneOut | None
    limits: tuple[DueLimitOut, ...]
    version: int
    created_at: datetime
    updated_at: datetime


# It is made to be shown, so what is recorded of a due item is itself.
DueItemOut.shown_as = DueItemOut


class DueItemDetail(DueItemOut, frozen=True, kw_only=True):
    """A due item with an explanation of each limit."""

    limits: tuple[ExplainedLimitOut, ...]


class DueForPlanning(msgspec.Struct, frozen=True, kw_only=True):
    """A due item inside its program's lead time that no task is planned for.

    `opens_at` is the beginning of the day from which on the work counts for its due, `due_at` the end of the day it
    falls due, in the organization's time zone: past for a calendar limit that is overdue, where `projected_on` is
    today.
    """

    due_item_id: UUID
    aircraft: Aircraft
    program_id: UUID
    program_code: str
    program_name: str
    task_type: TaskType
    estimated_minutes: int
    projected_on: date
    opens_at: datetime
    due_at: datetime


class UnusedOut(msgspec.Struct, frozen=True, kw_only=True):
    """What was left of a limit when the work was done: minutes, cycles or days; negative when it was done late."""

    interval_type: IntervalType
    unused: int


class Timeliness(StrEnum):
    """How work stood to its due when it was done, from the best to the worst."""

    ON_TIME = "on_time"
    IN_TOLERANCE = "in_tolerance"
    IN_EXTENSION = "in_extension"
    LATE = "late"


class AgainstDue(msgspec.Struct, frozen=True):
    """Work held against the due it was done for: what it left of each limit, and whether it was in time.

    Nothing and None where it was not done for the latest due.
    """

    unused: tuple[UnusedOut, ...] = ()
    timeliness: Timeliness | None = None


class OverdueItem(msgspec.Struct, frozen=True):
    """A due item that is overdue: its id, its program's code and name, and whether that is paused."""

    id: UUID
    code: str
    name: str
    paused: bool


class NewAssignment(Order, frozen=True, kw_only=True):
    """An aircraft to put under a program."""

    aircraft_id: UUID


class AssignmentOut(msgspec.Struct, frozen=True, kw_only=True):
    """An aircraft under a program; status and projected day are null while the program is not active."""

    due_item_id: UUID
    aircraft: AircraftRef
    status: DueStatus | None
    projected_on: date | None
    task_id: UUID | None


class AssignmentQuery(ListQuery, kw_only=True, forbid_unknown_fields=True):
    """How the aircraft under a program are listed."""
