"""Both stores for real: started, stopped, killed, and found again."""

import asyncio
import os
import signal
import time
import uuid
from collections.abc import Awaitable
from pathlib import Path
from urllib.parse import quote, urlsplit

import asyncpg
import pytest
import redis.asyncio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from amss.embedded import AlreadyRunning, Stores, exclusive, temporary_stores
from amss.embedded.folders import open_folder
from amss.embedded.programs import Program, launch, stop
from embedded.processes import eventually, is_there, lives, processes_in, state_of


async def write_postgres(url: str) -> str:
    entry = str(uuid.uuid4())
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE TABLE IF NOT EXISTS logbook (entry text)")
    await connection.execute("INSERT INTO logbook VALUES ($1)", entry)
    await connection.close()
    return entry


async def write_valkey(url: str) -> str:
    entry = str(uuid.uuid4())
    async with redis.asyncio.Redis.from_url(url) as client:
        await client.sadd("logbook", entry)
    return entry


async def postgres_has(url: str, entry: str) -> bool:
    connection = await asyncpg.connect(url)
    found = await connection.fetchval("SELECT count(*) FROM logbook WHERE entry = $1", entry)
    await connection.close()
    return found == 1


async def valkey_has(url: str, entry: str) -> bool:
    async with redis.asyncio.Redis.from_url(url) as client:
        return bool(await client.sismember("logbook", entry))


async def answers(question: Awaitable[bool]) -> bool:
    try:
        return await question
    except (OSError, asyncpg.PostgresError, redis.ConnectionError):
        return False


async def ask(url: str, sql: str, *values: object) -> object:
    connection = await asyncpg.connect(url)
    answer = await connection.fetchval(sql, *values)
    await connection.close()
    return answer


async def test_a_second_start_finds_the_data_and_the_addresses_again(directory: Path) -> None:
    async with Stores(directory) as first:
        flight = await write_postgres(first.database_url)
        stream = await write_valkey(first.redis_url)
    assert processes_in(directory) == []

    started_at = time.monotonic()
    async with Stores(directory) as second:
        took = time.monotonic() - started_at

        assert await postgres_has(second.database_url, flight)
        assert await valkey_has(second.redis_url, stream)
    assert (second.database_url, second.redis_url) == (first.database_url, first.redis_url)
    assert took < 1.5


async def test_both_stores_answer_on_their_unix_sockets(directory: Path) -> None:
    async with Stores(directory, durable=False) as stores:
        postgres, valkey = urlsplit(stores.database_url), urlsplit(stores.redis_url)
        folder = quote(str((directory / "stores").resolve()))

        flight = await write_postgres(
            f"postgresql://{postgres.username}:{postgres.password}@{postgres.path}"
            f"?host={folder}/postgres&port={postgres.port}"
        )
        stream = await write_valkey(f"unix://:{valkey.password}@{folder}/valkey/valkey.sock?db=0")

        assert await postgres_has(stores.database_url, flight)
        assert await valkey_has(stores.redis_url, stream)


async def test_temporary_stores_leave_nothing_behind() -> None:
    async with temporary_stores() as stores:
        flight = await write_postgres(stores.database_url)
        assert await postgres_has(stores.database_url, flight)
        folder = stores.postgres.child.log

    assert folder is not None
    assert not is_there(folder.parent.parent)


async def test_a_directory_too_deep_for_unix_sockets_uses_the_loopback_address(directory: Path) -> None:
    deep = directory / ("hangar-" * 15)

    async with Stores(deep, durable=False) as stores:
        flight = await write_postgres(stores.database_url)

        assert await postgres_has(stores.database_url, flight)


@pytest.mark.parametrize(("durable", "settings"), [(True, "on,on,on"), (False, "off,off,off")])
async def test_what_was_written_is_safe_on_disk_unless_a_test_waives_it(
    used_directory: Path, *, durable: bool, settings: str
) -> None:
    current = "SELECT string_agg(current_setting(name), ',') FROM unnest($1::text[]) name"
    names = ["fsync", "full_page_writes", "synchronous_commit"]

    async with Stores(used_directory, durable=durable) as stores:
        answer = await ask(stores.database_url, current, names)

    assert answer == settings


async def test_names_sort_by_code_point_and_accented_letters_have_both_cases(stores: Stores) -> None:
    assert await ask(stores.database_url, "SHOW server_encoding") == "UTF8"
    assert await ask(stores.database_url, "SELECT 'Z' < 'a'") is True
    assert await ask(stores.database_url, "SELECT lower('É')") == "é"


async def test_a_wrong_password_opens_neither_store(stores: Stores) -> None:
    once = Retry(NoBackoff(), 0)
    valkey_port = urlsplit(stores.redis_url).port

    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(stores.database_url, password="guess")
    async with redis.asyncio.Redis(port=valkey_port or 0, password="guess", retry=once) as client:
        with pytest.raises(redis.AuthenticationError):
            await client.ping()


@pytest.mark.parametrize("store", ["postgres", "valkey"])
async def test_a_killed_store_is_back_within_moments_with_its_data(stores: Stores, store: str) -> None:
    flight = await write_postgres(stores.database_url)
    stream = await write_valkey(stores.redis_url)
    pid = stores.supervisor.pid_of(store)
    assert pid is not None

    os.kill(pid, signal.SIGKILL)
    killed_at = time.monotonic()
    await eventually(lambda: not lives(pid))
    await eventually(lambda: answers(postgres_has(stores.database_url, flight)))
    await eventually(lambda: answers(valkey_has(stores.redis_url, stream)))

    assert time.monotonic() - killed_at < 3
    assert stores.supervisor.pid_of(store) != pid


async def test_a_busy_session_of_a_killed_postgres_does_not_keep_it_down(stores: Stores) -> None:
    flight = await write_postgres(stores.database_url)
    connection = await asyncpg.connect(stores.database_url)
    session = connection.get_server_pid()
    # It never waits for anything, so it does not notice that its postmaster has gone.
    endless = "DO $$ DECLARE n bigint := 0; BEGIN LOOP n := n + 1; END LOOP; END $$"
    busy = asyncio.create_task(connection.execute(endless))
    await eventually(lambda: state_of(session) == "R")
    pid = stores.supervisor.pid_of("postgres")
    assert pid is not None

    os.kill(pid, signal.SIGKILL)
    with pytest.raises((OSError, asyncpg.PostgresError)):
        await busy
    connection.terminate()

    await eventually(lambda: answers(postgres_has(stores.database_url, flight)))
    assert not lives(session)


async def test_a_pid_file_naming_a_stranger_does_not_keep_postgres_down(
    used_directory: Path,
) -> None:
    async with Stores(used_directory) as stores:
        flight = await write_postgres(stores.database_url)
    # A process of the same account, which Postgres would take for a living postmaster.
    folder = open_folder(used_directory, "postgres")
    sleep = Program(name="sleep", argv=["/bin/sleep", "60"], account=folder.account)
    stranger = await launch(sleep)
    data = folder.path / "data"
    folder.write(data / "postmaster.pid", f"{stranger.pid}\n{data}\n1700000000\n")

    async with Stores(used_directory) as stores:
        assert await postgres_has(stores.database_url, flight)

    assert stranger.returncode is None
    await stop(sleep, stranger)


async def test_an_empty_pid_file_does_not_keep_postgres_down(used_directory: Path) -> None:
    async with Stores(used_directory) as stores:
        flight = await write_postgres(stores.database_url)
    folder = open_folder(used_directory, "postgres")
    folder.write(folder.path / "data/postmaster.pid", "")

    async with Stores(used_directory) as stores:
        assert await postgres_has(stores.database_url, flight)


async def test_an_interrupted_first_start_is_begun_again(directory: Path) -> None:
    half_made = open_folder(directory, "postgres").path / "data.unfinished/base"
    half_made.mkdir(parents=True)

    async with Stores(directory, durable=False) as stores:
        flight = await write_postgres(stores.database_url)

        assert await postgres_has(stores.database_url, flight)


async def test_a_port_taken_meanwhile_is_replaced_by_a_free_one(used_directory: Path) -> None:
    async with Stores(used_directory) as first:
        flight = await write_postgres(first.database_url)
    port = urlsplit(first.database_url).port
    squatter = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", port)

    async with squatter, Stores(used_directory) as second:
        assert urlsplit(second.database_url).port != port
        assert await postgres_has(second.database_url, flight)


async def test_a_second_run_in_one_directory_is_refused_with_the_pid_and_a_way_out(directory: Path) -> None:
    with exclusive(directory), pytest.raises(AlreadyRunning) as refusal:
        async with Stores(directory):
            pass

    assert f"process {os.getpid()}" in str(refusal.value)
    assert f"`kill {os.getpid()}`" in str(refusal.value)
    with exclusive(directory):
        pass
