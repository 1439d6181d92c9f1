"""What AMSS writes when a task is created, started and completed, each as one statement that asks for nothing more.

Each holds the aircraft, looks at what has a say in the step, claims the key with the answer, and writes the task,
what changes with it, two audit rows and two events. The values are ready: nothing is decoded, judged or encoded.
"""

from dataclasses import dataclass
from uuid import UUID

import asyncpg

from amss.foundation.ids import new_id

# Of the person, the aircraft and the task; then of what changes with the task, and what is told of both.
_JOURNAL = """
    claimed AS (
        INSERT INTO idempotency_keys (org_id, id, principal, key, endpoint, request_hash, created_at, expires_at,
                                      status_code, response_headers, response_body)
        SELECT $1, uuidv7(), $2::uuid::text, $5, 'bare', sha256($6::bytea), now(), now() + interval '24 hours',
               200, '[]', $6
        FROM changed
    ), told (entity_type, entity_id, action, details, event_type, payload) AS (
        VALUES ($8, $4::uuid, $9, $10::jsonb, $11, $12::jsonb), ($13, $7::uuid, $14, $15::jsonb, $16, $17::jsonb)
    ), audit_rows AS (
        INSERT INTO audit_logs (org_id, id, entity_type, entity_id, entity_version, action, actor_kind, actor_org_id,
                                user_id, actor_name, request_id, ip_address, details, timestamp)
        SELECT $1, uuidv7(), told.entity_type, told.entity_id, 2, told.action::audit_action, 'user', $1,
               $2, 'Somebody', $5, '127.0.0.1', told.details, now()
        FROM changed, told
    ), events AS (
        INSERT INTO outbox_events (org_id, id, event_type, aggregate_type, aggregate_id, payload, request_id)
        SELECT $1, uuidv7(), told.event_type, told.entity_type, told.entity_id, told.payload, $5 FROM changed, told
    )
    SELECT id FROM changed
"""
_HELD = """
    held AS (
        SELECT * FROM aircraft WHERE org_id = $1 AND id = $3 AND deleted_at IS NULL FOR NO KEY UPDATE
    ), task AS (
        SELECT t.* FROM held, maintenance_tasks t
        WHERE t.org_id = $1 AND t.id = $4 AND t.deleted_at IS NULL
        FOR NO KEY UPDATE OF t
    ), facts AS (
        SELECT policy.early_start_minutes, EXISTS (
            SELECT FROM compliance_items item
            WHERE item.org_id = $1 AND item.task_id = $4 AND item.deleted_at IS NULL AND item.result = 'pending'
        ) AS unsigned, EXISTS (
            SELECT FROM part_reservations r WHERE r.org_id = $1 AND r.task_id = $4 AND r.state = 'reserved'
        ) AS unsettled
        FROM org_policies policy WHERE policy.org_id = $1
    )
"""
CREATE = f"""
    WITH held AS (
        SELECT * FROM aircraft WHERE org_id = $1 AND id = $3 AND deleted_at IS NULL FOR NO KEY UPDATE
    ), booked AS (
        SELECT count(*) AS count FROM maintenance_tasks
        WHERE org_id = $1 AND aircraft_id = $3 AND active_window IS NOT NULL AND start_time < $19 AND end_time > $18
    ), changed AS (
        INSERT INTO maintenance_tasks (org_id, id, aircraft_id, type, title, start_time, end_time, slot)
        SELECT $1, $4, held.id, 'inspection', 'Measured work', $18, $19, booked.count + 1 FROM held, booked
        RETURNING id
    ), checks AS (
        INSERT INTO compliance_items (org_id, id, task_id, aircraft_id, position, description, from_program)
        SELECT $1, $7, $4, $3, 1, 'Work performed', true FROM changed
    ), {_JOURNAL}
"""
START = f"""
    WITH {_HELD}, changed AS (
        UPDATE maintenance_tasks t
        SET state = 'in_progress', started_at = now(), version = t.version + 1, updated_at = now()
        FROM task, facts
        WHERE t.org_id = $1 AND t.id = task.id
          AND task.start_time <= now() + facts.early_start_minutes * interval '1 minute' AND NOT facts.unsettled
        RETURNING t.id
    ), turned AS (
        UPDATE aircraft a SET status = 'maintenance', version = a.version + 1, updated_at = now()
        FROM changed WHERE a.org_id = $1 AND a.id = $3
    ), {_JOURNAL}
"""
COMPLETE = f"""
    WITH {_HELD}, flown AS (
        SELECT coalesce(sum(minutes), 0) AS minutes, coalesce(sum(cycles), 0) AS cycles FROM utilization_entries
        WHERE org_id = $1 AND aircraft_id = $3 AND flown_on <= (now() AT TIME ZONE 'UTC')::date
    ), changed AS (
        UPDATE maintenance_tasks t
        SET state = 'completed', notes = 'As found.', completed_at = now(), performed_at = now(),
            reading_minutes = held.opening_flight_minutes + flown.minutes,
            reading_cycles = held.opening_cycles + flown.cycles, version = t.version + 1, updated_at = now()
        FROM held, task, facts, flown
        WHERE t.org_id = $1 AND t.id = task.id AND NOT facts.unsigned AND NOT facts.unsettled
        RETURNING t.id
    ), turned AS (
        UPDATE aircraft a
        SET status = 'operational', last_maintenance = now(), version = a.version + 1, updated_at = now()
        FROM changed
        WHERE a.org_id = $1 AND a.id = $3 AND NOT EXISTS (
            SELECT FROM maintenance_tasks other
            WHERE other.org_id = $1 AND other.aircraft_id = $3 AND other.state = 'in_progress' AND other.id <> $4
              AND other.deleted_at IS NULL
        )
    ), {_JOURNAL}
"""


@dataclass(frozen=True)
class Said:
    """What AMSS answered to a step, and what it told of the task and of what changed with it."""

    answer: bytes
    told: tuple[str, ...]

    def values(
        self, whose: tuple[UUID, UUID], aircraft_id: UUID, task_id: UUID, beside_id: UUID
    ) -> tuple[object, ...]:
        """Return the values of a step's statement."""
        return (*whose, aircraft_id, task_id, str(new_id()), self.answer, beside_id, *self.told)


async def said_last(owner: asyncpg.Connection, org_id: UUID) -> Said:
    """Return what AMSS said in its last step."""
    rows = await owner.fetch(
        """
        SELECT log.entity_type, log.action, log.details, event.event_type, event.payload
        FROM audit_logs log
        JOIN outbox_events event ON event.org_id = log.org_id AND event.request_id = log.request_id
                                AND event.aggregate_id = log.entity_id
        WHERE log.org_id = $1 AND log.request_id = (
            SELECT request_id FROM audit_logs WHERE org_id = $1 ORDER BY timestamp DESC, id DESC LIMIT 1
        )
        ORDER BY log.entity_type = 'maintenance-task' DESC
        """,
        org_id,
    )
    [(answer,)] = await owner.fetch(
        "SELECT response_body FROM idempotency_keys WHERE org_id = $1 ORDER BY created_at DESC LIMIT 1", org_id
    )
    of_task, of_other = rows
    return Said(answer, (*of_task, *of_other))
