"""One task with all that belongs to it, in SQL, read at once and without holding anything."""

from datetime import datetime
from uuid import UUID

import msgspec

from amss.features.parts.demand import demand_of
from amss.features.tasks.detail_model import CheckOfTask, PartOfTask, TaskDetail
from amss.features.tasks.model import Standing
from amss.features.tasks.queries import TASK_EXPRESSIONS, step_facts
from amss.foundation.errors import NotFound
from amss.foundation.reading import Listing, Reader, shown_as_json


def _all_of(shape: type[msgspec.Struct], rows: str) -> str:
    """Return the SQL of a JSON array of shapes, made of a SELECT of rows in their order."""
    return f"(SELECT ('[' || coalesce(string_agg({shown_as_json(shape, {})}, ','), '') || ']')::json FROM ({rows}) t)"


TASK = Listing(
    shows=TaskDetail,
    source="maintenance_tasks t WHERE t.org_id = tenant.org::uuid AND t.deleted_at IS NULL",
    expressions={
        **TASK_EXPRESSIONS,
        "compliance_items": _all_of(
            CheckOfTask,
            """
            SELECT item.* FROM compliance_items item
            WHERE item.org_id = t.org_id AND item.task_id = t.id AND item.deleted_at IS NULL
            ORDER BY item.position, item.id
            """,
        ),
        "reservations": _all_of(
            PartOfTask,
            """
            SELECT reservation.*, item.part_definition_id, item.serial_number, item.expiry_date,
                   definition.name, definition.part_number
            FROM part_reservations reservation
            JOIN part_items item ON item.org_id = reservation.org_id AND item.id = reservation.part_item_id
            JOIN part_definitions definition
                ON definition.org_id = item.org_id AND definition.id = item.part_definition_id
            WHERE reservation.org_id = t.org_id AND reservation.task_id = t.id
            ORDER BY reservation.id
            """,
        ),
        "part_requirements": demand_of("t"),
    },
    sorts={"start_time": ("t.start_time", "timestamptz")},
    default_sort="start_time",
)


async def read_standing(reader: Reader, task_id: UUID, *, now: datetime) -> Standing:
    """Return a live task as it stands, with all that has a say in its next step."""
    row = await reader.row(
        f"""
        SELECT to_jsonb(task) AS task, to_jsonb(aircraft) AS aircraft, to_jsonb(facts) AS facts
        FROM maintenance_tasks task
        JOIN aircraft ON aircraft.org_id = task.org_id AND aircraft.id = task.aircraft_id
        CROSS JOIN LATERAL ({step_facts("task.org_id", "task.id", "$3")}) facts
        WHERE task.org_id = tenant.org::uuid AND task.id = $2 AND task.deleted_at IS NULL
        """,
        task_id,
        now,
    )
    if row is None:
        raise NotFound
    return msgspec.convert(dict(row), Standing)
