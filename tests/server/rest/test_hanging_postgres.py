"""A Postgres that neither answers nor hangs up: stopped, as behind a dead network or a stuck disk."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest
from redis.asyncio import Redis

from amss.embedded import Stores, temporary_stores
from amss.features.auth.tokens import TokenKeys
from amss.foundation.database import Database
from amss.foundation.migrations import migrate
from amss.server.main import COMMAND_SECONDS
from builders.front_door import FrontDoor, Reply, front_door
from builders.installation import TEST_KEY, Installation, settings_for
from builders.tenants import Tenant, a_tenant

AN_AIRCRAFT = {"tail_number": "G-ABCD", "model": "A320-214"}


@pytest.fixture(scope="module")
async def stores_of_ours() -> AsyncIterator[Stores]:
    async with temporary_stores() as stores:
        await migrate(stores.database_url)
        yield stores


@pytest.fixture
async def ours(stores_of_ours: Stores, tmp_path: Path) -> AsyncIterator[Installation]:
    settings = settings_for(stores_of_ours, tmp_path)
    server = Database(
        settings.database_url, role="amss_server", process="t", settings=settings, command_timeout=COMMAND_SECONDS
    )
    owner = await asyncpg.connect(settings.database_url)
    redis = Redis.from_url(settings.redis_url)
    yield Installation(settings, server, server, owner, redis, TokenKeys(TEST_KEY))
    await redis.aclose()
    await owner.close()
    await server.close()


@pytest.fixture
async def postmaster(ours: Installation) -> int:
    directory = await ours.owner.fetchval("SHOW data_directory")
    return int((Path(directory) / "postmaster.pid").read_text().split()[0])


def _family(postmaster: int) -> list[int]:
    """Return a Postgres and its children, each of which serves a connection or the whole."""
    children: list[int] = []
    for each in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(each.read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        if parent == postmaster:
            children.append(int(each.parent.name))
    return [postmaster, *children]


@contextmanager
def stopped(postmaster: int) -> Generator[None]:
    family = _family(postmaster)
    for each in family:
        os.kill(each, signal.SIGSTOP)
    try:
        yield
    finally:
        for each in family:
            os.kill(each, signal.SIGCONT)


async def timed(door: FrontDoor, tenant: Tenant, route: str, body: object = None) -> tuple[Reply, float]:
    begun = time.monotonic()
    return await door(tenant.planner, route, body), time.monotonic() - begun


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the children are found by way of /proc")
async def test_a_postgres_that_hangs_costs_seconds_and_is_used_again_when_it_goes_on(
    ours: Installation, postmaster: int
) -> None:
    tenant = await a_tenant(ours)
    async with front_door(ours) as door:
        await asyncio.gather(*(door(tenant.planner, "GET /aircraft") for _ in range(5)))

        with stopped(postmaster):
            health, ready, *asked = await asyncio.gather(
                timed(door, tenant, "GET /health"),
                timed(door, tenant, "GET /ready"),
                *(timed(door, tenant, "GET /aircraft") for _ in range(20)),
                *(timed(door, tenant, "POST /aircraft", AN_AIRCRAFT) for _ in range(5)),
            )
            in_use = ours.server.in_use
        again = [await door(tenant.planner, route) for route in ("GET /ready", "GET /aircraft")]
        created = await door(tenant.planner, "POST /aircraft", AN_AIRCRAFT)

    assert (health[0].status, ready[0].status) == (200, 503)
    assert ready[1] < 2.5
    assert {(reply.status, "retry-after" in reply.headers) for reply, _ in asked} == {(503, True)}
    assert max(seconds for _, seconds in asked) < 8.5
    assert in_use == 0
    assert ([each.status for each in again], created.status) == ([200, 200], 201)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the children are found by way of /proc")
async def test_a_hang_in_the_middle_of_a_transaction_ends_it(ours: Installation, postmaster: int) -> None:
    tenant = await a_tenant(ours)
    settings = ours.settings
    hurried = Database(settings.database_url, role="amss_server", process="t", settings=settings, command_timeout=0.3)
    async with front_door(replace(ours, server=hurried)) as door:
        await door(tenant.planner, "GET /aircraft")
        async with asyncio.timeout(5):
            with stopped(postmaster):
                refused = await door(tenant.planner, "POST /aircraft", AN_AIRCRAFT)
        created = await door(tenant.planner, "POST /aircraft", AN_AIRCRAFT)
    await hurried.close()

    assert (refused.status, refused.code) == (503, "UNAVAILABLE")
    assert created.status == 201
