"""A check of a task: what it is, what is asked for, what is shown."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Protocol
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from amss.features.aircraft.model import ReadingsOut
from amss.features.auth.model import HeldPassword, TokenText
from amss.features.programs.model import ChecklistItem, TaskType
from amss.foundation.access import Role
from amss.foundation.paging import ListQuery
from amss.foundation.shapes import Line, Name, Order, Record, Text

Reason = Annotated[Line, msgspec.Meta(max_length=1_000)]
Description = Annotated[Line, msgspec.Meta(max_length=1_000)]


class ComplianceResult(StrEnum):
    """What became of a check; from the second on it is signed."""

    PENDING = "pending"
    PASS = "pass"  # noqa: S105 - a result, no secret
    FAIL = "fail"
    NOT_APPLICABLE = "not_applicable"


class SignedResult(StrEnum):
    """What somebody can sign."""

    PASS = "pass"  # noqa: S105 - a result, no secret
    FAIL = "fail"
    NOT_APPLICABLE = "not_applicable"


class ComplianceItemOut(msgspec.Struct, frozen=True, kw_only=True):
    """A check as the API shows it.

    One that comes from a program is answered, never edited or removed. Signer and readings are as they were at the
    moment of the signature, `snapshot_hash` is the SHA-256 (hex) of all that was signed.
    """

    id: UUID
    task_id: UUID
    aircraft_id: UUID
    position: int
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
    readings: ReadingsOut | None
    snapshot_hash: str | None
    supersedes_id: UUID | None
    reason: str | None
    version: int
    created_at: datetime
    updated_at: datetime


class ComplianceItem(Record, frozen=True, kw_only=True, rename={"signed_hash": "snapshot_hash"}):
    """One thing that must be checked on a task, and the signature under it."""

    entity_type: ClassVar[str] = "compliance-item"
    shown_as: ClassVar[type[msgspec.Struct]] = ComplianceItemOut

    task_id: UUID
    aircraft_id: UUID
    position: int
    description: str
    regulatory_ref: str | None = None
    from_program: bool = False
    result: ComplianceResult = ComplianceResult.PENDING
    notes: str | None = None
    sign_off_user_id: UUID | None = None
    sign_off_time: datetime | None = None
    signer_name: str | None = None
    signer_role: Role | None = None
    signer_licence_number: str | None = None
    signer_licence_kind: str | None = None
    reading_minutes: int | None = None
    reading_cycles: int | None = None
    signed_hash: bytes | None = None
    supersedes_id: UUID | None = None
    reason: str | None = None

    @property
    def is_signed(self) -> bool:
        """Whether it stands under a signature, and so never changes again."""
        return self.result is not ComplianceResult.PENDING

    @property
    def readings(self) -> ReadingsOut | None:
        """The aircraft's counters when it was signed."""
        if self.reading_minutes is None or self.reading_cycles is None:
            return None
        return ReadingsOut(flight_minutes=self.reading_minutes, cycles=self.reading_cycles)

    @property
    def snapshot_hash(self) -> str | None:
        """The hash of what was signed, as the API shows it."""
        return None if self.signed_hash is None else self.signed_hash.hex()


class NewComplianceItem(Order, frozen=True, kw_only=True):
    """A check that somebody adds to a task; with a reason it corrects one that is signed."""

    task_id: UUID
    description: Description
    regulatory_ref: Name | None = None
    supersedes_id: UUID | None = None
    reason: Reason | None = None


class ComplianceItemChange(Order, frozen=True, kw_only=True):
    """A merge patch of a check that is not signed."""

    description: Description | UnsetType = UNSET
    regulatory_ref: Name | UnsetType | None = UNSET
    reason: Reason | UnsetType = UNSET


class SignOff(Order, frozen=True, kw_only=True):
    """What a mechanic found, and proof that it is he: his password again, or a token for having just given it."""

    result: SignedResult
    notes: Text | None = None
    password: HeldPassword | None = None
    reauth_token: TokenText | None = None


class ComplianceQuery(ListQuery, kw_only=True, forbid_unknown_fields=True):
    """How checks can be filtered."""

    task_id: UUID | None = None
    aircraft_id: UUID | None = None
    result: ComplianceResult | None = None
    signed: bool | None = None


class Work(Protocol):
    """What must be known of a task to put its checks on it."""

    @property
    def id(self) -> UUID:
        """Its identifier."""
        ...

    @property
    def org_id(self) -> UUID:
        """Whose it is."""
        ...

    @property
    def aircraft_id(self) -> UUID:
        """On which aircraft it is done."""
        ...

    @property
    def program_id(self) -> UUID | None:
        """By which program it is done."""
        ...

    @property
    def type(self) -> TaskType:
        """What kind of work it is."""
        ...


class ProgramChecklist(msgspec.Struct, frozen=True):
    """What a program wants checked, line by line."""

    program_id: UUID
    checklist: tuple[ChecklistItem, ...]


class SigningFacts(msgspec.Struct, frozen=True):
    """Who signs, as he is now, the aircraft's counters, and whether any mechanic of the organization may sign."""

    name: str
    role: Role
    licence_number: str | None
    licence_kind: str | None
    flight_minutes: int
    cycles: int
    active: bool
    sign_off_by_any_mechanic: bool


class Fault(StrEnum):
    """What is wrong with a signed check."""

    CONTENT = "content"  # what it says does not have the hash that stands on it
    HASH = "hash"  # the hash that stands on it is not the one its sign-off was recorded with
    UNRECORDED = "unrecorded"  # no sign-off of it was recorded
    REMOVED = "removed"  # its sign-off was recorded, and the signature or the check is gone


class AlteredItem(msgspec.Struct, frozen=True, kw_only=True):
    """A signed check that is not any more what was signed.

    `differs` names the fields that are not as the audit trail has them; none where that trail was altered alike.
    """

    id: UUID
    task_id: UUID | None
    sign_off_time: datetime
    fault: Fault
    differs: tuple[str, ...] = ()
