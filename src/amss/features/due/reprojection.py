"""The engine's standing once more, in SQL: due items by the thousand, compared with the present in one statement.

`engine.standing` is the rule; a property test holds the two to the same answers.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec
from msgspec.structs import replace

from amss.features.aircraft.model import Aircraft
from amss.features.due.model import DueStatus, Projection
from amss.features.programs.limits import IntervalType
from amss.foundation.database import Transaction

# A daily rate is measured over so many days, today included: enough for a quiet month, not so many as two seasons.
MEASURED_OVER_DAYS = 90


class Moved(msgspec.Struct, frozen=True):
    """A due item whose status changed, and how it stood before."""

    id: UUID
    status: DueStatus
    driving_limit: IntervalType | None
    projected_on: date | None
    projection: Projection


class Reprojection(msgspec.Struct, frozen=True):
    """How many due items moved, and those whose status changed."""

    moved: int
    changed: list[Moved]


async def measure(tx: Transaction, fleet: Sequence[Aircraft], *, today: date) -> list[Aircraft]:
    """Keep what each aircraft flew in the last 90 days, and return the fleet with it.

    An aircraft whose first entry is not so old is measured from that day on.
    """
    rows = await tx.connection.fetch(
        """
        UPDATE aircraft a
        SET measured_days = lately.days, measured_minutes = lately.minutes, measured_cycles = lately.cycles
        FROM unnest($2::uuid[]) AS chosen (id)
        LEFT JOIN LATERAL (
            SELECT sum(e.minutes)::int AS minutes, sum(e.cycles)::int AS cycles,
                   LEAST($4, $3::date + 1 - (
                       SELECT first.flown_on FROM utilization_entries first
                       WHERE first.org_id = $1 AND first.aircraft_id = chosen.id
                         AND first.reverses_id IS NULL AND first.reversed_by_id IS NULL
                       ORDER BY first.flown_on LIMIT 1
                   )) AS days
            FROM (
                -- In the order of its index, which a plan made while the ledger is empty would else not see.
                SELECT minutes, cycles, reverses_id IS NULL AND reversed_by_id IS NULL AS stands
                FROM utilization_entries
                WHERE org_id = $1 AND aircraft_id = chosen.id AND flown_on > $3::date - $4::int AND flown_on <= $3
                ORDER BY aircraft_id, flown_on, id
            ) e
            HAVING bool_or(e.stands)
        ) lately ON true
        WHERE a.org_id = $1 AND a.id = chosen.id
          AND (a.measured_days, a.measured_minutes, a.measured_cycles)
              IS DISTINCT FROM (lately.days, lately.minutes, lately.cycles)
        RETURNING a.id, a.measured_days, a.measured_minutes, a.measured_cycles
        """,
        tx.org_id,
        [aircraft.id for aircraft in fleet],
        today,
        MEASURED_OVER_DAYS,
    )
    lately = {row["id"]: dict(row) for row in rows}
    return [replace(aircraft, **lately.get(aircraft.id, {})) for aircraft in fleet]


_STATUSES = ", ".join(f"'{status}'" for status in DueStatus)
_WAS = "was_status, was_driving_limit, was_remaining_share, was_projected_on, was_projection"
_REPROJECT = f"""
    WITH counted AS MATERIALIZED (
        SELECT d.id, d.status AS was_status, d.driving_limit AS was_driving_limit,
               d.remaining_share AS was_remaining_share, d.projected_on AS was_projected_on,
               d.projection AS was_projection, p.lead_days,
               p.combine = 'last' AND d.last_done_on IS NULL AS to_the_last,
               COALESCE(a.measured_days, 1000) AS rate_days,
               CASE WHEN a.measured_days IS NULL THEN 'planned' ELSE 'measured' END::due_projection AS rate_source,
               l.position, l.interval_type, l.interval, l.unit, l.notify, l.hard,
               CASE l.interval_type
                   WHEN 'flight_hours' THEN d.due_minutes - a.flight_minutes_total
                   WHEN 'cycles' THEN d.due_cycles - a.cycles_total
                   ELSE d.due_on - $3::date
               END AS remaining,
               CASE l.interval_type
                   WHEN 'flight_hours' THEN
                       COALESCE(a.measured_minutes, round(a.planned_daily_minutes * 1000))::bigint
                   WHEN 'cycles' THEN COALESCE(a.measured_cycles, round(a.planned_daily_cycles * 1000))::bigint
               END AS rate,
               CASE WHEN l.interval_type = 'calendar' THEN d.due_on END AS due_on,
               CASE
                   WHEN l.tolerance_unit <> 'months' OR l.late = 0 THEN l.late
                   WHEN l.unit = 'calendar_months' THEN
                       (date_trunc('month', d.due_on) + make_interval(months => l.late + 1))::date - 1 - d.due_on
                   ELSE (d.due_on + make_interval(months => l.late))::date - d.due_on
               END AS late,
               CASE l.interval_type
                   WHEN 'flight_hours' THEN d.extension_minutes
                   WHEN 'cycles' THEN d.extension_cycles
                   ELSE d.extension_days
               END AS extension
        FROM due_items d
        JOIN aircraft a ON a.org_id = d.org_id AND a.id = d.aircraft_id
        JOIN maintenance_programs p ON p.org_id = d.org_id AND p.id = d.program_id AND p.active
        JOIN maintenance_program_limits l ON l.org_id = d.org_id AND l.program_id = d.program_id
        WHERE d.org_id = $1 AND d.aircraft_id = ANY($2::uuid[]) AND d.deleted_at IS NULL
    ),
    projected AS MATERIALIZED (
        SELECT c.*, CASE
            WHEN remaining <= 0 THEN $3::date
            WHEN interval_type = 'calendar' THEN due_on
            WHEN rate > 0 AND (remaining::bigint * rate_days + rate - 1) / rate <= date '9999-12-31' - $3::date
                THEN $3::date + ((remaining::bigint * rate_days + rate - 1) / rate)::int
        END AS projected_on
        FROM counted c
    ),
    judged AS (
        SELECT id, {_WAS}, position, interval_type, to_the_last, projected_on,
            CASE
                WHEN -remaining > late AND -remaining <= extension THEN 4
                WHEN -remaining > late AND hard THEN 5
                WHEN remaining <= 0 THEN 3
                WHEN projected_on - $3::date <= lead_days OR remaining <= notify THEN 2
                ELSE 1
            END AS urgency,
            CASE WHEN remaining > 0 AND rate IS NOT NULL AND projected_on IS NOT NULL THEN rate_source
                 ELSE 'none' END AS projection,
            remaining / (interval::float8 * CASE WHEN unit IN ('months', 'calendar_months') THEN 30 ELSE 1 END)
                AS remaining_share,
            COALESCE(due_on, projected_on, date '9999-12-31') - date '0001-01-01' AS reached
        FROM projected
    ),
    standing AS (
        SELECT DISTINCT ON (id) id, {_WAS}, interval_type, remaining_share, projected_on, projection,
            (ARRAY[{_STATUSES}]::due_item_status[])[
                CASE WHEN to_the_last THEN min(urgency) OVER item ELSE max(urgency) OVER item END] AS status
        FROM judged
        WINDOW item AS (PARTITION BY id)
        ORDER BY id, CASE WHEN to_the_last THEN -reached ELSE reached END,
                 CASE WHEN to_the_last THEN -remaining_share ELSE remaining_share END, position
    ),
    moved AS (
        UPDATE due_items d
        SET status = s.status, driving_limit = s.interval_type, remaining_share = s.remaining_share,
            projected_on = s.projected_on, projection = s.projection,
            blocked_reason = CASE WHEN s.status <> 'ok' THEN d.blocked_reason END
        FROM standing s
        WHERE d.org_id = $1 AND d.id = s.id AND ({_WAS})
              IS DISTINCT FROM (s.status, s.interval_type, s.remaining_share, s.projected_on, s.projection)
        RETURNING d.id, was_status AS status, was_driving_limit AS driving_limit,
                  was_projected_on AS projected_on, was_projection AS projection, was_status <> d.status AS changed
    )
    SELECT count(*) AS moved, COALESCE(jsonb_agg(to_jsonb(moved) - 'changed') FILTER (WHERE changed), '[]') AS changed
    FROM moved
"""


async def reproject(tx: Transaction, aircraft_ids: Sequence[UUID], *, today: date) -> Reprojection:
    """Bring the due items of aircraft that the caller holds up to today and their present counters."""
    return await tx.one(Reprojection, _REPROJECT, tx.org_id, aircraft_ids, today)
