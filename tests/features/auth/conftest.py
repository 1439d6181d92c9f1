"""The sign-in of a server whose clock is set, and a mechanic who knows his password."""

from collections.abc import AsyncIterator

import pytest

from builders.installation import Installation
from builders.sign_in import SignIn, a_door_at, a_set_clock, with_password
from builders.tenants import Person, Tenant


@pytest.fixture
async def sign_in(installation: Installation) -> AsyncIterator[SignIn]:
    clock = a_set_clock()
    async with a_door_at(installation, clock) as door:
        yield SignIn(door, clock)


@pytest.fixture
async def mechanic(installation: Installation, tenant: Tenant) -> Person:
    return await with_password(installation, tenant.mechanic)
