"""A page of 1,000,000 tasks or audit rows against one of 10,000: `make bench` runs it and prints a table.

The large tenant has ten times the aircraft and mechanics of the small one, and of each ten times the past; what is
planned ahead for an aircraft is as much for both.
"""

import asyncio
import json
import os
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from urllib.parse import quote
from uuid import UUID

import asyncpg
import uvloop
from installation import Installation, add_organization, add_person, an_installation
from load import request
from pages import ROUNDS, compare, must_not_cost_more
from processes import Server, a_server, leave_the_servers_core

from amss.foundation.access import Role

AIRCRAFT = {"small": 100, "large": 1000}
EACH = {"small": 100, "large": 1000}  # so many tasks of an aircraft, and as many audit rows about it
AHEAD = 40  # so many of its tasks are still to come
LATER = 100  # the page in the middle of the small tenant's list

_OF_TASKS = {
    "soonest first": "",
    "in progress": "state=in_progress",
    "overdue": "overdue=true",
    "mine": "assigned_mechanic_id=me",
    "mine, scheduled": "assigned_mechanic_id=me&state=scheduled",
    "mine, overdue": "assigned_mechanic_id=me&overdue=true",
    "mine, scheduled within 30 days": "assigned_mechanic_id=me&state=scheduled&start_from={now}&start_to={later}",
    "of an aircraft, scheduled": "aircraft_id={aircraft_id}&state=scheduled",
    "within 30 days": "start_from={now}&start_to={later}",
    "scheduled within 30 days": "state=scheduled&start_from={now}&start_to={later}",
}
_OF_AUDIT = {
    "latest first": "",
    "of an aircraft": "entity_type=aircraft&entity_id={aircraft_id}",
    "by a user": "user_id={mechanic_id}",
}
LISTS = {"maintenance-tasks": _OF_TASKS, "audit-logs": _OF_AUDIT}


@dataclass(frozen=True)
class Tenant:
    """An organization, one of its aircraft with the mechanic who looks after it, and who asks for what."""

    org_id: UUID
    aircraft_id: UUID
    mechanic_id: UUID
    tokens: dict[str, str]

    def path(self, resource: str, query: str) -> str:
        """Return the path of a list."""
        now = datetime.now(UTC)
        moments = {"now": now.isoformat(), "later": (now + timedelta(30)).isoformat()}
        values = {"aircraft_id": self.aircraft_id, "mechanic_id": self.mechanic_id}
        filled = query.format(**values, **{name: quote(moment) for name, moment in moments.items()})
        return f"/api/v1/{resource}?{filled}"

    def headers(self, resource: str) -> dict[str, str]:
        """Return the headers of a request for a list."""
        return {"authorization": f"Bearer {self.tokens[resource]}"}


async def main() -> None:
    """Measure, report, and fail where a page of the large tenant costs too much."""
    async with an_installation() as installation:
        tenants = await two_tenants(installation)
        leave_the_servers_core()
        print(f"Python {platform.python_version()}, {os.cpu_count()} cores, medians of {ROUNDS} rounds")
        with a_server(["-m", "amss.cli", "server"], installation.environment, 38100) as server:
            ratios = {
                f"{resource}: {name}": await compare(
                    f"{resource}: {name}",
                    {size: request("GET", path, tenants[size].headers(resource)) for size, path in paths.items()},
                    server,
                    installation.processes["postgres"],
                )
                for resource in LISTS
                for name, paths in paths_of(resource, tenants, server)
            }
    must_not_cost_more(ratios)


def paths_of(resource: str, tenants: dict[str, Tenant], server: Server) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield what is asked for of a list, with its path for each tenant."""
    for name, query in LISTS[resource].items():
        yield name, {size: tenant.path(resource, query) for size, tenant in tenants.items()}
    yield f"page {LATER}", {size: later_page(server, tenant, resource) for size, tenant in tenants.items()}


def later_page(server: Server, tenant: Tenant, resource: str) -> str:
    """Turn page after page and return the path of the one that is asked for."""
    path = tenant.path(resource, "")
    client = HTTPConnection(server.address)
    for _ in range(LATER - 1):
        client.request("GET", path, headers=tenant.headers(resource))
        cursor = json.load(client.getresponse())["next_cursor"]
        path = tenant.path(resource, f"cursor={quote(cursor)}")
    client.close()
    return path


async def two_tenants(installation: Installation) -> dict[str, Tenant]:
    """Make both tenants, tasks and audit rows at a time."""
    owner = await installation.owner()
    tenants = {size: await a_tenant(installation, owner, size) for size in AIRCRAFT}
    for size, tenant in tenants.items():
        await asyncio.gather(*(write(installation, statement, tenant, size) for statement in (_TASKS, _AUDIT)))
    await owner.execute("VACUUM ANALYZE")
    await owner.close()
    return tenants


async def a_tenant(installation: Installation, owner: asyncpg.Connection, size: str) -> Tenant:
    """Make an organization with aircraft, each looked after by a mechanic who has another one as well."""
    org_id = await add_organization(owner, size)
    planner_id = await add_person(owner, org_id, Role.SCHEDULER)
    await owner.execute(_CREW, org_id, AIRCRAFT[size])
    await owner.execute(_FLEET, org_id, AIRCRAFT[size])
    [(aircraft_id, mechanic_id)] = await owner.fetch(
        f"{_WHO} SELECT aircraft_id, mechanic_id FROM who WHERE place = 0", org_id
    )
    tokens = {
        "maintenance-tasks": installation.token(org_id, mechanic_id, Role.MECHANIC),
        "audit-logs": installation.token(org_id, planner_id, Role.SCHEDULER),
    }
    return Tenant(org_id, aircraft_id, mechanic_id, tokens)


async def write(installation: Installation, statement: str, tenant: Tenant, size: str) -> None:
    """Write rows of which it is known that they are in order, audit rows as they are once they are sealed."""
    owner = await installation.owner()
    await owner.execute("SET session_replication_role = replica")  # no trigger asks for what they refer to
    await owner.execute(statement, tenant.org_id, EACH[size], AHEAD)
    await owner.close()


_CREW = """
    INSERT INTO users (org_id, id, email, name, role, password_hash)
    SELECT $1, uuidv7(), 'mechanic-' || n || '@' || $1::uuid || '.test', 'Mechanic ' || n, 'mechanic', ''
    FROM generate_series(1, $2::int / 2) n
"""
_FLEET = """
    INSERT INTO aircraft (org_id, id, tail_number, model)
    SELECT $1, uuidv7(), 'B-' || lpad(n::text, 5, '0'), 'A320-214' FROM generate_series(1, $2::int) n
"""
_WHO = """
    WITH fleet AS (
        SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM aircraft WHERE org_id = $1
    ), crew AS (
        SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM users WHERE org_id = $1 AND role = 'mechanic'
    ), who AS MATERIALIZED (
        SELECT fleet.id AS aircraft_id, fleet.place, crew.id AS mechanic_id
        FROM fleet JOIN crew ON crew.place = fleet.place / 2
    )
"""
# Four hours of work on each aircraft every twelve hours, of which the last three before the present were never begun.
_TASKS = f"""
    {_WHO}
    INSERT INTO maintenance_tasks (org_id, id, aircraft_id, assigned_mechanic_id, type, title, notes, slot, state,
                                   start_time, end_time, started_at, completed_at, performed_at,
                                   reading_minutes, reading_cycles)
    SELECT $1, uuidv7(), who.aircraft_id, who.mechanic_id, 'inspection', 'Work ' || n, 'As found.', 1,
           state::maintenance_task_state, start, start + interval '4 hours',
           CASE WHEN state IN ('in_progress', 'completed') THEN start END,
           CASE WHEN state = 'completed' THEN start + interval '3 hours' END,
           CASE WHEN state = 'completed' THEN start + interval '3 hours' END,
           CASE WHEN state = 'completed' THEN n * 300 END, CASE WHEN state = 'completed' THEN n * 4 END
    FROM generate_series(1, $2::int) n CROSS JOIN who,
         LATERAL (SELECT n - ($2 - $3::int) AS ahead) is_,
         LATERAL (SELECT now() + ahead * interval '12 hours' - who.place % 2 * interval '6 hours' AS start) at,
         LATERAL (SELECT CASE WHEN ahead = 0 THEN 'in_progress'
                              WHEN ahead >= -3 THEN 'scheduled' ELSE 'completed' END AS state) has
    ORDER BY start
"""
_AUDIT = f"""
    {_WHO}
    INSERT INTO audit_logs (org_id, id, entity_type, entity_id, entity_version, action, actor_kind, actor_org_id,
                            user_id, actor_name, request_id, ip_address, details, timestamp)
    SELECT $1, uuidv7(), 'aircraft', who.aircraft_id, n + 1, 'state_change', 'user', $1, who.mechanic_id,
           'Mechanic', uuidv7()::text, '192.0.2.1',
           '{{"before": {{"status": "operational"}}, "after": {{"status": "maintenance"}}}}',
           now() - ($2::int + $3::int - n) * interval '12 hours' + who.place * interval '1 second'
    FROM generate_series(1, $2) n CROSS JOIN who
    ORDER BY n
"""


if __name__ == "__main__":
    uvloop.run(main())
