"""Watching feeds grow: one look for all who follow the same organization's feed in this process."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from uuid import UUID

import structlog

from amss.features.events import queries
from amss.foundation.reading import Reader

LOOK_SECONDS = 0.25
SECONDS_AFTER_A_FAULT = 5

log = structlog.get_logger(__name__)


class News:
    """How far the feed of one organization reaches, as last seen."""

    def __init__(self, reader: Reader) -> None:
        """Look with the eyes of whoever came first: where a feed ends is the same for all."""
        self._reader = reader
        self._last = 0
        self._changed = asyncio.Event()  # for who waits now; who comes later waits for another
        self.followers = 0

    async def beyond(self, position: int, *, seconds: float) -> None:
        """Return when the feed goes beyond a position, when all are woken, or after some seconds."""
        if self._last <= position:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), seconds)

    def wake(self) -> None:
        """Let everybody who waits look for himself."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def look(self) -> None:
        """Look again and again, until cancelled. Where the database is away, followers find out themselves."""
        while True:
            try:
                last = await queries.last_position(self._reader)
            except Exception:
                # Whatever it was, who follows later still needs somebody who looks.
                log.exception("A feed cannot be looked at; its followers look for themselves")
                await asyncio.sleep(SECONDS_AFTER_A_FAULT)
                continue
            if last > self._last:
                self._last = last
                self.wake()
            await asyncio.sleep(LOOK_SECONDS)


class FeedWatch:
    """The feeds that are followed in this process."""

    def __init__(self) -> None:
        """Watch nothing yet."""
        self._news: dict[UUID, tuple[News, asyncio.Task[None]]] = {}

    @asynccontextmanager
    async def following(self, reader: Reader) -> AsyncGenerator[News]:
        """Lend the news of the reader's organization; nobody looks when nobody follows."""
        if reader.org_id not in self._news:
            news = News(reader)
            self._news[reader.org_id] = news, asyncio.create_task(news.look())
        news, looking = self._news[reader.org_id]
        news.followers += 1
        try:
            yield news
        finally:
            news.followers -= 1
            if news.followers == 0:
                del self._news[reader.org_id]
                looking.cancel()

    def wake_all(self) -> None:
        """Let every follower look for himself at once."""
        for news, _ in self._news.values():
            news.wake()
