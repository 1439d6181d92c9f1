"""Programs in SQL."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from amss.features.programs import templates
from amss.features.programs.model import Program, ProgramOut
from amss.features.programs.templates import checklist_of, parts_of
from amss.foundation.database import Transaction
from amss.foundation.reading import Listing


def limits_of(program: str) -> str:
    """Return the SQL that builds the limits of a program (an alias with org_id and id) as they are shown."""
    return f"""(
        SELECT jsonb_agg(
            CASE l.interval_type
                WHEN 'flight_hours' THEN jsonb_build_object(
                    'interval_type', l.interval_type, 'first_minutes', l.first, 'interval_minutes', l.interval,
                    'early_minutes', l.early, 'late_minutes', l.late, 'notify_minutes', l.notify,
                    'max_extension_minutes', l.max_extension, 'hard', l.hard)
                WHEN 'cycles' THEN jsonb_build_object(
                    'interval_type', l.interval_type, 'first', l.first, 'interval', l.interval,
                    'early', l.early, 'late', l.late, 'notify', l.notify,
                    'max_extension', l.max_extension, 'hard', l.hard)
                ELSE jsonb_build_object(
                    'interval_type', l.interval_type, 'unit', l.unit, 'first', l.first, 'interval', l.interval,
                    'early', l.early, 'late', l.late, 'tolerance_unit', l.tolerance_unit, 'notify', l.notify,
                    'max_extension', l.max_extension, 'hard', l.hard)
            END ORDER BY l.position)
        FROM maintenance_program_limits l WHERE l.org_id = {program}.org_id AND l.program_id = {program}.id
    )"""


def whole(program: str) -> str:
    """Return the SQL that builds a program (an alias of its row) as JSON, with all that is rows of its own."""
    return f"""(
        to_jsonb({program}) || jsonb_build_object(
            'limits', {limits_of(program)}, 'checklist', {checklist_of(program)}, 'parts', {parts_of(program)})
    )"""


PROGRAMS = Listing(
    shows=ProgramOut,
    source="maintenance_programs t WHERE t.org_id = tenant.org::uuid AND t.deleted_at IS NULL",
    expressions={"limits": limits_of("t"), "checklist": checklist_of("t"), "parts": parts_of("t")},
    filters={
        "aircraft_id": "t.aircraft_id = {}",
        "model": "t.model = {}",
        "active": "t.active = {}",
        "airworthiness_limitation": "t.airworthiness_limitation = {}",
        # A range, because its plan is made before the prefix is known: a chapter is digits and hyphens.
        "ata_chapter": "t.ata_chapter >= {0} AND t.ata_chapter < {0} || '~'",
        "code": "t.code = {}",
    },
    sorts={
        "code": ("t.code", "text"),
        "name": ("t.name", "text"),
        "created_at": ("t.created_at", "timestamptz"),
    },
    default_sort="code",
)

_ROWS_OF_THEIR_OWN = ("limits", "checklist", "parts")
_STORED = [each.name for each in msgspec.structs.fields(Program) if each.name not in _ROWS_OF_THEIR_OWN]
_COLUMNS = ", ".join(_STORED)
_WHOLE = f"{_COLUMNS}, {limits_of('p')} AS limits, {checklist_of('p')} AS checklist, {parts_of('p')} AS parts"


async def get_for_update(tx: Transaction, program_id: UUID) -> Program:
    """Return a live program and hold it until the transaction ends.

    It is held against new assignments and new tasks as well: those wait, and then see what became of it.
    """
    await tx.run(
        "SELECT FROM maintenance_programs WHERE org_id = $1 AND id = $2 AND deleted_at IS NULL FOR UPDATE",
        tx.org_id,
        program_id,
    )
    return await get(tx, program_id)


async def get(tx: Transaction, program_id: UUID) -> Program:
    """Return a live program as it is just now."""
    return await tx.one(
        Program,
        f"""
        SELECT {_WHOLE} FROM maintenance_programs p
        WHERE p.org_id = $1 AND p.id = $2 AND p.deleted_at IS NULL
        """,
        tx.org_id,
        program_id,
    )


async def find(tx: Transaction, program_ids: Sequence[UUID]) -> dict[UUID, Program]:
    """Return programs by id, whatever became of them."""
    programs = await tx.all(
        Program,
        f"SELECT {_WHOLE} FROM maintenance_programs p WHERE p.org_id = $1 AND p.id = ANY($2::uuid[])",
        tx.org_id,
        program_ids,
    )
    return {program.id: program for program in programs}


async def hold_against_change(tx: Transaction, program_ids: Sequence[UUID]) -> list[UUID]:
    """Return those programs that are still live, and keep them as they are until the transaction ends."""
    rows = await tx.connection.fetch(
        """
        SELECT id FROM maintenance_programs
        WHERE org_id = $1 AND id = ANY($2::uuid[]) AND deleted_at IS NULL
        ORDER BY id FOR SHARE
        """,
        tx.org_id,
        program_ids,
    )
    return [row["id"] for row in rows]


async def add(tx: Transaction, program: Program) -> None:
    """Insert a program and all that is rows of its own; the database judges whether its code is free."""
    places = ", ".join(f"${n}" for n in range(1, len(_STORED) + 1))
    await tx.run(
        f"INSERT INTO maintenance_programs ({_COLUMNS}) VALUES ({places})",
        *(getattr(program, name) for name in _STORED),
    )
    await _add_limits(tx, program)
    await templates.add_checklist(tx, program)
    await templates.add_parts(tx, program)


async def save(tx: Transaction, program: Program, *, was: Program) -> None:
    """Write back what a person may edit; what is rows of its own is replaced where it is not what it was."""
    await tx.run(
        """
        UPDATE maintenance_programs
        SET name = $3, description = $4, ata_chapter = $5, lead_days = $6, estimated_minutes = $7, active = $8,
            interval_type = $9, interval_value = $10, version = $11, updated_at = $12,
            recurrence = $13, combine = $14, airworthiness_limitation = $15, directive = $16,
            directive_revised_on = $17, method_of_compliance = $18
        WHERE org_id = $1 AND id = $2
        """,
        program.org_id,
        program.id,
        program.name,
        program.description,
        program.ata_chapter,
        program.lead_days,
        program.estimated_minutes,
        program.active,
        program.interval_type,
        program.interval_value,
        program.version,
        program.updated_at,
        program.recurrence,
        program.combine,
        program.airworthiness_limitation,
        program.directive,
        program.directive_revised_on,
        program.method_of_compliance,
    )
    if program.limits != was.limits:
        await _replace_limits(tx, program)
    if program.checklist != was.checklist:
        await templates.replace_checklist(tx, program)
    if program.parts != was.parts:
        await templates.replace_parts(tx, program)


async def _replace_limits(tx: Transaction, program: Program) -> None:
    await tx.run(
        "DELETE FROM maintenance_program_limits WHERE org_id = $1 AND program_id = $2", tx.org_id, program.id
    )
    await _add_limits(tx, program)


async def _add_limits(tx: Transaction, program: Program) -> None:
    rows: list[tuple[Any, ...]] = [
        (
            each.interval_type,
            each.unit,
            each.first,
            each.interval,
            each.early,
            each.late,
            each.tolerance_unit,
            each.notify,
            each.max_extension,
            each.hard,
        )
        for each in program.limits
    ]
    await tx.run(
        """
        INSERT INTO maintenance_program_limits
            (org_id, program_id, position, interval_type, unit, first, interval, early, late, tolerance_unit,
             notify, max_extension, hard)
        SELECT $1, $2, l.position, l.interval_type::maintenance_program_interval_type,
               l.unit::program_limit_unit, l.first, l.interval, l.early, l.late,
               l.tolerance_unit::program_limit_unit, l.notify, l.max_extension, l.hard
        FROM unnest($3::text[], $4::text[], $5::int[], $6::int[], $7::int[], $8::int[], $9::text[], $10::int[],
                    $11::int[], $12::bool[])
            WITH ORDINALITY AS l (interval_type, unit, first, interval, early, late, tolerance_unit,
                                  notify, max_extension, hard, position)
        """,
        tx.org_id,
        program.id,
        *zip(*rows, strict=True),
    )


async def models_counting_cycles(tx: Transaction) -> set[str]:
    """Return the models of active programs that have a limit in cycles."""
    rows = await tx.connection.fetch(
        """
        SELECT DISTINCT p.model FROM maintenance_programs p
        JOIN maintenance_program_limits l ON l.org_id = p.org_id AND l.program_id = p.id
        WHERE p.org_id = $1 AND p.model IS NOT NULL AND p.active AND p.deleted_at IS NULL
          AND l.interval_type = 'cycles'
        """,
        tx.org_id,
    )
    return {row["model"] for row in rows}


async def find_open_tasks(tx: Transaction, program_id: UUID, *, aircraft_id: UUID | None = None) -> list[UUID]:
    """Return the open tasks of a program, on one aircraft or on any; at most twenty."""
    rows = await tx.connection.fetch(
        """
        SELECT id FROM maintenance_tasks
        WHERE org_id = $1 AND program_id = $2 AND ($3::uuid IS NULL OR aircraft_id = $3)
          AND state IN ('scheduled', 'in_progress') AND deleted_at IS NULL
        ORDER BY start_time LIMIT 20
        """,
        tx.org_id,
        program_id,
        aircraft_id,
    )
    return [row["id"] for row in rows]


async def delete(tx: Transaction, program: Program) -> None:
    """Mark a program as deleted."""
    await tx.run(
        """
        UPDATE maintenance_programs SET version = $3, updated_at = $4, deleted_at = $4
        WHERE org_id = $1 AND id = $2
        """,
        program.org_id,
        program.id,
        program.version,
        program.updated_at,
    )
