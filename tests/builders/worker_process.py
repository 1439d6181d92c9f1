"""Worker processes, and a place in their work at which one is held so that it can be killed there."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from amss.embedded import Stores
from builders.installation import environment_for

_WORKER = (sys.executable, "-c", "from amss.cli.worker import main; main()")
_WAITING = "locktype = 'advisory' AND NOT granted"
_OTHERS = "datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"


@asynccontextmanager
async def a_worker_process(stores: Stores, url: str, folder: Path) -> AsyncGenerator[Process]:
    """Run amss-worker on a database; it does not outlive the block."""
    environment = os.environ | environment_for(
        stores, folder, DATABASE_URL=url, WORKER_METRICS_ADDR="127.0.0.1:0", PROGRAM_GENERATION_INTERVAL="1s"
    )
    worker = await asyncio.create_subprocess_exec(*_WORKER, env=environment, stdout=DEVNULL)
    try:
        yield worker
    finally:
        if worker.returncode is None:
            worker.kill()
        await worker.wait()


async def kill_one_that_writes(
    stores: Stores, url: str, folder: Path, owner: asyncpg.Connection, *, table: str, row: str
) -> None:
    """Run a worker until it is about to insert a row of which a condition on NEW is true, and kill it there."""
    await owner.execute(
        f"""
        CREATE FUNCTION wait_here() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {row} THEN PERFORM pg_advisory_xact_lock(1); END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER wait_here BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION wait_here();
        SELECT pg_advisory_lock(1);
        """
    )
    async with a_worker_process(stores, url, folder) as killed:
        await until(owner, f"EXISTS (SELECT FROM pg_locks WHERE {_WAITING})")
        killed.kill()
        await killed.wait()
    await owner.execute("SELECT pg_advisory_unlock(1)")
    # What the killed was about to do ends when Postgres notices that nobody listens any more.
    await until(owner, f"NOT EXISTS (SELECT FROM pg_stat_activity WHERE {_OTHERS})")
    await owner.execute("DROP FUNCTION wait_here CASCADE")


async def until(owner: asyncpg.Connection, happened: str) -> None:
    """Wait until a condition is true."""
    async with asyncio.timeout(20):
        while not await owner.fetchval(f"SELECT {happened}"):
            await asyncio.sleep(0.02)
