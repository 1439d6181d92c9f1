"""Work in progress that goes on in the hands of another mechanic."""

from typing import Any
from uuid import UUID

import pytest

from amss.foundation.access import Role
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.tasks import an_order, fleet_of_one, hand_over, move, plan
from builders.tenants import Person, Tenant, a_person


@pytest.fixture
async def the_night_shift(installation: Installation, tenant: Tenant) -> Person:
    return await a_person(installation, tenant.org_id, Role.MECHANIC)


async def test_work_goes_on_in_other_hands_and_he_reads_what_he_must_know(
    api: FrontDoor,
    tenant: Tenant,
    aircraft: dict[str, Any],
    installation: Installation,
    its: dict[str, Any],
    the_night_shift: Person,
) -> None:
    task = await plan(api, tenant.planner, an_order(aircraft, notes="Bring the ladder", **its))
    task = (await move(api, tenant.mechanic, task, "in_progress")).json

    handed_over = await hand_over(api, tenant.planner, task, the_night_shift, **{"if-match": '"v2"'})
    of_the_old = await move(api, tenant.mechanic, task, "completed", notes="Done")
    of_the_new = await move(api, the_night_shift, task, "completed")

    told = await installation.owner.fetchrow(
        "SELECT payload ->> 'reason' AS reason, payload ->> 'changed' AS changed FROM outbox_events "
        "WHERE org_id = $1 AND event_type = 'task.assigned'",
        tenant.org_id,
    )
    kept = await installation.owner.fetchrow(
        "SELECT action, reason FROM audit_logs WHERE org_id = $1 AND entity_id = $2 AND entity_version = 3",
        tenant.org_id, UUID(task["id"]),
    )  # fmt: skip
    name = await installation.owner.fetchval("SELECT name FROM users WHERE id = $1", the_night_shift.id)
    assert (handed_over.status, handed_over.json["version"]) == (200, 3)
    assert handed_over.json["assigned_mechanic_id"] == str(the_night_shift.id)
    assert handed_over.json["notes"] == f"Bring the ladder\nHanded over to {name}: Panel 512 is open"
    assert (of_the_old.status, of_the_new.status) == (403, 200)
    assert tuple(told) == ("Panel 512 is open", '["notes", "assigned_mechanic_id"]')
    assert tuple(kept) == ("update", "Panel 512 is open")


async def test_only_a_planner_hands_work_over_and_only_work_that_goes_on(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], its: dict[str, Any], the_night_shift: Person
) -> None:
    task = await plan(api, tenant.planner, an_order(aircraft, **its))

    not_started = await hand_over(api, tenant.planner, task, the_night_shift)
    task = (await move(api, tenant.mechanic, task, "in_progress")).json
    by_himself = await hand_over(api, tenant.mechanic, task, the_night_shift)
    to_himself = await hand_over(api, tenant.planner, task, tenant.mechanic)
    stale = await hand_over(api, tenant.planner, task, the_night_shift, **{"if-match": '"v1"'})

    assert [(each.status, each.code) for each in (not_started, by_himself, to_himself, stale)] == [
        (409, "CONFLICT"), (403, "FORBIDDEN"), (409, "CONFLICT"), (412, "PRECONDITION_FAILED"),
    ]  # fmt: skip


async def test_work_is_handed_over_to_a_mechanic_who_is_free_and_with_a_note(
    api: FrontDoor,
    tenant: Tenant,
    another_tenant: Tenant,
    aircraft: dict[str, Any],
    its: dict[str, Any],
    the_night_shift: Person,
) -> None:
    another = await fleet_of_one(api, tenant.planner, tail_number="G-TWO")
    his: dict[str, Any] = {"assigned_mechanic_id": str(the_night_shift.id)}
    booked = await plan(api, tenant.planner, an_order(another, starts=2, **his))
    task = await plan(api, tenant.planner, an_order(aircraft, notes="n" * 9_500, **its))
    task = (await move(api, tenant.mechanic, task, "in_progress")).json

    busy = await hand_over(api, tenant.planner, task, the_night_shift)
    no_mechanic = await hand_over(api, tenant.planner, task, tenant.planner, note="n" * 900)
    of_another_tenant = await hand_over(api, tenant.planner, task, another_tenant.mechanic)
    without_a_word = await hand_over(api, tenant.planner, task, the_night_shift, note=" ")

    assert (busy.status, busy.code, busy.json["reasons"][0]["ids"]) == (409, "MECHANIC_BUSY", [booked["id"]])
    assert {fault["pointer"] for fault in no_mechanic.json["errors"]} == {"/assigned_mechanic_id", "/note"}
    assert (of_another_tenant.status, without_a_word.status) == (404, 422)


async def test_a_repeated_handover_is_answered_as_the_first(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], its: dict[str, Any], the_night_shift: Person
) -> None:
    task = await plan(api, tenant.planner, an_order(aircraft, **its))
    task = (await move(api, tenant.mechanic, task, "in_progress")).json

    first, again = [
        await hand_over(api, tenant.planner, task, the_night_shift, **{"idempotency-key": "once"}) for _ in range(2)
    ]

    assert (again.status, again.body) == (200, first.body)
