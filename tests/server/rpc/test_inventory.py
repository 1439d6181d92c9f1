"""The store over gRPC: each method once, as a user calls it."""

from typing import Any

import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from grpc import StatusCode

from amss_proto.amss.v1 import inventory_service_pb2 as inventory
from amss_proto.amss.v1.inventory_pb2 import PartDefinition, PartItem, PartItemStatus, PartReservationState
from builders.front_door import FrontDoor
from builders.rpc_client import Client, day
from builders.rpc_door import RpcDoor
from builders.tasks import an_order, move, plan
from builders.tenants import Tenant


@pytest.fixture
async def definition(planner: Client) -> PartDefinition:
    order = inventory.CreatePartDefinitionRequest(name="Oil filter", category="consumable", part_number="CH48110-1")
    return (await planner("InventoryService/CreatePartDefinition", order)).part_definition


@pytest.fixture
async def piece(planner: Client, definition: PartDefinition) -> PartItem:
    order = inventory.CreatePartItemRequest(
        part_definition_id=definition.id, serial_number="SN-0042", expiry_date=day(-400)
    )
    return (await planner("InventoryService/CreatePartItem", order)).part_item


@pytest.fixture
async def task(api: FrontDoor, tenant: Tenant, aircraft_id: str) -> dict[str, Any]:
    order = an_order({"id": aircraft_id}, assigned_mechanic_id=str(tenant.mechanic.id))
    return await plan(api, tenant.planner, order)


async def test_what_the_store_keeps_is_set_up_edited_listed_and_deleted(
    rpc: RpcDoor, tenant: Tenant, planner: Client, definition: PartDefinition
) -> None:
    edit = inventory.UpdatePartDefinitionRequest(
        part_definition_id=definition.id,
        expected_version=1,
        min_stock=2,
        update_mask=FieldMask(paths=["min_stock", "part_number"]),
    )
    edited = (await planner("InventoryService/UpdatePartDefinition", edit)).part_definition
    stale = await rpc(tenant.planner, "InventoryService/UpdatePartDefinition", edit)
    shown = await planner(
        "InventoryService/GetPartDefinition", inventory.GetPartDefinitionRequest(part_definition_id=definition.id)
    )
    low = inventory.ListPartDefinitionsRequest(limit=5, q="oil", below_min_stock=True, count=True)
    listed = await planner("InventoryService/ListPartDefinitions", low)
    leave = inventory.DeletePartDefinitionRequest(part_definition_id=definition.id, expected_version=2)
    await planner("InventoryService/DeletePartDefinition", leave)
    gone = await rpc(tenant.planner, "InventoryService/DeletePartDefinition", leave)

    assert (edited.min_stock, edited.HasField("part_number"), edited.HasField("low_stock_since")) == (2, False, True)
    assert (stale.code, stale.reason) == (StatusCode.ABORTED, "PRECONDITION_FAILED")
    assert shown.part_definition.stock.below_min_stock
    assert (listed.total, [each.id for each in listed.items]) == (1, [definition.id])
    assert gone.code is StatusCode.NOT_FOUND


async def test_a_piece_is_taken_in_quarantined_listed_and_deleted(
    planner: Client, definition: PartDefinition, piece: PartItem
) -> None:
    aside = inventory.UpdatePartItemRequest(
        part_item_id=piece.id, status=PartItemStatus.PART_ITEM_STATUS_QUARANTINED, reason="Dented", expected_version=1
    )
    quarantined = (await planner("InventoryService/UpdatePartItem", aside)).part_item
    query = inventory.ListPartItemsRequest(
        limit=5,
        status=PartItemStatus.PART_ITEM_STATUS_QUARANTINED,
        part_definition_id=definition.id,
        expiry_before=day(-500),
    )
    listed = await planner("InventoryService/ListPartItems", query)
    shown = await planner("InventoryService/GetPartItem", inventory.GetPartItemRequest(part_item_id=piece.id))
    await planner("InventoryService/DeletePartItem", inventory.DeletePartItemRequest(part_item_id=piece.id))

    assert piece.expiry_date == day(-400)
    assert (quarantined.quarantine_reason, quarantined.version) == ("Dented", 2)
    assert [each.serial_number for each in listed.items] == ["SN-0042"]
    assert shown.part_item == quarantined


async def test_a_piece_is_reserved_released_reserved_again_and_used(
    api: FrontDoor, rpc: RpcDoor, tenant: Tenant, planner: Client, piece: PartItem, task: dict[str, Any]
) -> None:
    order = inventory.ReservePartsRequest(task_id=task["id"], part_item_id=piece.id)
    first = (await planner("InventoryService/ReserveParts", order)).reservation
    taken = await rpc(tenant.planner, "InventoryService/ReserveParts", order)
    release = inventory.ReleasePartsRequest(reservation_id=first.id, expected_version=1)
    released = (await planner("InventoryService/ReleaseParts", release, **{"idempotency-key": "one"})).reservation
    repeated = (await planner("InventoryService/ReleaseParts", release, **{"idempotency-key": "one"})).reservation
    second = (await planner("InventoryService/ReserveParts", order)).reservation
    use = inventory.UsePartsRequest(reservation_id=second.id)
    early = await rpc(tenant.mechanic, "InventoryService/UseParts", use)
    await move(api, tenant.mechanic, task, "in_progress")
    used = (await planner("InventoryService/UseParts", use)).reservation
    query = inventory.ListPartReservationsRequest(
        limit=5, task_id=task["id"], state=PartReservationState.PART_RESERVATION_STATE_RELEASED
    )
    listed = await planner("InventoryService/ListPartReservations", query)

    assert taken.reason == "PART_RESERVED"
    assert released == repeated
    assert released.state == PartReservationState.PART_RESERVATION_STATE_RELEASED
    assert early.reason == "TASK_NOT_IN_PROGRESS"
    assert (used.state, used.HasField("used_at")) == (PartReservationState.PART_RESERVATION_STATE_USED, True)
    assert [each.id for each in listed.items] == [first.id]


async def test_the_history_of_a_piece_names_the_work_and_the_aircraft_that_had_it(
    planner: Client, piece: PartItem, task: dict[str, Any]
) -> None:
    order = inventory.ReservePartsRequest(task_id=task["id"], part_item_id=piece.id)
    await planner("InventoryService/ReserveParts", order)

    asked = inventory.ListPartItemHistoryRequest(part_item_id=piece.id, count=True)
    history = await planner("InventoryService/ListPartItemHistory", asked)

    reserved, taken_in = history.items
    assert history.total == 2
    assert (reserved.task.id, reserved.task.title) == (task["id"], task["title"])
    assert (reserved.aircraft.id, reserved.entity_type) == (task["aircraft_id"], "part-reservation")
    assert (taken_in.entity_id, taken_in.HasField("task"), taken_in.HasField("aircraft")) == (piece.id, False, False)
