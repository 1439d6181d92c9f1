"""Generating by worker processes: several at once, and one that is killed."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import asyncpg

from amss.embedded import Stores
from amss.foundation.migrations import migrate
from builders.databases import an_empty_database
from builders.planning import a_tenant_with_work
from builders.worker_process import a_worker_process, kill_one_that_writes, until

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


async def test_a_worker_killed_while_generating_leaves_two_others_to_make_each_task_once(
    stores: Stores, tmp_path: Path
) -> None:
    async with a_database_with_work(stores) as (url, owner, org_id):
        last = await owner.fetchval(
            "SELECT id FROM due_items WHERE org_id = $1 ORDER BY projected_on DESC, id DESC LIMIT 1", org_id
        )
        its_task = f"NEW.due_item_id = '{last}'"
        await kill_one_that_writes(stores, url, tmp_path, owner, table="maintenance_tasks", row=its_task)
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
