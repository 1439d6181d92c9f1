"""The loop that runs one job for ever."""

import asyncio

import pytest
from structlog.testing import capture_logs

from amss.foundation.working import WorkerContext
from amss.worker import main
from amss.worker.loop import Scheduled, run
from amss.worker.main import run_jobs
from amss.worker.schedule import schedule
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.tenants import Tenant
from builders.webhooks import a_worker, an_aircraft, an_endpoint, deliveries_of, publish_all, registered


class AJob:
    """Plays a list of outcomes, then asks the worker to stop."""

    def __init__(self, outcomes: list[bool | Exception]) -> None:
        self.outcomes = outcomes
        self.runs = 0

    async def __call__(self, context: WorkerContext) -> bool:
        self.runs += 1
        outcome = self.outcomes.pop(0)
        if not self.outcomes:
            context.stopping.set()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


async def test_a_job_goes_on_after_faults_and_tells_of_them_once(installation: Installation) -> None:
    job = AJob([True, ConnectionError("away"), ConnectionError("away"), False, True])

    async with a_worker(installation) as context:
        with capture_logs() as logs:
            await run(Scheduled("a_job", job, 0.001, 0.001), context)

    assert job.runs == 5
    assert [(line["log_level"], line["event"]) for line in logs] == [
        ("error", "The job failed and will be tried again")
    ]
    assert str(logs[0]["exc_info"]) == "away"


async def test_another_fault_in_the_same_row_is_told_of_too(installation: Installation) -> None:
    job = AJob([ConnectionError("away"), ConnectionError("away"), KeyError("bug"), KeyError("bug"), True])

    async with a_worker(installation) as context:
        with capture_logs() as logs:
            await run(Scheduled("a_job", job, 0.001, 0.001), context)

    told = [repr(line["exc_info"]) for line in logs if line["log_level"] == "error"]
    assert told == ["ConnectionError('away')", "KeyError('bug')"]


async def test_while_there_is_more_a_job_does_not_rest(installation: Installation) -> None:
    job = AJob([True] * 50)

    async with a_worker(installation) as context, asyncio.timeout(10):
        await run(Scheduled("a_job", job, 3600, 3600), context)

    assert job.runs == 50


async def test_a_rest_ends_when_the_worker_stops(installation: Installation) -> None:
    resting = AJob([False, True])

    async with a_worker(installation) as context, asyncio.timeout(10):
        task = asyncio.create_task(run(Scheduled("a_job", resting, 3600, 3600), context))
        while not resting.runs:
            await asyncio.sleep(0)
        context.stopping.set()
        await task

    assert resting.runs == 1


async def test_deliveries_under_way_end_within_the_time_the_worker_has_to_stop(
    api: FrontDoor, tenant: Tenant, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(main, "FINISH_SECONDS", 0.2)
    async with an_endpoint(slow=True) as endpoint, a_worker(installation) as context:
        webhook = await registered(api, tenant, endpoint.url, "aircraft.*")
        await an_aircraft(api, tenant)
        await publish_all(context)
        async with asyncio.timeout(5):
            working = asyncio.create_task(run_jobs(schedule(context), context))
            while not endpoint.holding:
                await asyncio.sleep(0.01)
            context.stopping.set()
            await working

    [delivery] = await deliveries_of(installation, webhook.id)
    assert (delivery["status"], delivery["attempt_count"]) == ("pending", 0)


async def test_a_delivery_that_is_answered_while_the_worker_stops_is_written_down(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    async with an_endpoint(slow=True) as endpoint, a_worker(installation) as context:
        webhook = await registered(api, tenant, endpoint.url, "aircraft.*")
        await an_aircraft(api, tenant)
        await publish_all(context)
        async with asyncio.timeout(10):
            working = asyncio.create_task(run_jobs(schedule(context), context))
            while not endpoint.holding:
                await asyncio.sleep(0.01)
            context.stopping.set()
            endpoint.open_again.set()
            await working

    [delivery] = await deliveries_of(installation, webhook.id)
    assert (delivery["status"], delivery["attempt_count"]) == ("delivered", 1)


async def test_when_the_worker_stops_a_job_finishes_its_present_bit(installation: Installation) -> None:
    begun, finished = asyncio.Event(), False

    async def a_long_bit(_: WorkerContext) -> bool:
        nonlocal finished
        begun.set()
        for _turn in range(100):
            await asyncio.sleep(0)
        finished = True
        return True

    async with a_worker(installation) as context, asyncio.timeout(10):
        task = asyncio.create_task(run_jobs((Scheduled("a_job", a_long_bit, 0.01, 0.01),), context))
        await begun.wait()
        context.stopping.set()
        await task

    assert finished
