"""Use cases of imports: submit a file, look at it, and do its next batch of work."""

import asyncio
from pathlib import Path
from uuid import UUID

import msgspec

from amss.features.aircraft import service as aircraft
from amss.features.aircraft.model import Aircraft, AircraftChange, NewAircraft
from amss.features.due import following
from amss.features.imports import aircraft_rows, csv_file, queries, rules
from amss.features.imports.aircraft_rows import AircraftRow
from amss.features.imports.model import (
    CellError,
    Import,
    ImportQuery,
    ImportRowQuery,
    ImportStatus,
    Line,
    NewImport,
    Row,
    RowStatus,
    Settled,
)
from amss.features.programs import queries as program_queries
from amss.foundation.database import Transaction
from amss.foundation.ids import new_id
from amss.foundation.reading import Reader, Shown
from amss.foundation.storage import StoredFile
from amss.journal.event_types import EventType
from amss.journal.recorder import record

JOBS_STREAM = "import.jobs"


async def submit(tx: Transaction, order: NewImport, file: StoredFile) -> Import:
    """Take a file in; the worker does the rest."""
    import_ = rules.submit(order, file, import_id=new_id(), org_id=tx.org_id, actor=tx.actor, now=tx.now)
    await queries.add(tx, import_)
    await record(tx, EventType.IMPORT_CREATED, after=import_)
    tx.messages.append((JOBS_STREAM, {"import_id": str(import_.id), "org_id": str(tx.org_id)}))
    return import_


async def search(reader: Reader, query: ImportQuery) -> Shown:
    """List the imports."""
    return await queries.IMPORTS.page(reader, query)


async def get(reader: Reader, import_id: UUID) -> Shown:
    """Show one import."""
    return await queries.IMPORTS.one(reader, import_id)


async def rows(reader: Reader, import_id: UUID, query: ImportRowQuery) -> Shown:
    """List the rows of an import."""
    await queries.IMPORTS.one(reader, import_id)
    return await queries.ROWS.page(reader, query, within={"import_id": import_id})


async def go_on(tx: Transaction, import_: Import, directory: Path) -> Settled:
    """Do the next batch of an import that the transaction holds; return what became of its rows."""
    settled = Settled()
    try:
        if import_.status is ImportStatus.APPLYING:
            after, settled = await _apply(tx, import_)
        else:
            after, settled = await _validate(tx, import_, directory)
    except csv_file.Unreadable as fault:
        after = rules.fail(import_, str(fault), now=tx.database.clock())
    await queries.save_progress(tx, after)
    if after.status is ImportStatus.COMPLETED:
        await record(tx, EventType.IMPORT_COMPLETED, before=import_, after=after)
    elif after.status is ImportStatus.FAILED:
        await record(tx, EventType.IMPORT_FAILED, before=import_, after=after)
    return settled


async def _validate(tx: Transaction, import_: Import, directory: Path) -> tuple[Import, Settled]:
    """Read and judge the next lines of the file."""
    batch = await asyncio.to_thread(
        csv_file.read_batch,
        directory / import_.storage_key,
        aircraft_rows.COLUMNS,
        aircraft_rows.KEY,
        position=import_.read_bytes,
        after_row=import_.total_rows,
    )
    known = await aircraft.known_tails(tx, [aircraft_rows.tail_of(line.cells) for line in batch.lines])
    judged = rules.keep_last([_judged(line, known) for line in batch.lines])
    skipped = await queries.skip_rows(tx, import_.id, [row.upsert_key for row in judged if row.upsert_key])
    await queries.add_rows(tx, import_.id, judged)

    invalid = sum(row.status is RowStatus.INVALID for row in judged)
    skipped += sum(row.status is RowStatus.SKIPPED for row in judged)
    settled = Settled(valid=len(judged) - invalid, invalid=invalid, skipped=skipped)
    return rules.judged(import_, batch, settled, now=tx.now), settled


def _judged(line: Line, known: set[str]) -> Row:
    found = (line.fault,) if line.fault else aircraft_rows.judge(line.cells, known)
    if isinstance(found, AircraftRow):
        return Row(
            id=new_id(), row_number=line.number, status=RowStatus.VALID, upsert_key=found.tail_number, raw=line.cells
        )
    return Row(id=new_id(), row_number=line.number, status=RowStatus.INVALID, raw=line.cells, errors=found)


async def _apply(tx: Transaction, import_: Import) -> tuple[Import, Settled]:
    """Bring the next valid rows into the fleet; each is judged again, because the fleet may have changed."""
    rows = await queries.next_valid_rows(tx, import_.id, csv_file.BATCH_ROWS)
    held = await aircraft.hold_by_tails(tx, [aircraft_rows.tail_of(row.raw) for row in rows])
    known = {each.tail_number: each for each in held}
    counted = (
        await program_queries.models_counting_cycles(tx) if any(not each.counts_cycles for each in held) else set()
    )
    judged = [aircraft_rows.judge_counted(aircraft_rows.judge(row.raw, known), known, counted) for row in rows]
    good = [found for found in judged if isinstance(found, AircraftRow)]
    entities = await _change_fleet(tx, known, good)
    await queries.settle_rows(
        tx, import_.id, [_settled(row, found, entities) for row, found in zip(rows, judged, strict=True)]
    )

    refused = len(rows) - len(good)
    settled = Settled(valid=-refused, invalid=refused, applied=len(good))
    after = rules.counted(import_, settled, now=tx.now)
    if len(rows) < csv_file.BATCH_ROWS:
        after = rules.complete(after, now=tx.database.clock())
    return after, settled


def _settled(row: Row, found: AircraftRow | tuple[CellError, ...], entities: dict[str, UUID]) -> Row:
    if isinstance(found, AircraftRow):
        return msgspec.structs.replace(row, status=RowStatus.APPLIED, entity_id=entities[found.tail_number])
    return msgspec.structs.replace(row, status=RowStatus.INVALID, errors=found)


async def _change_fleet(tx: Transaction, known: dict[str, Aircraft], asked: list[AircraftRow]) -> dict[str, UUID]:
    """Create and edit what the rows ask for; return the aircraft's ids by tail number."""
    created = await aircraft.create_many(tx, [row.asks for row in asked if isinstance(row.asks, NewAircraft)])
    await following.assign_to_new_aircraft(tx, created)
    edited = await aircraft.edit_many(
        tx, [(known[row.tail_number], row.asks) for row in asked if isinstance(row.asks, AircraftChange)]
    )
    await following.follow_edits(tx, edited)
    return {each.tail_number: each.id for each in (*known.values(), *created)}
