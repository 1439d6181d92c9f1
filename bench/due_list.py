"""A page of the due list of a large airline against a small one's: `make bench` runs it and prints a table.

What counts everything beside the page does cost more; it is printed, not judged.
"""

import os
import platform
from uuid import UUID

import asyncpg
import uvloop
from installation import Installation, add_organization, add_person, an_installation
from load import request
from pages import ROUNDS, compare, must_not_cost_more
from processes import a_server, leave_the_servers_core

from amss.foundation.access import Role

AIRCRAFT = {"small": 100, "large": 2000}
PROGRAMS = {"small": 10, "large": 50}

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
    async with an_installation() as installation:
        leave_the_servers_core()
        tokens = {size: await a_tenant(installation, size) for size in AIRCRAFT}
        print(f"Python {platform.python_version()}, {os.cpu_count()} cores, medians of {ROUNDS} rounds")
        ratios: dict[str, float] = {}
        with a_server(["-m", "amss.cli", "server"], installation.environment, 38090) as server:
            for name, query in (PAGES_ASKED | COUNTED).items():
                path = f"/api/v1/due-items?{query}".rstrip("?")
                asked = {
                    size: request("GET", path, {"authorization": f"Bearer {token}"}) for size, token in tokens.items()
                }
                ratios[name] = await compare(name, asked, server, installation.processes["postgres"])
    must_not_cost_more({name: ratios[name] for name in PAGES_ASKED})


async def a_tenant(installation: Installation, size: str) -> str:
    """Make an organization with a fleet under its programs, and return a planner's token."""
    owner = await installation.owner()
    org_id = await add_organization(owner, size)
    user_id = await add_person(owner, org_id, Role.SCHEDULER)
    await add_fleet(owner, org_id, size)
    await owner.execute("VACUUM ANALYZE")
    await owner.close()
    return installation.token(org_id, user_id, Role.SCHEDULER)


async def add_fleet(owner: asyncpg.Connection, org_id: UUID, size: str) -> None:
    """Put a fleet under programs that are all calendar ones."""
    await owner.execute(
        """
        INSERT INTO aircraft (org_id, id, tail_number, model)
        SELECT $1, gen_random_uuid(), 'B-' || lpad(n::text, 5, '0'), 'M-' || n % 8 FROM generate_series(1, $2::int) n
        """,
        org_id, AIRCRAFT[size],
    )  # fmt: skip
    await owner.execute(
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
    await owner.execute(
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


if __name__ == "__main__":
    uvloop.run(main())
