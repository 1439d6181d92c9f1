"""What all tests stand on: real Postgres and Valkey, one pair per run, and a tenant of one's own per test.

Tests share one database. They do not meet because each makes its own organization, as customers do.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from redis.asyncio import Redis

from amss.embedded import Stores, temporary_stores
from amss.features.auth.tokens import TokenKeys
from amss.foundation.database import Database
from amss.foundation.logs import start_logging
from amss.foundation.migrations import migrate
from amss.foundation.settings import LogFormat
from builders.front_door import FrontDoor, front_door
from builders.installation import TEST_KEY, Installation, settings_for
from builders.tenants import Tenant, a_tenant

start_logging("warning", LogFormat.CONSOLE, "tests")


@pytest.fixture(scope="session")
async def stores() -> AsyncIterator[Stores]:
    async with temporary_stores() as stores:
        await migrate(stores.database_url)
        yield stores


@pytest.fixture(scope="session")
async def installation(stores: Stores, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Installation]:
    """Everything opened as the processes open it, each database under its own role."""
    settings = settings_for(stores, tmp_path_factory.mktemp("files"))
    server = Database(settings.database_url, role="amss_server", process="test-server", settings=settings)
    worker = Database(settings.database_url, role="amss_worker", process="test-worker", settings=settings)
    owner = await asyncpg.connect(settings.database_url)
    redis = Redis.from_url(settings.redis_url)
    yield Installation(settings, server, worker, owner, redis, TokenKeys(TEST_KEY))
    await redis.aclose()
    await owner.close()
    await server.close()
    await worker.close()


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
