"""A maintenance task: what it is, what is asked for, what is shown."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from amss.features.aircraft.model import Aircraft, ReadingsOut
from amss.features.due.model import Timeliness, UnusedOut
from amss.features.parts.model import PartItemStatus
from amss.features.programs.model import TaskType
from amss.foundation.batch import Batch
from amss.foundation.shapes import Count, FlightTime, Line, Moment, Name, Order, Record, Text


class TaskState(StrEnum):
    """How far a task has come."""

    SCHEDULED = "scheduled"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class TaskPriority(StrEnum):
    """How much a task presses."""

    ROUTINE = "routine"
    URGENT = "urgent"
    AOG = "aog"


Note = Annotated[Line, msgspec.Meta(max_length=1000)]
OPEN = frozenset({TaskState.SCHEDULED, TaskState.IN_PROGRESS})


class TaskOut(msgspec.Struct, frozen=True, kw_only=True):
    """A task as the API shows it; `late` ends after its due date, `overdue` is open past its own end.

    `unused` is what was left of each limit of its program when it was completed: minutes, cycles or days.
    """

    id: UUID
    aircraft_id: UUID
    program_id: UUID | None
    due_item_id: UUID | None
    state: TaskState
    type: TaskType
    title: str
    notes: str | None
    priority: TaskPriority
    start_time: datetime
    end_time: datetime
    slot: int
    estimated_minutes: int | None
    assigned_mechanic_id: UUID | None
    started_at: datetime | None
    completed_at: datetime | None
    performed_at: datetime | None
    cancelled_at: datetime | None
    cancel_reason: str | None
    readings: ReadingsOut | None
    due_at: datetime | None
    late: bool
    overdue: bool
    unused: tuple[UnusedOut, ...]
    version: int
    created_at: datetime
    updated_at: datetime


class Task(Record, frozen=True, kw_only=True):
    """One piece of work on one aircraft in a window of time that is half-open."""

    entity_type: ClassVar[str] = "maintenance-task"
    shown_as: ClassVar[type[msgspec.Struct]] = TaskOut

    aircraft_id: UUID
    program_id: UUID | None = None
    due_item_id: UUID | None = None
    state: TaskState = TaskState.SCHEDULED
    type: TaskType
    title: str
    notes: str | None = None
    priority: TaskPriority = TaskPriority.ROUTINE
    start_time: datetime
    end_time: datetime
    slot: int
    estimated_minutes: int | None = None
    assigned_mechanic_id: UUID | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    performed_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancel_reason: str | None = None
    reading_minutes: int | None = None
    reading_cycles: int | None = None
    due_at: datetime | None = None
    unused: tuple[UnusedOut, ...] = ()
    timeliness: Timeliness | None = None

    @property
    def readings(self) -> ReadingsOut | None:
        """The aircraft's counters at completion."""
        if self.reading_minutes is None or self.reading_cycles is None:
            return None
        return ReadingsOut(flight_minutes=self.reading_minutes, cycles=self.reading_cycles)

    @property
    def late(self) -> bool:
        """Whether it ends after what it is for falls due."""
        return self.due_at is not None and self.end_time > self.due_at

    @property
    def overdue(self) -> bool:
        """Whether it was still open past its end when it last changed."""
        return self.state in OPEN and self.end_time < self.updated_at


class NewTask(Order, frozen=True, kw_only=True):
    """Work that a planner puts on an aircraft."""

    aircraft_id: UUID
    type: TaskType
    title: Name
    start_time: Moment
    end_time: Moment
    program_id: UUID | None = None
    assigned_mechanic_id: UUID | None = None
    priority: TaskPriority = TaskPriority.ROUTINE
    notes: Text | None = None


class NewTasks(Batch[NewTask], frozen=True, kw_only=True):
    """Pieces of work that a planner puts on aircraft in one go."""


class TaskChange(Order, frozen=True, kw_only=True):
    """A merge patch of a task. Its state is no field to edit, its aircraft and its program are not to be changed."""

    type: TaskType | UnsetType = UNSET
    title: Name | UnsetType = UNSET
    notes: Text | UnsetType | None = UNSET
    priority: TaskPriority | UnsetType = UNSET
    start_time: Moment | UnsetType = UNSET
    end_time: Moment | UnsetType = UNSET
    assigned_mechanic_id: UUID | UnsetType | None = UNSET


class Handover(Order, frozen=True, kw_only=True):
    """Who goes on with work that is in progress, and what he must know."""

    assigned_mechanic_id: UUID
    note: Note


class PlannedTask(msgspec.Struct, frozen=True, kw_only=True):
    """Work whose aircraft, program and mechanic are known to fit; what is left is a place for it."""

    type: TaskType
    title: str
    start_time: datetime
    end_time: datetime
    program_id: UUID | None = None
    due_item_id: UUID | None = None
    due_at: datetime | None = None
    estimated_minutes: int | None = None
    assigned_mechanic_id: UUID | None = None
    priority: TaskPriority = TaskPriority.ROUTINE
    notes: str | None = None


class Readings(Order, frozen=True, kw_only=True):
    """An aircraft's counters as somebody read them."""

    flight_minutes: FlightTime
    cycles: Count


class StateChange(Order, frozen=True, kw_only=True):
    """Where a task goes, and what that step asks for."""

    state: TaskState
    notes: Text | None = None
    reason: Text | None = None
    performed_at: Moment | None = None
    readings: Readings | None = None
    allow_late_cancel: bool = False


class Booked(msgspec.Struct, frozen=True):
    """A place that active work takes, on an aircraft or in a mechanic's day."""

    id: UUID
    title: str
    slot: int
    start_time: datetime
    end_time: datetime


class GivenUp(msgspec.Struct, frozen=True):
    """A window for which a due item was planned, and then it was not to be."""

    due_item_id: UUID
    start_time: datetime
    end_time: datetime


class PlannedWork(msgspec.Struct, frozen=True):
    """What is to be put on an aircraft, and what is booked on it meanwhile."""

    aircraft: Aircraft
    planned: Sequence[PlannedTask]
    booked: Sequence[Booked]


class Place(msgspec.Struct, frozen=True):
    """An aircraft, and what is booked on it in a window."""

    aircraft: Aircraft
    booked: tuple[Booked, ...]


class Mechanic(msgspec.Struct, frozen=True):
    """What must be known of a user before he is given work."""

    id: UUID
    name: str
    role: str
    active: bool


class Requirement(msgspec.Struct, frozen=True):
    """A program as it stands for one aircraft, and what is due by it there."""

    program_id: UUID
    code: str
    applies: bool
    estimated_minutes: int
    due_item_id: UUID | None
    open_task_id: UUID | None
    due_at: datetime | None


class UnsignedCheck(msgspec.Struct, frozen=True):
    """A check of a task that stands in the way of its completion."""

    id: UUID
    description: str
    result: str


class ReservedPart(msgspec.Struct, frozen=True):
    """A piece that is reserved for a task; expired or not on the day the step is taken."""

    reservation_id: UUID
    part_item_id: UUID
    serial_number: str
    name: str
    status: PartItemStatus
    expired: bool


class StepFacts(msgspec.Struct, frozen=True):
    """What else has a say in a step of a task's life: the policy, its checks, its reserved parts, its mechanic."""

    early_start_minutes: int
    has_checks: bool
    unsigned: tuple[UnsignedCheck, ...]
    reserved: tuple[ReservedPart, ...] = ()
    mechanic: Mechanic | None = None


class Standing(msgspec.Struct, frozen=True):
    """A task as it stands, with all that has a say in its next step."""

    task: Task
    aircraft: Aircraft
    facts: StepFacts
