"""From what falls due to planned tasks on command."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from amss.features.generation import service
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.rows import a_lone_row
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


async def test_what_falls_due_within_its_lead_time_becomes_a_task(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)
    program = await a_program(api, tenant.planner, estimated_minutes=600)

    counts = await generate(api, tenant.planner)

    (task,) = await tasks_of(api, tenant.planner)
    (due,) = await due_items_of(api, tenant.planner)
    due_at = datetime.combine(date.fromisoformat(due["projected_on"]) + timedelta(days=1), datetime.min.time(), UTC)
    assert counts == (1, 0)
    assert (task["title"], task["type"], task["state"]) == ("A-CHK A check", "inspection", "scheduled")
    assert (task["aircraft_id"], task["program_id"], task["due_item_id"]) == (
        aircraft["id"], program["id"], due["id"],
    )  # fmt: skip
    assert (task["due_at"], task["end_time"]) == (written(due_at), written(due_at))
    assert (task["start_time"], task["estimated_minutes"]) == (written(due_at - timedelta(hours=10)), 600)
    assert due["task_id"] == task["id"]
    assert "task.created" in await events_of(installation, tenant.org_id)


async def test_the_due_date_ends_where_the_organization_is(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    await installation.owner.execute(
        "UPDATE organizations SET time_zone = 'Pacific/Auckland' WHERE id = $1", tenant.org_id
    )
    await fleet_of_one(api, tenant.planner)
    await a_program(api, tenant.planner)

    await generate(api, tenant.planner)

    (task,) = await tasks_of(api, tenant.planner)
    (due,) = await due_items_of(api, tenant.planner)
    there = datetime.fromisoformat(task["due_at"]).astimezone(ZoneInfo("Pacific/Auckland"))
    assert (there.date() - timedelta(days=1), there.hour) == (date.fromisoformat(due["projected_on"]), 0)


async def test_what_is_further_off_than_its_lead_time_waits(api: FrontDoor, tenant: Tenant) -> None:
    await fleet_of_one(api, tenant.planner)
    await a_program(api, tenant.planner, days=200)

    assert await generate(api, tenant.planner) == (0, 0)
    assert await tasks_of(api, tenant.planner) == []


async def test_generating_twice_creates_nothing_twice(api: FrontDoor, tenant: Tenant) -> None:
    await fleet_of_one(api, tenant.planner)
    await a_program(api, tenant.planner)

    first, second = await generate(api, tenant.planner), await generate(api, tenant.planner)

    assert (first, second) == ((1, 0), (0, 0))
    assert len(await tasks_of(api, tenant.planner)) == 1


async def test_an_aircraft_booked_out_keeps_its_work_on_the_due_list_with_the_reason(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    narrow = await fleet_of_one(api, tenant.planner, capacity_slots=1)
    for days in (0, 80):
        await plan(api, tenant.planner, an_order(narrow, starts=days * 24, hours=80 * 24))
    await a_program(api, tenant.planner)

    counts = [await generate(api, tenant.planner) for _ in range(2)]

    (due,) = await due_items_of(api, tenant.planner)
    events = await events_of(installation, tenant.org_id)
    assert counts == [(0, 1)] * 2
    assert due["blocked_reason"].startswith("G-ABCD has no free slot")
    assert events.count("program.generation_failed") == 1


async def test_what_has_no_place_does_not_keep_the_command_from_the_rest(
    api: FrontDoor, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_PER_CALL", 2)
    full = await fleet_of_one(api, tenant.planner, tail_number="G-FULL", capacity_slots=1)
    for days in (0, 80):
        await plan(api, tenant.planner, an_order(full, starts=days * 24, hours=80 * 24))
    for code, days in (("P-1", 1), ("P-2", 2), ("P-3", 3)):
        await a_program(api, tenant.planner, code=code, days=days)
    await fleet_of_one(api, tenant.planner, tail_number="G-FREE", model="737-800")
    await a_program(api, tenant.planner, code="LATER", days=20, model="737-800")

    counts = [await generate(api, tenant.planner) for _ in range(3)]

    assert counts == [(0, 2), (1, 1), (0, 2)]
    assert "LATER A check" in [task["title"] for task in await tasks_of(api, tenant.planner)]


async def test_what_had_no_place_is_tried_again_when_there_is_nothing_new(api: FrontDoor, tenant: Tenant) -> None:
    full = await fleet_of_one(api, tenant.planner, capacity_slots=1)
    for days in (0, 80):
        await plan(api, tenant.planner, an_order(full, starts=days * 24, hours=80 * 24))
    await a_program(api, tenant.planner)

    blocked = await generate(api, tenant.planner)
    await api(tenant.planner, f"PATCH /aircraft/{full['id']}", {"capacity_slots": 2})
    placed = await generate(api, tenant.planner)

    assert (blocked, placed) == ((0, 1), (1, 0))


async def test_a_task_the_due_list_does_not_know_of_costs_the_other_aircraft_nothing(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    for tail in ("G-ONE", "G-TWO"):
        await fleet_of_one(api, tenant.planner, tail_number=tail)
    await a_program(api, tenant.planner)
    due = (await due_items_of(api, tenant.planner))[0]
    await a_lone_row(
        installation.owner,
        "maintenance_tasks",
        tenant.org_id,
        aircraft_id=due["aircraft"]["id"],
        due_item_id=due["id"],
        slot=1,
    )

    counts = await generate(api, tenant.planner)

    blocked = {
        each["aircraft"]["tail_number"]: each["blocked_reason"] for each in await due_items_of(api, tenant.planner)
    }
    assert counts == (1, 1)
    assert blocked.pop(due["aircraft"]["tail_number"]) == "This program already has an open task on this aircraft."
    assert list(blocked.values()) == [None]


async def test_what_had_no_room_is_planned_once_there_is_some_and_loses_its_reason(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    narrow = await fleet_of_one(api, tenant.planner, capacity_slots=1)
    in_the_way = [
        await plan(api, tenant.planner, an_order(narrow, starts=days * 24, hours=80 * 24)) for days in (0, 80)
    ]
    await a_program(api, tenant.planner)
    await generate(api, tenant.planner)

    await move(api, tenant.planner, in_the_way[1], "cancelled", reason="Sold")
    counts = await generate(api, tenant.planner)

    (due,) = await due_items_of(api, tenant.planner)
    assert counts == (1, 0)
    assert (due["blocked_reason"], due["task_id"] is None) == (None, False)
    assert (await events_of(installation, tenant.org_id)).count("program.generation_failed") == 1


async def test_a_new_reason_is_told_again(api: FrontDoor, tenant: Tenant, installation: Installation) -> None:
    narrow = await fleet_of_one(api, tenant.planner, capacity_slots=1)
    for days in (0, 80):
        await plan(api, tenant.planner, an_order(narrow, starts=days * 24, hours=80 * 24))
    program = await a_program(api, tenant.planner)
    await generate(api, tenant.planner)

    longer = {"estimated_minutes": 600}
    route = f"PATCH /maintenance-programs/{program['id']}"
    edited = await api(tenant.planner, route, longer, headers={"if-match": '"v1"'})
    for _ in range(2):
        await generate(api, tenant.planner)

    assert edited.status == 200
    assert (await events_of(installation, tenant.org_id)).count("program.generation_failed") == 2


async def test_what_is_blocked_again_is_told_again(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    narrow = await fleet_of_one(api, tenant.planner, capacity_slots=1)
    for days in (0, 80):
        await plan(api, tenant.planner, an_order(narrow, starts=days * 24, hours=80 * 24))
    program = await a_program(api, tenant.planner)
    await generate(api, tenant.planner)

    reasons: list[str | None] = []
    for interval in (900, 6):
        limits = [{"interval_type": "calendar", "interval": interval}]
        await api(tenant.planner, f"PATCH /maintenance-programs/{program['id']}", {"limits": limits})
        reasons += [item["blocked_reason"] for item in await due_items_of(api, tenant.planner)]
        await generate(api, tenant.planner)

    assert reasons == [None, None]
    assert (await events_of(installation, tenant.org_id)).count("program.generation_failed") == 2


async def test_one_organizations_command_leaves_anothers_work_alone(
    api: FrontDoor, tenant: Tenant, another_tenant: Tenant
) -> None:
    for planner in (tenant.planner, another_tenant.planner):
        await fleet_of_one(api, planner)
        await a_program(api, planner)

    assert await generate(api, tenant.planner) == (1, 0)
    assert await tasks_of(api, another_tenant.planner) == []


async def test_a_command_waits_for_no_aircraft_it_plans_nothing_on(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    for tail, model in (("G-ONE", "A320-214"), ("G-TWO", "B737-800")):
        held = await fleet_of_one(api, tenant.planner, tail_number=tail, model=model)
    await a_program(api, tenant.planner)
    somebody = await asyncpg.connect(installation.settings.database_url)

    async with somebody.transaction(), asyncio.timeout(1.5):
        await somebody.execute("SELECT FROM aircraft WHERE id = $1 FOR UPDATE", UUID(held["id"]))
        counts = await generate(api, tenant.planner)
    await somebody.close()

    assert counts == (1, 0)


async def test_a_mechanic_does_not_generate(api: FrontDoor, tenant: Tenant) -> None:
    answer = await api(tenant.mechanic, "POST /maintenance-programs/generate")

    assert (answer.status, answer.code) == (403, "FORBIDDEN")


async def test_a_planner_may_be_first_and_then_nothing_is_generated(api: FrontDoor, tenant: Tenant) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)
    program = await a_program(api, tenant.planner)
    order = an_order(aircraft, starts=24, program_id=program["id"])

    by_hand = await plan(api, tenant.planner, order)
    again = await api(tenant.planner, "POST /maintenance-tasks", order)
    counts = await generate(api, tenant.planner)

    (due,) = await due_items_of(api, tenant.planner)
    assert (by_hand["due_item_id"], due["task_id"]) == (due["id"], by_hand["id"])
    assert (by_hand["estimated_minutes"], by_hand["late"]) == (480, False)
    assert (again.status, again.code, again.json["reasons"][0]["ids"]) == (409, "DUPLICATE", [by_hand["id"]])
    assert counts == (0, 0)


async def test_a_program_of_another_model_is_not_planned_by_hand(api: FrontDoor, tenant: Tenant) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)
    elsewhere = await a_program(api, tenant.planner, model="B737-800")

    refused = await api(tenant.planner, "POST /maintenance-tasks", an_order(aircraft, program_id=elsewhere["id"]))

    assert (refused.status, refused.json["errors"][0]["pointer"]) == (422, "/program_id")
