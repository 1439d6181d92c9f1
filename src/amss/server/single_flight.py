"""One request at a time per idempotency key in this process, so that waiting duplicates hold no connection."""

import asyncio
from collections.abc import AsyncGenerator, Hashable
from contextlib import asynccontextmanager

WAIT_SECONDS = 0.2


class StillRunning(Exception):
    """Another request with the same key did not end in time."""


class SingleFlight:
    """Keys that are being worked on now."""

    def __init__(self) -> None:
        """Start with none."""
        self._running: dict[Hashable, asyncio.Event] = {}

    @asynccontextmanager
    async def alone(self, key: Hashable) -> AsyncGenerator[None]:
        """Hold the key; wait at most 200 ms for another holder, then raise `StillRunning`."""
        if key in self._running:
            await self._wait_for(key)
        ended = self._running[key] = asyncio.Event()
        try:
            yield
        finally:
            del self._running[key]
            ended.set()

    async def _wait_for(self, key: Hashable) -> None:
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                while (other := self._running.get(key)) is not None:
                    await other.wait()
        except TimeoutError:
            raise StillRunning from None
