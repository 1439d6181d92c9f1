"""How long events take to the stream and to their endpoints, and how many a second: `make bench` runs it.

Events are written as the recorder writes them, and amss-worker does the rest. What receives them is
`verifying_receiver.py`, a process of its own that checks every signature.
"""

import asyncio
import base64
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import aiohttp
import asyncpg
import uvloop
from installation import Installation, add_organization, an_installation
from processes import SERVER_CORE, Server, a_server, cpu_seconds, leave_the_servers_core
from redis.asyncio import Redis

from amss.cli.keys import new_signing_key
from amss.features.webhooks import signing
from amss.features.webhooks.publishing import STREAM_NAME
from amss.foundation.ids import new_id
from amss.foundation.secrets import Vault

ENDPOINTS = 8  # of an organization each
RATES = (100, 1000)  # events a second
LATENCY_SECONDS = 10
TICK_SECONDS = 0.01
BACKLOG = 15_000  # deliveries
BACKLOG_BESIDE_A_HANGING_ONE = 6_000
PUBLISHED = 60_000
GIVE_UP_SECONDS = 60
OTHER_CORE = max(os.sched_getaffinity(0) - {SERVER_CORE}, default=SERVER_CORE)
BESIDE = Path(__file__).parent

failures: list[str] = []


async def main() -> None:
    """Set up, measure, report."""
    secret = signing.new_secret()
    async with an_installation() as installation:
        leave_the_servers_core()
        environment = {
            **installation.environment,
            "AUDIT_SEAL_KEY": new_signing_key(),
            "RECEIVER_SECRET": base64.b64encode(secret).decode(),
        }
        receiver_file, jobs_file = str(BESIDE / "verifying_receiver.py"), str(BESIDE / "some_jobs.py")
        with a_server([receiver_file, "38120"], environment, 38120, core=OTHER_CORE) as receiver:
            async with a_bench(installation, receiver, secret) as bench:
                print(f"Python {platform.python_version()}, {os.cpu_count()} cores, one worker")
                with a_server(["-m", "amss.cli", "worker"], environment, 38121) as worker:
                    await bench.warm_up()
                    for rate in RATES:
                        await bench.latency(rate)
                    await bench.delivery(worker)
                    await bench.beside_a_hanging_one()
                await bench.publishing([jobs_file, "outbox_publisher", "outbox_streamer"], environment)
    if failures:
        sys.exit("; ".join(failures))


@dataclass
class Bench:
    """The stores, the receiver, and the organizations whose events it gets."""

    installation: Installation
    owner: asyncpg.Connection
    redis: Redis
    receiver: Server
    session: aiohttp.ClientSession
    secret: bytes
    tenants: list[UUID] = field(default_factory=list[UUID])

    async def add_endpoint(self, org_id: UUID, path: str) -> None:
        """Let an organization send all its events to a path of the receiver."""
        webhook_id = new_id()
        vault = Vault(self.installation.settings.secrets_key)
        sealed = vault.seal(self.secret, context=signing.vault_context(webhook_id))
        url = f"http://{self.receiver.address}/{path}"
        await self.owner.execute(
            "INSERT INTO webhooks (org_id, id, url, events, secret) VALUES ($1, $2, $3, '{*}', $4)",
            org_id, webhook_id, url, sealed,
        )  # fmt: skip

    async def warm_up(self) -> None:
        """Send some of everything, and let Postgres know what there is, as autovacuum does in its first minutes."""
        await self._write(self.tenants, 1000)
        await self._until_came(1000)
        await self.owner.execute("VACUUM ANALYZE")

    async def latency(self, rate: int) -> None:
        """Report how long events take that are written at a steady rate."""
        count = rate * LATENCY_SECONDS
        await self.redis.delete(STREAM_NAME)
        begun = time.perf_counter()
        written = 0
        while written < count:
            due = min(int((time.perf_counter() - begun) * rate), count)
            if due > written:
                await self._write(self.tenants, due - written)
                written = due
            await asyncio.sleep(TICK_SECONDS)
        came = await self._until_came(count)
        rows = await self.owner.fetch(
            """
            SELECT id, extract(epoch FROM created_at)::float8 AS moment FROM outbox_events
            WHERE org_id = ANY ($1) ORDER BY id DESC LIMIT $2
            """,
            self.tenants, count,
        )  # fmt: skip
        created = {str(row["id"]): row["moment"] for row in rows}
        entries = await self.redis.xrange(STREAM_NAME)
        streamed = [int(place.split(b"-")[0]) / 1000 - created[entry[b"id"].decode()] for place, entry in entries]
        delivered = [moment - created[event_id] for event_id, moment in came]
        for what, seconds in (("stream", streamed), ("delivery", delivered)):
            print(
                f"{rate:,} events/s   commit to {what:<8}   p50 {_share(seconds, 0.5)}   p99 {_share(seconds, 0.99)}"
            )

    async def delivery(self, worker: Server) -> None:
        """Report how many deliveries a second one worker makes, from the event in the outbox to the attempt kept."""
        before = self._cpu(worker)
        rate = await self._drain(BACKLOG)
        await self._until("NOT EXISTS (SELECT FROM webhook_deliveries WHERE status = 'pending')")
        spent = (
            f"{name} {(now - then) / BACKLOG * 1e6:.0f}"
            for (name, now), (_, then) in zip(self._cpu(worker), before, strict=True)
        )
        print(f"{rate:,.0f} deliveries/s to {ENDPOINTS} endpoints   µs CPU each: {', '.join(spent)}")
        _must(rate >= 1000, f"{rate:.0f} deliveries/s")

    async def beside_a_hanging_one(self) -> None:
        """Report how many a second the others get while one endpoint takes 15 s for each."""
        hanging = await add_organization(self.owner, "hanging")
        await self.add_endpoint(hanging, "hangs")
        first = await self._drain(BACKLOG_BESIDE_A_HANGING_ONE)
        await self._write([hanging], 100)
        beside = statistics.mean([await self._drain(BACKLOG_BESIDE_A_HANGING_ONE) for _ in range(2)])
        await self._give_up_on(hanging)
        alone = statistics.mean([first, await self._drain(BACKLOG_BESIDE_A_HANGING_ONE)])
        print(
            f"{alone:,.0f} deliveries/s alone, {beside:,.0f} beside an endpoint that hangs: {beside / alone - 1:+.1%}"
        )
        _must(beside > 0.9 * alone, "a hanging endpoint slows the others")

    async def _give_up_on(self, org_id: UUID) -> None:
        """Return when nothing is sent to an organization's endpoint any more."""
        waiting = "SELECT FROM webhook_deliveries WHERE org_id = $1 AND status = 'pending'"
        async with asyncio.timeout(GIVE_UP_SECONDS):
            while await self.owner.fetchval(f"SELECT EXISTS ({waiting})", org_id):
                await self.owner.execute(
                    """
                    UPDATE webhook_deliveries SET status = 'failed', next_attempt_at = NULL
                    WHERE org_id = $1 AND status = 'pending' AND lease_until IS NULL
                    """,
                    org_id,
                )
                await asyncio.sleep(0.5)

    async def _drain(self, count: int) -> float:
        """Write events all at once; return how many deliveries a second came."""
        await self._write(self.tenants, count)
        moments = sorted(moment for _, moment in await self._until_came(count))
        return count / (moments[-1] - moments[0])

    async def publishing(self, jobs: list[str], environment: dict[str, str]) -> None:
        """Report how many events a second get their feed position, two deliveries each, and into the stream."""
        org_ids = [await add_organization(self.owner, f"publishing-{n}") for n in range(ENDPOINTS)]
        for org_id in org_ids:
            for _ in range(2):
                await self.add_endpoint(org_id, "never")
        await self.redis.delete(STREAM_NAME)
        await self._write(org_ids, PUBLISHED)
        await self.owner.execute("VACUUM ANALYZE")
        with a_server(jobs, environment, 38122) as worker:
            before = self._cpu(worker)
            await self._until(
                "NOT EXISTS (SELECT FROM outbox_events WHERE processed_at IS NULL OR fanned_out_at IS NULL)"
            )
            after = self._cpu(worker)
        ended = time.time()
        begun, deliveries = await self.owner.fetchrow(
            """
            SELECT extract(epoch FROM min(least(fanned_out_at, processed_at)))::float8,
                   (SELECT count(*) FROM webhook_deliveries WHERE org_id = ANY ($1))
            FROM outbox_events WHERE org_id = ANY ($1)
            """,
            org_ids,
        )
        rate = PUBLISHED / (ended - begun)
        spent = (
            f"{name} {(now - then) / PUBLISHED * 1e6:.0f}"
            for (name, now), (_, then) in zip(after, before, strict=True)
        )
        print(
            f"{rate:,.0f} events/s published with {deliveries / PUBLISHED:.0f} deliveries each   µs CPU each: {', '.join(spent)}"
        )
        _must(await self.redis.xlen(STREAM_NAME) == PUBLISHED, "not every event is in the stream once")
        _must(rate >= 5000, f"{rate:.0f} events/s published")

    def _cpu(self, worker: Server) -> list[tuple[str, float]]:
        stores = self.installation.processes
        processes = {
            "worker": worker.pid,
            "Postgres": stores["postgres"],
            "Redis": stores["valkey-server"],
            "receiver": self.receiver.pid,
        }
        return [(name, cpu_seconds(pid)) for name, pid in processes.items()]

    async def _write(self, org_ids: list[UUID], count: int) -> None:
        await self.owner.execute(_EVENTS, org_ids, count, new_id(), _TOLD)

    async def _until_came(self, count: int) -> list[tuple[str, float]]:
        """Wait until so many webhooks came; return of which event each was, and when it came."""
        async with asyncio.timeout(GIVE_UP_SECONDS):
            while int(await self._ask("/count")) < count:
                await asyncio.sleep(0.05)
        came: list[tuple[str, float]] = json.loads(await self._ask("/came"))
        _must(len({event_id for event_id, _ in came}) == len(came) == count, "not every event came once")
        return came

    async def _ask(self, path: str) -> bytes:
        async with self.session.get(f"http://{self.receiver.address}{path}") as answer:
            return await answer.read()

    async def _until(self, happened: str) -> None:
        async with asyncio.timeout(GIVE_UP_SECONDS):
            while not await self.owner.fetchval(f"SELECT {happened}"):
                await asyncio.sleep(0.05)


@asynccontextmanager
async def a_bench(installation: Installation, receiver: Server, secret: bytes) -> AsyncGenerator[Bench]:
    """Connect to everything, and give each organization its endpoint."""
    owner = await asyncpg.connect(installation.settings.database_url)
    redis = Redis.from_url(installation.settings.redis_url)
    async with redis, aiohttp.ClientSession() as session:
        bench = Bench(installation, owner, redis, receiver, session, secret)
        for n in range(ENDPOINTS):
            org_id = await add_organization(owner, f"bench-{n}")
            await bench.add_endpoint(org_id, f"{n}")
            bench.tenants.append(org_id)
        yield bench
    await owner.close()


def _share(seconds: list[float], share: float) -> str:
    ordered = sorted(seconds)
    return f"{ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000:5.0f} ms"


def _must(holds: bool, otherwise: str) -> None:  # noqa: FBT001
    if not holds:
        failures.append(otherwise)


# Events of tasks, of the organizations in turn, each task with ten.
_EVENTS = """
    INSERT INTO outbox_events (org_id, id, event_type, aggregate_type, aggregate_id, payload, request_id, traceparent)
    SELECT ($1::uuid[])[1 + n % cardinality($1::uuid[])], uuidv7(), 'task.updated', 'maintenance_task',
           md5($3::uuid::text || n / 10)::uuid, $4::text::jsonb, uuidv7()::text,
           '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    FROM generate_series(0, $2::int - 1) n
"""
_TOLD = json.dumps(
    {
        "id": str(new_id()), "version": 3, "task_number": "WO-2031", "aircraft_id": str(new_id()),
        "type": "inspection", "title": "100-hour inspection", "description": "Replace filters, check the cables.",
        "state": "scheduled", "priority": "normal", "start_time": "2030-05-01T08:00:00Z",
        "end_time": "2030-05-01T16:00:00Z", "assigned_mechanic_id": str(new_id()), "program_id": str(new_id()),
        "due_item_id": str(new_id()), "created_at": "2030-04-01T08:00:00Z", "updated_at": "2030-04-02T09:30:00Z",
        "notes": None, "estimated_minutes": 480, "changed": ["assigned_mechanic_id"],
        "previous": {"assigned_mechanic_id": None},
    }
)  # fmt: skip


if __name__ == "__main__":
    uvloop.run(main())
