"""An endpoint that checks every signature and remembers what came when, for `events.py`; a process of its own.

`POST /<endpoint>` is a webhook, answered 204, or 401 where its signature is wrong; `/hangs` answers after 15 s and
remembers nothing.
`GET /count` tells how many have come, `GET /came` all of them as [event id, moment], and forgets them.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import os
import sys
import time

import uvloop

HANGS_SECONDS = 15
_END_OF_HEAD = b"\r\n\r\n"

secret = base64.b64decode(os.environ.get("RECEIVER_SECRET", ""))
came: list[tuple[str, float]] = []


class Endpoint(asyncio.Protocol):
    """One connection, with one request under way at a time."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._received = b""

    def connection_made(self, transport: asyncio.Transport) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Begin."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Take note of a request that is complete."""
        self._received += data
        head, found, body = self._received.partition(_END_OF_HEAD)
        if not found:
            return
        first, *lines = head.decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        if len(body) < int(headers.get("content-length", "0")):
            return
        self._received = b""
        method, path, _ = first.split(" ")
        if method == "GET":
            self._answer("200 OK", _asked(path))
        elif not _is_signed(headers, body):
            self._answer("401 Unauthorized")
        elif path == "/hangs":
            asyncio.get_running_loop().call_later(HANGS_SECONDS, self._answer, "204 No Content")
        else:
            came.append((headers["webhook-id"], time.time()))
            self._answer("204 No Content")

    def _answer(self, status: str, body: bytes = b"") -> None:
        if self._transport.is_closing():  # the worker did not wait for it
            return
        self._transport.write(f"HTTP/1.1 {status}\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body)


def _is_signed(headers: dict[str, str], body: bytes) -> bool:
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()
    return any(hmac.compare_digest(expected, given) for given in headers["webhook-signature"].split())


def _asked(path: str) -> bytes:
    if path == "/count":
        return str(len(came)).encode()
    told = json.dumps(came).encode()
    came.clear()
    return told


async def main(port: int) -> None:
    """Listen until the process is ended."""
    server = await asyncio.get_running_loop().create_server(Endpoint, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
