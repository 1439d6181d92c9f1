"""A task as it is shown by itself: with its checks, the parts that are reserved for it, and those it asks for."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from amss.features.compliance.model import ComplianceResult
from amss.features.parts.reservation_model import ReservationState
from amss.features.tasks.model import TaskOut, TaskState
from amss.foundation.access import Role
from amss.foundation.errors import Reason
from amss.foundation.paging import OneQuery


class CheckOfTask(msgspec.Struct, frozen=True, kw_only=True):
    """A compliance item of a task; what its signature says is null until it is signed."""

    id: UUID
    description: str
    regulatory_ref: str | None
    from_program: bool
    result: ComplianceResult
    notes: str | None
    sign_off_user_id: UUID | None
    sign_off_time: datetime | None
    signer_name: str | None
    signer_role: Role | None
    signer_licence_number: str | None
    signer_licence_kind: str | None
    supersedes_id: UUID | None
    reason: str | None
    version: int


class PartOfTask(msgspec.Struct, frozen=True, kw_only=True):
    """A part that is, or was, reserved for a task; `id` is the reservation's."""

    id: UUID
    part_item_id: UUID
    part_definition_id: UUID
    name: str
    part_number: str | None
    serial_number: str
    expiry_date: date | None
    state: ReservationState
    used_at: datetime | None
    released_at: datetime | None
    version: int


class PartDemand(msgspec.Struct, frozen=True, kw_only=True):
    """What a task is to have from the store, and how many of these pieces are reserved for it or used on it."""

    part_definition_id: UUID
    name: str
    part_number: str | None
    quantity: int
    reserved: int
    used: int


class TaskDetail(TaskOut, frozen=True, kw_only=True):
    """A task with all that belongs to it. `version` is the task's own: what belongs to it has versions of its own."""

    compliance_items: tuple[CheckOfTask, ...]
    reservations: tuple[PartOfTask, ...]
    part_requirements: tuple[PartDemand, ...]


class TaskCheckQuery(OneQuery, kw_only=True, forbid_unknown_fields=True):
    """Into which state a task is to be brought."""

    to: TaskState


class TaskCheck(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a step would be taken, and all that stands in its way."""

    ready: bool
    reasons: tuple[Reason, ...]
