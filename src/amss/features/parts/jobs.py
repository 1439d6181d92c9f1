"""Announcing parts that expire soon: a batch for each organization in turn, so that none waits for another."""

from uuid import UUID

from amss.features.parts import expiry
from amss.foundation.access import the_job
from amss.foundation.database import Origin
from amss.foundation.ids import new_id
from amss.foundation.working import WorkerContext, in_transaction, kept_apart

ACTOR = the_job("part_expiry")


async def announce_expiring(context: WorkerContext) -> bool:
    """Announce what expires soon in every organization; when it answers, nothing is left."""
    async with context.database.connection() as connection:
        org_ids = await expiry.orgs_with_expiring_parts(connection)
    while org_ids and not context.stopping.is_set():
        org_ids = [org_id for org_id in org_ids if await _announce_next(context, org_id)]
    return False


async def _announce_next(context: WorkerContext, org_id: UUID) -> bool:
    with kept_apart(org_id):
        return await in_transaction(context, ACTOR, org_id, Origin(f"part_expiry-{new_id()}"), expiry.announce_next)
    return False
