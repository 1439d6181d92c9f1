"""The store through the front door."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.parts import a_definition, a_piece, change, reserve, reserved, settle, stock_of
from builders.tasks import a_program, an_order, events_of, fleet_of_one, move, plan
from builders.tenants import Tenant

TODAY = datetime.now(UTC).date()


@pytest.fixture
async def definition(api: FrontDoor, tenant: Tenant) -> dict[str, Any]:
    return await a_definition(api, tenant.planner)


@pytest.fixture
async def task(api: FrontDoor, tenant: Tenant) -> dict[str, Any]:
    aircraft = await fleet_of_one(api, tenant.planner)
    return await plan(api, tenant.planner, an_order(aircraft, assigned_mechanic_id=str(tenant.mechanic.id)))


async def names_found(api: FrontDoor, tenant: Tenant, query: str) -> list[str]:
    answer = await api(tenant.auditor, f"GET /part-definitions?{query}")
    assert answer.status == 200, answer.body
    return [each["name"] for each in answer.json["items"]]


async def serials_found(api: FrontDoor, tenant: Tenant, query: str) -> list[str]:
    answer = await api(tenant.auditor, f"GET /part-items?{query}")
    assert answer.status == 200, answer.body
    return [each["serial_number"] for each in answer.json["items"]]


async def test_what_the_store_keeps_is_found_by_name_category_and_part_number(api: FrontDoor, tenant: Tenant) -> None:
    await a_definition(api, tenant.planner, name="Öl filter", part_number="CH48110-1")
    await a_definition(api, tenant.mechanic, name="oil filter", part_number="CH48110-2")
    await a_definition(api, tenant.planner, name="Tyre", category="rotable")

    assert await names_found(api, tenant, "") == ["oil filter", "Tyre", "Öl filter"]
    assert await names_found(api, tenant, "q=OIL") == ["oil filter"]
    assert await names_found(api, tenant, "q=%C3%B6l") == ["Öl filter"]
    assert await names_found(api, tenant, "category=rotable") == ["Tyre"]
    assert await names_found(api, tenant, "part_number=CH48110-1") == ["Öl filter"]


async def test_a_part_number_belongs_to_one_definition_and_without_one_the_name_does(
    api: FrontDoor, tenant: Tenant, another_tenant: Tenant
) -> None:
    order = {"name": "Oil filter", "category": "consumable"}
    first = await a_definition(api, tenant.planner, part_number="CH48110-1")
    await a_definition(api, tenant.planner)

    same_number = await api(tenant.planner, "POST /part-definitions", {**order, "part_number": "CH48110-1"})
    same_name = await api(tenant.planner, "POST /part-definitions", order)
    into_it = await api(tenant.planner, f"PATCH /part-definitions/{first['id']}", {"part_number": None})

    assert [each.code for each in (same_number, same_name, into_it)] == ["DUPLICATE"] * 3
    await a_definition(api, another_tenant.planner, part_number="CH48110-1")


async def test_a_definition_is_edited_in_the_version_that_was_read(
    api: FrontDoor, tenant: Tenant, definition: dict[str, Any]
) -> None:
    path = f"PATCH /part-definitions/{definition['id']}"

    edited = await api(tenant.planner, path, {"name": "Filter"}, headers={"if-match": '"v1"'})
    late = await api(tenant.planner, path, {"name": "Sieve"}, headers={"if-match": '"v1"'})
    same = await api(tenant.planner, path, {"name": "Filter"})

    assert (edited.json["name"], edited.json["version"]) == ("Filter", 2)
    assert (late.status, late.code) == (412, "PRECONDITION_FAILED")
    assert same.json["version"] == 2


async def test_a_definition_stays_while_there_are_pieces_of_it_or_programs_need_it(
    api: FrontDoor, tenant: Tenant, definition: dict[str, Any]
) -> None:
    piece = await a_piece(api, tenant.planner, definition)
    parts = [{"part_definition_id": definition["id"], "quantity": 1}]
    program = await a_program(api, tenant.planner, parts=parts)

    refused = await api(tenant.planner, f"DELETE /part-definitions/{definition['id']}")

    assert (refused.status, refused.code) == (409, "IN_USE")
    assert [(each["code"], each["ids"]) for each in refused.json["reasons"]] == [
        ("PART_ITEM", [piece["id"]]),
        ("PROGRAM", [program["id"]]),
    ]


async def test_a_definition_that_nothing_uses_is_deleted_and_its_part_number_free_again(
    api: FrontDoor, tenant: Tenant
) -> None:
    definition = await a_definition(api, tenant.planner, part_number="CH48110-1")
    piece = await a_piece(api, tenant.planner, definition)
    await api(tenant.planner, f"DELETE /part-items/{piece['id']}")

    deleted = await api(tenant.planner, f"DELETE /part-definitions/{definition['id']}")

    assert deleted.status == 204, deleted.body
    assert await names_found(api, tenant, "") == []
    await a_definition(api, tenant.planner, part_number="CH48110-1")


async def test_stock_counts_what_is_there_reserved_and_expires(
    api: FrontDoor, tenant: Tenant, definition: dict[str, Any], task: dict[str, Any]
) -> None:
    for days in (-1, 0, 30, 31, 60, 90, 91):
        last_day = f"{TODAY + timedelta(days=days)}"
        await a_piece(api, tenant.planner, definition, serial_number=f"SN{days}", expiry_date=last_day)
    aside = {"status": "quarantined", "quarantine_reason": "Dented"}
    await a_piece(api, tenant.planner, definition, serial_number="SN-ASIDE", **aside)
    await reserved(api, tenant.planner, task, await a_piece(api, tenant.planner, definition))

    listed = (await api(tenant.auditor, "GET /part-definitions")).json["items"]

    assert listed[0]["stock"] == await stock_of(api, tenant.auditor, definition)
    assert listed[0]["stock"] == {
        "in_stock": 8,
        "reserved": 1,
        "available": 6,
        "expired": 1,
        "expiring_30_days": 2,
        "expiring_60_days": 4,
        "expiring_90_days": 5,
        "below_min_stock": False,
    }


async def test_pieces_are_found_by_status_part_serial_number_and_last_day(
    api: FrontDoor, tenant: Tenant, definition: dict[str, Any]
) -> None:
    other = await a_definition(api, tenant.planner, name="Tyre")
    await a_piece(api, tenant.planner, definition, serial_number="SN-1", expiry_date="2031-05-02")
    await a_piece(api, tenant.planner, definition, serial_number="SN-2", expiry_date="2031-05-01")
    await a_piece(api, tenant.planner, other, serial_number="SN-3", status="quarantined", quarantine_reason="Cut")

    assert await serials_found(api, tenant, "status=quarantined") == ["SN-3"]
    assert await serials_found(api, tenant, f"part_definition_id={definition['id']}") == ["SN-1", "SN-2"]
    assert await serials_found(api, tenant, f"definition_id={other['id']}") == ["SN-3"]
    assert await serials_found(api, tenant, "serial=SN-2") == ["SN-2"]
    assert await serials_found(api, tenant, "expiry_before=2031-05-02") == ["SN-2"]
    assert await serials_found(api, tenant, "sort=expiry_date") == ["SN-2", "SN-1", "SN-3"]


async def test_a_list_by_last_day_goes_on_behind_pieces_that_never_expire(
    api: FrontDoor, tenant: Tenant, definition: dict[str, Any]
) -> None:
    for number in range(3):
        await a_piece(api, tenant.planner, definition, serial_number=f"SN-{number}")

    first = (await api(tenant.auditor, "GET /part-items?sort=expiry_date&limit=2")).json
    rest = (await api(tenant.auditor, f"GET /part-items?sort=expiry_date&cursor={first['next_cursor']}")).json

    assert [each["serial_number"] for each in first["items"] + rest["items"]] == ["SN-0", "SN-1", "SN-2"]


async def test_a_serial_number_is_one_live_piece_of_an_organization(
    api: FrontDoor, tenant: Tenant, another_tenant: Tenant, definition: dict[str, Any]
) -> None:
    order = {"part_definition_id": definition["id"], "serial_number": "SN-0042"}
    first = await a_piece(api, tenant.planner, definition)
    second = await a_piece(api, tenant.planner, definition, serial_number="SN-2")

    again = await api(tenant.planner, "POST /part-items", order)
    renamed = await change(api, tenant.planner, second, serial_number="SN-0042")

    assert [each.code for each in (again, renamed)] == ["DUPLICATE"] * 2
    await a_piece(api, another_tenant.planner, await a_definition(api, another_tenant.planner))
    await api(tenant.planner, f"DELETE /part-items/{first['id']}")
    await a_piece(api, tenant.planner, definition)


async def test_a_reserved_piece_is_quarantined_at_once_and_stays_reserved(
    api: FrontDoor, tenant: Tenant, definition: dict[str, Any], task: dict[str, Any]
) -> None:
    piece = await a_piece(api, tenant.planner, definition)
    await reserved(api, tenant.planner, task, piece)

    aside = await change(api, tenant.mechanic, piece, status="quarantined", reason="Recalled")
    start = await move(api, tenant.mechanic, task, "in_progress")

    assert (aside.status, aside.json["quarantine_reason"]) == (200, "Recalled")
    assert [each["code"] for each in start.json["reasons"]] == ["PART_NOT_IN_STOCK"]


async def test_a_reserved_piece_is_neither_disposed_of_nor_deleted(
    api: FrontDoor, tenant: Tenant, definition: dict[str, Any], task: dict[str, Any]
) -> None:
    piece = await a_piece(api, tenant.planner, definition)
    reservation = await reserved(api, tenant.planner, task, piece)

    disposed = await change(api, tenant.planner, piece, status="disposed")
    deleted = await api(tenant.planner, f"DELETE /part-items/{piece['id']}")

    assert (disposed.status, disposed.code) == (409, "PART_RESERVED")
    assert disposed.json["reasons"][0]["ids"] == [reservation["id"], task["id"]]
    assert (deleted.status, deleted.code) == (409, "IN_USE")
    assert deleted.json["reasons"][0]["ids"] == [task["id"]]


async def test_an_expired_piece_is_disposed_of_though_work_has_it_and_the_work_waits_for_another(
    api: FrontDoor, tenant: Tenant, definition: dict[str, Any], task: dict[str, Any]
) -> None:
    piece = await a_piece(api, tenant.planner, definition)
    reservation = await reserved(api, tenant.planner, task, piece)
    await change(api, tenant.planner, piece, expiry_date=f"{TODAY - timedelta(days=1)}", reason="Label misread")

    disposed = await change(api, tenant.planner, piece, status="disposed")
    waiting = await move(api, tenant.mechanic, task, "in_progress")
    await settle(api, tenant.mechanic, reservation, "released")
    started = await move(api, tenant.mechanic, task, "in_progress")

    assert (disposed.status, started.status) == (200, 200)
    assert {each["code"] for each in waiting.json["reasons"]} == {"PART_NOT_IN_STOCK", "PART_EXPIRED"}


async def test_a_used_piece_is_never_deleted(
    api: FrontDoor, tenant: Tenant, definition: dict[str, Any], task: dict[str, Any]
) -> None:
    piece = await a_piece(api, tenant.planner, definition)
    reservation = await reserved(api, tenant.planner, task, piece)
    await move(api, tenant.mechanic, task, "in_progress")
    await settle(api, tenant.mechanic, reservation, "used")

    refused = await api(tenant.planner, f"DELETE /part-items/{piece['id']}")

    assert (refused.status, refused.code) == (409, "IN_USE")


async def test_the_history_of_a_piece_says_where_it_was_and_who_did_what(
    api: FrontDoor, tenant: Tenant, definition: dict[str, Any], task: dict[str, Any]
) -> None:
    piece = await a_piece(api, tenant.planner, definition)
    another = await a_piece(api, tenant.planner, definition, serial_number="SN-2")
    await reserved(api, tenant.planner, task, another)
    await settle(api, tenant.planner, await reserved(api, tenant.planner, task, piece), "released")
    await change(api, tenant.planner, piece, status="quarantined", reason="Dropped")
    await change(api, tenant.planner, piece, status="in_stock", reason="Inspected")
    reservation = await reserved(api, tenant.mechanic, task, piece)
    await move(api, tenant.mechanic, task, "in_progress")

    early = await api(tenant.auditor, f"GET /part-items/{piece['id']}/history")
    refused = await settle(api, tenant.mechanic, reservation, "used")  # the other piece is still reserved: no matter
    history = (await api(tenant.auditor, f"GET /part-items/{piece['id']}/history")).json["items"]

    assert (early.status, refused.status) == (200, 200)
    told = [
        (each["entity_type"], each["action"], each["reason"], each["task"] and each["task"]["title"])
        for each in reversed(history)
    ]
    assert told == [
        ("part-item", "create", None, None),
        ("part-reservation", "create", None, "A check"),
        ("part-reservation", "state_change", None, "A check"),
        ("part-item", "state_change", "Dropped", None),
        ("part-item", "state_change", "Inspected", None),
        ("part-reservation", "create", None, "A check"),
        ("part-reservation", "state_change", None, "A check"),
        ("part-item", "state_change", None, None),
    ]
    assert history[0]["details"]["after"]["used_on_task_id"] == task["id"]
    assert history[1]["aircraft"] == {"id": task["aircraft_id"], "tail_number": "G-ABCD"}
    assert history[1]["actor"]["id"] == str(tenant.mechanic.id)


async def test_low_stock_is_announced_once_for_each_time_it_becomes_low(
    api: FrontDoor, installation: Installation, tenant: Tenant, task: dict[str, Any]
) -> None:
    definition = await a_definition(api, tenant.planner)
    pieces = [await a_piece(api, tenant.planner, definition, serial_number=f"SN-{n}") for n in range(3)]
    path = f"PATCH /part-definitions/{definition['id']}"

    async def announced() -> int:
        return (await events_of(installation, tenant.org_id)).count("part.low_stock")

    await api(tenant.planner, path, {"min_stock": 2})
    assert await announced() == 0
    first = await reserved(api, tenant.planner, task, pieces[0])
    second = await reserved(api, tenant.planner, task, pieces[1])
    assert await announced() == 1
    await reserved(api, tenant.planner, task, pieces[2])
    assert await announced() == 1
    assert (await stock_of(api, tenant.planner, definition))["below_min_stock"]
    assert await names_found(api, tenant, "below_min_stock=true") == ["Oil filter"]

    for reservation in (first, second):
        await settle(api, tenant.planner, reservation, "released")
    assert await names_found(api, tenant, "below_min_stock=true") == []
    await change(api, tenant.planner, pieces[0], status="quarantined", reason="Dented")
    assert await announced() == 2
    await change(api, tenant.planner, pieces[0], status="in_stock")
    raised = await api(tenant.planner, path, {"min_stock": 3})
    assert raised.json["low_stock_since"] is not None
    assert await announced() == 3


async def test_a_new_part_that_should_be_there_and_is_not_is_low_at_once(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    definition = await a_definition(api, tenant.planner, min_stock=1)

    assert definition["low_stock_since"] is not None
    assert await events_of(installation, tenant.org_id) == ["part_definition.created", "part.low_stock"]
    piece = await a_piece(api, tenant.planner, definition)
    assert await names_found(api, tenant, "below_min_stock=true") == []
    await api(tenant.planner, f"DELETE /part-items/{piece['id']}")
    assert await names_found(api, tenant, "below_min_stock=true") == ["Oil filter"]


async def test_auditors_read_the_store_and_change_nothing(
    api: FrontDoor, tenant: Tenant, definition: dict[str, Any], task: dict[str, Any]
) -> None:
    piece = await a_piece(api, tenant.planner, definition)

    refused = await reserve(api, tenant.auditor, task, piece)

    assert (refused.status, refused.code) == (403, "FORBIDDEN")
