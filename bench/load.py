"""A client that costs little: ready bytes over keep-alive connections, answers read by their length."""

import asyncio
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

_END_OF_HEAD = b"\r\n\r\n"


@dataclass
class Figures:
    """What a run of requests took."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list[float])
    statuses: dict[int, int] = field(default_factory=dict[int, int])

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """Return a latency in milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


async def send(address: str, requests: Sequence[bytes], *, connections: int) -> Figures:
    """Send the requests over so many connections, each with one request under way."""
    figures = Figures()
    remaining = iter(requests)
    loop = asyncio.get_running_loop()
    host, port = address.split(":")
    lines = [_Line(remaining, figures, loop.create_future()) for _ in range(connections)]
    started = time.perf_counter()
    for line in lines:
        await loop.create_connection(lambda line=line: line, host, int(port))
    await asyncio.gather(*(line.ended for line in lines))
    figures.seconds = time.perf_counter() - started
    return figures


def must_be_answered(figures: Figures) -> None:
    """Fail when anything but success was answered."""
    if set(figures.statuses) - {200, 201}:
        sys.exit(f"The server answered {figures.statuses}")


class _Line(asyncio.Protocol):
    """One connection, with one request under way at a time."""

    def __init__(self, remaining: Iterator[bytes], figures: Figures, ended: asyncio.Future[None]) -> None:
        self.ended = ended
        self._remaining = remaining
        self._figures = figures
        self._received = b""
        self._whole = 0  # bytes of the answer that is coming, 0 while its head is not all there
        self._begun = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Begin."""
        self._transport = transport
        self._send_next()

    def data_received(self, data: bytes) -> None:
        """Take note of an answer that is complete."""
        self._received += data
        if not self._whole:
            head, found, _ = self._received.partition(_END_OF_HEAD)
            if not found:
                return
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            self._whole = len(head) + len(_END_OF_HEAD) + length
        if len(self._received) < self._whole:
            return
        status = int(self._received[9:12])
        self._figures.latencies.append(time.perf_counter() - self._begun)
        self._figures.statuses[status] = self._figures.statuses.get(status, 0) + 1
        self._send_next()

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail the run when the server hung up before all was answered."""
        if not self.ended.done():
            self.ended.set_exception(exc or ConnectionError("The server hung up."))

    def _send_next(self) -> None:
        self._received, self._whole = b"", 0
        request = next(self._remaining, None)
        if request is None:
            self.ended.set_result(None)
            self._transport.close()
            return
        self._begun = time.perf_counter()
        self._transport.write(request)


def request(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """Return a request as bytes."""
    lines = [f"{method} {path} HTTP/1.1", "host: bench"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body:
        lines += ["content-type: application/json", f"content-length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body
