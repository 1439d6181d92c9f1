"""Finding in SQL what is to be planned."""

from typing import Any
from uuid import UUID

import msgspec

from amss.features.due.model import DueForPlanning
from amss.features.due.queries import due_at
from amss.features.due.window import WindowFacts, opens_at
from amss.features.programs.queries import limits_of
from amss.foundation.database import Connection, Transaction


async def due_for_planning(
    tx: Transaction, *, limit: int, after: DueForPlanning | None, blocked: bool | None
) -> list[DueForPlanning]:
    """Return and hold, with their aircraft, due items inside their lead time that have no task."""
    rows = await tx.connection.fetch(
        f"""
        SELECT d.id AS due_item_id, d.program_id, p.code AS program_code, p.name AS program_name,
               p.task_type, p.estimated_minutes, d.projected_on, {due_at("d", "o")} AS due_at,
               to_jsonb(a) AS aircraft, {limits_of("p")} AS limits, d.driving_limit,
               d.due_minutes, d.due_cycles, d.due_on,
               ($2::timestamptz AT TIME ZONE o.time_zone)::date AS today, o.time_zone
        FROM due_items d
        JOIN maintenance_programs p ON p.org_id = d.org_id AND p.id = d.program_id
        JOIN aircraft a ON a.org_id = d.org_id AND a.id = d.aircraft_id
        JOIN organizations o ON o.id = d.org_id
        WHERE d.org_id = $1 AND d.listed AND d.open_task_id IS NULL
          AND d.projected_on <= ($2::timestamptz AT TIME ZONE o.time_zone)::date + p.lead_days
          AND ($3::date IS NULL OR (d.projected_or_never, d.id) > ($3, $4::uuid))
          AND ($6::bool IS NULL OR (d.blocked_reason IS NOT NULL) = $6)
        ORDER BY d.projected_or_never, d.id
        LIMIT $5 FOR NO KEY UPDATE OF d, a SKIP LOCKED
        """,
        tx.org_id,
        tx.now,
        None if after is None else after.projected_on,
        None if after is None else after.due_item_id,
        limit,
        blocked,
    )
    return [_for_planning(dict(row)) for row in rows]


async def orgs_with_due_work(connection: Connection) -> list[UUID]:
    """Return the active organizations that have programs, of all tenants: only the worker sees them."""
    rows: list[Any] = await connection.fetch(
        """
        SELECT id FROM organizations o
        WHERE status = 'active' AND deleted_at IS NULL
          AND EXISTS (SELECT FROM maintenance_programs p WHERE p.org_id = o.id AND p.deleted_at IS NULL)
        ORDER BY id
        """
    )
    return [row["id"] for row in rows]


def _for_planning(row: dict[str, Any]) -> DueForPlanning:
    return msgspec.convert({**row, "opens_at": opens_at(msgspec.convert(row, WindowFacts))}, DueForPlanning)
