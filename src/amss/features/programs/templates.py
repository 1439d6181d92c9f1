"""A program's checklist and parts in SQL: the templates for its tasks."""

from collections.abc import Collection
from uuid import UUID

from amss.features.programs.model import Program
from amss.foundation.database import Transaction
from amss.foundation.ids import new_id


def checklist_of(program: str) -> str:
    """Return the SQL that builds the checklist of a program (an alias with org_id and id) as it is shown."""
    return f"""(
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'description', c.description, 'regulatory_ref', c.regulatory_ref) ORDER BY c.position), '[]')
        FROM program_checklist_items c WHERE c.org_id = {program}.org_id AND c.program_id = {program}.id
    )"""


def parts_of(program: str) -> str:
    """Return the SQL that builds the parts a program needs (an alias with org_id and id) as they are shown."""
    # Their ids were made in the order in which the parts were named.
    return f"""(
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'part_definition_id', r.part_definition_id, 'quantity', r.quantity) ORDER BY r.id), '[]')
        FROM program_part_requirements r WHERE r.org_id = {program}.org_id AND r.program_id = {program}.id
    )"""


async def known_definitions(tx: Transaction, part_definition_ids: Collection[UUID]) -> set[UUID]:
    """Return which of these part definitions the organization has, and hold them against deletion."""
    rows = await tx.connection.fetch(
        """
        SELECT id FROM part_definitions
        WHERE org_id = $1 AND id = ANY($2::uuid[]) AND deleted_at IS NULL
        FOR KEY SHARE
        """,
        tx.org_id,
        part_definition_ids,
    )
    return {row["id"] for row in rows}


async def replace_checklist(tx: Transaction, program: Program) -> None:
    """Put a program's checklist in the place of the one it had."""
    await tx.run("DELETE FROM program_checklist_items WHERE org_id = $1 AND program_id = $2", tx.org_id, program.id)
    await add_checklist(tx, program)


async def replace_parts(tx: Transaction, program: Program) -> None:
    """Put the parts a program needs in the place of those it needed."""
    await tx.run("DELETE FROM program_part_requirements WHERE org_id = $1 AND program_id = $2", tx.org_id, program.id)
    await add_parts(tx, program)


async def add_checklist(tx: Transaction, program: Program) -> None:
    """Insert a program's checklist."""
    await tx.run(
        """
        INSERT INTO program_checklist_items (org_id, program_id, id, description, regulatory_ref, position)
        SELECT $1, $2, item.* FROM unnest($3::uuid[], $4::text[], $5::text[]) WITH ORDINALITY AS item
        """,
        tx.org_id,
        program.id,
        [new_id() for _ in program.checklist],
        [each.description for each in program.checklist],
        [each.regulatory_ref for each in program.checklist],
    )


async def add_parts(tx: Transaction, program: Program) -> None:
    """Insert the parts a program needs."""
    await tx.run(
        """
        INSERT INTO program_part_requirements (org_id, program_id, id, part_definition_id, quantity)
        SELECT $1, $2, part.* FROM unnest($3::uuid[], $4::uuid[], $5::int[]) AS part
        """,
        tx.org_id,
        program.id,
        [new_id() for _ in program.parts],
        [each.part_definition_id for each in program.parts],
        [each.quantity for each in program.parts],
    )
