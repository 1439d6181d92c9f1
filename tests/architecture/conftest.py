"""A migrated database of its own, where two tenants have a row in every table."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from uuid import UUID

import asyncpg
import pytest

from amss.embedded import Stores
from amss.foundation.ids import new_id
from amss.foundation.migrations import migrate
from builders.databases import ConnectAs, an_empty_database
from builders.rows import a_lone_row

# Has org_id, but no tenant reads it: COPY is refused under row-level security, so rows pass through here.
NOT_A_TENANTS = {"import_rows_staging"}


@pytest.fixture(scope="session")
async def bare_database(stores: Stores) -> AsyncIterator[str]:
    async with an_empty_database(stores) as url:
        await migrate(url)
        yield url


@pytest.fixture(scope="session")
async def superuser(bare_database: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(bare_database)
    yield connection
    await connection.close()


@pytest.fixture
async def connect_as(bare_database: str) -> AsyncIterator[ConnectAs]:
    """Open connections that act as a role, as the processes do."""
    async with AsyncExitStack() as opened:

        async def connect(role: str) -> asyncpg.Connection:
            connection = await asyncpg.connect(bare_database, server_settings={"role": role})
            opened.push_async_callback(connection.close)
            return connection

        yield connect


@pytest.fixture(scope="session")
async def tenants_tables(superuser: asyncpg.Connection) -> list[str]:
    """Every table that holds rows of tenants, but for `organizations` itself."""
    rows = await superuser.fetch(
        """
        SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attname = 'org_id'
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname
        """
    )
    tables: list[str] = [row["relname"] for row in rows if row["relname"] not in NOT_A_TENANTS]
    assert len(tables) > 30
    return tables


@pytest.fixture(scope="session")
async def two_tenants(superuser: asyncpg.Connection, tenants_tables: list[str]) -> tuple[UUID, UUID]:
    ours, theirs = new_id(), new_id()
    for org_id in (ours, theirs):
        for table in ["organizations", *tenants_tables]:
            await a_lone_row(superuser, table, org_id)
    return ours, theirs
