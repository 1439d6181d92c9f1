"""Imports and their rows in SQL."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from uuid import UUID

import msgspec

from amss.features.imports.model import Import, ImportOut, ImportRowOut, Row
from amss.foundation.database import Database, Transaction, columns, placeholders, values_of
from amss.foundation.reading import Listing

IMPORTS = Listing(
    shows=ImportOut,
    source="imports t WHERE t.org_id = tenant.org::uuid",
    expressions={
        "counts": (
            "json_build_object('total', t.total_rows, 'valid', t.valid_rows, 'invalid', t.invalid_rows, "
            "'applied', t.applied_rows, 'skipped', t.skipped_rows)"
        ),
        "rows_per_second": "round(t.total_rows / NULLIF((t.summary ->> 'seconds')::numeric, 0), 1)",
    },
    filters={"type": "t.type = {}", "status": "t.status = {}"},
    sorts={"created_at": ("t.created_at", "timestamptz")},
    default_sort="-created_at",
    versioned=False,
)

ROWS = Listing(
    shows=ImportRowOut,
    source="import_rows t WHERE t.org_id = tenant.org::uuid",
    filters={"import_id": "t.import_id = {}", "status": "t.status = {}"},
    sorts={"row_number": ("t.row_number", "int")},
    unique=("row_number",),
    default_sort="row_number",
)


class Unfinished(msgspec.Struct, frozen=True):
    """An import that has work left."""

    org_id: UUID
    id: UUID


async def add(tx: Transaction, import_: Import) -> None:
    """Insert an import."""
    await tx.run(f"INSERT INTO imports ({columns(Import)}) VALUES ({placeholders(Import)})", *values_of(import_))


async def find_unfinished(database: Database, *, first: UUID | None, now: datetime) -> Unfinished | None:
    """Return the import of any organization that has waited longest and that nobody is at; `first` goes first.

    No import of one tenant delays another's for more than a batch: each batch sends it to the end of the line.
    """
    async with database.connection() as connection:
        row = await connection.fetchrow(
            """
            SELECT org_id, id FROM imports
            WHERE status IN ('pending', 'validating', 'applying')
              AND (try_again_at IS NULL OR try_again_at <= $2)
            ORDER BY (id = $1) DESC NULLS LAST, updated_at
            LIMIT 1
            FOR NO KEY UPDATE SKIP LOCKED
            """,
            first,
            now,
        )
    return None if row is None else Unfinished(row["org_id"], row["id"])


async def take(tx: Transaction, import_id: UUID) -> Import | None:
    """Return an unfinished import, held until the transaction ends; None where another worker is at it."""
    return await tx.first(
        Import,
        f"""
        SELECT {columns(Import)} FROM imports
        WHERE org_id = $1 AND id = $2 AND status IN ('pending', 'validating', 'applying')
        FOR NO KEY UPDATE SKIP LOCKED
        """,
        tx.org_id,
        import_id,
    )


async def prepare_for_batch(tx: Transaction) -> None:
    """Let statements take longer than those somebody waits for, and plan each for the keys it is about.

    A plan made once for any keys takes them to be ten and reads the whole import once per key.
    """
    await tx.run("SET LOCAL statement_timeout = '30s'; SET LOCAL plan_cache_mode = force_custom_plan")


async def save_progress(tx: Transaction, import_: Import) -> None:
    """Write back how far an import has come."""
    await tx.run(
        """
        UPDATE imports
        SET status = $3, read_bytes = $4, total_rows = $5, valid_rows = $6, invalid_rows = $7, applied_rows = $8,
            skipped_rows = $9, summary = $10, started_at = $11, finished_at = $12, updated_at = $13, version = $14,
            try_again_at = NULL
        WHERE org_id = $1 AND id = $2
        """,
        import_.org_id,
        import_.id,
        import_.status,
        import_.read_bytes,
        import_.total_rows,
        import_.valid_rows,
        import_.invalid_rows,
        import_.applied_rows,
        import_.skipped_rows,
        import_.summary,
        import_.started_at,
        import_.finished_at,
        import_.updated_at,
        import_.version,
    )


async def set_aside(tx: Transaction, import_id: UUID, until: datetime) -> None:
    """Leave an import alone for a while."""
    await tx.run("UPDATE imports SET try_again_at = $3 WHERE org_id = $1 AND id = $2", tx.org_id, import_id, until)


async def add_rows(tx: Transaction, import_id: UUID, rows: Sequence[Row]) -> None:
    """Insert many rows of an import, by way of the staging table: COPY and row-level security exclude each other."""
    await tx.connection.copy_to_table(
        "import_rows_staging",
        source=BytesIO(b"".join(_copied(tx.org_id, import_id, row) for row in rows)),
        columns=("org_id", "import_id", "id", "row_number", "status", "upsert_key", "raw", "errors"),
    )
    await tx.run(
        """
        INSERT INTO import_rows (org_id, import_id, id, row_number, status, upsert_key, raw, errors)
        SELECT org_id, import_id, id, row_number, status, upsert_key, raw, errors FROM import_rows_staging
        WHERE org_id = $1 AND import_id = $2
        """,
        tx.org_id,
        import_id,
    )
    await tx.run("DELETE FROM import_rows_staging WHERE org_id = $1 AND import_id = $2", tx.org_id, import_id)


def _copied(org_id: UUID, import_id: UUID, row: Row) -> bytes:
    """Return a row as a line of COPY's text format; JSON holds no raw tabs and line ends, only backslashes."""
    fields = (
        str(org_id).encode(),
        str(import_id).encode(),
        str(row.id).encode(),
        b"%d" % row.row_number,
        row.status.value.encode(),
        rb"\N" if row.upsert_key is None else row.upsert_key.encode(),
        msgspec.json.encode(row.raw).replace(b"\\", b"\\\\"),
        msgspec.json.encode(row.errors).replace(b"\\", b"\\\\"),
    )
    return b"\t".join(fields) + b"\n"


async def skip_rows(tx: Transaction, import_id: UUID, keys: Sequence[str]) -> int:
    """Skip the valid rows that have one of these keys; return how many."""
    return await tx.run(
        """
        UPDATE import_rows SET status = 'skipped'
        WHERE org_id = $1 AND import_id = $2 AND upsert_key = ANY ($3) AND status = 'valid'
        """,
        tx.org_id,
        import_id,
        keys,
    )


async def next_valid_rows(tx: Transaction, import_id: UUID, limit: int) -> list[Row]:
    """Return the first rows that wait to be applied."""
    return await tx.all(
        Row,
        f"""
        SELECT {columns(Row)} FROM import_rows
        WHERE org_id = $1 AND import_id = $2 AND status = 'valid'
        ORDER BY row_number
        LIMIT $3
        """,
        tx.org_id,
        import_id,
        limit,
    )


async def settle_rows(tx: Transaction, import_id: UUID, rows: Sequence[Row]) -> None:
    """Write back what became of many rows."""
    await tx.run(
        """
        UPDATE import_rows
        SET status = settled.status, errors = settled.errors, entity_id = settled.entity_id
        FROM jsonb_populate_recordset(NULL::import_rows, $3::jsonb) AS settled
        WHERE import_rows.org_id = $1 AND import_rows.import_id = $2 AND import_rows.id = settled.id
        """,
        tx.org_id,
        import_id,
        rows,
    )
