"""Writing due items in SQL, many in one statement."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from amss.features.due.model import DueItem
from amss.features.due.queries import due_at
from amss.foundation.database import Transaction

_START = {
    "program_id": "uuid",
    "aircraft_id": "uuid",
    "start_source": "due_start_source",
    "start_on": "date",
    "start_minutes": "int",
    "start_cycles": "int",
}
_DERIVED = {
    "due_minutes": "int",
    "due_cycles": "int",
    "due_on": "date",
    "calendar_anchor": "date",
    "calendar_count": "int",
    "counted_from_minutes": "int",
    "counted_from_cycles": "int",
    "counted_from_on": "date",
    "under_extension_minutes": "bool",
    "under_extension_cycles": "bool",
    "under_extension_on": "bool",
    "extension_minutes": "int",
    "extension_cycles": "int",
    "extension_days": "int",
    "status": "due_item_status",
    "driving_limit": "maintenance_program_interval_type",
    "remaining_share": "float8",
    "projected_on": "date",
    "projection": "due_projection",
    "blocked_reason": "text",
}


def _arrays(types: Mapping[str, str], *, start: int) -> str:
    """Return `$3::uuid[], $4::date[], …`, an array per column."""
    return ", ".join(f"${start + place}::{kind}[]" for place, kind in enumerate(types.values()))


def _values(items: Sequence[DueItem], names: Mapping[str, str]) -> list[list[Any]]:
    return [[getattr(item, name) for item in items] for name in names]


_NEW = {"id": "uuid", **_START, **_DERIVED}
_INSERT = f"""
    INSERT INTO due_items (org_id, created_at, updated_at, {", ".join(_NEW)})
    SELECT $1, $2, $2, new.* FROM unnest({_arrays(_NEW, start=3)}) AS new
"""
_CHANGED = {"id": "uuid", **_DERIVED}
_UPDATE = f"""
    UPDATE due_items d SET {", ".join(f"{name} = now.{name}" for name in _DERIVED)}
    FROM unnest({_arrays(_CHANGED, start=2)}) AS now ({", ".join(_CHANGED)})
    WHERE d.org_id = $1 AND d.id = now.id
"""


async def add_all(tx: Transaction, items: Sequence[DueItem]) -> None:
    """Insert due items."""
    await tx.run(_INSERT, tx.org_id, tx.now, *_values(items, _NEW))


async def save_all(tx: Transaction, items: Sequence[DueItem]) -> None:
    """Write back what the engine derives."""
    await tx.run(_UPDATE, tx.org_id, *_values(items, _CHANGED))


async def save_last_done(tx: Transaction, item: DueItem) -> None:
    """Write back what work done changes."""
    await tx.run(
        """
        UPDATE due_items
        SET last_done_on = $3, last_done_minutes = $4, last_done_cycles = $5, last_task_id = $6,
            open_task_id = $7, blocked_reason = $8, version = $9, updated_at = $10, needs_confirmation = $11,
            start_source = $12, start_on = $13, start_minutes = $14, start_cycles = $15
        WHERE org_id = $1 AND id = $2
        """,
        item.org_id,
        item.id,
        item.last_done_on,
        item.last_done_minutes,
        item.last_done_cycles,
        item.last_task_id,
        item.open_task_id,
        item.blocked_reason,
        item.version,
        item.updated_at,
        item.needs_confirmation,
        item.start_source,
        item.start_on,
        item.start_minutes,
        item.start_cycles,
    )


async def doubt_last_done(tx: Transaction, days: Mapping[UUID, date]) -> list[UUID]:
    """Mark what counts hours or cycles and was last done on a day or later, by aircraft; return what was not yet."""
    rows = await tx.connection.fetch(
        """
        UPDATE due_items d SET needs_confirmation = true, version = d.version + 1, updated_at = $4
        FROM unnest($2::uuid[], $3::date[]) AS flown (aircraft_id, day)
        WHERE d.org_id = $1 AND d.aircraft_id = flown.aircraft_id AND d.last_done_on >= flown.day
          AND NOT d.needs_confirmation
          AND (d.due_minutes IS NOT NULL OR d.due_cycles IS NOT NULL)
        RETURNING d.id
        """,
        tx.org_id,
        list(days),
        list(days.values()),
        tx.now,
    )
    return [row["id"] for row in rows]


async def derive_next_due(tx: Transaction, aircraft_ids: Sequence[UUID]) -> None:
    """Set the next due of aircraft to the soonest of their due items; on a retired one nothing is due."""
    await tx.run(
        """
        UPDATE aircraft a SET next_due = soonest.projected_on
        FROM unnest($2::uuid[]) AS chosen (id)
        LEFT JOIN (
            SELECT d.aircraft_id, min(d.projected_on) AS projected_on
            FROM due_items d
            JOIN maintenance_programs p ON p.org_id = d.org_id AND p.id = d.program_id AND p.active
            WHERE d.org_id = $1 AND d.aircraft_id = ANY($2::uuid[]) AND d.deleted_at IS NULL
            GROUP BY d.aircraft_id
        ) soonest ON soonest.aircraft_id = chosen.id
        WHERE a.org_id = $1 AND a.id = chosen.id AND a.status <> 'retired'
          AND a.next_due IS DISTINCT FROM soonest.projected_on
        """,
        tx.org_id,
        aircraft_ids,
    )


async def derive_tasks_due(tx: Transaction, aircraft_ids: Sequence[UUID]) -> None:
    """Let the open tasks of aircraft know when the work is due now: what moves nearer may make a task late."""
    await tx.run(
        f"""
        UPDATE maintenance_tasks t SET due_at = due.at
        FROM (
            SELECT d.open_task_id, {due_at("d", "o")} AS at
            FROM due_items d JOIN organizations o ON o.id = d.org_id
            WHERE d.org_id = $1 AND d.aircraft_id = ANY($2::uuid[]) AND d.open_task_id IS NOT NULL AND d.listed
        ) due
        WHERE t.org_id = $1 AND t.id = due.open_task_id AND t.due_at IS DISTINCT FROM due.at
        """,
        tx.org_id,
        aircraft_ids,
    )


async def save_starts(tx: Transaction, items: Sequence[DueItem]) -> None:
    """Write back where the count of due items starts."""
    await tx.run(
        """
        UPDATE due_items d
        SET start_on = now.start_on, start_minutes = now.start_minutes, start_cycles = now.start_cycles
        FROM unnest($2::uuid[], $3::date[], $4::int[], $5::int[]) AS now (id, start_on, start_minutes, start_cycles)
        WHERE d.org_id = $1 AND d.id = now.id
        """,
        tx.org_id,
        *([getattr(item, name) for item in items] for name in ("id", "start_on", "start_minutes", "start_cycles")),
    )


async def follow_models(tx: Transaction, aircraft_ids: Sequence[UUID]) -> tuple[list[UUID], list[UUID]]:
    """Unassign aircraft from programs of other models, unless work is open, and assign those of theirs again.

    Returns the due items that are assigned again, and those that are not assigned any more.
    """
    rows = await tx.connection.fetch(
        """
        UPDATE due_items d
        SET deleted_at = CASE WHEN p.model <> a.model THEN $3::timestamptz END,
            version = d.version + 1, updated_at = $3
        FROM maintenance_programs p, aircraft a
        WHERE d.org_id = $1 AND d.aircraft_id = ANY($2) AND d.open_task_id IS NULL
          AND a.org_id = d.org_id AND a.id = d.aircraft_id
          AND p.org_id = d.org_id AND p.id = d.program_id AND p.model IS NOT NULL AND p.deleted_at IS NULL
          AND (p.model = a.model) = (d.deleted_at IS NOT NULL)
        RETURNING d.id, d.deleted_at
        """,
        tx.org_id,
        aircraft_ids,
        tx.now,
    )
    again = [row["id"] for row in rows if row["deleted_at"] is None]
    return again, [row["id"] for row in rows if row["deleted_at"] is not None]


async def delete_of_program(tx: Transaction, program_id: UUID) -> None:
    """Mark the due items of a program as deleted."""
    await tx.run(
        """
        UPDATE due_items SET version = version + 1, updated_at = $3, deleted_at = $3
        WHERE org_id = $1 AND program_id = $2 AND deleted_at IS NULL
        """,
        tx.org_id,
        program_id,
        tx.now,
    )


async def attach(tx: Transaction, pairs: Sequence[tuple[UUID, UUID]]) -> None:
    """Set the open task of due items, given as (due item id, task id)."""
    await tx.run(
        """
        UPDATE due_items d SET open_task_id = pair.task_id, blocked_reason = NULL
        FROM unnest($2::uuid[], $3::uuid[]) AS pair (due_item_id, task_id)
        WHERE d.org_id = $1 AND d.id = pair.due_item_id
        """,
        tx.org_id,
        [due_item_id for due_item_id, _ in pairs],
        [task_id for _, task_id in pairs],
    )


async def release(tx: Transaction, task_ids: Sequence[UUID]) -> list[UUID]:
    """Clear the open task of the due items that these tasks would have fulfilled.

    Returns the aircraft whose model is not the program's any more.
    """
    rows = await tx.connection.fetch(
        """
        UPDATE due_items d SET open_task_id = NULL
        FROM maintenance_programs p, aircraft a
        WHERE d.org_id = $1 AND d.open_task_id = ANY($2::uuid[])
          AND p.org_id = d.org_id AND p.id = d.program_id AND a.org_id = d.org_id AND a.id = d.aircraft_id
        RETURNING a.id, p.model <> a.model AS astray
        """,
        tx.org_id,
        task_ids,
    )
    return [row["id"] for row in rows if row["astray"]]


async def save_blocked(tx: Transaction, reasons: Mapping[UUID, str]) -> None:
    """Keep why due items cannot be planned."""
    await tx.run(
        """
        UPDATE due_items d SET blocked_reason = block.reason
        FROM unnest($2::uuid[], $3::text[]) AS block (due_item_id, reason)
        WHERE d.org_id = $1 AND d.id = block.due_item_id
        """,
        tx.org_id,
        list(reasons),
        list(reasons.values()),
    )
