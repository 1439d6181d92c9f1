"""The import processor: one batch of one import at a time, whichever worker comes.

A batch is one transaction that holds the import's row, so no two workers are ever at one import, and a worker
that is killed leaves nothing behind: the next one begins the same batch again, at once.
"""

from datetime import timedelta

import asyncpg

from amss.features.aircraft.rules import TailNumberTaken
from amss.features.imports import job_stream, queries, service
from amss.features.imports.job_stream import JobStream
from amss.features.imports.queries import Unfinished
from amss.features.programs.rules import CounterMissing
from amss.foundation.access import the_job
from amss.foundation.database import RETRYABLE, Origin
from amss.foundation.errors import Unavailable
from amss.foundation.metrics import IMPORT_ROWS
from amss.foundation.working import WorkerContext

ACTOR = the_job("import_processor")
SET_ASIDE_FOR = timedelta(seconds=10)


async def process_next(announcements: JobStream, context: WorkerContext) -> bool:
    """Do one batch of the import that was just announced, or of the one that has waited longest."""
    announced = await announcements.take()
    first = announced.import_id if announced else None
    found = await queries.find_unfinished(context.database, first=first, now=context.now)
    if found is not None:
        await _process(context, found)
    if announced is not None:
        await announcements.settle(announced)
    return found is not None


async def forget_dead_workers(context: WorkerContext) -> bool:
    """Keep the list of who reads the stream to those who live."""
    await job_stream.forget_dead_workers(context.redis)
    return False


async def _process(context: WorkerContext, found: Unfinished) -> None:
    origin = Origin(f"import-{found.id}")
    try:
        async with context.database.transaction(ACTOR, found.org_id, origin) as tx:
            await queries.prepare_for_batch(tx)
            import_ = await queries.take(tx, found.id)
            if import_ is None:
                return  # another worker was quicker
            settled = await service.go_on(tx, import_, context.settings.import_storage)
    except (*RETRYABLE, TailNumberTaken, CounterMissing):
        return  # somebody was changing the fleet or its programs at that moment; the batch is done again
    except Exception as fault:
        if isinstance(fault, Unavailable) and not isinstance(fault.__cause__, asyncpg.QueryCanceledError):
            raise  # the database went away, whichever import it is
        # An import that cannot be worked on, or not in time, must not keep others waiting.
        async with context.database.transaction(ACTOR, found.org_id, origin) as tx:
            await queries.set_aside(tx, found.id, tx.now + SET_ASIDE_FOR)
        raise
    for result in ("invalid", "applied", "skipped"):
        IMPORT_ROWS.labels(import_.type, result).inc(getattr(settled, result))
