"""An aircraft to work on and a mechanic to do it."""

from typing import Any

import pytest

from builders.front_door import FrontDoor
from builders.tasks import fleet_of_one
from builders.tenants import Tenant


@pytest.fixture
async def aircraft(api: FrontDoor, tenant: Tenant) -> dict[str, Any]:
    return await fleet_of_one(api, tenant.planner)


@pytest.fixture
def its(tenant: Tenant) -> dict[str, Any]:
    """The tenant's mechanic, as an order names him."""
    return {"assigned_mechanic_id": str(tenant.mechanic.id)}
