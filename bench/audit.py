"""The audit trail sealed, exported and verified, against Postgres's own COPY of the same rows.

`make bench` runs it and prints a table. Two organizations have trails of different length, so that what grows with
a trail shows. An export is taken over HTTP from a server on a core of its own and written to a file, which is then
verified without the database. How much memory the server took meanwhile is the kernel's own count of the peak.
"""

import http.client
import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import msgspec
import uvloop
from processes import Server, a_server, children_of, cpu_seconds, leave_the_servers_core, peak_memory
from redis.asyncio import Redis

from amss.cli.keys import new_secrets_key, new_signing_key
from amss.embedded import temporary_stores
from amss.features.audit import jobs
from amss.features.audit.keys import SealKey, SealKeyRing
from amss.features.auth.tokens import TokenKeys
from amss.foundation.database import Database
from amss.foundation.ids import new_id
from amss.foundation.migrations import migrate
from amss.foundation.settings import load_settings
from amss.foundation.working import WorkerContext

ROWS = {"short": 100_000, "long": 1_000_000}
LEAST = 30_000  # rows a second, of an export and of a verification
MORE_MEMORY = 8.0  # MiB that the long export may take beyond the short one

# A change in four is a creation. The ids are in the order of time, as AMSS makes them.
_TRAIL = """
    INSERT INTO audit_logs (org_id, id, entity_type, entity_id, entity_version, action, actor_kind, actor_org_id,
                            user_id, actor_name, request_id, ip_address, user_agent, details, timestamp)
    SELECT $1, uuidv7(age), 'maintenance-task', gen_random_uuid(), 1 + n % 9,
           (CASE WHEN n % 4 = 0 THEN 'create' ELSE 'state_change' END)::audit_action, 'user', $1, $2, 'Jane Doe',
           gen_random_uuid()::text, '192.0.2.17',
           'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
           CASE WHEN n % 4 = 0 THEN jsonb_build_object('before', NULL, 'after', jsonb_build_object(
               'id', gen_random_uuid(), 'aircraft_id', gen_random_uuid(), 'program_id', gen_random_uuid(),
               'assigned_mechanic_id', gen_random_uuid(), 'title', 'Lubricate the flap tracks, part ' || n,
               'state', 'scheduled', 'type', 'inspection', 'priority', 'normal', 'start_time', now(),
               'end_time', now(), 'estimated_minutes', 240, 'description', NULL, 'version', 1))
           ELSE jsonb_build_object(
               'before', jsonb_build_object('state', 'scheduled', 'started_at', NULL, 'version', 3),
               'after', jsonb_build_object('state', 'in_progress', 'started_at', now(), 'version', 4)) END,
           now() + age
    FROM generate_series(1, $3::int) n, LATERAL make_interval(secs => (n - $3::int) * 0.01) age
"""
_COPIED = """
    SELECT id, org_id, entity_type, entity_id, entity_version, action, actor_kind, actor_org_id, user_id, api_key_id,
           actor_name, request_id, ip_address, user_agent, reason, details, timestamp
    FROM audit_logs WHERE org_id = $1 ORDER BY timestamp, id
"""


@dataclass
class Trail:
    """An organization's trail: how long it is, and the token of who may read it."""

    org_id: UUID
    slug: str
    rows: int
    token: str


async def main() -> None:
    """Measure, report, and fail below what is promised."""
    async with temporary_stores() as stores:
        await migrate(stores.database_url)
        environment = {
            **os.environ,
            "APP_ENV": "development",
            "DATABASE_URL": stores.database_url,
            "REDIS_URL": stores.redis_url,
            "JWT_PRIVATE_KEY": new_signing_key(),
            "AUDIT_SEAL_KEY": new_signing_key(),
            "SECRETS_KEY": new_secrets_key(),
            "LOG_LEVEL": "warning",
        }
        leave_the_servers_core()
        # As in production, a commit waits for the disk.
        owner = await asyncpg.connect(stores.database_url, server_settings={"synchronous_commit": "on"})
        trails = [await a_trail(owner, name, rows, environment["JWT_PRIVATE_KEY"]) for name, rows in ROWS.items()]
        print(f"Python {platform.python_version()}, {os.cpu_count()} cores, trails of {[*ROWS.values()]} rows")
        postgres = next(pid for pid, name in children_of(os.getpid()).items() if name == "postgres")
        with tempfile.TemporaryDirectory() as directory:
            bench = Bench(owner, postgres, environment, trails, Path(directory))
            await bench.run()
        await owner.close()
    if bench.broken:
        sys.exit("\n".join(bench.broken))


class Watch:
    """The clock and the CPU of Postgres and of whoever works beside it, from now on."""

    def __init__(self, *pids: int) -> None:
        """Begin; processes of our own that end meanwhile are counted, too."""
        self._pids = pids
        self._begun = time.perf_counter()
        self._spent = self._cpu()

    def per_row(self, rows: int) -> "Figures":
        """Return what each row took."""
        return Figures(rows / (time.perf_counter() - self._begun), (self._cpu() - self._spent) / rows * 1e6)

    def _cpu(self) -> float:
        ended = os.times()
        return sum(map(cpu_seconds, self._pids)) + ended.children_user + ended.children_system


@dataclass
class Figures:
    """Rows a second, and µs of CPU for each."""

    rate: float
    cpu: float


@dataclass
class Bench:
    """Two trails in one Postgres; sentences of what is not as promised are gathered."""

    owner: asyncpg.Connection
    postgres: int
    environment: dict[str, str]
    trails: list[Trail]
    directory: Path
    broken: list[str] = field(default_factory=list[str])

    async def run(self) -> None:
        """Take every figure; each stands beside that of Postgres alone."""
        longest = self.trails[-1]
        file = self.directory / longest.slug
        self.tell("sealed by the worker", await self.seal(), await self.write_bare(longest))
        bare = await self.copy_bare(longest)
        with a_server(["-m", "amss.cli", "server"], self.environment, 38190) as server:
            for form in ("csv", "ndjson"):
                taken = [self.export(server, trail, form) for trail in self.trails]
                self.tell(f"exported as {form}", taken[-1][0], bare, promised=True)
                self.tell_memory(form, *(peak for _, peak in taken))
            watch = Watch(self.postgres, server.pid)
            verify_over_http(server, longest)
            self.tell("verified over HTTP", watch.per_row(longest.rows), bare, promised=True)
        keys = self.directory / "keys.pem"
        keys.write_text(SealKeyRing([SealKey(self.environment["AUDIT_SEAL_KEY"]).public]).pem())
        for name, arguments in {
            "verified by the command": ("--org", longest.slug),
            "verified as a file": (str(file), "--public-keys", str(keys)),
        }.items():
            watch = Watch(self.postgres)
            command(self.environment, *arguments)
            self.tell(name, watch.per_row(longest.rows), bare, promised=True)

    def tell(self, name: str, ours: Figures, bare: Figures, *, promised: bool = False) -> None:
        """Print a line of the table."""
        print(
            f"{name:<24} rows/s: {ours.rate:7.0f}  bare {bare.rate:7.0f}  ratio {ours.rate / bare.rate:.2f}   "
            f"µs CPU: {ours.cpu:5.1f}  bare {bare.cpu:5.1f}  ratio {ours.cpu / bare.cpu:.1f}",
            flush=True,
        )
        if promised and ours.rate < LEAST:
            self.broken.append(f"{name}: fewer than {LEAST} rows a second.")

    def tell_memory(self, form: str, short: float, long: float) -> None:
        """Print the server's peaks during both exports."""
        print(f"{'':<24} the server's peak: {short:.1f} and {long:.1f} MiB")
        if long - short > MORE_MEMORY:
            self.broken.append(f"The export of the longer trail as {form} took {long - short:.1f} MiB more.")

    async def seal(self) -> Figures:
        """Let the worker seal all that waits."""
        settings = load_settings(self.environment)
        worker = Database(settings.database_url, role="amss_worker", process="bench", settings=settings)
        redis = Redis.from_url(settings.redis_url)
        context = WorkerContext(settings, worker, redis, "bench")
        key = SealKey(self.environment["AUDIT_SEAL_KEY"])
        watch = Watch(self.postgres)
        while await jobs.seal(key, context):
            pass
        figures = watch.per_row(sum(trail.rows for trail in self.trails))
        await self.owner.execute("VACUUM ANALYZE")  # as autovacuum does meanwhile
        await worker.close()
        await redis.aclose()
        return figures

    async def write_bare(self, trail: Trail) -> Figures:
        """Write as many places and hashes by COPY into a table with the same indexes."""
        await self.owner.execute("CREATE TABLE bare_entries (LIKE audit_seal_entries INCLUDING ALL)")
        rows = await self.owner.fetch("SELECT * FROM audit_seal_entries WHERE org_id = $1", trail.org_id)
        watch = Watch(self.postgres)
        await self.owner.copy_records_to_table("bare_entries", records=rows)
        figures = watch.per_row(trail.rows)
        await self.owner.execute("DROP TABLE bare_entries")
        return figures

    async def copy_bare(self, trail: Trail) -> Figures:
        """Copy a trail's rows as CSV into a file, in the order of time."""
        watch = Watch(self.postgres)
        await self.owner.copy_from_query(_COPIED, trail.org_id, output=self.directory / "bare", format="csv")
        return watch.per_row(trail.rows)

    def export(self, server: Server, trail: Trail, form: str) -> tuple[Figures, float]:
        """Take a trail's file; return what it took, and the server's peak of memory in MiB."""
        lines = 0
        watch = Watch(self.postgres, server.pid)
        with peak_memory(server.pid) as peak, (self.directory / trail.slug).open("wb") as file:
            answer = asked(server, trail, f"/audit-logs/export?format={form}")
            while part := answer.read1(1 << 20):
                file.write(part)
                lines += part.count(b"\n")
        if lines < trail.rows:
            sys.exit(f"The file has {lines} lines for {trail.rows} rows.")
        return watch.per_row(trail.rows), peak.mebibytes


def verify_over_http(server: Server, trail: Trail) -> None:
    """Have the server verify a trail."""
    found = msgspec.json.decode(asked(server, trail, "/audit-logs/verify").read())
    if not found["verified"] or found["audit"]["rows"] < trail.rows:
        sys.exit(f"The server found {found}")


def asked(server: Server, trail: Trail, path: str) -> http.client.HTTPResponse:
    """Ask the server; fail when anything but success is answered."""
    connection = http.client.HTTPConnection(server.address)
    connection.request("GET", f"/api/v1{path}", headers={"authorization": f"Bearer {trail.token}"})
    answer = connection.getresponse()
    if answer.status != 200:
        sys.exit(f"The server answered {answer.status}: {answer.read()!r}")
    return answer


def command(environment: dict[str, str], *arguments: str) -> None:
    """Run `amss audit verify`; fail when it does not find everything as it was written."""
    subprocess.run(
        [sys.executable, "-m", "amss.cli", "audit", "verify", *arguments],
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )


async def a_trail(owner: asyncpg.Connection, slug: str, rows: int, signing_key: str) -> Trail:
    """Make an organization with a trail that waits for its seals, and the token of its admin."""
    org_id, user_id = new_id(), new_id()
    await owner.execute("INSERT INTO organizations (id, name, slug) VALUES ($1, $2, $2)", org_id, slug)
    await owner.execute("INSERT INTO org_policies (org_id) VALUES ($1)", org_id)
    await owner.execute(
        """
        INSERT INTO users (org_id, id, email, name, role, password_hash)
        VALUES ($1, $2, $3, 'Jane Doe', 'tenant_admin', '')
        """,
        org_id, user_id, f"{slug}@bench.test",
    )  # fmt: skip
    async with owner.transaction():
        # Without its triggers: rows that refer to one another correctly, and wait, are made faster that way.
        await owner.execute("SET LOCAL session_replication_role = replica")
        await owner.execute(_TRAIL, org_id, user_id, rows)
        await owner.execute("INSERT INTO audit_unsealed SELECT org_id, id FROM audit_logs WHERE org_id = $1", org_id)
    await owner.execute("VACUUM ANALYZE audit_logs, audit_unsealed")
    whose = {"sub": str(user_id), "org": str(org_id), "family": str(new_id())}
    claims = {**whose, "role": "tenant_admin", "name": "Jane Doe"}
    token = TokenKeys(signing_key).sign("api", claims, now=datetime.now(UTC), lifetime=timedelta(hours=1))
    return Trail(org_id, slug, rows, token)


if __name__ == "__main__":
    uvloop.run(main())
