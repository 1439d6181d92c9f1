"""Open the stores, run every job of the schedule on one loop, and stop gently when told to."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from amss.foundation.clock import Clock, system_clock
from amss.foundation.database import Database
from amss.foundation.listening import metrics_served
from amss.foundation.logins import must_be_narrow
from amss.foundation.settings import Settings
from amss.foundation.working import WorkerContext
from amss.worker.loop import Scheduled, run
from amss.worker.schedule import schedule

log = structlog.get_logger(__name__)

FINISH_SECONDS = 30


@asynccontextmanager
async def open_context(settings: Settings, clock: Clock = system_clock) -> AsyncGenerator[WorkerContext]:
    """Open what the jobs share; the stores may still be on their way up."""
    database = Database(
        settings.worker_database_url or settings.database_url,
        role=None if settings.is_production else "amss_worker",
        process="amss-worker",
        settings=settings,
        clock=clock,
    )
    # A command is not sent again by itself: it could reach another server than the one its job looked at.
    redis = Redis.from_url(
        settings.redis_url, socket_timeout=5, socket_connect_timeout=1, retry=Retry(NoBackoff(), 0)
    )
    worker_id = f"{socket.gethostname()}-{os.getpid()}"
    try:
        yield WorkerContext(settings=settings, database=database, redis=redis, worker_id=worker_id)
    finally:
        await redis.aclose()
        await database.close()


async def work(settings: Settings, clock: Clock = system_clock) -> None:
    """Work until SIGTERM or SIGINT; then finish the present bits of work and return."""
    async with open_context(settings, clock) as context:
        await must_be_narrow(context.database, "WORKER_DATABASE_URL", "amss_worker")
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, context.stopping.set)
        with metrics_served("WORKER_METRICS_ADDR", settings.worker_metrics_addr):
            await run_jobs(schedule(context), context)


async def run_jobs(jobs: tuple[Scheduled, ...], context: WorkerContext) -> None:
    """Run the jobs side by side until the context says stop; cut off what takes too long to end."""
    tasks = [asyncio.create_task(run(each, context), name=each.name) for each in jobs]
    log.info("Working", jobs=[each.name for each in jobs], worker_id=context.worker_id)
    await context.stopping.wait()
    log.info("Stopping: finishing what runs")
    _, unfinished = await asyncio.wait(tasks, timeout=FINISH_SECONDS)
    for task in unfinished:
        log.warning("A job did not end in time; what it held will be taken up again", job=task.get_name())
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
