"""Postgres and Valkey without installing them: real servers from wheels, started, watched and stopped."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from amss.embedded.errors import CannotRun
from amss.embedded.folders import open_directory
from amss.embedded.lock import AlreadyRunning, exclusive
from amss.embedded.postgres import Postgres, start_postgres
from amss.embedded.programs import Child
from amss.embedded.supervisor import GaveUp, Supervisor
from amss.embedded.valkey import Valkey, start_valkey

__all__ = [
    "AlreadyRunning",
    "CannotRun",
    "Child",
    "GaveUp",
    "Postgres",
    "Stores",
    "Supervisor",
    "Valkey",
    "exclusive",
    "start_postgres",
    "start_valkey",
    "temporary_stores",
]


class Stores:
    """Both stores of a directory, running inside `async with`."""

    supervisor: Supervisor
    postgres: Postgres
    valkey: Valkey

    def __init__(self, directory: Path, *, durable: bool = True) -> None:
        self._directory = directory
        self._durable = durable
        self._resources = AsyncExitStack()

    @property
    def database_url(self) -> str:
        """The superuser's address of the database `amss`."""
        return self.postgres.url

    @property
    def redis_url(self) -> str:
        """Valkey's address, password included."""
        return self.valkey.url

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            stack.enter_context(exclusive(self._directory))
            self.supervisor = await stack.enter_async_context(Supervisor())
            self.postgres = await start_postgres(self.supervisor, self._directory, durable=self._durable)
            self.valkey = await start_valkey(self.supervisor, self._directory, durable=self._durable)
            self._resources = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._resources.aclose()


@asynccontextmanager
async def temporary_stores() -> AsyncGenerator[Stores]:
    """Run fast, forgetful stores for tests in a directory of their own, and remove it afterwards."""
    with open_directory() as directory:
        async with Stores(directory, durable=False) as stores:
            yield stores
