"""Changing planned work through the front door: its plan, its time, its mechanic."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from amss.foundation.access import Role
from amss.foundation.clock import system_clock
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.tasks import (
    a_program,
    an_order,
    due_items_of,
    edit,
    events_of,
    fleet_of_one,
    hand_over,
    hours_on,
    move,
    moved,
    plan,
    written,
)
from builders.tenants import Tenant, a_person


async def test_a_plan_is_edited_in_all_it_says(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], its: dict[str, Any]
) -> None:
    task = await plan(api, tenant.planner, an_order(aircraft, starts=5, notes="Bring the ladder"))
    change = {"title": "B check", "type": "repair", "notes": None, "priority": "aog", **moved(task, 2), **its}

    edited = await edit(api, tenant.planner, task, **change)

    shown = await api(tenant.mechanic, f"GET /maintenance-tasks/{task['id']}")
    assert (edited.status, edited.headers["etag"]) == (200, '"v2"')
    assert edited.json == task | change | {"version": 2, "updated_at": edited.json["updated_at"]}
    assert edited.json.items() <= shown.json.items()


@pytest.mark.parametrize(
    ("changed", "event"),
    [
        (["title"], "task.updated"),
        (["title", "assigned_mechanic_id"], "task.assigned"),
        (["start_time", "end_time", "assigned_mechanic_id"], "task.rescheduled"),
    ],
)
async def test_a_change_is_told_once_by_its_weightiest_kind_and_names_all_that_changed(
    api: FrontDoor, tenant: Tenant, installation: Installation, changed: list[str], event: str
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)
    task = await plan(api, tenant.planner, an_order(aircraft, starts=1))
    possible = {"title": "B check", "assigned_mechanic_id": str(tenant.mechanic.id), **moved(task, 3)}

    edited = await edit(api, tenant.planner, task, **{name: possible[name] for name in changed})

    assert edited.status == 200, edited.body
    told = await installation.owner.fetch(
        """
        SELECT event_type, ARRAY(SELECT jsonb_array_elements_text(payload -> 'changed')) AS changed
        FROM outbox_events WHERE org_id = $1 AND aggregate_id = $2 AND event_type <> 'task.created'
        """,
        tenant.org_id,
        UUID(task["id"]),
    )
    kept = await installation.owner.fetch(
        """
        SELECT ARRAY(SELECT jsonb_object_keys(details -> 'after')) AS changed
        FROM audit_logs WHERE org_id = $1 AND entity_id = $2 AND entity_version = 2
        """,
        tenant.org_id,
        UUID(task["id"]),
    )
    assert [(row["event_type"], sorted(row["changed"])) for row in told] == [(event, sorted(changed))]
    assert [sorted(row["changed"]) for row in kept] == [sorted(changed)]


async def test_a_change_that_changes_nothing_leaves_no_trace(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], installation: Installation, its: dict[str, Any]
) -> None:
    task = await plan(api, tenant.planner, an_order(aircraft, **its))
    same = {name: task[name] for name in ("title", "priority", "start_time", "assigned_mechanic_id")}

    answers = [await edit(api, tenant.planner, task, **change) for change in ({}, same)]

    assert [(each.status, each.json) for each in answers] == [(200, task), (200, task)]
    assert await events_of(installation, tenant.org_id) == ["aircraft.created", "task.created"]


async def test_a_task_is_edited_only_by_who_read_it(api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any]) -> None:
    task = await plan(api, tenant.planner, an_order(aircraft))

    blind = await api(tenant.planner, f"PATCH /maintenance-tasks/{task['id']}", {"title": "B check"})
    stale = await edit(api, tenant.planner, task, if_match='"v7"', title="B check")
    of_a_mechanic = await edit(api, tenant.mechanic, task, title="B check")

    assert [(each.status, each.code) for each in (blind, stale, of_a_mechanic)] == [
        (428, "PRECONDITION_REQUIRED"), (412, "PRECONDITION_FAILED"), (403, "FORBIDDEN"),
    ]  # fmt: skip


async def test_everything_wrong_with_a_change_is_said_at_once(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any]
) -> None:
    program = await a_program(api, tenant.planner)
    task = await plan(api, tenant.planner, an_order(aircraft, program_id=program["id"]))

    misread = await edit(api, tenant.planner, task, title=" ", priority="high", end_time="soon", slot=2)
    unfit = await edit(
        api,
        tenant.planner,
        task,
        type="overhaul",
        end_time=hours_on(task["start_time"], -1),
        assigned_mechanic_id=str(tenant.planner.id),
    )
    far_off = await edit(
        api, tenant.planner, task, start_time="1999-01-01T00:00:00Z", end_time="2300-01-01T00:00:00Z"
    )
    too_late = await edit(api, tenant.planner, task, start_time=hours_on(task["end_time"], 1))
    too_long = await edit(api, tenant.planner, task, end_time=hours_on(task["start_time"], 24 * 90 + 1))

    answers = (misread, unfit, far_off, too_late, too_long)
    assert {each.status for each in answers} == {422}
    assert [{(fault["pointer"], fault["code"]) for fault in each.json["errors"]} for each in answers[1:]] == [
        {("/type", "OF_PROGRAM"), ("/end_time", "WINDOW"), ("/assigned_mechanic_id", "NOT_A_MECHANIC")},
        {("/start_time", "RANGE"), ("/end_time", "RANGE")},
        {("/start_time", "WINDOW")},
        {("/end_time", "WINDOW")},
    ]
    assert {fault["pointer"] for fault in misread.json["errors"]} == {"/title", "/priority", "/end_time", "/slot"}


async def test_a_moved_task_keeps_its_slot_where_that_is_free_and_takes_the_lowest_where_not(
    api: FrontDoor, tenant: Tenant
) -> None:
    wide = await fleet_of_one(api, tenant.planner, tail_number="G-TWO", capacity_slots=3)
    first, second = [await plan(api, tenant.planner, an_order(wide, title=title)) for title in ("First", "Second")]
    later = [await plan(api, tenant.planner, an_order(wide, starts=20)) for _ in range(2)]

    a_little = await edit(api, tenant.planner, second, **moved(second, 1))
    onto_another = await edit(api, tenant.planner, a_little.json, **moved(second, 20))

    assert (first["slot"], second["slot"], later[1]["slot"]) == (1, 2, 2)
    assert (a_little.json["slot"], onto_another.json["slot"]) == (2, 3)


async def test_a_task_moves_neither_onto_a_full_aircraft_nor_onto_its_mechanics_other_work(
    api: FrontDoor, tenant: Tenant, its: dict[str, Any]
) -> None:
    narrow = await fleet_of_one(api, tenant.planner, tail_number="G-ONE", capacity_slots=1)
    another = await fleet_of_one(api, tenant.planner, tail_number="G-TWO")
    task = await plan(api, tenant.planner, an_order(narrow, **its))
    there = await plan(api, tenant.planner, an_order(narrow, starts=10))
    elsewhere = await plan(api, tenant.planner, an_order(another, starts=20, **its))

    full = await edit(api, tenant.planner, task, **moved(task, 9))
    busy = await edit(api, tenant.planner, task, **moved(task, 19))
    with_nobody = await edit(api, tenant.planner, task, assigned_mechanic_id=None, **moved(task, 19))
    and_back_to_him = await edit(api, tenant.planner, with_nobody.json, **its)

    assert [(each.status, each.code, each.json["reasons"][0]["ids"]) for each in (full, busy, and_back_to_him)] == [
        (409, "TASK_OVERLAP", [there["id"]]),
        (409, "MECHANIC_BUSY", [elsewhere["id"]]),
        (409, "MECHANIC_BUSY", [elsewhere["id"]]),
    ]
    assert (with_nobody.status, with_nobody.json["assigned_mechanic_id"]) == (200, None)


async def test_a_task_may_overlap_its_own_old_window(api: FrontDoor, tenant: Tenant, its: dict[str, Any]) -> None:
    narrow = await fleet_of_one(api, tenant.planner, tail_number="G-ONE", capacity_slots=1)
    task = await plan(api, tenant.planner, an_order(narrow, **its))

    edited = await edit(api, tenant.planner, task, **moved(task, 1))

    assert (edited.status, edited.json["slot"]) == (200, 1)


async def test_work_of_days_is_carried_by_a_team_and_does_not_book_its_mechanic(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], its: dict[str, Any]
) -> None:
    task = await plan(api, tenant.planner, an_order(aircraft, **its))
    a_week = await plan(api, tenant.planner, an_order(aircraft, hours=170, **its))

    of_a_day = await edit(api, tenant.planner, a_week, end_time=hours_on(a_week["start_time"], 24))

    assert (of_a_day.status, of_a_day.code) == (409, "MECHANIC_BUSY")
    assert of_a_day.json["reasons"][0]["ids"] == [task["id"]]


async def test_a_task_moved_past_its_due_date_is_late_and_no_more_when_it_is_moved_back(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any]
) -> None:
    program = await a_program(api, tenant.planner, days=20)
    task = await plan(api, tenant.planner, an_order(aircraft, program_id=program["id"]))

    late = await edit(api, tenant.planner, task, **moved(task, 24 * 30))
    listed = (await api(tenant.planner, "GET /maintenance-tasks?late=true")).json["items"]
    in_time = await edit(api, tenant.planner, late.json, **moved(late.json, -24 * 30))

    [item] = await due_items_of(api, tenant.planner)
    assert (task["late"], late.json["late"], in_time.json["late"]) == (False, True, False)
    assert [each["id"] for each in listed] == [task["id"]]
    assert item["task_id"] == task["id"]


async def test_work_that_goes_on_takes_notes_and_a_later_end(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], its: dict[str, Any]
) -> None:
    task = await plan(api, tenant.planner, an_order(aircraft, **its))
    task = (await move(api, tenant.mechanic, task, "in_progress")).json

    edited = await edit(api, tenant.planner, task, notes="Corrosion found", end_time=hours_on(task["end_time"], 5))

    assert (edited.status, edited.json["notes"], edited.json["state"]) == (200, "Corrosion found", "in_progress")
    assert edited.json["end_time"] == hours_on(task["end_time"], 5)


async def test_work_that_goes_on_keeps_its_plan_and_says_all_that_is_fixed(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], installation: Installation, its: dict[str, Any]
) -> None:
    another = await a_person(installation, tenant.org_id, Role.MECHANIC)
    task = await plan(api, tenant.planner, an_order(aircraft, **its))
    task = (await move(api, tenant.mechanic, task, "in_progress")).json

    refused = await edit(
        api,
        tenant.planner,
        task,
        title="B check",
        type="overhaul",
        priority="aog",
        start_time=hours_on(task["start_time"], -1),
        end_time=hours_on(task["end_time"], -1),
        assigned_mechanic_id=str(another.id),
    )

    assert (refused.status, refused.code) == (409, "TASK_IN_PROGRESS")
    assert [each["message"] for each in refused.json["reasons"]] == [
        "Its kind of work does not change any more.",
        "Its title does not change any more.",
        "Its priority does not change any more.",
        "Its start does not change any more.",
        "Its end only moves later.",
        "Another mechanic takes it by a handover.",
    ]


async def test_a_longer_job_waits_for_the_next_one_on_the_same_aircraft(
    api: FrontDoor, tenant: Tenant, its: dict[str, Any]
) -> None:
    narrow = await fleet_of_one(api, tenant.planner, tail_number="G-ONE", capacity_slots=1)
    task = await plan(api, tenant.planner, an_order(narrow, **its))
    following = await plan(api, tenant.planner, an_order(narrow, starts=5))
    task = (await move(api, tenant.mechanic, task, "in_progress")).json

    refused = await edit(api, tenant.planner, task, end_time=hours_on(task["end_time"], 2))

    assert (refused.status, refused.code) == (409, "TASK_OVERLAP")
    assert refused.json["reasons"][0]["ids"] == [following["id"]]


@pytest.mark.parametrize("state", ["completed", "cancelled"])
async def test_a_closed_task_takes_no_change(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], its: dict[str, Any], state: str
) -> None:
    task = await plan(api, tenant.planner, an_order(aircraft, **its))
    task = (await move(api, tenant.mechanic, task, "in_progress")).json
    task = (await move(api, tenant.planner, task, state, notes="Done", reason="Hangar flooded")).json

    edited = await edit(api, tenant.planner, task, notes="Done, and the flap too")
    handed_over = await hand_over(api, tenant.planner, task, tenant.mechanic)

    assert [(each.status, each.code) for each in (edited, handed_over)] == [(409, "TASK_CLOSED")] * 2


async def test_a_task_that_is_over_its_time_is_overdue_until_it_is_given_more(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any]
) -> None:
    task = await plan(api, tenant.planner, an_order(aircraft, starts=-10))

    edited = await edit(api, tenant.planner, task, end_time=written(system_clock() + timedelta(hours=1)))

    assert (task["overdue"], edited.json["overdue"]) == (True, False)
