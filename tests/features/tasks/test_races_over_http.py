"""Twenty clients at the front door at once, who all want what one can have."""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from typing import Any

from builders.front_door import FrontDoor, Reply
from builders.installation import Installation
from builders.tasks import an_order, edit, events_of, fleet_of_one, move, moved, plan
from builders.tenants import Tenant

MANY = 20


async def outcomes(*requests: Coroutine[Any, Any, Reply]) -> Counter[int | str]:
    """Send all at once; count what was answered: a success's status, a refusal's code."""
    replies = await asyncio.gather(*requests)
    return Counter(each.status if each.status < 400 else each.code for each in replies)


async def a_fleet(api: FrontDoor, tenant: Tenant) -> list[dict[str, Any]]:
    """Take an aircraft for each client into the fleet."""
    return [await fleet_of_one(api, tenant.planner, tail_number=f"G-A{n:02}") for n in range(MANY)]


async def test_of_those_who_want_an_aircrafts_only_slot_one_gets_it(api: FrontDoor, tenant: Tenant) -> None:
    narrow = await fleet_of_one(api, tenant.planner, capacity_slots=1)
    order = an_order(narrow)

    became = await outcomes(*(api(tenant.planner, "POST /maintenance-tasks", order) for _ in range(MANY)))

    assert became == {201: 1, "TASK_OVERLAP": MANY - 1}
    assert len((await api(tenant.planner, "GET /maintenance-tasks")).json["items"]) == 1


async def test_of_those_who_want_one_mechanic_in_one_window_one_gets_him(
    api: FrontDoor, tenant: Tenant, its: dict[str, Any]
) -> None:
    orders = [an_order(each, **its) for each in await a_fleet(api, tenant)]

    became = await outcomes(*(api(tenant.planner, "POST /maintenance-tasks", order) for order in orders))

    assert became == {201: 1, "MECHANIC_BUSY": MANY - 1}


async def test_of_those_who_assign_him_planned_work_in_one_window_one_does(
    api: FrontDoor, tenant: Tenant, its: dict[str, Any]
) -> None:
    tasks = [await plan(api, tenant.planner, an_order(each)) for each in await a_fleet(api, tenant)]

    became = await outcomes(*(edit(api, tenant.planner, task, **its) for task in tasks))

    assert became == {200: 1, "MECHANIC_BUSY": MANY - 1}


async def test_work_is_completed_or_cancelled_once(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], installation: Installation, its: dict[str, Any]
) -> None:
    task = await plan(api, tenant.planner, an_order(aircraft, **its))
    await move(api, tenant.mechanic, task, "in_progress")
    completing = [move(api, tenant.mechanic, task, "completed", notes="Done") for _ in range(MANY // 2)]
    cancelling = [move(api, tenant.planner, task, "cancelled", reason="Sold") for _ in range(MANY // 2)]

    became = await outcomes(*(each for pair in zip(completing, cancelling, strict=True) for each in pair))

    assert became == {200: 1, "TASK_CLOSED": MANY - 1}
    assert (await events_of(installation, tenant.org_id)).count("task.state_changed") == 2


async def test_of_those_who_reschedule_what_they_read_one_does_and_the_others_read_again(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any]
) -> None:
    task = await plan(api, tenant.planner, an_order(aircraft))

    became = await outcomes(*(edit(api, tenant.planner, task, **moved(task, n + 1)) for n in range(MANY)))

    shown = (await api(tenant.planner, f"GET /maintenance-tasks/{task['id']}")).json
    assert became == {200: 1, "PRECONDITION_FAILED": MANY - 1}
    assert shown["version"] == 2
