"""A Valkey server of our own: append-only file, started as a direct child, healed after a crash."""

from dataclasses import dataclass
from pathlib import Path

import redis
import redis.asyncio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from amss.embedded.binaries import valkey_program
from amss.embedded.folders import StoreFolder, open_folder
from amss.embedded.orphans import end_orphans
from amss.embedded.programs import Child
from amss.embedded.supervisor import Supervisor


@dataclass(frozen=True, slots=True)
class Valkey:
    """How to reach a running server."""

    url: str
    child: Child


async def start_valkey(supervisor: Supervisor, directory: Path, *, durable: bool = True) -> Valkey:
    """Start the Valkey of a directory, made on first use; `durable=False` is for tests."""
    folder = open_folder(directory, "valkey")
    program = valkey_program(folder.account, folder.copies)
    password = folder.password()
    port = folder.port()
    data = folder.path / "data"
    folder.make(data)
    settings = folder.path / "valkey.conf"
    folder.write(settings, _settings(folder, data, port, durable=durable))

    url = f"redis://:{password}@127.0.0.1:{port}/0"
    child = Child(
        name="valkey",
        argv=[program, settings],
        env={},
        before_start=lambda: end_orphans(data, program.name),
        is_ready=lambda: _is_ready(url),
        account=folder.account,
        log=folder.log,
    )
    await supervisor.start(child)
    return Valkey(url, child)


def _settings(folder: StoreFolder, data: Path, port: int, *, durable: bool) -> str:
    # In a file and not on the command line, where everyone could read the password.
    lines = [
        "bind 127.0.0.1",
        f"port {port}",
        f"requirepass {folder.password()}",
        f"dir {_quoted(data)}",
        "appendonly yes",
        f"appendfsync {'everysec' if durable else 'no'}",
        'save ""',
    ]
    if socket := folder.socket("valkey.sock"):
        lines += [f"unixsocket {_quoted(socket)}", "unixsocketperm 700"]
    return "\n".join(lines) + "\n"


def _quoted(path: Path) -> str:
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'


async def _is_ready(url: str) -> bool:
    # One try: the supervisor asks again sooner than the client's own retries would.
    client = redis.asyncio.Redis.from_url(url, socket_timeout=5, retry=Retry(NoBackoff(), 0))
    try:
        return bool(await client.ping())
    except (redis.ConnectionError, redis.TimeoutError):
        return False
    finally:
        await client.aclose()
