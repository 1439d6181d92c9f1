"""Letting work go past due: who asks, who approves, and what becomes of it."""

import asyncio
from collections import Counter
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from amss.foundation.clock import system_clock
from builders.extensions import (
    EVERY_90_DAYS,
    approve,
    ask,
    days_ago,
    do_the_work,
    extend,
    past_due,
    reject,
    shown,
)
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.sign_in import an_admin
from builders.tasks import events_of
from builders.tenants import Tenant


async def register_of(api: FrontDoor, tenant: Tenant, query: str = "") -> list[dict[str, Any]]:
    return (await api(tenant.auditor, f"GET /due-item-extensions{query}")).json["items"]


async def edit_program(api: FrontDoor, tenant: Tenant, item: dict[str, Any], **change: Any) -> None:
    edited = await api(tenant.planner, f"PATCH /maintenance-programs/{item['program']['id']}", change)
    assert edited.status == 200, edited.body


async def test_what_was_asked_for_is_shown_with_who_asked_and_waits(api: FrontDoor, tenant: Tenant) -> None:
    item = await past_due(api, tenant.planner)

    asked = await ask(api, tenant.planner, item, 15)

    request = asked.json
    assert (asked.status, asked.headers["etag"]) == (201, '"v1"')
    assert (request["status"], request["amount"], request["reason"]) == ("requested", 15, "No hangar slot")
    assert (request["requested_by"], request["decided_by"]) == (str(tenant.planner.id), None)
    assert (request["program"], request["aircraft"]) == (item["program"], item["aircraft"])
    assert (await shown(api, tenant.mechanic, item))["status"] == "overdue"
    assert (await api(tenant.auditor, f"GET /due-items/{item['id']}/extensions")).json["items"] == [request]


async def test_negative_remaining_under_an_extension_is_in_extension_and_not_overdue(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    item = await past_due(api, tenant.planner, days=10)

    approved = await extend(api, tenant, item, 15)

    extended = await shown(api, tenant.mechanic, item)
    (limit,) = extended["limits"]
    assert (item["status"], extended["status"]) == ("overdue", "in_extension")
    assert (limit["due"], limit["remaining"], limit["extension"]) == (days_ago(10), -10, 15)
    assert limit["explain"].endswith("past due by 10 days, within the approved extension of 15 days.")
    assert (approved["status"], approved["decided_by"]) == ("approved", str(tenant.tenant_admin.id))
    assert (await events_of(installation, tenant.org_id))[-3:] == [
        "due_item.extension_requested", "due_item.extended", "due_item.status_changed",
    ]  # fmt: skip


async def test_an_extension_that_is_too_short_leaves_the_work_overdue(api: FrontDoor, tenant: Tenant) -> None:
    item = await past_due(api, tenant.planner, days=10)

    await extend(api, tenant, item, 9)

    assert (await shown(api, tenant.planner, item))["status"] == "overdue"


@pytest.mark.parametrize("recurrence", ["to_actual", "to_plan", "fixed"])
async def test_work_done_under_an_extension_ends_it_and_the_next_due_counts_from_the_original_one(
    api: FrontDoor, tenant: Tenant, installation: Installation, recurrence: str
) -> None:
    item = await past_due(api, tenant.planner, days=10, recurrence=recurrence)
    extension = await extend(api, tenant, item, 15)

    await do_the_work(installation, tenant, item)

    done = await shown(api, tenant.planner, item)
    (ended,) = await register_of(api, tenant)
    (limit,) = done["limits"]
    assert (limit["due"], limit["extension"], done["status"]) == (days_ago(10 - 90), 0, "ok")
    assert "under an approved extension, so counted from the original due" in limit["explain"]
    assert (ended["id"], ended["status"], ended["version"]) == (extension["id"], "approved", 3)
    assert ended["ended_at"] is not None


async def test_an_extension_granted_but_not_needed_changes_nothing(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    item = await past_due(api, tenant.planner, days=2, limit={"late": 5})
    await extend(api, tenant, item, 15)

    await do_the_work(installation, tenant, item)

    (limit,) = (await shown(api, tenant.planner, item))["limits"]
    assert (limit["due"], limit["extension"]) == (days_ago(-90), 0)
    assert "extension" not in limit["explain"]


async def test_an_approval_after_the_work_was_done_did_not_let_it_be_late(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    item = await past_due(api, tenant.planner, days=10)
    await extend(api, tenant, item, 15)

    await do_the_work(installation, tenant, item, days_ago=3)

    (limit,) = (await shown(api, tenant.planner, item))["limits"]
    assert limit["due"] == days_ago(3 - 90)
    assert limit["explain"].startswith(f"Due at the end of {days_ago(3 - 90)} = {days_ago(3)} (last done) + 90 days")


async def test_late_paperwork_for_work_in_the_past_lets_an_open_request_lapse(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    item = await past_due(api, tenant.planner, days=10)
    asked = (await ask(api, tenant.planner, item)).json

    await do_the_work(installation, tenant, item, days_ago=12)
    answer = await approve(api, tenant.tenant_admin, asked)

    (lapsed,) = await register_of(api, tenant, "?status=lapsed")
    assert (answer.status, answer.code, lapsed["id"]) == (409, "EXTENSION_DECIDED", asked["id"])
    assert answer.json["detail"] == "This request is lapsed already."
    assert (await shown(api, tenant.planner, item))["limits"][0]["due"] == days_ago(12 - 90)


async def test_paperwork_older_than_what_is_recorded_leaves_an_extension_alone(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    item = await past_due(api, tenant.planner, days=10)
    await do_the_work(installation, tenant, item, days_ago=1)
    await extend(api, tenant, item, 15)

    await do_the_work(installation, tenant, item, days_ago=2)

    (limit,) = (await shown(api, tenant.planner, item))["limits"]
    assert (limit["due"], limit["extension"]) == (days_ago(1 - 90), 15)


@pytest.mark.parametrize(
    ("request_", "pointer", "code", "sentence"),
    [
        ({"amount": 21}, "/amount", "RANGE", "A-CHK allows an extension of 20 days at most."),
        ({"interval_type": "cycles"}, "/interval_type", "NO_SUCH_LIMIT", "A-CHK has no cycles limit."),
        (
            {"interval_type": "flight_hours"},
            "/interval_type",
            "NO_EXTENSION",
            "A-CHK allows no extension of this limit.",
        ),
    ],
)
async def test_more_than_the_program_allows_cannot_be_asked_for(
    api: FrontDoor, tenant: Tenant, request_: dict[str, Any], pointer: str, code: str, sentence: str
) -> None:
    hours = {"interval_type": "flight_hours", "interval_minutes": 60_000}
    item = await past_due(api, tenant.planner, limits=[EVERY_90_DAYS, hours])

    answer = await ask(api, tenant.planner, item, **request_)

    assert (answer.status, answer.code) == (422, "VALIDATION")
    assert answer.json["errors"] == [{"pointer": pointer, "code": code, "message": sentence}]


@pytest.mark.parametrize("facts", [{"reason": " "}, {"amount": 0}, {"reason": None}])
async def test_a_request_needs_an_amount_and_a_reason(api: FrontDoor, tenant: Tenant, facts: dict[str, Any]) -> None:
    item = await past_due(api, tenant.planner)

    answer = await ask(api, tenant.planner, item, **facts)

    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, f"/{next(iter(facts))}")


async def test_an_airworthiness_limitation_cannot_be_extended(api: FrontDoor, tenant: Tenant) -> None:
    item = await past_due(api, tenant.planner, airworthiness_limitation=True)

    answer = await ask(api, tenant.planner, item)

    assert (answer.status, answer.code) == (409, "AIRWORTHINESS_LIMITATION")
    assert answer.json["detail"] == "A-CHK is an airworthiness limitation and cannot be extended."


async def test_a_limit_has_one_open_request_at_a_time(api: FrontDoor, tenant: Tenant) -> None:
    item = await past_due(api, tenant.planner)
    first = (await ask(api, tenant.planner, item)).json

    second = await ask(api, tenant.planner, item)
    await reject(api, tenant.tenant_admin, first)
    after_the_decision = await ask(api, tenant.planner, item)

    assert (second.status, second.code, after_the_decision.status) == (409, "EXTENSION_PENDING", 201)


async def test_nothing_is_extended_on_a_retired_aircraft_nor_on_one_that_is_gone(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    item = await past_due(api, tenant.planner)
    asked = (await ask(api, tenant.planner, item)).json
    aircraft_id = UUID(item["aircraft"]["id"])

    await installation.owner.execute("UPDATE aircraft SET status = 'retired' WHERE id = $1", aircraft_id)
    answers = [await ask(api, tenant.planner, item), await approve(api, tenant.tenant_admin, asked)]
    await installation.owner.execute("UPDATE aircraft SET deleted_at = now() WHERE id = $1", aircraft_id)
    gone = await ask(api, tenant.planner, item)

    assert [(each.status, each.code) for each in answers] == [(409, "AIRCRAFT_RETIRED")] * 2
    assert (gone.status, gone.code) == (404, "NOT_FOUND")


async def test_nothing_is_extended_nor_set_by_hand_while_its_program_is_paused(
    api: FrontDoor, tenant: Tenant
) -> None:
    item = await past_due(api, tenant.planner)
    await edit_program(api, tenant, item, active=False)
    order = {"last_done": {"on": days_ago(1), "flight_minutes": 0, "cycles": 0}, "reason": "Taken over"}

    asked = await ask(api, tenant.planner, item)
    patched = await api(tenant.planner, f"PATCH /due-items/{item['id']}", order, headers={"if-match": '"v1"'})

    assert [(each.status, each.code) for each in (asked, patched)] == [(404, "NOT_FOUND")] * 2


async def test_an_extension_belongs_to_its_due_item_and_its_tenant(
    api: FrontDoor, tenant: Tenant, another_tenant: Tenant
) -> None:
    item = await past_due(api, tenant.planner)
    asked = (await ask(api, tenant.planner, item)).json
    theirs = await past_due(api, another_tenant.planner)

    elsewhere = await approve(api, tenant.tenant_admin, asked | {"due_item_id": asked["id"]})
    by_strangers = await approve(api, another_tenant.tenant_admin, asked)
    mixed_up = await approve(api, another_tenant.tenant_admin, asked | {"due_item_id": theirs["id"]})

    assert {each.status for each in (elsewhere, by_strangers, mixed_up)} == {404}
    assert await register_of(api, another_tenant) == []


async def test_nobody_decides_on_his_own_request_not_even_an_admin(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    admin, other = await an_admin(installation), await an_admin(installation)
    item = await past_due(api, tenant.planner)
    here = {"x-org-id": str(tenant.org_id)}
    request = {"interval_type": "calendar", "amount": 5, "reason": "No slot"}
    route = f"POST /due-items/{item['id']}/extensions"
    asked = (await api(admin, route, request, headers=here)).json

    own = [await api(admin, f"{route}/{asked['id']}/approve", headers=here),
           await api(admin, f"{route}/{asked['id']}/reject", {"reason": "no"}, headers=here)]  # fmt: skip
    by_another = await api(other, f"{route}/{asked['id']}/approve", headers=here)

    assert [(each.status, each.code) for each in own] == [(403, "FORBIDDEN")] * 2
    assert own[0].json["detail"] == "You asked for this extension. Somebody else has to decide on it."
    assert (by_another.status, by_another.json["decided_by"]) == (200, str(other.id))


async def test_a_decision_is_final(api: FrontDoor, tenant: Tenant) -> None:
    item = await past_due(api, tenant.planner)
    rejected = await reject(
        api, tenant.tenant_admin, (await ask(api, tenant.planner, item)).json, "Use Friday's slot"
    )
    approved = await extend(api, tenant, item)

    answers = [
        await approve(api, tenant.tenant_admin, rejected.json),
        await reject(api, tenant.tenant_admin, approved),
        await approve(api, tenant.tenant_admin, approved),
    ]

    assert (rejected.json["status"], rejected.json["decision_reason"]) == ("rejected", "Use Friday's slot")
    assert {(each.status, each.code) for each in answers} == {(409, "EXTENSION_DECIDED")}


async def test_a_rejection_needs_a_reason(api: FrontDoor, tenant: Tenant) -> None:
    item = await past_due(api, tenant.planner)

    answer = await reject(api, tenant.tenant_admin, (await ask(api, tenant.planner, item)).json, " ")

    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "/reason")
    assert (await register_of(api, tenant, "?status=requested"))[0]["version"] == 1


async def test_a_later_approval_takes_the_place_of_the_one_before(api: FrontDoor, tenant: Tenant) -> None:
    item = await past_due(api, tenant.planner)
    first = await extend(api, tenant, item, 12)

    second = await extend(api, tenant, item, 20)

    (in_force,) = await register_of(api, tenant, "?in_force=true")
    (ended,) = await register_of(api, tenant, "?in_force=false")
    assert (in_force["id"], ended["id"]) == (second["id"], first["id"])
    assert (await shown(api, tenant.planner, item))["limits"][0]["extension"] == 20


async def test_two_limits_are_extended_each_on_its_own(api: FrontDoor, tenant: Tenant) -> None:
    hours = {"interval_type": "flight_hours", "interval_minutes": 6_000, "max_extension_minutes": 600}
    item = await past_due(api, tenant.planner, limits=[EVERY_90_DAYS, hours])

    await extend(api, tenant, item, 15)
    await extend(api, tenant, item, 300, interval_type="flight_hours")

    assert [each["extension"] for each in (await shown(api, tenant.planner, item))["limits"]] == [15, 300]


@pytest.mark.parametrize(
    "change",
    [
        {"limits": [EVERY_90_DAYS | {"max_extension": 14}]},
        {"limits": [{"interval_type": "cycles", "interval": 400}]},
        {"airworthiness_limitation": True},
    ],
    ids=["shorter", "another limit", "an airworthiness limitation"],
)
async def test_an_extension_ends_and_a_request_lapses_when_the_program_allows_it_no_more(
    api: FrontDoor, tenant: Tenant, installation: Installation, change: dict[str, Any]
) -> None:
    item = await past_due(api, tenant.planner)
    await extend(api, tenant, item, 15)
    await ask(api, tenant.planner, item, 20)

    await edit_program(api, tenant, item, **change)

    stands = await shown(api, tenant.planner, item)
    assert stands["status"] != "in_extension"
    assert [limit["extension"] for limit in stands["limits"]] == [0]
    assert [each["status"] for each in await register_of(api, tenant)] == ["lapsed", "approved"]
    assert await register_of(api, tenant, "?in_force=true") == []
    assert (await events_of(installation, tenant.org_id)).count("due_item.extension_ended") == 2


async def test_an_extension_outlives_a_change_that_still_allows_it(api: FrontDoor, tenant: Tenant) -> None:
    item = await past_due(api, tenant.planner)
    extension = await extend(api, tenant, item, 15)

    await edit_program(api, tenant, item, limits=[EVERY_90_DAYS | {"max_extension": 15}], name="Renamed")

    (in_force,) = await register_of(api, tenant, "?in_force=true")
    assert (in_force["id"], in_force["program"]["name"]) == (extension["id"], "Renamed")
    assert (await shown(api, tenant.planner, item))["status"] == "in_extension"


async def test_an_extension_ends_with_its_program(api: FrontDoor, tenant: Tenant) -> None:
    item = await past_due(api, tenant.planner)
    await extend(api, tenant, item, 15)

    deleted = await api(tenant.planner, f"DELETE /maintenance-programs/{item['program']['id']}")

    (ended,) = await register_of(api, tenant)
    assert deleted.status == 204
    assert ended["ended_at"] is not None


async def test_what_nothing_is_due_by_is_not_in_force(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    item = await past_due(api, tenant.planner)
    await extend(api, tenant, item, 15)

    await installation.owner.execute(
        "UPDATE aircraft SET status = 'retired' WHERE id = $1", UUID(item["aircraft"]["id"])
    )

    assert await register_of(api, tenant, "?in_force=true") == []
    assert len(await register_of(api, tenant)) == 1


async def test_the_register_is_filtered_and_shows_the_newest_first(api: FrontDoor, tenant: Tenant) -> None:
    item = await past_due(api, tenant.planner)
    old = await extend(api, tenant, item, 12)
    new = (await ask(api, tenant.planner, item, 20)).json

    async def found(query: str) -> list[str]:
        return [each["id"] for each in await register_of(api, tenant, query)]

    assert await found("") == [new["id"], old["id"]]
    assert await found("?sort=requested_at") == [old["id"], new["id"]]
    assert await found("?status=requested") == [new["id"]]
    assert await found("?in_force=true") == [old["id"]]
    assert await found(f"?aircraft_id={item['aircraft']['id']}&program_id={item['program']['id']}") == [
        new["id"], old["id"],
    ]  # fmt: skip
    assert await found(f"?due_item_id={new['id']}") == []
    page = await api(tenant.planner, "GET /due-item-extensions?limit=1&count=true")
    rest = await api(tenant.planner, f"GET /due-item-extensions?limit=1&cursor={page.json['next_cursor']}")
    assert ([each["id"] for each in rest.json["items"]], page.json["total"]) == ([old["id"]], 2)


async def test_asking_and_deciding_stand_in_the_audit_trail(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    item = await past_due(api, tenant.planner)
    refused = (await ask(api, tenant.planner, item)).json
    await reject(api, tenant.tenant_admin, refused, "Find a slot")
    granted = await extend(api, tenant, item)
    await do_the_work(installation, tenant, item)

    rows = await installation.owner.fetch(
        "SELECT action, entity_version, user_id, reason, details FROM audit_logs "
        "WHERE entity_type = 'due-item-extension' AND org_id = $1 ORDER BY id",
        tenant.org_id,
    )
    admin, planner = tenant.tenant_admin.id, tenant.planner.id
    assert [(row["action"], row["entity_version"], row["user_id"], row["reason"]) for row in rows] == [
        ("create", 1, planner, "No hangar slot"),
        ("reject", 2, admin, "Find a slot"),
        ("create", 1, planner, "No hangar slot"),
        ("approve", 2, admin, "No hangar slot"),
        ("state_change", 3, planner, None),
    ]
    approval = msgspec.json.decode(rows[3]["details"])
    assert (approval["before"]["status"], approval["after"]["decided_by"]) == ("requested", str(admin))
    assert granted["version"] == 2


async def test_of_two_who_ask_at_once_one_is_heard(api: FrontDoor, tenant: Tenant) -> None:
    item = await past_due(api, tenant.planner)

    answers = await asyncio.gather(*(ask(api, tenant.planner, item) for _ in range(5)))

    assert Counter(each.status for each in answers) == {201: 1, 409: 4}
    assert {each.code for each in answers if each.status == 409} == {"EXTENSION_PENDING"}


async def test_of_two_who_decide_at_once_one_decides(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    item = await past_due(api, tenant.planner)
    asked = (await ask(api, tenant.planner, item)).json
    admin = tenant.tenant_admin

    answers = await asyncio.gather(*(approve(api, admin, asked) for _ in range(3)), reject(api, admin, asked))

    (decided,) = await register_of(api, tenant)
    events = Counter(await events_of(installation, tenant.org_id))
    assert Counter(each.status for each in answers) == {200: 1, 409: 3}
    assert decided["version"] == 2
    assert events["due_item.extended"] + events["due_item.extension_rejected"] == 1


async def test_work_and_an_approval_at_once_leave_no_extension_behind(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    item = await past_due(api, tenant.planner, days=10)
    asked = (await ask(api, tenant.planner, item)).json

    answer, _ = await asyncio.gather(
        approve(api, tenant.tenant_admin, asked), do_the_work(installation, tenant, item)
    )

    (register,) = await register_of(api, tenant)
    (limit,) = (await shown(api, tenant.planner, item))["limits"]
    assert answer.status in (200, 409), answer.body
    assert register["ended_at"] is not None
    assert (register["status"], limit["extension"]) == ("approved" if answer.status == 200 else "lapsed", 0)
    assert date.fromisoformat(limit["due"]) > system_clock().date() + timedelta(79)
