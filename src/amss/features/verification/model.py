"""What a verification is asked for, and what it finds."""

from enum import StrEnum
from uuid import UUID

import msgspec

from amss.features.compliance.model import AlteredItem
from amss.foundation.shapes import Moment

# Faults that are told of one kind of evidence: the first ones lead to whatever else was done.
FAULTS_TOLD = 20


class FaultKind(StrEnum):
    """What is wrong with the trail."""

    ROW_ALTERED = "row_altered"  # a sealed row does not have the hash it was sealed with
    ROW_MISSING = "row_missing"  # a sealed row is gone
    ROW_REORDERED = "row_reordered"  # a sealed row stands behind a later one of its seal
    ENTRY_MISSING = "entry_missing"  # a place that a seal stands for is empty
    ENTRIES_ALTERED = "entries_altered"  # the hashes under a seal are not those that were sealed
    SEAL_MISSING = "seal_missing"  # no seal stands for places that were sealed
    SEAL_BROKEN = "seal_broken"  # a seal does not follow from the one before it
    SIGNATURE_WRONG = "signature_wrong"  # a seal is not what its key signed
    KEY_UNKNOWN = "key_unknown"  # a seal names a key that nobody gave
    GHOST = "ghost"  # the queue of the sealer names a row that is not there, or is sealed already
    NOT_QUEUED = "not_queued"  # a row is neither sealed nor waits for it
    FILE_BROKEN = "file_broken"  # a file is not as it was exported


class AuditFault(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One fault of the trail, and the first place, row or seal that shows it."""

    kind: FaultKind
    message: str
    seq: int | None = None
    audit_log_id: UUID | None = None
    seal_id: UUID | None = None


class VerificationQuery(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Which time to verify: seals made, rows written and checks signed from `from` on, before `to`.

    Without either, everything.
    """

    since: Moment | None = msgspec.field(default=None, name="from")
    until: Moment | None = msgspec.field(default=None, name="to")


class AuditFindings(msgspec.Struct, kw_only=True):
    """How much of the trail was looked at, and the first faults; `unsealed` rows wait for their seal."""

    rows: int = 0
    seals: int = 0
    unsealed: int = 0
    faults: list[AuditFault] = msgspec.field(default_factory=list[AuditFault])

    def add(self, fault: AuditFault) -> None:
        """Note a fault, if there are not enough to tell."""
        if len(self.faults) < FAULTS_TOLD:
            self.faults.append(fault)


class SignatureFindings(msgspec.Struct, frozen=True, kw_only=True):
    """How many signed checks were looked at, and the first that are not what was signed."""

    items: int
    faults: tuple[AlteredItem, ...]


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """The proof: `verified` says that nothing was found altered."""

    verified: bool
    audit: AuditFindings
    signatures: SignatureFindings
