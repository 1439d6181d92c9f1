"""Programs that are assigned by hand, and the aircraft that come under them."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from amss.features.aircraft.model import AircraftStatus
from amss.features.aircraft.rules import AircraftRetired
from amss.features.due import assignments, following, service
from amss.features.due.assignments import AlreadyAssigned
from amss.features.due.model import DueStatus, NewAssignment
from amss.features.due.plan import Readings
from amss.features.programs.model import Program, ProgramChange
from amss.features.programs.rules import NotAssignedByHand, ProgramInUse
from amss.foundation.database import Transaction
from amss.foundation.errors import NotFound
from amss.foundation.ids import new_id
from builders.extensions import EVERY_90_DAYS, days_ago, extend
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.programs import (
    NOW,
    TODAY,
    a_new_program,
    add_aircraft,
    add_task,
    at,
    days,
    due_items_of,
    events_of,
    hours,
    next_due_of,
    ordered,
    the_item,
)
from builders.tenants import Tenant


async def by_hand(tx: Transaction, *limits: Any, **given: Any) -> Program:
    """Set up a program that names neither an aircraft nor a model."""
    return await following.create_program(tx, a_new_program(*limits, **given))


def to(aircraft_id: UUID) -> NewAssignment:
    return NewAssignment(aircraft_id=aircraft_id)


async def test_an_aircraft_put_under_a_program_is_due_by_it_from_today(
    installation: Installation, tenant: Tenant
) -> None:
    async with at(installation, tenant) as tx:
        aircraft, other = await add_aircraft(tx, "G-ONE"), await add_aircraft(tx, "G-TWO")
        program = await by_hand(tx, days(20))

        shown = await assignments.assign(tx, program.id, to(aircraft.id))

        item = await the_item(tx, aircraft.id)
        (assigned,) = await events_of(tx, "due_item.assigned")
        (status,) = await events_of(tx, "due_item.status_changed")
        assert (shown.due_item_id, shown.status, shown.projected_on) == (
            item.id, DueStatus.NOTIFY, TODAY + timedelta(20),
        )  # fmt: skip
        assert (item.due_on, item.start_on) == (TODAY + timedelta(20), TODAY)
        assert assigned["aircraft"]["tail_number"] == status["aircraft"]["tail_number"] == "G-ONE"
        assert await next_due_of(tx, aircraft.id) == TODAY + timedelta(20)
        assert await due_items_of(tx, other.id) == []


async def test_an_aircraft_is_put_under_a_program_once(installation: Installation, tenant: Tenant) -> None:
    async with at(installation, tenant) as tx:
        aircraft = await add_aircraft(tx)
        program = await by_hand(tx)
        await assignments.assign(tx, program.id, to(aircraft.id))

        with pytest.raises(AlreadyAssigned):
            await assignments.assign(tx, program.id, to(aircraft.id))


async def test_a_retired_or_unknown_aircraft_is_put_under_no_program(
    installation: Installation, tenant: Tenant
) -> None:
    async with at(installation, tenant) as tx:
        retired = await add_aircraft(tx, status=AircraftStatus.RETIRED)
        program = await by_hand(tx)

        with pytest.raises(AircraftRetired):
            await assignments.assign(tx, program.id, to(retired.id))
        with pytest.raises(NotFound):
            await assignments.assign(tx, program.id, to(new_id()))


async def test_a_program_of_an_aircraft_or_a_model_is_not_assigned_by_hand(
    installation: Installation, tenant: Tenant
) -> None:
    async with at(installation, tenant) as tx:
        aircraft, other = await add_aircraft(tx, "G-ONE"), await add_aircraft(tx, "G-TWO", model="737-800")
        of_one = await following.create_program(tx, a_new_program(aircraft_id=aircraft.id))
        of_model = await following.create_program(tx, a_new_program(model="A320-214"))

        for program, applies_to in ((of_one, "one aircraft"), (of_model, "the model A320-214")):
            with pytest.raises(NotAssignedByHand, match=applies_to):
                await assignments.assign(tx, program.id, to(other.id))
            with pytest.raises(NotAssignedByHand, match=applies_to):
                await assignments.unassign(tx, program.id, aircraft.id)


async def test_an_aircraft_taken_from_under_a_program_is_due_by_it_no_more(
    installation: Installation, tenant: Tenant
) -> None:
    async with at(installation, tenant) as tx:
        aircraft = await add_aircraft(tx)
        program = await by_hand(tx, days(20))
        await assignments.assign(tx, program.id, to(aircraft.id))

        await assignments.unassign(tx, program.id, aircraft.id)

        assert await due_items_of(tx, aircraft.id) == []
        assert await next_due_of(tx, aircraft.id) is None
        assert await service.reproject(tx, [aircraft.id]) == 0
        (event,) = await events_of(tx, "due_item.unassigned")
        assert (event["program"]["id"], event["version"]) == (str(program.id), 2)
        with pytest.raises(NotFound):
            await assignments.unassign(tx, program.id, aircraft.id)


async def test_an_aircraft_assigned_again_keeps_what_was_last_done_and_has_the_present_limits(
    installation: Installation, tenant: Tenant
) -> None:
    async with at(installation, tenant) as tx:
        aircraft = await add_aircraft(tx, in_service_on=date(2026, 1, 1))
        program = await by_hand(tx, days(90))
        await assignments.assign(tx, program.id, to(aircraft.id))
        before = await the_item(tx, aircraft.id)
        await service.fulfil(
            tx, due_item_id=before.id, task_id=await add_closed_task(tx, program.id, aircraft.id),
            performed_at=NOW - timedelta(10), done=Readings(TODAY - timedelta(10), 0, 0),
        )  # fmt: skip
        await assignments.unassign(tx, program.id, aircraft.id)
        limits = (ordered(days(60)),)
        await following.edit_program(tx, program.id, ProgramChange(limits=limits), if_match=None)

        await assignments.assign(tx, program.id, to(aircraft.id))

        item = await the_item(tx, aircraft.id)
        assert (item.id, item.last_done_on) == (before.id, TODAY - timedelta(10))
        assert (item.due_on, item.status) == (TODAY + timedelta(50), DueStatus.OK)
        assert await next_due_of(tx, aircraft.id) == TODAY + timedelta(50)


async def add_closed_task(tx: Transaction, program_id: UUID, aircraft_id: UUID) -> UUID:
    """Insert a task of the item and cancel it at once, so that only its id is left."""
    task_id = await add_task(tx, await the_item(tx, aircraft_id), program_id, aircraft_id)
    await tx.run(
        "UPDATE maintenance_tasks SET state = 'cancelled', cancelled_at = $3, cancel_reason = 'test' "
        "WHERE org_id = $1 AND id = $2",
        tx.org_id, task_id, tx.now,
    )  # fmt: skip
    return task_id


async def test_an_aircraft_with_open_work_of_a_program_stays_under_it(
    installation: Installation, tenant: Tenant
) -> None:
    async with at(installation, tenant) as tx:
        busy, idle = await add_aircraft(tx, "G-ONE"), await add_aircraft(tx, "G-TWO")
        program = await by_hand(tx)
        for aircraft in (busy, idle):
            await assignments.assign(tx, program.id, to(aircraft.id))
        task_id = await add_task(tx, await the_item(tx, busy.id), program.id, busy.id)

        with pytest.raises(ProgramInUse) as refused:
            await assignments.unassign(tx, program.id, busy.id)
        await assignments.unassign(tx, program.id, idle.id)

        assert refused.value.reasons[0].ids == (str(task_id),)


async def test_a_program_assigned_by_hand_moves_with_its_limits_and_goes_with_the_program(
    installation: Installation, tenant: Tenant
) -> None:
    async with at(installation, tenant) as tx:
        aircraft = await add_aircraft(tx)
        program = await by_hand(tx, days(90))
        await assignments.assign(tx, program.id, to(aircraft.id))

        await following.edit_program(tx, program.id, ProgramChange(limits=(ordered(hours(10)),)), if_match=None)
        moved = await the_item(tx, aircraft.id)
        await following.delete_program(tx, program.id, if_match=None)

        assert (moved.due_minutes, moved.due_on) == (600, None)
        assert await due_items_of(tx, aircraft.id) == []


async def test_the_aircraft_under_a_program_are_listed_soonest_first(
    api: FrontDoor, tenant: Tenant, another_tenant: Tenant
) -> None:
    program = await a_program_by_hand(api, tenant)
    path = f"/maintenance-programs/{program['id']}"
    fleet = {tail: await an_aircraft(api, tenant, tail, rate) for tail, rate in FLEET}
    assigned = [
        await api(tenant.planner, f"POST {path}/assignments", {"aircraft_id": aircraft_id})
        for aircraft_id in fleet.values()
    ]

    first = await api(tenant.mechanic, f"GET {path}/assignments?limit=2&count=true")
    last = await api(tenant.mechanic, f"GET {path}/assignments?limit=2&cursor={first.json['next_cursor']}")
    foreign = await api(another_tenant.planner, f"GET {path}/assignments")

    shown = first.json["items"] + last.json["items"]
    assert [each["aircraft"]["tail_number"] for each in shown] == ["G-FAST", "G-SLOW", "G-REST"]
    assert {answer.status for answer in assigned} == {201}
    assert sorted(map(str, shown)) == sorted(str(answer.json) for answer in assigned)
    assert (first.json["total"], foreign.status) == (3, 404)

    gone = await api(tenant.planner, f"DELETE {path}/assignments/{fleet['G-SLOW']}")
    left = await api(tenant.mechanic, f"GET {path}/assignments")
    assert gone.status == 204
    assert [each["aircraft"]["tail_number"] for each in left.json["items"]] == ["G-FAST", "G-REST"]


FLEET = (("G-SLOW", 60), ("G-REST", None), ("G-FAST", 600))


async def test_two_people_who_assign_the_same_aircraft_at_once_assign_it_once(api: FrontDoor, tenant: Tenant) -> None:
    program = await a_program_by_hand(api, tenant)
    path = f"/maintenance-programs/{program['id']}/assignments"
    order = {"aircraft_id": await an_aircraft(api, tenant, "G-ABCD", None)}

    answers = await asyncio.gather(
        *(api(person, f"POST {path}", order) for person in (tenant.planner, tenant.tenant_admin))
    )

    assert sorted(answer.status for answer in answers) == [201, 409]
    assert len((await api(tenant.mechanic, f"GET {path}")).json["items"]) == 1


async def test_while_a_program_is_paused_its_aircraft_are_listed_without_a_status(
    api: FrontDoor, tenant: Tenant
) -> None:
    program = await a_program_by_hand(api, tenant)
    path = f"/maintenance-programs/{program['id']}"
    aircraft_id = await an_aircraft(api, tenant, "G-ABCD", 600)
    await api(tenant.planner, f"PATCH {path}", {"active": False})

    assigned = await api(tenant.planner, f"POST {path}/assignments", {"aircraft_id": aircraft_id})
    listed = await api(tenant.mechanic, f"GET {path}/assignments")
    due = await api(tenant.mechanic, "GET /due-items")

    assert listed.json["items"] == [assigned.json]
    assert (assigned.json["status"], assigned.json["projected_on"]) == (None, None)
    assert due.json["items"] == []


async def test_an_aircraft_assigned_again_is_announced_as_overdue_again(
    installation: Installation, tenant: Tenant
) -> None:
    async with at(installation, tenant) as tx:
        aircraft = await add_aircraft(tx, in_service_on=date(2020, 1, 1))
        program = await by_hand(tx, days(90))
        await assignments.assign(tx, program.id, to(aircraft.id))
        await assignments.unassign(tx, program.id, aircraft.id)

        again = await assignments.assign(tx, program.id, to(aircraft.id))

        told = await tx.connection.fetch(
            "SELECT event_type FROM outbox_events WHERE org_id = $1 AND aggregate_id = $2 ORDER BY sequence",
            tx.org_id, again.due_item_id,
        )  # fmt: skip
        assert [row["event_type"] for row in told] == [
            "due_item.assigned", "due_item.status_changed", "due_item.unassigned",
            "due_item.assigned", "due_item.status_changed",
        ]  # fmt: skip


async def test_an_extension_ends_with_the_assignment_and_does_not_come_back_with_it(
    api: FrontDoor, tenant: Tenant
) -> None:
    order = {"code": "SB-1", "name": "Service bulletin", "task_type": "repair", "limits": [EVERY_90_DAYS]}
    program = (await api(tenant.planner, "POST /maintenance-programs", order)).json
    path = f"/maintenance-programs/{program['id']}/assignments"
    aircraft_id = await an_aircraft(api, tenant, "G-ABCD", None, in_service_on=days_ago(100))
    assigned = await api(tenant.planner, f"POST {path}", {"aircraft_id": aircraft_id})
    await extend(api, tenant, {"id": assigned.json["due_item_id"]}, 15)
    extended = await api(tenant.mechanic, f"GET {path}")

    await api(tenant.planner, f"DELETE {path}/{aircraft_id}")
    back = await api(tenant.planner, f"POST {path}", {"aircraft_id": aircraft_id})
    in_force = await api(tenant.auditor, "GET /due-item-extensions?in_force=true")

    assert [each["status"] for each in extended.json["items"]] == ["in_extension"]
    assert (back.json["due_item_id"], back.json["status"]) == (assigned.json["due_item_id"], "overdue")
    assert in_force.json["items"] == []


async def test_another_tenants_programs_and_aircraft_are_not_assigned(
    api: FrontDoor, tenant: Tenant, another_tenant: Tenant
) -> None:
    ours, theirs = await a_program_by_hand(api, tenant), await a_program_by_hand(api, another_tenant)
    our_aircraft = await an_aircraft(api, tenant, "G-OURS", None)
    their_aircraft = await an_aircraft(api, another_tenant, "G-THEM", None)

    answers = [
        await api(
            tenant.planner,
            f"POST /maintenance-programs/{program['id']}/assignments",
            {"aircraft_id": aircraft_id},
        )
        for program, aircraft_id in ((ours, their_aircraft), (theirs, our_aircraft))
    ]

    assert [answer.status for answer in answers] == [404, 404]


async def a_program_by_hand(api: FrontDoor, tenant: Tenant) -> dict[str, Any]:
    order = {"code": "SB-1", "name": "Service bulletin", "task_type": "repair"}
    limit = {"interval_type": "flight_hours", "interval_value": 1_000}
    created = await api(tenant.planner, "POST /maintenance-programs", order | limit)
    assert created.status == 201, created.body
    return created.json


async def an_aircraft(api: FrontDoor, tenant: Tenant, tail_number: str, rate: int | None, **given: Any) -> str:
    order = {"tail_number": tail_number, "model": "A320-214", "planned_daily_minutes": rate, **given}
    created = await api(tenant.planner, "POST /aircraft", order)
    assert created.status == 201, created.body
    return created.json["id"]
