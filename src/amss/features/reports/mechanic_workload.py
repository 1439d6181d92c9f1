"""What each mechanic carries and has done, and the work that nobody has."""

from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from amss.features.reports.model import Cursor, Limit, Page, PeriodQuery
from amss.features.reports.report import PERIOD, Report, sums


class WorkloadQuery(PeriodQuery, kw_only=True, forbid_unknown_fields=True):
    """In which days, page by page."""

    limit: Limit = 50
    cursor: Cursor | None = None


class WorkloadTotals(msgspec.Struct, frozen=True, kw_only=True):
    """Work by its state.

    Open work counts where its window, or today while it is open past its window, lies in the period; completed work
    where it was performed in it; each task whole, with its estimated minutes or else the length of its window.
    """

    scheduled_tasks: int
    scheduled_minutes: int
    in_progress_tasks: int
    in_progress_minutes: int
    completed_tasks: int
    completed_minutes: int
    sign_offs: int


class WorkloadLine(msgspec.Struct, frozen=True, kw_only=True):
    """What one person carries and has done; without a person, the work that is assigned to nobody."""

    mechanic_id: UUID | None
    name: str | None
    scheduled_tasks: int
    scheduled_minutes: int
    in_progress_tasks: int
    in_progress_minutes: int
    completed_tasks: int
    completed_minutes: int
    sign_offs: int


class WorkloadReport(Page, frozen=True, kw_only=True):
    """Unassigned work, then people by name: every active mechanic, and who else carried work or signed."""

    items: tuple[WorkloadLine, ...]
    totals: WorkloadTotals | UnsetType = UNSET


_MINUTES = "coalesce(w.estimated_minutes, (extract(epoch FROM w.end_time - w.start_time) / 60)::int)"


def _lines(_: str) -> str:
    return f"""
        SELECT fact.mechanic_id, u.name,
               count(*) FILTER (WHERE fact.kind = 'scheduled') AS scheduled_tasks,
               coalesce(sum(fact.minutes) FILTER (WHERE fact.kind = 'scheduled'), 0) AS scheduled_minutes,
               count(*) FILTER (WHERE fact.kind = 'in_progress') AS in_progress_tasks,
               coalesce(sum(fact.minutes) FILTER (WHERE fact.kind = 'in_progress'), 0) AS in_progress_minutes,
               count(*) FILTER (WHERE fact.kind = 'completed') AS completed_tasks,
               coalesce(sum(fact.minutes) FILTER (WHERE fact.kind = 'completed'), 0) AS completed_minutes,
               count(*) FILTER (WHERE fact.kind = 'signed') AS sign_offs,
               coalesce(u.name, '') AS sort,
               coalesce(fact.mechanic_id, '00000000-0000-0000-0000-000000000000') AS id
        FROM (
            SELECT w.assigned_mechanic_id AS mechanic_id, w.state::text AS kind, {_MINUTES} AS minutes
            FROM {PERIOD}, maintenance_tasks w
            WHERE w.org_id = tenant.org::uuid AND w.state IN ('scheduled', 'in_progress') AND w.deleted_at IS NULL
              AND w.start_time < period.ends AND greatest(w.end_time, now()) > period.begins
            UNION ALL
            SELECT w.assigned_mechanic_id, 'completed', {_MINUTES}
            FROM {PERIOD}, maintenance_tasks w
            WHERE w.org_id = tenant.org::uuid AND w.state = 'completed' AND w.deleted_at IS NULL
              AND w.performed_at >= period.begins AND w.performed_at < period.ends
            UNION ALL
            SELECT i.sign_off_user_id, 'signed', NULL
            FROM {PERIOD}, compliance_items i
            WHERE i.org_id = tenant.org::uuid AND i.sign_off_time >= period.begins AND i.sign_off_time < period.ends
            UNION ALL
            SELECT m.id, NULL, NULL
            FROM users m
            WHERE m.org_id = tenant.org::uuid AND m.role = 'mechanic' AND m.active AND m.deleted_at IS NULL
            UNION ALL
            SELECT NULL, NULL, NULL
        ) fact
        LEFT JOIN users u ON u.org_id = tenant.org::uuid AND u.id = fact.mechanic_id
        GROUP BY fact.mechanic_id, u.name
    """


WORKLOAD = Report(
    name="mechanic-workload",
    shows=WorkloadLine,
    lines=_lines,
    totals=sums(*WorkloadTotals.__struct_fields__),
)
