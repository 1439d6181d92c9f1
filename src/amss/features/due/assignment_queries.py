"""The aircraft under a program in SQL."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from amss.features.aircraft.model import Aircraft
from amss.features.due.model import AssignmentOut, DueItem
from amss.features.due.queries import IN_SERVICE
from amss.foundation.database import Transaction
from amss.foundation.reading import Listing

# OFFSET keeps the look-up from being merged into a join that starts at the aircraft.
ASSIGNMENTS = Listing(
    shows=AssignmentOut,
    source=f"""
        due_items t
        CROSS JOIN LATERAL (
            SELECT tail_number FROM aircraft
            WHERE org_id = t.org_id AND id = t.aircraft_id AND deleted_at IS NULL AND {IN_SERVICE} OFFSET 0
        ) a
        WHERE t.org_id = tenant.org::uuid AND t.deleted_at IS NULL
    """,
    expressions={
        "due_item_id": "t.id",
        "aircraft": "json_build_object('id', t.aircraft_id, 'tail_number', a.tail_number)",
        "status": "CASE WHEN t.listed THEN t.status END",
        "projected_on": "CASE WHEN t.listed THEN t.projected_on END",
        "task_id": "t.open_task_id",
    },
    filters={"program_id": "t.program_id = {}"},
    sorts={"projected_on": ("t.projected_or_never", "date")},
    default_sort="projected_on",
)


class Assignment(msgspec.Struct, frozen=True):
    """A due item, and whether it is in force: of an aircraft that was unassigned it is kept."""

    item: DueItem
    in_force: bool


class UnderProgram(msgspec.Struct, frozen=True):
    """An aircraft that comes under a program, and its due item; none where it was never assigned."""

    aircraft: Aircraft
    item: DueItem | None


async def find_assignment(tx: Transaction, program_id: UUID, aircraft_id: UUID) -> Assignment | None:
    """Return the assignment of a program to an aircraft, also one that was taken back."""
    return await tx.first(
        Assignment,
        """
        SELECT to_jsonb(d) AS item, d.deleted_at IS NULL AS in_force FROM due_items d
        WHERE d.org_id = $1 AND d.program_id = $2 AND d.aircraft_id = $3
        """,
        tx.org_id,
        program_id,
        aircraft_id,
    )


async def read_under_program(
    tx: Transaction, program_id: UUID, *, ids: Sequence[UUID], after: UUID, limit: int
) -> list[UnderProgram]:
    """Return the next of some aircraft in the order of their ids, unheld, without those that were unassigned."""
    return await tx.all(
        UnderProgram,
        f"""
        SELECT to_jsonb(a) AS aircraft, CASE WHEN d.id IS NOT NULL THEN to_jsonb(d) END AS item
        FROM aircraft a
        LEFT JOIN due_items d ON d.org_id = a.org_id AND d.program_id = $2 AND d.aircraft_id = a.id
        WHERE a.org_id = $1 AND a.id = ANY($3::uuid[]) AND a.id > $4
          AND a.deleted_at IS NULL AND a.{IN_SERVICE} AND d.deleted_at IS NULL
        ORDER BY a.id LIMIT $5
        """,
        tx.org_id,
        program_id,
        ids,
        after,
        limit,
    )


async def save_in_force(tx: Transaction, item: DueItem, *, in_force: bool) -> None:
    """Write back that an aircraft was unassigned, or assigned again."""
    await tx.run(
        """
        UPDATE due_items SET deleted_at = $5, version = $3, updated_at = $4 WHERE org_id = $1 AND id = $2
        """,
        item.org_id,
        item.id,
        item.version,
        item.updated_at,
        None if in_force else item.updated_at,
    )
