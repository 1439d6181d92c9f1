"""A gRPC server for all tests of this folder, and an aircraft to plan work on."""

from collections.abc import AsyncIterator

import pytest

from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.rpc_client import Client
from builders.rpc_door import RpcDoor, rpc_door
from builders.tenants import Tenant


@pytest.fixture(scope="session")
async def rpc(installation: Installation) -> AsyncIterator[RpcDoor]:
    async with rpc_door(installation) as door:
        yield door


@pytest.fixture
async def aircraft_id(api: FrontDoor, tenant: Tenant) -> str:
    body = {"tail_number": "G-ABCD", "model": "A320-214"}
    return (await api(tenant.planner, "POST /aircraft", body)).json["id"]


@pytest.fixture
def planner(rpc: RpcDoor, tenant: Tenant) -> Client:
    return Client(rpc, tenant.planner)
