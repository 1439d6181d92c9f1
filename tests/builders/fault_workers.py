"""The workers of the fault matrix: processes whose clock can be stepped, and that may be doomed."""

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from amss.foundation.ids import new_id
from builders.doomed_worker import STEPPED
from builders.failing_stores import FailingStores
from builders.fault_pace import Pace
from builders.installation import environment_for

_PROGRAM = Path(__file__).with_name("doomed_worker.py")
_SINCE = datetime.now(UTC)  # the clocks of all workers agree


@dataclass
class FaultWorker:
    """A worker process, and when it ended."""

    process: Process
    log: Path
    died_at: float | None = None  # by the monotonic clock

    async def until_it_works(self) -> None:
        """Wait until its jobs run."""
        await self._until_it_says(b'"Working"')

    async def _until_it_says(self, words: bytes) -> None:
        async with asyncio.timeout(60):
            while words not in self.log.read_bytes():
                assert self.process.returncode is None, self.log.read_text()
                await asyncio.sleep(0.02)

    async def step_clock(self, *, ahead: bool) -> None:
        """Step its clock ahead or back, and wait until it has obeyed."""
        self.process.send_signal(signal.SIGUSR1 if ahead else signal.SIGUSR2)
        await self._until_it_says(STEPPED)

    async def watch(self) -> None:
        """Note when it ends."""
        await self.process.wait()
        self.died_at = time.monotonic()


@asynccontextmanager
async def two_workers(
    stores: FailingStores, folder: Path, pace: Pace, *, dies_when: str
) -> AsyncGenerator[tuple[FaultWorker, FaultWorker]]:
    """Run two workers; where `dies_when` names a point of `doomed_worker`, the second kills itself there."""
    async with _a_worker(stores, folder, pace, "") as one, _a_worker(stores, folder, pace, dies_when) as other:
        await asyncio.gather(one.until_it_works(), other.until_it_works())
        yield one, other


@asynccontextmanager
async def _a_worker(stores: FailingStores, folder: Path, pace: Pace, dies_when: str) -> AsyncGenerator[FaultWorker]:
    environment = os.environ | environment_for(
        stores, folder, WORKER_METRICS_ADDR="127.0.0.1:0",
        HASTE=str(pace.haste), HASTE_SINCE=_SINCE.isoformat(),
        CLOCK_STEP_MINUTES=str(pace.step_minutes), DIES_WHEN=dies_when, SPARED=str(pace.spared),
    )  # fmt: skip
    log = folder / f"worker-{new_id()}.log"
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable, _PROGRAM, env=environment, stdout=output, stderr=output
        )
    worker = FaultWorker(process, log)
    watching = asyncio.create_task(worker.watch())
    try:
        yield worker
    finally:
        if process.returncode is None:
            process.kill()
        await watching
