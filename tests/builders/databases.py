"""Databases of a test's own, on the server all tests share."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import asyncpg

from amss.embedded import Stores
from amss.foundation.ids import new_id

# Opens a connection that acts as a role.
ConnectAs = Callable[[str], Awaitable[asyncpg.Connection]]


@asynccontextmanager
async def an_empty_database(stores: Stores) -> AsyncGenerator[str]:
    """Make a database without any table, gone afterwards."""
    name = f"test_{new_id().hex}"
    server = await asyncpg.connect(stores.database_url)
    await server.execute(f"CREATE DATABASE {name}")
    yield urlsplit(stores.database_url)._replace(path=f"/{name}").geturl()
    await server.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await server.close()
