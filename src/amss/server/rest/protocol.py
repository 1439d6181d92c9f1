"""HTTP/1.1 on one connection: uvicorn's protocol, with bounds on what a client may do before and after a request.

A head is bounded in bytes, in fields and in time, an answer must be read in time, and requests sent ahead of
their answers are counted. What is no request is refused with a problem, never in place of an earlier answer.
"""

import asyncio
from typing import Any

import httptools
import structlog
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from amss.foundation.errors import HeadTooLarge, Malformed, Refusal
from amss.foundation.ids import new_id
from amss.server.rest.exchange import head_of
from amss.server.rest.problems import problem_of

MAX_HEAD_BYTES = 64 * 1024
MAX_HEAD_FIELDS = 100
MAX_AHEAD = 100
# From the connection, or from a head's first byte, to its last.
HEAD_SECONDS = 30
# For what of an answer does not fit into the buffers on the way.
READ_SECONDS = 120
# For a refused client to read why and hang up.
FAREWELL_SECONDS = 2

log = structlog.get_logger(__name__)


class BoundedHttp(HttpToolsProtocol):
    """One connection. The base's keep-alive timer serves for every wait between two requests."""

    _in_head = False
    _head_bytes = 0
    _refused = False
    # The fields of the head that was incomplete after the last read, and how much has been read of it since.
    _incomplete: Any = None
    _read_since = 0
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Expect a head."""
        super().connection_made(transport)
        self._let_go_after(HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """Leave no timer behind."""
        super().connection_lost(exc)
        self._unset_keepalive_if_required()
        self._forget_unread()

    def data_received(self, data: bytes) -> None:
        """Feed the parser; unlike the base's, a trickle of bytes does not put off any deadline."""
        if self._refused:
            return
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._go_on_without_upgrade(data[upgrade.args[0] :])
        except httptools.HttpParserError as fault:
            cause = fault.__context__
            self._refuse(cause if isinstance(cause, Refusal) else Malformed(f"This is no HTTP request: {fault}."))
        if self._in_head:
            self._wait_for_head(len(data))

    def on_message_begin(self) -> None:
        """Begin to count."""
        super().on_message_begin()
        self._in_head = True
        self._head_bytes = 0

    def on_url(self, url: bytes) -> None:
        """Take a piece of the request's target."""
        super().on_url(url)
        self._count(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a field of the head; what trails a chunked body is counted and dropped."""
        self._count(len(name) + len(value))
        if len(self.headers) >= MAX_HEAD_FIELDS:
            raise HeadTooLarge(f"The head has more than {MAX_HEAD_FIELDS} fields.")
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Begin the request."""
        self._in_head = False
        self._unset_keepalive_if_required()
        super().on_headers_complete()
        if self.scope["method"] == "CONNECT":
            raise Malformed("AMSS is no proxy.")
        if len(self.pipeline) > MAX_AHEAD:
            raise Malformed(f"More than {MAX_AHEAD} requests were sent ahead of their answers.")

    def on_response_complete(self) -> None:
        """Go on with the next request; a connection that is closing must be read to its end."""
        super().on_response_complete()
        if self.transport.is_closing():
            self._let_go_after(HEAD_SECONDS)

    def timeout_keep_alive_handler(self) -> None:
        """Let go of a client that has no request running; what it has not read is dropped."""
        if not self._is_answering() and not self.flow.write_paused:
            self.transport.abort()

    def pause_writing(self) -> None:
        """Wait for a client that does not read, but not for ever."""
        super().pause_writing()
        self._unread = self.loop.call_later(READ_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on: it has read."""
        super().resume_writing()
        self._forget_unread()
        if not self._is_answering():
            self._let_go_after(HEAD_SECONDS)

    def _is_answering(self) -> bool:
        cycle: Any = self.cycle  # None before the first request
        return cycle is not None and not cycle.response_complete

    def _let_go_after(self, seconds: float) -> None:
        self._unset_keepalive_if_required()
        self.timeout_keep_alive_task = self.loop.call_later(seconds, self.timeout_keep_alive_handler)

    def _forget_unread(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _count(self, size: int) -> None:
        self._head_bytes += size
        if self._head_bytes > MAX_HEAD_BYTES:
            raise HeadTooLarge(f"The head is larger than {MAX_HEAD_BYTES} bytes.")

    def _wait_for_head(self, size: int) -> None:
        """Bound a head that comes in pieces: the parser keeps an endless field to itself."""
        if self._incomplete is not self.headers:
            self._incomplete, self._read_since = self.headers, 0
            self._let_go_after(HEAD_SECONDS)
            return
        self._read_since += size
        if self._read_since > MAX_HEAD_BYTES:
            self._refuse(HeadTooLarge(f"The head is larger than {MAX_HEAD_BYTES} bytes."))

    def _should_upgrade(self) -> bool:
        """Tell the base to leave a request alone that asks for another protocol."""
        return True

    def _go_on_without_upgrade(self, rest: bytes) -> None:
        """Read the request again without its wish, which a server may ignore: the parser would drop its body."""
        head = b"%s %s HTTP/%s\r\n" % (self.parser.get_method(), self.url, self.parser.get_http_version().encode())
        fields = (b"%s: %s\r\n" % field for field in self.headers if field[0] != b"upgrade")
        self.parser = httptools.HttpRequestParser(self)
        self.data_received(b"".join([head, *fields, b"\r\n", rest]))

    def _refuse(self, refusal: Refusal) -> None:
        """Answer what is no request and close; requests before it are answered first."""
        self._refused = True
        self._in_head = False
        request_id = str(new_id())
        log.warning("Refused what is no request", request_id=request_id, code=refusal.code, detail=refusal.detail)
        if self._is_answering():
            if self.pipeline or not self.cycle.more_body or self.cycle.response_started:
                self.cycle.keep_alive = False
                return
            # The body broke off: this is the answer to its request.
            self.cycle.disconnected = self.cycle.response_complete = True
            self.cycle.message_event.set()
        answer = problem_of(refusal, request_id)
        fields = [*self.server_state.default_headers, *head_of(answer, request_id), (b"connection", b"close")]
        head = b"".join(b"%s: %s\r\n" % field for field in fields)
        self.transport.write(b"".join([STATUS_LINE[answer.status], head, b"\r\n", answer.body]))
        # Closed at once, with more of the client's on its way, the answer would never be read.
        self.transport.write_eof()
        self._let_go_after(FAREWELL_SECONDS)
