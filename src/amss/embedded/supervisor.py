"""Keep children running: start them in order, start again what dies, stop in reverse order."""

import asyncio
import signal
import time
from asyncio.subprocess import Process
from collections import deque
from types import TracebackType
from typing import NoReturn, Self

import structlog

from amss.embedded.errors import CannotRun
from amss.embedded.programs import Child, kill_group, last_words, launch, stop

log = structlog.get_logger()

TRIES = 5
TRIES_WITHIN_SECONDS = 60
FIRST_DELAY_SECONDS = 0.1
LONGEST_DELAY_SECONDS = 5.0
SETTLED_AFTER_SECONDS = 30  # a child that lived this long starts again without delay
POLL_SECONDS = 0.02


class GaveUp(CannotRun):
    """A child cannot be kept running; the sentence says which and where to look."""


class Supervisor:
    """The children of one process. Leaving the context stops them all, the last started first."""

    def __init__(self) -> None:
        self._keepers: list[_Keeper] = []

    async def start(self, child: Child) -> None:
        """Start a child and return once it is ready; from then on it is watched and healed."""
        keeper = _Keeper(child)
        self._keepers.append(keeper)
        await keeper.until_ready()

    async def wait(self) -> NoReturn:
        """Watch for ever; raises `GaveUp` when a child cannot be kept running."""
        ended, _ = await asyncio.wait([keeper.task for keeper in self._keepers], return_when=asyncio.FIRST_COMPLETED)
        ended.pop().result()
        raise AssertionError("A keeper ends only by an exception.")

    def pid_of(self, name: str) -> int | None:
        """Return the process id of a child, the last one's while it is being started again."""
        return next((keeper.pid for keeper in self._keepers if keeper.child.name == name), None)

    async def stop(self) -> None:
        """Stop all children, the last started first."""
        while self._keepers:
            await self._keepers.pop().stop()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()


class _Keeper:
    """Runs one child for ever."""

    def __init__(self, child: Child) -> None:
        self.child = child
        self.task = asyncio.create_task(self._keep(), name=f"keep {child.name}")
        self._ready = asyncio.get_running_loop().create_future()
        self._process: Process | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    async def until_ready(self) -> None:
        await asyncio.wait({self._ready, self.task}, return_when=asyncio.FIRST_COMPLETED)
        if self.task.done():
            self.task.result()

    async def stop(self) -> None:
        # A readiness check may lose a cancellation, so it is asked again.
        while not self.task.done():
            self.task.cancel()
            await asyncio.wait({self.task}, timeout=1)
        if self._process:
            await stop(self.child, self._process)

    async def _keep(self) -> NoReturn:
        failed_at: deque[float] = deque(maxlen=TRIES)
        delay = 0.0
        while True:
            started_at = time.monotonic()
            process, became_ready = await self._start()
            await process.wait()
            kill_group(process.pid)

            now, how = time.monotonic(), _describe(process)
            if became_ready:
                failed_at.clear()
            else:
                failed_at.append(now)
            if len(failed_at) == TRIES and now - failed_at[0] < TRIES_WITHIN_SECONDS:
                raise GaveUp(
                    f"{self.child.name} ended {TRIES} times before it was ready (the last time: {how}) "
                    f"and is not tried again.{last_words(self.child.log)}"
                )
            settled = now - started_at > SETTLED_AFTER_SECONDS
            delay = FIRST_DELAY_SECONDS if settled or not delay else min(delay * 2.5, LONGEST_DELAY_SECONDS)
            log.warning("Child ended, starting it again", child=self.child.name, pid=process.pid, how=how)
            await asyncio.sleep(delay)

    async def _start(self) -> tuple[Process, bool]:
        started_at = time.monotonic()
        if self.child.before_start:
            await self.child.before_start()
        process = self._process = await launch(self.child)
        became_ready = await self._becomes_ready(process)
        if became_ready:
            took_ms = round((time.monotonic() - started_at) * 1000)
            log.info("Child is ready", child=self.child.name, pid=process.pid, took_ms=took_ms)
            if not self._ready.done():
                self._ready.set_result(None)
        elif process.returncode is None:
            log.warning("Child was not ready in time", child=self.child.name, pid=process.pid)
            await stop(self.child, process)
        return process, became_ready

    async def _becomes_ready(self, process: Process) -> bool:
        try:
            # Not wait_for, which loses a cancellation that meets an answer.
            async with asyncio.timeout(self.child.ready_seconds):
                while process.returncode is None and not await self.child.is_ready():  # noqa: ASYNC110
                    await asyncio.sleep(POLL_SECONDS)
        except TimeoutError:
            return False
        return process.returncode is None


def _describe(process: Process) -> str:
    code = process.returncode or 0
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
