"""A client that costs little: keep-alive connections, requests sent as ready bytes, answers read by their length."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


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


async def send(address: str, make: Callable[[int], bytes], *, requests: int, connections: int) -> Figures:
    """Send so many requests over so many connections, each with one request under way."""
    figures = Figures()
    numbers = iter(range(requests))
    host, port = address.split(":")
    started = time.perf_counter()
    await asyncio.gather(*(_send_over(host, int(port), make, numbers, figures) for _ in range(connections)))
    figures.seconds = time.perf_counter() - started
    return figures


async def _send_over(
    host: str, port: int, make: Callable[[int], bytes], numbers: Iterator[int], figures: Figures
) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    for number in numbers:
        begun = time.perf_counter()
        writer.write(make(number))
        head = await reader.readuntil(b"\r\n\r\n")
        status = int(head[9:12])
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        figures.latencies.append(time.perf_counter() - begun)
        figures.statuses[status] = figures.statuses.get(status, 0) + 1
    writer.close()


def request(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """Return a request as bytes."""
    lines = [f"{method} {path} HTTP/1.1", "host: bench"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body:
        lines += ["content-type: application/json", f"content-length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body
