"""What goes, in the order it goes: children before parents, each statement with its own children in it.

Every statement runs as amss_retention and deletes the rows of $1 (organization) that ended before $2, at most $3.
"""

from dataclasses import dataclass
from enum import StrEnum


class RecordClass(StrEnum):
    """Records that an organization keeps equally long."""

    TECHNICAL = "technical"
    OPERATIONAL = "operational"


@dataclass(frozen=True)
class Chore:
    """One kind of rows that may go."""

    table: str
    record_class: RecordClass
    statement: str


# An id is as old as its row (UUIDv7) and so never younger than what happened to it later: below this one the
# primary key finds the old rows without reading the others.
_FIRST_ID_LATER = (
    "(lpad(to_hex((extract(epoch FROM $2::timestamptz) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid"
)

# Aircraft that nothing keeps: deleted long enough ago, and no work, part or live program speaks of them.
_LEAVING_AIRCRAFT = """
    SELECT id FROM aircraft
    WHERE org_id = $1 AND deleted_at < $2
      AND NOT EXISTS (SELECT FROM maintenance_tasks t WHERE t.org_id = $1 AND t.aircraft_id = aircraft.id)
      AND NOT EXISTS (SELECT FROM part_items p WHERE p.org_id = $1 AND p.used_on_aircraft_id = aircraft.id)
      AND NOT EXISTS (
          SELECT FROM maintenance_programs m
          WHERE m.org_id = $1 AND m.aircraft_id = aircraft.id AND (m.deleted_at IS NULL OR m.deleted_at >= $2)
      )
"""

_DELIVERIES = f"""
    WITH leaving AS (
        SELECT id FROM webhook_deliveries
        WHERE org_id = $1 AND id < {_FIRST_ID_LATER}
          AND status IN ('delivered', 'failed') AND updated_at < $2
        ORDER BY id LIMIT $3
    ), attempts AS (
        DELETE FROM webhook_delivery_attempts WHERE org_id = $1 AND delivery_id IN (SELECT id FROM leaving)
    )
    DELETE FROM webhook_deliveries WHERE org_id = $1 AND id IN (SELECT id FROM leaving)
"""

_EVENTS = f"""
    DELETE FROM outbox_events WHERE org_id = $1 AND id IN (
        SELECT id FROM outbox_events
        WHERE org_id = $1 AND id < {_FIRST_ID_LATER} AND processed_at < $2 AND fanned_out_at IS NOT NULL
          AND NOT EXISTS (
              SELECT FROM webhook_deliveries d WHERE d.org_id = $1 AND d.event_id = outbox_events.id
          )
        ORDER BY id LIMIT $3
    )
"""

_IDEMPOTENCY_KEYS = """
    DELETE FROM idempotency_keys WHERE org_id = $1 AND id IN (
        SELECT id FROM idempotency_keys WHERE org_id = $1 AND expires_at < $2 ORDER BY expires_at LIMIT $3
    )
"""

_REFRESH_TOKENS = """
    DELETE FROM refresh_tokens WHERE org_id = $1 AND id IN (
        SELECT id FROM refresh_tokens WHERE org_id = $1 AND (expires_at < $2 OR revoked_at < $2)
        ORDER BY id LIMIT $3
    )
"""

_IMPORT_ROWS = """
    DELETE FROM import_rows WHERE org_id = $1 AND id IN (
        SELECT r.id FROM imports i JOIN import_rows r ON r.org_id = $1 AND r.import_id = i.id
        WHERE i.org_id = $1 AND i.finished_at < $2
        LIMIT $3
    )
"""

# A task with a signature under it, or with a part that was used, is a maintenance record.
_TASKS = """
    WITH leaving AS (
        SELECT id FROM maintenance_tasks
        WHERE org_id = $1
          AND state IN ('scheduled', 'cancelled') AND (deleted_at < $2 OR cancelled_at < $2)
          AND NOT EXISTS (
              SELECT FROM compliance_items c
              WHERE c.org_id = $1 AND c.task_id = maintenance_tasks.id AND c.sign_off_time IS NOT NULL
          )
          AND NOT EXISTS (
              SELECT FROM part_reservations r
              WHERE r.org_id = $1 AND r.task_id = maintenance_tasks.id AND r.state <> 'released'
          )
          AND NOT EXISTS (
              SELECT FROM part_items p WHERE p.org_id = $1 AND p.used_on_task_id = maintenance_tasks.id
          )
          AND NOT EXISTS (
              SELECT FROM due_items d WHERE d.org_id = $1 AND d.open_task_id = maintenance_tasks.id
          )
          AND NOT EXISTS (
              SELECT FROM due_items d WHERE d.org_id = $1 AND d.last_task_id = maintenance_tasks.id
          )
        ORDER BY id LIMIT $3
    ), checks AS (
        DELETE FROM compliance_items WHERE org_id = $1 AND task_id IN (SELECT id FROM leaving)
    ), reservations AS (
        DELETE FROM part_reservations WHERE org_id = $1 AND task_id IN (SELECT id FROM leaving)
    ), requirements AS (
        DELETE FROM task_part_requirements WHERE org_id = $1 AND task_id IN (SELECT id FROM leaving)
    )
    DELETE FROM maintenance_tasks WHERE org_id = $1 AND id IN (SELECT id FROM leaving)
"""

# An entry and its reversal name each other, so they go together.
_UTILIZATION = f"""
    WITH leaving AS (
        SELECT id FROM utilization_entries
        WHERE org_id = $1 AND aircraft_id IN ({_LEAVING_AIRCRAFT})
        ORDER BY id LIMIT $3
    )
    DELETE FROM utilization_entries
    WHERE org_id = $1 AND (
        id IN (SELECT id FROM leaving)
        OR reverses_id IN (SELECT id FROM leaving)
        OR reversed_by_id IN (SELECT id FROM leaving)
    )
"""

_DUE_ITEMS = f"""
    WITH leaving AS (
        SELECT id FROM due_items
        WHERE org_id = $1 AND aircraft_id IN ({_LEAVING_AIRCRAFT})
          AND NOT EXISTS (
              SELECT FROM maintenance_tasks t WHERE t.org_id = $1 AND t.due_item_id = due_items.id
          )
        ORDER BY id LIMIT $3
    ), extensions AS (
        DELETE FROM due_item_extensions WHERE org_id = $1 AND due_item_id IN (SELECT id FROM leaving)
    )
    DELETE FROM due_items WHERE org_id = $1 AND id IN (SELECT id FROM leaving)
"""

_PROGRAMS = """
    WITH leaving AS (
        SELECT id FROM maintenance_programs
        WHERE org_id = $1 AND deleted_at < $2
          AND NOT EXISTS (
              SELECT FROM due_items d WHERE d.org_id = $1 AND d.program_id = maintenance_programs.id
          )
          AND NOT EXISTS (
              SELECT FROM maintenance_tasks t WHERE t.org_id = $1 AND t.program_id = maintenance_programs.id
          )
        ORDER BY id LIMIT $3
    ), limits AS (
        DELETE FROM maintenance_program_limits WHERE org_id = $1 AND program_id IN (SELECT id FROM leaving)
    ), checklist AS (
        DELETE FROM program_checklist_items WHERE org_id = $1 AND program_id IN (SELECT id FROM leaving)
    ), requirements AS (
        DELETE FROM program_part_requirements WHERE org_id = $1 AND program_id IN (SELECT id FROM leaving)
    )
    DELETE FROM maintenance_programs WHERE org_id = $1 AND id IN (SELECT id FROM leaving)
"""

_AIRCRAFT = f"""
    DELETE FROM aircraft WHERE org_id = $1 AND id IN (
        SELECT leaving.id FROM ({_LEAVING_AIRCRAFT}) leaving
        WHERE NOT EXISTS (
              SELECT FROM utilization_entries u WHERE u.org_id = $1 AND u.aircraft_id = leaving.id
          )
          AND NOT EXISTS (SELECT FROM due_items d WHERE d.org_id = $1 AND d.aircraft_id = leaving.id)
          AND NOT EXISTS (SELECT FROM maintenance_programs m WHERE m.org_id = $1 AND m.aircraft_id = leaving.id)
        ORDER BY leaving.id LIMIT $3
    )
"""

CHORES = (
    Chore("webhook_deliveries", RecordClass.TECHNICAL, _DELIVERIES),
    Chore("outbox_events", RecordClass.TECHNICAL, _EVENTS),
    Chore("idempotency_keys", RecordClass.TECHNICAL, _IDEMPOTENCY_KEYS),
    Chore("refresh_tokens", RecordClass.TECHNICAL, _REFRESH_TOKENS),
    Chore("import_rows", RecordClass.TECHNICAL, _IMPORT_ROWS),
    Chore("maintenance_tasks", RecordClass.OPERATIONAL, _TASKS),
    Chore("utilization_entries", RecordClass.OPERATIONAL, _UTILIZATION),
    Chore("due_items", RecordClass.OPERATIONAL, _DUE_ITEMS),
    Chore("maintenance_programs", RecordClass.OPERATIONAL, _PROGRAMS),
    Chore("aircraft", RecordClass.OPERATIONAL, _AIRCRAFT),
)
