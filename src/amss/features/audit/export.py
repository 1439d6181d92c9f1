"""The trail as a file of any length: CSV for a spreadsheet, or NDJSON that can be verified without AMSS.

Postgres writes the lines, a page of them at a time: the server passes bytes on, and holds one page and no
transaction. Rows never change, so a page read later shows what it would have shown before.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

import msgspec

from amss.features.audit.model import AuditExportQuery, AuditFileFormat
from amss.features.audit.queries import AUDIT_TRAIL
from amss.features.audit.row_text import ROW_TEXT
from amss.features.audit.seals import moment_text
from amss.features.audit.weight import bytes_before
from amss.foundation.database import Transaction
from amss.foundation.exporting import FORMULA, PagedExport
from amss.foundation.reading import Reader
from amss.journal.event_types import Action
from amss.journal.recorder import note

PAGE_ROWS = 1_000
PAGE_BYTES = 4 * 1024 * 1024  # of their details, which one row may pass
_FROM_THE_BEGINNING = (datetime.min.replace(tzinfo=UTC), UUID(int=0))


async def export(tx: Transaction, query: AuditExportQuery) -> PagedExport:
    """Return the trail as a file, and note who took it and by which filters."""
    filters = {name: value for name, value in msgspec.to_builtins(query).items() if value is not None}
    written_as = filters.pop("format")
    await note(tx, Action.EXPORT, "audit-log", None, details={"format": written_as, "filters": filters})
    if query.format is AuditFileFormat.CSV:
        return PagedExport("audit-logs.csv", "text/csv; charset=utf-8", partial(_as_csv, query))
    head = {"format": 1, "org_id": tx.org_id, "exported_at": moment_text(tx.now), "filters": filters}
    rows = partial(_extract, query) if filters else _whole
    return PagedExport("audit-logs.ndjson", "application/x-ndjson", partial(_as_ndjson, head, rows))


async def _as_csv(query: AuditExportQuery, reader: Reader) -> AsyncIterator[bytes]:
    yield f"{','.join(_CSV_CELLS)}\r\n".encode()
    async for page in _in_order_of_time(query, _CSV_LINE, reader):
        yield page["part"]


async def _as_ndjson(head: dict[str, Any], rows: Any, reader: Reader) -> AsyncIterator[bytes]:
    """Frame the lines, so that a file that was cut off shows it."""
    yield msgspec.json.encode({"export": head}) + b"\n"
    written = 0
    async for page in rows(reader):
        written += page["found"]
        yield page["part"]
    yield msgspec.json.encode({"end": {"rows": written}}) + b"\n"


def _cell(text: str) -> str:
    """Return the SQL of a cell with any text in it, which no spreadsheet is to calculate (`exporting.csv_lines`)."""
    # Hardly any text begins so or holds a separator, which is found out faster than where a formula begins.
    begins = rf"left({text}, 1) IN ('=', '+', '-', '@', E'\t', E'\r', E'\n')"
    parted = " OR ".join(f"strpos({text}, E'{sign}') > 0" for sign in (";", r"\r", r"\n"))
    defused = f"regexp_replace({text}, '{FORMULA}', {_APOSTROPHE}, 'g')"
    harmless = f"CASE WHEN {begins} OR {parted} THEN {defused} ELSE {text} END"
    return f"'\"' || replace({harmless}, '\"', '\"\"') || '\"'"


_APOSTROPHE = "''''"
_CSV_CELLS = {
    "seq": "e.seq",
    "id": "t.id",
    "timestamp": "amss_utc(t.timestamp)",
    "action": "t.action",
    "entity_type": "t.entity_type",
    "entity_id": "t.entity_id",
    "entity_version": "t.entity_version",
    "actor_kind": "t.actor_kind",
    "actor_id": "coalesce(t.user_id, t.api_key_id)",
    "actor_org_id": "t.actor_org_id",
    "actor_name": _cell("t.actor_name"),
    "reason": _cell("t.reason"),
    "request_id": _cell("t.request_id"),
    "ip_address": "host(t.ip_address)",
    "user_agent": _cell("t.user_agent"),
    "details": _cell("t.details::text"),
    "row_hash": "encode(e.row_hash, 'hex')",
}
_CSV_LINE = f"""concat({", ',', ".join(_CSV_CELLS.values())}, E'\\r\\n')"""

_ROW_LINE = f"""concat(
    '{{"seq":', coalesce(e.seq::text, 'null'),
    ',"row_hash":', coalesce('"' || encode(e.row_hash, 'hex') || '"', 'null'),
    ',"entry":', CASE WHEN t.id IS NULL THEN 'null' ELSE {ROW_TEXT} END,
    E'}}\\n'
)"""
# A seal stands before its rows. In the form of `SealOut`.
_SEAL_LINE = """CASE WHEN s.id IS NOT NULL THEN concat(
    '{"seal":{"id":"', s.id,
    '","org_id":"', s.org_id,
    '","first_seq":', s.first_seq,
    ',"last_seq":', s.last_seq,
    ',"entries_hash":"', encode(s.entries_hash, 'hex'),
    '","previous_hash":', coalesce('"' || encode(s.previous_hash, 'hex') || '"', 'null'),
    ',"key_id":', to_json(s.key_id),
    ',"sealed_at":"', to_char(s.sealed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    '","signature":"', encode(s.signature, 'hex'),
    E'"}}\\n'
) END"""


async def _extract(query: AuditExportQuery, reader: Reader) -> AsyncIterator[Any]:
    async for page in _in_order_of_time(query, _ROW_LINE, reader):
        yield page


async def _in_order_of_time(query: AuditExportQuery, line: str, reader: Reader) -> AsyncIterator[Any]:
    """Yield the lines of all rows that meet the filters, page by page."""
    timestamp, id_ = _FROM_THE_BEGINNING
    is_full = True
    while is_full:
        values: list[Any] = [timestamp, id_]
        where = AUDIT_TRAIL.where(query, values, without=("format",))
        page: Any = await reader.row(
            f"""
            SELECT count(*) AS found, convert_to(string_agg(line, ''), 'UTF8') AS part,
                   (array_agg(timestamp))[count(*)] AS last_timestamp, (array_agg(id))[count(*)] AS last_id,
                   count(*) = {PAGE_ROWS} OR sum(details_bytes) >= {PAGE_BYTES} AS is_full
            FROM (
                SELECT {line} AS line, t.timestamp, t.id, t.details_bytes
                FROM (
                    SELECT *, {bytes_before("timestamp, id")} AS bytes_before FROM (
                        SELECT * FROM audit_logs t
                        WHERE t.org_id = tenant.org::uuid{where}
                          AND (t.timestamp, t.id) > ($2::timestamptz, $3::uuid)
                        ORDER BY t.timestamp, t.id LIMIT {PAGE_ROWS}
                    ) t
                ) t LEFT JOIN LATERAL (
                    SELECT e.seq, e.row_hash FROM audit_seal_entries e
                    WHERE e.org_id = t.org_id AND e.audit_log_id = t.id OFFSET 0
                ) e ON true
                WHERE t.bytes_before < {PAGE_BYTES} ORDER BY t.timestamp, t.id
            ) page
            """,
            *values,
        )
        if page["found"]:
            yield page
        timestamp, id_, is_full = page["last_timestamp"], page["last_id"], page["is_full"]


async def _whole(reader: Reader) -> AsyncIterator[Any]:
    """Yield the lines of all sealed rows in their places, under their seals; then of those that still wait.

    A page is taken from a range of places: of "the next rows", Postgres may read and sort all that follow.
    """
    first: int | None = 1
    last_seq = 0
    while first is not None:
        page: Any = await reader.row(
            f"""
            SELECT page.*, (
                SELECT min(e.seq) FROM audit_seal_entries e
                WHERE e.org_id = tenant.org::uuid AND e.seq > page.last_seq
            ) AS next_seq
            FROM (
                SELECT count(*) AS found, coalesce(max(e.seq), $2) AS last_seq,
                       convert_to(string_agg(concat({_SEAL_LINE}, {_ROW_LINE}), '' ORDER BY e.seq), 'UTF8') AS part
                FROM (
                    SELECT *, {bytes_before("e.seq")} AS bytes_before FROM audit_seal_entries e
                    WHERE e.org_id = tenant.org::uuid AND e.seq >= $2 AND e.seq < $2 + {PAGE_ROWS}
                ) e
                LEFT JOIN LATERAL (
                    SELECT * FROM audit_logs t WHERE t.org_id = e.org_id AND t.id = e.audit_log_id OFFSET 0
                ) t ON true
                LEFT JOIN audit_seals s
                    ON s.org_id = e.org_id AND s.first_seq = e.seq
                    AND s.first_seq >= $2 AND s.first_seq < $2 + {PAGE_ROWS}
                WHERE e.bytes_before < {PAGE_BYTES}
            ) page
            """,
            first,
        )
        if page["found"]:
            last_seq = page["last_seq"]
            yield page
        first = page["next_seq"]
    async for page in _waiting(last_seq, reader):
        yield page


async def _waiting(last_seq: int, reader: Reader) -> AsyncIterator[Any]:
    """Yield the lines of rows with no place up to `last_seq`: they wait, or were sealed since the file was begun."""
    last_id = UUID(int=0)
    is_full = True
    while is_full:
        page: Any = await reader.row(
            f"""
            SELECT count(t.id) AS found, (array_agg(t.waiting_id))[count(*)] AS last_id,
                   convert_to(string_agg({_ROW_LINE}, '') FILTER (WHERE t.id IS NOT NULL), 'UTF8') AS part,
                   count(*) = {PAGE_ROWS} OR sum(t.details_bytes) >= {PAGE_BYTES} AS is_full
            FROM (
                SELECT late.id AS waiting_id, t.*, {bytes_before("late.id")} AS bytes_before
                FROM (
                    (SELECT w.audit_log_id AS id FROM audit_unsealed w
                     WHERE w.org_id = tenant.org::uuid AND w.audit_log_id > $3
                     ORDER BY w.audit_log_id LIMIT {PAGE_ROWS})
                    UNION
                    (SELECT l.audit_log_id FROM audit_seal_entries l
                     WHERE l.org_id = tenant.org::uuid AND l.seq > $2 AND l.audit_log_id > $3)
                    ORDER BY id LIMIT {PAGE_ROWS}
                ) late
                LEFT JOIN LATERAL (
                    SELECT * FROM audit_logs t WHERE t.org_id = tenant.org::uuid AND t.id = late.id OFFSET 0
                ) t ON true
            ) t
            CROSS JOIN (SELECT NULL::bigint AS seq, NULL::bytea AS row_hash) e
            WHERE t.bytes_before < {PAGE_BYTES}
            """,
            last_seq,
            last_id,
        )
        if page["found"]:
            yield page
        last_id, is_full = page["last_id"], page["is_full"]
