"""Workers that die, meet, or lose Redis: nothing is lost, nothing is done twice."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from structlog.testing import capture_logs

from amss.features.imports import csv_file, job_stream, jobs
from amss.features.imports.job_stream import JobStream
from amss.features.imports.service import JOBS_STREAM
from amss.foundation.database import Connection, Database
from amss.foundation.errors import Unavailable
from amss.foundation.ids import new_id
from amss.foundation.working import WorkerContext
from builders.csv_files import a_worker, finish_import, import_csv, process_next, send_csv
from builders.fleet import FleetFile, a_fleet_file
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.tenants import Tenant

OUTCOME = """
    SELECT (SELECT json_agg(json_build_array(tail_number, model, status, flight_minutes_total, version)
                            ORDER BY tail_number) FROM aircraft WHERE org_id = $1)::text AS fleet,
           (SELECT json_agg(json_build_array(row_number, status, raw, errors, entity_id IS NOT NULL)
                            ORDER BY row_number) FROM import_rows WHERE org_id = $1)::text AS rows,
           (SELECT json_agg(c ORDER BY c) FROM (SELECT json_build_array(event_type, count(*))::text c
                FROM outbox_events WHERE org_id = $1 GROUP BY event_type) e)::text AS events,
           (SELECT count(*) FROM audit_logs WHERE org_id = $1 AND actor_kind = 'system') AS audit_rows
"""


class DyingDatabase(Database):
    """Its connection is cut before a certain statement, as when the process is killed."""

    statements_left = 0

    @asynccontextmanager
    async def connection(self) -> AsyncGenerator[Connection]:
        async with super().connection() as connection:
            yield cast("Connection", DyingConnection(connection, self))


class DyingConnection:
    """Counts the statements that go over a connection."""

    def __init__(self, connection: Connection, database: DyingDatabase) -> None:
        self._connection = connection
        self._database = database

    def __getattr__(self, name: str) -> Any:
        if name in ("execute", "fetch", "fetchrow", "fetchval", "copy_to_table"):
            self._database.statements_left -= 1
            if self._database.statements_left == 0:
                self._connection.terminate()
                raise ConnectionResetError
        return getattr(self._connection, name)


async def test_a_worker_may_die_after_any_statement(
    api: FrontDoor,
    tenant: Tenant,
    another_tenant: Tenant,
    installation: Installation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(csv_file, "BATCH_ROWS", 40)
    fleet = a_fleet_file(100, bad_every=30)
    await import_csv(api, another_tenant.planner, fleet.content, a_worker(installation))
    dying = DyingDatabase(
        installation.settings.database_url, role="amss_worker", process="dying", settings=installation.settings
    )
    worker = WorkerContext(installation.settings, dying, installation.redis, "dying")
    sent = await send_csv(api, tenant.planner, fleet.content)

    deaths = 0
    for _batch in range(20):
        for dying.statements_left in range(1, 40):
            try:
                await process_next(worker)
                break
            except Unavailable:
                deaths += 1

    done = await api(tenant.planner, f"GET /imports/{sent.json['id']}")
    await dying.close()
    assert done.json["status"] == "completed"
    assert deaths > 50
    assert await outcome(installation, tenant) == await outcome(installation, another_tenant)


async def test_workers_at_once_do_every_row_once(
    api: FrontDoor,
    tenant: Tenant,
    another_tenant: Tenant,
    installation: Installation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(csv_file, "BATCH_ROWS", 50)
    fleet = a_fleet_file(600)
    sent = [await send_csv(api, each.planner, fleet.content) for each in (tenant, another_tenant)]

    async def work(name: str) -> None:
        for _ in range(60):
            await process_next(a_worker(installation, name))

    await asyncio.gather(*(work(f"worker-{n}") for n in range(4)))

    for each, import_ in zip((tenant, another_tenant), sent, strict=True):
        done = await finish_import(api, each.planner, import_.json["id"], a_worker(installation))
        assert done["counts"] == {"total": 600, "valid": 594, "invalid": 6, "applied": 594, "skipped": 0}
        assert await events_of(installation, each) == {
            "aircraft.created": 594,
            "import.created": 1,
            "import.completed": 1,
        }


async def test_two_imports_of_the_same_aircraft_at_once_make_each_once(
    api: FrontDoor, tenant: Tenant, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_file, "BATCH_ROWS", 50)
    fleet = a_fleet_file(300, bad_every=None)
    sent = [await send_csv(api, tenant.planner, fleet.content) for _ in range(2)]

    async def work(name: str) -> None:
        for _ in range(40):
            await process_next(a_worker(installation, name))

    await asyncio.gather(work("one"), work("two"))

    for import_ in sent:
        done = await finish_import(api, tenant.planner, import_.json["id"], a_worker(installation))
        assert done["counts"]["applied"] == 300
    assert (await events_of(installation, tenant))["aircraft.created"] == 300


async def test_a_wiped_redis_loses_nothing(api: FrontDoor, tenant: Tenant, installation: Installation) -> None:
    sent = await send_csv(api, tenant.planner, a_small_fleet().content)
    await installation.redis.delete(JOBS_STREAM)

    done = await finish_import(api, tenant.planner, sent.json["id"], a_worker(installation))

    assert done["status"] == "completed"


async def test_without_redis_the_work_goes_on(api: FrontDoor, tenant: Tenant, installation: Installation) -> None:
    sent = await send_csv(api, tenant.planner, a_small_fleet().content)
    away = Redis(host="127.0.0.1", port=1, retry=Retry(NoBackoff(), 0))
    worker = WorkerContext(installation.settings, installation.worker, away, "without-redis")

    done = await finish_import(api, tenant.planner, sent.json["id"], worker)
    await away.aclose()

    assert done["status"] == "completed"


@pytest.mark.parametrize(("ask_again_seconds", "calls_expected"), [(60, 1), (0, 3)])
async def test_while_redis_is_away_it_is_told_once_and_asked_now_and_then(
    monkeypatch: pytest.MonkeyPatch, ask_again_seconds: int, calls_expected: int
) -> None:
    monkeypatch.setattr(job_stream, "PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr(job_stream, "ASK_AGAIN_SECONDS", ask_again_seconds)
    async with a_silent_address() as (port, calls):
        silent = Redis(host="127.0.0.1", port=port, retry=Retry(NoBackoff(), 0))
        stream = JobStream(silent, "without-redis")

        with capture_logs() as logs:
            taken = [await stream.take() for _ in range(3)]
        await silent.aclose()

    assert taken == [None] * 3
    assert len(calls) == calls_expected
    assert [line["event"] for line in logs] == ["Redis is away; imports are found without it"]


async def test_the_stream_forgets_workers_that_died_long_ago(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    redis = installation.redis
    await redis.delete(JOBS_STREAM)
    for name in ("holds-nothing", "holds-a-job"):
        await redis.xadd(JOBS_STREAM, {"import_id": str(new_id())})
        taken = await JobStream(redis, name).take()
        assert taken is not None
        if name == "holds-nothing":
            await JobStream(redis, name).settle(taken)
    monkeypatch.setattr(job_stream, "DEAD_AFTER_MS", -1)

    await jobs.forget_dead_workers(a_worker(installation))

    left: Any = await redis.xinfo_consumers(JOBS_STREAM, job_stream.GROUP)
    assert [each["name"] for each in left] == [b"holds-a-job"]


async def test_a_job_a_dead_worker_took_is_taken_over(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    redis = installation.redis
    await redis.delete(JOBS_STREAM)
    sent = await send_csv(api, tenant.planner, a_small_fleet().content)
    taken = await JobStream(redis, "dead-worker").take()
    assert taken is not None
    await redis.xclaim(JOBS_STREAM, job_stream.GROUP, "dead-worker", 0, [taken.message_id], idle=61_000)

    living = JobStream(redis, "living-worker")
    again = await living.take()

    assert again == taken
    assert str(taken.import_id) == sent.json["id"]
    await living.settle(taken)
    assert await redis.xlen(JOBS_STREAM) == 0


async def test_a_message_that_says_nothing_is_taken_off(installation: Installation) -> None:
    await installation.redis.delete(JOBS_STREAM)
    await installation.redis.xadd(JOBS_STREAM, {"import_id": "nonsense"})
    await installation.redis.xadd(JOBS_STREAM, {"import_id": str(new_id())})
    await installation.redis.xadd(JOBS_STREAM, {"hello": "world"})

    for _ in range(3):
        await process_next(a_worker(installation))

    assert await installation.redis.xlen(JOBS_STREAM) == 0


async def test_an_import_that_cannot_be_worked_on_does_not_keep_others_waiting(
    api: FrontDoor, tenant: Tenant, another_tenant: Tenant, installation: Installation
) -> None:
    worker = a_worker(installation)
    stuck = await send_csv(api, tenant.planner, a_small_fleet().content)
    await installation.owner.execute(
        "UPDATE imports SET storage_key = '.' WHERE org_id = $1 AND id = $2", tenant.org_id, stuck.json["id"]
    )
    with pytest.raises(IsADirectoryError):
        await finish_import(api, tenant.planner, stuck.json["id"], worker)

    done = await import_csv(api, another_tenant.planner, a_small_fleet().content, worker)

    assert done["status"] == "completed"
    await installation.owner.execute(
        "UPDATE imports SET status = 'failed', finished_at = now() WHERE org_id = $1", tenant.org_id
    )


@asynccontextmanager
async def a_silent_address() -> AsyncGenerator[tuple[int, list[None]]]:
    """Listen, count who calls, and never answer."""
    calls: list[None] = []

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        calls.append(None)
        await reader.read()
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], calls


def a_small_fleet() -> FleetFile:
    return a_fleet_file(10)


async def outcome(installation: Installation, tenant: Tenant) -> dict[str, Any]:
    return dict(await installation.owner.fetchrow(OUTCOME, tenant.org_id))


async def events_of(installation: Installation, tenant: Tenant) -> dict[str, int]:
    rows = await installation.owner.fetch(
        "SELECT event_type, count(*) FROM outbox_events WHERE org_id = $1 GROUP BY 1", tenant.org_id
    )
    return {row["event_type"]: row["count"] for row in rows}
