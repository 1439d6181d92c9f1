"""What one connection may do to the server: heads without end, trickles, answers nobody reads, smuggled requests."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from amss.server import main
from amss.server.rest import protocol
from builders.commands import count_aircraft
from builders.front_door import FrontDoor, front_door
from builders.installation import Installation
from builders.raw_http import Wire, connected
from builders.tenants import Tenant

GET = b"GET /health HTTP/1.1\r\nHost: amss\r\n"


@pytest.fixture
async def wire(api: FrontDoor) -> AsyncIterator[Wire]:
    async with connected(api) as wire:
        yield wire


@pytest.fixture
async def hurried(monkeypatch: pytest.MonkeyPatch, installation: Installation) -> AsyncIterator[FrontDoor]:
    """A server that waits a moment where the real one waits half a minute."""
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.3)
    monkeypatch.setattr(main, "HEAD_SECONDS", 0.3)
    monkeypatch.setattr(protocol, "READ_SECONDS", 0.3)
    async with front_door(installation) as door:
        yield door


@pytest.mark.parametrize(
    "head",
    [
        b"A:aaaaaaaa\r\n" * 300_000,
        b"".join(b"A%d: b\r\n" % n for n in range(100)),
        b"A: " + b"a" * 65_536 + b"\r\n",
        b"".join(b"A%d: %s\r\n" % (n, b"a" * 1000) for n in range(66)),
    ],
)
async def test_a_head_without_measure_is_refused_at_once_and_holds_nobody_up(
    api: FrontDoor, wire: Wire, head: bytes
) -> None:
    begun = time.monotonic()

    await wire.send(GET + head + b"\r\n")
    refused = await wire.answer()

    assert (refused.status, refused.code, refused.headers["connection"]) == (431, "HEAD_TOO_LARGE", "close")
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.headers["x-request-id"] == refused.json["request_id"]
    assert refused.headers["x-content-type-options"] == "nosniff"
    assert (await api(None, "GET /health")).status == 200
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize("start", [GET + b"A: ", GET + b"A", b"GET /"])
async def test_a_head_that_never_ends_is_not_kept(wire: Wire, start: bytes) -> None:
    await wire.send(start)

    for _ in range(100):
        await wire.send(b"a" * 65_536)

    assert (await wire.answer()).status == 431


async def test_a_head_that_is_just_small_enough_is_read_whole_or_in_pieces(wire: Wire) -> None:
    head = GET + b"".join(b"A%d: %s\r\n" % (n, b"a" * 650) for n in range(99)) + b"\r\n"

    await wire.send(head)
    whole = await wire.answer()
    for place in range(0, len(head), 5000):
        await wire.send(head[place : place + 5000])
        await asyncio.sleep(0)
    in_pieces = await wire.answer()

    assert (whole.status, in_pieces.status) == (200, 200)


@pytest.mark.parametrize("trickle", [b"", b"GET /health HTTP/1.1\r\nA: ", b"\r\n"])
async def test_a_client_that_does_not_come_to_the_end_of_its_head_is_let_go(
    hurried: FrontDoor, trickle: bytes
) -> None:
    begun = time.monotonic()
    async with connected(hurried) as wire:
        await wire.send(trickle)
        closed = asyncio.create_task(wire.is_closed())
        while not closed.done():
            await wire.send(trickle[-1:])
            await asyncio.sleep(0.02)

        assert await closed
    assert 0.2 < time.monotonic() - begun < 3


async def test_what_trails_an_answered_request_keeps_nothing_open(hurried: FrontDoor) -> None:
    async with connected(hurried) as wire:
        await wire.send(b"POST /health HTTP/1.1\r\nHost: amss\r\nContent-Length: 1000000\r\n\r\n")
        refused = await wire.answer()
        closed = asyncio.create_task(wire.is_closed())
        while not closed.done():
            await wire.send(b"x")
            await asyncio.sleep(0.02)

        assert (refused.status, await closed) == (405, True)


@pytest.mark.parametrize("connection", [b"close", b"keep-alive"])
async def test_a_client_that_does_not_read_is_let_go(hurried: FrontDoor, connection: bytes) -> None:
    async with connected(hurried) as wire:
        wire.writer.transport.pause_reading()  # pyright: ignore[reportAttributeAccessIssue] - a read transport too
        request = b"GET /openapi.json HTTP/1.1\r\nHost: amss\r\n"
        await wire.send((request + b"\r\n") * 60 + request + b"Connection: " + connection + b"\r\n\r\n")

        await asyncio.sleep(1)
        wire.writer.transport.resume_reading()  # pyright: ignore[reportAttributeAccessIssue]
        read = 0
        with suppress(ConnectionError):
            while chunk := await wire.reader.read(65_536):
                read += len(chunk)

    whole = int((await hurried(None, "HEAD /openapi.json")).headers["content-length"])
    assert read < 60 * whole


async def test_requests_ahead_of_their_answers_are_answered_in_order_up_to_a_hundred(wire: Wire) -> None:
    await wire.send(b"".join(GET + b"X-Request-ID: number-%03d\r\n\r\n" % n for n in range(300)))

    answered = [await wire.answer() for _ in range(102)]

    assert [each.headers["x-request-id"] for each in answered] == [f"number-{n:03}" for n in range(102)]
    assert answered[-1].headers["connection"] == "close"
    assert await wire.is_closed()


async def test_nonsense_behind_a_request_is_not_taken_for_its_answer(wire: Wire) -> None:
    await wire.send(GET + b"\r\nnonsense\r\n\r\n")

    answered = await wire.answer()

    assert (answered.status, answered.headers["connection"]) == (200, "close")
    assert await wire.is_closed()


@pytest.mark.parametrize(
    "request_",
    [
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: +2\r\n\r\nab",
        b"GET / HTTP/1.1\r\nHost: a\r\nA: b\r\n c\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nA : b\r\n\r\n",
        b"GET / HTTP/1.1\nHost: a\n\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        b"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
async def test_what_two_servers_could_read_in_two_ways_is_no_request(wire: Wire, request_: bytes) -> None:
    await wire.send(request_ + b"GET /health HTTP/1.1\r\nHost: smuggled\r\n\r\n")

    refused = await wire.answer()

    assert (refused.status, refused.code) == (400, "MALFORMED")
    assert await wire.is_closed()


@pytest.mark.parametrize("protocol_name", [b"websocket", b"h2c"])
@pytest.mark.parametrize("pieces", [1, 7])
async def test_a_wish_for_another_protocol_is_ignored_and_the_body_read(
    wire: Wire, tenant: Tenant, installation: Installation, protocol_name: bytes, pieces: int
) -> None:
    body = b'{"tail_number": "G-ABCD", "model": "A320"}'
    request = (
        b"POST /api/v1/aircraft HTTP/1.1\r\nHost: amss\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n"
        b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: %s\r\nHTTP2-Settings: AAMAAABk\r\n\r\n%s"
        % (tenant.planner.token.encode(), len(body), protocol_name, body)
    ) + GET + b"\r\n"  # fmt: skip

    size = -(-len(request) // pieces)
    for place in range(0, len(request), size):
        await wire.send(request[place : place + size])
        await asyncio.sleep(0.01)
    created, health = await wire.answer(), await wire.answer()

    assert (created.status, health.json) == (201, {"status": "ok"})
    assert await count_aircraft(installation, tenant.org_id) == 1


async def test_a_field_behind_a_chunked_body_is_none_of_the_head(wire: Wire, tenant: Tenant) -> None:
    head = b"POST /api/v1/aircraft HTTP/1.1\r\nHost: amss\r\nTransfer-Encoding: chunked\r\n\r\n"
    trailer = b"Authorization: Bearer " + tenant.planner.token.encode()

    await wire.send(head + b"2\r\n{}\r\n0\r\n" + trailer + b"\r\n\r\n")

    assert (await wire.answer()).status == 401
