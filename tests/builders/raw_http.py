"""HTTP byte by byte, for what a well-behaved client would never send."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

from builders.front_door import FrontDoor, Reply


async def send_raw(api: FrontDoor, head: str, body: bytes = b"") -> Reply:
    """Send a request as it is written, and read the answer to its end."""
    reader, writer = await _send(api, head, body)
    answer = await reader.read()
    writer.close()
    top, _, rest = answer.partition(b"\r\n\r\n")
    return _reply(top, rest)


@asynccontextmanager
async def connected(api: FrontDoor) -> AsyncGenerator["Wire"]:
    """Open a connection on which a test writes what it likes."""
    address = urlsplit(api.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        yield Wire(reader, writer)
    finally:
        writer.close()


class Wire:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, data: bytes) -> None:
        """Write; a server that hangs up in the middle is no fault of the test."""
        self.writer.write(data)
        with suppress(ConnectionError):
            await self.writer.drain()

    async def answer(self) -> Reply:
        """Read the next answer."""
        top = (await self.reader.readuntil(b"\r\n\r\n")).removesuffix(b"\r\n\r\n")
        reply = _reply(top, b"")
        return _reply(top, await self.reader.readexactly(int(reply.headers.get("content-length", "0"))))

    async def is_closed(self) -> bool:
        """Wait until the server hangs up; tell whether it did so without another word."""
        try:
            return await self.reader.read() == b""
        except ConnectionError:
            return True


def _reply(top: bytes, body: bytes) -> Reply:
    status, *headers = top.decode("latin-1").split("\r\n")
    pairs = (header.split(": ", 1) for header in headers)
    return Reply(int(status.split(" ")[1]), {name.lower(): value for name, value in pairs}, body)


async def send_raw_and_leave(api: FrontDoor, head: str, body: bytes = b"") -> None:
    """Send a request as it is written, and close the connection without waiting for the answer."""
    _, writer = await _send(api, head, body)
    writer.close()
    await writer.wait_closed()


async def _send(api: FrontDoor, head: str, body: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    address = urlsplit(api.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    lines = [*head.strip().splitlines(), "Host: localhost", "Connection: close"]
    writer.write("\r\n".join(line.strip() for line in lines).encode("latin-1") + b"\r\n\r\n" + body)
    await writer.drain()
    return reader, writer
