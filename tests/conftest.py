"""What all tests stand on: real Postgres and Valkey, one pair per run or per worker of a run on several
cores, and a tenant of one's own per test.

Tests share one database. They do not meet because each makes its own organization, as customers do.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from amss.embedded import Stores, temporary_stores
from amss.foundation.logs import start_logging
from amss.foundation.migrations import migrate
from amss.foundation.settings import LogFormat
from builders.catalogue import every_event_fits
from builders.front_door import FrontDoor, front_door
from builders.installation import Installation, an_installation
from builders.tenants import Tenant, a_tenant

start_logging("warning", LogFormat.CONSOLE, "tests")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the journeys: they take longest, and no other core shall wait for them at the end."""
    items.sort(key=lambda item: "journeys" not in item.path.parts)


@pytest.fixture(scope="session")
async def stores() -> AsyncIterator[Stores]:
    async with temporary_stores() as stores:
        await migrate(stores.database_url)
        yield stores


@pytest.fixture(scope="session")
async def installation(stores: Stores, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Installation]:
    """Everything opened as the processes open it, each database under its own role.

    At the end, every event that any test caused is held against the catalogue.
    """
    async with an_installation(stores, tmp_path_factory.mktemp("files")) as installation:
        yield installation
        await every_event_fits(installation)


@pytest.fixture(scope="session")
async def api(installation: Installation) -> AsyncIterator[FrontDoor]:
    """The server behind a real socket."""
    async with front_door(installation) as door:
        yield door


@pytest.fixture
async def tenant(installation: Installation) -> Tenant:
    return await a_tenant(installation)


@pytest.fixture
async def another_tenant(installation: Installation) -> Tenant:
    return await a_tenant(installation)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Where real data lies beside the checkout; tests that use it say so when it does not."""
    return Path(__file__).resolve().parents[2] / "shared" / "data"
