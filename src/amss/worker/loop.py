"""Running one job for ever: do a bit, rest, try again after a fault, and stop gently."""

import asyncio
import time
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field

import structlog

from amss.features.system.model import JobResult, Standing
from amss.foundation.metrics import JOB_RUNS, JOB_SECONDS
from amss.foundation.working import Job, WorkerContext

FIRST_PAUSE_AFTER_A_FAULT = 0.1
LONGEST_PAUSE_AFTER_A_FAULT = 5.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Scheduled:
    """A job and how it rests: the shortest while when work has just run out, ever longer while none comes."""

    name: str
    job: Job
    shortest_rest: float  # seconds
    longest_rest: float
    within: AbstractAsyncContextManager[object] = field(default_factory=nullcontext[None])  # open while it runs
    standing: Standing = field(default_factory=Standing)


async def run(scheduled: Scheduled, context: WorkerContext) -> None:
    """Run the job until the worker stops; no fault ends it."""
    structlog.contextvars.bind_contextvars(job=scheduled.name)
    async with scheduled.within:
        await _repeat(scheduled, context)


async def _repeat(scheduled: Scheduled, context: WorkerContext) -> None:
    rest = scheduled.shortest_rest
    faults = 0
    latest = ""
    while not context.stopping.is_set():
        try:
            more = await _measured(scheduled, context)
        except Exception as fault:  # a store that went away comes back; the job must still be here
            faults += 1
            # Once with its trace; while the same goes on, the counter of runs says so.
            if repr(fault) != latest:
                log.exception("The job failed and will be tried again", exc_info=fault)
                latest = repr(fault)
            pause = FIRST_PAUSE_AFTER_A_FAULT * 2 ** min(faults - 1, 10)
            await _pause(context, min(pause, LONGEST_PAUSE_AFTER_A_FAULT))
            continue
        if faults:
            log.info("The job works again", faults=faults)
            faults, latest = 0, ""
        if more:
            rest = scheduled.shortest_rest
            await asyncio.sleep(0)
        else:
            await _pause(context, rest)
            rest = min(rest * 2, scheduled.longest_rest)


async def _measured(scheduled: Scheduled, context: WorkerContext) -> bool:
    started = time.perf_counter()
    scheduled.standing.begin(now=context.now)
    result, failed = JobResult.FAILED, None
    try:
        more = await scheduled.job(context)
        result = JobResult.WORKED if more else JobResult.IDLE
        return more
    except Exception as fault:
        failed = fault
        raise
    finally:
        seconds = time.perf_counter() - started
        scheduled.standing.end(result, seconds=seconds, now=context.now, fault=failed)
        JOB_RUNS.labels(scheduled.name, result).inc()
        JOB_SECONDS.labels(scheduled.name).observe(seconds)


async def _pause(context: WorkerContext, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await context.stopping.wait()
    except TimeoutError:
        return
