"""Publishing: from the outbox to the feed and the deliveries, and from the outbox to the stream."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import structlog
from redis.asyncio import Redis

from amss.features.webhooks import deliveries, queries
from amss.foundation.database import RETRYABLE, Connection
from amss.foundation.metrics import OUTBOX_EVENTS, OUTBOX_LAG_SECONDS, counted
from amss.journal import outbox
from amss.journal.outbox import Event, Unpublished

STREAM_NAME = "amss.events"
STREAM_KEPT = timedelta(hours=24)
# Names the run of the Redis server that holds all of the stream.
WHOLE_ON = f"{STREAM_NAME}.whole_on"
# Longer than events of several publishers take from being claimed to being in the stream.
OVERLAP = timedelta(minutes=1)

# Postgres is going away or overloaded, or another transaction was in the way: no event is to blame for that.
_NO_EVENTS_FAULT = (
    *RETRYABLE,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
)

log = structlog.get_logger(__name__)


async def publish_bucket(connection: Connection, bucket: int, *, now: datetime) -> int:
    """Give a bucket's next events their feed positions and deliveries; return how many were looked at."""
    async with connection.transaction():
        events = await outbox.claim(connection, outbox.FEED, bucket, Unpublished, now=now)
        if not events:
            return 0
        try:
            async with connection.transaction():
                await _publish(connection, events, now=now)
        except _NO_EVENTS_FAULT:
            raise
        except asyncpg.PostgresError:
            await _publish_one_by_one(connection, events, now=now)
    return len(events)


async def _publish(connection: Connection, events: list[Unpublished], *, now: datetime) -> None:
    if wanted := await queries.find_subscriptions(connection, events):
        await deliveries.add(connection, wanted, now=now)
    await outbox.give_positions(connection, events, now=now)
    _count(events, "feed", "published", now=now)


async def _publish_one_by_one(connection: Connection, events: list[Unpublished], *, now: datetime) -> None:
    """Find the event that cannot be published and put it off, with what follows it on the same aggregate."""
    put_off: set[UUID] = set()
    for event in events:
        if event.aggregate_id in put_off:
            continue
        try:
            async with connection.transaction():
                await _publish(connection, [event], now=now)
        except _NO_EVENTS_FAULT:
            raise
        except asyncpg.PostgresError as fault:
            put_off.add(event.aggregate_id)
            given_up = await outbox.put_off(connection, event, error=str(fault), now=now)
            OUTBOX_EVENTS.labels("given_up" if given_up else "failed").inc()
            log.warning(
                "Could not publish an event",
                org_id=str(event.org_id), event_id=str(event.id), given_up=given_up, error=str(fault),
            )  # fmt: skip


def _count(events: Sequence[Unpublished], step: str, result: str, *, now: datetime) -> None:
    lag = counted(OUTBOX_LAG_SECONDS, step)
    for event in events:
        # The database dates events, and its clock may be ahead of ours.
        lag.observe(max((now - event.created_at).total_seconds(), 0))
    OUTBOX_EVENTS.labels(result).inc(len(events))


async def stream_bucket(connection: Connection, redis: Redis, bucket: int, *, now: datetime) -> int:
    """Write a bucket's next events to the stream; return how many.

    Redis takes an event or is unwell; so its faults count against no event, they are raised and all of the
    batch comes again, under the same ids.
    """
    async with connection.transaction():
        events = await outbox.claim(connection, outbox.STREAM, bucket, Event, now=now)
        if not events:
            return 0
        async with redis.pipeline(transaction=False) as pipeline:
            for event in events:
                pipeline.xadd(STREAM_NAME, _message(event))
            await pipeline.execute()
        await outbox.mark_streamed(connection, events, now=now)
    _count(events, "stream", "streamed", now=now)
    return len(events)


async def refill_stream(connection: Connection, redis: Redis, *, now: datetime) -> None:
    """Let the stream's end come again, under the same ids, when Redis is another than the one it was written to.

    A server that crashed, or another that took its place, may lack the last entries it acknowledged; one that
    came back empty lacks all. A reader knows by its id what it has read before.
    """
    async with redis.pipeline() as pipeline:
        pipeline.info("server")
        pipeline.get(WHOLE_ON)
        pipeline.xrevrange(STREAM_NAME, count=1)
        server, whole_on, last = await pipeline.execute()
    run_id = server["run_id"]
    if whole_on is not None and whole_on.decode() == run_id:
        return
    since = now - STREAM_KEPT
    if whole_on is not None and last:
        [(_, written)] = last
        streamed_at = await outbox.streamed_at(
            connection, UUID(written[b"org_id"].decode()), UUID(written[b"id"].decode())
        )
        since = streamed_at - OVERLAP if streamed_at else since
    again = await outbox.stream_again(connection, since=since, now=now)
    await redis.set(WHOLE_ON, run_id)
    if again:
        log.warning("Redis is another than before: the end of the stream comes again", events=again)


def _message(event: Event) -> dict[Any, Any]:
    return {
        "event": outbox.cloud_event(event),
        "id": str(event.id),
        "type": event.event_type,
        "org_id": str(event.org_id),
    }


async def trim_stream(redis: Redis, *, now: datetime) -> None:
    """Drop what is older than a day: by age, so that a burst never pushes out what nobody has read yet."""
    oldest = int((now - STREAM_KEPT).timestamp() * 1000)
    # Whole nodes only, and so many in one call that nobody waits long for Redis.
    while await redis.xtrim(STREAM_NAME, minid=str(oldest), approximate=True):
        continue
