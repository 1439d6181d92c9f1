"""What a job of the worker gets, and how it works for one organization among many."""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import asyncpg
import structlog
from redis.asyncio import Redis

from amss.foundation.access import Actor
from amss.foundation.database import RETRYABLE, Database, Origin, Transaction
from amss.foundation.errors import Unavailable
from amss.foundation.settings import Settings

T = TypeVar("T")

TRIES = 3

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class WorkerContext:
    """Everything one worker process shares among its jobs."""

    settings: Settings
    database: Database
    redis: Redis
    worker_id: str
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def now(self) -> datetime:
        """The present moment by the process's clock."""
        return self.database.clock()


# A job does one bit of work and answers "is there more?".
Job = Callable[[WorkerContext], Awaitable[bool]]


async def in_transaction(
    context: WorkerContext, actor: Actor, org_id: UUID, origin: Origin, work: Callable[[Transaction], Awaitable[T]]
) -> T:
    """Do the work in a transaction of its own, up to three times where it meets another's."""
    tries = TRIES
    while True:
        tries -= 1
        try:
            async with context.database.transaction(actor, org_id, origin) as tx:
                return await work(tx)
        except RETRYABLE:
            if not tries:
                raise


@contextmanager
def kept_apart(org_id: UUID) -> Generator[None]:
    """Log a fault of one organization's work and go on, so that it never stops the others'; the next run tries again.

    Only a database that is away, which it is for all of them, is raised.
    """
    try:
        yield
    except Exception as fault:
        too_slow = isinstance(fault.__cause__, asyncpg.QueryCanceledError)
        if isinstance(fault, Unavailable) and not too_slow:
            raise
        log.exception("The work for an organization failed", org_id=str(org_id))
