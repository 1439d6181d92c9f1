"""amss-server, looked at every millisecond of its CPU: SIGUSR1 begins anew, SIGUSR2 prints where it was."""

import json
import signal
import sys
from collections import Counter
from types import FrameType

import uvloop  # noqa: F401 - loaded before the sampling begins, as is all below

from amss.cli.server import main

# The first of these that a frame's file contains says what it was at; the innermost frame that says so counts.
PARTS = (
    ("uvicorn/", "HTTP"),
    ("amss/server/rest/protocol", "HTTP"),
    ("amss/server/authentication", "who asks"),
    ("amss/server/remembered", "who asks"),
    ("amss/server/rate_limits", "rate limit"),
    ("amss/foundation/rate_limit", "rate limit"),
    ("amss/foundation/redis_line", "rate limit"),
    ("amss/server/idempotency", "key"),
    ("amss/server/single_flight", "key"),
    ("amss/journal/", "audit and event"),
    ("amss/server/rest/", "edge"),
    ("amss/server/", "command"),
    ("amss/foundation/statements", "command"),
    ("asyncpg/", "Postgres driver"),
    ("amss/foundation/database", "pool"),
    ("amss/foundation/codecs", "Postgres driver"),
    ("amss/foundation/", "page and cursor"),
    ("amss/features/", "use case"),
)

seen: Counter[str] = Counter()


def look(_number: int, frame: FrameType | None) -> None:
    """Note what the process is at."""
    while frame is not None:
        path = frame.f_code.co_filename
        for mark, part in PARTS:
            if mark in path:
                seen[part] += 1
                return
        frame = frame.f_back
    seen["event loop"] += 1


def tell(*_: object) -> None:
    """Print the shares, the largest first."""
    total = sum(seen.values())
    print(json.dumps({part: count / total for part, count in seen.most_common()}), flush=True)


signal.signal(signal.SIGPROF, look)
signal.signal(signal.SIGUSR1, lambda *_: seen.clear())
signal.signal(signal.SIGUSR2, tell)
signal.setitimer(signal.ITIMER_PROF, 0.001, 0.001)
sys.argv = ["amss-server"]
main()
