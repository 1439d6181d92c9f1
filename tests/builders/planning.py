"""A fleet with much that falls due and nothing planned, made in a few statements."""

from uuid import UUID

import asyncpg

from amss.foundation.ids import new_id

_AIRCRAFT = """
    INSERT INTO aircraft (org_id, id, tail_number, model)
    SELECT $1, gen_random_uuid(), 'P-' || lpad(n::text, 5, '0'), 'A320-214' FROM generate_series(1, $2::int) n
"""
_PROGRAMS = """
    WITH programs AS (
        INSERT INTO maintenance_programs (org_id, id, code, name, interval_type, interval_value, task_type,
                                          model, estimated_minutes)
        SELECT $1, gen_random_uuid(), 'P-' || n, 'Program ' || n, 'calendar', 90, 'inspection', 'A320-214', 240
        FROM generate_series(1, $2::int) n
        RETURNING id
    )
    INSERT INTO maintenance_program_limits (org_id, program_id, interval_type, position, unit, first, interval,
                                            early, tolerance_unit)
    SELECT $1, id, 'calendar', 1, 'days', 90, 90, 9, 'days' FROM programs
"""
# Falling due 2 to 28 days from now, each program of an aircraft on a day of its own.
_DUE_ITEMS = """
    INSERT INTO due_items (org_id, id, program_id, aircraft_id, start_source, start_on, start_minutes, start_cycles,
                           due_on, calendar_anchor, calendar_count, driving_limit, projected_on, status)
    SELECT $1, gen_random_uuid(), p.id, a.id, 'assignment', day - 90, 0, 0,
           day, day - 90, 90, 'calendar', day, 'notify'
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM aircraft WHERE org_id = $1) a,
         (SELECT id, row_number() OVER (ORDER BY id) AS n FROM maintenance_programs WHERE org_id = $1) p,
         LATERAL (SELECT current_date + 2 + ((a.n + 7 * p.n) % 27)::int) d (day)
"""


async def a_tenant_with_work(owner: asyncpg.Connection, name: str, *, aircraft: int, programs: int) -> UUID:
    """Make an organization in which every program is due on every aircraft within its lead time."""
    org_id = new_id()
    await owner.execute("INSERT INTO organizations (id, name, slug) VALUES ($1, $2, $2)", org_id, name)
    await owner.execute("INSERT INTO org_policies (org_id) VALUES ($1)", org_id)
    await owner.execute(_AIRCRAFT, org_id, aircraft)
    await owner.execute(_PROGRAMS, org_id, programs)
    await owner.execute(_DUE_ITEMS, org_id)
    await owner.execute("ANALYZE")
    return org_id
