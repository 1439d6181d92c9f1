"""Due against done: how much of the recurring work was done in time, and what was given away by doing it early."""

from enum import StrEnum
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from amss.features.reports.model import Cursor, Limit, Page, PeriodQuery
from amss.features.reports.report import PERIOD, Report, sums


class OnTimeGroup(StrEnum):
    """What a line of the on-time report stands for."""

    PROGRAM = "program"
    AIRCRAFT = "aircraft"


class OnTimeFileQuery(PeriodQuery, kw_only=True, forbid_unknown_fields=True):
    """Of which aircraft or program; a line for each program, or for each aircraft."""

    aircraft_id: UUID | None = None
    program_id: UUID | None = None
    by: OnTimeGroup = OnTimeGroup.PROGRAM


class OnTimeQuery(OnTimeFileQuery, kw_only=True, forbid_unknown_fields=True):
    """The same, page by page."""

    limit: Limit = 50
    cursor: Cursor | None = None


class OnTimeTotals(msgspec.Struct, frozen=True, kw_only=True):
    """Work of programs that was performed in the period, against its due.

    Each limit is judged by what the work left of it: `on_time` left something, or nothing, of each; `in_tolerance`
    was past a limit by no more than its late tolerance as the program has it today; `in_extension` by no more than an
    extension approved by then; `late` by more. Where nothing is known of what was left, the due date decides; without
    one the work is `not_judged`. `unused_…` sums what was left of the limits.
    """

    completed: int
    on_time: int
    in_tolerance: int
    in_extension: int
    late: int
    not_judged: int
    unused_minutes: int
    unused_cycles: int
    unused_days: int


class OnTimeLine(msgspec.Struct, frozen=True, kw_only=True):
    """One program or one aircraft, judged as in the totals.

    `median_days_early` is how many days before its due date the work was done, less than zero after it: of usage
    limits, by the date that was projected.
    """

    program_id: UUID | None
    program_code: str | None
    aircraft_id: UUID | None
    tail_number: str | None
    completed: int
    on_time: int
    in_tolerance: int
    in_extension: int
    late: int
    not_judged: int
    median_days_early: float | None
    unused_minutes: int
    unused_cycles: int
    unused_days: int


class OnTimeReport(Page, frozen=True, kw_only=True):
    """Due against done, by program code or by tail number."""

    items: tuple[OnTimeLine, ...]
    totals: OnTimeTotals | UnsetType = UNSET


# A calendar tolerance may be in months: the days of those that follow the due date.
_LATE = """CASE limits.tolerance_unit
    WHEN 'months' THEN (due.on + make_interval(months => limits.late))::date - due.on ELSE limits.late END"""
# By how much the work was past each limit, at the worst: of nothing, of the tolerance, of an extension.
_JUDGED = f"""
    SELECT bool_and(rest.unused >= 0) AS on_time,
           bool_and(rest.unused >= -coalesce({_LATE}, 0)) AS in_tolerance,
           bool_and(rest.unused >= -greatest({_LATE}, extension.amount, 0)) AS in_extension,
           sum(rest.unused) FILTER (WHERE rest.unused > 0 AND rest.interval_type = 'flight_hours') AS minutes,
           sum(rest.unused) FILTER (WHERE rest.unused > 0 AND rest.interval_type = 'cycles') AS cycles,
           sum(rest.unused) FILTER (WHERE rest.unused > 0 AND rest.interval_type = 'calendar') AS days
    FROM jsonb_to_recordset(w.unused) AS rest (interval_type maintenance_program_interval_type, unused int)
    CROSS JOIN LATERAL (SELECT (w.performed_at AT TIME ZONE period.time_zone)::date + rest.unused AS on) due
    LEFT JOIN maintenance_program_limits limits
        ON limits.org_id = w.org_id AND limits.program_id = w.program_id
       AND limits.interval_type = rest.interval_type
    LEFT JOIN LATERAL (
        SELECT max(e.amount) AS amount FROM due_item_extensions e
        WHERE e.org_id = w.org_id AND e.due_item_id = w.due_item_id AND e.interval_type = rest.interval_type
          AND e.status = 'approved' AND e.decided_at <= w.performed_at
          AND (e.ended_at IS NULL OR e.ended_at > w.performed_at OR e.ended_at = w.completed_at)
    ) extension ON true
"""
_DONE = f"""
    SELECT w.program_id, w.aircraft_id,
           CASE WHEN coalesce(judged.on_time, w.performed_at < w.due_at) THEN 'on_time'
                WHEN judged.in_tolerance THEN 'in_tolerance'
                WHEN judged.in_extension THEN 'in_extension'
                WHEN coalesce(judged.on_time, w.performed_at < w.due_at) IS NULL THEN 'not_judged'
                ELSE 'late' END AS verdict,
           (w.due_at AT TIME ZONE period.time_zone)::date - 1
               - (w.performed_at AT TIME ZONE period.time_zone)::date AS days_early,
           judged.minutes, judged.cycles, judged.days
    FROM {PERIOD}, maintenance_tasks w, LATERAL ({_JUDGED}) judged
    WHERE w.org_id = tenant.org::uuid AND w.state = 'completed' AND w.deleted_at IS NULL
      AND w.program_id IS NOT NULL
      AND w.performed_at >= period.begins AND w.performed_at < period.ends
"""
_COUNTED = """
    count(*) AS completed,
    count(*) FILTER (WHERE done.verdict = 'on_time') AS on_time,
    count(*) FILTER (WHERE done.verdict = 'in_tolerance') AS in_tolerance,
    count(*) FILTER (WHERE done.verdict = 'in_extension') AS in_extension,
    count(*) FILTER (WHERE done.verdict = 'late') AS late,
    count(*) FILTER (WHERE done.verdict = 'not_judged') AS not_judged,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY done.days_early) AS median_days_early,
    coalesce(sum(done.minutes), 0) AS unused_minutes,
    coalesce(sum(done.cycles), 0) AS unused_cycles,
    coalesce(sum(done.days), 0) AS unused_days
"""


def _by_program(where: str) -> str:
    return f"""
        SELECT done.program_id, p.code AS program_code, NULL::uuid AS aircraft_id, NULL AS tail_number, {_COUNTED},
               p.code AS sort, done.program_id AS id
        FROM ({_DONE} AND {where}) done
        JOIN maintenance_programs p ON p.org_id = tenant.org::uuid AND p.id = done.program_id
        GROUP BY done.program_id, p.code
    """


def _by_aircraft(where: str) -> str:
    return f"""
        SELECT NULL::uuid AS program_id, NULL AS program_code, done.aircraft_id, a.tail_number, {_COUNTED},
               a.tail_number AS sort, done.aircraft_id AS id
        FROM ({_DONE} AND {where}) done
        JOIN aircraft a ON a.org_id = tenant.org::uuid AND a.id = done.aircraft_id
        GROUP BY done.aircraft_id, a.tail_number
    """


_FILTERS = {"aircraft_id": "w.aircraft_id = {}", "program_id": "w.program_id = {}"}
_TOTALS = sums(*OnTimeTotals.__struct_fields__)
ON_TIME = {
    OnTimeGroup.PROGRAM: Report(
        name="on-time", shows=OnTimeLine, lines=_by_program, filters=_FILTERS, totals=_TOTALS
    ),
    OnTimeGroup.AIRCRAFT: Report(
        name="on-time", shows=OnTimeLine, lines=_by_aircraft, filters=_FILTERS, totals=_TOTALS
    ),
}
