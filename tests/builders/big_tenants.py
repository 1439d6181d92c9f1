"""Two tenants, one of them very large, made in a few statements: what lists must stay quick with.

Every rare value of a filter is rarer than one row in a thousand, so that a list that reads on until it has found
a page of them is noticed; and all of one sort's extremes lie far from the other's.
"""

import asyncio
from uuid import UUID

import asyncpg

BIG, SMALL = UUID("0b160000-0000-7000-8000-000000000001"), UUID("0b160000-0000-7000-8000-000000000002")
ROWS = {BIG: 100_000, SMALL: 1_000}

_FUNCTIONS = """
CREATE FUNCTION pg_temp.id_of(kind text, number bigint) RETURNS uuid LANGUAGE sql STABLE AS
    $$ SELECT (rpad(encode(kind::bytea, 'hex'), 8, '0') || '-0000-7000-8000-'
               || lpad(to_hex(number), 12, '0'))::uuid $$;
CREATE FUNCTION pg_temp.rarely(number bigint, common text, VARIADIC rare text[]) RETURNS text
    LANGUAGE sql STABLE AS
    $$ SELECT coalesce(rare[1 + number % 2000], common) $$;
CREATE FUNCTION pg_temp.at(number bigint) RETURNS timestamptz LANGUAGE sql STABLE AS
    $$ SELECT '2026-01-01 00:00:00+00'::timestamptz + number * interval '5 minutes' $$;
CREATE FUNCTION pg_temp.event_type(number bigint) RETURNS text LANGUAGE sql STABLE AS
    $$ SELECT CASE WHEN number % 2000 = 5 THEN 'task.deleted'
                   ELSE (ARRAY['task.created', 'task.updated', 'task.assigned', 'task.state_changed',
                               'task.overdue', 'task.blocked'])[1 + number % 6] END $$;
"""

# $1 is the organization, $2 how many rows; n counts them.
_TABLES = (
    """
    INSERT INTO users (org_id, id, email, name, role, password_hash)
    SELECT $1, pg_temp.id_of('user', n), 'someone-' || n || '@example.test', 'Person ' || n % 700,
           pg_temp.rarely(n, 'mechanic', 'admin', 'tenant_admin', 'scheduler', 'auditor')::user_role, ''
    FROM generate_series(1, $2::int) n
    """,
    """
    INSERT INTO api_keys (org_id, id, name, prefix, key_hash, role)
    SELECT $1, pg_temp.id_of('key', n), 'Key ' || n % 700, $1::uuid::text || n, '', 'auditor'
    FROM generate_series(1, $2::int) n
    """,
    """
    INSERT INTO refresh_tokens (org_id, id, user_id, family_id, jti_hash, created_at, expires_at, session_expires_at)
    SELECT $1, pg_temp.id_of('tokn', n), pg_temp.id_of('user', 1 + n % 2000), pg_temp.id_of('fami', n / 2),
           sha256(n::text::bytea), pg_temp.at(n), now() + interval '1 day', now() + interval '9 days'
    FROM generate_series(1, $2::int) n
    """,
    """
    INSERT INTO aircraft (org_id, id, tail_number, model, icao_type, status, created_at)
    SELECT $1, pg_temp.id_of('airc', n), 'T' || lpad(n::text, 7, '0'), 'M-' || n % 500, 'I' || n % 500,
           pg_temp.rarely(n, 'operational', 'maintenance', 'grounded', 'retired')::aircraft_status, pg_temp.at(-n)
    FROM generate_series(1, $2::int) n
    """,
    """
    INSERT INTO utilization_entries (org_id, id, aircraft_id, flown_on, minutes, cycles, source)
    SELECT $1, pg_temp.id_of('flew', n), pg_temp.id_of('airc', 1 + n % 1000), pg_temp.at(n)::date, 300, 4, 'manual'
    FROM generate_series(1, $2::int) n
    """,
    """
    INSERT INTO maintenance_programs (org_id, id, aircraft_id, interval_type, interval_value, code, name, model,
                                      task_type, active, airworthiness_limitation, ata_chapter, created_at)
    SELECT $1, pg_temp.id_of('prog', n), CASE WHEN n % 2 = 1 THEN pg_temp.id_of('airc', 1 + n % 1000) END,
           'calendar', 90, 'C-' || n, 'Program ' || n % 700, 'M-' || n % 500, 'inspection', n % 2000 <> 7,
           n % 2000 = 11, lpad((n % 80)::text, 2, '0') || '-' || lpad((n / 80 % 100)::text, 2, '0'), pg_temp.at(-n)
    FROM generate_series(1, $2::int) n
    """,
    """
    INSERT INTO maintenance_program_limits (org_id, program_id, interval_type, position, unit, first, interval,
                                            tolerance_unit)
    SELECT $1, pg_temp.id_of('prog', n), 'calendar', 1, 'days', 90, 90, 'days' FROM generate_series(1, $2::int) n
    """,
    """
    INSERT INTO due_items (org_id, id, program_id, aircraft_id, tail_number, model, listed,
                           start_source, start_on, start_minutes, start_cycles,
                           due_on, calendar_anchor, calendar_count,
                           status, remaining_share, projected_on, open_task_id, needs_confirmation)
    SELECT $1, pg_temp.id_of('due', n), pg_temp.id_of('prog', 100 + n / 1000), pg_temp.id_of('airc', of.aircraft),
           'T' || lpad(of.aircraft::text, 7, '0'), 'M-' || of.aircraft % 500, of.rarity % 2000 <> 11,
           'assignment', '2026-01-01', 0, 0, '2026-04-01', '2026-01-01', 90,
           pg_temp.rarely(of.rarity, 'ok', 'notify', 'due', 'in_extension', 'overdue')::due_item_status,
           (n % 977) / 977.0, '2026-01-01'::date + (n % 3000)::int,
           CASE WHEN of.rarity % 2000 > 9 THEN pg_temp.id_of('task', n) END, of.rarity % 2000 = 13
    FROM generate_series(1, $2::int) n,
         -- One aircraft, the 1099th, has some of everything that is rare.
         LATERAL (SELECT 100 + n % 1000, n + n / 2000) of (aircraft, rarity)
    """,
    """
    INSERT INTO due_item_extensions (org_id, id, due_item_id, program_id, aircraft_id, interval_type, amount, reason,
                                     status, requested_at, decided_at, ended_at)
    SELECT $1, pg_temp.id_of('ext', n), pg_temp.id_of('due', n), pg_temp.id_of('prog', 100 + n / 1000),
           pg_temp.id_of('airc', 100 + n % 1000), 'calendar', 5, 'No slot', state.state::extension_status,
           pg_temp.at(n),
           CASE WHEN state IN ('approved', 'rejected') THEN pg_temp.at(n) END,
           CASE WHEN (state = 'approved' AND n % 2000 <> 9) OR state = 'lapsed' THEN pg_temp.at(n) END
    FROM generate_series(1, $2::int) n,
         LATERAL (SELECT pg_temp.rarely(n, 'approved', 'requested', 'rejected', 'lapsed')) state (state)
    """,
    """
    INSERT INTO maintenance_tasks (org_id, id, aircraft_id, program_id, type, priority, state, title, slot,
                                   start_time, end_time, due_at, assigned_mechanic_id, started_at, completed_at,
                                   performed_at, cancelled_at, cancel_reason)
    SELECT $1, pg_temp.id_of('task', n), pg_temp.id_of('airc', of.place), pg_temp.id_of('prog', 1 + n % 500),
           pg_temp.rarely(n, 'inspection', 'repair', 'overhaul')::maintenance_task_type,
           pg_temp.rarely(n, 'routine', 'urgent', 'aog')::maintenance_task_priority,
           state.state::maintenance_task_state, 'Work', 1, pg_temp.at(n), pg_temp.at(n) + interval '2 hours',
           pg_temp.at(n) + CASE WHEN n % 2000 = 9 THEN interval '1 hour' ELSE interval '9 days' END,
           pg_temp.id_of('user', of.place),
           CASE WHEN state IN ('in_progress', 'completed') THEN now() END,
           CASE WHEN state = 'completed' THEN pg_temp.at(n) END, CASE WHEN state = 'completed' THEN pg_temp.at(n) END,
           CASE WHEN state = 'cancelled' THEN now() END, CASE WHEN state = 'cancelled' THEN 'weather' END
    FROM generate_series(1, $2::int) n,
         LATERAL (SELECT pg_temp.rarely(n, 'completed', 'scheduled', 'in_progress', 'cancelled')) state (state),
         -- One aircraft and one mechanic, the first, have thousands.
         LATERAL (SELECT CASE WHEN n % 25 = 0 THEN 1 ELSE 1 + n % 1000 END) of (place)
    """,
    """
    INSERT INTO compliance_items (org_id, id, task_id, aircraft_id, position, description, result, notes,
                                  sign_off_user_id, sign_off_time, signer_name, signer_role, signer_licence_number,
                                  reading_minutes, reading_cycles, snapshot_hash)
    SELECT $1, pg_temp.id_of('chck', n), pg_temp.id_of('task', n), pg_temp.id_of('airc', 1 + n % 1000), 1, 'Work',
           state.state::compliance_result, 'As found',
           CASE WHEN signed THEN pg_temp.id_of('user', 1) END, CASE WHEN signed THEN pg_temp.at(n) END,
           CASE WHEN signed THEN 'Somebody' END, CASE WHEN signed THEN 'mechanic'::user_role END,
           CASE WHEN signed THEN 'UK.66' END, CASE WHEN signed THEN 1 END, CASE WHEN signed THEN 1 END,
           CASE WHEN signed THEN ''::bytea END
    FROM generate_series(1, $2::int) n,
         LATERAL (SELECT pg_temp.rarely(n, 'pass', 'pending', 'fail', 'not_applicable')) state (state),
         LATERAL (SELECT state <> 'pending') is_signed (signed)
    """,
    """
    INSERT INTO audit_logs (org_id, id, entity_type, entity_id, action, actor_kind, actor_org_id, user_id, actor_name,
                            "timestamp")
    SELECT $1, pg_temp.id_of('log', n),
           CASE WHEN n % 2000 = 3 THEN 'policy'
                ELSE (ARRAY['aircraft', 'task', 'program', 'user', 'webhook', 'import'])[1 + n % 6] END,
           pg_temp.id_of('airc', 1 + n % 2000),
           pg_temp.rarely(n, (ARRAY['update', 'create', 'state_change'])[1 + n % 3], 'delete', 'sign_off', 'login',
                          'logout', 'login_failed', 'denied', 'export', 'approve', 'reject', 'restore',
                          'verify')::audit_action,
           'user', $1, pg_temp.id_of('user', 1 + n % 2000), 'Somebody', pg_temp.at(n)
    FROM generate_series(1, $2::int) n
    """,
    """
    INSERT INTO part_definitions (org_id, id, name, part_number, category, min_stock, low_stock_since)
    SELECT $1, pg_temp.id_of('part', n), 'T' || lpad(n::text, 7, '0'), 'P-' || n, 'C-' || n % 500, 1,
           CASE WHEN n % 2000 = 9 THEN now() END
    FROM generate_series(1, $2::int) n
    """,
    """
    INSERT INTO part_items (org_id, id, part_definition_id, serial_number, status, expiry_date, quarantine_reason)
    SELECT $1, pg_temp.id_of('item', n), pg_temp.id_of('part', 1 + n / 2), 'S-' || lpad(n::text, 7, '0'),
           pg_temp.rarely(n, 'in_stock', 'used', 'disposed', 'quarantined')::part_item_status,
           '2026-01-01'::date + (n % 3000)::int, CASE WHEN n % 2000 = 2 THEN 'damaged' END
    FROM generate_series(1, $2::int) n
    """,
    """
    INSERT INTO part_reservations (org_id, id, task_id, part_item_id, state, created_at, used_at, released_at)
    SELECT $1, pg_temp.id_of('rsrv', n), pg_temp.id_of('task', n / 2), pg_temp.id_of('item', n),
           state.state::part_reservation_state, pg_temp.at(n), CASE state WHEN 'used' THEN now() END,
           CASE state WHEN 'released' THEN now() END
    FROM generate_series(1, $2::int) n,
         LATERAL (SELECT pg_temp.rarely(n, 'used', 'reserved', 'released')) state (state)
    """,
    """
    INSERT INTO audit_logs (org_id, id, entity_type, entity_id, action, actor_kind, actor_name, "timestamp")
    SELECT $1, pg_temp.id_of('plog', n), 'part-item', pg_temp.id_of('item', 1 + n % 20), 'update', 'system', 'x',
           pg_temp.at(n)
    FROM generate_series(1, 1000) n
    WHERE $2::int > 0
    """,
    """
    INSERT INTO imports (org_id, id, type, status, file_name, storage_key, file_bytes, checksum, created_at,
                         finished_at)
    SELECT $1, pg_temp.id_of('impo', n), 'aircraft', state.state::import_status, 'fleet.csv', '', 0, '',
           pg_temp.at(n),
           CASE WHEN state IN ('completed', 'failed', 'cancelled') THEN now() END
    FROM generate_series(1, $2::int) n,
         LATERAL (
             SELECT pg_temp.rarely(n, 'completed', 'pending', 'validating', 'applying', 'failed', 'cancelled')
         ) state (state)
    """,
    """
    INSERT INTO import_rows (org_id, id, import_id, row_number, status, raw)
    SELECT $1, pg_temp.id_of('row', n), pg_temp.id_of('impo', 1), n,
           pg_temp.rarely(n, 'applied', 'pending', 'valid', 'invalid', 'skipped')::import_row_status, '{}'
    FROM generate_series(1, $2::int) n
    """,
    """
    INSERT INTO webhooks (org_id, id, url, events, secret, status, disabled_reason, disabled_at)
    SELECT $1, pg_temp.id_of('hook', n), 'https://receiver.example', '{*}', '',
           CASE WHEN n % 2000 = 1 THEN 'disabled' ELSE 'enabled' END::webhook_status,
           CASE WHEN n % 2000 = 1 THEN 'by_hand'::webhook_disabled_reason END, CASE WHEN n % 2000 = 1 THEN now() END
    FROM generate_series(1, $2::int) n
    """,
    """
    INSERT INTO outbox_events (org_id, id, event_type, aggregate_type, aggregate_id, payload, failed_at)
    SELECT $1, pg_temp.id_of('evnt', n), pg_temp.event_type(n), 'task', pg_temp.id_of('task', n), '{}', pg_temp.at(n)
    FROM generate_series(1, $2::int) n
    """,
    """
    INSERT INTO webhook_deliveries (org_id, id, webhook_id, event_id, event_type, status, next_attempt_at,
                                    delivered_at)
    SELECT $1, pg_temp.id_of('sent', n), pg_temp.id_of('hook', 1), pg_temp.id_of('evnt', n),
           pg_temp.event_type(n),
           state.state::webhook_delivery_status, CASE state WHEN 'pending' THEN now() END,
           CASE state WHEN 'delivered' THEN now() END
    FROM generate_series(1, $2::int) n,
         LATERAL (SELECT pg_temp.rarely(n, 'delivered', 'pending', 'failed', 'held')) state (state)
    """,
)


def id_of(kind: str, number: int) -> UUID:
    """Return the id of the row of a kind with this number."""
    return UUID(f"{kind.encode().hex():0<8}-0000-7000-8000-{number:012x}")


async def fill(url: str) -> None:
    """Make both tenants, as the owner, and tell the planner how many rows there are."""
    owner = await asyncpg.connect(url)
    for org_id, rows in ROWS.items():
        await owner.execute(
            "INSERT INTO organizations (id, name, slug) VALUES ($1, $2, $2)", org_id, f"tenant-{rows}"
        )
    waiting: list[str] = [*_TABLES]
    await asyncio.gather(*(_fill_tables(url, waiting) for _ in range(2)))
    await owner.execute("VACUUM ANALYZE")
    await owner.close()


async def _fill_tables(url: str, waiting: list[str]) -> None:
    """Fill one table after the other, as long as any waits."""
    owner = await asyncpg.connect(url)
    await owner.execute(_FUNCTIONS)
    # Without it, every row would look up its parents; they are right by construction.
    await owner.execute("SET session_replication_role = replica; SET synchronous_commit = off")
    while waiting:
        statement = waiting.pop(0)
        for org_id, rows in ROWS.items():
            await owner.execute(statement, org_id, rows)
    await owner.close()
