"""What makes a chain of seals: each follows the one before it, is signed, and stands for the hashes under it. No I/O.

The database and a file are verified by the same rules.
"""

from uuid import UUID

from amss.features.audit.keys import SealKeyRing
from amss.features.audit.seals import Seal, signed_text
from amss.features.verification.model import AuditFault, FaultKind, VerificationQuery
from amss.foundation.errors import FieldError, Invalid


class Chain:
    """The seals that were met so far, of which each must follow from the one before it."""

    def __init__(self, org_id: UUID, ring: SealKeyRing, before: Seal | None = None) -> None:
        """Begin with an organization's first seal, or behind the seal `before`."""
        self._org_id = org_id
        self._ring = ring
        self._before = before
        self._unknown: set[str] = set()

    @property
    def end(self) -> int:
        """The last place that a seal stands for; 0 before the first seal."""
        return self._before.last_seq if self._before is not None else 0

    def follow(self, seal: Seal) -> list[AuditFault]:
        """Take the next seal into the chain; return what is wrong with it."""
        faults = [fault for fault in (self._place(seal), self._signature(seal)) if fault is not None]
        self._before = seal
        return faults

    def _place(self, seal: Seal) -> AuditFault | None:
        first, last = self.end + 1, seal.first_seq - 1
        if first <= last:
            return seals_gone(first, last)
        previous = self._before.hash if self._before is not None else None
        if first > seal.first_seq or seal.previous_hash != previous or seal.org_id != self._org_id:
            message = f"The seal of places {_range(seal)} does not follow from the seal before it."
            return AuditFault(kind=FaultKind.SEAL_BROKEN, message=message, seq=seal.first_seq, seal_id=seal.id)
        return None

    def _signature(self, seal: Seal) -> AuditFault | None:
        """Return what is wrong with a signature; a key that is not known is told once."""
        if seal.key_id in self._unknown:
            return None
        if seal.key_id not in self._ring:
            self._unknown.add(seal.key_id)
            message = f"The seal of places {_range(seal)} names key {seal.key_id!r}, which is not known."
            return AuditFault(kind=FaultKind.KEY_UNKNOWN, message=message, seq=seal.first_seq, seal_id=seal.id)
        if not self._ring.verifies(seal.key_id, signed_text(seal), seal.signature):
            message = f"The seal of places {_range(seal)} is not what its key signed."
            return AuditFault(kind=FaultKind.SIGNATURE_WRONG, message=message, seq=seal.first_seq, seal_id=seal.id)
        return None


def judge_entries(seal: Seal, entries_hash: bytes) -> AuditFault | None:
    """Compare a seal with the hash over the hashes of its rows; return what is wrong."""
    if entries_hash == seal.entries_hash:
        return None
    message = f"The hashes of places {_range(seal)} are not those that were sealed: one was altered or moved."
    return AuditFault(kind=FaultKind.ENTRIES_ALTERED, message=message, seq=seal.first_seq, seal_id=seal.id)


def must_be_a_time(query: VerificationQuery) -> None:
    """Refuse an end that is not after the beginning: nothing would be verified, and nothing found altered."""
    if query.since is not None and query.until is not None and query.until <= query.since:
        raise Invalid(errors=(FieldError("to", "TOO_EARLY", "`to` is not part of the time: it is after `from`."),))


_ROW_SENTENCES = {
    FaultKind.ROW_ALTERED: "The row at place {seq} was altered after it was sealed.",
    FaultKind.ROW_MISSING: "The row at place {seq} is gone.",
    FaultKind.ROW_REORDERED: "The row at place {seq} stands behind a later one.",
    FaultKind.ENTRY_MISSING: "Place {seq} is empty: its entry is gone.",
    FaultKind.GHOST: "A row waits for its seal that is not in the trail, or is sealed already.",
    FaultKind.NOT_QUEUED: "A row is neither sealed nor waits for its seal: it came into the trail past AMSS.",
}


def row_fault(kind: FaultKind, *, seq: int | None = None, audit_log_id: UUID | None = None) -> AuditFault:
    """Return the fault of one row, in a sentence."""
    return AuditFault(kind=kind, message=_ROW_SENTENCES[kind].format(seq=seq), seq=seq, audit_log_id=audit_log_id)


def seals_gone(first: int, last: int) -> AuditFault:
    """Return the fault of places that no seal stands for."""
    message = f"No seal stands for places {first} to {last}."
    return AuditFault(kind=FaultKind.SEAL_MISSING, message=message, seq=first)


def _range(seal: Seal) -> str:
    return f"{seal.first_seq} to {seal.last_seq}"
