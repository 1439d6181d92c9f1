"""Pieces that expire soon: announced 90, 60 and 30 days before their last day, each once."""

from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from amss.features.parts.model import PartItem
from amss.foundation.database import Connection, Transaction, columns
from amss.journal.event_types import EventType
from amss.journal.recorder import Change, record_many

BATCH = 500
# What an index is made for (part_items_expiring); pieces that are gone expire for nobody.
_TO_ANNOUNCE = """
    {0}.expiry_date IS NOT NULL AND {0}.expiry_notice_days IS DISTINCT FROM 30
    AND {0}.status IN ('in_stock', 'quarantined') AND {0}.deleted_at IS NULL
"""
# After the notice of 90 days comes that of 60, then that of 30.
_TODAY = "($2::timestamptz AT TIME ZONE (SELECT o.time_zone FROM organizations o WHERE o.id = $1))::date"
_NEXT_NOTICE = "coalesce(i.expiry_notice_days - 30, 90)"


async def orgs_with_expiring_parts(connection: Connection) -> list[UUID]:
    """Return the active organizations that have a piece to announce, or nearly so: only the worker sees them all."""
    rows: list[Any] = await connection.fetch(
        f"""
        SELECT o.id FROM organizations o
        WHERE o.status = 'active' AND o.deleted_at IS NULL
          AND EXISTS (
              SELECT FROM part_items i
              WHERE i.org_id = o.id AND {_TO_ANNOUNCE.format("i")} AND i.expiry_date <= CURRENT_DATE + 91
          )
        ORDER BY o.id
        """
    )
    return [row["id"] for row in rows]


async def announce_next(tx: Transaction) -> bool:
    """Announce the next pieces that come within 90, 60 or 30 days of their last day; tell whether there may be more.

    A piece that comes into the store late is announced once, with the notice that is due. Mark and event are written
    together, and pieces that another worker or a person holds are left to the next run.
    """
    rows: list[Any] = await tx.connection.fetch(
        f"""
        WITH coming AS (
            SELECT i.id, i.expiry_notice_days AS was, i.expiry_date - {_TODAY} AS days_left
            FROM part_items i
            WHERE i.org_id = $1 AND {_TO_ANNOUNCE.format("i")}
              AND i.expiry_date <= {_TODAY} + 90 AND i.expiry_date <= {_TODAY} + {_NEXT_NOTICE}
            ORDER BY i.expiry_date, i.id
            LIMIT {BATCH} FOR NO KEY UPDATE OF i SKIP LOCKED
        )
        UPDATE part_items i
        SET expiry_notice_days = CASE WHEN days_left <= 30 THEN 30 WHEN days_left <= 60 THEN 60 ELSE 90 END
        FROM coming WHERE i.org_id = $1 AND i.id = coming.id
        RETURNING {columns(PartItem, "i")}, coming.was
        """,
        tx.org_id,
        tx.now,
    )
    # Of its own accord an UPDATE returns rows in no order.
    soonest_first = sorted(rows, key=lambda row: (row["expiry_date"], row["id"]))
    await record_many(tx, EventType.PART_EXPIRING, [_announced(dict(row)) for row in soonest_first])
    return len(rows) == BATCH


def _announced(row: dict[str, Any]) -> Change:
    was = row.pop("was")
    item = msgspec.convert(row, PartItem)
    return Change(replace(item, expiry_notice_days=was), item)
