"""The worker's program generator against bare INSERTs of as many tasks: `make bench` runs it and prints a table.

A run of the generator brings every due item up to the present, then finds each a place, makes its task, its audit row
and its event, and marks the due item, a hundred at a time. The peer writes the rows of the tasks and nothing else, as
asyncpg does it with `executemany`, in transactions of the same size; every index and constraint of the table is there
for both.
"""

import os
import platform
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import uvloop
from installation import an_installation
from redis.asyncio import Redis

from amss.features.generation import jobs
from amss.foundation.database import Database
from amss.foundation.ids import new_id
from amss.foundation.logs import start_logging
from amss.foundation.settings import LogFormat
from amss.foundation.working import WorkerContext
from builders.planning import a_tenant_with_work

ROUNDS = 3
AIRCRAFT, PROGRAMS = 200, 10
TASKS = AIRCRAFT * PROGRAMS
LEAST = 1000


async def main() -> None:
    """Measure, report, and fail where fewer than a thousand tasks a second are made."""
    start_logging("warning", LogFormat.CONSOLE, "bench")
    async with an_installation() as installation:
        settings = installation.settings
        owner = await installation.owner()
        worker = Database(settings.database_url, role="amss_worker", process="bench", settings=settings)
        redis = Redis.from_url(settings.redis_url)
        context = WorkerContext(settings, worker, redis, "bench")
        generated: list[float] = []
        inserted: list[float] = []
        await a_round(owner, context)  # to warm up
        for _ in range(ROUNDS):
            generator, bare = await a_round(owner, context)
            generated.append(generator)
            inserted.append(bare)
        await worker.close()
        await redis.aclose()
        await owner.close()
    ours, bare = statistics.median(generated), statistics.median(inserted)
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, medians of {ROUNDS} rounds of {TASKS} tasks")
    print(f"generated {ours:6.0f} tasks/s   bare INSERT {bare:6.0f} rows/s   ratio {ours / bare:.2f}")
    if ours < LEAST:
        sys.exit(f"Fewer than {LEAST} tasks a second.")


async def a_round(owner: asyncpg.Connection, context: WorkerContext) -> tuple[float, float]:
    """Let the generator plan a fleet, insert as many rows for another; return tasks and rows per second."""
    org_id = await a_tenant_with_work(owner, f"generated-{new_id()}", aircraft=AIRCRAFT, programs=PROGRAMS)
    begun = time.perf_counter()
    await jobs.generate(context)
    generated = TASKS / (time.perf_counter() - begun)
    made = await owner.fetchval("SELECT count(*) FROM maintenance_tasks WHERE org_id = $1", org_id)
    if made != TASKS:
        sys.exit(f"The generator made {made} tasks of {TASKS}.")
    return generated, await rows_per_second(owner)


async def rows_per_second(owner: asyncpg.Connection) -> float:
    """Return how many tasks a second plain INSERTs write."""
    org_id = await a_tenant_with_work(owner, f"inserted-{new_id()}", aircraft=AIRCRAFT, programs=PROGRAMS)
    due = await owner.fetch("SELECT id, aircraft_id, program_id FROM due_items WHERE org_id = $1", org_id)
    rows = [a_row(org_id, place, each) for place, each in enumerate(due)]
    begun = time.perf_counter()
    for start in range(0, len(rows), jobs.BIT):
        async with owner.transaction():
            await owner.executemany(
                """
                INSERT INTO maintenance_tasks (org_id, id, aircraft_id, program_id, due_item_id, type, title,
                                               start_time, end_time, slot, estimated_minutes, due_at)
                VALUES ($1, $2, $3, $4, $5, 'inspection', $6, $7, $8, 1, 240, $8)
                """,
                rows[start : start + jobs.BIT],
            )
    rate = len(rows) / (time.perf_counter() - begun)
    # So that the next run of the generator finds nothing to do here.
    await owner.execute("UPDATE organizations SET status = 'suspended' WHERE id = $1", org_id)
    return rate


def a_row(org_id: UUID, place: int, due: asyncpg.Record) -> tuple[object, ...]:
    """Return the values of a task; no two of an aircraft share time."""
    start = datetime.now(UTC) + timedelta(hours=8 * (place % 90), days=30 * (place // 90))
    return (
        org_id, new_id(), due["aircraft_id"], due["program_id"], due["id"], "P-1 Program 1",
        start, start + timedelta(hours=4),
    )  # fmt: skip


if __name__ == "__main__":
    uvloop.run(main())
