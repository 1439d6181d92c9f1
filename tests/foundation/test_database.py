"""The pool and the transaction: what is kept, what is thrown away, what a failing Postgres looks like."""

import asyncio
import time
from datetime import UTC, date, datetime, timedelta, timezone

import asyncpg
import msgspec
import pytest

from amss.foundation.database import Database, Transaction, judged_by
from amss.foundation.errors import Conflict, Invalid, NotFound, Unavailable
from builders.commands import add_an_aircraft, another_process, count_aircraft
from builders.installation import Installation
from builders.tenants import ORIGIN, Tenant


async def its_process(tx: Transaction) -> int:
    return await tx.value("SELECT pg_backend_pid()")


async def test_a_transaction_is_committed_at_its_end_and_sees_one_tenant(
    installation: Installation, tenant: Tenant, another_tenant: Tenant
) -> None:
    for each in (tenant, another_tenant):
        async with installation.server.transaction(each.planner.actor, each.org_id, ORIGIN) as tx:
            await add_an_aircraft(tx)

            seen = await tx.value("SELECT array_agg(DISTINCT org_id) FROM aircraft")

            assert seen == [each.org_id]

    assert await count_aircraft(installation, tenant.org_id) == 1


async def test_nothing_of_a_tenant_stays_on_the_connection(installation: Installation, tenant: Tenant) -> None:
    async with another_process(installation, connections=1) as process:
        async with process.database.transaction(tenant.planner.actor, tenant.org_id, ORIGIN) as tx:
            await add_an_aircraft(tx)
            backend = await its_process(tx)

        async with process.database.connection() as connection:
            assert await connection.fetchval("SELECT pg_backend_pid()") == backend
            assert await connection.fetchval("SELECT count(*) FROM aircraft") == 0
            assert not await connection.fetchval("SELECT current_setting('amss.org_id', true)")


async def test_an_exception_rolls_everything_back(installation: Installation, tenant: Tenant) -> None:
    async def fail_half_way() -> None:
        async with installation.server.transaction(tenant.planner.actor, tenant.org_id, ORIGIN) as tx:
            await add_an_aircraft(tx)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_half_way()

    assert await count_aircraft(installation, tenant.org_id) == 0
    assert installation.server.in_use == 0


async def test_a_cancelled_transaction_rolls_back_and_its_query_is_stopped(
    installation: Installation, tenant: Tenant
) -> None:
    async with another_process(installation, connections=1) as process:
        database, begun = process.database, asyncio.get_running_loop().create_future()

        async def work() -> None:
            async with database.transaction(tenant.planner.actor, tenant.org_id, ORIGIN) as tx:
                await add_an_aircraft(tx)
                begun.set_result(await its_process(tx))
                await tx.run("SELECT pg_sleep(4)")

        task = asyncio.create_task(work())
        backend = await begun
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

        assert database.in_use == 0
        async with database.transaction(tenant.planner.actor, tenant.org_id, ORIGIN) as tx:
            assert await tx.value("SELECT count(*) FROM aircraft") == 0
        async with asyncio.timeout(3):
            while await installation.owner.fetchval("SELECT true FROM pg_stat_activity WHERE pid = $1", backend):
                await asyncio.sleep(0.05)


@pytest.mark.parametrize("milliseconds", [0, 1, 2, 5, 20])
async def test_a_cancelled_query_leaves_no_trace_in_the_next_one(
    installation: Installation, milliseconds: int
) -> None:
    async with another_process(installation, connections=1) as process:

        async def ask() -> None:
            async with process.database.connection() as connection:
                await connection.fetchval("SELECT pg_sleep(1)")

        with pytest.raises(TimeoutError):
            await asyncio.wait_for(ask(), milliseconds / 1000)

        async with process.database.connection() as connection:
            assert await connection.fetchval("SELECT 1") == 1
        assert process.database.in_use == 0


async def test_a_killed_connection_is_unavailable_and_the_next_one_works(
    installation: Installation, tenant: Tenant
) -> None:
    async def be_killed(database: Database) -> None:
        async with database.transaction(tenant.planner.actor, tenant.org_id, ORIGIN) as tx:
            await add_an_aircraft(tx)
            await installation.owner.fetchval("SELECT pg_terminate_backend($1)", await its_process(tx))
            await tx.value("SELECT 1")

    async with another_process(installation, connections=1) as process:
        with pytest.raises(Unavailable) as refused:
            await be_killed(process.database)

        async with process.database.transaction(tenant.planner.actor, tenant.org_id, ORIGIN) as tx:
            assert await tx.value("SELECT count(*) FROM aircraft") == 0
        assert (refused.value.retry_after, process.database.in_use) == (2, 0)


async def test_a_connection_killed_while_idle_is_not_lent_out(installation: Installation) -> None:
    async with another_process(installation, connections=1) as process:
        async with process.database.connection() as connection:
            backend = await connection.fetchval("SELECT pg_backend_pid()")
        await installation.owner.fetchval("SELECT pg_terminate_backend($1)", backend)
        while not connection.is_closed():
            await asyncio.sleep(0.001)

        async with process.database.connection() as another:
            assert await another.fetchval("SELECT pg_backend_pid()") != backend


async def test_an_empty_pool_refuses_after_two_seconds(installation: Installation) -> None:
    async with another_process(installation, connections=1) as process, process.database.connection():
        begun = time.monotonic()

        with pytest.raises(Unavailable, match="busy"):
            async with process.database.connection():
                pass

        assert 1.9 < time.monotonic() - begun < 2.5
        assert process.database.in_use == 1


async def test_an_absent_postgres_is_unavailable_at_once(installation: Installation) -> None:
    database = Database(
        "postgresql://amss@127.0.0.1:1/amss", role=None, process="lost", settings=installation.settings
    )

    for _ in range(installation.settings.database_pool_size + 1):
        with pytest.raises(Unavailable):
            async with database.connection():
                pass

    assert database.in_use == 0


async def test_a_connection_left_in_a_transaction_is_thrown_away(installation: Installation) -> None:
    async with another_process(installation, connections=1) as process:
        async with process.database.connection() as left_open:
            await left_open.execute("BEGIN")

        assert left_open.is_closed()


@pytest.mark.parametrize(
    ("statement", "value"),
    [
        ("SELECT $1::int", 2**31),
        ("SELECT $1::bigint", 2**63),
        ("SELECT $1::bigint::int", 2**31),
        ("SELECT $1::text", "a\0b"),
        ("SELECT $1::text", "\ud800"),
        ("SELECT $1::jsonb", {"a": "\0"}),
        ("SELECT $1::timestamptz", datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))),
        ("SELECT $1::timestamptz", datetime(9999, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-14)))),
        ("SELECT $1::timestamptz + interval '300000 years'", datetime(2026, 1, 1, tzinfo=UTC)),
    ],
)
async def test_a_value_postgres_cannot_hold_is_the_askers_fault(
    installation: Installation, tenant: Tenant, statement: str, value: object
) -> None:
    with pytest.raises(Invalid, match="larger than AMSS can keep"):
        async with installation.server.transaction(tenant.planner.actor, tenant.org_id, ORIGIN) as tx:
            await tx.value(statement, value)


async def test_the_first_and_last_moments_come_back_as_they_were_sent(installation: Installation) -> None:
    moments = [
        datetime.min.replace(tzinfo=UTC),
        datetime(2026, 11, 24, 4, 0, 0, 1, UTC),
        datetime.max.replace(tzinfo=UTC),
    ]
    days = [date.min, date(1969, 7, 20), date.max]

    async with installation.server.connection() as connection:
        assert await connection.fetchval("SELECT $1::timestamptz[]", moments) == moments
        assert await connection.fetchval("SELECT $1::date[]", days) == days
        assert await connection.fetchval("SELECT $1::date::text", date.max) == "9999-12-31"


async def test_a_mistake_of_our_own_stays_a_crash(installation: Installation) -> None:
    with pytest.raises(asyncpg.exceptions.DataError):
        async with installation.server.connection() as connection:
            await connection.fetchval("SELECT $1::int", "seven")


async def test_only_the_named_constraint_is_judged(installation: Installation, tenant: Tenant) -> None:
    async def insert_twice(constraint: str) -> None:
        async with installation.server.transaction(tenant.planner.actor, tenant.org_id, ORIGIN) as tx:
            for aircraft_id in (tenant.org_id, tenant.planner.id):
                with judged_by(constraint, Conflict("taken")):
                    await tx.run(
                        "INSERT INTO aircraft (org_id, id, tail_number, model) VALUES ($1, $2, 'G-ONE', 'A320')",
                        tx.org_id,
                        aircraft_id,
                    )

    with pytest.raises(Conflict, match="taken"):
        await insert_twice("aircraft_tail_number_free")
    with pytest.raises(asyncpg.UniqueViolationError):
        await insert_twice("aircraft_pkey")


async def test_rows_come_back_as_shapes(installation: Installation, tenant: Tenant) -> None:
    class Pair(msgspec.Struct):
        a: int
        b: datetime | None

    async with installation.server.transaction(tenant.planner.actor, tenant.org_id, ORIGIN) as tx:
        pairs = await tx.all(Pair, "SELECT n AS a, NULL::timestamptz AS b FROM generate_series(1, 2) n")
        first = await tx.first(Pair, "SELECT 1 AS a, NULL::timestamptz AS b WHERE false")
        touched = await tx.run("UPDATE aircraft SET model = model")

        with pytest.raises(NotFound):
            await tx.one(Pair, "SELECT 1 AS a, NULL::timestamptz AS b WHERE false")

    assert (pairs, first, touched) == ([Pair(1, None), Pair(2, None)], None, 0)


async def test_pages_are_written_alike_whatever_the_database_is_set_to(installation: Installation) -> None:
    name = await installation.owner.fetchval("SELECT current_database()")
    await installation.owner.execute(f'ALTER DATABASE "{name}" SET datestyle = German')
    try:
        database = Database(
            installation.settings.database_url, role="amss_server", process="test", settings=installation.settings
        )
        async with database.connection() as connection:
            written = await connection.fetchval("SELECT date '2026-11-24'::text || ' ' || (0.1::float8)::text")
        await database.close()
    finally:
        await installation.owner.execute(f'ALTER DATABASE "{name}" RESET datestyle')

    assert written == "2026-11-24 0.1"
