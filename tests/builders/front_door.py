"""The server on a real socket, and a client that speaks as somebody."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import msgspec
import uvicorn

from amss.server.main import http_config
from amss.server.resources import Resources
from builders.installation import Installation
from builders.tenants import Person


class Reply(msgspec.Struct, frozen=True):
    """An answer, read to its end."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)

    @property
    def code(self) -> str:
        """The problem's code."""
        return self.json["code"]


class FrontDoor:
    """Requests to a running server."""

    def __init__(self, url: str, session: aiohttp.ClientSession, resources: Resources) -> None:
        self.url = url
        self.resources = resources
        self._session = session

    async def __call__(
        self,
        person: Person | str | None,
        route: str,
        body: Any = None,
        *,
        headers: dict[str, str] | None = None,
        data: Any = None,
    ) -> Reply:
        """Send `GET /aircraft` as a person, a bare token, or nobody."""
        method, path = route.split(" ", 1)
        sent = dict(headers or {})
        if person is not None:
            sent["authorization"] = f"Bearer {person if isinstance(person, str) else person.token}"
        if body is not None:
            data = body if isinstance(body, bytes) else msgspec.json.encode(body)
            sent.setdefault("content-type", "application/json")
        base = (
            ""
            if path.startswith(("/health", "/ready", "/docs", "/openapi", "/asyncapi", "/metrics", "/.well"))
            else "/api/v1"
        )
        async with self._session.request(method, self.url + base + path, headers=sent, data=data) as answer:
            return Reply(answer.status, {k.lower(): v for k, v in answer.headers.items()}, await answer.read())


@asynccontextmanager
async def front_door(installation: Installation) -> AsyncGenerator[FrontDoor]:
    """Run the REST server in this process on a port of the system's choosing."""
    resources = Resources(
        settings=installation.settings,
        database=installation.server,
        redis=installation.redis,
        keys=installation.keys,
    )
    config = http_config(resources)
    config.port = 0
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        async with aiohttp.ClientSession() as session:
            yield FrontDoor(f"http://127.0.0.1:{port}", session, resources)
    finally:
        server.should_exit = True
        await task
