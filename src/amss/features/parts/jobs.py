"""What days bring to the store: a batch for each organization in turn, so that none waits for another."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from amss.features.parts import expiry, stock
from amss.foundation.access import the_job
from amss.foundation.database import Origin, Transaction
from amss.foundation.ids import new_id
from amss.foundation.working import WorkerContext, in_transaction, kept_apart

ACTOR = the_job("part_expiry")


async def follow_expiry(context: WorkerContext) -> bool:
    """Judge what stock is left where pieces expired, and announce what expires soon; then nothing is left."""
    async with context.database.connection() as connection:
        with_expired = await stock.orgs_with_expired_stock(connection, now=context.now)
        with_expiring = await expiry.orgs_with_expiring_parts(connection)
    await _in_turn(context, with_expired, stock.judge_next)
    await _in_turn(context, with_expiring, expiry.announce_next)
    return False


async def _in_turn(
    context: WorkerContext, org_ids: Sequence[UUID], next_batch: Callable[[Transaction], Awaitable[bool]]
) -> None:
    while org_ids and not context.stopping.is_set():
        org_ids = [org_id for org_id in org_ids if await _had_more(context, org_id, next_batch)]


async def _had_more(
    context: WorkerContext, org_id: UUID, next_batch: Callable[[Transaction], Awaitable[bool]]
) -> bool:
    with kept_apart(org_id):
        return await in_transaction(context, ACTOR, org_id, Origin(f"part_expiry-{new_id()}"), next_batch)
    return False
