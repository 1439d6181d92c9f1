"""Where faults strike: organizations whose events two workers tell a receiver and a stream, and what came of them."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisIsAway

from amss.features.webhooks import service
from amss.features.webhooks.model import NewWebhook
from amss.features.webhooks.publishing import STREAM_NAME
from amss.foundation.access import the_job
from amss.foundation.database import Database, Transaction
from amss.foundation.errors import Unavailable
from amss.foundation.ids import new_id
from builders.failing_receiver import FailingReceiver
from builders.failing_stores import FailingStores
from builders.fault_pace import AGGREGATES, ORGANIZATIONS, Pace
from builders.installation import settings_for
from builders.tenants import ORIGIN

_RECORD = """
    INSERT INTO outbox_events (org_id, id, event_type, aggregate_type, aggregate_id, payload)
    SELECT $1, given.id, 'task.updated', 'maintenance_task', given.aggregate_id, jsonb_build_object('number', $2::int)
    FROM unnest($3::uuid[], $4::uuid[]) AS given (id, aggregate_id)
    ON CONFLICT DO NOTHING
"""
_NOT_YET_TOLD = """
    SELECT count(*) FROM outbox_events e
    WHERE org_id = ANY($1) AND id = ANY($2)
      AND (feed_position IS NULL OR NOT EXISTS (
          SELECT FROM webhook_deliveries d
          WHERE d.org_id = e.org_id AND d.event_id = e.id AND d.status = 'delivered'
      ))
"""


@dataclass(frozen=True)
class Recorded:
    """An event as it was recorded: the nth of its aggregate."""

    aggregate_id: UUID
    number: int
    at: float  # by the monotonic clock


@dataclass
class Site:
    """One row of the matrix: its organizations, workers and receiver."""

    stores: FailingStores
    receiver: FailingReceiver
    pace: Pace
    webhooks: dict[UUID, UUID]  # organization: endpoint
    stream_from: str  # the last entry before this row's
    server: Database
    owner: Database  # the superuser, to look behind the scenes
    recorded: dict[str, Recorded] = field(default_factory=dict[str, Recorded])
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def record(self) -> None:
        """Record the row's events, the last quarter when the fault is over; Postgres may be away meanwhile."""
        aggregates = {org_id: [new_id() for _ in range(AGGREGATES)] for org_id in self.webhooks}
        for number in range(self.pace.rounds):
            if number * 4 >= self.pace.rounds * 3:
                await self.go_on.wait()
            for org_id, its_aggregates in aggregates.items():
                ids = [new_id() for _ in its_aggregates]
                await self.insist(_RECORD, org_id, number, ids, its_aggregates)
                now = time.monotonic()
                for event_id, aggregate_id in zip(ids, its_aggregates, strict=True):
                    self.recorded[str(event_id)] = Recorded(aggregate_id, number, now)
                await asyncio.sleep(self.pace.pause_seconds)

    async def until_recorded(self, share: float) -> None:
        """Wait until such a share of the row's events is recorded."""
        await until(lambda: len(self.recorded) >= share * self.pace.events)

    async def until_told(self, events: set[str]) -> None:
        """Wait until these events are in the feed and the stream and their deliveries are noted as made."""
        ids = [UUID(event_id) for event_id in events]
        while await self.insist(_NOT_YET_TOLD, list(self.webhooks), ids) > 0:
            await asyncio.sleep(0.05)
        while not set(await self.streamed()) >= events:
            await asyncio.sleep(0.05)

    async def rows(self, statement: str) -> list[Any]:
        """Look into the database from behind; the organizations are $1."""
        async with self.owner.connection() as connection:
            return await connection.fetch(statement, list(self.webhooks))

    async def streamed(self) -> list[str]:
        """Return the ids of the row's events in the stream, in its order, repeats included."""
        redis = Redis.from_url(self.stores.redis_url)
        try:
            entries: Any = await redis.xrange(STREAM_NAME, f"({self.stream_from}")
        except RedisIsAway:
            return []
        finally:
            await redis.aclose()
        ours = (fields[b"id"].decode() for _, fields in entries)
        return [event_id for event_id in ours if event_id in self.recorded]

    async def act(self, org_id: UUID, use_case: Callable[[Transaction], Awaitable[Any]]) -> Any:
        """Run a use case for an organization, as the server does."""
        async with self.server.transaction(the_job("faults"), org_id, ORIGIN) as tx:
            return await use_case(tx)

    async def insist(self, statement: str, *values: Any) -> Any:
        """Ask until Postgres answers."""
        while True:
            with suppress(Unavailable):
                async with self.owner.connection() as connection:
                    return await connection.fetchval(statement, *values)
            await asyncio.sleep(0.02)


@asynccontextmanager
async def a_site(stores: FailingStores, receiver: FailingReceiver, pace: Pace, folder: Path) -> AsyncGenerator[Site]:
    """Make organizations that each have an endpoint at the receiver."""
    settings = settings_for(stores, folder)
    server = Database(stores.database_url, role="amss_server", process="test-server", settings=settings)
    owner = Database(stores.database_url, role=None, process="test-owner", settings=settings)
    site = Site(stores, receiver, pace, {}, await _last_entry(stores), server, owner)
    try:
        for _ in range(ORGANIZATIONS):
            await _join(site)
        yield site
    finally:
        await server.close()
        await owner.close()


async def _join(site: Site) -> None:
    org_id = new_id()
    async with site.owner.connection() as owner:
        await owner.execute("INSERT INTO organizations (id, name, slug) VALUES ($1, $2, $2)", org_id, f"o-{org_id}")
        await owner.execute("INSERT INTO org_policies (org_id) VALUES ($1)", org_id)
    path = f"/{org_id}"
    wanted = NewWebhook(url=site.receiver.url(path), events=("task.*",))
    webhook = await site.act(org_id, lambda tx: service.create(tx, wanted))
    site.webhooks[org_id] = webhook.id
    site.receiver.secrets[path] = webhook.secret


async def _last_entry(stores: FailingStores) -> str:
    redis = Redis.from_url(stores.redis_url)
    last: Any = await redis.xrevrange(STREAM_NAME, count=1)
    await redis.aclose()
    return last[0][0].decode() if last else "0"


async def until(happened: Callable[[], bool]) -> None:
    """Wait until something is true."""
    while not happened():
        await asyncio.sleep(0.005)
