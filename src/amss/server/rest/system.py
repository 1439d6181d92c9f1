"""Paths beside the API: health, readiness, metrics, the contract, its reference page and the error codes."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any

import msgspec
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from redis.exceptions import RedisError

from amss.foundation.errors import MethodNotAllowed, NotFound, Unauthenticated, Unavailable
from amss.foundation.migrations import MigrationRefusedError, pending
from amss.server.idempotency import Answer
from amss.server.operations import OPERATIONS
from amss.server.resources import Resources
from amss.server.rest.asyncapi import asyncapi_document
from amss.server.rest.error_codes import error_codes_page
from amss.server.rest.exchange import Exchange
from amss.server.rest.openapi import openapi_document
from amss.server.rest.problems import ERRORS_PAGE
from amss.server.rest.reference import PAGE_HEADERS, reference_page

JSON = ("content-type", "application/json")
READY_SECONDS = 2

Page = Callable[[Exchange], Awaitable[Answer]]


class SystemPath:
    """A path that answers GET and HEAD and needs no token."""

    def __init__(self, page: Page) -> None:
        """Remember what answers."""
        self._page = page

    async def __call__(self, scope: Any, _receive: Any, _send: Any) -> None:
        """Answer."""
        exchange: Exchange = scope["exchange"]
        if exchange.method not in ("GET", "HEAD"):
            raise MethodNotAllowed("GET, HEAD")
        exchange.route = exchange.path
        await exchange.send(await self._page(exchange))


def system_paths(resources: Resources) -> dict[str, SystemPath]:
    """Return what answers at each path beside the API."""

    async def health(_exchange: Exchange) -> Answer:
        return Answer(200, b'{"status":"ok"}', (JSON,))

    async def ready(_exchange: Exchange) -> Answer:
        return await readiness(resources)

    async def metrics(exchange: Exchange) -> Answer:
        return prometheus_metrics(exchange, resources.settings.metrics_token)

    async def openapi(_exchange: Exchange) -> Answer:
        return Answer(200, _contract(), (JSON,))

    async def openapi_yaml(_exchange: Exchange) -> Answer:
        # JSON is YAML 1.2.
        return Answer(200, _contract(), (("content-type", "application/yaml"),))

    async def asyncapi(_exchange: Exchange) -> Answer:
        return Answer(200, _contract_of_events(), (JSON,))

    async def docs(_exchange: Exchange) -> Answer:
        return Answer(200, _reference(), PAGE_HEADERS)

    async def error_codes(_exchange: Exchange) -> Answer:
        return Answer(200, _error_codes(), PAGE_HEADERS)

    async def jwks(_exchange: Exchange) -> Answer:
        return Answer(200, msgspec.json.encode(resources.keys.jwks), (JSON,))

    pages: dict[str, Page] = {
        "/health": health,
        "/ready": ready,
        "/metrics": metrics,
        "/openapi.json": openapi,
        "/openapi.yaml": openapi_yaml,
        "/asyncapi.json": asyncapi,
        "/docs": docs,
        ERRORS_PAGE: error_codes,
        "/.well-known/jwks.json": jwks,
    }
    return {path: SystemPath(page) for path, page in pages.items()}


async def readiness(resources: Resources) -> Answer:
    """Answer whether requests can be served; Redis away only degrades."""
    if resources.draining:
        raise Unavailable("This server is shutting down.")
    try:
        async with asyncio.timeout(READY_SECONDS):
            return await _readiness_of_stores(resources)
    except TimeoutError:
        raise Unavailable("The stores do not answer in time.") from None


async def _readiness_of_stores(resources: Resources) -> Answer:
    async with resources.database.connection() as connection:
        try:
            missing = await pending(connection)
        except MigrationRefusedError as refused:
            raise Unavailable(str(refused)) from None
    if missing:
        raise Unavailable(f"The database lacks {len(missing)} migrations, first {missing[0]}. Run `amss migrate`.")
    try:
        await resources.redis.ping()
    except (RedisError, OSError, TimeoutError):
        return Answer(200, b'{"status":"ready","degraded":["redis"]}', (JSON,))
    return Answer(200, b'{"status":"ready"}', (JSON,))


def prometheus_metrics(exchange: Exchange, token: str | None) -> Answer:
    """Answer the metrics to whoever knows METRICS_TOKEN; without one they have a port of their own."""
    if token is None:
        raise NotFound("Metrics are served on METRICS_ADDR; here only when METRICS_TOKEN is set.")
    sent = exchange.headers.get("authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(sent.encode(), token.encode()):
        raise Unauthenticated("Send METRICS_TOKEN as the bearer token.")
    return Answer(200, generate_latest(), (("content-type", CONTENT_TYPE_LATEST),))


@cache
def _contract() -> bytes:
    return msgspec.json.encode(openapi_document(OPERATIONS))


@cache
def _contract_of_events() -> bytes:
    return msgspec.json.encode(asyncapi_document())


@cache
def _reference() -> bytes:
    return reference_page(openapi_document(OPERATIONS)).encode()


@cache
def _error_codes() -> bytes:
    return error_codes_page().encode()
