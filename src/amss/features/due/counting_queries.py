"""Finding in SQL the programs that count cycles and the aircraft that do not, which never come together.

A program and an aircraft that come at the same time do not see each other. So each side takes the organization's
lock before it looks for the other: one of the two waits, and then finds what the other has left. It is the last that
either takes, behind aircraft and programs, and programs hold it together.
"""

from collections.abc import Sequence
from uuid import UUID

from amss.features.due.queries import IN_SERVICE, find_aircraft_for
from amss.features.programs.model import Program
from amss.foundation.database import Transaction

_LOCK = "hashtextextended('counts_cycles ' || $1::text, 0)"


async def find_miscounted_under(tx: Transaction, program: Program) -> list[tuple[str, str]]:
    """Return up to 20 (code, tail number) of aircraft under a program that counts what they do not."""
    await tx.run(f"SELECT pg_advisory_xact_lock_shared({_LOCK})", str(tx.org_id))
    rows = await tx.connection.fetch(
        f"""
        SELECT tail_number FROM aircraft
        WHERE org_id = $1 AND id = ANY($2::uuid[]) AND NOT counts_cycles AND deleted_at IS NULL AND {IN_SERVICE}
        ORDER BY tail_number LIMIT 20
        """,
        tx.org_id,
        await find_aircraft_for(tx, program.id),
    )
    return [(program.code, row["tail_number"]) for row in rows]


async def find_miscounted_on(tx: Transaction, aircraft_ids: Sequence[UUID]) -> list[tuple[str, str]]:
    """Return up to 20 (code, tail number) where a program counts an aircraft's cycles and the aircraft does not."""
    await tx.run(f"SELECT pg_advisory_xact_lock({_LOCK})", str(tx.org_id))
    rows = await tx.connection.fetch(
        f"""
        SELECT p.code, a.tail_number
        FROM aircraft a
        JOIN maintenance_programs p ON p.org_id = a.org_id AND p.active AND p.deleted_at IS NULL AND (
            p.model = a.model OR p.aircraft_id = a.id OR p.id IN (
                SELECT program_id FROM due_items WHERE org_id = $1 AND aircraft_id = a.id AND deleted_at IS NULL
            )
        )
        JOIN maintenance_program_limits l ON l.org_id = p.org_id AND l.program_id = p.id
        WHERE a.org_id = $1 AND a.id = ANY($2::uuid[]) AND NOT a.counts_cycles AND a.deleted_at IS NULL
          AND a.{IN_SERVICE} AND l.interval_type = 'cycles'
        ORDER BY a.tail_number, p.code LIMIT 20
        """,
        tx.org_id,
        aircraft_ids,
    )
    return [(row["code"], row["tail_number"]) for row in rows]
