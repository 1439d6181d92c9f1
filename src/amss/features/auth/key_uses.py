"""Remembering when API keys were last used: at most once a minute each, and never in a request's way."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import structlog

from amss.features.auth import api_key_queries as queries
from amss.foundation.access import Actor
from amss.foundation.database import Database, Origin
from amss.foundation.ids import new_id

log = structlog.get_logger(__name__)

WRITTEN_EVERY = timedelta(minutes=1)
# Writing must not take all connections from those who work: a key that is left out comes again.
MOST_AT_ONCE = 4
_REMEMBERED = 10_000


class KeyUses:
    """The uses of keys this process has seen and is writing down."""

    def __init__(self, database: Database, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Start with none."""
        self._database = database
        self._monotonic = monotonic
        self._written_at: OrderedDict[UUID, float] = OrderedDict()
        # The loop itself keeps only weak references to its tasks.
        self._being_written: set[asyncio.Task[None]] = set()

    def note(self, key: Actor) -> None:
        """Write down later that a key is in use."""
        assert key.id is not None
        now = self._monotonic()
        written_at = self._written_at.get(key.id)
        if written_at is not None and now < written_at + WRITTEN_EVERY.total_seconds():
            return
        if len(self._being_written) >= MOST_AT_ONCE:
            return
        self._written_at[key.id] = now
        self._written_at.move_to_end(key.id)
        if len(self._written_at) > _REMEMBERED:
            self._written_at.popitem(last=False)
        task = asyncio.create_task(self._write(key))
        self._being_written.add(task)
        task.add_done_callback(self._being_written.discard)

    async def all_written(self) -> None:
        """Wait until nothing is being written; to be called before the database is closed."""
        await asyncio.gather(*self._being_written)

    async def _write(self, key: Actor) -> None:
        assert key.id is not None
        assert key.org_id is not None
        try:
            async with self._database.transaction(key, key.org_id, Origin(str(new_id()))) as tx:
                await queries.mark_used(tx, key.id, unless_after=tx.now - WRITTEN_EVERY)
        except Exception:
            # Nobody awaits this: the log is the last place that can have it.
            log.exception("Could not remember the use of an API key", api_key_id=str(key.id))
