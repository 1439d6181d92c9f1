"""What was signed under which reference of the authority, and what is still to be signed."""

from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from amss.features.reports.model import Cursor, Limit, Page, PeriodQuery
from amss.features.reports.report import PERIOD, Report, sums


class ComplianceFileQuery(PeriodQuery, kw_only=True, forbid_unknown_fields=True):
    """Of which aircraft and under which reference of the authority."""

    aircraft_id: UUID | None = None
    regulatory_ref: str | None = None


class ComplianceQuery(ComplianceFileQuery, kw_only=True, forbid_unknown_fields=True):
    """The same, page by page."""

    limit: Limit = 50
    cursor: Cursor | None = None


class ComplianceTotals(msgspec.Struct, frozen=True, kw_only=True):
    """Signatures given in the period by their result, and what is still to be signed.

    `superseded` of the signed ones were corrected by a later signature; `failed_standing` failed and were not.
    `pending` are checks without a signature on work that begins in the period and was not cancelled.
    """

    signed: int
    passed: int
    failed: int
    not_applicable: int
    superseded: int
    failed_standing: int
    pending: int


class ComplianceLine(msgspec.Struct, frozen=True, kw_only=True):
    """One reference of the authority (null: none was named) on one aircraft; counted as in the totals."""

    regulatory_ref: str | None
    aircraft_id: UUID
    tail_number: str
    signed: int
    passed: int
    failed: int
    not_applicable: int
    superseded: int
    failed_standing: int
    pending: int


class ComplianceReport(Page, frozen=True, kw_only=True):
    """Checks by reference, then by tail number."""

    items: tuple[ComplianceLine, ...]
    totals: ComplianceTotals | UnsetType = UNSET


def _lines(where: str) -> str:
    return f"""
        SELECT checked.regulatory_ref, checked.aircraft_id, a.tail_number,
               count(*) FILTER (WHERE checked.result <> 'pending') AS signed,
               count(*) FILTER (WHERE checked.result = 'pass') AS passed,
               count(*) FILTER (WHERE checked.result = 'fail') AS failed,
               count(*) FILTER (WHERE checked.result = 'not_applicable') AS not_applicable,
               count(*) FILTER (WHERE checked.superseded) AS superseded,
               count(*) FILTER (WHERE checked.result = 'fail' AND NOT checked.superseded) AS failed_standing,
               count(*) FILTER (WHERE checked.result = 'pending') AS pending,
               coalesce(checked.regulatory_ref, '') || ' ' || a.tail_number AS sort, checked.aircraft_id AS id
        FROM (
            SELECT i.regulatory_ref, i.aircraft_id, i.result, later.id IS NOT NULL AS superseded
            FROM {PERIOD}, compliance_items i
            LEFT JOIN compliance_items later ON later.org_id = i.org_id AND later.supersedes_id = i.id
                                            AND later.deleted_at IS NULL AND later.result <> 'pending'
            WHERE i.org_id = tenant.org::uuid
              AND i.sign_off_time >= period.begins AND i.sign_off_time < period.ends AND {where}
            UNION ALL
            SELECT i.regulatory_ref, i.aircraft_id, i.result, false
            FROM {PERIOD}, maintenance_tasks w
            JOIN compliance_items i ON i.org_id = w.org_id AND i.task_id = w.id
            WHERE w.org_id = tenant.org::uuid AND w.deleted_at IS NULL AND w.state <> 'cancelled'
              AND w.start_time >= period.begins AND w.start_time < period.ends
              AND i.result = 'pending' AND i.deleted_at IS NULL AND {where}
        ) checked
        JOIN aircraft a ON a.org_id = tenant.org::uuid AND a.id = checked.aircraft_id
        GROUP BY checked.regulatory_ref, checked.aircraft_id, a.tail_number
    """


COMPLIANCE = Report(
    name="compliance",
    shows=ComplianceLine,
    lines=_lines,
    filters={"aircraft_id": "i.aircraft_id = {}", "regulatory_ref": "i.regulatory_ref = {}"},
    totals=sums(*ComplianceTotals.__struct_fields__),
)
