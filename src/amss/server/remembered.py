"""What is read from the database once and believed for a few seconds; many who ask at once share one reading."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class _Reading(Generic[V]):
    task: asyncio.Task[V]
    believed_until: float

    @property
    def value(self) -> V | None:
        """What was read; None while it is being read, or could not be."""
        if not self.task.done() or self.task.cancelled() or self.task.exception() is not None:
            return None
        return self.task.result()


class Remembered(Generic[K, V]):
    """The latest readings, so many of them, each believed so long."""

    def __init__(self, *, seconds: float, most: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Start with nothing read."""
        self._seconds = seconds
        self._most = most
        self._monotonic = monotonic
        self._readings: OrderedDict[K, _Reading[V]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._readings)

    async def get(self, key: K, read: Callable[[], Coroutine[Any, Any, V]]) -> V:
        """Return what was read lately, or read it now."""
        reading = self._readings.get(key)
        if reading is None or reading.believed_until <= self._monotonic():
            reading = self._begin(key, read)
        if reading.task.done():
            return reading.task.result()
        # Shielded: that one asker went away must not end the reading for the others.
        return await asyncio.shield(reading.task)

    def _begin(self, key: K, read: Callable[[], Coroutine[Any, Any, V]]) -> _Reading[V]:
        # Counted from before the reading, so that nothing is believed longer than it was true.
        reading = _Reading(asyncio.create_task(read()), self._monotonic() + self._seconds)
        self._readings[key] = reading
        self._readings.move_to_end(key)
        if len(self._readings) > self._most:
            self._readings.popitem(last=False)
        reading.task.add_done_callback(lambda task: self._forget_failure(key, task))
        return reading

    def _forget_failure(self, key: K, task: asyncio.Task[V]) -> None:
        reading = self._readings.get(key)
        failed = task.cancelled() or task.exception() is not None
        if failed and reading is not None and reading.task is task:
            del self._readings[key]

    def forget(self, concerned: Callable[[K, V | None], bool]) -> None:
        """Read anew what is concerned; what is just being read is judged by its key alone."""
        for key in [key for key, reading in self._readings.items() if concerned(key, reading.value)]:
            del self._readings[key]
