"""The request path against a reference application: `make bench` runs it and prints a table.

Both servers run as one process pinned to one core, the client on the others, the databases wherever there is room;
rounds are interleaved, and their medians compared. CPU is what the kernel counted, process by process.
"""

import asyncio
import json
import os
import platform
import signal
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import uvloop
from installation import Installation, add_organization, add_person, an_installation
from load import Figures, must_be_answered, request, send
from processes import Server, a_server, cpu_seconds, leave_the_servers_core
from redis.asyncio import Redis

from amss.foundation.access import Role
from amss.foundation.ids import new_id
from amss.foundation.rate_limit import Policy, RateLimiter

ROUNDS = 5
LISTS = 3000
CREATIONS = 2000
ONE_BY_ONE = 1000
CONNECTIONS = 8
FLEET = 2000
PLANNED_EACH = 5


async def main() -> None:
    """Measure and report."""
    async with an_installation() as installation:
        leave_the_servers_core()
        tenant = await a_tenant(installation)
        reference_app = str(Path(__file__).with_name("reference_app.py"))
        environment = installation.environment
        with (
            a_server(["-m", "amss.cli", "server"], environment, 38080) as amss,
            a_server([reference_app], environment, 38081) as peer,
        ):
            print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {CONNECTIONS} connections")
            await settle(tenant, amss, peer, installation)
            await compare("list of 50", LISTS, tenant.lists, installation.processes, amss, peer)
            await compare("creation", CREATIONS, tenant.creations, installation.processes, amss, peer)
            await added_by_the_key(tenant, amss)
        await added_by_the_limiter(installation.settings.redis_url)
        with a_server([str(Path(__file__).with_name("sampled_server.py"))], environment, 38082) as sampled:
            await where_it_goes("list of 50", tenant.lists(LISTS, keyed=True), sampled)
            await where_it_goes("creation", tenant.creations(CREATIONS, keyed=True), sampled)


async def settle(tenant: "Tenant", amss: Server, peer: Server, installation: Installation) -> None:
    """Fill every table that is written to and let Postgres know, as autovacuum does in its first minutes."""
    for server, keyed in ((amss, True), (peer, False)):
        must_be_answered(
            await send(server.address, tenant.creations(CREATIONS, keyed=keyed), connections=CONNECTIONS)
        )
    owner = await installation.owner()
    await owner.execute("ANALYZE")
    await owner.close()


@dataclass
class Round:
    """Requests a second, and µs of CPU per request in each process."""

    rate: float
    server: float
    postgres: float
    redis: float
    client: float


async def compare(
    name: str, count: int, make: Callable[..., Sequence[bytes]], stores: dict[str, int], amss: Server, peer: Server
) -> None:
    """Run the rounds in turn and print the medians."""
    rounds: dict[str, list[Round]] = {"amss": [], "reference": []}
    for _ in range(ROUNDS):
        for label, server in (("amss", amss), ("reference", peer)):
            keyed = label == "amss"
            await send(server.address, make(200, keyed=keyed), connections=CONNECTIONS)
            rounds[label].append(await measure(server, make(count, keyed=keyed), stores))
    for label, each in rounds.items():
        median = {part: statistics.median(getattr(one, part) for one in each) for part in Round.__annotations__}
        print(
            f"{name:<10} {label:<9} {median['rate']:6.0f}/s   µs CPU: server {median['server']:5.0f}  "
            f"Postgres {median['postgres']:5.0f}  Redis {median['redis']:4.0f}  client {median['client']:4.0f}"
        )
    ratios = [one.rate / other.rate for one, other in zip(rounds["amss"], rounds["reference"], strict=True)]
    cpu = [one.server / other.server for one, other in zip(rounds["amss"], rounds["reference"], strict=True)]
    print(f"{name:<10} rate ratio {statistics.median(ratios):.2f}, CPU ratio {statistics.median(cpu):.2f}")


async def measure(server: Server, requests: Sequence[bytes], stores: dict[str, int]) -> Round:
    """Return what a run costs."""
    before = cpu(server, stores)
    figures = await send(server.address, requests, connections=CONNECTIONS)
    must_be_answered(figures)
    return Round(
        figures.rate,
        *((now - then) / len(requests) * 1e6 for now, then in zip(cpu(server, stores), before, strict=True)),
    )


def cpu(server: Server, stores: dict[str, int]) -> list[float]:
    """Return what server, Postgres, Redis and this client have used so far, in seconds."""
    return [
        *(cpu_seconds(pid) for pid in (server.pid, stores["postgres"], stores["valkey-server"])),
        time.process_time(),
    ]


async def added_by_the_key(tenant: "Tenant", amss: Server) -> None:
    """Print what an idempotency key adds to a creation, one request at a time, with and without in turn."""
    taken: dict[bool, list[float]] = {False: [], True: []}
    for _ in range(10):
        for keyed in taken:
            requests = tenant.creations(ONE_BY_ONE // 10, keyed=keyed)
            figures = await send(amss.address, requests, connections=1)
            must_be_answered(figures)
            taken[keyed] += figures.latencies
    for keyed, latencies in taken.items():
        figures = Figures(latencies=latencies)
        label = "with a key" if keyed else "without a key"
        print(f"creation {label}: median {figures.percentile(0.5):.2f} ms, p99 {figures.percentile(0.99):.2f} ms")


async def added_by_the_limiter(redis_url: str) -> None:
    """Print how long a request waits for the limiter, one at a time."""
    redis = Redis.from_url(redis_url)
    limiter = RateLimiter(redis)
    policy = Policy("api", "amss:limit:{bench}:api", 1_000_000, 60)
    waited = Figures()
    for _ in range(ONE_BY_ONE * 2):
        begun = time.perf_counter()
        await limiter.allow(policy)
        waited.latencies.append(time.perf_counter() - begun)
    limiter.close()
    await redis.aclose()
    print(f"limiter: median {waited.percentile(0.5):.2f} ms, p99 {waited.percentile(0.99):.2f} ms")


async def where_it_goes(name: str, requests: Sequence[bytes], sampled: Server) -> None:
    """Print what share of the server's CPU each part of the path has."""
    half = len(requests) // 2
    must_be_answered(await send(sampled.address, requests[:half], connections=CONNECTIONS))
    os.kill(sampled.pid, signal.SIGUSR1)
    must_be_answered(await send(sampled.address, requests[half:], connections=CONNECTIONS))
    os.kill(sampled.pid, signal.SIGUSR2)
    await asyncio.sleep(0.5)
    shares: dict[str, float] = json.loads(sampled.last_line())
    print(f"{name:<10} of the server's CPU:", ", ".join(f"{part} {share:.0%}" for part, share in shares.items()))


class Tenant:
    """An organization with a fleet, and requests in its name."""

    def __init__(self, token: str, aircraft: Sequence[UUID]) -> None:
        """Remember who asks."""
        self._headers = {"authorization": f"Bearer {token}"}
        self._aircraft = aircraft
        self._created = 0

    def lists(self, count: int, *, keyed: bool) -> Sequence[bytes]:  # noqa: ARG002 - the same form as `creations`
        """Return requests for a page of fifty."""
        return [request("GET", "/api/v1/aircraft?limit=50", self._headers)] * count

    def creations(self, count: int, *, keyed: bool) -> Sequence[bytes]:
        """Return requests that each plan an hour of work where nothing is planned yet."""
        return [self._creation(keyed=keyed) for _ in range(count)]

    def _creation(self, *, keyed: bool) -> bytes:
        self._created += 1
        day, place = divmod(self._created, len(self._aircraft))
        start = datetime(2027, 1, 1, tzinfo=UTC) + timedelta(hours=2 * day)
        body = {
            "aircraft_id": str(self._aircraft[place]),
            "type": "repair",  # which needs no check: both write a task, its audit row and its event
            "title": "Measured work",
            "start_time": start.isoformat(),
            "end_time": (start + timedelta(hours=1)).isoformat(),
        }
        headers = self._headers | ({"idempotency-key": str(new_id())} if keyed else {})
        return request("POST", "/api/v1/maintenance-tasks", headers, json.dumps(body).encode())


async def a_tenant(installation: Installation) -> Tenant:
    """Make an organization with a planner, a fleet and work planned on it."""
    owner = await installation.owner()
    org_id = await add_organization(owner, "bench")
    user_id = await add_person(owner, org_id, Role.SCHEDULER)
    aircraft = [new_id() for _ in range(FLEET)]
    await owner.executemany(
        "INSERT INTO aircraft (org_id, id, tail_number, model) VALUES ($1, $2, $3, 'A320-214')",
        [(org_id, each, f"B-{number:05}") for number, each in enumerate(aircraft)],
    )
    await owner.execute(
        """
        INSERT INTO maintenance_tasks (org_id, id, aircraft_id, type, title, start_time, end_time, slot)
        SELECT $1, gen_random_uuid(), aircraft, 'inspection', 'Planned', day, day + interval '1 hour', 1
        FROM unnest($2::uuid[]) aircraft,
             generate_series(timestamptz '2028-01-01', timestamptz '2028-01-01' + ($3 - 1) * interval '1 day',
                             interval '1 day') day
        """,
        org_id,
        aircraft,
        PLANNED_EACH,
    )
    await owner.execute("ANALYZE")
    await owner.close()
    return Tenant(installation.token(org_id, user_id, Role.SCHEDULER), aircraft)


if __name__ == "__main__":
    uvloop.run(main())
