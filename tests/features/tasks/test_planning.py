"""Putting work on aircraft, finding it, and taking it back, through the front door."""

from typing import Any

from amss.foundation.ids import new_id
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.tasks import NOTHING_BELONGS_TO_IT, an_order, events_of, fleet_of_one, move, plan
from builders.tenants import Person, Tenant


async def test_a_task_looks_the_same_created_shown_and_listed(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], its: dict[str, Any]
) -> None:
    order = an_order(aircraft, starts=1.5, notes="Bring the long ladder", priority="urgent", **its)
    created = await api(tenant.planner, "POST /maintenance-tasks", order)

    shown = await api(tenant.mechanic, f"GET /maintenance-tasks/{created.json['id']}")
    listed = await api(tenant.auditor, "GET /maintenance-tasks?count=true")

    assert (created.status, created.headers["etag"]) == (201, '"v1"')
    assert order.items() <= created.json.items()
    assert (created.json["state"], created.json["slot"]) == ("scheduled", 1)
    assert shown.json == created.json | NOTHING_BELONGS_TO_IT
    assert listed.json == {"items": [created.json], "next_cursor": None, "total": 1}


async def test_blank_notes_are_none(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], its: dict[str, Any]
) -> None:
    planned = [await plan(api, tenant.planner, an_order(aircraft, notes="  ", **whose)) for whose in ({}, its)]

    assert [each["notes"] for each in planned] == [None, None]


async def test_a_full_aircraft_takes_no_more_work_in_the_window(api: FrontDoor, tenant: Tenant) -> None:
    narrow = await fleet_of_one(api, tenant.planner, tail_number="G-ONE", capacity_slots=1)
    first = await plan(api, tenant.planner, an_order(narrow, starts=1, hours=4))

    overlapping = await api(tenant.planner, "POST /maintenance-tasks", an_order(narrow, starts=2))
    following = await api(tenant.planner, "POST /maintenance-tasks", an_order(narrow, starts=5))

    assert (overlapping.status, overlapping.code) == (409, "TASK_OVERLAP")
    assert [reason["ids"] for reason in overlapping.json["reasons"]] == [[first["id"]]]
    assert following.status == 201


async def test_a_mechanic_is_not_in_two_places(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], its: dict[str, Any]
) -> None:
    another = await fleet_of_one(api, tenant.planner, tail_number="G-TWO")
    first = await plan(api, tenant.planner, an_order(aircraft, **its))

    busy = await api(tenant.planner, "POST /maintenance-tasks", an_order(another, starts=1, **its))
    a_week_with_a_team = await api(tenant.planner, "POST /maintenance-tasks", an_order(another, hours=170, **its))

    assert (busy.status, busy.code, busy.json["reasons"][0]["ids"]) == (409, "MECHANIC_BUSY", [first["id"]])
    assert a_week_with_a_team.status == 201


async def test_only_active_mechanics_are_given_work(
    api: FrontDoor, tenant: Tenant, another_tenant: Tenant, aircraft: dict[str, Any], installation: Installation
) -> None:
    await installation.owner.execute("UPDATE users SET active = false WHERE id = $1", tenant.mechanic.id)

    answers = {
        name: await api(tenant.planner, "POST /maintenance-tasks", an_order(aircraft, assigned_mechanic_id=str(who)))
        for name, who in {
            "the planner": tenant.planner.id,
            "a mechanic on leave": tenant.mechanic.id,
            "another tenant's": another_tenant.mechanic.id,
            "nobody": new_id(),
        }.items()
    }

    assert {name: (each.status, each.code) for name, each in answers.items()} == {
        "the planner": (422, "VALIDATION"),
        "a mechanic on leave": (422, "VALIDATION"),
        "another tenant's": (404, "NOT_FOUND"),
        "nobody": (404, "NOT_FOUND"),
    }


async def test_a_retired_aircraft_takes_no_new_work(api: FrontDoor, tenant: Tenant) -> None:
    retired = await fleet_of_one(api, tenant.planner, tail_number="G-OLD", status="retired")

    refused = await api(tenant.planner, "POST /maintenance-tasks", an_order(retired))

    assert (refused.status, refused.code, refused.json["detail"]) == (409, "AIRCRAFT_RETIRED", "G-OLD is retired.")


async def test_every_wrong_field_is_named_at_once(api: FrontDoor, tenant: Tenant) -> None:
    order = {"aircraft_id": "x", "type": "wash", "start_time": "2026-11-24T08:00:00", "slot": 3}

    refused = await api(tenant.planner, "POST /maintenance-tasks", order)

    assert (refused.status, refused.code) == (422, "VALIDATION")
    assert {fault["pointer"] for fault in refused.json["errors"]} == {
        "/aircraft_id", "/type", "/start_time", "/slot", "/title", "/end_time",
    }  # fmt: skip


async def test_a_window_that_ends_before_it_starts_is_refused(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any]
) -> None:
    refused = await api(tenant.planner, "POST /maintenance-tasks", an_order(aircraft, hours=-1))

    assert (refused.status, refused.json["errors"][0]["pointer"]) == (422, "/end_time")


async def test_the_same_key_makes_one_task(api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any]) -> None:
    order, key = an_order(aircraft), {"idempotency-key": "once"}

    first = await api(tenant.planner, "POST /maintenance-tasks", order, headers=key)
    again = await api(tenant.planner, "POST /maintenance-tasks", order, headers=key)

    assert (again.body, again.headers["idempotent-replayed"]) == (first.body, "true")


async def test_only_a_plan_is_deleted_and_only_by_who_read_it(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], installation: Installation, its: dict[str, Any]
) -> None:
    planned, started = [await plan(api, tenant.planner, an_order(aircraft, starts=n * 6, **its)) for n in (1, 0)]
    await move(api, tenant.mechanic, started, "in_progress")
    route, version = f"DELETE /maintenance-tasks/{planned['id']}", {"if-match": '"v1"'}

    blind = await api(tenant.planner, route)
    stale = await api(tenant.planner, route, headers={"if-match": '"v7"'})
    working = await api(tenant.planner, f"DELETE /maintenance-tasks/{started['id']}", headers={"if-match": '"v2"'})
    deleted = await api(tenant.planner, route, headers=version)
    gone = await api(tenant.planner, route, headers=version)

    assert [each.status for each in (blind, stale, working, deleted, gone)] == [428, 412, 409, 204, 404]
    assert (await events_of(installation, tenant.org_id))[-1] == "task.deleted"


async def test_an_aircraft_with_open_tasks_stays_in_the_fleet(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], installation: Installation
) -> None:
    task = await plan(api, tenant.planner, an_order(aircraft))
    route = f"DELETE /aircraft/{aircraft['id']}"

    in_use = await api(tenant.planner, route)
    await move(api, tenant.planner, task, "cancelled", reason="Sold")
    deleted = await api(tenant.planner, route)
    work_on_it = await api(tenant.planner, "POST /maintenance-tasks", an_order(aircraft))

    assert (in_use.status, in_use.code, in_use.json["reasons"][0]["ids"]) == (409, "IN_USE", [task["id"]])
    assert (deleted.status, work_on_it.status) == (204, 404)
    assert (await events_of(installation, tenant.org_id))[-1] == "aircraft.deleted"


async def test_a_mechanic_with_open_tasks_stays_in_the_organization(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], its: dict[str, Any]
) -> None:
    task = await plan(api, tenant.planner, an_order(aircraft, **its))
    route = f"DELETE /users/{tenant.mechanic.id}"

    in_use = await api(tenant.tenant_admin, route)
    still_there = await api(tenant.tenant_admin, f"GET /users/{tenant.mechanic.id}")
    await move(api, tenant.planner, task, "cancelled", reason="Sold")
    removed = await api(tenant.tenant_admin, route)

    assert (in_use.status, in_use.code, in_use.json["reasons"][0]["ids"]) == (409, "IN_USE", [task["id"]])
    assert (still_there.status, removed.status) == (200, 204)


async def test_tasks_are_found_by_what_people_ask_for(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], its: dict[str, Any]
) -> None:
    another = await fleet_of_one(api, tenant.planner, tail_number="G-TWO")
    past = await plan(api, tenant.planner, an_order(aircraft, starts=-6, title="past", type="overhaul", **its))
    now = await plan(api, tenant.planner, an_order(another, starts=-1, title="now"))
    coming = await plan(
        api, tenant.planner, an_order(another, starts=30, title="coming", type="overhaul", priority="aog")
    )
    await move(api, tenant.planner, now, "cancelled", reason="Weather")

    async def found(query: str, person: Person = tenant.planner) -> list[str]:
        answer = await api(person, f"GET /maintenance-tasks?{query}")
        assert answer.status == 200, answer.body
        return [item["title"] for item in answer.json["items"]]

    assert await found("sort=-start_time") == ["coming", "now", "past"]
    assert await found(f"aircraft_id={another['id']}") == ["now", "coming"]
    assert await found("state=cancelled") == ["now"]
    assert await found("type=repair") == ["now"]
    assert await found("priority=aog") == ["coming"]
    assert await found("assigned_mechanic_id=me", tenant.mechanic) == ["past"]
    assert await found(f"assigned_mechanic_id={tenant.mechanic.id}") == ["past"]
    assert await found(f"start_from={now['start_time']}") == ["now", "coming"]
    assert await found(f"start_to={coming['start_time']}") == ["past", "now"]
    assert await found("overdue=true") == [past["title"]]
    assert await found("overdue=false") == ["now", "coming"]
    assert await found("late=true") == []
    assert await found(f"program_id={new_id()}") == []


async def test_a_filter_that_means_nothing_is_refused(api: FrontDoor, tenant: Tenant) -> None:
    for query in ("state=lost", "assigned_mechanic_id=you", "start_from=0001-01-01T00:00:00%2B14:00"):
        answer = await api(tenant.planner, f"GET /maintenance-tasks?{query}")
        assert (answer.status, answer.code) == (422, "VALIDATION"), query


async def test_another_tenants_task_does_not_exist(
    api: FrontDoor, tenant: Tenant, another_tenant: Tenant, aircraft: dict[str, Any]
) -> None:
    theirs = await plan(api, another_tenant.planner, an_order(await fleet_of_one(api, another_tenant.planner)))
    path = f"/maintenance-tasks/{theirs['id']}"

    statuses = [
        (await api(tenant.planner, f"GET {path}")).status,
        (await move(api, tenant.planner, theirs, "cancelled", reason="x")).status,
        (await api(tenant.planner, f"DELETE {path}", headers={"if-match": '"v1"'})).status,
        (await api(tenant.planner, f"DELETE /aircraft/{theirs['aircraft_id']}")).status,
        (await api(tenant.planner, "POST /maintenance-tasks", an_order({"id": theirs["aircraft_id"]}))).status,
        (await api(tenant.planner, "POST /maintenance-tasks", an_order(aircraft, program_id=str(new_id())))).status,
    ]
    listed = await api(tenant.planner, "GET /maintenance-tasks")

    assert statuses == [404] * 6
    assert listed.json["items"] == []
