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
    """Work of programs that was performed in the period against its due, and what was due and is not done.

    Work is judged when it is completed, by the limits, tolerances and extensions of that moment: `on_time` up to its
    due and on the very day; past it `in_tolerance`, or `in_extension` if that was approved before the work; else
    `late`. `not_judged` is work that was reported after newer work, or that nothing due asked for. `overdue` are the
    due items that are overdue now and were due before the end of the period. `in_time` is the share of the first
    three in all that is judged or overdue, in percent; null where there is nothing. `unused_…` sums what was left of
    the limits.
    """

    completed: int
    on_time: int
    in_tolerance: int
    in_extension: int
    late: int
    not_judged: int
    overdue: int
    in_time: float | None
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
    overdue: int
    in_time: float | None
    median_days_early: float | None
    unused_minutes: int
    unused_cycles: int
    unused_days: int


class OnTimeReport(Page, frozen=True, kw_only=True):
    """Due against done, by program code or by tail number."""

    items: tuple[OnTimeLine, ...]
    totals: OnTimeTotals | UnsetType = UNSET


_DONE = f"""
    SELECT w.program_id, w.aircraft_id, coalesce(w.timeliness::text, 'not_judged') AS verdict,
           (w.due_at AT TIME ZONE period.time_zone)::date - 1
               - (w.performed_at AT TIME ZONE period.time_zone)::date AS days_early,
           rest.minutes, rest.cycles, rest.days
    FROM {PERIOD}, maintenance_tasks w, LATERAL (
        SELECT sum(unused) FILTER (WHERE unused > 0 AND interval_type = 'flight_hours') AS minutes,
               sum(unused) FILTER (WHERE unused > 0 AND interval_type = 'cycles') AS cycles,
               sum(unused) FILTER (WHERE unused > 0 AND interval_type = 'calendar') AS days
        FROM jsonb_to_recordset(w.unused) AS limits (interval_type text, unused int)
    ) rest
    WHERE w.org_id = tenant.org::uuid AND w.state = 'completed' AND w.deleted_at IS NULL
      AND w.program_id IS NOT NULL
      AND w.performed_at >= period.begins AND w.performed_at < period.ends
"""
# What is past is projected to today; only a calendar limit knows since when.
_OVERDUE = f"""
    SELECT w.program_id, w.aircraft_id, 'overdue', NULL, NULL, NULL, NULL
    FROM {PERIOD}, due_items w
    WHERE w.org_id = tenant.org::uuid AND w.listed AND w.urgency = 4
      AND CASE w.driving_limit WHEN 'calendar' THEN w.due_on ELSE w.projected_on END < period.end_day
"""
_COUNTED = """
    count(*) FILTER (WHERE fact.verdict <> 'overdue') AS completed,
    count(*) FILTER (WHERE fact.verdict = 'on_time') AS on_time,
    count(*) FILTER (WHERE fact.verdict = 'in_tolerance') AS in_tolerance,
    count(*) FILTER (WHERE fact.verdict = 'in_extension') AS in_extension,
    count(*) FILTER (WHERE fact.verdict = 'late') AS late,
    count(*) FILTER (WHERE fact.verdict = 'not_judged') AS not_judged,
    count(*) FILTER (WHERE fact.verdict = 'overdue') AS overdue,
    round(
        100.0 * count(*) FILTER (WHERE fact.verdict IN ('on_time', 'in_tolerance', 'in_extension'))
            / nullif(count(*) FILTER (WHERE fact.verdict <> 'not_judged'), 0), 1
    ) AS in_time,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY fact.days_early) AS median_days_early,
    coalesce(sum(fact.minutes), 0) AS unused_minutes,
    coalesce(sum(fact.cycles), 0) AS unused_cycles,
    coalesce(sum(fact.days), 0) AS unused_days
"""


def _by_program(where: str) -> str:
    return f"""
        SELECT fact.program_id, p.code AS program_code, NULL::uuid AS aircraft_id, NULL AS tail_number, {_COUNTED},
               p.code AS sort, fact.program_id AS id
        FROM ({_DONE} AND {where} UNION ALL {_OVERDUE} AND {where}) fact
        JOIN maintenance_programs p ON p.org_id = tenant.org::uuid AND p.id = fact.program_id
        GROUP BY fact.program_id, p.code
    """


def _by_aircraft(where: str) -> str:
    return f"""
        SELECT NULL::uuid AS program_id, NULL AS program_code, fact.aircraft_id, a.tail_number, {_COUNTED},
               a.tail_number AS sort, fact.aircraft_id AS id
        FROM ({_DONE} AND {where} UNION ALL {_OVERDUE} AND {where}) fact
        JOIN aircraft a ON a.org_id = tenant.org::uuid AND a.id = fact.aircraft_id
        GROUP BY fact.aircraft_id, a.tail_number
    """


_FILTERS = {"aircraft_id": "w.aircraft_id = {}", "program_id": "w.program_id = {}"}
_TOTALS = {
    **sums(*(name for name in OnTimeTotals.__struct_fields__ if name != "in_time")),
    "in_time": """round(100.0 * sum(t.on_time + t.in_tolerance + t.in_extension)
        / nullif(sum(t.completed - t.not_judged + t.overdue), 0), 1)""",
}
ON_TIME = {
    OnTimeGroup.PROGRAM: Report(
        name="on-time", shows=OnTimeLine, lines=_by_program, filters=_FILTERS, totals=_TOTALS
    ),
    OnTimeGroup.AIRCRAFT: Report(
        name="on-time", shows=OnTimeLine, lines=_by_aircraft, filters=_FILTERS, totals=_TOTALS
    ),
}
