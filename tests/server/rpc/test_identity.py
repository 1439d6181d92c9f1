"""Who calls: over gRPC the same tokens and keys stand for the same people and programs as over REST."""

from grpc import StatusCode

from amss.features.auth import api_key_text
from amss.foundation.ids import new_id
from amss_proto.amss.v1.task_service_pb2 import GetTaskRequest
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.rpc_door import RpcDoor
from builders.tenants import Tenant

NOWHERE = GetTaskRequest(task_id=str(new_id()))


async def test_a_program_calls_with_its_key_in_either_place(api: FrontDoor, rpc: RpcDoor, tenant: Tenant) -> None:
    key = (await api(tenant.tenant_admin, "POST /api-keys", {"name": "ERP", "role": "auditor"})).json["secret"]

    replies = [
        await rpc(key, "TaskService/GetTask", NOWHERE),
        await rpc(None, "TaskService/GetTask", NOWHERE, metadata={"x-api-key": key}),
        await rpc(None, "TaskService/GetTask", NOWHERE, metadata={"x-api-key": api_key_text.new_key()}),
        await rpc(tenant.planner, "TaskService/GetTask", NOWHERE, metadata={"x-api-key": key}),
    ]

    assert [each.code for each in replies] == [StatusCode.NOT_FOUND] * 2 + [StatusCode.UNAUTHENTICATED] * 2


async def test_a_forced_change_is_due_over_grpc_too(rpc: RpcDoor, installation: Installation, tenant: Tenant) -> None:
    await installation.owner.execute("UPDATE users SET must_change_password = true WHERE id = $1", tenant.planner.id)

    reply = await rpc(tenant.planner, "TaskService/GetTask", NOWHERE)

    assert (reply.code, reply.reason) == (StatusCode.PERMISSION_DENIED, "PASSWORD_CHANGE_REQUIRED")


async def test_somebody_who_left_calls_nothing(rpc: RpcDoor, installation: Installation, tenant: Tenant) -> None:
    await installation.owner.execute("UPDATE users SET deleted_at = now() WHERE id = $1", tenant.planner.id)

    reply = await rpc(tenant.planner, "TaskService/GetTask", NOWHERE)

    assert (reply.code, reply.reason) == (StatusCode.UNAUTHENTICATED, "AUTH")
