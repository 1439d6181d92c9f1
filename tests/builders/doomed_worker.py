"""A worker that kills itself at a named point of its work, in a world that may be in haste. Run as a program.

The points are all that the tests of faults know of the worker's inside.
"""

import os
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import FrameType
from typing import Any

import uvloop

from amss.features.webhooks import deliveries, sending
from amss.foundation.logs import start_logging
from amss.foundation.settings import load_settings
from amss.journal import outbox
from amss.worker.main import work

STEPPED = b"The clock is stepped\n"  # what it says when it has obeyed


@dataclass(frozen=True)
class Point:
    """The moment before or after a function of the worker, and how many things it is about to do or has done."""

    owner: Any
    name: str
    count: Callable[[tuple[Any, ...], Any], int]
    before: bool = False


def _one(_given: tuple[Any, ...], _returned: Any) -> int:
    return 1


def _given(given: tuple[Any, ...], _returned: Any) -> int:
    return len(given[1])


def _returned(_given: tuple[Any, ...], returned: Any) -> int:
    return len(returned)


def _claimed_for(step: outbox.Step) -> Callable[[tuple[Any, ...], Any], int]:
    return lambda given, returned: len(returned) if given[1] is step else 0


POINTS = {
    "events are claimed for the feed": Point(outbox, "claim", _claimed_for(outbox.FEED)),
    "deliveries are made": Point(deliveries, "add", _given),
    "feed positions are given, not committed": Point(outbox, "give_positions", _given),
    "events are claimed for the stream": Point(outbox, "claim", _claimed_for(outbox.STREAM)),
    "XADD is done, the mark is not": Point(outbox, "mark_streamed", _given, before=True),
    "the mark is made, not committed": Point(outbox, "mark_streamed", _given),
    "deliveries are claimed, not committed": Point(deliveries, "claim_due", _returned),
    "deliveries are leased, not sent": Point(sending.Sender, "post", _one, before=True),
    "the POST is answered, not recorded": Point(sending.Sender, "post", _one),
    "the answers are about to be recorded together": Point(deliveries, "settle_together", _given, before=True),
    "the answers are recorded together": Point(deliveries, "settle_together", _given),
}


def make_fatal(point: Point, *, spared: int) -> None:
    """Let the process end at the point as `kill -9` ends it, when so many events or deliveries have come past it."""
    original: Callable[..., Awaitable[Any]] = getattr(point.owner, point.name)
    passed = 0

    def passes(things: int) -> None:
        nonlocal passed
        passed += things
        if passed > spared and things:
            os.kill(os.getpid(), signal.SIGKILL)

    async def fatal(*given: Any, **more: Any) -> Any:
        if point.before:
            passes(point.count(given, None))
        returned = await original(*given, **more)
        if not point.before:
            passes(point.count(given, returned))
        return returned

    setattr(point.owner, point.name, fatal)


class SteppedClock:
    """Runs so many times as fast as ours from a moment on; SIGUSR1 steps it ahead, SIGUSR2 back."""

    def __init__(self, start: datetime, haste: float, step: timedelta) -> None:
        self._start = start
        self._haste = haste
        self._step = step
        self._stepped = timedelta()
        for number in (signal.SIGUSR1, signal.SIGUSR2):
            signal.signal(number, self._take_step)

    def _take_step(self, number: int, _frame: FrameType | None) -> None:
        self._stepped += self._step if number == signal.SIGUSR1 else -self._step
        os.write(2, STEPPED)

    def __call__(self) -> datetime:
        return self._start + (datetime.now(UTC) - self._start) * self._haste + self._stepped


def main() -> None:
    haste = float(os.environ["HASTE"])
    # The lease outlives this timeout in any world: both are as much shorter.
    sending.TIMEOUT_SECONDS = sending.TIMEOUT_SECONDS / haste
    if point := os.environ.get("DIES_WHEN"):
        make_fatal(POINTS[point], spared=int(os.environ["SPARED"]))
    settings = load_settings(os.environ)
    start_logging(settings.log_level, settings.log_format, "worker")
    step = timedelta(minutes=float(os.environ["CLOCK_STEP_MINUTES"]))
    uvloop.run(work(settings, SteppedClock(datetime.fromisoformat(os.environ["HASTE_SINCE"]), haste, step)))


if __name__ == "__main__":
    main()
