"""A page of the due list of a large airline against a small one's: `make bench` runs it and prints a table.

Both are tenants of one server and are asked in turn. What a page costs is the CPU of server and Postgres together, as
the kernel counted it: a page shows fifty due items, so it must not cost more where there are a hundred times as many.
What counts everything beside the page does cost more; it is printed, not judged.
"""

import os
import platform
import statistics
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import asyncpg
import uvloop
from load import Figures, request, send
from processes import Server, a_server, children_of, cpu_seconds, leave_the_servers_core

from amss.cli.keys import new_secrets_key, new_signing_key
from amss.embedded import temporary_stores
from amss.features.auth.tokens import TokenKeys
from amss.foundation.ids import new_id
from amss.foundation.migrations import migrate

ROUNDS = 3
PAGES = 200
AIRCRAFT = {"small": 100, "large": 2000}
PROGRAMS = {"small": 10, "large": 50}
MOST = 1.3

PAGES_ASKED = {
    "soonest first": "",
    "within 30 days": "horizon_days=30",
    "overdue, least remaining": "status=overdue&sort=remaining",
    "unplanned, by tail number": "unplanned=true&sort=tail_number",
    "of a model, most remaining": "model=M-3&sort=-remaining",
}
COUNTED = {"soonest first, with counts": "facets=status"}


async def main() -> None:
    """Measure, report, and fail where a page of the large tenant costs too much."""
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
        leave_the_servers_core()
        postgres = next(pid for pid, name in children_of(os.getpid()).items() if name == "postgres")
        tokens = {
            size: await a_tenant(stores.database_url, size, environment["JWT_PRIVATE_KEY"]) for size in AIRCRAFT
        }
        print(f"Python {platform.python_version()}, {os.cpu_count()} cores, medians of {ROUNDS} rounds")
        with a_server(["-m", "amss.cli", "server"], environment, 38090) as server:
            ratios = [
                await compare(name, query, tokens, server, postgres)
                for name, query in (PAGES_ASKED | COUNTED).items()
            ]
    if max(ratios[: len(PAGES_ASKED)]) > MOST:
        sys.exit(f"A page of the large tenant costs more than {MOST} times the small one's.")


@dataclass
class Round:
    """µs of CPU per page, and the median page in milliseconds."""

    cpu: float
    latency: float


async def compare(name: str, query: str, tokens: dict[str, str], server: Server, postgres: int) -> float:
    """Ask both tenants in turn, print the medians and return the ratio of what a page costs."""
    rounds: dict[str, list[Round]] = {size: [] for size in tokens}
    for _ in range(ROUNDS):
        for size, token in tokens.items():
            asked = request("GET", f"/api/v1/due-items?{query}".rstrip("?"), {"authorization": f"Bearer {token}"})
            await send(server.address, [asked] * 20, connections=1)
            rounds[size].append(await measure(server, asked, postgres))
    cpu = {size: statistics.median(each.cpu for each in taken) for size, taken in rounds.items()}
    latency = {size: statistics.median(each.latency for each in taken) for size, taken in rounds.items()}
    ratio = cpu["large"] / cpu["small"]
    print(
        f"{name:<28} µs CPU: small {cpu['small']:6.0f}  large {cpu['large']:6.0f}  ratio {ratio:.2f}   "
        f"ms: small {latency['small']:.2f}  large {latency['large']:.2f}"
    )
    return ratio


async def measure(server: Server, asked: bytes, postgres: int) -> Round:
    """Return what a page costs."""
    before = cpu_seconds(server.pid) + cpu_seconds(postgres)
    figures = await send(server.address, [asked] * PAGES, connections=1)
    must_be_answered(figures)
    spent = cpu_seconds(server.pid) + cpu_seconds(postgres) - before
    return Round(spent / PAGES * 1e6, figures.percentile(0.5))


def must_be_answered(figures: Figures) -> None:
    """Fail when anything but success was answered."""
    if set(figures.statuses) != {200}:
        sys.exit(f"The server answered {figures.statuses}")


async def a_tenant(url: str, size: str, signing_key: str) -> str:
    """Make an organization with a fleet under its programs, and return a planner's token."""
    # As in production: of a commit that is not yet on disk, VACUUM marks no page as seen by all.
    connection = await asyncpg.connect(url, server_settings={"synchronous_commit": "on"})
    org_id, user_id = new_id(), new_id()
    await connection.execute("INSERT INTO organizations (id, name, slug) VALUES ($1, $2, $2)", org_id, size)
    await connection.execute("INSERT INTO org_policies (org_id, api_rate_limit_per_min) VALUES ($1, 1000000)", org_id)
    await connection.execute(
        """
        INSERT INTO users (org_id, id, email, name, role, password_hash)
        VALUES ($1, $2, $3, 'Planner', 'scheduler', '')
        """,
        org_id, user_id, f"{size}@bench.test",
    )  # fmt: skip
    await connection.execute(
        """
        INSERT INTO aircraft (org_id, id, tail_number, model)
        SELECT $1, gen_random_uuid(), 'B-' || lpad(n::text, 5, '0'), 'M-' || n % 8 FROM generate_series(1, $2::int) n
        """,
        org_id, AIRCRAFT[size],
    )  # fmt: skip
    await connection.execute(
        """
        WITH programs AS (
            INSERT INTO maintenance_programs (org_id, id, code, name, interval_type, interval_value, task_type)
            SELECT $1, gen_random_uuid(), 'P-' || n, 'Program ' || n, 'calendar', 90 + n, 'inspection'
            FROM generate_series(1, $2::int) n
            RETURNING id, interval_value
        )
        INSERT INTO maintenance_program_limits (org_id, program_id, interval_type, position, unit, first, interval,
                                                tolerance_unit)
        SELECT $1, id, 'calendar', 1, 'days', interval_value, interval_value, 'days' FROM programs
        """,
        org_id, PROGRAMS[size],
    )  # fmt: skip
    # One in eight is overdue; the others fall due over two years, and what is nearer has less of it left.
    await connection.execute(
        """
        INSERT INTO due_items (org_id, id, program_id, aircraft_id, start_source, start_on, start_minutes,
                               start_cycles, due_on, calendar_anchor, calendar_count, status, driving_limit,
                               remaining_share, projected_on)
        SELECT $1, gen_random_uuid(), p.id, a.id, 'assignment', current_date, 0, 0,
               current_date + days, current_date, days,
               (CASE WHEN days < 0 THEN 'overdue' WHEN days < 30 THEN 'notify' ELSE 'ok' END)::due_item_status,
               'calendar', days / 730.0, current_date + greatest(days, 0)
        FROM maintenance_programs p, aircraft a,
             LATERAL (SELECT (random() * 834)::int - 104 + 0 * length(a.id::text)) d (days)
        WHERE p.org_id = $1 AND a.org_id = $1
        """,
        org_id,
    )
    await connection.execute("VACUUM ANALYZE")
    await connection.close()
    whose = {"sub": str(user_id), "org": str(org_id), "family": str(new_id())}
    claims = {**whose, "role": "scheduler", "name": "Planner"}
    return TokenKeys(signing_key).sign("api", claims, now=datetime.now(UTC), lifetime=timedelta(hours=1))


if __name__ == "__main__":
    uvloop.run(main())
