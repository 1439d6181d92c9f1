"""What the database refuses to book twice, by the names the server translates into refusals."""

from uuid import UUID

import asyncpg
import pytest

from amss.foundation.ids import new_id
from builders.rows import a_lone_row

AIRCRAFT, MECHANIC = new_id(), new_id()


async def a_task(
    superuser: asyncpg.Connection, start: str, end: str, org_id: UUID | None = None, **given: object
) -> UUID | None:
    """Book slot 1 of the same aircraft, in a tenant of its own unless one is given."""
    task = {"aircraft_id": AIRCRAFT, "start_time": f"{start}Z", "end_time": f"{end}Z", **given}
    return await a_lone_row(superuser, "maintenance_tasks", org_id or new_id(), **task)


def names(refused: pytest.ExceptionInfo[asyncpg.PostgresError]) -> object:
    return refused.value.as_dict()["constraint_name"]


async def test_a_slot_is_booked_once_at_a_time(superuser: asyncpg.Connection) -> None:
    org_id = new_id()
    await a_task(superuser, "2026-12-01 08:00", "2026-12-01 12:00", org_id=org_id)

    with pytest.raises(asyncpg.ExclusionViolationError) as refused:
        await a_task(superuser, "2026-12-01 11:00", "2026-12-01 13:00", org_id=org_id)

    assert names(refused) == "maintenance_tasks_slot_free"
    await a_task(superuser, "2026-12-01 12:00", "2026-12-01 13:00", org_id=org_id)
    await a_task(superuser, "2026-12-01 11:00", "2026-12-01 13:00", org_id=org_id, slot=2)


@pytest.mark.parametrize("ending", ["cancelled_at = now(), cancel_reason = 'weather', state = 'cancelled'",
                                    "deleted_at = now()"])  # fmt: skip
async def test_cancelled_and_deleted_work_frees_its_slot(superuser: asyncpg.Connection, ending: str) -> None:
    org_id = new_id()
    task = await a_task(superuser, "2026-12-01 08:00", "2026-12-01 12:00", org_id=org_id)

    await superuser.execute(f"UPDATE maintenance_tasks SET {ending} WHERE org_id = $1 AND id = $2", org_id, task)

    await a_task(superuser, "2026-12-01 08:00", "2026-12-01 12:00", org_id=org_id)


async def test_a_mechanic_is_booked_once_at_a_time_for_up_to_a_day(superuser: asyncpg.Connection) -> None:
    org_id = new_id()
    his = {"assigned_mechanic_id": MECHANIC}
    await a_task(superuser, "2026-12-01 08:00", "2026-12-02 08:00", org_id, **his)

    with pytest.raises(asyncpg.ExclusionViolationError) as refused:
        await a_task(superuser, "2026-12-01 11:00", "2026-12-01 13:00", org_id, slot=2, **his)

    assert names(refused) == "maintenance_tasks_mechanic_free"
    await a_task(superuser, "2026-12-01 11:00", "2026-12-02 13:00", org_id, slot=2, **his)


async def test_a_due_item_has_one_open_task(superuser: asyncpg.Connection) -> None:
    org_id, due_item = new_id(), new_id()
    await a_task(superuser, "2026-12-01 08:00", "2026-12-01 12:00", org_id=org_id, due_item_id=due_item)

    with pytest.raises(asyncpg.UniqueViolationError) as refused:
        await a_task(superuser, "2026-12-03 08:00", "2026-12-03 12:00", org_id=org_id, due_item_id=due_item)

    assert names(refused) == "maintenance_tasks_one_open_per_due_item"


async def test_a_task_that_ends_after_its_due_date_is_late(superuser: asyncpg.Connection) -> None:
    window = ("2026-12-01 08:00", "2026-12-01 12:00")
    in_time = await a_task(superuser, *window, due_at="2026-12-01 23:59Z")
    late = await a_task(superuser, *window, due_at="2026-11-30 23:59Z")
    never_due = await a_task(superuser, *window)

    rows = await superuser.fetch(
        "SELECT id, late FROM maintenance_tasks WHERE id = ANY($1)", [in_time, late, never_due]
    )

    assert {row["id"]: row["late"] for row in rows} == {in_time: False, late: True, never_due: False}


async def test_a_part_is_reserved_once_at_a_time(superuser: asyncpg.Connection) -> None:
    org_id, item = new_id(), new_id()
    await a_lone_row(superuser, "part_reservations", org_id, part_item_id=item, state="released")
    await a_lone_row(superuser, "part_reservations", org_id, part_item_id=item)

    with pytest.raises(asyncpg.UniqueViolationError) as refused:
        await a_lone_row(superuser, "part_reservations", org_id, part_item_id=item)

    assert names(refused) == "part_reservations_one_per_item"
