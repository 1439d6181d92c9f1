"""The worker's program generator."""

import asyncio
from uuid import UUID

import asyncpg
import pytest

from amss.features.due import projection
from amss.features.generation import jobs
from amss.foundation.working import WorkerContext
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.refusals import refused
from builders.tasks import (
    a_program,
    fleet_of_one,
    tasks_of,
)
from builders.tenants import Tenant


def a_worker(installation: Installation, name: str = "worker-1") -> WorkerContext:
    return WorkerContext(installation.settings, installation.worker, installation.redis, name)


async def test_two_workers_at_once_make_each_task_once(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    for n in range(30):
        await fleet_of_one(api, tenant.planner, tail_number=f"G-A{n:02}")
    await a_program(api, tenant.planner)
    await a_program(api, tenant.planner, code="B-CHK")

    await asyncio.gather(*(jobs.generate(a_worker(installation, f"worker-{n}")) for n in range(3)))
    await jobs.generate(a_worker(installation))

    due_item_ids = [task["due_item_id"] for task in await tasks_of(api, tenant.planner)]
    assert len(due_item_ids) == len(set(due_item_ids)) == 60


async def test_a_great_fleet_does_not_keep_a_small_one_waiting(
    api: FrontDoor,
    tenant: Tenant,
    another_tenant: Tenant,
    installation: Installation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jobs, "BIT", 5)
    for n in range(12):
        await fleet_of_one(api, tenant.planner, tail_number=f"G-A{n:02}")
    await fleet_of_one(api, another_tenant.planner)
    for planner in (tenant.planner, another_tenant.planner):
        await a_program(api, planner)

    more = await jobs.generate(a_worker(installation))

    great = await tasks_of(api, tenant.planner)
    (small,) = await tasks_of(api, another_tenant.planner)
    assert not more
    assert len(great) == 12
    assert sum(task["created_at"] <= small["created_at"] for task in great) <= jobs.BIT


async def test_while_a_fleet_is_brought_up_to_date_only_a_batch_of_it_is_held(
    api: FrontDoor, tenant: Tenant, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projection, "BATCH", 2)
    first, *_, last = [
        UUID((await fleet_of_one(api, tenant.planner, tail_number=f"G-A{n:02}"))["id"]) for n in range(5)
    ]
    await a_program(api, tenant.planner)
    somebody = await asyncpg.connect(installation.settings.database_url)

    async with somebody.transaction():
        await somebody.execute("SELECT FROM aircraft WHERE id = $1 FOR UPDATE", last)
        job = asyncio.create_task(jobs.generate(a_worker(installation)))
        await until_it_waits(installation)
        async with installation.owner.transaction():
            free = await installation.owner.fetch("SELECT FROM aircraft WHERE id = $1 FOR UPDATE SKIP LOCKED", first)
    await job
    await somebody.close()

    assert len(free) == 1
    assert len(await tasks_of(api, tenant.planner)) == 5


async def until_it_waits(installation: Installation) -> None:
    """Return once the worker waits for a row that somebody holds."""
    waits = "SELECT FROM pg_stat_activity WHERE application_name = 'test-worker' AND wait_event_type = 'Lock'"
    async with asyncio.timeout(30):
        while not await installation.owner.fetch(waits):
            await asyncio.sleep(0.02)


async def test_one_organizations_fault_does_not_stop_the_others(
    api: FrontDoor, tenant: Tenant, another_tenant: Tenant, installation: Installation
) -> None:
    for each in (tenant, another_tenant):
        await fleet_of_one(api, each.planner)
        await a_program(api, each.planner)

    async with refused(installation.owner, "maintenance_tasks", "INSERT", tenant.org_id, "query_canceled"):
        await jobs.generate(a_worker(installation))

    assert len(await tasks_of(api, tenant.planner)) == 0
    assert len(await tasks_of(api, another_tenant.planner)) == 1


async def test_the_job_signs_its_work_in_the_audit_trail(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    await fleet_of_one(api, tenant.planner)
    await a_program(api, tenant.planner)

    await jobs.generate(a_worker(installation))

    row = await installation.owner.fetchrow(
        "SELECT actor_kind, actor_name FROM audit_logs WHERE org_id = $1 AND entity_type = 'maintenance-task'",
        tenant.org_id,
    )
    assert tuple(row) == ("system", "program_generator")


async def test_a_worker_that_is_told_to_stop_begins_no_further_bit(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    await fleet_of_one(api, tenant.planner)
    await a_program(api, tenant.planner)
    worker = a_worker(installation)
    worker.stopping.set()

    await jobs.generate(worker)

    assert await tasks_of(api, tenant.planner) == []
