"""Where uploaded files are kept until the worker has read them: a directory all processes share.

They are customers' records: readable for the account that server and worker run under, and nobody else.
"""

import asyncio
import hashlib
import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Self

import msgspec

from amss.foundation.ids import new_id


class StoredFile(msgspec.Struct, frozen=True):
    """A file that was received whole: the sender's name for it, where it lies, its size and SHA-256."""

    file_name: str
    storage_key: str
    size: int
    checksum: bytes


class Incoming:
    """A file being received: written piece by piece off the event loop, never whole in memory.

    Each step raises OSError where the storage is full or away.
    """

    @classmethod
    async def begin(cls, directory: Path, file_name: str) -> Self:
        """Open a new file in the directory, which is made if need be."""
        return await asyncio.to_thread(cls, directory, file_name)

    def __init__(self, directory: Path, file_name: str) -> None:
        """Open the file; `begin` does it off the event loop."""
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file_name = file_name
        self._path = directory / f"{new_id()}.csv"
        self._file = os.fdopen(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        self._digest = hashlib.sha256()
        self._size = 0

    async def write(self, chunk: bytes) -> None:
        """Append to the file."""
        self._digest.update(chunk)
        self._size += len(chunk)
        await asyncio.to_thread(self._file.write, chunk)

    async def finish(self) -> StoredFile:
        """Force the file to disk: what is acknowledged must survive a crash."""
        await asyncio.to_thread(self._force)
        return StoredFile(self._file_name, self._path.name, self._size, self._digest.digest())

    def discard(self) -> None:
        """Leave nothing behind."""
        with suppress(OSError):  # closing writes the rest, for which a full disk has no room either
            self._file.close()
        self._path.unlink(missing_ok=True)

    def _force(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        # The file's name must survive as well as its content.
        directory = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)


def discard(directory: Path, storage_key: str) -> None:
    """Remove a stored file, if it is there."""
    (directory / storage_key).unlink(missing_ok=True)


def list_older_than(directory: Path, moment: datetime) -> list[str]:
    """Return the keys of files last written before a moment."""
    if not directory.is_dir():
        return []
    old: list[str] = []
    for each in os.scandir(directory):
        try:
            if each.stat().st_mtime < moment.timestamp():
                old.append(each.name)
        except FileNotFoundError:
            continue  # removed by another worker just now
    return old
