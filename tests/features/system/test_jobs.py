"""How the workers' jobs do, as an admin sees it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from amss.features.system import queries
from amss.features.system.jobs import Reporter
from amss.features.system.model import Standing, in_one_sentence
from amss.foundation.working import Job, WorkerContext
from amss.worker.loop import Scheduled, run
from amss.worker.schedule import schedule
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.sign_in import an_admin
from builders.tenants import Tenant
from builders.webhooks import a_worker


@pytest.fixture
async def worker(installation: Installation) -> AsyncIterator[WorkerContext]:
    async with a_worker(installation) as worker:
        yield worker


async def jobs_of(api: FrontDoor, installation: Installation, worker: WorkerContext) -> dict[str, Any]:
    """Return what an admin sees of a worker's jobs, by their names."""
    listed = await api(await an_admin(installation), "GET /system/jobs")
    assert listed.status == 200, listed.body
    return {each["job"]: each for each in listed.json["items"] if each["worker_id"] == worker.worker_id}


def playing(outcomes: list[bool | Exception]) -> Job:
    """Return a job that has these outcomes, then stops its worker."""

    async def job(context: WorkerContext) -> bool:
        outcome = outcomes.pop(0)
        if not outcomes:
            context.stopping.set()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return job


async def test_an_admin_sees_how_a_job_does(
    api: FrontDoor, tenant: Tenant, installation: Installation, worker: WorkerContext
) -> None:
    fault = ConnectionError("Redis is away.\nDETAIL: a secret of a tenant")
    scheduled = Scheduled("outbox_streamer", playing([True, fault, False]), 0.001, 0.001)
    reporter = Reporter({scheduled.name: scheduled.standing, "never_ran": Standing()}, worker)
    await run(scheduled, worker)

    await reporter.report(worker)
    jobs = await jobs_of(api, installation, worker)

    done = jobs["outbox_streamer"]
    assert (done["alive"], done["runs"], done["failures"], done["result"]) == (True, 3, 1, "idle")
    assert done["last_error"] == "ConnectionError: Redis is away."
    assert done["started_at"] < done["failed_at"] < done["finished_at"]
    assert (done["running_since"], done["duration_ms"] >= 0) == (None, True)
    idle = jobs["never_ran"]
    assert (idle["runs"], idle["finished_at"], idle["result"], idle["last_error"]) == (0, None, None, None)
    assert (await api(tenant.tenant_admin, "GET /system/jobs")).status == 403


async def test_a_job_that_hangs_shows_since_when(
    api: FrontDoor, installation: Installation, worker: WorkerContext
) -> None:
    begun = asyncio.Event()

    async def hang(_: WorkerContext) -> bool:
        begun.set()
        await worker.stopping.wait()
        return False

    scheduled = Scheduled("part_expiry", hang, 0.001, 0.001)
    reporter = Reporter({scheduled.name: scheduled.standing}, worker)
    running = asyncio.create_task(run(scheduled, worker))
    await begun.wait()
    await reporter.report(worker)
    meanwhile = (await jobs_of(api, installation, worker))["part_expiry"]
    worker.stopping.set()
    await running
    await reporter.report(worker)
    afterwards = (await jobs_of(api, installation, worker))["part_expiry"]

    assert (meanwhile["running_since"] > meanwhile["started_at"], meanwhile["runs"]) == (True, 0)
    assert (afterwards["running_since"], afterwards["runs"]) == (None, 1)


async def test_a_worker_that_is_not_heard_of_is_shown_as_dead_and_then_forgotten(
    api: FrontDoor, installation: Installation, worker: WorkerContext
) -> None:
    await Reporter({"audit_sealer": Standing()}, worker).report(worker)
    await silent_for(installation, worker, timedelta(seconds=queries.ALIVE_SECONDS + 1))
    dead = await jobs_of(api, installation, worker)
    async with a_worker(installation) as another:
        await Reporter({"audit_sealer": Standing()}, another).report(another)
        kept = await jobs_of(api, installation, worker)
        await silent_for(installation, worker, timedelta(hours=queries.KEPT_HOURS, seconds=1))
        await Reporter({"audit_sealer": Standing()}, another).report(another)

    assert (dead["audit_sealer"]["alive"], kept["audit_sealer"]["alive"]) == (False, False)
    assert await jobs_of(api, installation, worker) == {}


async def test_a_worker_that_was_long_cut_off_is_alive_again_as_soon_as_it_tells(
    api: FrontDoor, installation: Installation, worker: WorkerContext
) -> None:
    reporter = Reporter({"audit_sealer": Standing()}, worker)
    await reporter.report(worker)
    await silent_for(installation, worker, timedelta(hours=2))

    await reporter.report(worker)

    assert (await jobs_of(api, installation, worker))["audit_sealer"]["alive"] is True


async def test_every_job_of_the_schedule_is_told_of(worker: WorkerContext, installation: Installation) -> None:
    *told_of, reporter = schedule(worker)

    await reporter.job(worker)

    rows = await installation.owner.fetch("SELECT job FROM worker_jobs WHERE worker_id = $1", worker.worker_id)
    assert {row["job"] for row in rows} == {each.name for each in told_of}


def test_an_error_is_told_in_one_line_without_a_tenants_data() -> None:
    assert in_one_sentence(ValueError("Key exists.\nDETAIL: (tail)=(G-ABCD)")) == "ValueError: Key exists."
    assert in_one_sentence(TimeoutError()) == "TimeoutError"
    assert len(in_one_sentence(ValueError("x" * 1000))) == 300


async def silent_for(installation: Installation, worker: WorkerContext, silence: timedelta) -> None:
    """Let it be so long since a worker was heard of."""
    await installation.owner.execute(
        "UPDATE worker_jobs SET seen_at = now() - $2::interval WHERE worker_id = $1", worker.worker_id, silence
    )
