"""A report: lines made by one statement, answered page by page as JSON or whole as CSV.

What its lines are made of may refer to `tenant.org` and to `period`; $2 and $3 are the first day and the end day, or
null for the last 30 days. They are computed as they are asked for: nothing is stored, nothing can be out of date.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, get_args

import msgspec

from amss.features.reports.model import PeriodQuery
from amss.features.reports.rules import must_be_a_period
from amss.foundation.database import Transaction
from amss.foundation.exporting import Export, csv_export
from amss.foundation.paging import read_cursor
from amss.foundation.reading import Reader, Shown, read_page, shown_as_json
from amss.foundation.statements import Statement
from amss.journal.event_types import Action
from amss.journal.recorder import note

# The days asked for, in the organization's time zone, and the moments at which they begin and end.
PERIOD = """(
    SELECT o.time_zone, n.today, d.first_day, d.end_day,
           d.first_day::timestamp AT TIME ZONE o.time_zone AS begins,
           d.end_day::timestamp AT TIME ZONE o.time_zone AS ends,
           greatest(least(d.end_day, n.today + 1) - d.first_day, 0) AS days
    FROM organizations o,
         LATERAL (SELECT (now() AT TIME ZONE o.time_zone)::date AS today) n,
         LATERAL (
             SELECT coalesce($2::date, n.today - 29) AS first_day, coalesce($3::date, n.today + 1) AS end_day
         ) d
    WHERE o.id = tenant.org::uuid
) period"""
_PERIOD_SHOWN = f"""
    SELECT json_build_object('from', period.first_day, 'to', period.end_day, 'time_zone', period.time_zone,
                             'days', period.days)
    FROM {PERIOD}
"""


@dataclass(frozen=True, kw_only=True)
class Report:
    """One report: its lines, which filters there are, and what its totals are.

    `lines` returns a SELECT of the columns that `shows` names, of `sort`, a never-null text in whose order they come,
    and of `id`, which tells lines of the same text apart; it is given the conditions of the filters. A filter is a
    condition with `{}` where its value goes. A total is an aggregate over the lines, `t`.
    """

    name: str
    shows: type[msgspec.Struct]
    lines: Callable[[str], str]
    filters: Mapping[str, str] = field(default_factory=dict[str, str])
    totals: Mapping[str, str]

    async def page(self, reader: Reader, query: Any) -> Shown:
        """Answer one page as JSON, with the period, and on the first page with the totals.

        Refuses what is no period.
        """
        must_be_a_period(query)
        values: list[Any] = []
        lines = f"({self.lines(self._where(query, values))}) t"
        beside = {"period": _PERIOD_SHOWN}
        binding = self._binding(reader, query)
        after = ""
        if query.cursor is None:
            beside["totals"] = f"SELECT json_build_object({self._totals}) FROM {lines}"
        else:
            place = read_cursor(reader.database.vault, query.cursor, binding)
            after = f" WHERE (t.sort, t.id) > (${len(values) + 2}::text, ${len(values) + 3}::uuid)"
            values += [place.sort, place.id]
        return await read_page(
            reader,
            f"SELECT {shown_as_json(self.shows, {})} AS shown, t.sort, t.id "
            f"FROM {lines}{after} ORDER BY t.sort, t.id",
            values,
            limit=query.limit,
            binding=binding,
            beside=beside,
        )

    async def file(self, tx: Transaction, query: PeriodQuery) -> Export:
        """Return all lines as CSV, and note who took them and what was asked for.

        Refuses what is no period.
        """
        must_be_a_period(query)
        values: list[Any] = []
        lines = f"({self.lines(self._where(query, values))}) t"
        rows = Statement(
            f"SELECT line.* FROM (SELECT $1::uuid::text) AS tenant (org), LATERAL ("
            f"SELECT {', '.join(self._columns.values())} FROM {lines} ORDER BY t.sort, t.id) line",
            (tx.org_id, *values),
        )
        return await noted_file(tx, self.name, query, list(self._columns), rows)

    @cached_property
    def _columns(self) -> dict[str, str]:
        """The columns of a file and their SQL: times as the API writes them."""
        return {
            each.encode_name: f"amss_utc(t.{each.encode_name})"
            if datetime in (each.type, *get_args(each.type))
            else f"t.{each.encode_name}"
            for each in msgspec.structs.fields(self.shows)
        }

    @cached_property
    def _totals(self) -> str:
        return ", ".join(f"'{name}', {sql}" for name, sql in self.totals.items())

    def _where(self, query: PeriodQuery, values: list[Any]) -> str:
        """Return the conditions of what was asked for, and add the values from $2 on."""
        values += [query.first_day, query.end_day]
        conditions = ["true"]
        for name, condition in self.filters.items():
            if isinstance(value := getattr(query, name), StrEnum):
                # A literal, because only a literal can meet the condition of a partial index.
                conditions.append(condition.format(f"'{value.value}'"))
            elif value is not None:
                values.append(value)
                conditions.append(condition.format(f"${len(values) + 1}"))
        return " AND ".join(conditions)

    def _binding(self, reader: Reader, query: PeriodQuery) -> bytes:
        """Return what a cursor is good for: this report, this tenant, the same period and filters."""
        asked = {name: value for name, value in asked_for(query).items() if name not in ("limit", "cursor")}
        return msgspec.json.encode([self.name, reader.org_id, asked])


async def noted_file(
    tx: Transaction, name: str, query: msgspec.Struct, columns: list[str], rows: Statement
) -> Export:
    """Return a report's file, and note in the audit trail who took it and by which filters."""
    await note(tx, Action.EXPORT, "report", None, details={"report": name, "filters": asked_for(query)})
    return csv_export(f"{name}.csv", columns, rows)


def asked_for(query: msgspec.Struct) -> dict[str, Any]:
    """Return the parameters that were given, or hold by default, as JSON has them."""
    return {name: value for name, value in msgspec.to_builtins(query).items() if value is not None}


def sums(*names: str) -> dict[str, str]:
    """Return the totals that add up these columns."""
    return {name: f"coalesce(sum(t.{name}), 0)" for name in names}
