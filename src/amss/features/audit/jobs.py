"""The sealer: a batch of every organization in turn, so that none waits for a large one."""

from functools import partial
from uuid import UUID

from amss.features.audit import sealing
from amss.features.audit.keys import SealKey
from amss.foundation.access import the_job
from amss.foundation.database import Origin
from amss.foundation.ids import new_id
from amss.foundation.metrics import AUDIT_UNSEALED
from amss.foundation.working import WorkerContext, in_transaction, kept_apart

ACTOR = the_job("audit_sealer")
# Batches of an organization before it is asked anew who waits, which takes longer the more rows wait.
ROUNDS = 8


async def seal(key: SealKey, context: WorkerContext) -> bool:
    """Seal what waits in every organization, a batch of each in turn; answer whether more is left."""
    async with context.database.connection() as connection:
        waiting = await sealing.find_waiting(connection)
    AUDIT_UNSEALED.set(sum(waiting.values()))
    more = list(waiting)
    for _ in range(ROUNDS):
        more = [org_id for org_id in more if await _seal_batch(key, context, org_id)]
    return bool(more)


async def _seal_batch(key: SealKey, context: WorkerContext, org_id: UUID) -> bool:
    """Seal up to one batch of an organization; answer whether more is left."""
    if context.stopping.is_set():
        return False
    with kept_apart(org_id):
        origin = Origin(f"audit_sealer-{new_id()}")
        batch = await in_transaction(context, ACTOR, org_id, origin, partial(sealing.seal_next, key=key))
        return batch.full
    return False
