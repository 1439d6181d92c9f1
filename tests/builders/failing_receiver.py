"""Webhook endpoints of several organizations that verify, count, and fail on command."""

import asyncio
import hmac
import socket
import struct
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from aiohttp import web
from standardwebhooks import Webhook

# Does something else than to accept what came.
Failing = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class FailingReceiver:
    """What arrived and what was accepted, by event id; the signature is judged, its age is not."""

    port: int = 0
    secrets: dict[str, str] = field(default_factory=dict[str, str])  # by path
    arrived: Counter[str] = field(default_factory=Counter[str])
    accepted: Counter[str] = field(default_factory=Counter[str])
    wrong: list[str] = field(default_factory=list[str])
    _bodies: dict[str, bytes] = field(default_factory=dict[str, bytes])
    _failing: Failing | None = None
    _to_fail: int = 0  # so many more
    _over: asyncio.Event = field(default_factory=asyncio.Event)
    _runner: web.AppRunner | None = None

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def begin_to_fail(self, how: Failing, *, events: int) -> None:
        """From now on fail the first attempt of each event, and no second one, until so many have failed."""
        self._failing, self._to_fail = how, events

    def end_failing(self) -> None:
        """Accept everything again."""
        self._failing = None
        self._over.set()

    async def until_it_works_again(self) -> None:
        """Wait until as many have failed as shall."""
        await self._over.wait()

    async def receive(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        event_id = request.headers["webhook-id"]
        self.arrived[event_id] += 1
        if not self._is_signed(request, body) or self._bodies.setdefault(event_id, body) != body:
            self.wrong.append(event_id)
        if (how := self._failing) is not None and self.arrived[event_id] == 1:
            self._to_fail -= 1
            if not self._to_fail:
                self.end_failing()
            return await how(request)
        self.accepted[event_id] += 1
        return web.Response(status=204)

    def _is_signed(self, request: web.Request, body: bytes) -> bool:
        if request.path not in self.secrets:
            return False
        signed_at = datetime.fromtimestamp(int(request.headers["webhook-timestamp"]), UTC)
        event_id = request.headers["webhook-id"]
        signature = Webhook(self.secrets[request.path]).sign(event_id, signed_at, body.decode())
        return hmac.compare_digest(signature, request.headers["webhook-signature"])

    async def come_up(self) -> None:
        """Listen, on the same port as the last time."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self.receive)  # also where a redirect would lead
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True).start()
        self.port = self._runner.addresses[0][1]

    async def go_down(self) -> None:
        """Close the port and every connection."""
        assert self._runner is not None
        await self._runner.cleanup()


@asynccontextmanager
async def failing_receiver() -> AsyncGenerator[FailingReceiver]:
    """Listen on a port of the system's choosing."""
    receiver = FailingReceiver()
    await receiver.come_up()
    try:
        yield receiver
    finally:
        await receiver.go_down()


def answering(status: int, **headers: str) -> Failing:
    """Answer with a status."""

    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, headers={name.replace("_", "-"): text for name, text in headers.items()})

    return answer


async def hang(_request: web.Request) -> web.StreamResponse:
    """Answer nothing for longer than any sender waits."""
    await asyncio.sleep(60)
    return web.Response(status=204)


async def reset(request: web.Request) -> web.StreamResponse:
    """Reset the connection."""
    assert request.transport is not None
    request.transport.get_extra_info("socket").setsockopt(
        socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
    )
    request.transport.abort()
    return web.Response(status=204)


async def drip(request: web.Request) -> web.StreamResponse:
    """Answer 200 with a body that comes byte by byte and never ends."""
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b".")
        await asyncio.sleep(0.05)
