"""The checks of work whose type a planner changes: they are those the work would have been created with."""

from typing import Any
from uuid import UUID

from builders.checks import checks_of, sign_all
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.tasks import an_order, edit, events_of, move, plan
from builders.tenants import Person, Tenant

Json = dict[str, Any]


async def add_by_hand(api: FrontDoor, planner: Person, task: Json) -> Json:
    added = await api(planner, "POST /compliance-items", {"task_id": task["id"], "description": "Seal fitted"})
    assert added.status == 201, added.body
    return added.json


async def test_a_task_that_is_edited_into_an_inspection_gets_its_check_after_those_added_by_hand(
    api: FrontDoor, installation: Installation, tenant: Tenant, aircraft: Json, its: Json
) -> None:
    task = await plan(api, tenant.planner, an_order(aircraft, **its))
    await add_by_hand(api, tenant.planner, task)

    task = (await edit(api, tenant.planner, task, type="inspection")).json

    checks = await checks_of(api, tenant.auditor, task)
    assert [(each["position"], each["description"], each["from_program"]) for each in checks] == [
        (1, "Seal fitted", False),
        (2, "Work performed", True),
    ]
    assert (await events_of(installation, tenant.org_id))[-2:] == ["task.updated", "compliance.created"]
    await move(api, tenant.mechanic, task, "in_progress")
    early = await move(api, tenant.mechanic, task, "completed", notes="Done")
    await sign_all(api, installation, tenant.mechanic, task)
    assert [each["code"] for each in early.json["reasons"]] == ["CHECK_UNSIGNED"] * 2
    assert (await move(api, tenant.mechanic, task, "completed", notes="Done")).status == 200


async def test_a_task_that_is_an_inspection_no_more_keeps_only_the_checks_added_by_hand(
    api: FrontDoor, installation: Installation, tenant: Tenant, aircraft: Json
) -> None:
    task = await plan(api, tenant.planner, an_order(aircraft, type="inspection"))
    [its_own] = await checks_of(api, tenant.auditor, task)
    by_hand = await add_by_hand(api, tenant.planner, task)

    task = (await edit(api, tenant.planner, task, type="repair")).json
    left = await checks_of(api, tenant.auditor, task)
    told = (await events_of(installation, tenant.org_id))[-2:]
    task = (await edit(api, tenant.planner, task, type="inspection")).json

    audited = await installation.owner.fetch(
        "SELECT action::text, entity_version FROM audit_logs WHERE org_id = $1 AND entity_id = $2 ORDER BY id",
        tenant.org_id,
        UUID(its_own["id"]),
    )
    assert left == [by_hand]
    assert told == ["task.updated", "compliance.deleted"]
    assert [tuple(each) for each in audited] == [("create", 1), ("delete", 2)]
    assert [each["position"] for each in await checks_of(api, tenant.auditor, task)] == [2, 3]


async def test_a_task_whose_type_changes_among_those_without_checks_gets_none(
    api: FrontDoor, tenant: Tenant, aircraft: Json
) -> None:
    task = await plan(api, tenant.planner, an_order(aircraft))

    edited = await edit(api, tenant.planner, task, type="overhaul")

    assert edited.status == 200
    assert await checks_of(api, tenant.auditor, task) == []
