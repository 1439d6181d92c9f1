"""One gRPC call as the edge sees it: metadata, where it comes from, what becomes of it."""

import asyncio
import time
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, NoReturn
from urllib.parse import unquote

import structlog
from google.rpc.status_pb2 import Status
from grpc.aio import ServicerContext
from grpc_status import rpc_status

from amss.foundation.database import Origin
from amss.foundation.errors import Unavailable
from amss.foundation.metrics import RPC_SECONDS
from amss.foundation.settings import Settings
from amss.server.origins import client_address, request_id, traceparent

Context = ServicerContext[bytes, bytes]

# For a reader to take a part of a long answer.
PART_SECONDS = 30

log = structlog.get_logger(__name__)


class Call:
    """A call of one method. What later stages learn is noted here for the log line."""

    def __init__(self, method: str, context: Context, settings: Settings) -> None:
        """Read the metadata; binary values are none of ours."""
        self._context = context
        self._trusted = settings.trusted_proxies
        self.method = method
        self.metadata: dict[str, str] = {}
        for name, value in context.invocation_metadata() or ():
            if isinstance(value, str):
                self.metadata[name] = f"{self.metadata[name]}, {value}" if name in self.metadata else value
        self.started = time.perf_counter()
        self.request_id = request_id(self.metadata.get("x-request-id", ""))
        self.code = "OK"
        self.notes: dict[str, Any] = {}

    @cached_property
    def origin(self) -> Origin:
        """Where the call comes from, as the audit trail keeps it."""
        agent = self.metadata.get("user-agent")
        return Origin(
            self.request_id,
            self._client_address(),
            agent[:500] if agent else None,
            traceparent(self.metadata.get("traceparent", "")),
        )

    def _client_address(self) -> str | None:
        """Read gRPC's name of the peer: `ipv4:192.0.2.1:50051`, `ipv6:%5B2001:db8::1%5D:50051`, `unix:…`."""
        family, _, rest = unquote(self._context.peer()).partition(":")
        if family not in ("ipv4", "ipv6"):
            return None
        peer = rest.rpartition(":")[0].strip("[]")
        return client_address(peer, self.metadata, self._trusted)

    def say(self, headers: Sequence[tuple[str, str | bytes]]) -> None:
        """Set what follows the answer: the request id, and what goes with the answer itself."""
        self._context.set_trailing_metadata((("x-request-id", self.request_id), *headers))

    async def send(self, part: Iterable[bytes]) -> None:
        """Send a part of an answer, which is a message or several, when the parts before it are on their way.

        A reader who has not taken it in 30 seconds is given up: the rest is refused with `Unavailable`. What the
        answer held is free then, though he learns of it only when he reads on.
        """
        try:
            async with asyncio.timeout(PART_SECONDS):
                for message in part:
                    await self._context.write(message)
        except TimeoutError:
            raise Unavailable("The parts before this one were not read in time.") from None

    async def abort(self, status: Status) -> NoReturn:
        """End the call with a status that is not OK."""
        rich = rpc_status.to_status(status)
        self.code = rich.code.name
        self.say(rich.trailing_metadata)
        await self._context.abort(rich.code, rich.details)

    def account(self) -> None:
        """Write the call's log line and count it."""
        seconds = time.perf_counter() - self.started
        RPC_SECONDS.labels(self.method, self.code).observe(seconds)
        log.info(
            "Answered",
            request_id=self.request_id,
            trace_id=self.origin.traceparent[3:35] if self.origin.traceparent else None,
            rpc=self.method,
            status=self.code,
            duration_ms=round(seconds * 1000, 2),
            **self.notes,
        )
