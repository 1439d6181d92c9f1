"""An import: a file that was sent, what became of it and of each of its rows."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

import msgspec

from amss.foundation.paging import ListQuery
from amss.foundation.shapes import Order, Record


class ImportType(StrEnum):
    """What the rows of a file are about."""

    AIRCRAFT = "aircraft"


class ImportStatus(StrEnum):
    """How far an import has come."""

    PENDING = "pending"
    VALIDATING = "validating"
    APPLYING = "applying"
    COMPLETED = "completed"
    FAILED = "failed"


class RowStatus(StrEnum):
    """What became of a row."""

    VALID = "valid"
    INVALID = "invalid"
    APPLIED = "applied"
    SKIPPED = "skipped"


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """Rows by what became of them: total = valid + invalid, and in the end valid = applied + skipped."""

    total: int
    valid: int
    invalid: int
    applied: int
    skipped: int


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to say about an import as a whole; `message` comes when it has ended."""

    message: str | None = None
    unknown_columns: tuple[str, ...] = ()
    seconds: float | None = None


class ImportOut(msgspec.Struct, frozen=True, kw_only=True):
    """An import as the API shows it."""

    id: UUID
    type: ImportType
    status: ImportStatus
    file_name: str
    counts: Counts
    rows_per_second: float | None
    summary: Summary | None
    created_by: UUID | None
    started_at: datetime | None
    finished_at: datetime | None
    created_at: datetime


class Import(Record, frozen=True, kw_only=True):
    """One file and its progress."""

    entity_type: ClassVar[str] = "import"
    shown_as: ClassVar[type[msgspec.Struct]] = ImportOut

    type: ImportType
    status: ImportStatus = ImportStatus.PENDING
    file_name: str
    storage_key: str
    file_bytes: int
    checksum: bytes
    created_by: UUID | None
    created_by_org_id: UUID | None
    read_bytes: int = 0
    total_rows: int = 0
    valid_rows: int = 0
    invalid_rows: int = 0
    applied_rows: int = 0
    skipped_rows: int = 0
    summary: Summary | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None

    @property
    def counts(self) -> Counts:
        """Rows by what became of them."""
        return Counts(
            total=self.total_rows,
            valid=self.valid_rows,
            invalid=self.invalid_rows,
            applied=self.applied_rows,
            skipped=self.skipped_rows,
        )

    @property
    def rows_per_second(self) -> float | None:
        """How fast the whole import went; unknown until it has ended."""
        seconds = self.summary.seconds if self.summary else None
        return round(self.total_rows / seconds, 1) if seconds else None


class NewImport(Order, frozen=True, kw_only=True):
    """What a file is said to hold."""

    type: ImportType


class ImportQuery(ListQuery, kw_only=True, forbid_unknown_fields=True):
    """How imports can be filtered."""

    type: ImportType | None = None
    status: ImportStatus | None = None


class CellError(msgspec.Struct, frozen=True):
    """One thing wrong with a row; `column` is empty where the row as a whole is wrong."""

    column: str
    code: str
    message: str
    value: str


@dataclass(frozen=True)
class Line:
    """A line of a file: its number from 1, the text of its known columns, and what keeps it from being read."""

    number: int
    cells: dict[str, str]
    fault: CellError | None = None


@dataclass
class Batch:
    """Some lines of a file, where the next ones begin, and whether the file has ended."""

    unknown_columns: tuple[str, ...]
    position: int
    lines: list[Line] = field(default_factory=list[Line])
    ended: bool = False


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A row as it is kept: the text of its cells by column, and what became of it."""

    id: UUID
    row_number: int
    status: RowStatus
    upsert_key: str | None = None
    raw: dict[str, str]
    errors: tuple[CellError, ...] = ()
    entity_id: UUID | None = None


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a batch's rows; one that turned out invalid only when applied is one valid row less."""

    valid: int = 0
    invalid: int = 0
    applied: int = 0
    skipped: int = 0


class ImportRowOut(msgspec.Struct, frozen=True, kw_only=True):
    """A row as the API shows it."""

    row_number: int
    status: RowStatus
    raw: dict[str, Any]
    errors: tuple[CellError, ...]
    entity_id: UUID | None


class ImportRowQuery(ListQuery, kw_only=True, forbid_unknown_fields=True):
    """How the rows of an import can be filtered."""

    status: RowStatus | None = None
