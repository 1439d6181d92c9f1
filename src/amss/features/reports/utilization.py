"""What the fleet flew, aircraft by aircraft or month by month."""

from enum import StrEnum
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from amss.features.reports.model import Cursor, Limit, Page, PeriodQuery
from amss.features.reports.report import PERIOD, Report, sums


class UtilizationGroup(StrEnum):
    """What a line of the utilization report stands for."""

    AIRCRAFT = "aircraft"
    MONTH = "month"


class UtilizationFileQuery(PeriodQuery, kw_only=True, forbid_unknown_fields=True):
    """Of which aircraft; a line for each of them, or for each month."""

    aircraft_id: UUID | None = None
    model: str | None = None
    by: UtilizationGroup = UtilizationGroup.AIRCRAFT


class FlownQuery(UtilizationFileQuery, kw_only=True, forbid_unknown_fields=True):
    """The same, page by page."""

    limit: Limit = 50
    cursor: Cursor | None = None


class UtilizationTotals(msgspec.Struct, frozen=True, kw_only=True):
    """What was flown, by the entries that stand."""

    flight_minutes: int
    cycles: int
    entries: int


class UtilizationLine(msgspec.Struct, frozen=True, kw_only=True):
    """What one aircraft flew in the period, or the whole fleet in one month of it.

    `days` of it have gone by, today included; the averages are over these, and null while there are none.
    """

    aircraft_id: UUID | None
    tail_number: str | None
    month: str | None
    flight_minutes: int
    cycles: int
    entries: int
    days: int
    daily_minutes: int | None
    daily_cycles: float | None


class UtilizationReport(Page, frozen=True, kw_only=True):
    """What was flown, by tail number or by month."""

    items: tuple[UtilizationLine, ...]
    totals: UtilizationTotals | UnsetType = UNSET


_FLOWN = """
    coalesce(sum(e.minutes), 0) AS flight_minutes, coalesce(sum(e.cycles), 0) AS cycles, count(*) AS entries
"""
_STANDING = "e.reverses_id IS NULL AND e.reversed_by_id IS NULL"
_AVERAGES = """
    round(flown.flight_minutes::numeric / nullif(part.days, 0)) AS daily_minutes,
    round(flown.cycles::numeric / nullif(part.days, 0), 1) AS daily_cycles
"""


def _by_aircraft(where: str) -> str:
    return f"""
        SELECT a.id AS aircraft_id, a.tail_number, NULL AS month,
               flown.flight_minutes, flown.cycles, flown.entries, part.days, {_AVERAGES},
               a.tail_number AS sort, a.id
        FROM {PERIOD}, LATERAL (SELECT period.days) part, aircraft a,
             LATERAL (
                 SELECT {_FLOWN} FROM utilization_entries e
                 WHERE e.org_id = a.org_id AND e.aircraft_id = a.id AND {_STANDING}
                   AND e.flown_on >= period.first_day AND e.flown_on < period.end_day
             ) flown
        WHERE a.org_id = tenant.org::uuid AND a.deleted_at IS NULL AND {where}
    """


# Summed up once for all months: reading the entries of each month by itself would read them twelve times a year.
_MONTHLY = f"""
    SELECT date_trunc('month', e.flown_on::timestamp) AS month, {_FLOWN}
    FROM {PERIOD}, aircraft a
    JOIN utilization_entries e ON e.org_id = a.org_id AND e.aircraft_id = a.id AND {_STANDING}
    WHERE a.org_id = tenant.org::uuid AND a.deleted_at IS NULL
      AND e.flown_on >= period.first_day AND e.flown_on < period.end_day
"""


def _by_month(where: str) -> str:
    return f"""
        SELECT NULL::uuid AS aircraft_id, NULL AS tail_number, to_char(begun.month, 'YYYY-MM') AS month,
               flown.flight_minutes, flown.cycles, flown.entries, part.days, {_AVERAGES},
               to_char(begun.month, 'YYYY-MM') AS sort, '00000000-0000-0000-0000-000000000000'::uuid AS id
        FROM {PERIOD},
             generate_series(
                 date_trunc('month', period.first_day::timestamp), period.end_day - 1, interval '1 month'
             ) begun (month)
             LEFT JOIN ({_MONTHLY} AND {where} GROUP BY 1) summed ON summed.month = begun.month,
             LATERAL (
                 SELECT greatest(
                     least((begun.month + interval '1 month')::date, period.end_day, period.today + 1)
                         - greatest(begun.month::date, period.first_day), 0
                 ) AS days
             ) part,
             LATERAL (
                 SELECT coalesce(summed.flight_minutes, 0) AS flight_minutes, coalesce(summed.cycles, 0) AS cycles,
                        coalesce(summed.entries, 0) AS entries
             ) flown
    """


_FILTERS = {"aircraft_id": "a.id = {}", "model": "a.model = {}"}
_TOTALS = sums(*UtilizationTotals.__struct_fields__)
UTILIZATION = {
    UtilizationGroup.AIRCRAFT: Report(
        name="utilization", shows=UtilizationLine, lines=_by_aircraft, filters=_FILTERS, totals=_TOTALS
    ),
    UtilizationGroup.MONTH: Report(
        name="utilization", shows=UtilizationLine, lines=_by_month, filters=_FILTERS, totals=_TOTALS
    ),
}
