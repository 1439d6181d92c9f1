"""The stock of a part against what there should be: judged by whoever changes it, and by the worker as days pass."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from amss.features.parts.model import PartDefinition
from amss.foundation.database import Connection, Transaction, columns
from amss.journal.event_types import EventType
from amss.journal.recorder import Change, record_many

BATCH = 500


async def judge(tx: Transaction, definition: PartDefinition) -> PartDefinition:
    """Do for one definition, which the caller holds and has just saved, what `judge_all` does; return it as it is."""
    return (await judge_all(tx, [definition.id]))[0]


async def judge_all(tx: Transaction, definition_ids: Collection[UUID]) -> list[PartDefinition]:
    """Note which definitions fell below their `min_stock`, announced once, and which are no longer below.

    What counts is what is available: in stock, not reserved and not expired. To be called after the change, and last:
    who changes stock holds aircraft, task and pieces before definitions. Returns the definitions as they are then.
    """
    before = await _hold(tx, definition_ids)
    since = await _compare(tx, definition_ids)
    after = [replace(each, low_stock_since=since.get(each.id, each.low_stock_since)) for each in before]
    low = [
        Change(was, now)
        for was, now in zip(before, after, strict=True)
        if was.low_stock_since is None and now.low_stock_since is not None
    ]
    await record_many(tx, EventType.PART_LOW_STOCK, low)
    return after


async def orgs_with_expired_stock(connection: Connection, *, now: datetime) -> list[UUID]:
    """Return the active organizations of whose stock something expired since it was judged: the worker's alone."""
    rows: list[Any] = await connection.fetch(
        """
        SELECT o.id FROM organizations o
        WHERE o.status = 'active' AND o.deleted_at IS NULL
          AND EXISTS (
              SELECT FROM part_definitions d
              WHERE d.org_id = o.id AND d.stock_lasts_until < ($1::timestamptz AT TIME ZONE o.time_zone)::date
          )
        ORDER BY o.id
        """,
        now,
    )
    return [row["id"] for row in rows]


async def judge_next(tx: Transaction) -> bool:
    """Judge the next definitions of which pieces expired since they were judged; tell whether there may be more."""
    rows = await tx.connection.fetch(
        f"""
        SELECT d.id FROM part_definitions d JOIN organizations o ON o.id = d.org_id
        WHERE d.org_id = $1 AND d.stock_lasts_until < ($2::timestamptz AT TIME ZONE o.time_zone)::date
        ORDER BY d.stock_lasts_until, d.id
        LIMIT {BATCH}
        """,
        tx.org_id,
        tx.now,
    )
    await judge_all(tx, [row["id"] for row in rows])
    return len(rows) == BATCH


async def _hold(tx: Transaction, definition_ids: Collection[UUID]) -> list[PartDefinition]:
    """Return definitions and hold them, by id: two changes of one stock must see each other."""
    return await tx.all(
        PartDefinition,
        f"""
        SELECT {columns(PartDefinition)} FROM part_definitions
        WHERE org_id = $1 AND id = ANY($2::uuid[])
        ORDER BY id FOR NO KEY UPDATE
        """,
        tx.org_id,
        definition_ids,
    )


async def _compare(tx: Transaction, definition_ids: Collection[UUID]) -> dict[UUID, datetime | None]:
    """Compare stock and `min_stock`, and note how long the stock lasts.

    Returns by definition since when it is low, of those for which either changed.
    """
    rows = await tx.connection.fetch(
        """
        UPDATE part_definitions d
        SET low_stock_since = CASE WHEN stock.available < d.min_stock
                                   THEN coalesce(d.low_stock_since, $3::timestamptz) END,
            stock_lasts_until = stock.lasts_until
        FROM unnest($2::uuid[]) AS chosen (id), LATERAL (
            SELECT count(*) AS available, min(i.expiry_date) AS lasts_until
            FROM part_items i JOIN organizations o ON o.id = i.org_id
            WHERE i.org_id = $1 AND i.part_definition_id = chosen.id
              AND i.status = 'in_stock' AND i.deleted_at IS NULL
              AND i.expires_or_never >= ($3::timestamptz AT TIME ZONE o.time_zone)::date
              AND NOT EXISTS (
                  SELECT FROM part_reservations r
                  WHERE r.org_id = i.org_id AND r.part_item_id = i.id AND r.state = 'reserved'
              )
        ) stock
        WHERE d.org_id = $1 AND d.id = chosen.id
          AND (
              (d.low_stock_since IS NOT NULL) <> (stock.available < d.min_stock)
              OR d.stock_lasts_until IS DISTINCT FROM stock.lasts_until
          )
        RETURNING d.id, d.low_stock_since
        """,
        tx.org_id,
        definition_ids,
        tx.now,
    )
    return {row["id"]: row["low_stock_since"] for row in rows}
