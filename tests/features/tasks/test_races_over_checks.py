"""Clients at the front door at once, who sign, edit, complete and reserve on the same work."""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from typing import Any
from uuid import UUID

import pytest

from amss.foundation.access import Role
from builders.checks import a_proof, checks_of, let_sign, sign
from builders.front_door import FrontDoor, Reply
from builders.installation import Installation
from builders.parts import a_definition, a_piece, reserve
from builders.tasks import an_order, move, plan
from builders.tenants import Person, Tenant, a_person

Json = dict[str, Any]
MANY = 20
ROUNDS = 8


@pytest.fixture
async def work(api: FrontDoor, tenant: Tenant, aircraft: Json, its: Json) -> Json:
    """An inspection in progress, with the one check that it comes with."""
    return await going_on(api, tenant, aircraft, its)


async def going_on(api: FrontDoor, tenant: Tenant, aircraft: Json, its: Json, **facts: Any) -> Json:
    said: Json = {"type": "inspection"} | its | facts
    task = await plan(api, tenant.planner, an_order(aircraft, **said))
    return (await move(api, tenant.planner, task, "in_progress")).json


async def a_check_by_hand(api: FrontDoor, person: Person, task: Json) -> Json:
    order = {"task_id": task["id"], "description": "Seal fitted"}
    return (await api(person, "POST /compliance-items", order)).json


async def shown(api: FrontDoor, person: Person, task: Json) -> Json:
    return (await api(person, f"GET /maintenance-tasks/{task['id']}")).json


def said(reply: Reply) -> int | str:
    """What was answered: a success's status, a refusal's code."""
    return reply.status if reply.status < 400 else reply.code


async def outcomes(*requests: Coroutine[Any, Any, Reply]) -> Counter[int | str]:
    """Send all at once; count what was answered."""
    return Counter(said(each) for each in await asyncio.gather(*requests))


@pytest.mark.parametrize("becomes", [{"role": "scheduler"}, {"active": False}], ids=["a planner", "locked out"])
async def test_who_is_no_mechanic_any_more_when_his_signature_is_written_does_not_sign(
    api: FrontDoor, installation: Installation, tenant: Tenant, work: Json, becomes: Json
) -> None:
    [check] = await checks_of(api, tenant.mechanic, work)
    route = f"GET /users/{tenant.mechanic.id}"
    user = (await api(tenant.tenant_admin, route)).json
    async with installation.owner.transaction():
        await installation.owner.execute("SELECT FROM maintenance_tasks WHERE id = $1 FOR UPDATE", UUID(work["id"]))
        proof = a_proof(installation, tenant.mechanic)
        signing = asyncio.create_task(sign(api, tenant.mechanic, check, reauth_token=proof))
        await somebody_waits(installation)
        headers = {"if-match": f'"v{user["version"]}"'}
        changed = await api(tenant.tenant_admin, route.replace("GET", "PATCH"), becomes, headers=headers)
        assert changed.status == 200, changed.body

    assert said(await signing) == "FORBIDDEN"
    assert (await checks_of(api, tenant.planner, work))[0]["result"] == "pending"


async def somebody_waits(installation: Installation) -> None:
    """Return when a transaction of the server waits for a row that the test holds."""
    waiting = (
        "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))"
    )
    async with asyncio.timeout(10):
        while not await installation.owner.fetchval(waiting):
            await asyncio.sleep(0.01)


async def test_what_one_signs_is_what_he_read_whoever_edits_it_meanwhile(
    api: FrontDoor, installation: Installation, tenant: Tenant, work: Json
) -> None:
    proof = a_proof(installation, tenant.mechanic)
    for _ in range(ROUNDS):
        check = await a_check_by_hand(api, tenant.planner, work)
        route, headers = f"PATCH /compliance-items/{check['id']}", {"if-match": '"v1"'}
        signing = [sign(api, tenant.mechanic, check, reauth_token=proof) for _ in range(MANY // 2)]
        editing = [
            api(tenant.planner, route, {"description": f"Seal {n} fitted"}, headers=headers) for n in range(MANY // 2)
        ]

        became = await outcomes(*(each for pair in zip(editing, signing, strict=True) for each in pair))

        after = (await api(tenant.auditor, f"GET /compliance-items/{check['id']}")).json
        assert became[200] == 1
        assert became["PRECONDITION_FAILED"] + became["ALREADY_SIGNED"] == MANY - 1
        assert after["version"] == 2
        assert (after["result"] == "pass") == (after["description"] == "Seal fitted")


async def test_of_two_mechanics_who_sign_one_check_one_does(
    api: FrontDoor, installation: Installation, tenant: Tenant, work: Json
) -> None:
    await let_sign(api, tenant.tenant_admin, any_mechanic=True)
    another = await a_person(installation, tenant.org_id, Role.MECHANIC)
    both = [(each, a_proof(installation, each)) for each in (tenant.mechanic, another)]
    for _ in range(ROUNDS):
        check = await a_check_by_hand(api, tenant.planner, work)

        replies = await asyncio.gather(*(sign(api, who, check, reauth_token=proof) for who, proof in both))

        [signed] = [each.json for each in replies if each.status == 200]
        assert Counter(map(said, replies)) == {200: 1, "ALREADY_SIGNED": 1}
        assert (await api(tenant.auditor, f"GET /compliance-items/{check['id']}")).json == signed


async def test_work_is_not_completed_before_its_last_check_is_signed(
    api: FrontDoor, installation: Installation, tenant: Tenant, aircraft: Json, its: Json
) -> None:
    proof = a_proof(installation, tenant.mechanic)
    for n in range(ROUNDS):
        task = await going_on(api, tenant, aircraft, its, starts=-5 * n, hours=4)
        [check] = await checks_of(api, tenant.mechanic, task)

        completed, signed = await asyncio.gather(
            move(api, tenant.planner, task, "completed", notes="Done"),
            sign(api, tenant.mechanic, check, reauth_token=proof),
        )

        assert signed.status == 200
        assert said(completed) in {200, "TASK_NOT_READY"}
        assert (await shown(api, tenant.auditor, task))["state"] == (
            "completed" if completed.status == 200 else "in_progress"
        )
    assert await unfinished_business(installation, tenant.org_id) == []


async def test_no_part_is_held_for_work_that_was_completed_meanwhile(
    api: FrontDoor, installation: Installation, tenant: Tenant, aircraft: Json, its: Json
) -> None:
    definition = await a_definition(api, tenant.planner)
    for n in range(ROUNDS):
        task = await going_on(api, tenant, aircraft, its, type="repair", starts=-5 * n)
        piece = await a_piece(api, tenant.planner, definition, serial_number=f"SN-{n}")

        completed, reserved = await asyncio.gather(
            move(api, tenant.mechanic, task, "completed", notes="Done"), reserve(api, tenant.mechanic, task, piece)
        )

        assert (said(completed), said(reserved)) in {(200, "TASK_CLOSED"), ("TASK_NOT_READY", 201)}
    assert await unfinished_business(installation, tenant.org_id) == []


async def test_nothing_is_added_to_check_on_work_that_was_completed_meanwhile(
    api: FrontDoor, installation: Installation, tenant: Tenant, aircraft: Json, its: Json
) -> None:
    for n in range(ROUNDS):
        task = await going_on(api, tenant, aircraft, its, type="repair", starts=-5 * n)
        order = {"task_id": task["id"], "description": "Seal fitted"}

        completed, added = await asyncio.gather(
            move(api, tenant.mechanic, task, "completed", notes="Done"),
            api(tenant.planner, "POST /compliance-items", order),
        )

        assert (said(completed), said(added)) in {(200, "TASK_CLOSED"), ("TASK_NOT_READY", 201)}
    assert await unfinished_business(installation, tenant.org_id) == []


async def unfinished_business(installation: Installation, org_id: UUID) -> list[UUID]:
    """Return the completed tasks that have an unsigned check or a part that is still reserved."""
    rows = await installation.owner.fetch(
        """
        SELECT t.id FROM maintenance_tasks t
        WHERE t.org_id = $1 AND t.state = 'completed' AND (
            EXISTS (SELECT FROM compliance_items c WHERE c.org_id = t.org_id AND c.task_id = t.id
                    AND c.deleted_at IS NULL AND c.result = 'pending')
            OR EXISTS (SELECT FROM part_reservations r WHERE r.org_id = t.org_id AND r.task_id = t.id
                       AND r.state = 'reserved'))
        """,
        org_id,
    )
    return [row["id"] for row in rows]
