"""Over gRPC, too, nobody sets what the server owns: generated from the services' descriptors."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from grpc import StatusCode

from amss.foundation.operation import Kind
from amss.server.rpc.methods import RpcMethod, rpc_methods
from amss_proto.amss.v1.program_service_pb2 import GenerateTasksRequest
from amss_proto.amss.v1.task_pb2 import TaskState, TaskType
from amss_proto.amss.v1.task_service_pb2 import CreateTaskRequest, TransitionStateRequest
from architecture.test_mass_assignment import GIVEN, HIDDEN
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.rpc_door import RpcDoor, rpc_door
from builders.tenants import Tenant

WRITES = {each.name.removeprefix("amss.v1."): each for each in rpc_methods() if each.operation.kind is not Kind.READ}
# The only moments that a caller tells; all others are when something happened here.
TOLD = {"start_time", "end_time", "performed_at"}
HIGHEST_NUMBER = 60  # of a field; no message of ours has more
# Where two tasks differ to which the same was done on two aircraft.
OWN = {"id", "aircraft_id", "created_at", "updated_at", "cancelled_at"}
SOON = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)


@pytest.fixture(scope="module")
async def rpc(installation: Installation) -> AsyncIterator[RpcDoor]:
    async with rpc_door(installation) as door:
        yield door


@pytest.mark.parametrize("method", WRITES.values(), ids=WRITES)
def test_a_message_has_fields_with_power_only_where_rest_has_them(method: RpcMethod) -> None:
    fields = {each.name: each for each in fields_of(method.request.DESCRIPTOR) if each.name not in method.ids}
    moments = {name for name, each in fields.items() if each.message_type and each.message_type.name == "Timestamp"}

    assert fields.keys() & HIDDEN == set()
    assert fields.keys() & GIVEN.keys() == {
        name for name, routes in GIVEN.items() if method.operation.route in routes
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


async def a_cancelled_task(api: FrontDoor, tenant: Tenant, tail: str) -> TransitionStateRequest:
    """Return the end of a task that is planned for an aircraft of its own."""
    order = MessageToDict(await a_new_task(api, tenant, tail), preserving_proto_field_name=True)
    task = (await api(tenant.planner, "POST /maintenance-tasks", order | {"type": "inspection"})).json
    return TransitionStateRequest(
        task_id=task["id"],
        state=TaskState.TASK_STATE_CANCELLED,
        reason="weather",
        expected_version=1,
    )


async def due_tasks(_api: FrontDoor, _tenant: Tenant, _tail: str) -> GenerateTasksRequest:
    """Return the order to plan what is due."""
    return GenerateTasksRequest()


ASKED: dict[str, Callable[[FrontDoor, Tenant, str], Awaitable[Message]]] = {
    "TaskService/CreateTask": a_new_task,
    "TaskService/TransitionState": a_cancelled_task,
    "ProgramService/GenerateTasks": due_tasks,
}


@pytest.mark.parametrize("name", WRITES)
async def test_fields_that_a_message_does_not_have_are_without_effect(
    api: FrontDoor, rpc: RpcDoor, installation: Installation, tenant: Tenant, another_tenant: Tenant, name: str
) -> None:
    begun = datetime.now(UTC)
    honest, other = [await ASKED[name](api, tenant, tail) for tail in ("G-ABCD", "G-EFGH")]
    smuggling = with_unknown_fields(other, str(another_tenant.org_id))

    answers = [await rpc(tenant.planner, name, each) for each in (honest, smuggling)]

    assert [each.code for each in answers] == [StatusCode.OK] * 2, answers
    first, second = [shown_in(each.message) for each in answers]
    assert first == second
    rows = await installation.owner.fetch("SELECT * FROM maintenance_tasks WHERE org_id = $1", tenant.org_id)
    assert all(without_own(each) == without_own(rows[0]) for each in rows)
    assert all(begun < each["created_at"] <= each["updated_at"] < datetime.now(UTC) for each in rows)
    assert (
        await installation.owner.fetchval("SELECT count(*) FROM audit_logs WHERE org_id = $1", another_tenant.org_id)
        == 0
    )


def shown_in(answer: Message) -> dict[str, Any]:
    [(_, shown)] = answer.ListFields()
    return without_own(MessageToDict(shown, preserving_proto_field_name=True))


def without_own(facts: Any) -> dict[str, Any]:
    return {name: value for name, value in dict(facts).items() if name not in OWN}
