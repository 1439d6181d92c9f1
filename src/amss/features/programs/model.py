"""A maintenance program: what it is, what is asked for, what is shown."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from amss.features.programs.limits import Amount, IntervalType, Limit, Limits
from amss.foundation.paging import ListQuery
from amss.foundation.shapes import Line, Name, Order, Record, Text


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


class ChecklistItem(Order, frozen=True, kw_only=True):
    """One check of the work, and the rule it answers to."""

    description: Annotated[Line, msgspec.Meta(max_length=1_000, examples=["Engine oil level checked"])]
    regulatory_ref: Name | None = None


class PartRequirement(Order, frozen=True, kw_only=True):
    """How many pieces of a part the work needs."""

    part_definition_id: UUID
    quantity: Annotated[int, msgspec.Meta(ge=1, le=1_000)]


class ProgramOut(msgspec.Struct, frozen=True, kw_only=True):
    """A program as the API shows it; `interval_type` and `interval_value` repeat its first limit.

    `checklist` and `parts` are templates for its tasks. An airworthiness limitation cannot be extended. A program
    that carries out an airworthiness directive names it, its revision and how it is complied with (14 CFR
    91.417(a)(2)(v)). By a program that is not active nothing is due.
    """

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
    airworthiness_limitation: bool
    directive: str | None
    directive_revised_on: date | None
    method_of_compliance: str | None
    active: bool
    checklist: tuple[ChecklistItem, ...]
    parts: tuple[PartRequirement, ...]
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
    airworthiness_limitation: bool = False
    directive: str | None = None
    directive_revised_on: date | None = None
    method_of_compliance: str | None = None
    active: bool = True
    checklist: tuple[ChecklistItem, ...] = ()
    parts: tuple[PartRequirement, ...] = ()


Code = Annotated[Line, msgspec.Meta(max_length=60, examples=["A-CHK"])]
AtaChapter = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{2}(-?[0-9]{2}){0,2}$(?!\n)", examples=["32-11"])]
Directive = Annotated[Line, msgspec.Meta(max_length=100, examples=["EASA AD 2024-0113"])]
MethodOfCompliance = Annotated[Line, msgspec.Meta(max_length=1_000, examples=["Repetitive inspection by SB 28-0042"])]
LeadDays = Annotated[int, msgspec.Meta(ge=0, le=3_650)]
WorkMinutes = Annotated[int, msgspec.Meta(ge=1, le=129_600)]  # the longest window of a task: 90 days
Checklist = Annotated[tuple[ChecklistItem, ...], msgspec.Meta(max_length=100)]
Parts = Annotated[tuple[PartRequirement, ...], msgspec.Meta(max_length=100)]


class NewProgram(Order, frozen=True, kw_only=True):
    """A program to set up; its limits are listed, or one is given as `interval_type` and `interval_value`.

    `interval_value` counts hours, cycles or days. One that is not active is a draft: nothing is due by it, and it
    comes over the aircraft it applies to when it is made active.
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
    airworthiness_limitation: bool = False
    directive: Directive | None = None
    directive_revised_on: date | None = None
    method_of_compliance: MethodOfCompliance | None = None
    active: bool = True
    checklist: Checklist = ()
    parts: Parts = ()


class ProgramChange(Order, frozen=True, kw_only=True):
    """A merge patch of a program; limits, checklist and parts are replaced as a whole."""

    name: Name | UnsetType = UNSET
    description: Text | UnsetType | None = UNSET
    ata_chapter: AtaChapter | UnsetType | None = UNSET
    limits: Limits | UnsetType = UNSET
    recurrence: Recurrence | UnsetType = UNSET
    combine: Combine | UnsetType = UNSET
    lead_days: LeadDays | UnsetType = UNSET
    estimated_minutes: WorkMinutes | UnsetType = UNSET
    airworthiness_limitation: bool | UnsetType = UNSET
    directive: Directive | UnsetType | None = UNSET
    directive_revised_on: date | UnsetType | None = UNSET
    method_of_compliance: MethodOfCompliance | UnsetType | None = UNSET
    active: bool | UnsetType = UNSET
    checklist: Checklist | UnsetType = UNSET
    parts: Parts | UnsetType = UNSET


class ProgramQuery(ListQuery, kw_only=True, forbid_unknown_fields=True):
    """How programs can be filtered."""

    aircraft_id: UUID | None = None
    model: str | None = None
    active: bool | None = None
    airworthiness_limitation: bool | None = None
    ata_chapter: Annotated[
        AtaChapter | None, msgspec.Meta(description="A chapter with all below it: `32` also finds `32-11`.")
    ] = None
    code: str | None = None
