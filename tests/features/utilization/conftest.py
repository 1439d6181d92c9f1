"""An aircraft with 100 hours and 70 cycles behind it."""

from typing import Any

import pytest

from builders.front_door import FrontDoor
from builders.tasks import fleet_of_one
from builders.tenants import Tenant


@pytest.fixture
async def aircraft(api: FrontDoor, tenant: Tenant) -> dict[str, Any]:
    return await fleet_of_one(api, tenant.planner)
