"""End what a killed run left behind, before a store starts again on the same files."""

import asyncio
import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import structlog

log = structlog.get_logger()

CAN_LOOK = Path("/proc/self").exists()  # elsewhere Postgres itself must judge
STEPS = ((None, 0.5), (signal.SIGQUIT, 2.0), (signal.SIGKILL, 5.0))


async def end_orphans(data: Path, program: str) -> bool:
    """End the servers that work in a store's data folder, and tell whether surely none is left.

    The caller holds the lock, so they have no owner. Most notice within moments that their parent has gone.
    A busy Postgres backend does not, and a new postmaster refuses to start beside it; SIGQUIT is its order
    to leave at once, which recovery expects.
    """
    for order, seconds in STEPS:
        if order and (orphans := working_in(data, program)):
            log.warning("Ending what an earlier run left behind", pids=orphans, signal=order.name)
            for pid in orphans:
                with suppress(ProcessLookupError):
                    os.kill(pid, order)
        deadline = time.monotonic() + seconds
        while working_in(data, program) and time.monotonic() < deadline:  # noqa: ASYNC110 - they set no event
            await asyncio.sleep(0.02)
    return CAN_LOOK and not working_in(data, program)


def working_in(folder: Path, program: str) -> list[int]:
    """Return a program's processes whose working directory is the folder; without /proc, none is known."""
    found: list[int] = []
    for entry in Path("/proc").glob("[0-9]*"):
        # Processes end while we look, and other users' are closed to us.
        with suppress(OSError):
            # The program matters too: a user's shell may stand in the folder.
            if (entry / "comm").read_text().strip() == program and (entry / "cwd").readlink() == folder:
                found.append(int(entry.name))
    return found
