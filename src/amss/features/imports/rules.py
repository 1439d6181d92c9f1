"""How an import goes on, and how it ends. No I/O."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from amss.features.imports.model import Batch, Import, ImportStatus, NewImport, Row, RowStatus, Settled, Summary
from amss.foundation.access import Actor, ActorKind
from amss.foundation.storage import StoredFile


def submit(new: NewImport, file: StoredFile, *, import_id: UUID, org_id: UUID, actor: Actor, now: datetime) -> Import:
    """Return the import that waits for the worker."""
    is_person = actor.kind is ActorKind.USER
    return Import(
        id=import_id,
        org_id=org_id,
        version=1,
        created_at=now,
        updated_at=now,
        type=new.type,
        file_name=file.file_name,
        storage_key=file.storage_key,
        file_bytes=file.size,
        checksum=file.checksum,
        created_by=actor.id if is_person else None,
        created_by_org_id=actor.org_id if is_person else None,
    )


def keep_last(rows: Sequence[Row]) -> list[Row]:
    """Return the rows with every valid one skipped that a later valid row of the same key replaces."""
    last = {row.upsert_key: row.row_number for row in rows if row.status is RowStatus.VALID}
    return [
        msgspec.structs.replace(row, status=RowStatus.SKIPPED)
        if row.status is RowStatus.VALID and last[row.upsert_key] != row.row_number
        else row
        for row in rows
    ]


def judged(import_: Import, batch: Batch, settled: Settled, *, now: datetime) -> Import:
    """Return the import one batch further into its file; at its end the valid rows are applied."""
    return msgspec.structs.replace(
        counted(import_, settled, now=now),
        status=ImportStatus.APPLYING if batch.ended else ImportStatus.VALIDATING,
        read_bytes=batch.position,
        total_rows=import_.total_rows + len(batch.lines),
        summary=Summary(unknown_columns=batch.unknown_columns),
        started_at=import_.started_at or now,
    )


def counted(import_: Import, settled: Settled, *, now: datetime) -> Import:
    """Return the import with what became of some of its rows."""
    return msgspec.structs.replace(
        import_,
        valid_rows=import_.valid_rows + settled.valid,
        invalid_rows=import_.invalid_rows + settled.invalid,
        applied_rows=import_.applied_rows + settled.applied,
        skipped_rows=import_.skipped_rows + settled.skipped,
        updated_at=now,
    )


def complete(import_: Import, *, now: datetime) -> Import:
    """Return the import with every row settled."""
    message = f"{import_.applied_rows} of {import_.total_rows} rows applied"
    if import_.invalid_rows:
        message += f", {import_.invalid_rows} not valid"
    if import_.skipped_rows:
        message += f", {import_.skipped_rows} skipped because a later row has the same key"
    return _ended(import_, ImportStatus.COMPLETED, f"{message}.", now)


def fail(import_: Import, why: str, *, now: datetime) -> Import:
    """Return the import given up; nothing of its file was applied."""
    return _ended(import_, ImportStatus.FAILED, why, now)


def _ended(import_: Import, status: ImportStatus, message: str, now: datetime) -> Import:
    started = import_.started_at or now
    summary = msgspec.structs.replace(
        import_.summary or Summary(), message=message, seconds=round((now - started).total_seconds(), 3)
    )
    return msgspec.structs.replace(
        import_,
        status=status,
        summary=summary,
        started_at=started,
        finished_at=now,
        updated_at=now,
        version=import_.version + 1,
    )
