"""Receivers on this machine, endpoints registered for them, and a worker whose clock may be ahead."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from aiohttp import web
from redis.asyncio import Redis

from amss.features.webhooks.jobs import Dispatcher, publish_next
from amss.foundation.clock import system_clock
from amss.foundation.database import Database
from amss.foundation.ids import new_id
from amss.foundation.settings import Settings
from amss.foundation.working import WorkerContext
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.tenants import Tenant


@dataclass(frozen=True)
class Received:
    """A request as it came in."""

    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def event(self) -> Any:
        return msgspec.json.decode(self.body)


@dataclass
class Endpoint:
    """A receiver: what it answers, what it got, and how many it holds at this moment."""

    url: str = ""
    statuses: list[int] = field(default_factory=list[int])  # the answers to come; then 204
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    answer: bytes = b""
    open_again: asyncio.Event = field(default_factory=asyncio.Event)
    received: list[Received] = field(default_factory=list[Received])
    holding: int = 0

    async def receive(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.received.append(Received({name.lower(): value for name, value in request.headers.items()}, body))
        self.holding += 1
        await self.open_again.wait()
        self.holding -= 1
        status = self.statuses.pop(0) if self.statuses else 204
        return web.Response(status=status, headers=self.headers, body=self.answer)


@asynccontextmanager
async def an_endpoint(
    *statuses: int, headers: Mapping[str, str] | None = None, answer: bytes = b"", slow: bool = False
) -> AsyncGenerator[Endpoint]:
    """Run a receiver; a slow one answers nothing until it is open again."""
    endpoint = Endpoint(statuses=list(statuses), headers=headers or {}, answer=answer)
    if not slow:
        endpoint.open_again.set()
    app = web.Application()
    app.router.add_post("/{path:.*}", endpoint.receive)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    endpoint.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        yield endpoint
    finally:
        endpoint.open_again.set()
        await runner.cleanup()


@dataclass(frozen=True)
class Registered:
    """A registered endpoint."""

    id: UUID
    secret: str


async def registered(api: FrontDoor, tenant: Tenant, url: str, *events: str) -> Registered:
    """Register an endpoint through the API."""
    created = await api(tenant.tenant_admin, "POST /webhooks", {"url": url, "events": list(events) or ["*"]})
    assert created.status == 201, created.body
    return Registered(UUID(created.json["id"]), created.json["secret"])


@asynccontextmanager
async def a_worker(
    installation: Installation,
    *,
    ahead: timedelta = timedelta(),
    redis: Redis | None = None,
    settings: Settings | None = None,
) -> AsyncGenerator[WorkerContext]:
    """Open what a worker's jobs get, on a clock that may be ahead of ours."""
    used = settings or installation.settings
    database = Database(
        used.database_url,
        role="amss_worker",
        process="test-worker",
        settings=used,
        clock=lambda: system_clock() + ahead,
    )
    try:
        yield WorkerContext(
            settings=used, database=database, redis=redis or installation.redis, worker_id=f"test-{new_id()}"
        )
    finally:
        await database.close()


async def publish_all(context: WorkerContext) -> None:
    """Publish until nothing is left."""
    while await publish_next(context):
        pass


async def deliver_all(context: WorkerContext) -> None:
    """Send until nothing is due that is due now.

    Time stands still for it: endpoints of other tests may be slow to answer, and what failed would come due again.
    """
    clock, now = context.database.clock, context.now
    context.database.clock = lambda: now
    async with Dispatcher(context.settings, context.database.clock) as dispatcher:
        while await dispatcher.deliver_next(context) or await _is_due(context):
            pass
    context.database.clock = clock


async def _is_due(context: WorkerContext) -> bool:
    async with context.database.connection() as connection:
        row = await connection.fetchrow(
            "SELECT FROM webhook_deliveries WHERE status = 'pending' AND next_attempt_at <= $1 LIMIT 1", context.now
        )
        return row is not None


async def an_aircraft(api: FrontDoor, tenant: Tenant, tail: str = "G-ABCD") -> str:
    """Take an aircraft into the fleet, which makes an event; return its id."""
    created = await api(tenant.planner, "POST /aircraft", {"tail_number": tail, "model": "A320-214"})
    assert created.status == 201, created.body
    return created.json["id"]


async def aircraft_told(api: FrontDoor, tenant: Tenant, installation: Installation, *tails: str) -> None:
    """Take aircraft into the fleet, and let the world hear of it."""
    for tail in tails:
        await an_aircraft(api, tenant, tail)
    async with a_worker(installation) as worker:
        await publish_all(worker)


async def deliveries_of(installation: Installation, webhook_id: UUID) -> list[Any]:
    """Return the deliveries to an endpoint, the oldest first."""
    return await installation.owner.fetch(
        "SELECT * FROM webhook_deliveries WHERE webhook_id = $1 ORDER BY id", webhook_id
    )


async def publish_and_deliver(installation: Installation, *, ahead: timedelta = timedelta()) -> None:
    """Publish and send what there is, as a worker does whose clock may be ahead."""
    async with a_worker(installation, ahead=ahead) as worker:
        await publish_all(worker)
        await deliver_all(worker)


async def attempts_of(installation: Installation, webhook_id: UUID) -> list[Any]:
    """Return the attempts to reach an endpoint, by their numbers."""
    return await installation.owner.fetch(
        """
        SELECT a.*, a.request_headers::text AS sent, a.response_headers::text AS got
        FROM webhook_delivery_attempts a
        JOIN webhook_deliveries d ON d.org_id = a.org_id AND d.id = a.delivery_id
        WHERE d.webhook_id = $1 ORDER BY a.attempt
        """,
        webhook_id,
    )
