"""Parts that come off an aircraft again: by which work, at which readings, and what is refused."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from builders.front_door import FrontDoor, Reply
from builders.installation import Installation
from builders.parts import a_definition, a_piece, remove, reserved, settle
from builders.tasks import an_order, events_of, fleet_of_one, move, plan
from builders.tenants import Tenant


@pytest.fixture
async def task(api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], its: dict[str, Any]) -> dict[str, Any]:
    planned = await plan(api, tenant.planner, an_order(aircraft, **its))
    return (await move(api, tenant.mechanic, planned, "in_progress")).json


@pytest.fixture
async def fitted(api: FrontDoor, tenant: Tenant, task: dict[str, Any]) -> dict[str, Any]:
    piece = await a_piece(api, tenant.planner, await a_definition(api, tenant.planner))
    await settle(api, tenant.mechanic, await reserved(api, tenant.mechanic, task, piece), "used")
    return piece


def refusal(answer: Reply) -> tuple[int, str]:
    return answer.status, answer.code


async def test_a_removed_piece_says_when_and_at_which_readings_it_came_and_went(
    api: FrontDoor,
    installation: Installation,
    tenant: Tenant,
    aircraft: dict[str, Any],
    task: dict[str, Any],
    fitted: dict[str, Any],
) -> None:
    flown = {"flown_on": task["started_at"][:10], "flight_minutes": 90, "cycles": 2}
    await api(tenant.planner, f"POST /aircraft/{aircraft['id']}/utilization", flown)

    removed = await remove(api, tenant.mechanic, fitted, task, "Vibration", if_match=2)

    assert removed.status == 200, removed.body
    gone = (await api(tenant.auditor, f"GET /part-items/{fitted['id']}")).json
    assert gone == removed.json
    assert (gone["status"], gone["version"], gone["removed_on_task_id"]) == ("used", 3, task["id"])
    assert gone["used_readings"] == {"flight_minutes": 6_000, "cycles": 70}
    assert gone["removed_readings"] == {"flight_minutes": 6_090, "cycles": 72}
    assert (gone["removal_reason"], gone["removed_at"]) == ("Vibration", gone["updated_at"])
    assert (await events_of(installation, tenant.org_id))[-1] == "part.removed"
    history = (await api(tenant.auditor, f"GET /part-items/{fitted['id']}/history")).json["items"]
    assert (history[0]["action"], history[0]["reason"]) == ("state_change", "Vibration")


async def test_only_a_piece_that_is_on_the_aircraft_comes_off_it(
    api: FrontDoor, tenant: Tenant, task: dict[str, Any], fitted: dict[str, Any]
) -> None:
    other = await fleet_of_one(api, tenant.planner, tail_number="G-OTHR")
    elsewhere = await plan(api, tenant.planner, an_order(other))
    in_store = await a_piece(api, tenant.planner, {"id": fitted["part_definition_id"]}, serial_number="SN-IN-STORE")

    assert refusal(await remove(api, tenant.mechanic, in_store, task)) == (409, "PART_NOT_FITTED")
    assert refusal(await remove(api, tenant.planner, fitted, elsewhere)) == (409, "TASK_NOT_IN_PROGRESS")
    assert (await remove(api, tenant.mechanic, fitted, task)).status == 200
    assert refusal(await remove(api, tenant.mechanic, fitted, task)) == (409, "PART_NOT_FITTED")


async def test_a_piece_comes_off_by_the_assigned_mechanic_as_it_was_read(
    api: FrontDoor, tenant: Tenant, another_tenant: Tenant, task: dict[str, Any], fitted: dict[str, Any]
) -> None:
    colleague = {"email": "sam@demo.example", "name": "Sam", "role": "mechanic", "password": "maintain-the-fleet"}
    sam = (await api(tenant.tenant_admin, "POST /users", colleague)).json["id"]
    theirs = await a_piece(api, another_tenant.planner, await a_definition(api, another_tenant.planner))

    assert refusal(await remove(api, tenant.auditor, fitted, task)) == (403, "FORBIDDEN")
    assert refusal(await remove(api, tenant.mechanic, fitted, task, if_match=1)) == (412, "PRECONDITION_FAILED")
    assert refusal(await remove(api, tenant.mechanic, theirs, task)) == (404, "NOT_FOUND")
    handed_over = {"assigned_mechanic_id": sam, "note": "Off shift"}
    assert (await api(tenant.planner, f"POST /maintenance-tasks/{task['id']}/handover", handed_over)).status == 200
    assert refusal(await remove(api, tenant.mechanic, fitted, task)) == (403, "FORBIDDEN")


async def test_of_many_who_take_one_piece_off_at_once_one_does(
    api: FrontDoor, tenant: Tenant, task: dict[str, Any], fitted: dict[str, Any]
) -> None:
    answers = await asyncio.gather(*(remove(api, tenant.planner, fitted, task) for _ in range(6)))

    assert Counter(each.status for each in answers) == {200: 1, 409: 5}
    assert {each.code for each in answers if each.status == 409} == {"PART_NOT_FITTED"}
