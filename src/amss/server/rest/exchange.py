"""One HTTP request and its answer: headers, where it comes from, a bounded body, and sending."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import cached_property
from typing import Any

from python_multipart.multipart import parse_options_header

from amss.foundation.database import Origin
from amss.foundation.errors import Malformed, TooLarge, UnsupportedMediaType
from amss.foundation.settings import Network
from amss.server import origins
from amss.server.idempotency import Answer

MAX_BODY_BYTES = 1024 * 1024
BODY_SECONDS = 30
# A Content-Length of more digits is no length; nobody announces so much.
_MAX_DIGITS = 18

_SECURITY_HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cache-control": b"no-store",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
    b"cross-origin-resource-policy": b"same-origin",
}


class Exchange:
    """A request as the edge sees it. What later stages learn is noted here for the log line and the headers."""

    def __init__(self, scope: Any, receive: Any, send: Any, trusted_proxies: Sequence[Network]) -> None:
        """Read the head; nothing of the body yet."""
        self._receive = receive
        self._send = send
        self._trusted = trusted_proxies
        self.scope = scope
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.headers: dict[str, str] = {}
        for raw_name, raw_value in scope["headers"]:
            name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
            self.headers[name] = f"{self.headers[name]}, {value}" if name in self.headers else value
        self.started = time.perf_counter()
        self.request_id = origins.request_id(self.headers.get("x-request-id", ""))
        self.route = "unknown"
        self.status = 0
        self.notes: dict[str, Any] = {}
        self.answer_headers: list[tuple[str, str]] = []
        self.begun = False

    @cached_property
    def origin(self) -> Origin:
        """Where the request comes from, as the audit trail keeps it."""
        agent = self.headers.get("user-agent")
        return Origin(
            self.request_id,
            self._client_address(),
            agent[:500] if agent else None,
            origins.traceparent(self.headers.get("traceparent", "")),
        )

    def _client_address(self) -> str | None:
        if (peer := self.scope["client"]) is None:
            return None
        return origins.client_address(peer[0], self.headers, self._trusted)

    def must_send_json(self) -> None:
        """Refuse a body that says it is something else than JSON."""
        kind, options = parse_options_header(self.headers.get("content-type", "application/json"))
        if kind not in (b"application/json", b"application/merge-patch+json"):
            raise UnsupportedMediaType(f"Send application/json, not {kind.decode(errors='replace')}.")
        if options.get(b"charset", b"utf-8").lower() != b"utf-8":
            raise UnsupportedMediaType("Send JSON in UTF-8.")

    async def body(self) -> bytes:
        """Return the whole body: at most 1 MiB of it, and all of it in 30 seconds, however it trickles."""
        try:
            async with asyncio.timeout(BODY_SECONDS):
                return b"".join([chunk async for chunk in self._chunks(MAX_BODY_BYTES, self._receive)])
        except TimeoutError:
            raise Malformed("The body took too long to come.") from None

    def stream(self, limit: int) -> AsyncIterator[bytes]:
        """Yield the body as it comes; refuse with `TooLarge` beyond the limit, with `Malformed` when it stalls."""
        return self._chunks(limit, self._receive_in_time)

    async def _receive_in_time(self) -> Any:
        try:
            async with asyncio.timeout(BODY_SECONDS):
                return await self._receive()
        except TimeoutError:
            raise Malformed("The body stopped coming.") from None

    async def _chunks(self, limit: int, receive: Callable[[], Awaitable[Any]]) -> AsyncIterator[bytes]:
        if self.headers.get("content-encoding", "identity").lower() != "identity":
            raise UnsupportedMediaType("Send the body as it is, without a Content-Encoding.")
        length = self.headers.get("content-length", "0")
        if len(length) > _MAX_DIGITS:
            raise Malformed("Content-Length is no length.")
        if int(length) > limit:
            raise TooLarge(f"The body is larger than {limit} bytes.")
        received = 0
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Malformed("The connection was closed before the body was complete.")
            chunk: bytes = message.get("body", b"")
            received += len(chunk)
            if received > limit:
                raise TooLarge(f"The body is larger than {limit} bytes.")
            more = message.get("more_body", False)
            if chunk:
                yield chunk

    async def hung_up(self) -> None:
        """Return when the asker closes the connection; what he still sends is dropped."""
        while (await self._receive())["type"] != "http.disconnect":
            continue

    async def send(self, answer: Answer) -> None:
        """Send the whole answer; to HEAD, its head."""
        self.status = answer.status
        headers = head_of(answer, self.request_id, self.answer_headers)
        self.begun = True
        await self._send({"type": "http.response.start", "status": answer.status, "headers": headers})
        body = b"" if self.method == "HEAD" else answer.body
        await self._send({"type": "http.response.body", "body": body})

    async def send_parts(self, headers: Sequence[tuple[str, str]], parts: AsyncIterator[bytes]) -> None:
        """Send an answer part by part. A reader who takes nothing for 30 seconds is given up."""
        self.status = 200
        head = head_of(Answer(200, headers=tuple(headers)), self.request_id, self.answer_headers)
        self.begun = True
        await self._send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [field for field in head if field[0] != b"content-length"],
            }
        )
        async for part in parts:
            async with asyncio.timeout(BODY_SECONDS):
                await self._send({"type": "http.response.body", "body": part, "more_body": True})
        await self._send({"type": "http.response.body", "body": b""})


def head_of(answer: Answer, request_id: str, more: Sequence[tuple[str, str]] = ()) -> list[tuple[bytes, bytes]]:
    """Return an answer's header fields; the last of a name counts, so that a route can replace a default."""
    headers = {b"x-request-id": request_id.encode(), **_SECURITY_HEADERS}
    for name, value in (*more, *answer.headers):
        headers[name.encode()] = value.encode("latin-1")
    if answer.status != 204:
        headers[b"content-length"] = str(len(answer.body)).encode()
    return list(headers.items())
