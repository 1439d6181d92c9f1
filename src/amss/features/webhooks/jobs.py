"""The worker's jobs for events: publish, stream, tend the outbox, deliver."""

import asyncio
import random
from contextlib import AsyncExitStack
from typing import Self

import structlog

from amss.features.webhooks import deliveries, rules, signing
from amss.features.webhooks.model import Attempt, DueDelivery, Ended
from amss.features.webhooks.publishing import publish_bucket, refill_stream, stream_bucket, trim_stream
from amss.features.webhooks.sending import Sender, open_sender
from amss.features.webhooks.settling import Settlement
from amss.foundation.clock import Clock, system_clock
from amss.foundation.metrics import OUTBOX_DEAD_LETTERS, OUTBOX_OLDEST_SECONDS, WEBHOOK_DELIVERIES, WEBHOOK_SECONDS
from amss.foundation.settings import Settings
from amss.foundation.working import WorkerContext
from amss.journal import outbox

# How long to watch for a delivery to end, which makes room, before looking for others that came due meanwhile.
WATCH_SECONDS = 0.1

log = structlog.get_logger(__name__)


async def publish_next(context: WorkerContext) -> bool:
    """Give the next events of every bucket their feed positions and deliveries."""
    published = 0
    async with context.database.connection() as connection:
        for bucket in await outbox.buckets_with_work(connection, outbox.FEED):
            published += await publish_bucket(connection, bucket, now=context.now)
    return published > 0


async def stream_next(context: WorkerContext) -> bool:
    """Write the next events of every bucket to the stream. Redis away: they wait, deliveries do not."""
    streamed = 0
    async with context.database.connection() as connection:
        await refill_stream(connection, context.redis, now=context.now)
        for bucket in await outbox.buckets_with_work(connection, outbox.STREAM):
            streamed += await stream_bucket(connection, context.redis, bucket, now=context.now)
    return streamed > 0


async def tend_outbox(context: WorkerContext) -> bool:
    """Measure how long the oldest event has been waiting and how many were given up, and trim the stream."""
    async with context.database.connection() as connection:
        OUTBOX_OLDEST_SECONDS.set(await outbox.seconds_waited(connection, now=context.now))
        OUTBOX_DEAD_LETTERS.set(await outbox.count_given_up(connection))
    await trim_stream(context.redis, now=context.now)
    return False


class Dispatcher:
    """Sends deliveries, many at a time, so that a slow endpoint delays only itself."""

    def __init__(self, settings: Settings, clock: Clock = system_clock) -> None:
        """Describe the dispatcher; it sends between entering and leaving it."""
        self._settings = settings
        self._clock = clock
        self._in_flight: set[asyncio.Task[None]] = set()  # also those that are answered and being written down
        self._sending = 0
        self._settlement = Settlement()
        self._open = AsyncExitStack()
        self._sender: Sender

    async def __aenter__(self) -> Self:
        self._sender = await self._open.enter_async_context(open_sender(self._settings, self._clock))
        return self

    async def __aexit__(self, *_: object) -> None:
        # Each ends by itself, at its timeout at the latest.
        try:
            await asyncio.gather(*self._in_flight)
        finally:
            await self._open.aclose()

    async def deliver_next(self, context: WorkerContext) -> bool:
        """Start sending what is due, as far as there is room."""
        at_once = self._settings.webhook_concurrency
        # As many again may wait to be written down; with more, Postgres could not follow before their leases end.
        room = min(at_once - self._sending, 2 * at_once - len(self._in_flight))
        due = await self._claim(context, most=room) if room > 0 else []
        for delivery in due:
            self._sending += 1
            task = asyncio.create_task(self._deliver(context, delivery))
            self._in_flight.add(task)
            task.add_done_callback(self._in_flight.discard)
        if due and len(due) == room:
            return True
        if not self._in_flight:
            return False
        # All that is due is being sent: a place comes free, or more comes due.
        done, _ = await asyncio.wait(self._in_flight, timeout=WATCH_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        return bool(due or done)

    async def _claim(self, context: WorkerContext, *, most: int) -> list[DueDelivery]:
        async with context.database.connection() as connection, connection.transaction():
            return await deliveries.claim_due(connection, most=most, now=context.now)

    async def _deliver(self, context: WorkerContext, delivery: DueDelivery) -> None:
        try:
            ended = await self._end(context, delivery)
            _tell(ended, settled=await self._settlement.settle(context, ended))
        except Exception:
            # Its lease runs out, and it is sent again under the same id.
            log.exception("A delivery could not be finished", delivery_id=str(delivery.delivery_id))

    async def _end(self, context: WorkerContext, delivery: DueDelivery) -> Ended:
        try:
            if (verdict := rules.set_aside(delivery)) is not None:
                return Ended(delivery=delivery, verdict=verdict)
            attempt = await self._attempt(context, delivery)
            verdict = rules.judge(delivery, attempt, now=context.now, chance=random.random())  # noqa: S311
            return Ended(delivery=delivery, verdict=verdict, attempt=attempt)
        finally:
            self._sending -= 1

    async def _attempt(self, context: WorkerContext, delivery: DueDelivery) -> Attempt:
        try:
            return await self._send(context, delivery)
        except Exception:
            # Counted like any other attempt: it would come again for ever.
            log.exception("A delivery could not be sent", delivery_id=str(delivery.delivery_id))
            error = "AMSS could not send this; the worker's log says why."
            return Attempt(attempted_at=context.now, duration_ms=0, request_headers={}, error=error)

    async def _send(self, context: WorkerContext, delivery: DueDelivery) -> Attempt:
        sealed = (delivery.secret, delivery.previous_secret)
        vault_context = signing.vault_context(delivery.webhook_id)
        secrets = [context.database.vault.open(each, context=vault_context) for each in sealed if each is not None]
        event = delivery.event
        body = outbox.cloud_event(event)
        headers = signing.signed_headers(secrets, event_id=event.id, body=body, now=context.now)
        if event.traceparent is not None:
            headers["traceparent"] = event.traceparent
        return await self._sender.post(delivery.url, headers, body)


def _tell(ended: Ended, *, settled: bool) -> None:
    delivery, attempt = ended.delivery, ended.attempt
    if attempt is None:
        return
    result = ended.verdict.status.value if settled else "taken_over"
    WEBHOOK_DELIVERIES.labels(result).inc()
    WEBHOOK_SECONDS.observe(attempt.duration_ms / 1000)
    log.info(
        "Sent a webhook",
        delivery_id=str(delivery.delivery_id), event_id=str(delivery.event.id), attempt=delivery.attempt,
        response_code=attempt.response_code, duration_ms=attempt.duration_ms, result=result,
    )  # fmt: skip
