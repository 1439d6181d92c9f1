"""The worker as a process of its own."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from amss.embedded import Stores
from builders.front_door import FrontDoor
from builders.installation import Installation, environment_for
from builders.tenants import Tenant
from builders.webhooks import an_aircraft, an_endpoint, registered

WORKER = (sys.executable, "-c", "from amss.cli.worker import main; main()")


@asynccontextmanager
async def a_worker_process(stores: Stores, folder: Path) -> AsyncGenerator[Process]:
    """Run amss-worker; it does not outlive the test."""
    environment = os.environ | environment_for(stores, folder, WORKER_METRICS_ADDR="127.0.0.1:0")
    worker = await asyncio.create_subprocess_exec(*WORKER, env=environment, stdout=PIPE)
    try:
        yield worker
    finally:
        if worker.returncode is None:
            worker.kill()
        await worker.communicate()


async def stopped(worker: Process) -> int:
    """Tell the worker to stop; return its exit code."""
    worker.send_signal(signal.SIGTERM)
    async with asyncio.timeout(30):
        await worker.communicate()
    assert worker.returncode is not None
    return worker.returncode


async def unpublished(installation: Installation, tenant: Tenant) -> int:
    return await installation.owner.fetchval(
        "SELECT count(*) FROM outbox_events WHERE org_id = $1 AND (fanned_out_at IS NULL OR processed_at IS NULL)",
        tenant.org_id,
    )


async def test_a_worker_delivers_and_stops_gently(
    api: FrontDoor, tenant: Tenant, installation: Installation, stores: Stores, tmp_path: Path
) -> None:
    async with an_endpoint() as endpoint, a_worker_process(stores, tmp_path) as worker:
        await registered(api, tenant, endpoint.url, "aircraft.*")
        await an_aircraft(api, tenant)
        async with asyncio.timeout(30):
            while not endpoint.received or await unpublished(installation, tenant):
                await asyncio.sleep(0.02)

        exit_code = await stopped(worker)

    assert exit_code == 0
    assert len(endpoint.received) == 1


async def test_a_worker_outlives_its_connections(
    api: FrontDoor, tenant: Tenant, installation: Installation, stores: Stores, tmp_path: Path
) -> None:
    async with an_endpoint() as endpoint, a_worker_process(stores, tmp_path) as worker:
        await registered(api, tenant, endpoint.url, "aircraft.*")
        await an_aircraft(api, tenant, "G-ONE")
        async with asyncio.timeout(30):
            while not endpoint.received:
                await asyncio.sleep(0.02)

        # As when both stores are started anew.
        cut = await installation.owner.fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'amss-worker'"
        )
        await installation.redis.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        await an_aircraft(api, tenant, "G-TWO")
        async with asyncio.timeout(30):
            while len(endpoint.received) < 2 or await unpublished(installation, tenant):
                await asyncio.sleep(0.02)
        exit_code = await stopped(worker)

    assert len(cut) > 0
    assert exit_code == 0


async def test_a_worker_killed_in_the_middle_leaves_nothing_unsent(
    api: FrontDoor, tenant: Tenant, installation: Installation, stores: Stores, tmp_path: Path
) -> None:
    async with an_endpoint(slow=True) as endpoint:
        webhook = await registered(api, tenant, endpoint.url, "aircraft.*")
        async with a_worker_process(stores, tmp_path) as first:
            for n in range(12):
                await an_aircraft(api, tenant, f"G-{n:03}")
            async with asyncio.timeout(30):
                while endpoint.holding < 8:
                    await asyncio.sleep(0.02)
            first.kill()
        endpoint.open_again.set()
        # As when half a minute has gone by.
        await installation.owner.execute(
            "UPDATE webhook_deliveries SET lease_until = now(), next_attempt_at = now() "
            "WHERE webhook_id = $1 AND status = 'pending'",
            webhook.id,
        )

        async with a_worker_process(stores, tmp_path) as second:
            async with asyncio.timeout(30):
                while len(endpoint.received) < 20:
                    await asyncio.sleep(0.05)
            exit_code = await stopped(second)

    assert exit_code == 0
    assert len({each.id for each in endpoint.received}) == 12
    assert len(endpoint.received) == 20
