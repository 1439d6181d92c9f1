"""The templates for the tasks of a program: its checklist and its parts."""

from typing import Any
from uuid import UUID

import msgspec

from amss.foundation.ids import new_id
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.tenants import Tenant

OIL_CHANGE: dict[str, Any] = {
    "code": "OIL",
    "name": "Oil change",
    "task_type": "repair",
    "interval_type": "flight_hours",
    "interval_value": 50,
}
CHECKLIST = [
    {"description": "Oil drained, filter cut open", "regulatory_ref": "AMM 79-10-00"},
    {"description": "Leak check after the run", "regulatory_ref": None},
]


async def a_definition(installation: Installation, tenant: Tenant, name: str) -> str:
    definition_id = new_id()
    await installation.owner.execute(
        "INSERT INTO part_definitions (id, org_id, name, category) VALUES ($1, $2, $3, 'consumable')",
        definition_id,
        tenant.org_id,
        name,
    )
    return str(definition_id)


async def create(api: FrontDoor, tenant: Tenant, **given: Any) -> dict[str, Any]:
    created = await api(tenant.planner, "POST /maintenance-programs", OIL_CHANGE | given)
    assert created.status == 201, created.body
    return created.json


async def test_a_checklist_and_parts_look_the_same_created_shown_and_listed(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    oil, oil_filter = [await a_definition(installation, tenant, name) for name in ("Oil", "Filter")]
    parts = [{"part_definition_id": oil, "quantity": 12}, {"part_definition_id": oil_filter, "quantity": 1}]

    created = await create(api, tenant, checklist=CHECKLIST, parts=parts)
    plain = await create(api, tenant, code="PLAIN")

    shown = await api(tenant.mechanic, f"GET /maintenance-programs/{created['id']}")
    listed = await api(tenant.mechanic, "GET /maintenance-programs")
    assert (created["checklist"], created["parts"]) == (CHECKLIST, parts)
    assert shown.json == created
    assert listed.json["items"] == [created, plain]
    assert (plain["checklist"], plain["parts"]) == ([], [])


async def test_a_checklist_and_parts_are_replaced_as_a_whole(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    oil, oil_filter = [await a_definition(installation, tenant, name) for name in ("Oil", "Filter")]
    parts = [{"part_definition_id": each, "quantity": 1} for each in (oil, oil_filter)]
    program = await create(api, tenant, checklist=CHECKLIST, parts=parts)
    path = f"/maintenance-programs/{program['id']}"
    change = {"checklist": CHECKLIST[::-1], "parts": [{"part_definition_id": oil_filter, "quantity": 2}]}

    same = await api(tenant.planner, f"PATCH {path}", {"checklist": CHECKLIST, "parts": parts})
    changed = await api(tenant.planner, f"PATCH {path}", change)
    shown = await api(tenant.planner, f"GET {path}")
    emptied = await api(tenant.planner, f"PATCH {path}", {"checklist": [], "parts": []})

    assert (same.status, same.json) == (200, program)
    assert {name: changed.json[name] for name in change} == change
    assert shown.json == changed.json
    assert (emptied.json["checklist"], emptied.json["parts"], emptied.json["version"]) == ([], [], 3)


async def test_the_trail_tells_what_a_checklist_was_and_became(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    program = await create(api, tenant, checklist=CHECKLIST)

    await api(tenant.planner, f"PATCH /maintenance-programs/{program['id']}", {"checklist": CHECKLIST[:1]})

    details = await installation.owner.fetchval(
        "SELECT details FROM audit_logs WHERE entity_id = $1 AND action = 'update'", UUID(program["id"])
    )
    assert msgspec.json.decode(details) == {"before": {"checklist": CHECKLIST}, "after": {"checklist": CHECKLIST[:1]}}


async def test_a_part_that_is_not_in_the_store_is_refused_and_named(
    api: FrontDoor, installation: Installation, tenant: Tenant, another_tenant: Tenant
) -> None:
    own = await a_definition(installation, tenant, "Oil")
    foreign = await a_definition(installation, another_tenant, "Oil")
    parts = [{"part_definition_id": each, "quantity": 1} for each in (own, foreign, str(new_id()), own)]
    program = await create(api, tenant)
    path = f"/maintenance-programs/{program['id']}"

    answers = [
        await api(tenant.planner, "POST /maintenance-programs", OIL_CHANGE | {"code": "B", "parts": parts}),
        await api(tenant.planner, f"PATCH {path}", {"parts": parts}),
        await api(tenant.planner, f"POST {path}/preview", {"parts": parts}),
    ]

    for answer in answers:
        assert (answer.status, answer.code) == (422, "VALIDATION")
        assert [(each["pointer"], each["code"]) for each in answer.json["errors"]] == [
            ("/parts/1/part_definition_id", "NOT_FOUND"),
            ("/parts/2/part_definition_id", "NOT_FOUND"),
            ("/parts/3/part_definition_id", "REPEATED"),
        ]


async def test_a_checklist_and_parts_have_bounds(api: FrontDoor, tenant: Tenant) -> None:
    many = {
        "checklist": [CHECKLIST[0]] * 101,
        "parts": [{"part_definition_id": str(new_id()), "quantity": 1}] * 101,
    }
    odd = {
        "checklist": [{"description": " "}, {"description": "Torque", "answer": "yes"}],
        "parts": [{"part_definition_id": str(new_id()), "quantity": 0}],
    }

    too_many, wrong = [
        await api(tenant.planner, "POST /maintenance-programs", OIL_CHANGE | each) for each in (many, odd)
    ]

    assert {each["pointer"] for each in too_many.json["errors"]} == {"/checklist", "/parts"}
    assert {each["pointer"] for each in wrong.json["errors"]} == {
        "/checklist/0/description",
        "/checklist/1/answer",
        "/parts/0/quantity",
    }
