"""The request path against a reference application: `make bench` runs it and prints a table.

Both servers run as one process pinned to one core, the client and the databases on the others; rounds are
interleaved, and the medians of the rounds are compared. CPU is what the kernel counted for the server's process.
"""

import asyncio
import json
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from load import Figures, request, send

from amss.cli.keys import new_secrets_key, new_signing_key
from amss.embedded import temporary_stores
from amss.features.auth.tokens import TokenKeys
from amss.foundation.ids import new_id
from amss.foundation.migrations import migrate

ROUNDS = 5
LISTS = 3000
CREATIONS = 2000
CONNECTIONS = 8
FLEET = 2000
SERVER_CORE = 0
TICKS = os.sysconf("SC_CLK_TCK")


async def main() -> None:
    """Measure and report."""
    async with temporary_stores() as stores:
        await migrate(stores.database_url)
        environment = {
            **os.environ,
            "APP_ENV": "development",
            "DATABASE_URL": stores.database_url,
            "REDIS_URL": stores.redis_url,
            "JWT_PRIVATE_KEY": new_signing_key(),
            "SECRETS_KEY": new_secrets_key(),
            "LOG_LEVEL": "warning",
        }
        tenant = await a_tenant(stores.database_url, environment["JWT_PRIVATE_KEY"])
        reference_app = str(Path(__file__).with_name("reference_app.py"))
        with (
            a_server(["-m", "amss.cli", "server"], environment, 38080) as amss,
            a_server([reference_app], environment, 38081) as peer,
        ):
            await compare(tenant, amss, peer)
            await added_by_the_key(tenant, amss)


async def compare(tenant: "Tenant", amss: "Server", peer: "Server") -> None:
    """Run the rounds and print the comparison."""
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {CONNECTIONS} connections, {ROUNDS} rounds")
    for name, count, make in (("list of 50", LISTS, tenant.list), ("creation", CREATIONS, tenant.create)):
        rounds: dict[str, list[tuple[float, float]]] = {"amss": [], "reference": []}
        for _ in range(ROUNDS):
            for label, server in (("amss", amss), ("reference", peer)):
                rounds[label].append(await measure(server, make, count, keyed=label == "amss"))
        rate = {label: statistics.median(each[0] for each in figures) for label, figures in rounds.items()}
        cpu = {label: statistics.median(each[1] for each in figures) for label, figures in rounds.items()}
        print(
            f"{name:<12} amss {rate['amss']:7.0f}/s {cpu['amss']:5.0f} µs CPU | reference {rate['reference']:7.0f}/s "
            f"{cpu['reference']:5.0f} µs CPU | rate ratio {rate['amss'] / rate['reference']:.2f}, "
            f"CPU ratio {cpu['amss'] / cpu['reference']:.2f}"
        )


async def measure(server: "Server", make: Any, count: int, *, keyed: bool) -> tuple[float, float]:
    """Return requests a second and µs of server CPU per request."""
    await send(server.address, make(keyed), requests=200, connections=CONNECTIONS)
    before = server.cpu_seconds()
    figures = await send(server.address, make(keyed), requests=count, connections=CONNECTIONS)
    must_be_answered(figures)
    return figures.rate, (server.cpu_seconds() - before) / count * 1e6


async def added_by_the_key(tenant: "Tenant", amss: "Server") -> None:
    """Print what an idempotency key adds to a creation, one request at a time."""
    for keyed in (False, True):
        figures = await send(amss.address, tenant.create(keyed), requests=1000, connections=1)
        must_be_answered(figures)
        label = "with a key" if keyed else "without a key"
        print(f"creation {label}: median {figures.percentile(0.5):.2f} ms, p99 {figures.percentile(0.99):.2f} ms")


def must_be_answered(figures: Figures) -> None:
    """Fail when anything but success was answered."""
    if set(figures.statuses) - {200, 201}:
        sys.exit(f"The servers answered {figures.statuses}")


class Tenant:
    """An organization with a fleet, and requests in its name."""

    def __init__(self, token: str, aircraft: list[UUID]) -> None:
        """Remember who asks."""
        self._headers = {"authorization": f"Bearer {token}"}
        self._aircraft = aircraft
        self._created = 0

    def list(self, _keyed: bool) -> Any:  # noqa: FBT001 - the same form as `create`
        """Return the request for a page of fifty."""
        raw = request("GET", "/api/v1/aircraft?limit=50", self._headers)
        return lambda _number: raw

    def create(self, keyed: bool) -> Any:  # noqa: FBT001
        """Return requests that each plan an hour of work where nothing is planned yet."""
        return lambda _number: self._creation(keyed=keyed)

    def _creation(self, *, keyed: bool) -> bytes:
        self._created += 1
        day, place = divmod(self._created, len(self._aircraft))
        start = datetime(2027, 1, 1, tzinfo=UTC) + timedelta(hours=2 * day)
        body = {
            "aircraft_id": str(self._aircraft[place]),
            "type": "inspection",
            "title": "Measured work",
            "start_time": start.isoformat(),
            "end_time": (start + timedelta(hours=1)).isoformat(),
        }
        headers = self._headers | ({"idempotency-key": str(new_id())} if keyed else {})
        return request("POST", "/api/v1/maintenance-tasks", headers, json.dumps(body).encode())


async def a_tenant(url: str, signing_key: str) -> Tenant:
    """Make an organization that may ask as often as it likes, with a planner and a fleet."""
    connection = await asyncpg.connect(url)
    org_id, user_id = new_id(), new_id()
    await connection.execute("INSERT INTO organizations (id, name, slug) VALUES ($1, 'Bench', 'bench')", org_id)
    await connection.execute("INSERT INTO org_policies (org_id, api_rate_limit_per_min) VALUES ($1, 1000000)", org_id)
    await connection.execute(
        """
        INSERT INTO users (org_id, id, email, name, role, password_hash)
        VALUES ($1, $2, 'planner@bench.test', 'Planner', 'scheduler', '')
        """,
        org_id,
        user_id,
    )
    aircraft = [new_id() for _ in range(FLEET)]
    await connection.executemany(
        "INSERT INTO aircraft (org_id, id, tail_number, model) VALUES ($1, $2, $3, 'A320-214')",
        [(org_id, each, f"B-{number:05}") for number, each in enumerate(aircraft)],
    )
    await connection.execute("ANALYZE")
    await connection.close()
    whose = {"sub": str(user_id), "org": str(org_id), "family": str(new_id())}
    claims = {**whose, "role": "scheduler", "name": "Planner"}
    token = TokenKeys(signing_key).sign("api", claims, now=datetime.now(UTC), lifetime=timedelta(hours=1))
    return Tenant(token, aircraft)


class Server:
    """A server process pinned to one core."""

    def __init__(self, process: subprocess.Popen[bytes], address: str) -> None:
        """Remember the process."""
        self._process = process
        self.address = address

    def cpu_seconds(self) -> float:
        """Return what the kernel has counted for it."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS


@contextmanager
def a_server(argv: list[str], environment: dict[str, str], port: int) -> Iterator[Server]:
    """Run a server pinned to one core until the end of the block."""
    address = f"127.0.0.1:{port}"
    addresses = {
        "HTTP_ADDR": address,
        "GRPC_ADDR": f"127.0.0.1:{port + 100}",
        "METRICS_ADDR": f"127.0.0.1:{port + 200}",
    }
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen([sys.executable, *argv], env=environment | addresses, stdout=log, stderr=log)
        os.sched_setaffinity(process.pid, {SERVER_CORE})
        try:
            wait_until_it_listens(process, port)
            yield Server(process, address)
        finally:
            process.terminate()
            process.wait()
            log.seek(0)
            sys.stderr.write(log.read()[-3000:].decode())


def wait_until_it_listens(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait until the port answers; give up when the process ends."""
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if process.poll() is not None:
                sys.exit(f"A server ended with {process.returncode} before it listened")
            time.sleep(0.05)
        else:
            return


asyncio.run(main())
