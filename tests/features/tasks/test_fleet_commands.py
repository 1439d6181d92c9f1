"""Grounding, releasing and retiring an aircraft through the front door."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from amss.foundation.clock import system_clock
from builders.flights import enter, flown
from builders.front_door import FrontDoor, Reply
from builders.installation import Installation
from builders.tasks import a_program, an_order, due_items_of, fleet_of_one, generate, move, plan
from builders.tenants import Person, Tenant

COMMANDS = ("ground", "release", "retire")
STEPS = [("operational", "ground"), ("grounded", "release"), ("operational", "retire")]


async def order(
    api: FrontDoor, person: Person, command: str, aircraft: dict[str, Any], reason: str = "As agreed", **headers: str
) -> Reply:
    """Ground, release or retire an aircraft."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return await api(person, f"POST /aircraft/{aircraft['id']}/{command}", {"reason": reason}, headers=sent)


async def ordered(
    api: FrontDoor, person: Person, command: str, aircraft: dict[str, Any], reason: str = "As agreed"
) -> dict[str, Any]:
    """Ground, release or retire an aircraft that nothing keeps from it."""
    reply = await order(api, person, command, aircraft, reason)
    assert reply.status == 200, reply.body
    return reply.json


async def shown(api: FrontDoor, person: Person, aircraft: dict[str, Any]) -> dict[str, Any]:
    return (await api(person, f"GET /aircraft/{aircraft['id']}")).json


def long_ago() -> str:
    """Return a day since when a program of twenty days is overdue."""
    return (system_clock() - timedelta(days=100)).date().isoformat()


async def test_a_grounded_aircraft_says_why_until_it_is_released(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any]
) -> None:
    grounded = await ordered(api, tenant.mechanic, "ground", aircraft, " Bird strike ")
    while_grounded = await shown(api, tenant.planner, aircraft)
    released = await ordered(api, tenant.planner, "release", aircraft, "Engine inspected")

    assert (grounded["status"], grounded["grounded_reason"], grounded["version"]) == ("grounded", "Bird strike", 2)
    assert while_grounded == grounded
    assert (released["status"], released["grounded_reason"], released["version"]) == ("operational", None, 3)
    assert await shown(api, tenant.planner, aircraft) == released


@pytest.mark.parametrize(("before", "command", "after"), [
    ("operational", "ground", "grounded"),
    ("grounded", "release", "operational"),
    ("operational", "retire", "retired"),
    ("grounded", "retire", "retired"),
])  # fmt: skip
async def test_each_command_leads_from_one_status_to_another(
    api: FrontDoor, tenant: Tenant, before: str, command: str, after: str
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner, status=before)

    assert (await ordered(api, tenant.tenant_admin, command, aircraft))["status"] == after


@pytest.mark.parametrize(("status", "command", "code"), [
    ("grounded", "ground", "CONFLICT"),
    ("operational", "release", "CONFLICT"),
    ("retired", "ground", "AIRCRAFT_RETIRED"),
    ("retired", "release", "AIRCRAFT_RETIRED"),
    ("retired", "retire", "AIRCRAFT_RETIRED"),
])  # fmt: skip
async def test_no_aircraft_becomes_what_it_is_and_none_comes_back_from_retirement(
    api: FrontDoor, tenant: Tenant, status: str, command: str, code: str
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner, status=status)

    refused = await order(api, tenant.planner, command, aircraft)

    assert (refused.status, refused.code) == (409, code)
    assert await shown(api, tenant.planner, aircraft) == aircraft


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("body", [{}, {"reason": None}, {"reason": ""}, {"reason": "  "}, {"reason": "x" * 501}])
async def test_a_status_does_not_change_without_a_reason(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], command: str, body: dict[str, Any]
) -> None:
    refused = await api(tenant.planner, f"POST /aircraft/{aircraft['id']}/{command}", body)

    assert (refused.status, refused.code) == (422, "VALIDATION")
    assert [fault["pointer"] for fault in refused.json["errors"]] == ["/reason"]


async def test_a_mechanic_grounds_and_leaves_the_rest_to_planners_and_an_auditor_watches(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any]
) -> None:
    grounded = await order(api, tenant.mechanic, "ground", aircraft)
    refused = [await order(api, tenant.mechanic, command, aircraft) for command in ("release", "retire")]
    refused += [await order(api, tenant.auditor, command, aircraft) for command in COMMANDS]

    assert grounded.status == 200
    assert [(each.status, each.code) for each in refused] == [(403, "FORBIDDEN")] * 5


async def test_an_aircraft_grounded_during_its_work_stays_so_when_the_work_ends(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], its: dict[str, Any]
) -> None:
    task = await plan(api, tenant.planner, an_order(aircraft, **its))
    await move(api, tenant.mechanic, task, "in_progress")

    grounded = await ordered(api, tenant.mechanic, "ground", aircraft, "Crack found")
    await move(api, tenant.mechanic, task, "completed", notes="Done")
    after_work = await shown(api, tenant.planner, aircraft)

    assert (grounded["status"], after_work["status"]) == ("grounded", "grounded")
    assert after_work["grounded_reason"] == "Crack found"
    assert (await ordered(api, tenant.planner, "release", aircraft))["status"] == "operational"


async def test_everything_that_keeps_an_aircraft_from_its_release_is_said_at_once(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], its: dict[str, Any]
) -> None:
    await a_program(api, tenant.planner, effective_from=long_ago())
    (item,) = await due_items_of(api, tenant.planner)
    task = await plan(api, tenant.planner, an_order(aircraft, **its))
    await move(api, tenant.mechanic, task, "in_progress")
    await ordered(api, tenant.mechanic, "ground", aircraft)

    refused = await order(api, tenant.planner, "release", aircraft)

    assert (refused.status, refused.code) == (409, "AIRCRAFT_NOT_READY")
    assert refused.json["reasons"] == [
        {"code": "TASK_IN_PROGRESS", "message": "A check is in progress.", "ids": [task["id"]]},
        {"code": "OVERDUE", "message": "A-CHK (A check) is overdue.", "ids": [item["id"]]},
    ]
    assert refused.json["detail"] == (
        "G-ABCD cannot be released. A check is in progress. A-CHK (A check) is overdue."
    )
    assert (await shown(api, tenant.planner, aircraft))["status"] == "grounded"


async def test_an_aircraft_in_maintenance_is_given_back_by_its_work_and_not_by_a_release(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], its: dict[str, Any]
) -> None:
    task = await plan(api, tenant.planner, an_order(aircraft, **its))
    await move(api, tenant.mechanic, task, "in_progress")

    refused = await order(api, tenant.planner, "release", aircraft)

    assert (refused.status, refused.code) == (409, "AIRCRAFT_NOT_READY")
    assert [reason["ids"] for reason in refused.json["reasons"]] == [[task["id"]]]


async def test_planned_work_and_a_soft_limit_keep_no_aircraft_on_the_ground(
    api: FrontDoor, tenant: Tenant, its: dict[str, Any]
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner, status="grounded")
    soft = {"interval_type": "calendar", "unit": "days", "interval": 20, "hard": False}
    await a_program(api, tenant.planner, limits=[soft], effective_from=long_ago())
    await plan(api, tenant.planner, an_order(aircraft, **its))

    assert [item["status"] for item in await due_items_of(api, tenant.planner)] == ["due"]
    assert (await ordered(api, tenant.planner, "release", aircraft))["status"] == "operational"


async def test_what_time_alone_made_overdue_since_it_was_last_looked_at_stands_in_the_way(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner, status="grounded")
    await a_program(api, tenant.planner, effective_from=long_ago())
    await installation.owner.execute("UPDATE due_items SET status = 'ok' WHERE org_id = $1", tenant.org_id)

    refused = await order(api, tenant.planner, "release", aircraft)

    assert (refused.status, refused.code) == (409, "AIRCRAFT_NOT_READY")
    assert [reason["code"] for reason in refused.json["reasons"]] == ["OVERDUE"]


async def test_a_program_that_is_paused_releases_no_aircraft(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner, status="grounded")
    program = await a_program(api, tenant.planner, effective_from=long_ago())
    await api(tenant.planner, f"PATCH /maintenance-programs/{program['id']}", {"active": False})
    # It became overdue while the program was paused, when nobody looked.
    await installation.owner.execute("UPDATE due_items SET status = 'ok' WHERE org_id = $1", tenant.org_id)

    paused = await order(api, tenant.planner, "release", aircraft)
    await api(tenant.planner, f"DELETE /maintenance-programs/{program['id']}")
    released = await order(api, tenant.planner, "release", aircraft)

    assert (paused.status, paused.code) == (409, "AIRCRAFT_NOT_READY")
    assert [reason["message"] for reason in paused.json["reasons"]] == [
        "A-CHK (A check) is overdue, though the program is paused."
    ]
    assert (released.status, released.json["status"]) == (200, "operational")


@pytest.mark.parametrize("begun", [False, True])
async def test_an_aircraft_with_open_work_is_not_retired(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], its: dict[str, Any], *, begun: bool
) -> None:
    task = await plan(api, tenant.planner, an_order(aircraft, **its))
    if begun:
        await move(api, tenant.mechanic, task, "in_progress")

    refused = await order(api, tenant.planner, "retire", aircraft)
    await move(api, tenant.planner, task, "cancelled", reason="To be retired")

    assert (refused.status, refused.code) == (409, "IN_USE")
    assert [reason["ids"] for reason in refused.json["reasons"]] == [[task["id"]]]
    assert (await ordered(api, tenant.planner, "retire", aircraft))["status"] == "retired"


async def test_a_retired_aircraft_takes_no_new_work_and_no_flights(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any]
) -> None:
    await ordered(api, tenant.planner, "retire", aircraft)

    task = await api(tenant.planner, "POST /maintenance-tasks", an_order(aircraft))
    flight = await enter(api, tenant.planner, aircraft, flown())

    assert [(each.status, each.code) for each in (task, flight)] == [(409, "AIRCRAFT_RETIRED")] * 2


async def test_nothing_is_due_on_a_retired_aircraft_and_nothing_makes_it_due_again(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any]
) -> None:
    program = await a_program(api, tenant.planner, days=10)
    await a_program(api, tenant.planner, code="B-CHK")
    was_due = (await shown(api, tenant.planner, aircraft))["next_due"]

    retired = await ordered(api, tenant.planner, "retire", aircraft)
    generated = await generate(api, tenant.planner)
    await api(tenant.planner, f"DELETE /maintenance-programs/{program['id']}")
    edited = await api(tenant.planner, f"PATCH /aircraft/{aircraft['id']}", {"planned_daily_minutes": 60})

    assert was_due is not None
    assert (retired["next_due"], edited.json["next_due"]) == (None, None)
    assert await due_items_of(api, tenant.planner) == []
    assert generated == (0, 0)


async def test_a_release_counts_what_is_due_by_the_present_day(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner, status="grounded")
    await a_program(api, tenant.planner)
    was_due = (await shown(api, tenant.planner, aircraft))["next_due"]
    await installation.owner.execute("UPDATE aircraft SET next_due = NULL WHERE id = $1", UUID(aircraft["id"]))

    released = await ordered(api, tenant.planner, "release", aircraft)

    assert was_due is not None
    assert released["next_due"] == was_due
    assert await shown(api, tenant.planner, aircraft) == released


@pytest.mark.parametrize(("before", "command"), STEPS)
async def test_the_change_its_audit_row_and_its_event_tell_the_reason(
    api: FrontDoor, tenant: Tenant, installation: Installation, before: str, command: str
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner, status=before)

    changed = await ordered(api, tenant.planner, command, aircraft, "Written in the log")

    audit = await installation.owner.fetch(
        "SELECT * FROM audit_logs WHERE org_id = $1 AND action = 'state_change'", tenant.org_id
    )
    events = await installation.owner.fetch(
        "SELECT * FROM outbox_events WHERE org_id = $1 AND event_type = 'aircraft.status_changed'", tenant.org_id
    )
    assert [(row["entity_version"], row["user_id"], row["reason"]) for row in audit] == [
        (2, tenant.planner.id, "Written in the log")
    ]
    (told,) = (msgspec.json.decode(row["payload"]) for row in events)
    assert {name: told[name] for name in changed} == changed
    assert (told["reason"], told["previous"]["status"]) == ("Written in the log", before)


@pytest.mark.parametrize(("before", "command"), STEPS)
async def test_a_version_is_judged_where_it_is_sent_and_goes_before_the_status(
    api: FrontDoor, tenant: Tenant, before: str, command: str
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner, status=before)

    stale = await order(api, tenant.planner, command, aircraft, if_match='"v9"')
    done = await order(api, tenant.planner, command, aircraft, if_match='"v1"')
    repeated = await order(api, tenant.planner, command, aircraft, if_match='"v1"')

    assert [(each.status, each.code) for each in (stale, repeated)] == [(412, "PRECONDITION_FAILED")] * 2
    assert (done.status, done.headers["etag"]) == (200, '"v2"')


async def test_a_command_repeated_under_its_key_is_done_once(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any]
) -> None:
    first = await order(api, tenant.mechanic, "ground", aircraft, idempotency_key="aog-1")
    again = await order(api, tenant.mechanic, "ground", aircraft, idempotency_key="aog-1")
    another = await order(api, tenant.mechanic, "ground", aircraft, "Another", idempotency_key="aog-1")

    assert (again.status, again.body, again.headers["idempotent-replayed"]) == (200, first.body, "true")
    assert (another.status, another.code) == (409, "IDEMPOTENCY_CONFLICT")
