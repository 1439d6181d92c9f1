"""Extensions in SQL."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from amss.features.due.extension_model import Extension, ExtensionOut
from amss.foundation.database import Transaction, columns
from amss.foundation.reading import Listing

# Whose extension it is, by one look-up each.
_WHOSE = """
    CROSS JOIN LATERAL (
        SELECT tail_number, listed FROM due_items WHERE org_id = t.org_id AND id = t.due_item_id OFFSET 0
    ) i
    CROSS JOIN LATERAL (
        SELECT code, name FROM maintenance_programs WHERE org_id = t.org_id AND id = t.program_id OFFSET 0
    ) p
"""
_REFS = {
    "program": "json_build_object('id', t.program_id, 'code', p.code, 'name', p.name)",
    "aircraft": "json_build_object('id', t.aircraft_id, 'tail_number', i.tail_number)",
}

EXTENSIONS = Listing(
    shows=ExtensionOut,
    source=f"due_item_extensions t {_WHOSE} WHERE t.org_id = tenant.org::uuid",
    expressions=_REFS,
    filters={
        "status": "t.status = {}",
        # What nothing is due by any more (a program paused, an aircraft retired) is not in force either.
        "in_force": "(t.status = 'approved' AND t.ended_at IS NULL AND i.listed) = {}",
        "aircraft_id": "t.aircraft_id = {}",
        "program_id": "t.program_id = {}",
        "due_item_id": "t.due_item_id = {}",
    },
    # Ids are made in the order of requests, and have the index.
    sorts={"requested_at": ("t.id", "uuid")},
    default_sort="-requested_at",
)

_STORED = [name for name in columns(Extension).split(", ") if name not in _REFS]
_COLUMNS = ", ".join(_STORED)
_PLACES = ", ".join(f"${place}" for place in range(1, len(_STORED) + 3))
_FOUND = ", ".join([*(f"t.{name}" for name in _STORED), *(f"{sql}::jsonb AS {name}" for name, sql in _REFS.items())])
_STANDING = "(t.status = 'requested' OR (t.status = 'approved' AND t.ended_at IS NULL))"


async def get(tx: Transaction, due_item_id: UUID, extension_id: UUID) -> Extension:
    """Return an extension of a due item whose aircraft the caller holds, or refuse with `NotFound`."""
    return await tx.one(
        Extension,
        f"""
        SELECT {_FOUND} FROM due_item_extensions t {_WHOSE}
        WHERE t.org_id = $1 AND t.due_item_id = $2 AND t.id = $3
        """,
        tx.org_id,
        due_item_id,
        extension_id,
    )


_SELECT_STANDING = f"SELECT {_FOUND} FROM due_item_extensions t {_WHOSE} WHERE t.org_id = $1 AND {_STANDING}"


async def find_standing(tx: Transaction, due_item_ids: Sequence[UUID]) -> list[Extension]:
    """Return what is in force or asked for on some due items."""
    statement = f"{_SELECT_STANDING} AND t.due_item_id = ANY($2::uuid[]) ORDER BY t.id"
    return await tx.all(Extension, statement, tx.org_id, due_item_ids)


async def find_in_force_at(tx: Transaction, due_item_id: UUID, moment: datetime) -> list[Extension]:
    """Return what was in force on a due item at a moment, whatever became of it since."""
    return await tx.all(
        Extension,
        f"""
        SELECT {_FOUND} FROM due_item_extensions t {_WHOSE}
        WHERE t.org_id = $1 AND t.due_item_id = $2 AND t.status = 'approved' AND t.decided_at <= $3
          AND (t.ended_at IS NULL OR t.ended_at > $3)
        ORDER BY t.id
        """,
        tx.org_id,
        due_item_id,
        moment,
    )


async def find_standing_of_program(tx: Transaction, program_id: UUID) -> list[Extension]:
    """Return what is in force or asked for on the due items of a program."""
    return await tx.all(Extension, f"{_SELECT_STANDING} AND t.program_id = $2 ORDER BY t.id", tx.org_id, program_id)


async def find_standing_of_aircraft(tx: Transaction, aircraft_id: UUID) -> list[Extension]:
    """Return what is in force or asked for on the due items of an aircraft."""
    return await tx.all(Extension, f"{_SELECT_STANDING} AND t.aircraft_id = $2 ORDER BY t.id", tx.org_id, aircraft_id)


async def add(tx: Transaction, extension: Extension) -> None:
    """Insert a request; the database judges whether another is open for the same limit."""
    await tx.run(
        f"INSERT INTO due_item_extensions ({_COLUMNS}, program_id, aircraft_id) VALUES ({_PLACES})",
        *(getattr(extension, name) for name in _STORED),
        extension.program.id,
        extension.aircraft.id,
    )


async def save_all(tx: Transaction, extensions: Sequence[Extension]) -> None:
    """Write back what was decided, and what ended."""
    await tx.run(
        """
        UPDATE due_item_extensions
        SET status = now.status, decided_by = now.decided_by, decided_by_org_id = now.decided_by_org_id,
            decided_at = now.decided_at, decision_reason = now.decision_reason, ended_at = now.ended_at,
            version = now.version, updated_at = now.updated_at
        FROM jsonb_populate_recordset(NULL::due_item_extensions, $2::jsonb) AS now
        WHERE due_item_extensions.org_id = $1 AND due_item_extensions.id = now.id
        """,
        tx.org_id,
        extensions,
    )


async def follow_register(tx: Transaction, due_item_ids: Sequence[UUID]) -> None:
    """Let due items go past due as far as the register says."""
    await tx.run(
        """
        UPDATE due_items d
        SET extension_minutes = granted.minutes, extension_cycles = granted.cycles, extension_days = granted.days
        FROM (
            SELECT chosen.id,
                   coalesce(max(e.amount) FILTER (WHERE e.interval_type = 'flight_hours'), 0) AS minutes,
                   coalesce(max(e.amount) FILTER (WHERE e.interval_type = 'cycles'), 0) AS cycles,
                   coalesce(max(e.amount) FILTER (WHERE e.interval_type = 'calendar'), 0) AS days
            FROM unnest($2::uuid[]) AS chosen (id)
            LEFT JOIN due_item_extensions e ON e.org_id = $1 AND e.due_item_id = chosen.id
                                           AND e.status = 'approved' AND e.ended_at IS NULL
            GROUP BY chosen.id
        ) granted
        WHERE d.org_id = $1 AND d.id = granted.id
        """,
        tx.org_id,
        due_item_ids,
    )
