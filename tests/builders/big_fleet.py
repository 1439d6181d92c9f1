"""A fleet of 5,000 aircraft and a year of its work, made in a few statements: what reports must be quick with."""

from uuid import UUID

import asyncpg

FLEET, NEIGHBOUR = UUID("0f1ee700-0000-7000-8000-000000000001"), UUID("0f1ee700-0000-7000-8000-000000000002")
# Aircraft, and of each kind of fact: tasks, checks, due items, flights.
AIRCRAFT = {FLEET: 5_000, NEIGHBOUR: 500}
FACTS_PER_AIRCRAFT = 20

_FUNCTIONS = """
CREATE FUNCTION pg_temp.id_of(kind text, number bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
    $$ SELECT (left(md5(kind), 20) || lpad(to_hex(number), 12, '0'))::uuid $$;
CREATE FUNCTION pg_temp.at(number bigint) RETURNS timestamptz LANGUAGE sql STABLE AS
    $$ SELECT '2026-01-01 00:00:00+00'::timestamptz + number * interval '5 minutes' $$;
"""

# $1 is the organization, $2 how many aircraft it has, $3 how many facts of each kind; n counts them.
_TABLES = (
    """
    INSERT INTO users (org_id, id, email, name, role, password_hash)
    SELECT $1, pg_temp.id_of('user', n), 'someone-' || n || $1::uuid, 'Person ' || n, 'mechanic', ''
    FROM generate_series(1, 50) n WHERE $2::int + $3::int > 0
    """,
    """
    INSERT INTO aircraft (org_id, id, tail_number, model, status, created_at)
    SELECT $1, pg_temp.id_of('aircraft', n), 'T' || lpad(n::text, 7, '0'), 'M-' || n % 9,
           (ARRAY['operational', 'operational', 'operational', 'grounded', 'retired'])[1 + n % 5]::aircraft_status,
           '2025-01-01'
    FROM generate_series(1, $2::int) n WHERE $3::int > 0
    """,
    """
    INSERT INTO maintenance_programs (org_id, id, interval_type, interval_value, code, name, model, task_type)
    SELECT $1, pg_temp.id_of('program', n), 'calendar', 90, 'C-' || n, 'Program ' || n, 'M-' || n % 9, 'inspection'
    FROM generate_series(1, 20) n WHERE $2::int + $3::int > 0
    """,
    """
    INSERT INTO due_items (org_id, id, program_id, aircraft_id, tail_number, model, listed, start_source, start_on,
                           start_minutes, start_cycles, due_on, calendar_anchor, calendar_count, driving_limit,
                           status, projected_on)
    SELECT $1, pg_temp.id_of('due', n), pg_temp.id_of('program', 1 + n / $2::int),
           pg_temp.id_of('aircraft', 1 + n % $2::int), 'T', 'M', true, 'assignment', '2026-01-01', 0, 0, '2026-04-01',
           '2026-01-01', 90, 'calendar',
           (ARRAY['ok', 'ok', 'notify', 'due', 'overdue'])[1 + n % 5]::due_item_status, '2026-04-01'
    FROM generate_series(0, $3::int - 1) n
    """,
    """
    INSERT INTO maintenance_tasks (org_id, id, aircraft_id, program_id, type, state, title, slot,
                                   start_time, end_time, due_at, assigned_mechanic_id, started_at, completed_at,
                                   performed_at, unused, timeliness)
    SELECT $1, pg_temp.id_of('task', n), pg_temp.id_of('aircraft', 1 + n % $2::int),
           pg_temp.id_of('program', 1 + n % 20), 'inspection', state.state::maintenance_task_state, 'Work', 1,
           pg_temp.at(n), pg_temp.at(n) + interval '2 hours', pg_temp.at(n) + interval '9 days',
           pg_temp.id_of('user', 1 + n % 50), pg_temp.at(n), CASE WHEN state = 'completed' THEN pg_temp.at(n) END,
           CASE WHEN state = 'completed' THEN pg_temp.at(n) END, '[{"interval_type": "calendar", "unused": 9}]',
           'on_time'
    FROM generate_series(1, $3::int) n,
         LATERAL (SELECT CASE n % 20 WHEN 0 THEN 'scheduled' ELSE 'completed' END) state (state)
    WHERE $2::int > 0
    """,
    """
    INSERT INTO compliance_items (org_id, id, task_id, aircraft_id, position, description, regulatory_ref, result,
                                  sign_off_user_id, sign_off_time, signer_name, signer_role, signer_licence_number,
                                  reading_minutes, reading_cycles, snapshot_hash)
    SELECT $1, pg_temp.id_of('check', n), pg_temp.id_of('task', n),
           pg_temp.id_of('aircraft', 1 + n % $2::int), 1, 'Work', 'AD ' || n % 5,
           CASE WHEN signed THEN 'pass' ELSE 'pending' END::compliance_result,
           CASE WHEN signed THEN pg_temp.id_of('user', 1 + n % 50) END, CASE WHEN signed THEN pg_temp.at(n) END,
           CASE WHEN signed THEN 'Somebody' END, CASE WHEN signed THEN 'mechanic'::user_role END,
           CASE WHEN signed THEN 'UK.66' END, CASE WHEN signed THEN 1 END, CASE WHEN signed THEN 1 END,
           CASE WHEN signed THEN ''::bytea END
    FROM generate_series(1, $3::int) n, LATERAL (SELECT n % 20 <> 0) is_signed (signed)
    """,
    """
    INSERT INTO utilization_entries (org_id, id, aircraft_id, flown_on, minutes, cycles, source)
    SELECT $1, pg_temp.id_of('flight', n), pg_temp.id_of('aircraft', 1 + n % $2::int), pg_temp.at(n)::date, 300, 4,
           'manual'
    FROM generate_series(1, $3::int) n
    """,
    """
    INSERT INTO audit_logs (org_id, id, entity_type, entity_id, action, actor_kind, actor_name, "timestamp", details)
    SELECT $1, pg_temp.id_of('row', n), 'aircraft', pg_temp.id_of('aircraft', 1 + n % $2::int),
           CASE n / $2::int % 10 WHEN 0 THEN 'state_change' ELSE 'update' END::audit_action, 'system', 'test',
           pg_temp.at(n), '{"before": {"status": "operational"}}'
    FROM generate_series(1, $3::int) n
    """,
)


async def fill(url: str) -> None:
    """Make both organizations, as the owner, and tell the planner how many rows there are."""
    owner = await asyncpg.connect(url)
    await owner.execute(_FUNCTIONS)
    # Without it, every row would look up its parents; they are right by construction.
    await owner.execute("SET session_replication_role = replica; SET synchronous_commit = off")
    for org_id, aircraft in AIRCRAFT.items():
        await owner.execute(
            "INSERT INTO organizations (id, name, slug) VALUES ($1, $2, $2)", org_id, f"fleet-{aircraft}"
        )
        for statement in _TABLES:
            await owner.execute(statement, org_id, aircraft, aircraft * FACTS_PER_AIRCRAFT)
    await owner.execute("VACUUM ANALYZE")
    await owner.close()
