"""The stream `import.jobs`: it wakes a worker for a new import at once. Postgres alone decides what is left to do."""

import asyncio
import time
from collections.abc import Coroutine
from typing import Any, TypeVar
from uuid import UUID

import msgspec
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

from amss.features.imports.service import JOBS_STREAM

GROUP = "import-processor"
# A worker acknowledges after one batch, which takes seconds at most.
ABANDONED_AFTER_MS = 60_000
DEAD_AFTER_MS = 3_600_000
# While Redis is away the work goes on without it.
PATIENCE_SECONDS = 1
ASK_AGAIN_SECONDS = 5

T = TypeVar("T")

log = structlog.get_logger(__name__)


class Announcement(msgspec.Struct, frozen=True):
    """A message of the stream; `import_id` is None where it says nothing sensible."""

    message_id: bytes
    import_id: UUID | None


class JobStream:
    """The stream as one worker reads it. While Redis is away it is asked now and then, and that is told once."""

    def __init__(self, redis: Redis, worker_id: str) -> None:
        """Read as this worker."""
        self._redis = redis
        self._worker_id = worker_id
        self._away = False
        self._ask_again_at = 0.0

    async def take(self) -> Announcement | None:
        """Return a message that a dead worker left behind, or else a new one; None also while Redis is away."""
        return await self._ask(_read(self._redis, self._worker_id))

    async def settle(self, announcement: Announcement) -> None:
        """Take a message off the stream; one that stays there while Redis is away comes again."""
        await self._ask(_remove(self._redis, announcement))

    async def _ask(self, question: Coroutine[Any, Any, T]) -> T | None:
        if time.monotonic() < self._ask_again_at:
            question.close()
            return None
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                answer = await question
        except (RedisError, OSError, TimeoutError) as fault:
            if not self._away:
                log.warning("Redis is away; imports are found without it", stream=JOBS_STREAM, error=repr(fault))
            self._away = True
            self._ask_again_at = time.monotonic() + ASK_AGAIN_SECONDS
            return None
        if self._away:
            log.info("Redis is back", stream=JOBS_STREAM)
            self._away = False
        return answer


async def forget_dead_workers(redis: Redis) -> None:
    """Remove readers that have not asked for long; what they held was taken over by others."""
    try:
        readers: Any = await redis.xinfo_consumers(JOBS_STREAM, GROUP)
    except ResponseError:
        return  # no stream or no group yet: there is nobody to forget
    for reader in readers:
        if reader["idle"] > DEAD_AFTER_MS and reader["pending"] == 0:
            await redis.xgroup_delconsumer(JOBS_STREAM, GROUP, reader["name"])


async def _read(redis: Redis, worker_id: str) -> Announcement | None:
    try:
        return await _next(redis, worker_id)
    except ResponseError as fault:
        if not str(fault).startswith("NOGROUP"):
            raise
    # The first worker ever, or Redis was wiped.
    await _make_group(redis)
    return await _next(redis, worker_id)


async def _make_group(redis: Redis) -> None:
    try:
        await redis.xgroup_create(JOBS_STREAM, GROUP, id="0", mkstream=True)
    except ResponseError as fault:
        if not str(fault).startswith("BUSYGROUP"):  # another worker was quicker
            raise


async def _next(redis: Redis, worker_id: str) -> Announcement | None:
    claimed: Any = await redis.xautoclaim(JOBS_STREAM, GROUP, worker_id, min_idle_time=ABANDONED_AFTER_MS, count=1)
    if messages := claimed[1]:
        return _announcement(*messages[0])
    streams: Any = await redis.xreadgroup(GROUP, worker_id, {JOBS_STREAM: ">"}, count=1)
    for messages in dict(streams).values():
        return _announcement(*messages[0])
    return None


async def _remove(redis: Redis, announcement: Announcement) -> None:
    async with redis.pipeline(transaction=True) as pipeline:
        pipeline.xack(JOBS_STREAM, GROUP, announcement.message_id)
        pipeline.xdel(JOBS_STREAM, announcement.message_id)
        await pipeline.execute()


def _announcement(message_id: bytes, fields: dict[bytes, bytes]) -> Announcement:
    try:
        return Announcement(message_id, UUID(fields.get(b"import_id", b"").decode()))
    except ValueError:
        return Announcement(message_id, None)
