"""How long events take to the stream and to their endpoints, and how many a second: `make bench` runs it.

Events are written to the outbox, and amss-worker, one process on one core, does the rest. What receives them is
`verifying_receiver.py`, a process of its own that checks every signature. Four minutes at most.
"""

import asyncio
import os
import platform
import statistics
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

import uvloop
from event_flow import GIVE_UP_SECONDS, Flow, a_flow
from processes import Server, a_server

from amss.features.webhooks.publishing import STREAM_NAME

ENDPOINTS = 8  # of an organization each
WORKER = ["-m", "amss.cli", "worker"]
PUBLISHER = [str(Path(__file__).with_name("some_jobs.py")), "outbox_publisher", "outbox_streamer"]
LONGEST_SECONDS = 240

RATES = (100, 1000)  # events a second
LATENCY_SECONDS = 8
TICK_SECONDS = 0.01
BACKLOG = 8_000  # deliveries
BACKLOG_BESIDE_ONE_THAT_HANGS = 5_000
BACKLOG_TO_PUBLISH = 40_000  # events

LEAST_DELIVERED = 1000  # a second
LEAST_PUBLISHED = 5000
MOST_SLOWED = 0.1


async def main() -> None:
    """Set up, measure, report."""
    async with asyncio.timeout(LONGEST_SECONDS), a_flow() as flow:
        print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {ENDPOINTS} endpoints, one worker")
        org_ids = [await flow.add_organization(f"bench-{n}", f"{n}") for n in range(ENDPOINTS)]
        with a_server(WORKER, flow.environment, 38121) as worker:
            await settle(flow, org_ids)
            for rate in RATES:
                await latency(flow, org_ids, rate)
            met = [await delivery(flow, org_ids, worker), await beside_one_that_hangs(flow, org_ids)]
        met.append(await publishing(flow))
    if not all(met):
        sys.exit("Slower than demanded")


async def settle(flow: Flow, org_ids: list[UUID]) -> None:
    """Send some, and let Postgres know what there is, as autovacuum does in its first minutes."""
    await flow.write(org_ids, 1000)
    await flow.until_came(1000)
    await flow.streamed(1000)
    await flow.owner.execute("VACUUM ANALYZE")


async def latency(flow: Flow, org_ids: list[UUID], rate: int) -> None:
    """Report how long events take that are written at a steady rate."""
    count = rate * LATENCY_SECONDS
    begun = time.perf_counter()
    written = 0
    while written < count:
        due = min(int((time.perf_counter() - begun) * rate), count)
        if due > written:
            await flow.write(org_ids, due - written)
            written = due
        await asyncio.sleep(TICK_SECONDS)
    came, streamed = await flow.until_came(count), await flow.streamed(count)
    rows = await flow.owner.fetch(
        """
        SELECT id, extract(epoch FROM created_at)::float8 AS created_at FROM outbox_events
        WHERE org_id = ANY ($1) ORDER BY id DESC LIMIT $2
        """,
        org_ids, count,
    )  # fmt: skip
    written_at = {str(row["id"]): row["created_at"] for row in rows}
    for what, arrivals in (("stream", streamed.items()), ("delivery", came)):
        print(f"{rate:>6,} events/s, commit to {what:<8}  {_spread(at - written_at[one] for one, at in arrivals)}")


async def delivery(flow: Flow, org_ids: list[UUID], worker: Server) -> bool:
    """Report how many deliveries a second the worker makes, from the event in the outbox to the attempt kept."""
    before = flow.cpu(worker)
    rate = await _deliver(flow, org_ids, BACKLOG)
    await flow.until("NOT EXISTS (SELECT FROM webhook_deliveries WHERE status = 'pending')")
    print(f"{rate:>6,.0f} deliveries/s  {_cost(before, flow.cpu(worker), BACKLOG)}")
    return rate >= LEAST_DELIVERED


async def beside_one_that_hangs(flow: Flow, org_ids: list[UUID]) -> bool:
    """Report how many deliveries a second the others get while one more endpoint takes 15 s for each."""
    hanging = await flow.add_organization("hanging", "hangs")
    count = BACKLOG_BESIDE_ONE_THAT_HANGS
    first = await _deliver(flow, org_ids, count)
    await flow.write([hanging], 100)
    beside = statistics.mean([await _deliver(flow, org_ids, count), await _deliver(flow, org_ids, count)])
    await _give_up(flow, hanging)
    alone = statistics.mean([first, await _deliver(flow, org_ids, count)])
    slowed = 1 - beside / alone
    print(f"{alone:>6,.0f} deliveries/s alone, {beside:,.0f} beside an endpoint that hangs: {slowed:.1%} slower")
    return slowed < MOST_SLOWED


async def _deliver(flow: Flow, org_ids: list[UUID], count: int) -> float:
    """Write events all at once and return how many a second came; begin with what is dead swept out."""
    await flow.owner.execute("VACUUM ANALYZE")
    await flow.write(org_ids, count)
    came = await flow.until_came(count)
    if not len({event_id for event_id, _ in came}) == len(came) == count:
        sys.exit(f"Of {count:,} events, {len(came):,} webhooks came")
    moments = [moment for _, moment in came]
    return count / (max(moments) - min(moments))


async def _give_up(flow: Flow, org_id: UUID) -> None:
    """Return when nothing is on its way to an organization's endpoint any more."""
    waiting = "EXISTS (SELECT FROM webhook_deliveries WHERE org_id = $1 AND status = 'pending')"
    async with asyncio.timeout(GIVE_UP_SECONDS):
        while await flow.owner.fetchval(f"SELECT {waiting}", org_id):
            await flow.owner.execute(
                """
                UPDATE webhook_deliveries SET status = 'failed', next_attempt_at = NULL
                WHERE org_id = $1 AND status = 'pending' AND lease_until IS NULL
                """,
                org_id,
            )
            await asyncio.sleep(0.2)


async def publishing(flow: Flow) -> bool:
    """Report how many events a second get their feed position and two deliveries each, and are in the stream."""
    org_ids = [await flow.add_organization(f"publishing-{n}", "one", "two") for n in range(ENDPOINTS)]
    await flow.redis.delete(STREAM_NAME)
    await flow.write(org_ids, BACKLOG_TO_PUBLISH)
    await flow.owner.execute("VACUUM ANALYZE")
    with a_server(PUBLISHER, flow.environment, 38122) as worker:
        begun, before = time.perf_counter(), flow.cpu(worker)
        for mark in ("fanned_out_at", "processed_at"):
            await flow.until(f"NOT EXISTS (SELECT FROM outbox_events WHERE {mark} IS NULL AND failed_at IS NULL)")
        rate = BACKLOG_TO_PUBLISH / (time.perf_counter() - begun)
        cost = _cost(before, flow.cpu(worker), BACKLOG_TO_PUBLISH)
    print(f"{rate:>6,.0f} events/s published with two deliveries each  {cost}")
    planned = await flow.owner.fetchval("SELECT count(*) FROM webhook_deliveries WHERE org_id = ANY ($1)", org_ids)
    if (planned, len(await flow.streamed(BACKLOG_TO_PUBLISH))) != (2 * BACKLOG_TO_PUBLISH, BACKLOG_TO_PUBLISH):
        sys.exit("Not every event is in the stream and has its two deliveries")
    return rate >= LEAST_PUBLISHED


def _spread(seconds: Iterable[float]) -> str:
    cuts = statistics.quantiles(seconds, n=100)
    return f"p50 {cuts[49] * 1000:5.0f} ms, p99 {cuts[98] * 1000:5.0f} ms"


def _cost(before: dict[str, float], after: dict[str, float], count: int) -> str:
    """Return what each process used of CPU, in µs for each of so many."""
    return "µs CPU: " + ", ".join(f"{name} {(after[name] - before[name]) / count * 1e6:.0f}" for name in after)


if __name__ == "__main__":
    uvloop.run(main())
