"""The fleet as it stands, and how available it was."""

from datetime import date, datetime
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from amss.features.aircraft.model import AircraftStatus
from amss.features.reports.model import Cursor, Limit, Page, PeriodQuery
from amss.features.reports.report import PERIOD, Report, sums


class FleetStatusFileQuery(PeriodQuery, kw_only=True, forbid_unknown_fields=True):
    """Of which aircraft, and over which days their availability is counted."""

    status: AircraftStatus | None = None
    model: str | None = None


class FleetStatusQuery(FleetStatusFileQuery, kw_only=True, forbid_unknown_fields=True):
    """The same, page by page."""

    limit: Limit = 50
    cursor: Cursor | None = None


class FleetStatusLine(msgspec.Struct, frozen=True, kw_only=True):
    """One aircraft as it stands now, and how available it was in the period.

    Counted from the changes of its status in the audit trail: before the first change AMSS knows of, it was what
    that change says it was before; after the last, what it is. `counted_minutes` is the time of the period that has
    gone by, without the time before AMSS knew the aircraft and the time it was retired; `available_minutes` is the
    part of it in which it was neither in maintenance nor grounded. `availability` is their share in percent, null
    where no time is known. How it stood before AMSS knew it is not known and not counted.
    """

    aircraft_id: UUID
    tail_number: str
    model: str
    status: AircraftStatus
    status_since: datetime
    grounded_reason: str | None
    open_tasks: int
    tasks_in_progress: int
    next_due: date | None
    due_items_due: int
    due_items_overdue: int
    counted_minutes: int
    available_minutes: int
    availability: float | None


class FleetStatusTotals(msgspec.Struct, frozen=True, kw_only=True):
    """The fleet as a whole."""

    aircraft: int
    operational: int
    maintenance: int
    grounded: int
    retired: int
    open_tasks: int
    tasks_in_progress: int
    due_items_due: int
    due_items_overdue: int
    counted_minutes: int
    available_minutes: int
    availability: float | None


class FleetStatusReport(Page, frozen=True, kw_only=True):
    """The fleet by tail number."""

    items: tuple[FleetStatusLine, ...]
    totals: FleetStatusTotals | UnsetType = UNSET


# What was before a change of status stood until that change; what is now stands since the last one.
_AVAILABILITY = """
    WITH changes AS (
        SELECT l.timestamp AS at, l.id, l.details #>> '{before,status}' AS status FROM audit_logs l
        WHERE l.org_id = a.org_id AND l.entity_id = a.id AND l.timestamp > period.begins
          AND l.entity_type = 'aircraft' AND l.action = 'state_change'
    ), stretches AS (
        SELECT lag(at, 1, period.begins) OVER (ORDER BY at, id) AS since, at AS until, status FROM changes
        UNION ALL
        SELECT coalesce(max(at), period.begins), now(), a.status::text FROM changes
    ), clipped AS (
        SELECT status, greatest(interval '0', least(until, period.ends, now())
                                              - greatest(since, period.begins, a.created_at)) AS length
        FROM stretches
    )
    SELECT coalesce(floor(extract(epoch FROM sum(length) FILTER (WHERE status <> 'retired')) / 60), 0) AS counted,
           coalesce(floor(extract(epoch FROM sum(length) FILTER (WHERE status = 'operational')) / 60), 0) AS available
    FROM clipped
"""
_LAST_CHANGE = """
    SELECT max(l.timestamp) FROM audit_logs l
    WHERE l.org_id = a.org_id AND l.entity_id = a.id AND l.entity_type = 'aircraft' AND l.action = 'state_change'
"""
_OPEN_WORK = """
    SELECT count(*) AS open, count(*) FILTER (WHERE w.state = 'in_progress') AS in_progress
    FROM maintenance_tasks w
    WHERE w.org_id = a.org_id AND w.aircraft_id = a.id
      AND w.state IN ('scheduled', 'in_progress') AND w.deleted_at IS NULL
"""
_DUE = """
    SELECT count(*) FILTER (WHERE i.urgency IN (2, 3)) AS due, count(*) FILTER (WHERE i.urgency = 4) AS overdue
    FROM due_items i
    WHERE i.org_id = a.org_id AND i.aircraft_id = a.id AND i.listed
"""


def _lines(where: str) -> str:
    return f"""
        SELECT a.id AS aircraft_id, a.tail_number, a.model, a.status,
               coalesce(({_LAST_CHANGE}), a.created_at) AS status_since, a.grounded_reason,
               work.open AS open_tasks, work.in_progress AS tasks_in_progress,
               a.next_due, due.due AS due_items_due, due.overdue AS due_items_overdue,
               time.counted AS counted_minutes, time.available AS available_minutes,
               round(100.0 * time.available / nullif(time.counted, 0), 1) AS availability,
               a.tail_number AS sort, a.id
        FROM {PERIOD}, aircraft a,
             LATERAL ({_AVAILABILITY}) time, LATERAL ({_OPEN_WORK}) work, LATERAL ({_DUE}) due
        WHERE a.org_id = tenant.org::uuid AND a.deleted_at IS NULL AND {where}
    """


FLEET_STATUS = Report(
    name="fleet-status",
    shows=FleetStatusLine,
    lines=_lines,
    filters={"status": "a.status = {}", "model": "a.model = {}"},
    totals={
        "aircraft": "count(*)",
        **{status: f"count(*) FILTER (WHERE t.status = '{status}')" for status in AircraftStatus},
        **sums(
            "open_tasks",
            "tasks_in_progress",
            "due_items_due",
            "due_items_overdue",
            "counted_minutes",
            "available_minutes",
        ),
        "availability": "round(100.0 * sum(t.available_minutes) / nullif(sum(t.counted_minutes), 0), 1)",
    },
)
