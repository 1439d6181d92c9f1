"""The whole product as a newcomer runs it: `amss up` in a directory of its own, seen only from outside."""

import asyncio
import json
import os
import random
import re
import signal
import socket
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp

READY_SECONDS = 60
# Below the ports that systems give to whoever connects somewhere: such a one could be taken before it is used.
_LISTENING_PORTS = range(20_000, 32_000)


def free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on."""
    free: list[int] = []
    while len(free) < count:
        port = random.choice(_LISTENING_PORTS)  # noqa: S311 - no secret
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            free += [] if port in free else [port]
    return free


class RunningAmss:
    """An `amss up` and what it says."""

    def __init__(self, directory: Path, environment: dict[str, str]) -> None:
        self.directory = directory
        self.environment = environment
        self.output = ""
        self.process: asyncio.subprocess.Process
        self._reading: asyncio.Task[None]

    @property
    def url(self) -> str:
        return f"http://{self.environment['HTTP_ADDR']}"

    async def start(self) -> None:
        """Start it, without waiting."""
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "amss.cli", "up",
            cwd=self.directory,
            env={**os.environ, **self.environment},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.output += line.decode()

    async def until_ready(self) -> None:
        """Wait until it says that it runs."""
        await self.until(lambda: "AMSS is running." in self.output, READY_SECONDS)

    async def until(self, happened: Any, seconds: float) -> None:
        """Wait for something to become true; a process that ends instead fails at once, with its output."""
        deadline = asyncio.get_running_loop().time() + seconds
        while not happened():
            assert self.process.returncode is None, self.output
            assert asyncio.get_running_loop().time() < deadline, self.output
            await asyncio.sleep(0.02)

    def pid_of(self, child: str) -> int:
        """Return the process id the supervisor last named for a child."""
        pids = [
            line["pid"]
            for line in self.log_lines()
            if line.get("child") == child and line["event"] == "Child is ready"
        ]
        return pids[-1]

    def log_lines(self) -> list[dict[str, Any]]:
        """Return the log lines so far."""
        return [json.loads(line) for line in self.output.splitlines() if re.match(r"\{.*\}$", line)]

    async def kill(self, child: str) -> None:
        """Kill a child as power failures do, and wait until it is back."""
        pid = self.pid_of(child)
        os.kill(pid, signal.SIGKILL)
        await self.until(lambda: self.pid_of(child) != pid, READY_SECONDS)

    async def stop(self) -> int:
        """Press Ctrl-C and wait for the end."""
        self.process.send_signal(signal.SIGINT)
        return await self.ended()

    async def ended(self) -> int:
        """Wait for the end and return the exit code."""
        code = await asyncio.wait_for(self.process.wait(), READY_SECONDS)
        await self._reading
        return code

    @asynccontextmanager
    async def signed_in(self, who: str) -> AsyncGenerator["SignedIn"]:
        """Sign in as one of the demo's people, by the first part of the e-mail."""
        who_and_what = {"email": f"{who}@demo.example", "password": "maintain-the-fleet"}
        async with aiohttp.ClientSession() as session:
            async with session.post(f"{self.url}/api/v1/auth/login", json=who_and_what) as answer:
                token = (await answer.json())["access_token"]
            yield SignedIn(self.url, session, token)


class SignedIn:
    """A patient client: what fails because a process just died is asked again, with the same key."""

    def __init__(self, url: str, session: aiohttp.ClientSession, token: str) -> None:
        self._url = url
        self._session = session
        self.token = token

    async def __call__(self, route: str, body: Any = None, *, key: str | None = None, form: Any = None) -> Any:
        """Return the answer's JSON; refusals other than 503 fail the test."""
        method, path = route.split(" ", 1)
        headers = {"authorization": f"Bearer {self.token}"} | ({"idempotency-key": key} if key else {})
        deadline = asyncio.get_running_loop().time() + READY_SECONDS
        while True:
            data = form() if form else None
            try:
                async with self._session.request(
                    method, f"{self._url}/api/v1{path}", json=body, data=data, headers=headers
                ) as answer:
                    if answer.status < 400:
                        return await answer.json() if answer.content_type == "application/json" else None
                    text = await answer.text()
                    assert answer.status == 503, f"{route}: {answer.status} {text}"
            except aiohttp.ClientError:
                pass  # the server is being started again
            assert asyncio.get_running_loop().time() < deadline, f"{route} was not answered"
            await asyncio.sleep(0.1)

    async def all(self, path: str) -> list[Any]:
        """Return every item of a list, page by page."""
        items: list[Any] = []
        cursor = ""
        while True:
            page = await self(f"GET {path}{'&' if '?' in path else '?'}limit=200{cursor}")
            items += page["items"]
            if page["next_cursor"] is None:
                return items
            cursor = f"&cursor={page['next_cursor']}"


@asynccontextmanager
async def running_amss(directory: Path, **environment: str) -> AsyncGenerator[RunningAmss]:
    """Run AMSS with stores of its own in a directory, on free ports; everything ends with the block."""
    http, grpc, metrics, worker_metrics = free_ports(4)
    addresses = {
        "HTTP_ADDR": f"127.0.0.1:{http}",
        "GRPC_ADDR": f"127.0.0.1:{grpc}",
        "METRICS_ADDR": f"127.0.0.1:{metrics}",
        "WORKER_METRICS_ADDR": f"127.0.0.1:{worker_metrics}",
    }
    amss = RunningAmss(directory, addresses | environment)
    await amss.start()
    try:
        yield amss
    finally:
        if amss.process.returncode is None:
            await amss.stop()
