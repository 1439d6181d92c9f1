"""What stands between a task and its next step, asked before anybody tries."""

from typing import Any

import pytest

from amss.features.compliance.model import ComplianceResult
from amss.foundation.access import Role
from amss.foundation.ids import new_id
from builders.checks import add_signed, add_unsigned
from builders.front_door import FrontDoor, Reply
from builders.installation import Installation
from builders.tasks import an_order, events_of, move, plan
from builders.tenants import Person, Tenant, a_person


async def check(api: FrontDoor, person: Person, task: dict[str, Any], to: str) -> Reply:
    """Ask what stands between a task and a state."""
    return await api(person, f"POST /maintenance-tasks/{task['id']}/check?to={to}")


async def must_say_the_same(api: FrontDoor, person: Person, task: dict[str, Any], to: str) -> list[str]:
    """Return the codes a check answers, which are those the step is refused for."""
    asked = await check(api, person, task, to)
    tried = await move(api, person, task, to)
    assert (asked.status, asked.json["ready"], tried.status) == (200, False, 409), asked.body
    assert asked.json["reasons"] == tried.json["reasons"]
    return [reason["code"] for reason in asked.json["reasons"]]


async def test_a_check_says_what_the_step_would_be_refused_for(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], installation: Installation, its: dict[str, Any]
) -> None:
    later, late = [await plan(api, tenant.planner, an_order(aircraft, starts=starts)) for starts in (1, -30)]
    begun = await plan(api, tenant.planner, an_order(aircraft, **its))
    await add_unsigned(installation, begun, tenant.planner)
    await add_signed(installation, begun, tenant.mechanic, result=ComplianceResult.FAIL, notes="Play in the bearing")

    said = [
        await must_say_the_same(api, tenant.planner, later, "in_progress"),
        await must_say_the_same(api, tenant.planner, late, "cancelled"),
        await must_say_the_same(api, tenant.planner, begun, "completed"),
    ]
    await move(api, tenant.mechanic, begun, "in_progress")
    said.append(await must_say_the_same(api, tenant.mechanic, begun, "completed"))

    assert said == [
        ["MECHANIC_MISSING", "TOO_EARLY"],
        ["REASON_MISSING", "LATE_CANCEL"],
        ["NOT_STARTED", "NOTES_MISSING", "CHECK_UNSIGNED", "CHECK_FAILED"],
        ["NOTES_MISSING", "CHECK_UNSIGNED", "CHECK_FAILED"],
    ]


async def test_a_mechanic_who_was_locked_out_meanwhile_starts_nothing(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], its: dict[str, Any]
) -> None:
    task = await plan(api, tenant.planner, an_order(aircraft, **its))
    locked_out = await api(tenant.tenant_admin, f"PATCH /users/{tenant.mechanic.id}", {"active": False})

    said = await must_say_the_same(api, tenant.planner, task, "in_progress")

    assert (locked_out.status, said) == (200, ["MECHANIC_UNFIT"])


async def test_a_step_that_nothing_stands_in_the_way_of_is_ready_and_not_taken(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], installation: Installation, its: dict[str, Any]
) -> None:
    task = await plan(api, tenant.planner, an_order(aircraft, notes="Bring the ladder", **its))

    to_start = await check(api, tenant.mechanic, task, "in_progress")
    shown = (await api(tenant.mechanic, f"GET /maintenance-tasks/{task['id']}")).json
    await move(api, tenant.mechanic, task, "in_progress")
    to_complete = await check(api, tenant.mechanic, task, "completed")

    assert [each.json for each in (to_start, to_complete)] == [{"ready": True, "reasons": []}] * 2
    assert task.items() <= shown.items()
    assert (await events_of(installation, tenant.org_id)).count("task.state_changed") == 1


async def test_a_state_that_no_step_leads_to_is_a_reason_too(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], its: dict[str, Any]
) -> None:
    begun, cancelled = [await plan(api, tenant.planner, an_order(aircraft, starts=n * 9, **its)) for n in (0, 1)]
    await move(api, tenant.mechanic, begun, "in_progress")
    await move(api, tenant.planner, cancelled, "cancelled", reason="Sold")

    again = await check(api, tenant.mechanic, begun, "in_progress")
    back = await check(api, tenant.mechanic, begun, "scheduled")
    closed = await check(api, tenant.mechanic, cancelled, "completed")

    assert [(each.json["ready"], each.json["reasons"][0]["code"]) for each in (again, back, closed)] == [
        (False, "CONFLICT"), (False, "CONFLICT"), (False, "TASK_CLOSED"),
    ]  # fmt: skip


@pytest.mark.parametrize(("who", "to"), [(Role.MECHANIC, "in_progress"), (Role.AUDITOR, "completed")])
async def test_who_may_not_take_a_step_is_told_so(
    api: FrontDoor,
    tenant: Tenant,
    aircraft: dict[str, Any],
    installation: Installation,
    who: Role,
    to: str,
) -> None:
    task = await plan(api, tenant.planner, an_order(aircraft))
    another = await a_person(installation, tenant.org_id, who)

    refused = await check(api, another, task, to)
    to_cancel = await check(api, another, task, "cancelled")

    assert [(each.status, each.code) for each in (refused, to_cancel)] == [(403, "FORBIDDEN")] * 2


async def test_a_check_asks_for_a_state_that_there_is_of_a_task_that_there_is(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any]
) -> None:
    task = await plan(api, tenant.planner, an_order(aircraft))

    unknown = await check(api, tenant.planner, task, "done")
    unsaid = await api(tenant.planner, f"POST /maintenance-tasks/{task['id']}/check")
    of_nothing = await check(api, tenant.planner, {"id": str(new_id())}, "completed")

    assert [(each.status, each.code) for each in (unknown, unsaid, of_nothing)] == [
        (422, "VALIDATION"), (422, "VALIDATION"), (404, "NOT_FOUND"),
    ]  # fmt: skip


async def test_a_check_waits_for_nobody(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], installation: Installation
) -> None:
    task = await plan(api, tenant.planner, an_order(aircraft))

    async with installation.owner.transaction():
        await installation.owner.execute("SELECT FROM aircraft WHERE org_id = $1 FOR UPDATE", tenant.org_id)
        await installation.owner.execute("SELECT FROM maintenance_tasks WHERE org_id = $1 FOR UPDATE", tenant.org_id)
        answer = await check(api, tenant.planner, task, "completed")

    assert answer.status == 200
