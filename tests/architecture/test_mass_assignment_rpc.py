"""Over gRPC, too, nobody sets what the server owns: generated from the services' descriptors."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from grpc import StatusCode

from amss.foundation.access import Permission
from amss.foundation.operation import Kind
from amss.server.rpc.messages import fill
from amss.server.rpc.methods import RpcMethod, rpc_methods
from amss_proto.amss.v1.aircraft_service_pb2 import BatchRecordUtilizationRequest, FleetUtilization
from amss_proto.amss.v1.program_service_pb2 import GenerateTasksRequest
from amss_proto.amss.v1.task_pb2 import TaskState, TaskType
from amss_proto.amss.v1.task_service_pb2 import (
    BatchCreateTasksRequest,
    CreateTaskRequest,
    DeleteTaskRequest,
    HandOverTaskRequest,
    TransitionStateRequest,
    UpdateTaskRequest,
)
from architecture.test_mass_assignment import GIVEN, HIDDEN
from builders.belongings import a_delivery
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.parts import a_definition, a_piece, reserved, settle
from builders.rpc_door import RpcDoor, rpc_door
from builders.sign_in import with_password
from builders.tasks import an_order, fleet_of_one, move, plan
from builders.tenants import PASSWORD, Tenant

WRITES = {
    each.name.removeprefix("amss.v1."): each
    for each in rpc_methods()
    if each.operation.kind not in (Kind.READ, Kind.EXPORT, Kind.STREAM)
}
# The only moments that a caller tells; all others are when something happened here.
TOLD = {"start_time", "end_time", "performed_at", "since"}
# How late work may be done; that a task is late nobody tells us.
TOLERANCE = "amss.v1.ProgramLimit.late"
HIGHEST_NUMBER = 60  # of a field; no message of ours has more
# Where two things differ to which the same was done.
OWN = {
    "id", "aircraft_id", "program_id", "due_item_id", "tail_number", "code", "created_at", "updated_at",
    "started_at", "cancelled_at", "deleted_at", "requested_at", "decided_at",
    "task_id", "part_definition_id", "part_item_id", "part_number",
    "serial_number", "used_at", "used_on_task_id", "used_on_aircraft_id", "removed_at", "removed_on_task_id",
    "released_at", "sign_off_time", "snapshot_hash",
    "webhook_id", "event_id", "secret", "previous_secret_expires_at", "disabled_at", "next_attempt_at",
}  # fmt: skip
SOON = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)


@pytest.fixture(scope="module")
async def rpc(installation: Installation) -> AsyncIterator[RpcDoor]:
    async with rpc_door(installation) as door:
        yield door


@pytest.mark.parametrize("method", WRITES.values(), ids=WRITES)
def test_a_message_has_fields_with_power_only_where_rest_has_them(method: RpcMethod) -> None:
    fields = {
        each.name: each
        for each in fields_of(method.request.DESCRIPTOR)
        if each.name not in method.ids and each.full_name != TOLERANCE
    }
    moments = {name for name, each in fields.items() if each.message_type and each.message_type.name == "Timestamp"}

    assert fields.keys() & HIDDEN == set()
    assert fields.keys() & GIVEN.keys() == {
        name for name, routes in GIVEN.items() if method.operation.route in routes and name not in method.says
    }
    assert moments <= TOLD


def fields_of(message: Any) -> Iterator[Any]:
    """Yield a message's fields, and those of the messages of ours that are in it."""
    for each in message.fields:
        yield each
        if each.message_type is not None and each.message_type.file.package == message.file.package:
            yield from fields_of(each.message_type)


def with_unknown_fields(message: Message, text: str) -> bytes:
    """Return a message's bytes with a text and a number under every number of no field, also inside."""
    known = {each.number for each in message.DESCRIPTOR.fields}
    written = [message.SerializeToString()]
    for number in sorted(set(range(1, HIGHEST_NUMBER + 1)) - known):
        written += [_delimited(number, text.encode()), _varint(number << 3), _varint(7)]
    for each, value in message.ListFields():
        if isinstance(value, Message):
            # What comes under the number of a message that was there before is merged into it.
            written.append(_delimited(each.number, with_unknown_fields(type(value)(), text)))
    return b"".join(written)


def _delimited(number: int, value: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _varint(number: int) -> bytes:
    low, rest = number & 127, number >> 7
    return bytes([low | 128]) + _varint(rest) if rest else bytes([low])


async def a_new_task(api: FrontDoor, tenant: Tenant, tail: str) -> CreateTaskRequest:
    """Return an order of work on an aircraft of its own."""
    aircraft = (await api(tenant.planner, "POST /aircraft", {"tail_number": tail, "model": "A320"})).json
    return CreateTaskRequest(
        aircraft_id=aircraft["id"],
        type=TaskType.TASK_TYPE_INSPECTION,
        title="A check",
        start_time=SOON,
        end_time=SOON + timedelta(hours=4),
    )


async def many_new_tasks(api: FrontDoor, tenant: Tenant, tail: str) -> BatchCreateTasksRequest:
    """Return a single order of work as many are given."""
    return BatchCreateTasksRequest(items=[await a_new_task(api, tenant, tail)])


async def a_planned_task(api: FrontDoor, tenant: Tenant, tail: str, **facts: Any) -> dict[str, Any]:
    """Plan work on an aircraft of its own."""
    order = MessageToDict(await a_new_task(api, tenant, tail), preserving_proto_field_name=True)
    return (await api(tenant.planner, "POST /maintenance-tasks", order | {"type": "inspection"} | facts)).json


async def an_edited_task(api: FrontDoor, tenant: Tenant, tail: str) -> UpdateTaskRequest:
    """Return an edit of a task on an aircraft of its own."""
    task = await a_planned_task(api, tenant, tail)
    return UpdateTaskRequest(
        task_id=task["id"], expected_version=1, title="B check", end_time=SOON + timedelta(hours=5)
    )


async def a_deleted_task(api: FrontDoor, tenant: Tenant, tail: str) -> DeleteTaskRequest:
    """Return the end of a task on an aircraft of its own that has not begun."""
    return DeleteTaskRequest(task_id=(await a_planned_task(api, tenant, tail))["id"], expected_version=1)


async def a_task_in_other_hands(api: FrontDoor, tenant: Tenant, tail: str) -> HandOverTaskRequest:
    """Return the handover of work of two days that a mechanic of its own has begun."""
    someone = {"email": f"{tail}@demo.example", "name": "Ada", "role": "mechanic", "password": "maintain-the-fleet"}
    ada = (await api(tenant.tenant_admin, "POST /users", someone)).json["id"]
    window = {"start_time": SOON - timedelta(hours=1), "end_time": SOON + timedelta(days=2)}
    task = await a_planned_task(api, tenant, tail, **window, assigned_mechanic_id=ada)
    await api(tenant.planner, f"PATCH /maintenance-tasks/{task['id']}/state", {"state": "in_progress"})
    return HandOverTaskRequest(task_id=task["id"], assigned_mechanic_id=str(tenant.mechanic.id), note="Panel open")


async def a_cancelled_task(api: FrontDoor, tenant: Tenant, tail: str) -> TransitionStateRequest:
    """Return the end of a task that is planned for an aircraft of its own."""
    task = await a_planned_task(api, tenant, tail)
    return TransitionStateRequest(
        task_id=task["id"],
        state=TaskState.TASK_STATE_CANCELLED,
        reason="weather",
        expected_version=1,
    )


async def due_tasks(_api: FrontDoor, _tenant: Tenant, _tail: str) -> GenerateTasksRequest:
    """Return the order to plan what is due."""
    return GenerateTasksRequest()


async def what_was_flown(api: FrontDoor, tenant: Tenant, tail: str) -> BatchRecordUtilizationRequest:
    """Return what an aircraft of its own flew."""
    await api(tenant.planner, "POST /aircraft", {"tail_number": tail, "model": "A320"})
    flown = FleetUtilization(tail_number=tail, flight_minutes=90, cycles=1)
    flown.flown_on.year, flown.flown_on.month, flown.flown_on.day = datetime.now(UTC).date().timetuple()[:3]
    return BatchRecordUtilizationRequest(items=[flown])


async def things(api: FrontDoor, tenant: Tenant, tail: str) -> dict[str, Any]:
    """Make an aircraft under a program, a request for more time there, and a program that nobody is under."""
    code, planner = f"CHECK-{tail}", tenant.planner
    aircraft = (await api(planner, "POST /aircraft", {"tail_number": tail, "model": "A320"})).json
    limits = [{"interval_type": "calendar", "interval": 90, "max_extension": 9}]
    order = {"code": code, "name": "A check", "task_type": "inspection", "limits": limits}
    program = (await api(planner, "POST /maintenance-programs", order | {"aircraft_id": aircraft["id"]})).json
    spare = (await api(planner, "POST /maintenance-programs", order | {"code": f"{code}-SPARE"})).json
    await api(planner, f"POST /maintenance-programs/{spare['id']}/assignments", {"aircraft_id": aircraft["id"]})
    unused = (await api(planner, "POST /maintenance-programs", order | {"code": f"{code}-UNUSED"})).json
    item = (await api(planner, f"GET /due-items?program_id={program['id']}")).json["items"][0]
    return {"aircraft": aircraft, "program": program, "spare": spare, "unused": unused, "item": item}


async def with_a_request(api: FrontDoor, tenant: Tenant, made: dict[str, Any]) -> dict[str, str]:
    order = {"interval_type": "calendar", "amount": 5, "reason": "No slot"}
    asked = await api(tenant.planner, f"POST /due-items/{made['item']['id']}/extensions", order)
    return {"due_item_id": made["item"]["id"], "extension_id": asked.json["id"]}


async def parts(api: FrontDoor, tenant: Tenant, tail: str) -> dict[str, str]:
    """Reserve a piece for work that is going on, beside a free one and a part of no pieces; return the ids."""
    planner = tenant.planner
    aircraft = await fleet_of_one(api, planner, tail_number=tail)
    # Work of more than a day, for a mechanic may carry two of these at a time.
    window = {"start_time": SOON - timedelta(hours=1), "end_time": SOON + timedelta(hours=30)}
    order = an_order(aircraft, assigned_mechanic_id=str(tenant.mechanic.id)) | window
    task = await plan(api, planner, order)
    await move(api, planner, task, "in_progress")
    definition = await a_definition(api, planner, part_number=tail)
    empty = await a_definition(api, planner, part_number=f"{tail}-EMPTY")
    piece = await a_piece(api, planner, definition, serial_number=tail)
    free = await a_piece(api, planner, definition, serial_number=f"{tail}-FREE")
    fitted = await a_piece(api, planner, definition, serial_number=f"{tail}-FITTED")
    await settle(api, planner, await reserved(api, planner, task, fitted), "used")
    reservation = await reserved(api, planner, task, piece)
    return {
        "task": task["id"],
        "definition": definition["id"],
        "empty": empty["id"],
        "fitted": fitted["id"],
        "free": free["id"],
        "reservation": reservation["id"],
    }


# By method: the ids it names, each of which thing, and what is said besides.
OF_PARTS: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
    "InventoryService/CreatePartDefinition": ({}, {"name": "Oil filter", "category": "consumable"}),
    "InventoryService/UpdatePartDefinition": (
        {"part_definition_id": "definition"},
        {"min_stock": 0, "name": "Filter"},
    ),
    "InventoryService/DeletePartDefinition": ({"part_definition_id": "empty"}, {}),
    "InventoryService/CreatePartItem": ({"part_definition_id": "definition"}, {}),
    "InventoryService/UpdatePartItem": ({"part_item_id": "free"}, {"status": "disposed"}),
    "InventoryService/DeletePartItem": ({"part_item_id": "free"}, {}),
    "InventoryService/ReserveParts": ({"part_item_id": "free", "task_id": "task"}, {}),
    "InventoryService/UseParts": ({"reservation_id": "reservation"}, {}),
    "InventoryService/ReleaseParts": ({"reservation_id": "reservation"}, {}),
    "InventoryService/RemovePart": ({"part_item_id": "fitted", "task_id": "task"}, {"reason": "Worn"}),
}


async def asked_of_the_store(name: str, api: FrontDoor, tenant: Tenant, tail: str) -> Message:
    """Return what a method of the store is asked, about parts of its own."""
    made = await parts(api, tenant, tail)
    ids, said = OF_PARTS[name]
    own = {"part_number": f"{tail}-NEW", "serial_number": f"{tail}-NEW"} if "/Create" in name else {}
    request = WRITES[name].request()
    fill(request, said | own | {field: made[thing] for field, thing in ids.items()})
    return request


async def asked_of_the_checks(name: str, api: FrontDoor, tenant: Tenant, tail: str) -> Message:
    """Return what a method of the checks is asked, about one of work that is going on."""
    made = await parts(api, tenant, tail)
    check = {"task_id": made["task"], "description": "Torque checked"}
    added = await api(tenant.planner, "POST /compliance-items", check)
    said: dict[str, Any] = {"compliance_item_id": added.json["id"], "expected_version": 1}
    match name:
        case "ComplianceService/CreateComplianceItem":
            said = check
        case "ComplianceService/UpdateComplianceItem":
            said["description"] = "Torque checked twice"
        case "ComplianceService/SignOff":
            said |= {"result": "pass", "password": PASSWORD}
        case _:
            pass
    request = WRITES[name].request()
    fill(request, said)
    return request


async def asked_of_the_webhooks(name: str, api: FrontDoor, tenant: Tenant, _tail: str) -> Message:
    """Return what a method of the webhooks is asked, about an endpoint of its own."""
    order = {"url": "https://erp.example/hook", "events": ["task.*"]}
    said: dict[str, Any] = {"webhook_id": (await api(tenant.tenant_admin, "POST /webhooks", order)).json["id"]}
    match name:
        case "WebhookService/CreateWebhook":
            said = order
        case "WebhookService/UpdateWebhook":
            said["description"] = "Planning"
        case "WebhookService/RecoverWebhook":
            said["since"] = "2026-01-01T00:00:00Z"
        case "WebhookService/RetryDelivery":
            said = {"delivery_id": await a_delivery(api, tenant, said["webhook_id"])}
        case _:
            pass
    request = WRITES[name].request()
    fill(request, said)
    return request


# What is said besides ids, by the name of the thing that it is done to.
SAID: dict[str, tuple[str, dict[str, Any]]] = {
    "AircraftService/CreateAircraft": ("", {"model": "A320", "capacity_slots": 3}),
    "AircraftService/UpdateAircraft": ("aircraft", {"manufacturer": "Airbus"}),
    "AircraftService/DeleteAircraft": ("aircraft", {}),
    "AircraftService/GroundAircraft": ("aircraft", {"reason": "Bird strike"}),
    "AircraftService/ReleaseAircraft": ("aircraft", {"reason": "Inspected"}),
    "AircraftService/RetireAircraft": ("aircraft", {"reason": "Sold"}),
    "AircraftService/RecordUtilization": (
        "aircraft",
        {"flown_on": f"{datetime.now(UTC).date()}", "flight_minutes": 90, "cycles": 1},
    ),
    "ProgramService/CreateProgram": (
        "",
        {"name": "B", "task_type": "repair", "interval_type": "calendar", "interval_value": 9},
    ),
    "ProgramService/UpdateProgram": ("program", {"name": "Better"}),
    "ProgramService/DeleteProgram": ("unused", {}),
    "ProgramService/PreviewProgram": ("program", {"lead_days": 7}),
    "ProgramService/AssignAircraft": ("unused", {}),
    "ProgramService/UnassignAircraft": ("spare", {}),
    "DueItemService/SetLastDone": (
        "item",
        {
            "reason": "Logbook",
            "expected_version": 1,
            "last_done": {"on": f"{datetime.now(UTC).date()}", "flight_minutes": 0, "cycles": 0},
        },
    ),
    "DueItemService/RequestExtension": (
        "item",
        {"interval_type": "calendar", "amount": 5, "reason": "No slot"},
    ),
    "DueItemService/ApproveExtension": ("extension", {}),
    "DueItemService/RejectExtension": ("extension", {"reason": "Find one"}),
}
ASKED: dict[str, Callable[[FrontDoor, Tenant, str], Awaitable[Message]]] = {
    "TaskService/CreateTask": a_new_task,
    "TaskService/BatchCreateTasks": many_new_tasks,
    "TaskService/UpdateTask": an_edited_task,
    "TaskService/DeleteTask": a_deleted_task,
    "TaskService/HandOverTask": a_task_in_other_hands,
    "TaskService/TransitionState": a_cancelled_task,
    "ProgramService/GenerateTasks": due_tasks,
    "AircraftService/BatchRecordUtilization": what_was_flown,
    **{name: partial(asked_of_the_store, name) for name in OF_PARTS},
    **{name: partial(asked_of_the_checks, name) for name in WRITES if name.startswith("ComplianceService/")},
    **{name: partial(asked_of_the_webhooks, name) for name in WRITES if name.startswith("WebhookService/")},
}


async def asked_for(name: str, api: FrontDoor, tenant: Tenant, tail: str) -> Message:
    """Return what a method is asked, about things of its own."""
    if name in ASKED:
        return await ASKED[name](api, tenant, tail)
    kind, said = SAID[name]
    if name == "AircraftService/CreateAircraft":
        ids = {"tail_number": tail}
    elif name == "ProgramService/CreateProgram":
        ids = {"code": tail}
    else:
        made = await things(api, tenant, tail)
        ids = ids_of(kind, made) if kind in made else await with_a_request(api, tenant, made)
        if name == "AircraftService/ReleaseAircraft":
            await api(tenant.planner, f"POST /aircraft/{ids['aircraft_id']}/ground", {"reason": "Hail"})
    request = WRITES[name].request()
    fill(request, said | ids)
    return request


def ids_of(kind: str, made: dict[str, Any]) -> dict[str, str]:
    """Return the ids by which a thing is named; a program's aircraft stands beside it where a message has a place."""
    name = {"aircraft": "aircraft_id", "item": "due_item_id"}.get(kind, "program_id")
    return {"aircraft_id": made["aircraft"]["id"], name: made[kind]["id"]}


@pytest.mark.parametrize("name", WRITES)
async def test_fields_that_a_message_does_not_have_are_without_effect(
    api: FrontDoor, rpc: RpcDoor, installation: Installation, tenant: Tenant, another_tenant: Tenant, name: str
) -> None:
    begun = datetime.now(UTC)
    honest, other = [await asked_for(name, api, tenant, tail) for tail in ("G-ABCD", "G-EFGH")]
    smuggling = with_unknown_fields(other, str(another_tenant.org_id))
    await with_password(installation, tenant.mechanic)
    deciding = {
        Permission.DECIDE_EXTENSIONS: tenant.tenant_admin,
        Permission.MANAGE_WEBHOOKS: tenant.tenant_admin,
        Permission.SIGN_OFF: tenant.mechanic,
    }
    who = deciding.get(WRITES[name].operation.permission, tenant.planner)

    answers = [await rpc(who, name, each) for each in (honest, smuggling)]

    assert [each.code for each in answers] == [StatusCode.OK] * 2, answers
    first, second = [without_own(MessageToDict(each.message, preserving_proto_field_name=True)) for each in answers]
    assert first == second
    rows = await installation.owner.fetch("SELECT * FROM maintenance_tasks WHERE org_id = $1", tenant.org_id)
    assert all(without_own(dict(each)) == without_own(dict(rows[0])) for each in rows)
    for table in ("maintenance_tasks", "aircraft", "maintenance_programs", "due_items", "due_item_extensions"):
        rows = await installation.owner.fetch(f"SELECT * FROM {table} WHERE org_id = $1", tenant.org_id)
        assert all(begun < each["created_at"] <= each["updated_at"] < datetime.now(UTC) for each in rows)
    assert (
        await installation.owner.fetchval("SELECT count(*) FROM audit_logs WHERE org_id = $1", another_tenant.org_id)
        == 0
    )


def without_own(facts: Any) -> Any:
    """Return what was answered or kept, without what two things never have in common."""
    if isinstance(facts, dict):
        return {name: without_own(value) for name, value in facts.items() if name not in OWN}
    return [without_own(each) for each in facts] if isinstance(facts, list) else facts
