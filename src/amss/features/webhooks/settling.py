"""Writing down what became of deliveries, many in one statement: a commit for each would be most of the work."""

import asyncio
from uuid import UUID

import structlog

from amss.features.webhooks import deliveries, service
from amss.features.webhooks.model import Ended
from amss.foundation.access import the_job
from amss.foundation.database import Origin
from amss.foundation.working import WorkerContext, in_transaction

ACTOR = the_job("webhook_dispatcher")
MOST_TOGETHER = 100
# How long those that ended wait for others.
GATHER_SECONDS = 0.005

log = structlog.get_logger(__name__)


class Settlement:
    """Gathers deliveries that ended at about the same time, at whatever tenants, and settles them together."""

    def __init__(self) -> None:
        """Begin with none."""
        self._waiting: list[tuple[Ended, asyncio.Future[bool]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def settle(self, context: WorkerContext, ended: Ended) -> bool:
        """Write down what became of a delivery and its endpoint; False when another worker has taken it over."""
        together = asyncio.get_running_loop().create_future()
        self._waiting.append((ended, together))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write(context))
        return await together or await _settle_alone(context, ended)

    async def _write(self, context: WorkerContext) -> None:
        while self._waiting:
            await asyncio.sleep(GATHER_SECONDS)
            batch, self._waiting = self._waiting[:MOST_TOGETHER], self._waiting[MOST_TOGETHER:]
            settled = await _settle_together(context, [ended for ended, _ in batch])
            for ended, together in batch:
                if not together.done():
                    together.set_result(ended.delivery.delivery_id in settled)
        self._writing = None


async def _settle_together(context: WorkerContext, ended: list[Ended]) -> set[UUID]:
    try:
        async with context.database.connection() as connection:
            return await deliveries.settle_together(connection, ended, now=context.now)
    except Exception:
        # Each is then settled alone, so that the one to blame does not cost the others theirs.
        log.exception("Deliveries could not be settled together", deliveries=len(ended))
        return set()


async def _settle_alone(context: WorkerContext, ended: Ended) -> bool:
    event = ended.delivery.event
    origin = Origin(request_id=event.request_id or str(event.id), traceparent=event.traceparent)
    return await in_transaction(context, ACTOR, ended.delivery.org_id, origin, lambda tx: service.settle(tx, ended))
