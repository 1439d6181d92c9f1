"""An aircraft's maintenance record: one entry per completed task, and what stands above the entries.

Which field answers which paragraph of the regulations is told in docs/maintenance-record.md.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec

from amss.features.aircraft.model import AircraftOut
from amss.features.compliance.model import ComplianceResult
from amss.features.due.model import DueItemOut, UnusedOut
from amss.features.programs.limits import IntervalType
from amss.features.programs.model import TaskType
from amss.features.tasks.model import TaskPriority
from amss.foundation.access import Role
from amss.foundation.paging import ListQuery, WholeQuery


class SignOffState(StrEnum):
    """What the signatures under an entry say, those that were superseded left out."""

    COMPLETE = "complete"  # every check is signed, and none failed
    INCOMPLETE = "incomplete"  # a check is not signed, or there is none to sign
    FAILED = "failed"  # a check failed, and nothing has superseded it


class CountersOut(msgspec.Struct, frozen=True):
    """An aircraft's counters at a moment; `cycles` is null of one that does not count them."""

    flight_minutes: int
    cycles: int | None


class SignerOut(msgspec.Struct, frozen=True, kw_only=True):
    """Who signed, and when; name, role and licence are as they were at that moment."""

    name: str
    role: Role
    licence_number: str
    licence_kind: str | None
    signed_at: datetime


class SignatureOut(SignerOut, frozen=True, kw_only=True):
    """A signature under one check: the readings it was given at, and the SHA-256 of what was signed, in hex."""

    readings: CountersOut
    snapshot_hash: str


class SupersededOut(msgspec.Struct, frozen=True, kw_only=True):
    """Which signed check has taken another one's place, why, and who signed it."""

    check_id: UUID
    reason: str
    signed_by: str


class CheckOut(msgspec.Struct, frozen=True, kw_only=True):
    """One check of the work. Without a signature it is open, whatever became of the task."""

    id: UUID
    description: str
    regulatory_ref: str | None
    result: ComplianceResult
    notes: str | None
    signature: SignatureOut | None
    supersedes_id: UUID | None
    superseded_by: SupersededOut | None


class RemovalOut(msgspec.Struct, frozen=True, kw_only=True):
    """When a part was taken off the aircraft again, by which work, why, and at which readings."""

    removed_at: datetime
    task_id: UUID
    reason: str
    readings: CountersOut


class PartOut(msgspec.Struct, frozen=True, kw_only=True):
    """One part that was put on the aircraft, and at which readings; `removal` is null while it is on it."""

    id: UUID
    part_number: str | None
    name: str
    serial_number: str
    used_at: datetime
    task_id: UUID
    readings: CountersOut | None
    removal: RemovalOut | None


class WorkProgramOut(msgspec.Struct, frozen=True, kw_only=True):
    """The recurring requirement that the work fulfilled."""

    id: UUID
    code: str
    name: str
    ata_chapter: str | None


class WorkerOut(msgspec.Struct, frozen=True, kw_only=True):
    """Who carried the task, under the name and licence he has now."""

    name: str
    licence_number: str | None
    licence_kind: str | None


class ExtensionInForceOut(msgspec.Struct, frozen=True, kw_only=True):
    """An approved extension that was in force when the work was done: minutes, cycles or days.

    `approved_by` is null where an administrator of the installation did it.
    """

    interval_type: IntervalType
    amount: int
    reason: str
    approved_by: str | None
    approved_at: datetime


class EntryOut(msgspec.Struct, frozen=True, kw_only=True):
    """One completed task. `notes` describe the work; `released_by` is empty unless `sign_off` is complete.

    `parts` are those that the work put on the aircraft, `removed_parts` those that it took off.
    """

    id: UUID
    type: TaskType
    priority: TaskPriority
    title: str
    notes: str | None
    program: WorkProgramOut | None
    performed_at: datetime
    completed_at: datetime
    readings: CountersOut | None
    performed_by: WorkerOut | None
    sign_off: SignOffState
    released_by: tuple[SignerOut, ...]
    checks: tuple[CheckOut, ...]
    parts: tuple[PartOut, ...]
    removed_parts: tuple[PartOut, ...]
    extensions: tuple[ExtensionInForceOut, ...]
    unused: tuple[UnusedOut, ...]


class DirectiveOut(msgspec.Struct, frozen=True, kw_only=True):
    """The status of an airworthiness directive: its revision, how it is complied with, when last and when next.

    `in_force` is false where nothing is due by it, because its program is paused or the aircraft retired.
    """

    directive: str
    revised_on: date | None
    method_of_compliance: str | None
    in_force: bool
    due_item: DueItemOut


class BesideEntries(msgspec.Struct, frozen=True, kw_only=True):
    """What stands above the entries: the aircraft, and the present status of all that recurs on it.

    `due_items` are those by an active program, directives among them.
    """

    aircraft: AircraftOut
    due_items: tuple[DueItemOut, ...]
    directives: tuple[DirectiveOut, ...]


class Head(BesideEntries, frozen=True, kw_only=True):
    """What stands above the entries of a file: also the parts aboard, whose aircraft it is, and his time zone."""

    fitted: tuple[PartOut, ...]
    organization: str
    time_zone: str


From = Annotated[date, msgspec.Meta(description="Performed on this day or later, in the organization's time zone.")]
To = Annotated[date, msgspec.Meta(description="Performed on this day or earlier.")]


class RecordQuery(ListQuery, kw_only=True, forbid_unknown_fields=True):
    """Which part of the record to show; both days belong to it."""

    performed_from: From | None = msgspec.field(default=None, name="from")
    performed_to: To | None = msgspec.field(default=None, name="to")


class RecordFileQuery(WholeQuery, kw_only=True, forbid_unknown_fields=True):
    """Which part of the record to take; both days belong to it."""

    performed_from: From | None = msgspec.field(default=None, name="from")
    performed_to: To | None = msgspec.field(default=None, name="to")
