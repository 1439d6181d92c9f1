"""Demand: the parts that a program's work needs, noted on each of its tasks. It is not yet a reservation."""

from collections.abc import Sequence
from uuid import UUID

from amss.foundation.database import Transaction


def demand_of(task: str) -> str:
    """Return the SQL that builds what a task (an alias with org_id and id) needs, and how much of it it has."""
    return f"""(
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'part_definition_id', d.id, 'name', d.name, 'part_number', d.part_number, 'quantity', n.quantity,
            'reserved', had.reserved, 'used', had.used
        ) ORDER BY d.search_name, d.id), '[]')
        FROM task_part_requirements n
        JOIN part_definitions d ON d.org_id = n.org_id AND d.id = n.part_definition_id
        CROSS JOIN LATERAL (
            SELECT count(*) FILTER (WHERE r.state = 'reserved') AS reserved,
                   count(*) FILTER (WHERE r.state = 'used') AS used
            FROM part_reservations r JOIN part_items i ON i.org_id = r.org_id AND i.id = r.part_item_id
            WHERE r.org_id = n.org_id AND r.task_id = n.task_id AND i.part_definition_id = n.part_definition_id
        ) had
        WHERE n.org_id = {task}.org_id AND n.task_id = {task}.id
    )"""


async def note(tx: Transaction, task_ids: Sequence[UUID]) -> None:
    """Copy to new tasks the parts that their programs need."""
    await tx.run(
        """
        INSERT INTO task_part_requirements (org_id, task_id, part_definition_id, quantity)
        SELECT r.org_id, k.id, r.part_definition_id, r.quantity
        FROM maintenance_tasks k
        JOIN program_part_requirements r ON r.org_id = k.org_id AND r.program_id = k.program_id
        WHERE k.org_id = $1 AND k.id = ANY($2::uuid[])
        """,
        tx.org_id,
        task_ids,
    )
