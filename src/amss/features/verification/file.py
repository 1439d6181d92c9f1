"""Verifying an export of the trail with the public keys alone: no database, one line at a time."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Annotated, BinaryIO, TypeVar
from uuid import UUID

import msgspec

from amss.features.audit.keys import SealKeyRing
from amss.features.audit.seals import Seal, SealOut, as_stored
from amss.features.verification.model import AuditFault, AuditFindings, FaultKind
from amss.features.verification.rules import Chain, judge_entries, row_fault, seals_gone
from amss.foundation.errors import Invalid

# Bytes of a line at most: many times what any row has. A file that was forged may have no line break at all.
LONGEST_LINE = 64 * 1024 * 1024

# A row that was sealed has its place and its hash; one that waits has neither.
_ROW = re.compile(
    rb'\{"seq":(?:([1-9][0-9]{0,17}),"row_hash":"([0-9a-f]{64})"|null,"row_hash":null),"entry":',
)


# A file that was forged may hold anything; what is told of it goes to a terminal.
_Moment = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{6}Z$(?!\n)")]


class _Head(msgspec.Struct):
    org_id: UUID
    exported_at: _Moment
    filters: msgspec.Raw
    format: int


class _HeadLine(msgspec.Struct):
    export: _Head


class _SealLine(msgspec.Struct):
    seal: SealOut


class _End(msgspec.Struct):
    rows: int


class _EndLine(msgspec.Struct):
    end: _End


L = TypeVar("L", _SealLine, _EndLine)


class FileFindings(msgspec.Struct, frozen=True, kw_only=True):
    """What a file holds and what is wrong with it.

    `last_place` is the last one that a seal in the file stands for: whether the trail went on, only another copy
    shows.
    """

    verified: bool
    org_id: UUID
    exported_at: str
    last_place: int
    audit: AuditFindings


def lines_of(file: BinaryIO) -> Iterator[bytes]:
    """Yield a file's lines; one that is too long comes in pieces, none of which ends as a line does."""
    return iter(partial(file.readline, LONGEST_LINE), b"")


def verify_file(lines: Iterable[bytes], ring: SealKeyRing) -> FileFindings:
    """Verify an NDJSON export, given line by line; refuse with `Invalid` what is no complete export."""
    reading = iter(lines)
    head = _head_of(next(reading, b""))
    file = _File(head.org_id, ring)
    for line in reading:
        file.take(line)
    file.close()
    return FileFindings(
        verified=not file.findings.faults,
        org_id=head.org_id,
        exported_at=head.exported_at,
        last_place=file.chain.end,
        audit=file.findings,
    )


def _head_of(line: bytes) -> _Head:
    try:
        head = msgspec.json.decode(line, type=_HeadLine).export
    except (ValueError, RecursionError):
        raise Invalid("This is no NDJSON export of the audit trail: its first line does not say so.") from None
    if head.format != 1:
        raise Invalid(f"This export has format {head.format}; this version of AMSS verifies format 1.")
    if bytes(head.filters) != b"{}":
        raise Invalid("This export was made by filters and holds no seals: only a complete one can be verified.")
    return head


def _said(line: bytes, form: type[L]) -> L | None:
    """Return what a line says in a form; nothing where it is not written exactly as an export writes it."""
    try:
        said = msgspec.json.decode(line, type=form)
    except (ValueError, RecursionError):
        return None
    return said if msgspec.json.encode(said) + b"\n" == line else None


def _seal_in(line: bytes) -> Seal | None:
    said = _said(line, _SealLine)
    try:
        return said and as_stored(said.seal)
    except ValueError:
        return None


class _File:
    """A file as far as it was read: the chain, the seal that stands open, and the place its next row must have."""

    def __init__(self, org_id: UUID, ring: SealKeyRing) -> None:
        self.findings = AuditFindings()
        self.chain = Chain(org_id, ring)
        self._seal: Seal | None = None
        self._place = 1
        self._hashes = hashlib.sha256()
        self._rows = 0
        self._ended = False

    def take(self, line: bytes) -> None:
        """Read a line: a row, a seal or the end."""
        if self._ended:
            self._broken("Something stands behind the last line.")
        elif (row := _ROW.match(line)) and line.endswith(b"}\n"):
            self._rows += 1
            self._take_row(row, line[row.end() : -2])
        elif seal := _seal_in(line):
            self._take_seal(seal)
        elif last := _said(line, _EndLine):
            self._take_end(last.end)
        elif len(line) == LONGEST_LINE:
            self._broken(f"The line behind row {self._rows} is longer than any that AMSS writes.")
        else:
            self._broken(f"The line behind row {self._rows} is neither a row nor a seal, or was cut off.")

    def close(self) -> None:
        """Note what must have stood in the file and did not."""
        self._close_seal()
        if self._has_rows_without_seal():
            self.findings.add(seals_gone(self.chain.end + 1, self._place - 1))
        if not self._ended:
            self._broken("The file was cut off: its last line is missing.")

    def _take_seal(self, seal: Seal) -> None:
        self._close_seal()
        if self._has_rows_without_seal() and self._place > seal.first_seq:
            self._broken(f"The row at place {self._place - 1} stands before the seal of its place.")
        if self.findings.unsealed:
            self._broken(f"A row without a place stands before the seal of place {seal.first_seq}.")
        for fault in self.chain.follow(seal):
            self.findings.add(fault)
        self.findings.seals += 1
        self._seal, self._place, self._hashes = seal, seal.first_seq, hashlib.sha256()

    def _take_row(self, row: re.Match[bytes], entry: bytes) -> None:
        if row[1] is None:
            self._close_seal()
            self.findings.unsealed += 1
            return
        seq, row_hash = int(row[1]), bytes.fromhex(row[2].decode())
        if self._seal is not None and seq > self._seal.last_seq:
            self._close_seal()
        if self._seal is not None and seq != self._place:
            kind = FaultKind.ENTRY_MISSING if seq > self._place else FaultKind.ROW_REORDERED
            self.findings.add(row_fault(kind, seq=min(seq, self._place)))
        elif self._seal is None and seq <= self.chain.end:
            self.findings.add(row_fault(FaultKind.ROW_REORDERED, seq=seq))
        self._place = max(self._place, seq + 1)
        self._hashes.update(row_hash)
        if entry == b"null":
            self.findings.add(row_fault(FaultKind.ROW_MISSING, seq=seq))
            return
        self.findings.rows += 1
        if hashlib.sha256(entry).digest() != row_hash:
            self.findings.add(row_fault(FaultKind.ROW_ALTERED, seq=seq))

    def _take_end(self, end: _End) -> None:
        self._ended = True
        if end.rows != self._rows:
            self._broken(f"The file holds {self._rows} rows and was written with {end.rows}.")

    def _has_rows_without_seal(self) -> bool:
        """Tell whether rows were read behind the last place that a seal stands for."""
        return self._place - 1 > self.chain.end

    def _close_seal(self) -> None:
        """Compare the open seal with the rows that stood under it."""
        seal, self._seal = self._seal, None
        if seal is None:
            return
        if self._place <= seal.last_seq:
            self.findings.add(row_fault(FaultKind.ENTRY_MISSING, seq=self._place))
        elif (fault := judge_entries(seal, self._hashes.digest())) is not None:
            self.findings.add(fault)

    def _broken(self, message: str) -> None:
        self.findings.add(AuditFault(kind=FaultKind.FILE_BROKEN, message=message))
