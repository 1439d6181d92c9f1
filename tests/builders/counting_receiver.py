"""A webhook endpoint that verifies every signature and counts every event id."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from standardwebhooks import Webhook


class CountingReceiver:
    """What arrived: how often each event."""

    def __init__(self) -> None:
        self.is_open = asyncio.Event()  # while it is not, senders wait for their answer
        self.is_open.set()
        self.secret = ""
        self.url = ""
        self.times: Counter[str] = Counter()
        self.events: dict[str, dict[str, Any]] = {}

    async def receive(self, request: web.Request) -> web.Response:
        body = await request.read()
        await self.is_open.wait()
        # Raises where the signature is wrong, and the sender gets a 500: such an event never counts.
        event = Webhook(self.secret).verify(body, {k.lower(): v for k, v in request.headers.items()})
        assert event["id"] == request.headers["webhook-id"]
        self.times[event["id"]] += 1
        self.events.setdefault(event["id"], event)
        return web.Response(status=204)

    def of_type(self, name: str) -> list[dict[str, Any]]:
        return [event for event in self.events.values() if event["type"] == name]


@asynccontextmanager
async def counting_receiver() -> AsyncGenerator[CountingReceiver]:
    """Listen on a port of the system's choosing."""
    receiver = CountingReceiver()
    app = web.Application(client_max_size=4 * 1024 * 1024)
    app.router.add_post("/", receiver.receive)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    try:
        yield receiver
    finally:
        await runner.cleanup()
