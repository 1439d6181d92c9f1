"""A page of a large tenant against a small one's, both tenants of one server and asked in turn.

What a page costs is the CPU of server and Postgres together, as the kernel counted it: a page shows fifty rows, so it
must not cost more where there are a hundred times as many.
"""

import statistics
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from load import must_be_answered, send
from processes import Server, cpu_seconds

ROUNDS = 5
PAGES = 200
MOST = 1.3


@dataclass
class Round:
    """µs of CPU per page, and the median page in milliseconds."""

    cpu: float
    latency: float


async def compare(name: str, asked: Mapping[str, bytes], server: Server, postgres: int) -> float:
    """Ask for the pages of `small` and `large` in turn, print the medians, return the ratio of what they cost."""
    rounds: dict[str, list[Round]] = {size: [] for size in asked}
    for _ in range(ROUNDS):
        for size, page in asked.items():
            await send(server.address, [page] * 20, connections=1)
            rounds[size].append(await _measure(server, page, postgres))
    cpu, latency = (
        {size: statistics.median(getattr(each, part) for each in taken) for size, taken in rounds.items()}
        for part in Round.__annotations__
    )
    ratio = statistics.median(
        one.cpu / other.cpu for one, other in zip(rounds["large"], rounds["small"], strict=True)
    )
    print(
        f"{name:<49} µs CPU: small {cpu['small']:6.0f}  large {cpu['large']:6.0f}  ratio {ratio:.2f}   "
        f"ms: small {latency['small']:.2f}  large {latency['large']:.2f}"
    )
    return ratio


async def _measure(server: Server, page: bytes, postgres: int) -> Round:
    before = cpu_seconds(server.pid) + cpu_seconds(postgres)
    figures = await send(server.address, [page] * PAGES, connections=1)
    must_be_answered(figures)
    spent = cpu_seconds(server.pid) + cpu_seconds(postgres) - before
    return Round(spent / PAGES * 1e6, figures.percentile(0.5))


def must_not_cost_more(ratios: Mapping[str, float]) -> None:
    """Fail where a page of the large tenant costs too much."""
    if costly := [name for name, ratio in ratios.items() if ratio > MOST]:
        sys.exit(f"A page of the large tenant costs more than {MOST} times the small one's: {', '.join(costly)}.")
