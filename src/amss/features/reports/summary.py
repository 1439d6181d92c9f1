"""How many there are of everything, by state: what a day begins with."""

import msgspec

from amss.features.aircraft.model import AircraftStatus
from amss.features.due.model import DueStatus
from amss.features.due.queries import TENANTS_TODAY
from amss.features.reports.report import noted_file
from amss.features.tasks.model import TaskState
from amss.foundation.database import Transaction
from amss.foundation.exporting import Export
from amss.foundation.paging import OneQuery
from amss.foundation.reading import Reader, Shown
from amss.foundation.statements import Statement


class PartCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Part items by status."""

    in_stock: int
    used: int
    disposed: int
    quarantined: int


class CheckCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Compliance items by result."""

    pending: int
    passed: int = msgspec.field(name="pass")
    fail: int
    not_applicable: int


class Attention(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody should look at: open tasks, and due items.

    Overdue tasks are open past their end, late ones end after their due date. Due soon is what is projected within
    the policy's `due_soon_days`, or past; unplanned is what of it has no open task.
    """

    tasks_overdue: int
    tasks_late: int
    tasks_aog: int
    tasks_unassigned: int
    due_items_soon: int
    due_items_unplanned: int


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """Counts by state of all that is not deleted; of due items, what active programs ask of aircraft in service."""

    tasks: dict[TaskState, int]
    aircraft: dict[AircraftStatus, int]
    part_items: PartCounts
    compliance_items: CheckCounts
    due_items: dict[DueStatus, int]
    attention: Attention


def _counted(table: str, condition: str) -> str:
    return f"(SELECT count(*) FROM {table} t WHERE t.org_id = tenant.org::uuid AND {condition})"


_LIVE = "t.deleted_at IS NULL"
_OPEN = f"t.state IN ('scheduled', 'in_progress') AND {_LIVE}"
_SOON = f"""t.listed AND t.projected_or_never <= {TENANTS_TODAY} + (
    SELECT due_soon_days FROM org_policies WHERE org_id = tenant.org::uuid
)"""
# What there is to count, in the order of the answer: kind, state, and the SQL of the number.
_COUNTS = (
    *(
        ("tasks", state.value, _counted("maintenance_tasks", f"t.state = '{state}' AND {_LIVE}"))
        for state in TaskState
    ),
    *(
        ("aircraft", status.value, _counted("aircraft", f"t.status = '{status}' AND {_LIVE}"))
        for status in AircraftStatus
    ),
    *(
        ("part_items", status, _counted("part_items", f"t.status = '{status}' AND {_LIVE}"))
        for status in PartCounts.__struct_fields__
    ),
    *(
        ("compliance_items", result, _counted("compliance_items", f"t.result = '{result}' AND {_LIVE}"))
        for result in CheckCounts.__struct_encode_fields__
    ),
    *(
        ("due_items", status.value, _counted("due_items", f"t.urgency = {place} AND t.listed"))
        for place, status in enumerate(DueStatus)
    ),
    (
        "attention",
        "tasks_overdue",
        _counted("maintenance_tasks", f"{_OPEN} AND t.start_time < now() AND t.end_time < now()"),
    ),
    ("attention", "tasks_late", _counted("maintenance_tasks", f"{_OPEN} AND t.late")),
    ("attention", "tasks_aog", _counted("maintenance_tasks", f"{_OPEN} AND t.priority = 'aog'")),
    ("attention", "tasks_unassigned", _counted("maintenance_tasks", f"{_OPEN} AND t.assigned_mechanic_id IS NULL")),
    ("attention", "due_items_soon", _counted("due_items", _SOON)),
    ("attention", "due_items_unplanned", _counted("due_items", f"{_SOON} AND t.open_task_id IS NULL")),
)
_LINES = f"""(VALUES {
    ", ".join(f"({place}, '{kind}', '{state}', {number})" for place, (kind, state, number) in enumerate(_COUNTS))
})
    AS line (place, kind, state, number)"""


async def show(reader: Reader) -> Shown:
    """Answer the counts as JSON."""
    row = await reader.row(
        f"""
        SELECT json_object_agg(counted.kind, counted.states ORDER BY counted.place)::text AS shown
        FROM (
            SELECT min(place) AS place, kind, json_object_agg(state, number ORDER BY place) AS states
            FROM {_LINES} GROUP BY kind
        ) counted
        """
    )
    return Shown(row["shown"].encode())


async def file(tx: Transaction, query: OneQuery) -> Export:
    """Return the counts as CSV: a line for each state of each kind."""
    rows = Statement(
        f"""
        SELECT line.kind, line.state, line.number FROM (SELECT $1::uuid::text) AS tenant (org),
        LATERAL (SELECT * FROM {_LINES}) line ORDER BY line.place
        """,
        (tx.org_id,),
    )
    return await noted_file(tx, "summary", query, ["kind", "state", "count"], rows)
