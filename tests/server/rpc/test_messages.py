"""Protobuf messages against the API's shapes: whatever REST says, gRPC says under the same name."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, get_args
from uuid import uuid4

import msgspec
import pytest
from google.protobuf.descriptor import Descriptor
from google.protobuf.timestamp_pb2 import Timestamp

from amss.features.tasks.model import StateChange
from amss.foundation.access import Permission
from amss.foundation.errors import Invalid, Malformed, PreconditionRequired
from amss.foundation.operation import Operation, Precondition
from amss.server.rpc.messages import fill, plain
from amss.server.rpc.methods import RpcMethod, rpc_methods
from amss.server.rpc.running import read_request
from amss_proto.amss.v1.task_pb2 import Readings, Task, TaskPriority, TaskState, TaskType
from amss_proto.amss.v1.task_service_pb2 import (
    CreateTaskRequest,
    TransitionStateRequest,
    TransitionStateResponse,
)

METHODS = {method.name.rpartition(".")[2]: method for method in rpc_methods()}
A_MOMENT = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_a_request_has_exactly_the_fields_of_the_operation(method: RpcMethod) -> None:
    expected = {*method.ids}
    if method.operation.precondition is not Precondition.NONE:
        expected.add("expected_version")
    shape = method.operation.body or method.operation.query
    said = [each for each in method.request.DESCRIPTOR.fields if each.name not in expected]

    assert {each.name for each in method.request.DESCRIPTOR.fields} >= expected
    if shape is None:
        assert said == []
    else:
        must_agree({each.name: each for each in said}, shape)


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_a_response_has_one_field_and_shows_in_it_what_rest_shows(method: RpcMethod) -> None:
    [shown] = method.response.DESCRIPTOR.fields

    assert shown.message_type is not None
    assert method.operation.answers is not None
    must_agree({each.name: each for each in shown.message_type.fields}, method.operation.answers)


def must_agree(fields: dict[str, Any], shape: type[msgspec.Struct]) -> None:
    """Assert that a message and a struct have the same names, the same words, and so inwards."""
    described = {each.encode_name: each for each in msgspec.structs.fields(shape)}
    assert fields.keys() == described.keys()
    for name, each in described.items():
        field = fields[name]
        members = [part for part in (each.type, *get_args(each.type)) if isinstance(part, type)]
        for kind in members:
            if issubclass(kind, StrEnum):
                message: Any = field.containing_type._concrete_class()
                for word in kind:
                    fill(message, {name: word.value})
                    assert plain(message) == {name: word.value}
                assert len(field.enum_type.values) == len(kind) + 1
            if issubclass(kind, msgspec.Struct):
                inner: Descriptor = field.message_type
                must_agree({part.name: part for part in inner.fields}, kind)


def test_a_message_that_was_filled_says_the_same_again() -> None:
    shown = {
        "id": "0198c6a1-0000-7000-8000-000000000001",
        "state": "in_progress",
        "type": "overhaul",
        "notes": "",
        "start_time": "2026-11-24T04:00:00Z",
        "readings": {"flight_minutes": 0, "cycles": 0},
        "unused": [{"interval_type": "cycles", "unused": -2}, {"interval_type": "calendar", "unused": 5}],
        "program_id": None,
        "late": False,
    }
    task = Task()

    fill(task, shown)

    assert task.state == TaskState.TASK_STATE_IN_PROGRESS
    assert plain(task) == {
        "id": shown["id"],
        "state": "in_progress",
        "type": "overhaul",
        "notes": "",
        "start_time": A_MOMENT,
        "readings": {"flight_minutes": 0, "cycles": 0},
        "unused": shown["unused"],
    }


def test_nothing_said_is_everything_missing() -> None:
    assert faults_of(METHODS["TaskService/CreateTask"], CreateTaskRequest()) == {
        "/aircraft_id": "MISSING",
        "/type": "MISSING",
        "/title": "MISSING",
        "/start_time": "MISSING",
        "/end_time": "MISSING",
    }
    assert faults_of(METHODS["TaskService/TransitionState"], TransitionStateRequest()) == {
        "/task_id": "MISSING",
        "/state": "MISSING",
    }


def test_every_wrong_field_is_named_at_once() -> None:
    request = CreateTaskRequest(
        aircraft_id="G-ABCD",
        type=9,  # pyright: ignore[reportArgumentType] - a later version's, or nobody's
        title="A check",
        start_time=Timestamp(seconds=10**15),
        end_time=Timestamp(seconds=0, nanos=2_000_000_000),
        program_id="",
        notes="x" * 10_001,
    )

    faults = faults_of(METHODS["TaskService/CreateTask"], request)

    assert faults == dict.fromkeys(
        ("/aircraft_id", "/type", "/start_time", "/end_time", "/program_id", "/notes"), "INVALID"
    )


def test_faults_inside_a_part_name_the_part_beside_a_wrong_id() -> None:
    request = TransitionStateRequest(
        task_id="7", state=TaskState.TASK_STATE_COMPLETED, readings=Readings(flight_minutes=-1)
    )

    faults = faults_of(METHODS["TaskService/TransitionState"], request)

    assert faults == {
        "/task_id": "INVALID",
        "/readings/flight_minutes": "INVALID",
        "/readings/cycles": "MISSING",
    }


def test_a_text_that_postgres_cannot_hold_is_refused() -> None:
    request = a_repair()
    request.notes = "left\0right"

    assert faults_of(METHODS["TaskService/CreateTask"], request) == {"/notes": "INVALID"}


def test_an_enum_left_unspecified_takes_the_default() -> None:
    request = a_repair()
    request.priority = TaskPriority.TASK_PRIORITY_UNSPECIFIED

    asked = read_request(METHODS["TaskService/CreateTask"], request.SerializeToString())

    assert asked.given[0].priority == "routine"


def test_what_is_no_message_is_malformed() -> None:
    with pytest.raises(Malformed, match=r"not a amss\.v1\.CreateTaskRequest"):
        read_request(METHODS["TaskService/CreateTask"], b"\xff\xff")


def test_a_version_is_asked_for_where_rest_asks_for_one() -> None:
    async def use_case() -> None: ...

    operation = Operation(
        "PATCH /maintenance-tasks/{task_id}",
        "Edit a task",
        Permission.PLAN_TASKS,
        use_case,
        body=StateChange,
        precondition=Precondition.REQUIRED,
    )
    method = RpcMethod("Edit", TransitionStateRequest, TransitionStateResponse, operation)
    request = TransitionStateRequest(task_id=str(uuid4()), state=TaskState.TASK_STATE_COMPLETED)

    with pytest.raises(PreconditionRequired, match="expected_version"):
        read_request(method, request.SerializeToString())
    request.expected_version = 3
    assert read_request(method, request.SerializeToString()).named == {"if_match": 3}


def a_repair() -> CreateTaskRequest:
    return CreateTaskRequest(
        aircraft_id=str(uuid4()),
        type=TaskType.TASK_TYPE_REPAIR,
        title="Fix the flap",
        start_time=A_MOMENT,
        end_time=A_MOMENT,
    )


def faults_of(method: RpcMethod, request: CreateTaskRequest | TransitionStateRequest) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        read_request(method, request.SerializeToString())
    return {each.pointer: each.code for each in refused.value.errors}
