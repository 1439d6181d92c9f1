"""What becomes of what was due when its task is completed, cancelled or deleted."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from amss.foundation.clock import system_clock
from builders.checks import sign_all_unseen
from builders.front_door import FrontDoor, Reply
from builders.installation import Installation
from builders.tasks import (
    a_program,
    an_order,
    due_items_of,
    events_of,
    fleet_of_one,
    generate,
    move,
    plan,
    tasks_of,
    written,
)
from builders.tenants import Tenant


async def complete(
    api: FrontDoor, installation: Installation, tenant: Tenant, task: dict[str, Any], **facts: Any
) -> Reply:
    """Start a task, sign its checks and complete it."""
    await move(api, tenant.tenant_admin, task, "in_progress")
    await sign_all_unseen(installation, task, tenant.mechanic)
    return await move(api, tenant.tenant_admin, task, "completed", notes="Done", **facts)


async def bring_forward(installation: Installation, tenant: Tenant, task: dict[str, Any]) -> None:
    """Move a task to now and give it its mechanic, as a planner would."""
    now = system_clock()
    await installation.owner.execute(
        """
        UPDATE maintenance_tasks SET start_time = $3, end_time = $4, assigned_mechanic_id = $5
        WHERE org_id = $1 AND id = $2
        """,
        tenant.org_id,
        UUID(task["id"]),
        now,
        now + timedelta(hours=8),
        tenant.mechanic.id,
    )


async def test_completed_work_says_what_it_left_unused_of_each_limit(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    await fleet_of_one(api, tenant.planner)
    limits = [
        {"interval_type": "calendar", "unit": "days", "interval": 20},
        {"interval_type": "flight_hours", "interval_minutes": 600},
        {"interval_type": "cycles", "interval": 5},
    ]
    await a_program(api, tenant.planner, limits=limits)
    await generate(api, tenant.planner)
    (task,) = await tasks_of(api, tenant.planner)
    await bring_forward(installation, tenant, task)

    readings = {"flight_minutes": 6450, "cycles": 77}
    completed = await complete(api, installation, tenant, task, readings=readings)

    unused = [
        {"interval_type": "calendar", "unused": 20},
        {"interval_type": "flight_hours", "unused": 150},
        {"interval_type": "cycles", "unused": -2},
    ]
    (listed,) = await tasks_of(api, tenant.planner)
    event = await installation.owner.fetchval(
        "SELECT payload FROM outbox_events WHERE org_id = $1 AND event_type = 'task.state_changed' "
        "ORDER BY sequence DESC LIMIT 1",
        tenant.org_id,
    )
    assert task["unused"] == []
    assert completed.json["unused"] == listed["unused"] == json.loads(event)["unused"] == unused
    assert "unused" in json.loads(event)["changed"]


async def test_a_completed_task_moves_what_was_due_and_a_cancelled_one_does_not(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    await fleet_of_one(api, tenant.planner)
    await a_program(api, tenant.planner)
    await generate(api, tenant.planner)
    (first,) = await tasks_of(api, tenant.planner)
    (before,) = await due_items_of(api, tenant.planner)

    cancelled = await move(api, tenant.planner, first, "cancelled", reason="No hangar")
    (after_cancelling,) = await due_items_of(api, tenant.planner)
    await generate(api, tenant.planner)
    (second,) = await tasks_of(api, tenant.planner, "&state=scheduled")
    await bring_forward(installation, tenant, second)
    performed = system_clock() - timedelta(days=2)
    completed = await complete(
        api,
        installation,
        tenant,
        second,
        performed_at=written(performed),
        readings={"flight_minutes": "99:30", "cycles": 69},
    )
    (after_completing,) = await due_items_of(api, tenant.planner)

    assert (cancelled.status, completed.status) == (200, 200)
    assert (after_cancelling["task_id"], after_cancelling["projected_on"]) == (None, before["projected_on"])
    assert after_completing["task_id"] is None
    assert after_completing["last_done"] == {
        "on": str(performed.date()), "flight_minutes": 99 * 60 + 30, "cycles": 69,
    }  # fmt: skip
    assert after_completing["projected_on"] == str(performed.date() + timedelta(days=20))
    aircraft = (await api(tenant.planner, f"GET /aircraft/{second['aircraft_id']}")).json
    assert (aircraft["next_due"], aircraft["status"]) == (after_completing["projected_on"], "operational")


async def test_a_deleted_plan_frees_what_was_due(api: FrontDoor, tenant: Tenant) -> None:
    await fleet_of_one(api, tenant.planner)
    await a_program(api, tenant.planner)
    await generate(api, tenant.planner)
    (task,) = await tasks_of(api, tenant.planner)

    await api(tenant.planner, f"DELETE /maintenance-tasks/{task['id']}", headers={"if-match": '"v1"'})

    (due,) = await due_items_of(api, tenant.planner)
    assert due["task_id"] is None


@pytest.mark.parametrize("end", ["completed", "cancelled", "deleted"])
async def test_an_aircraft_leaves_the_program_of_its_old_model_when_the_last_work_of_it_is_closed(
    api: FrontDoor, tenant: Tenant, installation: Installation, end: str
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)
    await a_program(api, tenant.planner, code="OLD")
    await a_program(api, tenant.planner, code="NEW", model="737-800")
    await generate(api, tenant.planner)
    (task,) = await tasks_of(api, tenant.planner)
    await bring_forward(installation, tenant, task)

    edited = await api(tenant.planner, f"PATCH /aircraft/{aircraft['id']}", {"model": "737-800"})
    meanwhile = await codes_due(api, tenant)
    match end:
        case "completed":
            closed = await complete(api, installation, tenant, task)
        case "cancelled":
            closed = await move(api, tenant.planner, task, end, reason="Model was entered wrong")
        case _:
            closed = await api(tenant.planner, f"DELETE /maintenance-tasks/{task['id']}", headers={"if-match": "*"})

    assert (edited.status, closed.status) == (200, 204 if end == "deleted" else 200), closed.body
    assert (meanwhile, await codes_due(api, tenant)) == (["NEW", "OLD"], ["NEW"])
    assert (await events_of(installation, tenant.org_id)).count("due_item.unassigned") == 1


async def codes_due(api: FrontDoor, tenant: Tenant) -> list[str]:
    return sorted(item["program"]["code"] for item in await due_items_of(api, tenant.planner))


async def test_an_aircraft_whose_work_by_its_old_models_program_is_cancelled_is_due_by_the_new_models(
    api: FrontDoor, tenant: Tenant
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)
    airbus = await a_program(api, tenant.planner, days=20)
    await a_program(api, tenant.planner, code="B-CHK", model="737-800", days=300)
    order = an_order(aircraft, program_id=airbus["id"], assigned_mechanic_id=str(tenant.mechanic.id))
    task = await plan(api, tenant.planner, order)
    await move(api, tenant.mechanic, task, "in_progress")
    await api(tenant.planner, f"PATCH /aircraft/{aircraft['id']}", {"model": "737-800"})

    cancelled = await move(api, tenant.planner, task, "cancelled", reason="Entered as another model")

    shown = (await api(tenant.planner, f"GET /aircraft/{aircraft['id']}")).json
    [item] = await due_items_of(api, tenant.planner)
    assert (cancelled.status, shown["status"], item["program"]["code"]) == (200, "operational", "B-CHK")
    assert shown["next_due"] == item["projected_on"]
