"""Task creation, start and completion through AMSS against the same statements run bare: `make bench` runs it.

Both write the same rows, in turn, over as many connections: AMSS asked over HTTP, and `bare_steps.py` sent by
asyncpg from this process. AMSS costs what server, Postgres and Redis use, the peer what this process and Postgres
use. What is completed was signed before.
"""

import asyncio
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import uvloop
from bare_steps import COMPLETE, CREATE, START, Said, said_last
from installation import Installation, add_organization, add_person, an_installation
from load import must_be_answered, request, send
from processes import Server, a_server, cpu_seconds, leave_the_servers_core

from amss.foundation.access import Role
from amss.foundation.ids import new_id

ROUNDS = 5
FLEET = 1000  # of each aircraft one task a round
CONNECTIONS = 8
STEPS = {"creation": CREATE, "start": START, "completion": COMPLETE}


async def main() -> None:
    """Measure and report."""
    async with an_installation() as installation:
        owner = await installation.owner()
        hangar = await a_hangar(installation, owner)
        leave_the_servers_core()
        with a_server(["-m", "amss.cli", "server"], installation.environment, 38110) as server:
            bench = Bench(hangar, server, installation, [await installation.owner() for _ in range(CONNECTIONS)])
            print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {CONNECTIONS} connections")
            await bench.settle(owner)
            for _ in range(ROUNDS):
                await bench.measure()
            for step in STEPS:
                bench.report(step)
            await bench.close()
        await owner.close()


@dataclass
class Round:
    """Steps a second, and µs of CPU per step: of the server, or of this process where it is the peer."""

    rate: float
    process: float
    postgres: float
    redis: float

    @property
    def cpu(self) -> float:
        """All of it."""
        return self.process + self.postgres + self.redis


class Hangar:
    """An organization with a planner, aircraft, and work on each that is signed and not yet begun."""

    def __init__(self, org_id: UUID, planner_id: UUID, token: str, ready: list[list[tuple[UUID, UUID]]]) -> None:
        """Remember who works; `ready` is a fleet's worth of (task id, aircraft id) at a time."""
        self.whose = (org_id, planner_id)
        self._headers = {"authorization": f"Bearer {token}"}
        self._ready = iter(ready)
        self._begins = datetime.now(UTC) + timedelta(1)
        self.aircraft = [aircraft_id for _, aircraft_id in ready[0]]

    def next_ready(self) -> list[tuple[UUID, UUID]]:
        """Return work on each aircraft, another every time."""
        return next(self._ready)

    def next_window(self) -> tuple[datetime, datetime]:
        """Return an hour in which no aircraft has work."""
        self._begins += timedelta(hours=2)
        return self._begins, self._begins + timedelta(hours=1)

    def request(self, method: str, path: str, body: dict[str, str]) -> bytes:
        """Return a request under a key of its own."""
        headers = self._headers | {"idempotency-key": str(new_id())}
        return request(method, f"/api/v1/maintenance-tasks{path}", headers, json.dumps(body).encode())

    def creations(self) -> list[bytes]:
        """Return requests that plan an hour of work on each aircraft."""
        start, end = self.next_window()
        window = {"start_time": start.isoformat(), "end_time": end.isoformat()}
        body = {"type": "inspection", "title": "Measured work", **window}
        return [self.request("POST", "", {"aircraft_id": str(each), **body}) for each in self.aircraft]

    def steps(self, work: Sequence[tuple[UUID, UUID]], body: dict[str, str]) -> list[bytes]:
        """Return requests that bring work into a state."""
        return [self.request("PATCH", f"/{task_id}/state", body) for task_id, _ in work]


class Bench:
    """Both sides, and what they took."""

    def __init__(
        self, hangar: Hangar, server: Server, installation: Installation, connections: list[asyncpg.Connection]
    ) -> None:
        """Remember what is measured."""
        self._hangar = hangar
        self._server = server
        self._stores = installation.processes
        self._connections = connections
        self._said: dict[str, Said] = {}
        self._work = hangar.next_ready()
        self._rounds: dict[tuple[str, str], list[Round]] = {
            (step, side): [] for step in STEPS for side in ("amss", "bare")
        }

    async def settle(self, owner: asyncpg.Connection) -> None:
        """Let both do everything once; keep what AMSS said, and let Postgres know what there is now."""
        for step in STEPS:
            await self._ask(step)
            self._said[step] = await said_last(owner, self._hangar.whose[0])
        self._work = self._hangar.next_ready()
        for step in STEPS:
            await self._run_bare(step)
        await owner.execute("VACUUM ANALYZE")

    async def measure(self) -> None:
        """Let both plan, begin and end work on the whole fleet, AMSS first."""
        for side, do in (("amss", self._ask), ("bare", self._run_bare)):
            self._work = self._hangar.next_ready()
            for step in STEPS:
                before = self._cpu(side)
                seconds = await do(step)
                spent = ((now - then) / FLEET * 1e6 for now, then in zip(self._cpu(side), before, strict=True))
                self._rounds[step, side].append(Round(FLEET / seconds, *spent))

    async def _ask(self, step: str) -> float:
        requests = {
            "creation": self._hangar.creations,
            "start": lambda: self._hangar.steps(self._work, {"state": "in_progress"}),
            "completion": lambda: self._hangar.steps(self._work, {"state": "completed", "notes": "As found."}),
        }[step]()
        figures = await send(self._server.address, requests, connections=CONNECTIONS)
        must_be_answered(figures)
        return figures.seconds

    async def _run_bare(self, step: str) -> float:
        waiting = iter(list(self._values(step)))

        async def work_off(connection: asyncpg.Connection) -> None:
            for values in waiting:
                if await connection.fetchval(STEPS[step], *values) is None:
                    sys.exit(f"Nothing was written by a bare {step}")

        begun = time.perf_counter()
        await asyncio.gather(*(work_off(connection) for connection in self._connections))
        return time.perf_counter() - begun

    def _values(self, step: str) -> Iterator[tuple[object, ...]]:
        """Yield the values of each bare statement: of a new task and its check, or of work and its aircraft."""
        said, whose = self._said[step], self._hangar.whose
        if step == "creation":
            window = self._hangar.next_window()
            for aircraft_id in self._hangar.aircraft:
                yield (*said.values(whose, aircraft_id, new_id(), new_id()), *window)
        else:
            for task_id, aircraft_id in self._work:
                yield said.values(whose, aircraft_id, task_id, aircraft_id)

    def _cpu(self, side: str) -> list[float]:
        """Return what a side has used so far, in seconds."""
        process = cpu_seconds(self._server.pid) if side == "amss" else time.process_time()
        return [process, *(cpu_seconds(self._stores[name]) for name in ("postgres", "valkey-server"))]

    def report(self, step: str) -> None:
        """Print a step's medians and ratios."""
        amss, bare = self._rounds[step, "amss"], self._rounds[step, "bare"]
        for side, rounds in (("amss", amss), ("bare", bare)):
            median = {part: statistics.median(getattr(one, part) for one in rounds) for part in Round.__annotations__}
            print(
                f"{step:<10} {side:<4} {median['rate']:6.0f}/s   µs CPU: process {median['process']:5.0f}  "
                f"Postgres {median['postgres']:5.0f}  Redis {median['redis']:4.0f}"
            )
        rate = statistics.median(one.rate / other.rate for one, other in zip(amss, bare, strict=True))
        cpu = statistics.median(one.cpu / other.cpu for one, other in zip(amss, bare, strict=True))
        print(f"{step:<10} rate ratio {rate:.2f}, CPU ratio {cpu:.2f}")

    async def close(self) -> None:
        """Close the peer's connections."""
        for connection in self._connections:
            await connection.close()


async def a_hangar(installation: Installation, owner: asyncpg.Connection) -> Hangar:
    """Make an organization with so much work that each side has a fleet's worth for each round, and one more."""
    org_id = await add_organization(owner, "bench")
    planner_id = await add_person(owner, org_id, Role.SCHEDULER)
    for statement in (_CREW, _FLEET, _FLOWN):
        await owner.execute(statement, org_id, FLEET)
    rows = await owner.fetch(_READY, org_id, 2 * (ROUNDS + 1))
    await owner.execute(_SIGNED, org_id)
    await owner.execute("VACUUM ANALYZE")
    work = [(row["id"], row["aircraft_id"]) for row in rows]
    ready = [work[start : start + FLEET] for start in range(0, len(work), FLEET)]
    return Hangar(org_id, planner_id, installation.token(org_id, planner_id, Role.SCHEDULER), ready)


_CREW = """
    INSERT INTO users (org_id, id, email, name, role, password_hash, licence_number)
    SELECT $1, uuidv7(), 'mechanic-' || n || '@bench.test', 'Mechanic ' || n, 'mechanic', '', 'UK.66.' || n
    FROM generate_series(1, $2::int) n
"""
_FLEET = """
    INSERT INTO aircraft (org_id, id, tail_number, model)
    SELECT $1, uuidv7(), 'B-' || lpad(n::text, 5, '0'), 'A320-214' FROM generate_series(1, $2::int) n
"""
_FLOWN = """
    INSERT INTO utilization_entries (org_id, id, aircraft_id, flown_on, minutes, cycles, source)
    SELECT $1, uuidv7(), id, current_date - n, 300, 4, 'import'
    FROM (SELECT id FROM aircraft WHERE org_id = $1 LIMIT $2) fleet, generate_series(1, 90) n
"""
# An hour of work on each aircraft by a mechanic of its own, and before that hour another one, and so on.
_READY = """
    WITH fleet AS (
        SELECT id, row_number() OVER (ORDER BY id) AS place FROM aircraft WHERE org_id = $1
    ), crew AS (
        SELECT id, row_number() OVER (ORDER BY id) AS place FROM users WHERE org_id = $1 AND role = 'mechanic'
    )
    INSERT INTO maintenance_tasks (org_id, id, aircraft_id, assigned_mechanic_id, type, title, start_time, end_time,
                                   slot)
    SELECT $1, uuidv7(), fleet.id, crew.id, 'inspection', 'Measured work', now() - n * interval '1 hour',
           now() - (n - 1) * interval '1 hour', 1
    FROM generate_series(1, $2::int) n, fleet JOIN crew ON crew.place = fleet.place
    ORDER BY n
    RETURNING id, aircraft_id
"""
_SIGNED = """
    INSERT INTO compliance_items (org_id, id, task_id, aircraft_id, position, description, from_program, result,
                                  sign_off_user_id, sign_off_time, signer_name, signer_role, signer_licence_number,
                                  reading_minutes, reading_cycles, snapshot_hash)
    SELECT $1, uuidv7(), id, aircraft_id, n, 'Check ' || n, true, 'pass', assigned_mechanic_id, now(), 'Mechanic',
           'mechanic', 'UK.66', 0, 0, sha256(''::bytea)
    FROM maintenance_tasks, generate_series(1, 3) n WHERE org_id = $1
"""


if __name__ == "__main__":
    uvloop.run(main())
