"""Use cases of the maintenance record, which is only read: shown, and taken as a file."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from amss.features.aircraft.model import Aircraft
from amss.features.records import as_csv, page, page_entry, queries
from amss.features.records.model import BesideEntries, EntryOut, RecordFileQuery, RecordQuery
from amss.foundation.database import Transaction
from amss.foundation.exporting import Export, csv_lines
from amss.foundation.reading import Reader, Shown
from amss.journal.event_types import Action
from amss.journal.recorder import note


async def show(reader: Reader, aircraft_id: UUID, query: RecordQuery) -> Shown:
    """Show what was done to an aircraft, the latest first, with its present status beside each page."""
    head = await queries.read_head(reader, aircraft_id)
    entries = await queries.ENTRIES.page(reader, query, within={"aircraft_id": aircraft_id})
    beside = msgspec.json.encode(
        BesideEntries(aircraft=head.aircraft, due_items=head.due_items, directives=head.directives)
    )
    return Shown(entries.body.removesuffix(b"}") + b"," + beside.removeprefix(b"{"))


async def export_csv(tx: Transaction, aircraft_id: UUID, query: RecordFileQuery) -> Export:
    """Return an aircraft's record as CSV, and note who took it."""
    head = await queries.get_head(tx, aircraft_id)

    def write(rows: Sequence[Any]) -> bytes:
        return csv_lines(as_csv.lines(head, _entries(rows)))

    await _note(tx, aircraft_id, "csv", query)
    return Export(
        f"maintenance-record-{head.aircraft.tail_number}.csv",
        "text/csv; charset=utf-8",
        csv_lines([as_csv.COLUMNS, *as_csv.directives(head)]),
        queries.whole_record(query, tx.org_id, aircraft_id),
        write,
    )


async def export_page(tx: Transaction, aircraft_id: UUID, query: RecordFileQuery) -> Export:
    """Return an aircraft's record as one page to read and print, and note who took it."""
    head = await queries.get_head(tx, aircraft_id)
    zone = ZoneInfo(head.time_zone)

    def write(rows: Sequence[Any]) -> bytes:
        return "".join(page_entry.entry(each, zone) for each in _entries(rows)).encode()

    await _note(tx, aircraft_id, "html", query)
    return Export(
        f"maintenance-record-{head.aircraft.tail_number}.html",
        "text/html; charset=utf-8",
        page.opening(head, query, at=tx.now, by=tx.actor.name).encode(),
        queries.whole_record(query, tx.org_id, aircraft_id),
        write,
        lambda count: page.closing(count).encode(),
    )


def _entries(rows: Sequence[Any]) -> Iterator[EntryOut]:
    return (msgspec.json.decode(row["shown"], type=EntryOut) for row in rows)


async def _note(tx: Transaction, aircraft_id: UUID, form: str, query: RecordFileQuery) -> None:
    filters = {name: value for name, value in msgspec.to_builtins(query).items() if value is not None}
    details = {"record": "maintenance", "form": form, "filters": filters}
    await note(tx, Action.EXPORT, Aircraft.entity_type, aircraft_id, details=details)
