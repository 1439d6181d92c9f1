"""Start the stores in a process of their own, and look at processes from outside, with a deadline."""

import asyncio
import os
import subprocess
import sys
import time
from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable
from pathlib import Path

RUN_STORES = """
import asyncio, email.parser, os, stringprep, sys
from pathlib import Path
from amss.embedded import Stores

# As in a normal user's own process. Ours may lie where that user cannot read, so all is imported before.
if uid := int(sys.argv[2]):
    os.setgroups([])
    os.setgid(uid)
    os.setuid(uid)
    sys.executable = sys.argv[3]

async def main():
    async with Stores(Path(sys.argv[1]), durable=False):
        print("ready", flush=True)
        await asyncio.sleep(3600)

asyncio.run(main())
"""


async def run_stores(directory: Path, *, uid: int = 0, python: str = "") -> Process:
    """Return a process in which both stores of the directory are ready; 0 means our own account."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", RUN_STORES, str(directory), str(uid), python, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    said: list[bytes] = []
    async for line in process.stdout:
        said.append(line)
        if line == b"ready\n":
            return process
    raise AssertionError(b"".join(said).decode())


async def eventually(holds: Callable[[], Awaitable[bool] | bool], within_seconds: float = 10) -> None:
    """Return as soon as it holds."""
    deadline = time.monotonic() + within_seconds
    while True:
        answer = holds()
        if answer if isinstance(answer, bool) else await answer:
            return
        assert time.monotonic() < deadline, "It did not come true in time."
        await asyncio.sleep(0.02)


def is_there(path: Path) -> bool:
    """Tell whether a file exists, without holding up the event loop for long."""
    return path.exists()


def lives(pid: int) -> bool:
    """Tell whether a process runs; a zombie does not."""
    return state_of(pid) not in {"", "Z"}


def state_of(pid: int) -> str:
    """Return the kernel's letter for what a process does."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""


def processes_in(directory: Path) -> list[int]:
    """Return every other process whose command line or working directory names the directory."""
    found: list[int] = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            named = (entry / "cmdline").read_bytes() + os.fsencode((entry / "cwd").readlink())
        except OSError:
            continue
        if os.fsencode(directory) in named and int(entry.name) != os.getpid() and lives(int(entry.name)):
            found.append(int(entry.name))
    return found
