"""What is due as a file: one line per due item, with three groups of columns for its limits."""

from typing import Any

import msgspec

from amss.features.due.list_model import DueItemExportQuery
from amss.features.due.model import DueItemOut
from amss.features.due.queries import DUE_ITEMS, TENANTS_TODAY
from amss.foundation.database import Transaction
from amss.foundation.exporting import Export, csv_export
from amss.journal.event_types import Action
from amss.journal.recorder import note

# Flight hours are minutes, as everywhere; what remains of a calendar limit are days. A column, and its SQL.
_COLUMNS = {
    "id": "t.id",
    "program_id": "t.program_id",
    "program_code": "p.code",
    "program_name": "p.name",
    "aircraft_id": "t.aircraft_id",
    "tail_number": "t.tail_number",
    "model": "t.model",
    "status": "t.status",
    "driving_limit": "t.driving_limit",
    "projected_on": "t.projected_on",
    "projection": "t.projection",
    "task_id": "t.open_task_id",
    "blocked_reason": "t.blocked_reason",
    "needs_confirmation": "t.needs_confirmation::text",
    "last_done_on": "t.last_done_on",
    "last_done_flight_minutes": "t.last_done_minutes",
    "last_done_cycles": "t.last_done_cycles",
    "flight_hours_interval_minutes": "h.interval",
    "flight_hours_due_minutes": "t.due_minutes",
    "flight_hours_remaining_minutes": "t.due_minutes - a.flight_minutes_total",
    "flight_hours_early_minutes": "h.early",
    "flight_hours_late_minutes": "h.late",
    "flight_hours_extension_minutes": "CASE WHEN h.interval IS NOT NULL THEN t.extension_minutes END",
    "cycles_interval": "c.interval",
    "cycles_due": "t.due_cycles",
    "cycles_remaining": "t.due_cycles - a.cycles_total",
    "cycles_early": "c.early",
    "cycles_late": "c.late",
    "cycles_extension": "CASE WHEN c.interval IS NOT NULL THEN t.extension_cycles END",
    "calendar_interval": "d.interval",
    "calendar_unit": "d.unit",
    "calendar_due": "t.due_on",
    "calendar_remaining": f"t.due_on - {TENANTS_TODAY}",
    "calendar_early": "d.early",
    "calendar_late": "d.late",
    "calendar_tolerance_unit": "d.tolerance_unit",
    "calendar_extension": "CASE WHEN d.interval IS NOT NULL THEN t.extension_days END",
}
_SELECTED = ", ".join(f"{sql} AS {name}" for name, sql in _COLUMNS.items())


def _limit(alias: str, interval_type: str) -> str:
    return (
        f"LEFT JOIN maintenance_program_limits {alias} ON {alias}.org_id = t.org_id "
        f"AND {alias}.program_id = t.program_id AND {alias}.interval_type = '{interval_type}'"
    )


_JOINED = f"""
    JOIN maintenance_programs p ON p.org_id = t.org_id AND p.id = t.program_id
    JOIN aircraft a ON a.org_id = t.org_id AND a.id = t.aircraft_id
    {_limit("h", "flight_hours")} {_limit("c", "cycles")} {_limit("d", "calendar")}
"""


async def export(tx: Transaction, query: DueItemExportQuery) -> Export:
    """Return all that is due as CSV, and note who took it and by which filters."""
    rows = DUE_ITEMS.whole(query, tx.org_id, _SELECTED, _JOINED)
    await note(tx, Action.EXPORT, DueItemOut.entity_type, None, details={"filters": _asked(query)})
    return csv_export("due-items.csv", list(_COLUMNS), rows)


def _asked(query: DueItemExportQuery) -> dict[str, Any]:
    return {name: value for name, value in msgspec.to_builtins(query).items() if value is not None}
