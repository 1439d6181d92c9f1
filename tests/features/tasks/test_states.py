"""A task started, completed and cancelled through the front door, and what becomes of its aircraft."""

from datetime import timedelta
from typing import Any

from amss.foundation.access import Role
from amss.foundation.clock import system_clock
from builders.checks import checks_of
from builders.flights import entered, flown, totals_of
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.tasks import NOTHING_BELONGS_TO_IT, an_order, events_of, fleet_of_one, move, plan, written
from builders.tenants import Person, Tenant, a_person


async def status_of(api: FrontDoor, person: Person, aircraft: dict[str, Any]) -> str:
    return (await api(person, f"GET /aircraft/{aircraft['id']}")).json["status"]


async def test_a_completed_task_looks_the_same_answered_and_shown(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], its: dict[str, Any]
) -> None:
    task = await plan(api, tenant.planner, an_order(aircraft, **its))
    await move(api, tenant.mechanic, task, "in_progress")

    completed = await move(api, tenant.mechanic, task, "completed", notes="As the manual says")
    shown = await api(tenant.planner, f"GET /maintenance-tasks/{task['id']}")

    assert completed.json["readings"] == {"flight_minutes": 6000, "cycles": 70}
    assert shown.json == completed.json | NOTHING_BELONGS_TO_IT


async def test_the_change_its_audit_row_and_its_event_are_written_together(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], installation: Installation, its: dict[str, Any]
) -> None:
    task = await plan(api, tenant.planner, an_order(aircraft, **its))
    await move(api, tenant.mechanic, task, "in_progress")
    await move(api, tenant.mechanic, task, "completed", notes="Done")

    audit = await installation.owner.fetch(
        """
        SELECT action, entity_version, user_id, details FROM audit_logs
        WHERE org_id = $1 AND entity_type = 'maintenance-task' ORDER BY id
        """,
        tenant.org_id,
    )

    assert [(row["action"], row["entity_version"], row["user_id"]) for row in audit] == [
        ("create", 1, tenant.planner.id),
        ("state_change", 2, tenant.mechanic.id),
        ("state_change", 3, tenant.mechanic.id),
    ]
    assert await events_of(installation, tenant.org_id) == [
        "aircraft.created",
        "task.created",
        "task.state_changed",
        "aircraft.status_changed",
        "aircraft.status_changed",
        "task.state_changed",
    ]


async def test_work_takes_the_aircraft_into_maintenance_and_the_last_gives_it_back(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], installation: Installation, its: dict[str, Any]
) -> None:
    another = await a_person(installation, tenant.org_id, Role.MECHANIC)
    first = await plan(api, tenant.planner, an_order(aircraft, **its))
    second = await plan(api, tenant.planner, an_order(aircraft, assigned_mechanic_id=str(another.id)))
    seen: list[str] = []

    for person, task, state in (
        (tenant.mechanic, first, "in_progress"),
        (another, second, "in_progress"),
        (tenant.mechanic, first, "completed"),
        (another, second, "completed"),
    ):
        moved = await move(api, person, task, state, notes="Done")
        assert moved.status == 200, moved.body
        seen.append(await status_of(api, tenant.planner, aircraft))

    shown = (await api(tenant.planner, f"GET /aircraft/{aircraft['id']}")).json
    assert seen == ["maintenance", "maintenance", "maintenance", "operational"]
    assert shown["last_maintenance"] == moved.json["performed_at"]


async def test_a_grounded_aircraft_stays_grounded(api: FrontDoor, tenant: Tenant, its: dict[str, Any]) -> None:
    grounded = await fleet_of_one(api, tenant.planner, tail_number="G-AOG", status="grounded")
    task = await plan(api, tenant.planner, an_order(grounded, **its))

    await move(api, tenant.mechanic, task, "in_progress")
    during = await status_of(api, tenant.planner, grounded)
    await move(api, tenant.mechanic, task, "completed", notes="Done")

    assert (during, await status_of(api, tenant.planner, grounded)) == ("grounded", "grounded")


async def test_a_cancelled_task_gives_the_aircraft_and_its_slot_back(
    api: FrontDoor, tenant: Tenant, its: dict[str, Any]
) -> None:
    narrow = await fleet_of_one(api, tenant.planner, tail_number="G-ONE", capacity_slots=1)
    task = await plan(api, tenant.planner, an_order(narrow, **its))
    await move(api, tenant.mechanic, task, "in_progress")

    cancelled = await move(api, tenant.planner, task, "cancelled", reason="Hangar flooded")
    again = await api(tenant.planner, "POST /maintenance-tasks", an_order(narrow, **its))

    assert (cancelled.status, cancelled.json["cancel_reason"]) == (200, "Hangar flooded")
    assert await status_of(api, tenant.planner, narrow) == "operational"
    assert again.status == 201


async def test_late_paperwork_does_not_move_the_last_maintenance_back(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], its: dict[str, Any]
) -> None:
    days_ago = written(system_clock() - timedelta(days=3))
    performed: list[str] = []

    steps: list[tuple[int, dict[str, Any]]] = [(-5, {}), (0, {"performed_at": days_ago})]
    for starts, when in steps:
        task = await plan(api, tenant.planner, an_order(aircraft, starts=starts, **its))
        await move(api, tenant.mechanic, task, "in_progress")
        completed = await move(api, tenant.mechanic, task, "completed", notes="Done", **when)
        performed.append(completed.json["performed_at"])
    shown = (await api(tenant.planner, f"GET /aircraft/{aircraft['id']}")).json

    assert performed[1] == days_ago
    assert shown["last_maintenance"] == performed[0]


async def test_work_reported_late_was_done_at_the_counters_of_its_day(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], its: dict[str, Any]
) -> None:
    before = await totals_of(api, tenant.planner, aircraft)
    for days_ago in (4, 3, 2, 0):
        await entered(api, tenant.planner, aircraft, flown(days_ago=days_ago, minutes=90, cycles=2))
    task = await plan(api, tenant.planner, an_order(aircraft, **its))
    await move(api, tenant.mechanic, task, "in_progress")
    three_days_ago = written(system_clock() - timedelta(days=3))

    completed = await move(api, tenant.mechanic, task, "completed", notes="Done", performed_at=three_days_ago)

    minutes, cycles = before
    assert completed.json["readings"] == {"flight_minutes": minutes + 2 * 90, "cycles": cycles + 2 * 2}


async def test_everything_missing_for_completion_is_said_at_once(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], its: dict[str, Any]
) -> None:
    task = await plan(api, tenant.planner, an_order(aircraft, type="inspection", **its))
    [check] = await checks_of(api, tenant.mechanic, task)

    refused = await move(api, tenant.mechanic, task, "completed")

    assert (refused.status, refused.code) == (409, "TASK_NOT_READY")
    assert [reason["code"] for reason in refused.json["reasons"]] == [
        "NOT_STARTED", "NOTES_MISSING", "CHECK_UNSIGNED",
    ]  # fmt: skip
    assert refused.json["reasons"][2]["ids"] == [check["id"]]


async def test_a_task_starts_neither_early_nor_without_a_mechanic(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any]
) -> None:
    task = await plan(api, tenant.planner, an_order(aircraft, starts=1))

    refused = await move(api, tenant.planner, task, "in_progress")

    assert [reason["code"] for reason in refused.json["reasons"]] == ["MECHANIC_MISSING", "TOO_EARLY"]


async def test_the_policy_says_how_early_a_task_may_start(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], installation: Installation, its: dict[str, Any]
) -> None:
    await installation.owner.execute(
        "UPDATE org_policies SET early_start_minutes = 90 WHERE org_id = $1", tenant.org_id
    )
    task = await plan(api, tenant.planner, an_order(aircraft, starts=1, **its))

    assert (await move(api, tenant.mechanic, task, "in_progress")).status == 200


async def test_a_step_is_taken_once_and_a_closed_task_takes_none(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], its: dict[str, Any]
) -> None:
    task = await plan(api, tenant.planner, an_order(aircraft, **its))
    await move(api, tenant.mechanic, task, "in_progress")

    again = await move(api, tenant.mechanic, task, "in_progress")
    back = await move(api, tenant.mechanic, task, "scheduled")
    await move(api, tenant.mechanic, task, "completed", notes="Done")
    closed = [
        await move(api, tenant.planner, task, state, reason="x")
        for state in ("in_progress", "completed", "cancelled")
    ]

    assert [(each.status, each.code) for each in (again, back)] == [(409, "CONFLICT")] * 2
    assert [(each.status, each.code) for each in closed] == [(409, "TASK_CLOSED")] * 3


async def test_a_stale_version_is_refused_before_the_state_is_judged(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], its: dict[str, Any]
) -> None:
    task = await plan(api, tenant.planner, an_order(aircraft, **its))
    await move(api, tenant.mechanic, task, "in_progress", if_match=1)

    stale = await move(api, tenant.mechanic, task, "in_progress", if_match=1)

    assert (stale.status, stale.code) == (412, "PRECONDITION_FAILED")


async def test_a_mechanic_works_on_his_own_tasks_and_cancels_none(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], installation: Installation, its: dict[str, Any]
) -> None:
    another = await a_person(installation, tenant.org_id, Role.MECHANIC)
    task = await plan(api, tenant.planner, an_order(aircraft, **its))

    anothers = await move(api, another, task, "in_progress")
    cancelling = await move(api, tenant.mechanic, task, "cancelled", reason="x")
    auditing = await move(api, tenant.auditor, task, "in_progress")
    ordering = await api(tenant.mechanic, "POST /maintenance-tasks", an_order(aircraft))

    refusals = (anothers, cancelling, auditing, ordering)
    assert [(each.status, each.code) for each in refusals] == [(403, "FORBIDDEN")] * 4


async def test_an_admin_plans_and_cancels_for_a_tenant_but_does_not_do_the_work(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], installation: Installation, its: dict[str, Any]
) -> None:
    the_admin = await a_person(installation, tenant.org_id, Role.ADMIN)
    acting_for = {"x-org-id": str(tenant.org_id)}
    task = (await api(the_admin, "POST /maintenance-tasks", an_order(aircraft, **its), headers=acting_for)).json
    route = f"PATCH /maintenance-tasks/{task['id']}/state"

    starting = await api(the_admin, route, {"state": "in_progress"}, headers=acting_for)
    cancelling = await api(the_admin, route, {"state": "cancelled", "reason": "Asked to"}, headers=acting_for)

    assert (starting.status, cancelling.status) == (403, 200)


async def test_a_day_after_the_start_only_a_tenant_admin_cancels(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any]
) -> None:
    task = await plan(api, tenant.planner, an_order(aircraft, starts=-25))

    the_planner = await move(api, tenant.planner, task, "cancelled", reason="Missed", allow_late_cancel=True)
    the_tenant_admin = await move(
        api, tenant.tenant_admin, task, "cancelled", reason="Missed", allow_late_cancel=True
    )

    assert [reason["code"] for reason in the_planner.json["reasons"]] == ["LATE_CANCEL"]
    assert the_planner.json["reasons"][0]["message"].startswith("Its planned start is more than 24 hours ago")
    assert the_tenant_admin.status == 200


async def test_a_cancellation_without_reason_and_a_step_with_foreign_fields_are_refused(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any]
) -> None:
    task = await plan(api, tenant.planner, an_order(aircraft))

    groundless = await move(api, tenant.planner, task, "cancelled")
    misplaced = await move(api, tenant.planner, task, "in_progress", readings={"flight_minutes": "1:30", "cycles": 1})
    unknown = await move(api, tenant.planner, task, "in_progress", mood="good")

    assert (groundless.code, groundless.json["reasons"][0]["code"]) == ("TASK_NOT_READY", "REASON_MISSING")
    assert (misplaced.status, misplaced.json["errors"][0]["pointer"]) == (422, "/readings")
    assert (unknown.status, unknown.json["errors"][0]["pointer"]) == (422, "/mood")


async def test_a_slip_of_the_keyboard_in_the_readings_is_refused_and_nothing_is_done(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], its: dict[str, Any]
) -> None:
    task = await plan(api, tenant.planner, an_order(aircraft, **its))
    await move(api, tenant.mechanic, task, "in_progress")
    slip = {"flight_minutes": 1_900_000_000, "cycles": 71}

    refused = await move(api, tenant.mechanic, task, "completed", notes="Done", readings=slip)
    shown = await api(tenant.planner, f"GET /maintenance-tasks/{task['id']}")

    assert (refused.status, refused.code) == (422, "VALIDATION")
    assert [fault["pointer"] for fault in refused.json["errors"]] == ["/readings/flight_minutes"]
    assert (shown.json["state"], shown.json["version"]) == ("in_progress", 2)
