"""Generating by worker processes: several at once, and one that is killed."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import asyncpg

from amss.embedded import Stores
from amss.foundation.migrations import migrate
from builders.databases import an_empty_database
from builders.installation import environment_for
from builders.planning import a_tenant_with_work

WORKER = (sys.executable, "-c", "from amss.cli.worker import main; main()")
# 500 due items: five transactions of a worker.
AIRCRAFT, PROGRAMS = 100, 5
DUE = AIRCRAFT * PROGRAMS


@asynccontextmanager
async def a_database_with_work(stores: Stores) -> AsyncGenerator[tuple[str, asyncpg.Connection, UUID]]:
    """Make a database with one organization whose whole fleet is due: its URL, its owner, the organization."""
    async with an_empty_database(stores) as url:
        await migrate(url)
        owner = await asyncpg.connect(url)
        try:
            yield url, owner, await a_tenant_with_work(owner, "great", aircraft=AIRCRAFT, programs=PROGRAMS)
        finally:
            await owner.close()


@asynccontextmanager
async def a_worker_process(stores: Stores, url: str, folder: Path) -> AsyncGenerator[Process]:
    """Run amss-worker on a database; it does not outlive the test."""
    environment = os.environ | environment_for(
        stores, folder, DATABASE_URL=url, WORKER_METRICS_ADDR="127.0.0.1:0", PROGRAM_GENERATION_INTERVAL="1s"
    )
    worker = await asyncio.create_subprocess_exec(*WORKER, env=environment, stdout=DEVNULL)
    try:
        yield worker
    finally:
        if worker.returncode is None:
            worker.kill()
        await worker.wait()


@asynccontextmanager
async def a_last_task_nobody_can_write(owner: asyncpg.Connection, org_id: UUID) -> AsyncGenerator[None]:
    """Let whoever plans what falls due last wait with its row half written."""
    last = await owner.fetchval(
        "SELECT id FROM due_items WHERE org_id = $1 ORDER BY projected_on DESC, id DESC LIMIT 1", org_id
    )
    await owner.execute(
        f"""
        CREATE FUNCTION wait_at_the_last() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.due_item_id = '{last}' THEN PERFORM pg_advisory_xact_lock(1); END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER wait_at_the_last BEFORE INSERT ON maintenance_tasks
            FOR EACH ROW EXECUTE FUNCTION wait_at_the_last();
        SELECT pg_advisory_lock(1);
        """
    )
    try:
        yield
    finally:
        await owner.execute("SELECT pg_advisory_unlock(1); DROP FUNCTION wait_at_the_last CASCADE")


async def until(owner: asyncpg.Connection, happened: str) -> None:
    """Wait until a condition is true."""
    async with asyncio.timeout(20):
        while not await owner.fetchval(f"SELECT {happened}"):
            await asyncio.sleep(0.02)


async def test_a_worker_killed_while_generating_leaves_two_others_to_make_each_task_once(
    stores: Stores, tmp_path: Path
) -> None:
    async with a_database_with_work(stores) as (url, owner, org_id):
        async with a_last_task_nobody_can_write(owner, org_id), a_worker_process(stores, url, tmp_path) as killed:
            await until(owner, "EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted)")
            killed.kill()
            await killed.wait()
            made_by_the_killed = await owner.fetchval("SELECT count(*) FROM maintenance_tasks")

        async with a_worker_process(stores, url, tmp_path), a_worker_process(stores, url, tmp_path):
            await until(owner, f"(SELECT count(*) FROM due_items WHERE open_task_id IS NOT NULL) = {DUE}")

        assert made_by_the_killed == DUE - 100
        assert await counts_of(owner, org_id) == {
            "tasks": DUE,
            "due items with a task": DUE,
            "tasks of their own due items": DUE,
            "audit rows": DUE,
            "events": DUE,
        }


async def test_two_workers_that_start_together_share_the_work(stores: Stores, tmp_path: Path) -> None:
    async with a_database_with_work(stores) as (url, owner, org_id):
        async with a_worker_process(stores, url, tmp_path), a_worker_process(stores, url, tmp_path):
            await until(owner, f"(SELECT count(*) FROM due_items WHERE open_task_id IS NOT NULL) = {DUE}")

        assert set((await counts_of(owner, org_id)).values()) == {DUE}


async def counts_of(owner: asyncpg.Connection, org_id: UUID) -> dict[str, int]:
    """Count what generating leaves behind."""
    row = await owner.fetchrow(
        """
        SELECT (SELECT count(*) FROM maintenance_tasks WHERE org_id = $1) AS "tasks",
               (SELECT count(*) FROM due_items WHERE org_id = $1 AND open_task_id IS NOT NULL)
                   AS "due items with a task",
               (SELECT count(*) FROM due_items d
                JOIN maintenance_tasks t ON t.org_id = d.org_id AND t.id = d.open_task_id AND t.due_item_id = d.id
                WHERE d.org_id = $1) AS "tasks of their own due items",
               (SELECT count(*) FROM audit_logs
                WHERE org_id = $1 AND entity_type = 'maintenance-task' AND action = 'create') AS "audit rows",
               (SELECT count(*) FROM outbox_events
                WHERE org_id = $1 AND event_type = 'task.created') AS "events"
        """,
        org_id,
    )
    assert row is not None
    return dict(row)
