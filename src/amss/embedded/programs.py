"""Programs we run as direct children: how they are started, seen to be ready, and stopped."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import structlog

from amss.embedded.accounts import Account

log = structlog.get_logger()

LARGEST_LOG_BYTES = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What to run, and how to treat it."""

    name: str
    argv: Sequence[str | Path]  # begins with a full path
    env: Mapping[str, str] | None = None  # None: our own
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 10  # then SIGKILL
    account: Account | None = None  # None: our own
    log: Path | None = None  # None: our own output


@dataclass(frozen=True, slots=True, kw_only=True)
class Child(Program):
    """A program that shall run for ever."""

    is_ready: Callable[[], Awaitable[bool]]
    ready_seconds: float = 60
    before_start: Callable[[], Awaitable[object]] | None = None  # before every start, also after a crash


async def run(program: Program) -> int:
    """Run the program to its end and return its exit code."""
    process = await launch(program)
    try:
        return await process.wait()
    finally:
        await stop(program, process)


async def launch(program: Program) -> Process:
    """Start the program as our direct child, in a session of its own; it gets its stop signal when we die.

    The kernel ties it to the calling thread, which must live as long as the child shall.
    """
    account = program.account or Account(os.geteuid(), os.getegid())
    launcher = [sys.executable, "-I", "-S", Path(__file__).with_name("launch.py")]
    terms = [str(os.getpid()), str(int(program.stop_signal)), f"{account.uid}:{account.gid}"]
    output = _open_log(program.log) if program.log else None
    try:
        return await asyncio.create_subprocess_exec(
            *launcher, *terms, *program.argv,
            stdin=asyncio.subprocess.DEVNULL, stdout=output, stderr=output, env=program.env,
        )  # fmt: skip
    finally:
        if output:
            output.close()


async def stop(program: Program, process: Process) -> None:
    """Ask the program to end, wait for it, and kill it when it takes too long."""
    if process.returncode is None:
        _signal(process.pid, program.stop_signal)
        try:
            async with asyncio.timeout(program.stop_seconds):
                await process.wait()
        except TimeoutError:
            log.warning("Killing what did not stop in time", child=program.name, pid=process.pid)
            _signal(process.pid, signal.SIGKILL)
            await process.wait()
    kill_group(process.pid)


def kill_group(leader: int) -> None:
    """Kill what a dead child left in its process group."""
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def last_words(path: Path | None) -> str:
    """Return the end of a log file, for the sentence that says why its program would not run."""
    if path is None or not path.exists():
        return ""
    lines = [line.strip() for line in path.read_text(errors="replace").splitlines()[-3:]]
    return f" Its last words in {path}: {' / '.join(lines)}"


def _signal(pid: int, order: signal.Signals) -> None:
    # Not the process object's own method, which polls and so may take the exit code from its watcher.
    with suppress(ProcessLookupError):
        os.kill(pid, order)


def _open_log(path: Path) -> IO[bytes]:
    if path.exists() and path.stat().st_size > LARGEST_LOG_BYTES:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab")
