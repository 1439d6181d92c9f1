"""Postgres and Valkey, each of which can be killed, stopped and started by itself. They keep what they commit."""

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from amss.embedded import Stores, Supervisor, start_postgres, start_valkey
from amss.embedded.folders import open_directory


class FailingStores(Stores):
    """Both stores of a directory, with a supervisor each."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self._folder = directory
        self._of_postgres = Supervisor()
        self._of_valkey = Supervisor()

    async def start_postgres(self) -> None:
        self.postgres = await start_postgres(self._of_postgres, self._folder)

    async def stop_postgres(self) -> None:
        await self._of_postgres.stop()

    async def kill_postgres(self) -> None:
        """Kill it; its supervisor starts it again."""
        await _kill(self._of_postgres, "postgres")

    async def start_valkey(self) -> None:
        self.valkey = await start_valkey(self._of_valkey, self._folder)

    async def stop_valkey(self) -> None:
        await self._of_valkey.stop()

    async def kill_valkey(self) -> None:
        """Kill it; its supervisor starts it again with what it had on its disk."""
        await _kill(self._of_valkey, "valkey")

    def wipe_valkey(self) -> None:
        """Remove all that a stopped Valkey kept."""
        shutil.rmtree(self._folder / "stores" / "valkey" / "data")


async def _kill(supervisor: Supervisor, name: str) -> None:
    pid = supervisor.pid_of(name)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    while supervisor.pid_of(name) == pid:
        await asyncio.sleep(0.005)


@asynccontextmanager
async def failing_stores() -> AsyncGenerator[FailingStores]:
    """Run both in a directory of their own, and remove it afterwards."""
    with open_directory() as directory:
        stores = FailingStores(directory)
        try:
            await stores.start_postgres()
            await stores.start_valkey()
            yield stores
        finally:
            await stores.stop_valkey()
            await stores.stop_postgres()
