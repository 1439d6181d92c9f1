"""The gRPC server as a server: health, reflection, deadlines, limits, crashes, stopping."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import grpc
import msgspec
import pytest
from google.rpc.error_details_pb2 import RequestInfo
from grpc import StatusCode
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub
from grpc_reflection.v1alpha.reflection_pb2 import ServerReflectionRequest
from grpc_reflection.v1alpha.reflection_pb2_grpc import ServerReflectionStub
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from amss.foundation.clock import system_clock
from amss.foundation.database import Database
from amss.foundation.ids import new_id
from amss.foundation.listening import AddressTakenError
from amss.foundation.settings import Address
from amss.server.resources import Resources
from amss.server.rpc.app import RpcServer
from amss_proto.amss.v1.task_pb2 import TaskType
from amss_proto.amss.v1.task_service_pb2 import CreateTaskRequest, GetTaskRequest
from builders.installation import Installation
from builders.rpc_door import RpcDoor, RpcReply, rpc_door
from builders.tenants import Tenant

TOMORROW = datetime.now(UTC) + timedelta(days=1)
SERVING, NOT_SERVING = HealthCheckResponse.SERVING, HealthCheckResponse.NOT_SERVING


def a_task(aircraft_id: str) -> CreateTaskRequest:
    return CreateTaskRequest(
        aircraft_id=aircraft_id,
        type=TaskType.TASK_TYPE_REPAIR,
        title="Fix the flap",
        start_time=TOMORROW,
        end_time=TOMORROW + timedelta(hours=1),
    )


async def health_of(door: RpcDoor, service: str = "") -> Any:
    stub: Any = HealthStub(cast("Any", door.channel))
    return (await stub.Check(HealthCheckRequest(service=service))).status


async def test_health_is_told_for_the_server_and_for_each_service(rpc: RpcDoor) -> None:
    assert await health_of(rpc) == SERVING
    assert await health_of(rpc, "amss.v1.TaskService") == SERVING
    with pytest.raises(grpc.aio.AioRpcError) as unknown:
        await health_of(rpc, "amss.v1.NoService")
    assert unknown.value.code() is StatusCode.NOT_FOUND


async def test_reflection_names_the_services_and_hands_out_their_files(rpc: RpcDoor) -> None:
    stub: Any = ServerReflectionStub(cast("Any", rpc.channel))
    questions = [
        ServerReflectionRequest(list_services=""),
        ServerReflectionRequest(file_containing_symbol="amss.v1.TaskService"),
    ]

    listed, file = [answer async for answer in stub.ServerReflectionInfo(iter(questions))]

    names = {each.name for each in listed.list_services_response.service}
    assert names == {
        "amss.v1.AircraftService",
        "amss.v1.AuditService",
        "amss.v1.ComplianceService",
        "amss.v1.DueItemService",
        "amss.v1.EventService",
        "amss.v1.InventoryService",
        "amss.v1.ProgramService",
        "amss.v1.TaskService",
        "amss.v1.WebhookService",
        "grpc.health.v1.Health",
        "grpc.reflection.v1alpha.ServerReflection",
    }
    assert b"TransitionState" in file.file_descriptor_response.file_descriptor_proto[0]


@pytest.mark.parametrize("path", ["/amss.v1.TaskService/StealTask", "/amss.v2.TaskService/CreateTask"])
async def test_a_method_that_does_not_exist_is_unimplemented(rpc: RpcDoor, path: str) -> None:
    call: Any = rpc.channel.unary_unary(path)(b"", metadata=(("x-request-id", "a-wrong-turn"),))

    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await call

    assert refused.value.code() is StatusCode.UNIMPLEMENTED
    assert dict(refused.value.trailing_metadata())["x-request-id"] == "a-wrong-turn"


async def test_a_request_of_more_than_a_mebibyte_is_not_read(rpc: RpcDoor, tenant: Tenant) -> None:
    refused = await rpc(tenant.planner, "TaskService/GetTask", b"\x0a\x80\x80\x40" + b"x" * 1024 * 1024)
    after = await rpc(tenant.planner, "TaskService/GetTask", GetTaskRequest(task_id=str(new_id())))

    assert refused.code is StatusCode.RESOURCE_EXHAUSTED
    assert after.code is StatusCode.NOT_FOUND


async def test_a_call_past_its_deadline_leaves_nothing_behind(
    rpc: RpcDoor, tenant: Tenant, aircraft_id: str, installation: Installation
) -> None:
    key = {"idempotency-key": "impatient"}
    async with installation.owner.transaction():
        await installation.owner.execute("SELECT 1 FROM aircraft WHERE org_id = $1 FOR UPDATE", tenant.org_id)
        hurried = await rpc(tenant.planner, "TaskService/CreateTask", a_task(aircraft_id), metadata=key, timeout=0.3)
        await until(lambda: rpc.resources.database.in_use == 0)
    kept = await installation.owner.fetchrow(
        "SELECT (SELECT count(*) FROM maintenance_tasks WHERE org_id = $1),"
        " (SELECT count(*) FROM idempotency_keys WHERE org_id = $1)",
        tenant.org_id,
    )
    patient = await rpc(tenant.planner, "TaskService/CreateTask", a_task(aircraft_id), metadata=key)

    assert hurried.code is StatusCode.DEADLINE_EXCEEDED
    assert tuple(kept) == (0, 0)
    assert patient.code is StatusCode.OK
    assert "idempotent-replayed" not in patient.trailing


async def test_a_crash_is_answered_with_the_request_id_and_the_server_lives_on(
    installation: Installation, tenant: Tenant
) -> None:
    crashes = iter([True, False])

    def a_clock_that_breaks_once() -> datetime:
        if next(crashes, False):
            raise ZeroDivisionError("a secret of the inside")
        return system_clock()

    database = Database(
        installation.settings.database_url,
        role="amss_server",
        process="test-crash",
        settings=installation.settings,
        clock=a_clock_that_breaks_once,
    )
    ask = GetTaskRequest(task_id=str(new_id()))

    async with rpc_door(installation, database) as door:
        with capture_logs() as logged:
            crashed = await door(
                tenant.planner, "TaskService/GetTask", ask, metadata={"x-request-id": "the-crash-of-one"}
            )
        after = await door(tenant.planner, "TaskService/GetTask", ask)
    await database.close()

    assert (crashed.code, crashed.reason) == (StatusCode.INTERNAL, "INTERNAL")
    assert "secret" not in crashed.sentence
    info = crashed.detail(RequestInfo)
    assert info is not None
    assert info.request_id == crashed.trailing["x-request-id"] == "the-crash-of-one"
    assert [(each["request_id"], each["error"]) for each in logged] == [("the-crash-of-one", "ZeroDivisionError")]
    assert after.code is StatusCode.NOT_FOUND


async def test_calls_are_counted_by_method_and_status(rpc: RpcDoor, tenant: Tenant) -> None:
    def counted(method: str, status: str) -> float:
        labels = {"rpc_method": method, "rpc_response_status_code": status}
        return REGISTRY.get_sample_value("rpc_server_call_duration_seconds_count", labels) or 0

    name = "amss.v1.TaskService/GetTask"
    before = counted(name, "NOT_FOUND"), counted("unknown", "UNIMPLEMENTED")

    await rpc(tenant.planner, "TaskService/GetTask", GetTaskRequest(task_id=str(new_id())))
    with pytest.raises(grpc.aio.AioRpcError):
        await rpc.channel.unary_unary("/amss.v1.TaskService/Nothing")(b"")

    # A call is counted when all of it is over, which may be after its answer has arrived.
    after = before[0] + 1, before[1] + 1
    await until(lambda: (counted(name, "NOT_FOUND"), counted("unknown", "UNIMPLEMENTED")) == after)
    await until(lambda: REGISTRY.get_sample_value("amss_requests_in_flight", {"transport": "grpc"}) == 0)


async def test_while_draining_new_calls_are_sent_elsewhere(installation: Installation, tenant: Tenant) -> None:
    async with rpc_door(installation) as door:
        door.resources.draining = True

        reply = await door(tenant.planner, "TaskService/GetTask", b"")

    assert (reply.code, reply.reason) == (StatusCode.UNAVAILABLE, "UNAVAILABLE")


async def test_stopping_finishes_what_runs_and_waits_for_no_watcher(
    installation: Installation, tenant: Tenant, aircraft_id: str
) -> None:
    async with rpc_door(installation) as door:
        stub: Any = HealthStub(cast("Any", door.channel))
        watch = stub.Watch(HealthCheckRequest())
        first = (await watch.read()).status
        async with installation.owner.transaction():
            await installation.owner.execute("SELECT 1 FROM aircraft WHERE org_id = $1 FOR UPDATE", tenant.org_id)
            running = asyncio.create_task(door(tenant.planner, "TaskService/CreateTask", a_task(aircraft_id)))
            await until(lambda: door.resources.database.in_use == 1)
            began = time.monotonic()
            stopping = asyncio.create_task(door.server.stop(30))
            last = (await watch.read()).status
            refused = await door(tenant.planner, "TaskService/GetTask", b"")
            asked = await health_of(door)
        finished: RpcReply = await running
        await stopping
        gone = await door(tenant.planner, "TaskService/GetTask", b"", timeout=1)

    assert (first, last, asked) == (SERVING, NOT_SERVING, NOT_SERVING)
    assert (refused.code, refused.reason) == (StatusCode.UNAVAILABLE, "UNAVAILABLE")
    assert finished.code is StatusCode.OK
    assert gone.code is StatusCode.UNAVAILABLE
    assert time.monotonic() - began < 10


async def test_a_port_that_is_taken_is_said_at_once(rpc: RpcDoor, installation: Installation) -> None:
    settings = msgspec.structs.replace(installation.settings, grpc_addr=Address("127.0.0.1", rpc.server.port))
    resources = Resources(
        settings=settings, database=installation.server, redis=installation.redis, keys=installation.keys
    )

    with pytest.raises(AddressTakenError, match=f"127.0.0.1:{rpc.server.port} is taken .* set GRPC_ADDR"):
        RpcServer(resources)


async def until(holds: Any, seconds: float = 5) -> None:
    """Wait for what happens in the server's own time."""
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.01)
