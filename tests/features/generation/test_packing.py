"""When due work is planned: in visits within its tolerance, and not again where it was given up."""

from datetime import datetime, timedelta

from amss.foundation.clock import system_clock
from builders.front_door import FrontDoor
from builders.tasks import (
    a_program,
    an_order,
    due_items_of,
    fleet_of_one,
    generate,
    move,
    plan,
    tasks_of,
)
from builders.tenants import Tenant

TODAY = system_clock().date()


async def test_work_joins_the_visit_the_aircraft_makes_anyway_within_its_tolerance(
    api: FrontDoor, tenant: Tenant
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)
    the_visit = await plan(api, tenant.planner, an_order(aircraft, starts=12 * 24, hours=30))
    for code, early in (("WIDE", 9), ("NARROW", 2)):
        limit = {"interval_type": "calendar", "unit": "days", "interval": 20, "early": early}
        await a_program(api, tenant.planner, code=code, limits=[limit])

    await generate(api, tenant.planner)

    tasks = await tasks_of(api, tenant.planner)
    wide, narrow = (next(task for task in tasks if task["title"].startswith(code)) for code in ("WIDE", "NARROW"))
    assert (wide["start_time"], wide["slot"]) == (the_visit["start_time"], 2)
    assert narrow["end_time"] == narrow["due_at"]


async def test_by_flight_hours_the_tolerance_opens_when_the_aircraft_will_have_flown_so_far(
    api: FrontDoor, tenant: Tenant
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner, planned_daily_minutes=300)
    too_early = await plan(api, tenant.planner, an_order(aircraft, starts=14 * 24, hours=10))
    in_time = await plan(api, tenant.planner, an_order(aircraft, starts=16 * 24, hours=10))
    # Due in 20 days; the last 25 hours of it, five days, are tolerance.
    limit = {"interval_type": "flight_hours", "interval_minutes": 6000, "early_minutes": 1500}
    await a_program(api, tenant.planner, limits=[limit], effective_from=str(TODAY))

    await generate(api, tenant.planner)

    (generated,) = [task for task in await tasks_of(api, tenant.planner) if task["due_item_id"]]
    assert too_early["start_time"] < generated["start_time"] == in_time["start_time"]


async def test_what_falls_due_together_makes_one_visit(api: FrontDoor, tenant: Tenant) -> None:
    await fleet_of_one(api, tenant.planner)
    for code, days in (("A", 20), ("B", 22), ("C", 24)):
        limit = {"interval_type": "calendar", "unit": "days", "interval": days, "early": 5}
        await a_program(api, tenant.planner, code=code, limits=[limit])

    await generate(api, tenant.planner)

    assert len({task["start_time"] for task in await tasks_of(api, tenant.planner)}) == 1


async def test_overdue_work_is_planned_at_once_and_says_that_it_is_late(api: FrontDoor, tenant: Tenant) -> None:
    await fleet_of_one(api, tenant.planner)
    await a_program(api, tenant.planner, effective_from=str(TODAY - timedelta(days=60)))

    await generate(api, tenant.planner)

    (task,) = await tasks_of(api, tenant.planner, "&late=true")
    assert task["late"]
    assert datetime.fromisoformat(task["start_time"]) - system_clock() < timedelta(minutes=15)
    assert datetime.fromisoformat(task["due_at"]) < system_clock()


async def test_cancelled_work_falls_due_as_before_and_is_planned_once_more_at_another_time(
    api: FrontDoor, tenant: Tenant
) -> None:
    await fleet_of_one(api, tenant.planner)
    await a_program(api, tenant.planner)
    await generate(api, tenant.planner)
    (cancelled,) = await tasks_of(api, tenant.planner)
    (before,) = await due_items_of(api, tenant.planner)

    await move(api, tenant.planner, cancelled, "cancelled", reason="No hangar that day")
    counts = [await generate(api, tenant.planner) for _ in range(3)]

    (again,) = await tasks_of(api, tenant.planner, "&state=scheduled")
    (after,) = await due_items_of(api, tenant.planner)
    assert counts == [(1, 0), (0, 0), (0, 0)]
    assert again["end_time"] == cancelled["start_time"]
    assert (again["due_at"], after["projected_on"]) == (cancelled["due_at"], before["projected_on"])


async def test_work_cancelled_wherever_it_fits_stays_on_the_due_list_with_the_reason(
    api: FrontDoor, tenant: Tenant
) -> None:
    narrow = await fleet_of_one(api, tenant.planner, capacity_slots=1)
    for starts, hours in ((0, 80 * 24), (80 * 24 + 12, 80 * 24)):
        await plan(api, tenant.planner, an_order(narrow, starts=starts, hours=hours))
    await a_program(api, tenant.planner)
    counts = [await generate(api, tenant.planner)]

    (task,) = [task for task in await tasks_of(api, tenant.planner) if task["due_item_id"]]
    await move(api, tenant.planner, task, "cancelled", reason="No hangar that day")
    counts += [await generate(api, tenant.planner) for _ in range(2)]

    (due,) = await due_items_of(api, tenant.planner)
    assert counts == [(1, 0), (0, 1), (0, 1)]
    assert due["blocked_reason"].startswith("G-ABCD has no free slot")
