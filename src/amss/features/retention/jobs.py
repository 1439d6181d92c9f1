"""The retention cleaner: a small batch of every organization in turn, so that none waits for a large one."""

from uuid import UUID

from amss.features.retention import queries, service
from amss.features.retention.chores import RecordClass
from amss.foundation.access import the_job
from amss.foundation.database import RETRYABLE, Origin
from amss.foundation.ids import new_id
from amss.foundation.metrics import RETENTION_DELETED
from amss.foundation.working import WorkerContext, kept_apart

ACTOR = the_job("retention_cleaner")


async def clean(context: WorkerContext) -> bool:
    """Delete up to one batch of every organization and the files nobody needs; answer whether more is left."""
    origin = Origin(f"retention-{new_id()}")
    more = False
    for org_id in await queries.list_organizations(context.database):
        if context.stopping.is_set():
            return False
        with kept_apart(org_id):
            more |= await _clean_organization(context, org_id, origin)
    removed = await service.clean_files(context.database, context.settings.import_storage, context.now)
    RETENTION_DELETED.labels(RecordClass.TECHNICAL).inc(removed)
    return more


async def _clean_organization(context: WorkerContext, org_id: UUID, origin: Origin) -> bool:
    try:
        async with context.database.transaction(ACTOR, org_id, origin) as tx:
            deleted = await service.clean_organization(tx)
    except RETRYABLE:
        return True  # somebody was working on the same rows; they are as old next time
    for chore, count in deleted.items():
        RETENTION_DELETED.labels(chore.record_class).inc(count)
    return deleted.total() >= service.BATCH_ROWS
