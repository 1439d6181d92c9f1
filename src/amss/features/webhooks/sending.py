"""Posting to endpoints of others: to allowed addresses only, for a bounded time, reading a bounded answer."""

import errno
import socket
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from amss import __version__
from amss.features.webhooks.addresses import Reach, reach_of
from amss.features.webhooks.model import Attempt
from amss.foundation.clock import Clock
from amss.foundation.settings import Settings
from amss.journal.outbox import CLOUD_EVENTS_JSON

TIMEOUT_SECONDS = 15
MOST_ANSWER_BYTES = 16 * 1024
# Servers commonly close idle connections after 5 s; a POST sent into a closing one would be a failed attempt.
IDLE_SECONDS = 2


class AddressNotAllowed(OSError):
    """The endpoint's address is one that webhooks must not reach."""


class Sender:
    """Posts signed events. Redirects are answers like others, cookies are forgotten, proxies not asked."""

    def __init__(self, session: aiohttp.ClientSession, clock: Clock) -> None:
        """Use an open session whose connector judges addresses: see `open_sender`."""
        self._session = session
        self._clock = clock

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Attempt:
        """Post once and return what came of it; a fault of the endpoint or the way to it is an attempt too."""
        sent = {
            "content-type": CLOUD_EVENTS_JSON,
            "accept-encoding": "identity",
            "user-agent": f"AMSS-Webhooks/{__version__}",
            **headers,
        }
        attempted_at = self._clock()
        started = time.perf_counter()
        answer: _Answer | None = None
        error: str | None = None
        try:
            answer = await self._exchange(url, sent, body)
        except TimeoutError:
            error = f"No answer came within {TIMEOUT_SECONDS} seconds."
        except (aiohttp.ClientError, OSError, ValueError) as fault:
            error = _text(str(fault) or type(fault).__name__)
        code, answer_headers, answer_body = answer or (None, None, None)
        return Attempt(
            attempted_at=attempted_at,
            duration_ms=round((time.perf_counter() - started) * 1000),
            request_headers=sent,
            response_code=code,
            response_headers=answer_headers,
            response_body=answer_body,
            error=error,
        )

    async def _exchange(self, url: str, headers: Mapping[str, str], body: bytes) -> "_Answer":
        async with self._session.post(url, data=body, headers=headers, allow_redirects=False) as response:
            read = bytearray()
            while len(read) < MOST_ANSWER_BYTES and (
                chunk := await response.content.read(MOST_ANSWER_BYTES - len(read))
            ):
                read += chunk
            if not response.content.at_eof():
                response.close()  # the rest is not read
            shown = {name.lower(): _text(value) for name, value in response.headers.items()}
            return response.status, shown, _text(read.decode(errors="replace"))


_Answer = tuple[int, dict[str, str], str]


@asynccontextmanager
async def open_sender(settings: Settings, clock: Clock) -> AsyncGenerator[Sender]:
    """Open a sender for as long as it is used."""
    connector = aiohttp.TCPConnector(
        limit=settings.webhook_concurrency,
        keepalive_timeout=IDLE_SECONDS,
        socket_factory=_Dialling(reach_of(settings)),
    )
    async with aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS),
        auto_decompress=False,
        trust_env=False,
    ) as session:
        yield Sender(session, clock)


class _Dialling:
    """Makes the socket for an address about to be dialled: the last moment to refuse it, and past any look-up."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach

    def __call__(self, address: tuple[Any, ...]) -> socket.socket:
        """Return a socket for an allowed address, or refuse."""
        family, kind, protocol, _, place = address
        if not self._reach.allows(str(place[0])):
            raise AddressNotAllowed(errno.EACCES, "Webhooks are sent to public addresses only.")
        return socket.socket(family, kind, protocol)


def _text(value: str) -> str:
    """Return text that Postgres stores: no NUL, no half characters."""
    return value.encode(errors="replace").decode().replace("\0", "")
