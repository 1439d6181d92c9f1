"""A database of their own for the tests of a package whose jobs visit every organization.

Those of all other tests would take long. A package imports these fixtures into its conftest.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from amss.embedded import Stores
from amss.foundation.migrations import migrate
from builders.databases import an_empty_database
from builders.front_door import FrontDoor, front_door
from builders.installation import Installation, an_installation


@pytest.fixture(scope="package")
async def installation(stores: Stores, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Installation]:
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(an_empty_database(stores))
        await migrate(url)
        yield await stack.enter_async_context(
            an_installation(stores, tmp_path_factory.mktemp("files"), DATABASE_URL=url)
        )


@pytest.fixture(scope="package")
async def api(installation: Installation) -> AsyncIterator[FrontDoor]:
    async with front_door(installation) as door:
        yield door
