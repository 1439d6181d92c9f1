"""One run at a time in one directory."""

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from amss.embedded.errors import CannotRun
from amss.embedded.folders import ForeignFolder


class AlreadyRunning(CannotRun):
    """Another run holds the directory; the sentence says which and what to do."""


@contextmanager
def exclusive(directory: Path) -> Generator[None]:
    """Hold the directory until the end of the block; the kernel lets go of it when the process dies."""
    directory.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(directory / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    except PermissionError:
        raise ForeignFolder(directory) from None
    with os.fdopen(descriptor, "r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(_sentence(directory, file.read())) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC\n")
        file.flush()
        yield


def _sentence(directory: Path, held: str) -> str:
    pid, started_at = (*held.split("\n"), "", "")[:2]
    return (
        f"AMSS already runs with the data in {directory}: process {pid}, since {started_at}. "
        f"Stop it first (Ctrl-C in its terminal, or `kill {pid}`), or use another checkout."
    )
