"""Parts for work: reserved, used, given back, and what they have to say in a task's own steps."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.parts import a_definition, a_piece, reserve, reserved, settle, stock_of
from builders.tasks import a_program, an_order, due_items_of, events_of, fleet_of_one, generate, move, plan, tasks_of
from builders.tenants import Person, Tenant

TODAY = datetime.now(UTC).date()
DONE = "Done as the manual says"


@pytest.fixture
async def definition(api: FrontDoor, tenant: Tenant) -> dict[str, Any]:
    return await a_definition(api, tenant.planner)


@pytest.fixture
async def piece(api: FrontDoor, tenant: Tenant, definition: dict[str, Any]) -> dict[str, Any]:
    return await a_piece(api, tenant.planner, definition)


@pytest.fixture
async def task(api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], its: dict[str, Any]) -> dict[str, Any]:
    return await plan(api, tenant.planner, an_order(aircraft, **its))


async def states_of(api: FrontDoor, person: Person, task: dict[str, Any]) -> list[str]:
    answer = await api(person, f"GET /part-reservations?task_id={task['id']}")
    return [each["state"] for each in answer.json["items"]]


async def reasons_of(api: FrontDoor, person: Person, task: dict[str, Any], state: str) -> list[str]:
    refused = await move(api, person, task, state, notes=DONE)
    assert (refused.status, refused.code) == (409, "TASK_NOT_READY"), refused.body
    return [reason["code"] for reason in refused.json["reasons"]]


async def test_a_piece_is_reserved_used_and_says_where_it_went(
    api: FrontDoor, installation: Installation, tenant: Tenant, task: dict[str, Any], piece: dict[str, Any]
) -> None:
    reservation = await reserved(api, tenant.planner, task, piece)
    await move(api, tenant.mechanic, task, "in_progress")

    used = await settle(api, tenant.mechanic, reservation, "used", if_match=1)

    assert (used.status, used.json["state"], used.json["version"]) == (200, "used", 2)
    gone = (await api(tenant.auditor, f"GET /part-items/{piece['id']}")).json
    assert (gone["status"], gone["used_on_task_id"], gone["used_on_aircraft_id"], gone["used_at"]) == (
        "used",
        task["id"],
        task["aircraft_id"],
        used.json["used_at"],
    )
    assert [each for each in await events_of(installation, tenant.org_id) if each.startswith("part.")] == [
        "part.created",
        "part.reserved",
        "part.used",
        "part.status_changed",
    ]


async def test_a_released_piece_is_free_for_other_work(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], task: dict[str, Any], piece: dict[str, Any]
) -> None:
    other = await plan(api, tenant.planner, an_order(aircraft, starts=6))
    reservation = await reserved(api, tenant.planner, task, piece)

    refused = await reserve(api, tenant.planner, other, piece)
    released = await settle(api, tenant.planner, reservation, "released")

    assert (refused.status, refused.code) == (409, "PART_RESERVED")
    assert refused.json["reasons"][0]["ids"] == [reservation["id"], task["id"]]
    assert (released.json["state"], released.json["released_at"]) == ("released", released.json["updated_at"])
    await reserved(api, tenant.planner, other, piece)


async def test_of_twenty_who_reserve_one_piece_at_once_one_gets_it(
    api: FrontDoor, tenant: Tenant, definition: dict[str, Any], piece: dict[str, Any]
) -> None:
    fleet = [await fleet_of_one(api, tenant.planner, tail_number=f"G-R{n:02}") for n in range(20)]
    tasks = [await plan(api, tenant.planner, an_order(each, starts=1)) for each in fleet]

    answers = await asyncio.gather(*(reserve(api, tenant.planner, each, piece) for each in tasks))

    refusals = Counter(each.code for each in answers if each.status != 201)
    assert Counter(each.status for each in answers) == {201: 1, 409: 19}
    assert refusals == {"PART_RESERVED": 19}
    assert (await stock_of(api, tenant.planner, definition))["reserved"] == 1


async def test_of_many_who_settle_one_reservation_at_once_one_does(
    api: FrontDoor, tenant: Tenant, task: dict[str, Any], piece: dict[str, Any]
) -> None:
    reservation = await reserved(api, tenant.planner, task, piece)
    await move(api, tenant.mechanic, task, "in_progress")

    answers = await asyncio.gather(
        *(settle(api, tenant.planner, reservation, ("used", "released")[n % 2]) for n in range(6))
    )

    assert sorted(each.status for each in answers) == [200, *[409] * 5]
    assert {each.code for each in answers if each.status == 409} == {"RESERVATION_CLOSED"}


@pytest.mark.parametrize(("last_day", "status"), [(-1, 409), (2, 409), (3, 201)])
async def test_a_piece_is_reserved_only_if_it_is_good_when_the_work_starts(
    api: FrontDoor,
    tenant: Tenant,
    aircraft: dict[str, Any],
    definition: dict[str, Any],
    last_day: int,
    status: int,
) -> None:
    in_three_days = await plan(api, tenant.planner, an_order(aircraft, starts=72))
    piece = await a_piece(
        api, tenant.planner, definition, serial_number="SN-1", expiry_date=f"{TODAY + timedelta(days=last_day)}"
    )

    answer = await reserve(api, tenant.planner, in_three_days, piece)

    assert answer.status == status, answer.body
    assert status == 201 or answer.code == "PART_EXPIRED"


async def test_the_day_on_which_a_piece_expires_is_the_organizations(
    api: FrontDoor, installation: Installation, tenant: Tenant, definition: dict[str, Any], aircraft: dict[str, Any]
) -> None:
    # In one of these the day is always another than in the other.
    far_east, far_west = "Pacific/Kiritimati", "Etc/GMT+12"
    start = datetime.now(UTC) + timedelta(days=2)
    task = await plan(api, tenant.planner, an_order(aircraft, starts=48))
    in_the_west = (start - timedelta(hours=12)).date()
    piece = await a_piece(api, tenant.planner, definition, expiry_date=f"{in_the_west}")

    async def reserve_in(zone: str) -> int:
        await installation.owner.execute("UPDATE organizations SET time_zone = $2 WHERE id = $1", tenant.org_id, zone)
        return (await reserve(api, tenant.planner, task, piece)).status

    assert [await reserve_in(far_east), await reserve_in(far_west)] == [409, 201]


async def test_quarantined_pieces_are_not_reserved(
    api: FrontDoor, tenant: Tenant, task: dict[str, Any], definition: dict[str, Any]
) -> None:
    aside = await a_piece(api, tenant.planner, definition, status="quarantined", quarantine_reason="Dented")

    refused = await reserve(api, tenant.planner, task, aside)

    assert (refused.status, refused.code) == (409, "PART_NOT_IN_STOCK")


async def test_work_that_is_over_reserves_nothing(
    api: FrontDoor, tenant: Tenant, task: dict[str, Any], piece: dict[str, Any]
) -> None:
    await move(api, tenant.planner, task, "cancelled", reason="weather")

    refused = await reserve(api, tenant.planner, task, piece)

    assert (refused.status, refused.code) == (409, "TASK_CLOSED")


async def test_a_piece_is_used_only_while_the_work_goes_on(
    api: FrontDoor, tenant: Tenant, task: dict[str, Any], piece: dict[str, Any]
) -> None:
    reservation = await reserved(api, tenant.planner, task, piece)

    early = await settle(api, tenant.mechanic, reservation, "used")

    assert (early.status, early.code) == (409, "TASK_NOT_IN_PROGRESS")
    assert await states_of(api, tenant.auditor, task) == ["reserved"]


async def test_a_settled_reservation_stays_so_and_none_becomes_reserved_again(
    api: FrontDoor, tenant: Tenant, task: dict[str, Any], piece: dict[str, Any]
) -> None:
    reservation = await reserved(api, tenant.planner, task, piece)

    stale = await settle(api, tenant.planner, reservation, "released", if_match=7)
    back = await settle(api, tenant.planner, reservation, "reserved")
    await settle(api, tenant.planner, reservation, "released")
    again = await settle(api, tenant.planner, reservation, "released")
    as_it_was_read = await settle(api, tenant.planner, reservation, "used", if_match=1)

    assert (stale.status, back.status, back.code) == (412, 422, "VALIDATION")
    assert (again.status, again.code) == (409, "RESERVATION_CLOSED")
    assert (as_it_was_read.status, as_it_was_read.code) == (412, "PRECONDITION_FAILED")


async def test_mechanics_have_to_do_with_the_parts_of_their_own_work_alone(
    api: FrontDoor,
    tenant: Tenant,
    aircraft: dict[str, Any],
    task: dict[str, Any],
    definition: dict[str, Any],
    piece: dict[str, Any],
) -> None:
    nobodys = await plan(api, tenant.planner, an_order(aircraft, starts=6))
    other = await a_piece(api, tenant.mechanic, definition, serial_number="SN-2")
    reservation = await reserved(api, tenant.planner, nobodys, other)

    refused = [
        await reserve(api, tenant.mechanic, nobodys, piece),
        await settle(api, tenant.mechanic, reservation, "released"),
    ]
    his = await reserve(api, tenant.mechanic, task, piece)

    assert [(each.status, each.code) for each in refused] == [(403, "FORBIDDEN")] * 2
    assert his.status == 201


async def test_work_does_not_start_while_a_reserved_piece_cannot_be_fitted(
    api: FrontDoor,
    installation: Installation,
    tenant: Tenant,
    task: dict[str, Any],
    definition: dict[str, Any],
    piece: dict[str, Any],
) -> None:
    good_till_today = await a_piece(api, tenant.planner, definition, serial_number="SN-2", expiry_date=f"{TODAY}")
    for each in (piece, good_till_today):
        await reserved(api, tenant.planner, task, each)
    await api(tenant.planner, f"PATCH /part-items/{piece['id']}", {"status": "quarantined", "reason": "Recalled"})
    await installation.owner.execute(
        "UPDATE part_items SET expiry_date = $2 WHERE id = $1", UUID(good_till_today["id"]), TODAY - timedelta(days=1)
    )

    assert await reasons_of(api, tenant.mechanic, task, "in_progress") == ["PART_NOT_IN_STOCK", "PART_EXPIRED"]

    for each in (await api(tenant.planner, "GET /part-reservations?state=reserved")).json["items"]:
        await settle(api, tenant.mechanic, each, "released")
    assert (await move(api, tenant.mechanic, task, "in_progress")).status == 200


async def test_work_is_not_complete_while_a_piece_is_neither_used_nor_released(
    api: FrontDoor, tenant: Tenant, task: dict[str, Any], piece: dict[str, Any]
) -> None:
    reservation = await reserved(api, tenant.planner, task, piece)
    await move(api, tenant.mechanic, task, "in_progress")

    refused = await move(api, tenant.mechanic, task, "completed", notes=DONE)
    await settle(api, tenant.mechanic, reservation, "used")
    completed = await move(api, tenant.mechanic, task, "completed", notes=DONE)

    assert [(each["code"], each["ids"]) for each in refused.json["reasons"]] == [
        ("PART_UNSETTLED", [reservation["id"], piece["id"]])
    ]
    assert completed.json["state"] == "completed"


@pytest.mark.parametrize("ending", ["cancelled", "deleted"])
async def test_work_that_will_not_be_done_gives_its_pieces_back(
    api: FrontDoor, installation: Installation, tenant: Tenant, task: dict[str, Any], ending: str
) -> None:
    definition = await a_definition(api, tenant.planner, min_stock=2)
    pieces = [await a_piece(api, tenant.planner, definition, serial_number=f"SN-{n}") for n in range(2)]
    reservations = [await reserved(api, tenant.planner, task, each) for each in pieces]

    if ending == "cancelled":
        await move(api, tenant.planner, task, "cancelled", reason="weather")
    else:
        await api(tenant.planner, f"DELETE /maintenance-tasks/{task['id']}", headers={"if-match": '"v1"'})

    assert await states_of(api, tenant.auditor, task) == ["released", "released"]
    assert (await events_of(installation, tenant.org_id)).count("part.released") == 2
    stock = await stock_of(api, tenant.planner, definition)
    assert (stock["available"], stock["below_min_stock"]) == (2, False)
    again = await settle(api, tenant.planner, reservations[0], "used")
    assert (again.status, again.code) == (409, "RESERVATION_CLOSED")


async def test_a_task_takes_over_the_parts_that_its_program_needs(
    api: FrontDoor,
    tenant: Tenant,
    aircraft: dict[str, Any],
    definition: dict[str, Any],
    piece: dict[str, Any],
) -> None:
    oil = await a_definition(api, tenant.planner, name="Oil", part_number="AV-15")
    parts = [{"part_definition_id": each["id"], "quantity": n} for n, each in ((1, definition), (12, oil))]
    await a_program(api, tenant.planner, parts=parts)
    by_hand = await a_program(api, tenant.planner, code="B-CHK", parts=parts[:1], days=900)
    await generate(api, tenant.planner)
    (generated,) = await tasks_of(api, tenant.planner)
    ordered = await plan(api, tenant.planner, an_order(aircraft, starts=1, program_id=by_hand["id"]))

    await reserved(api, tenant.planner, generated, piece)

    assert len(await due_items_of(api, tenant.planner)) == 2
    wanted = await demand(api, tenant, generated)
    assert [(each["name"], each["quantity"], each["reserved"], each["used"]) for each in wanted] == [
        ("Oil", 12, 0, 0),
        ("Oil filter", 1, 1, 0),
    ]
    assert [each["part_definition_id"] for each in await demand(api, tenant, ordered)] == [definition["id"]]


async def demand(api: FrontDoor, tenant: Tenant, task: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what a task needs."""
    return (await api(tenant.mechanic, f"GET /maintenance-tasks/{task['id']}")).json["part_requirements"]
