"""The oldest Postgres AMSS supports, where this machine has it."""

import shutil
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from amss.embedded import Child, Supervisor
from amss.embedded.folders import open_folder
from amss.embedded.programs import Program, run

PROGRAMS = Path("/usr/lib/postgresql/15/bin")


@asynccontextmanager
async def an_older_postgres() -> AsyncGenerator[str]:
    """Run Postgres 15 for as long as it is needed."""
    # Not tmp_path: as root that is closed to the account Postgres runs as.
    directory = Path(tempfile.mkdtemp(prefix="amss-"))
    directory.chmod(0o755)
    folder = open_folder(directory, "postgres")
    data, port = folder.path / "data", folder.port()
    initdb = [PROGRAMS / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
    server = [PROGRAMS / "postgres", "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", "", "-F"]
    url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
    child = Child(
        name="postgres-15",
        argv=server,
        is_ready=lambda: _answers(url),
        account=folder.account,
        log=folder.log,
    )
    try:
        await run(Program(name="initdb", argv=initdb, account=folder.account, log=folder.log))
        async with Supervisor() as supervisor:
            await supervisor.start(child)
            yield url
    finally:
        shutil.rmtree(directory)


async def _answers(url: str) -> bool:
    try:
        connection = await asyncpg.connect(url, timeout=5, ssl=False)
    except (OSError, TimeoutError, asyncpg.CannotConnectNowError):
        return False
    await connection.close()
    return True
