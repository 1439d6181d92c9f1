"""What must never happen: work shown as due later than the rules allow, or gone from the list without a word."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from amss.foundation.clock import system_clock
from builders.checks import sign_all_unseen
from builders.extensions import EVERY_90_DAYS, approve, ask, days_ago, do_the_work, extend, past_due, shown
from builders.flights import entered, flown
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.tasks import a_program, an_order, fleet_of_one, generate, move, plan, tasks_of
from builders.tenants import Tenant

EVERY_100_HOURS = {"interval_type": "flight_hours", "interval_minutes": 6_000}


async def the_item(api: FrontDoor, tenant: Tenant) -> dict[str, Any]:
    (item,) = (await api(tenant.planner, "GET /due-items")).json["items"]
    return item


async def edit_program(api: FrontDoor, tenant: Tenant, item: dict[str, Any], **change: Any) -> None:
    answer = await api(tenant.planner, f"PATCH /maintenance-programs/{item['program']['id']}", change)
    assert answer.status == 200, answer.body


@pytest.mark.parametrize(
    ("limit", "extension", "recurrence"),
    [({}, 15, "to_actual"), ({"late": 12}, None, "to_plan")],
    ids=["under an extension", "within the tolerance"],
)
async def test_a_reading_set_right_moves_no_limit_that_counts_on_another(
    api: FrontDoor,
    tenant: Tenant,
    installation: Installation,
    limit: dict[str, Any],
    extension: int | None,
    recurrence: str,
) -> None:
    item = await past_due(api, tenant.planner, days=10, limit=limit, recurrence=recurrence)
    if extension is not None:
        await extend(api, tenant, item, extension)
    await do_the_work(installation, tenant, item)
    before = await shown(api, tenant.planner, item)

    last = before["last_done"] | {"flight_minutes": before["last_done"]["flight_minutes"] - 1}
    order = {"last_done": last, "reason": "Misread"}
    version = {"if-match": f'"v{before["version"]}"'}
    changed = await api(tenant.planner, f"PATCH /due-items/{item['id']}", order, headers=version)

    assert changed.json["limits"][0]["due"] == before["limits"][0]["due"] == days_ago(10 - 90)


async def test_a_limit_that_is_taken_away_and_comes_back_counts_as_before(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    item = await past_due(api, tenant.planner, days=10)
    await extend(api, tenant, item, 15)
    await do_the_work(installation, tenant, item)

    for limits in ([EVERY_100_HOURS], [EVERY_90_DAYS]):
        await edit_program(api, tenant, item, limits=limits)

    assert (await shown(api, tenant.planner, item))["limits"][0]["due"] == days_ago(10 - 90)


@pytest.mark.parametrize("effective_from", [None, 5], ids=["at its assignment", "on a day that is past"])
async def test_a_start_that_counted_a_flight_too_long_moves_back(
    api: FrontDoor, tenant: Tenant, effective_from: int | None
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)
    await entered(api, tenant.planner, aircraft, flown(days_ago=8, minutes=1_400, external_id="BA1"))
    since = None if effective_from is None else days_ago(effective_from)
    await a_program(api, tenant.planner, limits=[EVERY_100_HOURS], effective_from=since)
    before = await the_item(api, tenant)

    await entered(api, tenant.planner, aircraft, flown(days_ago=8, minutes=140, external_id="BA1"))

    after = await the_item(api, tenant)
    assert (before["limits"][0]["remaining"], after["limits"][0]["remaining"]) == (6_000, 6_000)
    assert after["limits"][0]["due"] == before["limits"][0]["due"] - 1_260


async def test_a_flight_that_was_not_known_at_the_start_moves_it_nowhere(api: FrontDoor, tenant: Tenant) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)
    await a_program(api, tenant.planner, limits=[EVERY_100_HOURS])
    before = await the_item(api, tenant)

    for minutes in (900, 300):
        await entered(api, tenant.planner, aircraft, flown(days_ago=8, minutes=minutes, external_id="BA1"))

    after = await the_item(api, tenant)
    assert after["limits"][0]["due"] == before["limits"][0]["due"]
    assert after["limits"][0]["remaining"] == before["limits"][0]["remaining"] - 300


async def test_an_entry_into_service_set_right_moves_what_counts_from_it(api: FrontDoor, tenant: Tenant) -> None:
    aircraft = await fleet_of_one(api, tenant.planner, in_service_on=days_ago(30))
    await a_program(api, tenant.planner, limits=[EVERY_90_DAYS])

    await api(tenant.planner, f"PATCH /aircraft/{aircraft['id']}", {"in_service_on": days_ago(395)})

    item = await the_item(api, tenant)
    assert (item["start"]["on"], item["limits"][0]["due"], item["status"]) == (
        days_ago(395), days_ago(395 - 90), "overdue",
    )  # fmt: skip


async def test_what_falls_due_sooner_makes_its_task_late(api: FrontDoor, tenant: Tenant) -> None:
    item = await past_due(api, tenant.planner, days=-20)
    await generate(api, tenant.planner)
    (planned,) = await tasks_of(api, tenant.planner)

    await edit_program(api, tenant, item, limits=[{"interval_type": "calendar", "interval": 60}])

    (task,) = await tasks_of(api, tenant.planner)
    assert (planned["late"], task["late"]) == (False, True)
    assert (task["start_time"], task["version"]) == (planned["start_time"], planned["version"])


async def test_what_a_new_model_takes_off_the_list_stands_in_the_audit_trail(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    item = await past_due(api, tenant.planner)
    model = (await api(tenant.planner, f"GET /aircraft/{item['aircraft']['id']}")).json["model"]

    for each in ("A320-215", model):
        await api(tenant.planner, f"PATCH /aircraft/{item['aircraft']['id']}", {"model": each})

    told = await installation.owner.fetch(
        "SELECT event_type FROM outbox_events WHERE aggregate_id = $1 ORDER BY sequence", UUID(item["id"])
    )
    assert [row["event_type"] for row in told][-2:] == ["due_item.unassigned", "due_item.assigned"]


async def test_an_extension_replaced_after_the_work_counts_for_late_paperwork(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    item = await past_due(api, tenant.planner, days=10)
    first = await extend(api, tenant, item, 15)
    await installation.owner.execute(
        "UPDATE due_item_extensions SET requested_at = $2, decided_at = $2 WHERE id = $1",
        UUID(first["id"]),
        system_clock() - timedelta(5),
    )
    await extend(api, tenant, item, 18)

    await do_the_work(installation, tenant, item, days_ago=3)

    assert (await shown(api, tenant.planner, item))["limits"][0]["due"] == days_ago(10 - 90)


async def test_readings_are_doubted_also_while_the_program_is_not_assigned(api: FrontDoor, tenant: Tenant) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)
    program = await a_program(api, tenant.planner, limits=[EVERY_100_HOURS], model=None)
    assignments = f"/maintenance-programs/{program['id']}/assignments"
    await api(tenant.planner, f"POST {assignments}", {"aircraft_id": aircraft["id"]})
    await entered(api, tenant.planner, aircraft, flown(days_ago=20, minutes=1_400, external_id="BA1"))
    item = await the_item(api, tenant)
    order = {"last_done": {"on": days_ago(10), "flight_minutes": 7_400, "cycles": 70}, "reason": "Taken over"}
    await api(tenant.planner, f"PATCH /due-items/{item['id']}", order, headers={"if-match": '"v1"'})

    await api(tenant.planner, f"DELETE {assignments}/{aircraft['id']}")
    await entered(api, tenant.planner, aircraft, flown(days_ago=20, minutes=140, external_id="BA1"))
    await api(tenant.planner, f"POST {assignments}", {"aircraft_id": aircraft["id"]})

    assert (await the_item(api, tenant))["needs_confirmation"] is True


@pytest.mark.parametrize("by_key", ["asked", "decided"])
async def test_four_eyes_are_those_of_two_people(api: FrontDoor, tenant: Tenant, by_key: str) -> None:
    item = await past_due(api, tenant.planner, days=10)
    role = {"asked": "scheduler", "decided": "tenant_admin"}[by_key]
    key = (await api(tenant.tenant_admin, "POST /api-keys", {"name": "mine", "role": role})).json["secret"]

    if by_key == "asked":
        answer = await ask(api, key, item)
    else:
        answer = await approve(api, key, (await ask(api, tenant.planner, item)).json)

    assert (answer.status, answer.code) == (403, "FORBIDDEN")


async def test_a_draft_is_previewed_by_limits_it_did_not_have(api: FrontDoor, tenant: Tenant) -> None:
    await fleet_of_one(api, tenant.planner)
    draft = await a_program(api, tenant.planner, limits=[EVERY_90_DAYS], active=False)

    change = {"limits": [EVERY_100_HOURS], "active": True}
    preview = await api(tenant.planner, f"POST /maintenance-programs/{draft['id']}/preview", change)

    assert (preview.status, preview.json["moved"]) == (200, 1)


async def test_late_paperwork_without_readings_counts_from_the_counters_of_its_day(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)
    program = await a_program(api, tenant.planner, limits=[EVERY_100_HOURS])
    await entered(api, tenant.planner, aircraft, flown(days_ago=10, minutes=600))
    await entered(api, tenant.planner, aircraft, flown(days_ago=2, minutes=900))
    start = (await the_item(api, tenant))["start"]["flight_minutes"]
    order = an_order(aircraft, starts=-1, program_id=program["id"], assigned_mechanic_id=str(tenant.mechanic.id))
    task = await plan(api, tenant.planner, order)
    await move(api, tenant.mechanic, task, "in_progress")

    await sign_all_unseen(installation, task, tenant.mechanic)
    performed_at = system_clock() - timedelta(5)
    done = await move(api, tenant.mechanic, task, "completed", notes="Done", performed_at=performed_at)

    assert done.status == 200, done.body
    assert (await the_item(api, tenant))["last_done"]["flight_minutes"] == start + 600
