"""The checks of a task through the front door: added, edited, removed, signed and corrected."""

from typing import Any
from uuid import UUID

import pytest

from amss.foundation.access import Role
from amss.foundation.ids import new_id
from builders.checks import checks_of, let_sign, sign, sign_all
from builders.front_door import FrontDoor, Reply
from builders.installation import Installation
from builders.sign_in import with_password
from builders.tasks import a_program, an_order, events_of, fleet_of_one, move, plan
from builders.tenants import PASSWORD, Person, Tenant, a_person

Json = dict[str, Any]


@pytest.fixture
async def mechanic(installation: Installation, tenant: Tenant) -> Person:
    """The tenant's mechanic, who can sign in."""
    return await with_password(installation, tenant.mechanic)


@pytest.fixture
async def work(api: FrontDoor, tenant: Tenant, mechanic: Person, aircraft: Json, its: Json) -> Json:
    """An inspection in progress, with the one check that it comes with."""
    task = await plan(api, tenant.planner, an_order(aircraft, type="inspection", **its))
    return (await move(api, mechanic, task, "in_progress")).json


@pytest.fixture
async def check(api: FrontDoor, mechanic: Person, work: Json) -> Json:
    """The check that an inspection comes with."""
    [only] = await checks_of(api, mechanic, work)
    return only


async def add(api: FrontDoor, person: Person, task: Json, **facts: Any) -> Reply:
    return await api(person, "POST /compliance-items", {"task_id": task["id"], "description": "Seal fitted"} | facts)


async def change(api: FrontDoor, person: Person, check: Json, **facts: Any) -> Reply:
    route = f"PATCH /compliance-items/{check['id']}"
    return await api(person, route, facts, headers={"if-match": f'"v{check["version"]}"'})


async def remove(api: FrontDoor, person: Person, check: Json) -> Reply:
    route = f"DELETE /compliance-items/{check['id']}"
    return await api(person, route, headers={"if-match": f'"v{check["version"]}"'})


async def superseding(api: FrontDoor, person: Person, task: Json, check: Json) -> Reply:
    return await add(api, person, task, supersedes_id=check["id"], reason="Misread the gauge")


def said(reply: Reply) -> tuple[int, str]:
    return reply.status, reply.code


async def test_an_inspection_comes_with_one_check_and_a_repair_with_none(
    api: FrontDoor, tenant: Tenant, aircraft: Json
) -> None:
    inspection = await plan(api, tenant.planner, an_order(aircraft, type="inspection"))
    repair = await plan(api, tenant.planner, an_order(aircraft))

    [check] = await checks_of(api, tenant.auditor, inspection)

    assert (check["description"], check["from_program"], check["result"]) == ("Work performed", True, "pending")
    assert check["aircraft_id"] == aircraft["id"]
    assert await checks_of(api, tenant.auditor, repair) == []


async def test_work_by_a_program_comes_with_its_checklist_in_its_order(
    api: FrontDoor, installation: Installation, tenant: Tenant, aircraft: Json
) -> None:
    listed = [{"description": "Oil level", "regulatory_ref": "145.A.50"}, {"description": "Cowling closed"}]
    program = await a_program(api, tenant.planner, task_type="repair", checklist=listed)

    task = await plan(api, tenant.planner, an_order(aircraft, program_id=program["id"]))

    checks = await checks_of(api, tenant.auditor, task)
    assert [(each["position"], each["description"], each["regulatory_ref"]) for each in checks] == [
        (1, "Oil level", "145.A.50"),
        (2, "Cowling closed", None),
    ]
    assert (await events_of(installation, tenant.org_id)).count("compliance.created") == 2


async def test_many_tasks_made_in_one_go_each_have_their_own_checks(
    api: FrontDoor, tenant: Tenant, aircraft: Json
) -> None:
    listed = [{"description": "Oil level"}, {"description": "Cowling closed"}]
    program = await a_program(api, tenant.planner, checklist=listed)
    orders = [
        an_order(aircraft, program_id=program["id"]),
        an_order(aircraft, type="inspection"),
        an_order(aircraft),
    ]

    made = await api(tenant.planner, "POST /maintenance-tasks:batch", {"items": orders})

    ids = [result["id"] for result in made.json["results"]]
    assert [len(await checks_of(api, tenant.planner, {"id": task_id})) for task_id in ids] == [2, 1, 0]


async def test_a_mechanic_signs_a_check_and_all_that_was_true_then_is_kept(
    api: FrontDoor, installation: Installation, tenant: Tenant, mechanic: Person, check: Json
) -> None:
    answer = await sign(api, mechanic, check, "fail", notes="Torque at 40 Nm")

    signed = (await api(tenant.auditor, f"GET /compliance-items/{check['id']}")).json
    assert (answer.status, answer.headers["etag"]) == (200, '"v2"')
    assert answer.json == signed
    assert (signed["result"], signed["notes"], signed["sign_off_user_id"]) == (
        "fail",
        "Torque at 40 Nm",
        str(mechanic.id),
    )
    assert (signed["signer_name"], signed["signer_role"], signed["signer_licence_number"]) == (
        mechanic.email,
        "mechanic",
        "UK.66.1234",
    )
    assert signed["readings"] == {"flight_minutes": 6000, "cycles": 70}
    audited = await installation.owner.fetchrow(
        "SELECT action, user_id, details::text FROM audit_logs WHERE entity_id = $1 AND action = 'sign_off'",
        UUID(check["id"]),
    )
    assert audited["user_id"] == mechanic.id
    assert f'"snapshot_hash": "{signed["snapshot_hash"]}"' in audited["details"]
    assert (await events_of(installation, tenant.org_id))[-1] == "compliance.signed_off"


async def test_a_signature_names_the_licence_as_it_was_when_it_was_given(
    api: FrontDoor, tenant: Tenant, mechanic: Person, check: Json
) -> None:
    await sign(api, mechanic, check)

    renewed = await api(tenant.tenant_admin, f"PATCH /users/{mechanic.id}", {"licence_number": "UK.66.9999"})

    signed = (await api(tenant.auditor, f"GET /compliance-items/{check['id']}")).json
    assert renewed.status == 200
    assert signed["signer_licence_number"] == "UK.66.1234"


async def test_nothing_is_signed_with_a_wrong_password_and_the_tries_are_counted(
    api: FrontDoor, installation: Installation, mechanic: Person, check: Json
) -> None:
    tries = [await sign(api, mechanic, check, password="a guess") for _ in range(11)]

    [still_open] = await installation.owner.fetch(
        "SELECT result::text, version FROM compliance_items WHERE id = $1", UUID(check["id"])
    )
    assert [said(each) for each in tries] == [(403, "REAUTH_FAILED")] * 10 + [(429, "RATE_LIMITED")]
    assert tuple(still_open) == ("pending", 1)


async def test_whoever_signs_twelve_checks_is_nobody_who_guesses(
    api: FrontDoor, installation: Installation, mechanic: Person, work: Json
) -> None:
    for number in range(11):
        await add(api, mechanic, work, description=f"Point {number}")

    signed = await sign_all(api, installation, mechanic, work)

    assert len(signed) == 12


async def test_a_token_for_having_given_the_password_signs_and_another_sessions_does_not(
    api: FrontDoor, mechanic: Person, check: Json
) -> None:
    here = (await api(mechanic, "POST /auth/reauthenticate", {"password": PASSWORD})).json["reauth_token"]
    elsewhere_token = (await api(None, "POST /auth/login", {"email": mechanic.email, "password": PASSWORD})).json
    elsewhere = (
        await api(elsewhere_token["access_token"], "POST /auth/reauthenticate", {"password": PASSWORD})
    ).json["reauth_token"]

    refused = [
        await sign(api, mechanic, check, reauth_token=elsewhere),
        await sign(api, mechanic, check, reauth_token=mechanic.token),
        await sign(api, mechanic, check, reauth_token="nonsense"),
    ]
    signed = await sign(api, mechanic, check, reauth_token=here)

    assert [said(each) for each in refused] == [(403, "REAUTH_FAILED")] * 3
    assert signed.status == 200


async def test_a_signature_needs_one_proof_and_the_version_that_was_read(
    api: FrontDoor, mechanic: Person, check: Json
) -> None:
    route = f"POST /compliance-items/{check['id']}/sign-off"
    unproven = await api(mechanic, route, {"result": "pass"}, headers={"if-match": '"v1"'})
    proven_twice = await sign(api, mechanic, check, password=PASSWORD, reauth_token="another")
    blind = await sign(api, mechanic, check, if_match=None)
    proof = {"result": "pass", "password": PASSWORD}
    any_version = await api(mechanic, route, proof, headers={"if-match": "*"})
    stale = await sign(api, mechanic, check, if_match=7)

    assert [(each.status, each.json["errors"][0]["pointer"]) for each in (unproven, proven_twice)] == [
        (422, "/password")
    ] * 2
    assert said(blind) == said(any_version) == (428, "PRECONDITION_REQUIRED")
    assert said(stale) == (412, "PRECONDITION_FAILED")


async def test_a_failure_and_what_does_not_apply_are_signed_with_notes_only(
    api: FrontDoor, mechanic: Person, check: Json
) -> None:
    wordless = [await sign(api, mechanic, check, result) for result in ("fail", "not_applicable")]
    blank = await sign(api, mechanic, check, "fail", notes="  ")
    unseen = await sign(api, mechanic, check, "fail", notes="\u200b")
    pending = await sign(api, mechanic, check, "pending")

    said_nothing = (*wordless, blank, unseen)
    assert [(each.status, each.json["errors"][0]["pointer"]) for each in said_nothing] == [(422, "/notes")] * 4
    assert (pending.status, pending.json["errors"][0]["pointer"]) == (422, "/result")


async def test_only_the_mechanic_of_the_task_signs_in_person(
    api: FrontDoor, installation: Installation, tenant: Tenant, check: Json
) -> None:
    another = await with_password(installation, await a_person(installation, tenant.org_id, Role.MECHANIC))
    admin = await with_password(installation, await a_person(installation, tenant.org_id, Role.ADMIN))
    key = await api(tenant.tenant_admin, "POST /api-keys", {"name": "Tablet", "role": "mechanic"})

    refused = [
        await sign(api, another, check),
        await sign(api, tenant.planner, check),
        await sign(api, tenant.auditor, check),
        await sign(api, admin, check),
        await sign(api, key.json["secret"], check),
    ]

    assert [said(each) for each in refused] == [(403, "FORBIDDEN")] * 5


async def test_another_mechanic_signs_while_the_organization_lets_any_of_them(
    api: FrontDoor, installation: Installation, tenant: Tenant, mechanic: Person, work: Json
) -> None:
    another = await with_password(installation, await a_person(installation, tenant.org_id, Role.MECHANIC))
    checks = [(await add(api, mechanic, work)).json for _ in range(3)]

    await let_sign(api, tenant.tenant_admin, any_mechanic=True)
    let = [await sign(api, who, check) for who, check in zip((another, mechanic), checks, strict=False)]
    refused = [await sign(api, who, checks[2]) for who in (tenant.planner, tenant.tenant_admin)]
    await let_sign(api, tenant.tenant_admin, any_mechanic=False)
    too_late = await sign(api, another, checks[2])

    assert [(each.status, each.json["sign_off_user_id"]) for each in let] == [
        (200, str(another.id)),
        (200, str(mechanic.id)),
    ]
    assert [said(each) for each in (*refused, too_late)] == [(403, "FORBIDDEN")] * 3


async def test_where_any_mechanic_signs_the_work_is_still_its_own_mechanics(
    api: FrontDoor, installation: Installation, tenant: Tenant, check: Json, work: Json
) -> None:
    another = await with_password(installation, await a_person(installation, tenant.org_id, Role.MECHANIC))
    await let_sign(api, tenant.tenant_admin, any_mechanic=True)
    await sign(api, another, check)

    refused = [await add(api, another, work), await move(api, another, work, "completed", notes="Done")]

    assert [said(each) for each in refused] == [(403, "FORBIDDEN")] * 2


async def test_without_a_licence_nothing_is_signed(
    api: FrontDoor, tenant: Tenant, mechanic: Person, check: Json
) -> None:
    await api(tenant.tenant_admin, f"PATCH /users/{mechanic.id}", {"licence_number": None})

    assert said(await sign(api, mechanic, check)) == (409, "LICENCE_MISSING")


async def test_what_is_signed_is_neither_signed_again_nor_edited_nor_removed(
    api: FrontDoor, tenant: Tenant, mechanic: Person, work: Json
) -> None:
    by_hand = (await add(api, mechanic, work)).json
    signed = (await sign(api, mechanic, by_hand)).json

    refused = [
        await sign(api, mechanic, signed, "fail", notes="No, it leaks"),
        await change(api, tenant.planner, signed, description="Another"),
        await remove(api, tenant.planner, signed),
    ]

    assert [said(each) for each in refused] == [(409, "ALREADY_SIGNED")] * 3
    assert refused[0].json["reasons"][0]["ids"] == [signed["id"]]


async def test_what_a_task_comes_with_is_neither_edited_nor_removed(
    api: FrontDoor, tenant: Tenant, check: Json
) -> None:
    refused = [
        await change(api, tenant.tenant_admin, check, description="Nothing much"),
        await remove(api, tenant.planner, check),
    ]

    assert [said(each) for each in refused] == [(409, "FROM_PROGRAM")] * 2
    assert refused[0].json["detail"] == "The task came with this check: it is signed, never edited or removed."


async def test_a_check_added_by_hand_is_edited_and_removed_until_it_is_signed(
    api: FrontDoor, installation: Installation, tenant: Tenant, mechanic: Person, work: Json
) -> None:
    added = await add(api, mechanic, work, regulatory_ref="CS-25")
    same = await change(api, tenant.planner, added.json, description="Seal fitted", regulatory_ref="CS-25")
    edited = await change(api, tenant.planner, added.json, description="Seal fitted and locked", regulatory_ref=None)
    stale = await remove(api, mechanic, added.json)
    removed = await remove(api, mechanic, edited.json)
    gone = await api(mechanic, f"GET /compliance-items/{added.json['id']}")

    assert (added.status, added.json["position"], added.json["from_program"]) == (201, 2, False)
    assert added.headers["location"] == f"/api/v1/compliance-items/{added.json['id']}"
    assert same.json == added.json
    assert (edited.status, edited.json["description"], edited.json["regulatory_ref"]) == (
        200,
        "Seal fitted and locked",
        None,
    )
    assert said(stale) == (412, "PRECONDITION_FAILED")
    assert (removed.status, gone.status) == (204, 404)
    assert (await events_of(installation, tenant.org_id))[-3:] == [
        "compliance.created",
        "compliance.updated",
        "compliance.deleted",
    ]


async def test_a_mechanic_changes_the_checks_of_his_own_tasks_only(
    api: FrontDoor, tenant: Tenant, mechanic: Person, aircraft: Json
) -> None:
    anothers = await plan(api, tenant.planner, an_order(aircraft))
    check = (await add(api, tenant.planner, anothers)).json

    refused = [
        await add(api, mechanic, anothers),
        await change(api, mechanic, check, description="Mine"),
        await remove(api, mechanic, check),
    ]

    assert [said(each) for each in refused] == [(403, "FORBIDDEN")] * 3


async def test_nothing_is_signed_before_the_work_begins_or_after_it_is_cancelled(
    api: FrontDoor, tenant: Tenant, mechanic: Person, aircraft: Json, its: Json
) -> None:
    task = await plan(api, tenant.planner, an_order(aircraft, type="inspection", **its))
    [check] = await checks_of(api, mechanic, task)

    early = await sign(api, mechanic, check)
    await move(api, tenant.planner, task, "cancelled", reason="Sold")
    late = await sign(api, mechanic, check)

    assert said(early) == (409, "TASK_NOT_IN_PROGRESS")
    assert said(late) == (409, "TASK_CLOSED")


async def test_work_is_not_completed_before_every_check_is_signed_and_none_failed(
    api: FrontDoor, mechanic: Person, work: Json, check: Json
) -> None:
    pending = await move(api, mechanic, work, "completed", notes="Done")
    failed = (await sign(api, mechanic, check, "fail", notes="Torque at 40 Nm")).json
    with_a_failure = await move(api, mechanic, work, "completed", notes="Done")
    better = (await superseding(api, mechanic, work, failed)).json
    not_signed_yet = await move(api, mechanic, work, "completed", notes="Done")
    await sign(api, mechanic, better)
    completed = await move(api, mechanic, work, "completed", notes="Done")

    assert said(pending) == (409, "TASK_NOT_READY")
    assert [[reason["code"] for reason in each.json["reasons"]] for each in (pending, with_a_failure)] == [
        ["CHECK_UNSIGNED"],
        ["CHECK_FAILED"],
    ]
    assert {reason["code"] for reason in not_signed_yet.json["reasons"]} == {"CHECK_FAILED", "CHECK_UNSIGNED"}
    assert (completed.status, completed.json["state"]) == (200, "completed")


async def test_a_pass_that_is_superseded_by_a_failure_keeps_the_work_open(
    api: FrontDoor, mechanic: Person, work: Json, check: Json
) -> None:
    passed = (await sign(api, mechanic, check)).json
    worse = (await superseding(api, mechanic, work, passed)).json
    await sign(api, mechanic, worse, "fail", notes="It leaks after all")

    refused = await move(api, mechanic, work, "completed", notes="Done")

    assert [reason["code"] for reason in refused.json["reasons"]] == ["CHECK_FAILED"]
    assert refused.json["reasons"][0]["ids"] == [worse["id"]]


async def test_a_wrong_signature_is_corrected_on_completed_work_and_nothing_else_is_added_to_it(
    api: FrontDoor, installation: Installation, mechanic: Person, work: Json
) -> None:
    [signed] = await sign_all(api, installation, mechanic, work)
    await move(api, mechanic, work, "completed", notes="Done")

    another = await add(api, mechanic, work)
    correction = await superseding(api, mechanic, work, signed)
    corrected = await sign(api, mechanic, correction.json, "not_applicable", notes="Not on this type")

    assert said(another) == (409, "TASK_CLOSED")
    assert correction.status == 201
    assert (corrected.status, corrected.json["supersedes_id"]) == (200, signed["id"])
    assert corrected.json["reason"] == "Misread the gauge"


async def test_a_check_for_work_that_is_not_there_is_refused_and_the_answer_says_so(
    api: FrontDoor, tenant: Tenant, another_tenant: Tenant
) -> None:
    elsewhere = await plan(api, another_tenant.planner, an_order(await fleet_of_one(api, another_tenant.planner)))

    for nobodys in (elsewhere, {"id": str(new_id())}):
        answer = await add(api, tenant.planner, nobodys)

        assert (answer.status, answer.json["detail"]) == (404, "There is no such task.")


async def test_a_signature_is_superseded_once_and_on_its_own_task(
    api: FrontDoor, tenant: Tenant, mechanic: Person, aircraft: Json, work: Json, check: Json
) -> None:
    unsigned = await superseding(api, mechanic, work, check)
    signed = (await sign(api, mechanic, check)).json
    elsewhere = await plan(api, tenant.planner, an_order(aircraft))
    first = await superseding(api, mechanic, work, signed)
    second = await superseding(api, tenant.planner, work, signed)
    foreign = await superseding(api, tenant.planner, elsewhere, signed)
    of_nothing = await superseding(api, mechanic, work, {"id": str(new_id())})

    assert said(unsigned) == (409, "NOT_SIGNED")
    assert first.status == 201
    assert said(second) == (409, "ALREADY_SUPERSEDED")
    assert (foreign.status, foreign.json["errors"][0]["code"]) == (422, "OTHER_TASK")
    assert said(of_nothing) == (404, "NOT_FOUND")


async def test_who_supersedes_says_why_and_nobody_else_does(
    api: FrontDoor, mechanic: Person, work: Json, check: Json
) -> None:
    signed = (await sign(api, mechanic, check)).json
    by_hand = (await add(api, mechanic, work)).json

    groundless = await add(api, mechanic, work, supersedes_id=signed["id"])
    misplaced = await add(api, mechanic, work, reason="Why not")
    edited = await change(api, mechanic, by_hand, reason="Why not")

    assert [
        (each.status, each.json["errors"][0]["pointer"], each.json["errors"][0]["code"])
        for each in (groundless, misplaced, edited)
    ] == [(422, "/reason", "MISSING"), (422, "/reason", "MISPLACED"), (422, "/reason", "MISPLACED")]


async def test_checks_are_listed_by_task_aircraft_and_result(
    api: FrontDoor, tenant: Tenant, mechanic: Person, aircraft: Json, work: Json, check: Json
) -> None:
    by_hand = (await add(api, mechanic, work)).json
    await sign(api, mechanic, check)

    async def listed(query: str) -> list[str]:
        items = (await api(tenant.auditor, f"GET /compliance-items?{query}")).json["items"]
        return [each["id"] for each in items]

    assert await listed(f"task_id={work['id']}") == [check["id"], by_hand["id"]]
    assert await listed(f"aircraft_id={aircraft['id']}&sort=-id") == [by_hand["id"], check["id"]]
    assert await listed("result=pass") == await listed("signed=true") == [check["id"]]
    assert await listed("result=pending") == await listed("signed=false") == [by_hand["id"]]


async def test_with_a_task_that_is_deleted_its_checks_go(
    api: FrontDoor, installation: Installation, tenant: Tenant, aircraft: Json
) -> None:
    task = await plan(api, tenant.planner, an_order(aircraft, type="inspection"))

    await api(tenant.planner, f"DELETE /maintenance-tasks/{task['id']}", headers={"if-match": '"v1"'})

    assert await checks_of(api, tenant.planner, task) == []
    assert "compliance.deleted" in await events_of(installation, tenant.org_id)


async def test_the_signers_password_is_kept_nowhere(
    api: FrontDoor, installation: Installation, tenant: Tenant, mechanic: Person, check: Json
) -> None:
    answer = await api(
        mechanic,
        f"POST /compliance-items/{check['id']}/sign-off",
        {"result": "pass", "password": PASSWORD},
        headers={"if-match": '"v1"', "idempotency-key": "sign-1"},
    )
    again = await api(
        mechanic,
        f"POST /compliance-items/{check['id']}/sign-off",
        {"result": "pass", "password": PASSWORD},
        headers={"if-match": '"v1"', "idempotency-key": "sign-1"},
    )

    kept = [
        row["kept"]
        for table in ("audit_logs", "outbox_events", "idempotency_keys", "compliance_items")
        for row in await installation.owner.fetch(
            f"SELECT t::text AS kept FROM {table} t WHERE org_id = $1", tenant.org_id
        )
    ]
    assert (answer.status, again.status, again.body) == (200, 200, answer.body)
    assert len(kept) > 5
    assert not [row for row in kept if PASSWORD in row or PASSWORD.encode().hex() in row]
