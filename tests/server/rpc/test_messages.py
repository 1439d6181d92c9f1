"""Protobuf messages against the API's shapes: whatever REST says, gRPC says under the same name."""

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, get_args
from uuid import uuid4

import msgspec
import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date

from amss.features.tasks.model import StateChange
from amss.foundation.access import Permission
from amss.foundation.errors import Invalid, Malformed, PreconditionRequired
from amss.foundation.operation import Kind, Operation, Precondition
from amss.foundation.shapes import given
from amss.server.rpc.messages import fill, plain
from amss.server.rpc.methods import RpcMethod, rpc_methods
from amss.server.rpc.running import read_request
from amss_proto.amss.v1.aircraft_pb2 import Readings, UtilizationEntry
from amss_proto.amss.v1.aircraft_service_pb2 import RecordUtilizationRequest, UpdateAircraftRequest
from amss_proto.amss.v1.program_service_pb2 import DuePreview, UpdateProgramRequest
from amss_proto.amss.v1.task_pb2 import Task, TaskPriority, TaskState, TaskType
from amss_proto.amss.v1.task_service_pb2 import (
    CreateTaskRequest,
    TransitionStateRequest,
    TransitionStateResponse,
)

METHODS = {method.name.rpartition(".")[2]: method for method in rpc_methods()}
# Sums by month are other items than entries.
ONLY_OVER_REST = {
    "AircraftService/ListUtilization": {"by"},
    # Another name of part_definition_id.
    "InventoryService/ListPartItems": {"definition_id"},
}
A_MOMENT = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize("name", METHODS)
def test_a_request_has_exactly_the_fields_of_the_operation(name: str) -> None:
    method = METHODS[name]
    expected = {*method.ids}
    if method.operation.precondition is not Precondition.NONE:
        expected.add("expected_version")
    shape = method.operation.body or method.operation.query
    if shape is not None and any(each.default is msgspec.UNSET for each in msgspec.structs.fields(shape)):
        expected.add("update_mask")
    said = [each for each in method.request.DESCRIPTOR.fields if each.name not in expected]

    assert {each.name for each in method.request.DESCRIPTOR.fields} >= expected
    if shape is None:
        assert said == []
    else:
        must_agree({each.name: each for each in said}, shape, without={*ONLY_OVER_REST.get(name, ()), *method.says})


@pytest.mark.parametrize("method", [each for each in METHODS.values() if each.operation.answers])
def test_a_response_has_one_field_and_shows_in_it_what_rest_shows(method: RpcMethod) -> None:
    # Beside an event stands how far its feed was read, as server-sent events have an id.
    beside = {"next_after"} if method.operation.kind is Kind.STREAM else set[str]()
    [shown] = [each for each in method.response.DESCRIPTOR.fields if each.name not in beside]

    assert shown.message_type is not None
    assert method.operation.answers is not None
    must_agree(fields_in(shown.message_type), method.operation.answers)


@pytest.mark.parametrize("method", [each for each in METHODS.values() if each.operation.lists])
def test_a_list_is_a_response_of_the_same_items_with_the_same_beside_them(method: RpcMethod) -> None:
    fields = fields_in(method.response.DESCRIPTOR)
    items, _, _ = [fields.pop(name) for name in ("items", "next_cursor", "total")]

    assert items.is_repeated
    assert method.operation.lists is not None
    must_agree(fields_in(items.message_type), method.operation.lists)
    must_agree(fields, method.operation.beside or msgspec.Struct)


@pytest.mark.parametrize("method", [each for each in METHODS.values() if each.operation.status == 204])
def test_where_rest_answers_nothing_the_response_is_empty(method: RpcMethod) -> None:
    assert method.response.DESCRIPTOR.fields == []


def fields_in(message: Any) -> dict[str, Any]:
    return {each.name: each for each in message.fields}


def must_agree(fields: dict[str, Any], *shapes: type[msgspec.Struct], without: Collection[str] = ()) -> None:
    """Assert that a message and a struct (or one of several) have the same names and words, and so inwards."""
    described = {each.encode_name: each.type for shape in shapes for each in msgspec.structs.fields(shape)}
    described |= {tag: str for shape in shapes if (tag := shape.__struct_config__.tag_field)}
    assert fields.keys() == described.keys() - {*without}
    for name, field in fields.items():
        kinds = set(kinds_in(described[name]))
        for kind in kinds:
            if issubclass(kind, StrEnum) and not field.message_type:
                message: Any = field.containing_type._concrete_class()
                for word in kind:
                    fill(message, {name: word.value})
                    assert plain(message) == {name: word.value}
                assert len(field.enum_type.values) == len(kind) + 1
        if datetime in kinds:
            assert field.message_type.full_name == "google.protobuf.Timestamp"
        if kinds - {type(None), msgspec.UnsetType} == {date}:
            assert field.message_type.full_name == "google.type.Date"
        inner = [kind for kind in kinds if issubclass(kind, msgspec.Struct)]
        # What may have more fields than it tells is a Struct, which has any.
        if inner and field.message_type.full_name != "google.protobuf.Struct":
            must_agree(fields_in(field.message_type), *inner)


def kinds_in(kind: Any) -> Iterator[type]:
    """Yield the classes a type is made of; a list's are those of its items."""
    if isinstance(kind, type) and not get_args(kind):
        yield kind
    for each in get_args(kind):
        yield from kinds_in(each)


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


def test_a_day_is_a_date_and_what_may_be_a_count_or_a_day_is_either() -> None:
    preview, flown = DuePreview(), UtilizationEntry()
    limits = [{"interval_type": "cycles", "due": 0}, {"interval_type": "calendar", "due": "2028-02-29"}]

    fill(preview, {"projected_on": "2026-11-24", "limits": limits})
    fill(flown, {"flown_on": "2026-01-02"})

    assert preview.projected_on == Date(year=2026, month=11, day=24)
    assert [each.due.WhichOneof("at") for each in preview.limits] == ["reading", "day"]
    assert preview.limits[1].due.day == Date(year=2028, month=2, day=29)
    assert plain(flown) == {"flown_on": date(2026, 1, 2)}


@pytest.mark.parametrize("day", [Date(year=2026, month=2, day=30), Date(year=2026), Date(), Date(year=-1)])
def test_what_is_no_day_of_the_calendar_is_refused(day: Date) -> None:
    flown = RecordUtilizationRequest(aircraft_id=str(uuid4()), flown_on=day, flight_minutes=0, cycles=0)

    assert faults_of(METHODS["AircraftService/RecordUtilization"], flown) == {"/flown_on": "INVALID"}


def test_without_a_mask_what_is_set_is_changed() -> None:
    edit = UpdateAircraftRequest(aircraft_id=str(uuid4()), counts_cycles=False, update_mask=FieldMask())

    assert given(patch_of("AircraftService/UpdateAircraft", edit)) == {"counts_cycles": False}


def test_a_mask_says_what_is_changed_and_what_is_cleared() -> None:
    aircraft = UpdateAircraftRequest(aircraft_id=str(uuid4()), model="A321", icao_type="A321")
    aircraft.update_mask.paths[:] = ["model", "serial_number"]
    program = UpdateProgramRequest(program_id=str(uuid4()), update_mask=FieldMask(paths=["checklist"]))

    assert given(patch_of("AircraftService/UpdateAircraft", aircraft)) == {"model": "A321", "serial_number": None}
    assert given(patch_of("ProgramService/UpdateProgram", program)) == {"checklist": ()}


def test_a_mask_names_only_what_can_be_changed_and_clears_only_what_can_be_missing() -> None:
    edit = UpdateAircraftRequest(aircraft_id=str(uuid4()))
    edit.update_mask.paths[:] = ["model", "status", "aircraft_id", "update_mask", "flown.by"]

    assert faults_of(METHODS["AircraftService/UpdateAircraft"], edit) == {
        "/model": "INVALID",
        **dict.fromkeys(("/status", "/aircraft_id", "/update_mask", "/flown.by"), "UNKNOWN"),
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


def patch_of(name: str, request: Message) -> msgspec.Struct:
    return read_request(METHODS[name], request.SerializeToString()).given[-1]


def faults_of(method: RpcMethod, request: Message) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        read_request(method, request.SerializeToString())
    return {each.pointer: each.code for each in refused.value.errors}
