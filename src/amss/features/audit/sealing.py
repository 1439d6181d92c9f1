"""Sealing: hashes and places for the rows that wait, and a signed seal over them, in one transaction."""

from typing import Any
from uuid import UUID

import msgspec

from amss.features.audit.keys import SealKey
from amss.features.audit.row_text import ROW_HASH
from amss.features.audit.seals import Seal, Unsigned, as_shown, signed_text
from amss.features.audit.weight import bytes_before
from amss.foundation.database import Connection, Transaction, columns, placeholders, values_of
from amss.foundation.ids import new_id
from amss.journal.event_types import EventType
from amss.journal.recorder import announce

# Rows under one seal at most: a statement of a moment, whose hashes any verifier holds in memory.
BATCH = 5_000
# Bytes of their details, which one row may pass: the moment is as short where rows are heavy.
BATCH_BYTES = 16 * 1024 * 1024
_SEALING = 4203  # the first number of an organization's lock


class Batch(msgspec.Struct, frozen=True):
    """What one seal was made for: how many rows, and whether it is full, so that more may wait."""

    rows: int
    full: bool


_NOTHING = Batch(rows=0, full=False)


async def find_waiting(connection: Connection) -> dict[UUID, int]:
    """Return the organizations in which rows wait for their seal, and how many."""
    rows = await connection.fetch("SELECT org_id, count(*) FROM audit_unsealed GROUP BY org_id")
    return {row["org_id"]: row["count"] for row in rows}


async def seal_next(tx: Transaction, key: SealKey) -> Batch:
    """Seal the rows that wait, up to a batch; of none where another worker is sealing here."""
    if not await tx.value("SELECT pg_try_advisory_xact_lock($1, hashtext($2))", _SEALING, str(tx.org_id)):
        return _NOTHING
    previous = await _find_last(tx)
    done = previous.last_seq if previous is not None else 0
    batch, entries_hash = await _give_places(tx, after=done)
    if batch.rows == 0:
        return batch
    unsigned = Unsigned(
        org_id=tx.org_id,
        first_seq=done + 1,
        last_seq=done + batch.rows,
        entries_hash=entries_hash,
        previous_hash=previous.hash if previous is not None else None,
        key_id=key.id,
        sealed_at=tx.now,
    )
    seal = Seal(**msgspec.structs.asdict(unsigned), id=new_id(), signature=key.sign(signed_text(unsigned)))
    await tx.run(f"INSERT INTO audit_seals ({columns(Seal)}) VALUES ({placeholders(Seal)})", *values_of(seal))
    await announce(tx, EventType.AUDIT_SEALED, Seal.entity_type, seal.id, msgspec.to_builtins(as_shown(seal)))
    return batch


async def _find_last(tx: Transaction) -> Seal | None:
    return await tx.first(
        Seal,
        f"SELECT {columns(Seal)} FROM audit_seals WHERE org_id = $1 ORDER BY first_seq DESC LIMIT 1",
        tx.org_id,
    )


async def _give_places(tx: Transaction, *, after: int) -> tuple[Batch, Any]:
    """Give the rows that wait their places and hashes; return how many, and the hash over the hashes.

    What waits but is gone from the trail goes on waiting, so that a verification finds it.
    """
    # However many rows are in the trail, and whatever Postgres believes of the queue: each row is looked up once by
    # its id (OFFSET 0 keeps the look-up apart), and leaves the queue by its place there, which nobody else changes.
    row: Any = await tx.connection.fetchrow(
        f"""
        WITH waiting AS (
            SELECT w.ctid AS place, w.audit_log_id, t.*
            FROM audit_unsealed w CROSS JOIN LATERAL (
                SELECT * FROM audit_logs t WHERE t.org_id = w.org_id AND t.id = w.audit_log_id OFFSET 0
            ) t
            WHERE w.org_id = $1 ORDER BY w.audit_log_id LIMIT {BATCH}
        ), hashed AS MATERIALIZED (
            SELECT t.place, t.id, t.timestamp, t.details_bytes, {ROW_HASH} AS row_hash
            FROM (SELECT *, {bytes_before("audit_log_id")} AS bytes_before FROM waiting) t
            WHERE t.bytes_before < {BATCH_BYTES}
        ), no_longer AS (
            DELETE FROM audit_unsealed WHERE org_id = $1 AND ctid = ANY(ARRAY(SELECT place FROM hashed))
        ), entry AS (
            INSERT INTO audit_seal_entries (org_id, seq, audit_log_id, row_hash, details_bytes, sealed_at)
            SELECT $1, $2 + row_number() OVER (ORDER BY timestamp, id), id, row_hash, details_bytes, $3 FROM hashed
            RETURNING seq, row_hash, details_bytes
        )
        SELECT count(*) AS rows, sha256(string_agg(row_hash, ''::bytea ORDER BY seq)) AS entries_hash,
               count(*) = {BATCH} OR sum(details_bytes) >= {BATCH_BYTES} AS is_full
        FROM entry
        """,
        tx.org_id,
        after,
        tx.now,
    )
    return Batch(row["rows"], bool(row["is_full"])), row["entries_hash"]
