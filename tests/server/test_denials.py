"""A change that is refused for want of permission leaves an audit row, whoever refused it, and no body in it."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import msgspec
import pytest
from grpc import StatusCode

from amss.foundation.ids import new_id
from amss_proto.amss.v1.task_service_pb2 import CreateTaskRequest
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.rpc_door import RpcDoor, rpc_door
from builders.sign_in import with_password
from builders.tenants import Person, Tenant


@pytest.fixture(scope="module")
async def rpc(installation: Installation) -> AsyncIterator[RpcDoor]:
    async with rpc_door(installation) as door:
        yield door


async def denials(installation: Installation, door: FrontDoor | RpcDoor, org_id: UUID) -> list[Any]:
    """Return what the trail of an organization says was denied, once all is written."""
    await door.resources.denials.all_written()
    rows = await installation.owner.fetch(
        "SELECT * FROM audit_logs WHERE org_id = $1 AND action = 'denied' ORDER BY id", org_id
    )
    return [{**row, "details": msgspec.json.decode(row["details"])} for row in rows]


async def test_a_write_that_a_role_does_not_grant_is_in_the_trail(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    await api(
        tenant.mechanic, "POST /users", {"password": "hunter2-hunter2"}, headers={"x-request-id": "the-request"}
    )

    [row] = await denials(installation, api, tenant.org_id)
    assert row["details"] == {"operation": "POST /users", "permission": "manage_users", "code": "FORBIDDEN"}
    assert (row["entity_type"], row["entity_id"]) == ("organization", tenant.org_id)
    assert (row["user_id"], row["actor_org_id"]) == (tenant.mechanic.id, tenant.org_id)
    assert (row["request_id"], str(row["ip_address"])) == ("the-request", "127.0.0.1")
    assert b"hunter2" not in msgspec.json.encode(row, enc_hook=str)


async def test_a_write_that_a_finer_rule_refuses_is_in_the_trail(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    await api(tenant.tenant_admin, f"PATCH /organizations/{tenant.org_id}", {"legal_hold": False})

    [row] = await denials(installation, api, tenant.org_id)
    assert row["details"]["operation"] == "PATCH /organizations/{organization_id}"


async def test_posing_as_another_organization_is_in_the_trail_of_ones_own(
    api: FrontDoor, installation: Installation, tenant: Tenant, another_tenant: Tenant
) -> None:
    order = {"tail_number": "G-ABCD", "model": "A320-214"}

    answer = await api(tenant.planner, "POST /aircraft", order, headers={"x-org-id": str(another_tenant.org_id)})

    assert (answer.status, answer.code) == (403, "FORBIDDEN")
    assert len(await denials(installation, api, tenant.org_id)) == 1
    assert await denials(installation, api, another_tenant.org_id) == []


async def test_a_programs_refused_write_is_in_the_trail_under_its_key(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    made: Any = (await api(tenant.tenant_admin, "POST /api-keys", {"name": "ERP", "role": "auditor"})).json

    await api(made["secret"], "POST /aircraft", {})

    [row] = await denials(installation, api, tenant.org_id)
    assert (row["actor_kind"], str(row["api_key_id"]), row["user_id"]) == ("api_key", made["id"], None)


async def test_a_refused_call_is_in_the_trail_like_a_refused_request(
    rpc: RpcDoor, installation: Installation, tenant: Tenant
) -> None:
    reply = await rpc(tenant.auditor, "TaskService/CreateTask", CreateTaskRequest(title="secret"))

    [row] = await denials(installation, rpc, tenant.org_id)
    assert reply.code is StatusCode.PERMISSION_DENIED
    assert row["details"]["operation"] == "POST /maintenance-tasks"


@pytest.mark.parametrize("route", ["GET /organizations", "GET /imports", "GET /no-such-path"])
async def test_a_refused_reading_is_not_in_the_trail(
    api: FrontDoor, installation: Installation, tenant: Tenant, route: str
) -> None:
    await api(tenant.mechanic, route)

    assert await denials(installation, api, tenant.org_id) == []


async def test_a_wrong_password_is_a_failed_sign_in_and_no_denial(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    mechanic: Person = await with_password(installation, tenant.mechanic)

    answer = await api(mechanic, "POST /auth/reauthenticate", {"password": f"wrong-{new_id()}"})

    assert (answer.status, answer.code) == (403, "REAUTH_FAILED")
    assert await denials(installation, api, tenant.org_id) == []
