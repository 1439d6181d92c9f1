"""A Postgres server of our own: its cluster made once, started as a direct child, healed after a crash."""

import os
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from amss.embedded.binaries import postgres_programs
from amss.embedded.errors import CannotRun
from amss.embedded.folders import StoreFolder, open_folder
from amss.embedded.orphans import end_orphans
from amss.embedded.programs import Child, Program, last_words, run
from amss.embedded.supervisor import Supervisor

DATABASE = "amss"
OWNER = "postgres"
FAST_BUT_FORGETFUL = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "TMPDIR")


class InitFailed(CannotRun):
    """The database cluster could not be made."""


@dataclass(frozen=True, slots=True)
class Postgres:
    """How to reach a running server, as its superuser."""

    url: str
    child: Child


async def start_postgres(supervisor: Supervisor, directory: Path, *, durable: bool = True) -> Postgres:
    """Start the Postgres of a directory, made on first use, with its database `amss`.

    `durable=False` is for tests: a crash of the machine may lose or spoil the data.
    """
    folder = open_folder(directory, "postgres")
    programs = postgres_programs(folder.account, folder.copies)
    password = folder.password()
    data = folder.path / "data"
    if not data.exists():
        await _make_cluster(folder, programs, data, durable=durable)

    port = folder.port()
    url = f"postgresql://{OWNER}:{password}@127.0.0.1:{port}/{DATABASE}"
    child = Child(
        name="postgres",
        argv=[programs / "postgres", "-D", data, *_options(folder, port, durable=durable)],
        env=_environment(),
        before_start=lambda: _heal(data),
        is_ready=lambda: _is_ready(url),
        stop_signal=signal.SIGINT,  # Postgres calls it fast shutdown: sessions end, all is written
        stop_seconds=30,
        account=folder.account,
        log=folder.log,
    )
    await supervisor.start(child)
    return Postgres(url, child)


def _options(folder: StoreFolder, port: int, *, durable: bool) -> list[str]:
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": _quoted(folder.path) if folder.socket(f".s.PGSQL.{port}") else "",
        "shared_buffers": "128MB",
        "max_connections": "100",
        "timezone": "UTC",
        "log_timezone": "UTC",
        **({} if durable else FAST_BUT_FORGETFUL),
    }
    return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]


def _quoted(path: Path) -> str:
    doubled = str(path).replace('"', '""')
    return f'"{doubled}"'


def _environment() -> dict[str, str]:
    # Neither our secrets nor the user's own PG… variables are for this process.
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    return kept | {"LC_ALL": "C"}


async def _make_cluster(folder: StoreFolder, programs: Path, data: Path, *, durable: bool) -> None:
    # Made under another name, so that an interrupted start never leaves half a cluster behind.
    unfinished = folder.path / "data.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    argv = [
        programs / "initdb", "--pgdata", unfinished,
        "--username", OWNER, "--pwfile", folder.path / "password", "--auth", "scram-sha-256",
        # Sorts by code point like plain C, but knows that É and é are one letter.
        "--encoding", "UTF8", "--locale", "C",
        "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--no-instructions",
        *([] if durable else ["--no-sync"]),
    ]  # fmt: skip
    initdb = Program(name="initdb", argv=argv, env=_environment(), account=folder.account, log=folder.log)
    if await run(initdb) != 0:
        raise InitFailed(f"Postgres could not make its database files.{last_words(folder.log)}")
    unfinished.rename(data)


async def _heal(data: Path) -> None:
    """Make a crashed cluster startable: no process of it is left, and no pid file names a stranger."""
    # Postgres sees through most stale pid files, but not through an empty one, nor when the number has been
    # given to another process. Where we cannot know that nobody is left, it must decide by itself.
    if await end_orphans(data, "postgres"):
        (data / "postmaster.pid").unlink(missing_ok=True)


async def _is_ready(url: str) -> bool:
    try:
        connection = await _connect(url)
    except (OSError, TimeoutError, asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError):
        return False
    await connection.close()
    return True


async def _connect(url: str) -> asyncpg.Connection:
    try:
        return await asyncpg.connect(url, timeout=5, ssl=False)
    except asyncpg.InvalidCatalogNameError:
        connection = await asyncpg.connect(url, database=OWNER, timeout=5, ssl=False)
        await connection.execute(f"CREATE DATABASE {DATABASE}")
        return connection
