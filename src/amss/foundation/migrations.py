"""Bring a database up to date: apply the SQL files it lacks, in order, each in its own transaction."""

from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import asyncpg

_PACKAGE = Path(__file__).resolve().parents[1]
_INSTALLED = _PACKAGE / "migrations"  # where the wheel puts them; a checkout has them at its root
DIRECTORY = _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parents[1] / "migrations"

# Any number, as long as every process that migrates uses the same.
_ONE_AT_A_TIME = 5_217_031
# The first file makes the roles and so runs as the login itself; all others run as the owner it made.
_FIRST = "0001"


class MigrationRefusedError(Exception):
    """The database cannot be brought up to date; the message says which file stands in the way, and why."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file of `migrations/`."""

    version: str
    name: str
    sha256: str
    sql: str


def load(directory: Path = DIRECTORY) -> list[Migration]:
    """Return the migrations of a directory in the order of their numbers."""
    found = [_read(file) for file in sorted(directory.glob("[0-9]*_*.sql"))]
    if not found:
        raise MigrationRefusedError(f"There are no migrations in {directory}.")
    for before, after in pairwise(found):
        if before.version == after.version:
            raise MigrationRefusedError(f"{before.name} and {after.name} have the same number.")
    return found


def _read(file: Path) -> Migration:
    content = file.read_bytes()
    return Migration(file.stem.partition("_")[0], file.stem, sha256(content).hexdigest(), content.decode())


async def migrate(url: str, directory: Path = DIRECTORY) -> list[str]:
    """Apply what is pending and return the names; refuse when a file was changed after it was applied.

    Two processes may race: the second waits, then finds nothing to do.
    """
    connection = await asyncpg.connect(url, server_settings={"search_path": "public"})
    try:
        await connection.execute(f"SELECT pg_advisory_lock({_ONE_AT_A_TIME})")
        waiting = await _find_pending(connection, directory)
        for migration in waiting:
            await _apply(connection, migration)
        return [migration.name for migration in waiting]
    finally:
        await connection.close()


async def pending(connection: asyncpg.Connection, directory: Path = DIRECTORY) -> list[str]:
    """Return the names of the migrations this database still lacks."""
    return [migration.name for migration in await _find_pending(connection, directory)]


async def _find_pending(connection: asyncpg.Connection, directory: Path) -> list[Migration]:
    migrations = load(directory)
    if await connection.fetchval("SELECT to_regclass('public.schema_migrations')") is None:
        return migrations
    rows = await connection.fetch("SELECT version, sha256 FROM schema_migrations")
    applied: dict[str, str] = {row["version"]: row["sha256"] for row in rows}
    for migration in migrations:
        if applied.get(migration.version, migration.sha256) != migration.sha256:
            raise MigrationRefusedError(
                f"{migration.name} was changed after it was applied. "
                "An applied migration stays as it is; write a new one for what should be different."
            )
    return [migration for migration in migrations if migration.version not in applied]


async def _apply(connection: asyncpg.Connection, migration: Migration) -> None:
    async with connection.transaction():
        # A live system goes on: a migration gives up sooner than let everyone queue behind it.
        await connection.execute("SET LOCAL lock_timeout = '5s'; SET LOCAL statement_timeout = '5min'")
        if migration.version != _FIRST:
            await connection.execute("SET LOCAL ROLE amss_owner")
        await connection.execute(migration.sql)
        await connection.execute(
            "INSERT INTO schema_migrations (version, name, sha256) VALUES ($1, $2, $3)",
            migration.version, migration.name, migration.sha256,
        )  # fmt: skip
