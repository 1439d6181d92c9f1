"""Redis wiped under running workers: the consumer group comes back by itself, and nobody restarts anything."""

import asyncio
from typing import Any

from redis.asyncio import Redis
from structlog.testing import capture_logs

from amss.embedded import Stores
from amss.features.imports.job_stream import GROUP, Announcement, JobStream
from amss.features.imports.service import JOBS_STREAM
from amss.foundation.ids import new_id
from builders.csv_files import send_csv
from builders.fleet import a_fleet_file
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.tenants import Tenant
from builders.worker_process import a_worker_process


class WipedInBetween(Redis):
    """Is wiped once by somebody, as soon as it has said what dead workers left behind."""

    wiped = False

    async def xautoclaim(self, *asked: Any, **more: Any) -> Any:
        answer = await super().xautoclaim(*asked, **more)
        if not self.wiped:
            self.wiped = True
            await self.flushall()
        return answer


class MadeByAnother(Redis):
    """Another worker makes the group just before this one does."""

    async def xgroup_create(self, *asked: Any, **more: Any) -> Any:
        await super().xgroup_create(*asked, **more)
        return await super().xgroup_create(*asked, **more)


async def announced(redis: Redis) -> Announcement:
    """Announce an import; return what a worker is to read."""
    import_id = new_id()
    message_id: Any = await redis.xadd(JOBS_STREAM, {"import_id": str(import_id)})
    return Announcement(message_id, import_id)


async def test_a_reader_goes_on_after_a_wipe_without_missing_a_message(installation: Installation) -> None:
    redis, stream = installation.redis, JobStream(installation.redis, "a-worker")
    await stream.take()

    await redis.flushall()
    expected = await announced(redis)
    with capture_logs() as logs:
        taken = await stream.take()
        await stream.settle(expected)

    assert taken == expected
    assert logs == []
    assert await redis.xlen(JOBS_STREAM) == 0


async def test_a_wipe_between_a_readers_two_questions_costs_nothing(installation: Installation) -> None:
    wiped = WipedInBetween.from_url(installation.settings.redis_url)
    stream = JobStream(wiped, "a-worker")
    await JobStream(installation.redis, "a-worker").take()

    with capture_logs() as logs:
        meanwhile = await stream.take()
        expected = await announced(installation.redis)
        taken = await stream.take()
        await stream.settle(expected)
    await wiped.aclose()

    assert (meanwhile, taken) == (None, expected)
    assert logs == []


async def test_where_another_worker_was_quicker_to_make_the_group_both_go_on(installation: Installation) -> None:
    redis = MadeByAnother.from_url(installation.settings.redis_url)
    await installation.redis.flushall()
    expected = await announced(installation.redis)

    with capture_logs() as logs:
        taken = await JobStream(redis, "a-worker").take()
    await redis.aclose()

    assert taken == expected
    assert logs == []
    await JobStream(installation.redis, "a-worker").settle(expected)


async def test_a_running_worker_does_the_next_import_after_a_wipe(
    api: FrontDoor, tenant: Tenant, installation: Installation, stores: Stores
) -> None:
    redis = installation.redis
    folder = installation.settings.import_storage.parent
    async with a_worker_process(stores, stores.database_url, folder) as worker:
        for number in range(2):
            sent = await send_csv(api, tenant.planner, a_fleet_file(5).content, key=f"file-{number}")
            assert sent.status == 202, sent.body
            await completed(api, tenant, sent.json["id"])
            async with asyncio.timeout(10):
                while not await group_waits(redis):
                    await asyncio.sleep(0.02)
            await redis.flushall()

        assert worker.returncode is None


async def completed(api: FrontDoor, tenant: Tenant, import_id: str) -> None:
    """Wait until an import is done."""
    async with asyncio.timeout(30):
        while (await api(tenant.planner, f"GET /imports/{import_id}")).json["status"] != "completed":
            await asyncio.sleep(0.05)


async def group_waits(redis: Redis) -> bool:
    """Tell whether the workers' group is there and has nothing left to read."""
    if not await redis.exists(JOBS_STREAM):
        return False
    groups: Any = await redis.xinfo_groups(JOBS_STREAM)
    return [each["name"] for each in groups] == [GROUP.encode()] and await redis.xlen(JOBS_STREAM) == 0
