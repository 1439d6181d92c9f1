"""Bringing a database up to date, for real, on databases that were empty a moment ago."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from amss.embedded import Stores
from amss.foundation import migrations
from amss.foundation.migrations import MigrationRefusedError, load, migrate, pending
from builders.databases import an_empty_database


@pytest.fixture
async def empty_database(stores: Stores) -> AsyncIterator[str]:
    async with an_empty_database(stores) as url:
        yield url


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A copy of the migrations, to be tampered with."""
    return shutil.copytree(migrations.DIRECTORY, tmp_path / "migrations")


ALL = [migration.name for migration in load()]


async def names_applied(url: str) -> list[str]:
    connection = await asyncpg.connect(url)
    rows = await connection.fetch("SELECT name FROM schema_migrations ORDER BY version")
    await connection.close()
    return [row["name"] for row in rows]


async def names_pending(url: str, directory: Path = migrations.DIRECTORY) -> list[str]:
    connection = await asyncpg.connect(url)
    try:
        return await pending(connection, directory)
    finally:
        await connection.close()


async def test_an_empty_database_gets_everything_in_order(empty_database: str) -> None:
    lacking = await names_pending(empty_database)
    applied = await migrate(empty_database)

    assert lacking == applied == ALL == await names_applied(empty_database)
    assert await names_pending(empty_database) == []


async def test_migrating_twice_does_nothing_the_second_time(empty_database: str) -> None:
    await migrate(empty_database)

    assert await migrate(empty_database) == []


async def test_of_two_that_race_one_applies_everything_and_the_other_nothing(empty_database: str) -> None:
    outcomes = await asyncio.gather(migrate(empty_database), migrate(empty_database))

    assert sorted(outcomes) == [[], ALL]


async def test_two_databases_of_one_server_can_be_migrated_at_once(stores: Stores) -> None:
    async with an_empty_database(stores) as one, an_empty_database(stores) as other:
        outcomes = await asyncio.gather(migrate(one), migrate(other))

    assert outcomes == [ALL, ALL]


async def test_a_file_changed_after_it_was_applied_is_refused_by_name(empty_database: str, directory: Path) -> None:
    await migrate(empty_database, directory)
    changed = directory / f"{ALL[4]}.sql"
    changed.write_text(changed.read_text() + "-- one more thought\n")

    with pytest.raises(MigrationRefusedError, match=f"{ALL[4]} was changed after it was applied"):
        await migrate(empty_database, directory)
    with pytest.raises(MigrationRefusedError, match=ALL[4]):
        await names_pending(empty_database, directory)


async def test_a_new_file_is_pending_and_then_applied_as_the_owner(empty_database: str, directory: Path) -> None:
    await migrate(empty_database, directory)
    (directory / "9000_weather.sql").write_text("CREATE TABLE weather (id uuid PRIMARY KEY);")

    assert await names_pending(empty_database, directory) == ["9000_weather"]
    assert await migrate(empty_database, directory) == ["9000_weather"]
    connection = await asyncpg.connect(empty_database)
    owner = await connection.fetchval("SELECT tableowner FROM pg_tables WHERE tablename = 'weather'")
    await connection.close()
    assert owner == "amss_owner"


async def test_a_migration_that_fails_leaves_nothing_behind(empty_database: str, directory: Path) -> None:
    await migrate(empty_database, directory)
    broken = directory / "9000_weather.sql"
    broken.write_text("CREATE TABLE weather (id uuid PRIMARY KEY); SELECT no_such_thing;")

    with pytest.raises(asyncpg.UndefinedColumnError):
        await migrate(empty_database, directory)

    broken.write_text("CREATE TABLE weather (id uuid PRIMARY KEY);")
    assert await migrate(empty_database, directory) == ["9000_weather"]


async def test_a_newer_database_is_no_reason_to_be_unready(empty_database: str, directory: Path) -> None:
    (directory / "9000_weather.sql").write_text("CREATE TABLE weather (id uuid PRIMARY KEY);")
    await migrate(empty_database, directory)

    assert await names_pending(empty_database) == []


def test_two_files_with_one_number_are_refused(directory: Path) -> None:
    shutil.copy(directory / f"{ALL[1]}.sql", directory / "0002_again.sql")

    with pytest.raises(MigrationRefusedError, match="0002_again and 0002_organizations_and_users"):
        load(directory)


async def test_a_folder_without_migrations_is_refused(empty_database: str, tmp_path: Path) -> None:
    with pytest.raises(MigrationRefusedError, match="no migrations"):
        await migrate(empty_database, tmp_path)


async def test_the_servers_role_can_tell_what_is_pending(empty_database: str) -> None:
    await migrate(empty_database)
    server = await asyncpg.connect(empty_database, server_settings={"role": "amss_server"})

    lacking = await pending(server)

    await server.close()
    assert lacking == []
