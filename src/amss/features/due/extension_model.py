"""An extension of a due item: what it is, what is asked for, what is shown."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

import msgspec

from amss.features.aircraft.model import Why
from amss.features.due.model import AircraftRef, ProgramRef
from amss.features.programs.limits import IntervalType
from amss.foundation.paging import ListQuery
from amss.foundation.shapes import Order, Record


class ExtensionStatus(StrEnum):
    """What became of a request."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REJECTED = "rejected"
    LAPSED = "lapsed"  # nobody decided before it had lost its purpose


class ExtensionOut(msgspec.Struct, frozen=True, kw_only=True):
    """An extension as the API shows it: how far past due a limit may go in all, in minutes, cycles or days.

    `requested_by` and `decided_by` are people, null where an API key did it. It ends with the work, with another
    approval for the same limit, or when the program allows it no more.
    """

    id: UUID
    due_item_id: UUID
    program: ProgramRef
    aircraft: AircraftRef
    interval_type: IntervalType
    amount: int
    reason: str
    status: ExtensionStatus
    requested_by: UUID | None
    requested_at: datetime
    decided_by: UUID | None
    decided_at: datetime | None
    decision_reason: str | None
    ended_at: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime


class Extension(Record, frozen=True, kw_only=True):
    """A request to let one limit of a due item go past due, and what became of it."""

    entity_type: ClassVar[str] = "due-item-extension"
    shown_as: ClassVar[type[msgspec.Struct]] = ExtensionOut

    due_item_id: UUID
    program: ProgramRef
    aircraft: AircraftRef
    interval_type: IntervalType
    amount: int
    reason: str
    status: ExtensionStatus = ExtensionStatus.REQUESTED
    requested_by: UUID | None = None
    requested_by_org_id: UUID | None = None
    requested_at: datetime
    decided_by: UUID | None = None
    decided_by_org_id: UUID | None = None
    decided_at: datetime | None = None
    decision_reason: str | None = None
    ended_at: datetime | None = None


class NewExtension(Order, frozen=True, kw_only=True):
    """A request: the limit, how far past its due it shall go in all (minutes, cycles or days), and why."""

    interval_type: IntervalType
    amount: Annotated[int, msgspec.Meta(ge=1, le=60_000_000)]
    reason: Why


class Rejection(Order, frozen=True, kw_only=True):
    """Why a request is not granted."""

    reason: Why


class ExtensionsOfDueItemQuery(ListQuery, kw_only=True, forbid_unknown_fields=True):
    """How the extensions of one due item can be filtered."""

    status: ExtensionStatus | None = None
    in_force: Annotated[bool, msgspec.Meta(description="Approved and not at an end (or not so).")] | None = None


class ExtensionQuery(ExtensionsOfDueItemQuery, kw_only=True, forbid_unknown_fields=True):
    """How the register of extensions can be filtered."""

    aircraft_id: UUID | None = None
    program_id: UUID | None = None
    due_item_id: UUID | None = None
