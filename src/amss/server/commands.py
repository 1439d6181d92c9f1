"""Running a command: the one place that opens the transaction, claims the key, keeps the answer and commits."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext

import structlog
from redis.exceptions import RedisError

from amss.foundation.database import RETRYABLE, Origin, Transaction
from amss.foundation.errors import Unavailable
from amss.foundation.metrics import IDEMPOTENCY
from amss.server.at_once import Drafted, at_once
from amss.server.authentication import Caller
from amss.server.idempotency import Answer, IdempotencyInProgress, KeyedRequest, claim, keep
from amss.server.resources import Resources
from amss.server.single_flight import StillRunning

TRIES = 3

log = structlog.get_logger(__name__)


async def run_command(
    resources: Resources,
    work: Callable[[Transaction], Awaitable[Answer]],
    *,
    caller: Caller,
    origin: Origin,
    keyed: KeyedRequest | None,
    drafted: Drafted | None = None,
) -> Answer:
    """Do the work in one transaction and return its answer, already committed.

    With a key, a repeat gets the first answer. Work that met another transaction is repeated up to three times.
    Work that was drafted is done at once where it can be.
    """
    alone: AbstractAsyncContextManager[None] = nullcontext()
    if keyed is not None:
        alone = resources.keys_in_flight.alone(keyed.scope)
    try:
        async with alone:
            if drafted is not None:
                answer = await at_once(resources.database, drafted, caller, origin, keyed)
                if answer is not None:
                    return answer
            for attempt in range(1, TRIES + 1):
                try:
                    async with resources.database.transaction(caller.actor, caller.org_id, origin) as tx:
                        answer = await _answer(tx, work, keyed)
                    resources.forget(tx.outdated)
                    await _send_messages(resources, tx)
                    return answer
                except RETRYABLE:
                    if attempt < TRIES:
                        await asyncio.sleep(0.01 * attempt)
    except StillRunning:
        IDEMPOTENCY.labels("in_progress").inc()
        raise IdempotencyInProgress from None
    raise Unavailable("Others were changing the same records. Try again.", retry_after=1)


async def _answer(
    tx: Transaction, work: Callable[[Transaction], Awaitable[Answer]], keyed: KeyedRequest | None
) -> Answer:
    if keyed is None:
        return await work(tx)
    if (stored := await claim(tx, keyed)) is not None:
        return stored
    answer = await work(tx)
    await keep(tx, keyed, answer)
    return answer


async def _send_messages(resources: Resources, tx: Transaction) -> None:
    """Tell the worker at once; while Redis is away it finds its work in Postgres by itself."""
    for stream, fields in tx.messages:
        try:
            await resources.redis.xadd(stream, {**fields})
        except (RedisError, OSError, TimeoutError) as fault:
            log.warning("Could not send a message", stream=stream, error=str(fault))
