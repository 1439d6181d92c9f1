"""Open resources, run REST and gRPC on one loop, and close in order when told to stop."""

import asyncio
import gc
import signal
import socket
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager

import structlog
import uvicorn
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from amss.features.auth.tokens import TokenKeys
from amss.foundation.database import PLANNED_ONCE, Database
from amss.foundation.listening import listening, metrics_served
from amss.foundation.logins import must_be_narrow
from amss.foundation.settings import Settings
from amss.server.resources import Resources
from amss.server.rest.app import RestApp
from amss.server.rest.protocol import HEAD_SECONDS, BoundedHttp
from amss.server.rpc.app import RpcServer

log = structlog.get_logger(__name__)

DRAIN_SECONDS = 30
# Longer than any statement of a request may take: it decides only where Postgres does not answer at all.
COMMAND_SECONDS = 7


@asynccontextmanager
async def open_resources(settings: Settings) -> AsyncGenerator[Resources]:
    """Open what the server needs; close it in reverse order."""
    keys = TokenKeys(settings.jwt_private_key, settings.jwt_public_keys)
    role = None if settings.is_production else "amss_server"
    database = Database(
        settings.database_url,
        role=role,
        process="amss-server",
        settings=settings,
        command_timeout=COMMAND_SECONDS,
        planning=PLANNED_ONCE,
    )
    # No retries: while Redis is away a request must not wait for it.
    redis = Redis.from_url(
        settings.redis_url, socket_timeout=1, socket_connect_timeout=1, retry=Retry(NoBackoff(), 0)
    )
    resources = Resources(settings=settings, database=database, redis=redis, keys=keys)
    try:
        yield resources
    finally:
        await resources.refused_sign_ins.all_written()
        await resources.denials.all_written()
        await resources.authenticator.key_uses.all_written()
        resources.limiter.close()
        await redis.aclose()
        await database.close()


class _Uvicorn(uvicorn.Server):
    """uvicorn without signal handlers of its own: one place decides when both edges stop."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Leave signals alone."""
        yield


async def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; then refuse what is new, finish what runs, and return."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with open_resources(settings) as resources:
        await must_be_narrow(resources.database, "DATABASE_URL", "amss_server")
        with (
            listening("HTTP_ADDR", settings.http_addr) as door,
            metrics_served("METRICS_ADDR", settings.metrics_addr),
        ):
            await _serve_both(resources, door, stop)


async def _serve_both(resources: Resources, door: socket.socket, stop: asyncio.Event) -> None:
    rpc = RpcServer(resources)
    http = _Uvicorn(http_config(resources))
    http_task = asyncio.create_task(http.serve(sockets=[door]))
    await rpc.start()
    # What is loaded now stays: the collector need not look through it again and again.
    gc.collect()
    gc.freeze()
    log.info("Serving", http=str(resources.settings.http_addr), grpc=str(resources.settings.grpc_addr))
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait([stopped, http_task], return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    log.info("Stopping: finishing what runs")
    resources.drain()
    http.should_exit = True
    await asyncio.gather(rpc.stop(DRAIN_SECONDS), http_task)


def http_config(resources: Resources) -> uvicorn.Config:
    """Return how uvicorn is to serve REST: no word of itself, no trust in what a client says about its address."""
    return uvicorn.Config(
        RestApp(resources),
        loop="uvloop",
        http=BoundedHttp,
        ws="none",
        lifespan="off",
        interface="asgi3",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=HEAD_SECONDS,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )
