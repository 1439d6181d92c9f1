"""The trail as it is verified: in batches, hashed and compared by Postgres, so that memory stays flat.

Each row is looked up once, by its key: OFFSET 0 keeps a look-up apart, whatever Postgres believes of the tables. A
join of its own choice reads the whole trail for every batch.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from amss.features.audit.row_text import ROW_HASH
from amss.features.audit.seals import Seal
from amss.features.audit.weight import bytes_before
from amss.features.verification.model import FAULTS_TOLD
from amss.foundation.database import Connection, Transaction, columns

# Rows that one statement hashes or looks up.
BATCH = 5_000
# Bytes of their details that it hashes, which one row may pass.
BATCH_BYTES = 16 * 1024 * 1024


async def find_seal_before(tx: Transaction, since: datetime) -> Seal | None:
    """Return the last seal in front of the first one that was made from `since` on."""
    return await tx.first(
        Seal,
        f"""
        SELECT {columns(Seal)} FROM audit_seals
        WHERE org_id = $1 AND first_seq < coalesce(
            (SELECT min(s.first_seq) FROM audit_seals s WHERE s.org_id = $1 AND s.sealed_at >= $2),
            9223372036854775807
        )
        ORDER BY first_seq DESC LIMIT 1
        """,
        tx.org_id,
        since,
    )


async def find_end(tx: Transaction, until: datetime) -> int:
    """Return where the last seal begins that was made before `until`; 0 where there is none.

    By its place, not by the clock alone, which may have been set back between two seals.
    """
    return await tx.value(
        "SELECT coalesce(max(first_seq), 0) FROM audit_seals WHERE org_id = $1 AND sealed_at < $2", tx.org_id, until
    )


async def find_seals(tx: Transaction, *, after: int, end: int) -> list[Seal]:
    """Return the next seals in their order, up to a batch, as far as the one that begins at place `end`."""
    rows = await tx.connection.fetch(
        f"""
        SELECT {columns(Seal)} FROM audit_seals
        WHERE org_id = $1 AND first_seq > $2 AND first_seq <= $3 ORDER BY first_seq LIMIT 500
        """,
        tx.org_id,
        after,
        end,
    )
    return [Seal(**row) for row in rows]


async def check_places(tx: Transaction, first: int, last: int) -> Any:
    """Compare the rows from place `first` on with their hashes: up to `last`, at most a few batches, or fewer.

    Returns `hashes`, those that stand in the places it came to, 32 bytes each, zeros where there is none; `rows`, how
    many rows are there; and `faults`, the first ones as (seq, audit_log_id, fault).
    """
    return await tx.connection.fetchrow(
        f"""
        WITH checked AS MATERIALIZED (
            SELECT place.seq, place.audit_log_id, place.row_hash, t.id, CASE
                WHEN place.audit_log_id IS NULL THEN 'entry_missing'
                WHEN t.id IS NULL THEN 'row_missing'
                WHEN t.row_hash IS DISTINCT FROM place.row_hash THEN 'row_altered'
                WHEN (t.timestamp, t.id) < lag((t.timestamp, t.id)) OVER (ORDER BY place.seq)
                     AND NOT EXISTS (
                         SELECT FROM audit_seals s
                         WHERE s.org_id = $1 AND s.first_seq = place.seq AND s.first_seq BETWEEN $2 AND $3
                     )
                THEN 'row_reordered' END AS fault
            FROM (
                SELECT place.seq, e.audit_log_id, e.row_hash, {bytes_before("place.seq")} AS bytes_before
                FROM generate_series($2::bigint - 1, $3::bigint) AS place (seq)
                LEFT JOIN (
                    SELECT e.seq, e.audit_log_id, e.row_hash, e.details_bytes FROM audit_seal_entries e
                    WHERE e.org_id = $1 AND e.seq BETWEEN $2::bigint - 1 AND $3 OFFSET 0
                ) e ON e.seq = place.seq
            ) place
            LEFT JOIN LATERAL (
                SELECT t.id, t.timestamp, {ROW_HASH} AS row_hash FROM audit_logs t
                WHERE t.org_id = $1 AND t.id = place.audit_log_id OFFSET 0
            ) t ON true
            WHERE place.seq <= $2 OR place.bytes_before < {BATCH_BYTES}
        )
        SELECT count(id) AS rows,
               string_agg(
                   CASE WHEN octet_length(row_hash) = 32 THEN row_hash ELSE decode(repeat('00', 32), 'hex') END,
                   ''::bytea ORDER BY seq
               ) AS hashes,
               (array_agg((seq, audit_log_id, fault) ORDER BY seq)
                FILTER (WHERE fault IS NOT NULL))[1:{FAULTS_TOLD}] AS faults
        FROM checked WHERE seq >= $2
        """,
        tx.org_id,
        first,
        last,
    )


async def find_beyond(tx: Transaction, last_seal: int) -> Any:
    """Return the first and the last place behind all seals or before the first, null where each has its seal."""
    return await tx.connection.fetchrow(
        """
        SELECT min(e.seq) AS first, max(e.seq) AS last FROM audit_seal_entries e
        WHERE e.org_id = $1 AND (
            e.seq < 1
            OR e.seq > $2
               AND e.seq > coalesce((SELECT max(s.last_seq) FROM audit_seals s WHERE s.org_id = $1), 0)
        )
        """,
        tx.org_id,
        last_seal,
    )


async def find_waiting(tx: Transaction, after: UUID) -> list[Any]:
    """Return the next rows of the sealer's queue, and whether each is a ghost: not there, or sealed already."""
    return await tx.connection.fetch(
        f"""
        SELECT w.audit_log_id, t.id IS NULL OR e.seq IS NOT NULL AS ghost
        FROM audit_unsealed w
        LEFT JOIN LATERAL (
            SELECT t.id FROM audit_logs t WHERE t.org_id = w.org_id AND t.id = w.audit_log_id OFFSET 0
        ) t ON true
        LEFT JOIN LATERAL (
            SELECT e.seq FROM audit_seal_entries e
            WHERE e.org_id = w.org_id AND e.audit_log_id = w.audit_log_id OFFSET 0
        ) e ON true
        WHERE w.org_id = $1 AND w.audit_log_id > $2 ORDER BY w.audit_log_id LIMIT {BATCH}
        """,
        tx.org_id,
        after,
    )


async def find_not_queued(tx: Transaction, after: tuple[datetime, UUID], until: datetime) -> Any:
    """Look at the next rows of the trail by time: how many, the last of them, and those without seal and queue."""
    return await tx.connection.fetchrow(
        f"""
        SELECT count(*) AS rows,
               max(t.timestamp) AS last_timestamp,
               (array_agg(t.id ORDER BY t.timestamp DESC, t.id DESC))[1] AS last_id,
               (array_agg(t.id ORDER BY t.timestamp, t.id)
                FILTER (WHERE e.seq IS NULL AND w.audit_log_id IS NULL))[1:{FAULTS_TOLD}] AS lost
        FROM (
            SELECT id, timestamp FROM audit_logs
            WHERE org_id = $1 AND (timestamp, id) > ($2, $3) AND timestamp < $4 ORDER BY timestamp, id LIMIT {BATCH}
        ) t
        LEFT JOIN LATERAL (
            SELECT e.seq FROM audit_seal_entries e WHERE e.org_id = $1 AND e.audit_log_id = t.id OFFSET 0
        ) e ON true
        LEFT JOIN LATERAL (
            SELECT w.audit_log_id FROM audit_unsealed w
            WHERE e.seq IS NULL AND w.org_id = $1 AND w.audit_log_id = t.id OFFSET 0
        ) w ON true
        """,
        tx.org_id,
        *after,
        until,
    )


async def count_signed(tx: Transaction, since: datetime, until: datetime) -> int:
    """Return how many checks were signed in a time."""
    return await tx.value(
        "SELECT count(*) FROM compliance_items WHERE org_id = $1 AND sign_off_time >= $2 AND sign_off_time < $3",
        tx.org_id,
        since,
        until,
    )


async def find_organizations(connection: Connection, slug: str | None) -> list[tuple[UUID, str]]:
    """Return id and slug of every organization, also of deleted ones; of one where a slug is given."""
    rows = await connection.fetch(
        "SELECT id, slug FROM organizations WHERE $1::text IS NULL OR slug = $1 ORDER BY slug, id", slug
    )
    return [(row["id"], row["slug"]) for row in rows]
