"""What reports speak of, put into the database as it stands after the fact: past work, checks, changes of status."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from amss.foundation.ids import new_id
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.tasks import a_program, due_items_of, fleet_of_one
from builders.tenants import Person, Tenant

# The month that these tests look back on: 31 days, long before anything the front door makes now.
MARCH = "from=2024-03-01&to=2024-04-01"


def in_march(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2024, 3, day, hour, minute, tzinfo=UTC)


async def report(api: FrontDoor, person: Person, name: str, query: str = MARCH) -> dict[str, Any]:
    """Return what a report answers."""
    answer = await api(person, f"GET /reports/{name}?{query}")
    assert answer.status == 200, answer.body
    return answer.json


async def a_tail(
    api: FrontDoor,
    installation: Installation,
    tenant: Tenant,
    tail_number: str,
    *,
    known_since: datetime,
    **facts: Any,
) -> dict[str, Any]:
    """Take an aircraft into the fleet as if it had been known since a moment."""
    aircraft = await fleet_of_one(api, tenant.planner, tail_number=tail_number, **facts)
    await installation.owner.execute(
        "UPDATE aircraft SET created_at = $2 WHERE id = $1", UUID(aircraft["id"]), known_since
    )
    return aircraft


async def turned(
    installation: Installation, tenant: Tenant, aircraft: dict[str, Any], at: datetime, was: str, became: str
) -> None:
    """Write a change of an aircraft's status into the audit trail."""
    await installation.owner.execute(
        """
        INSERT INTO audit_logs (org_id, id, entity_type, entity_id, action, actor_kind, actor_name,
                                timestamp, details)
        VALUES ($1, $2, 'aircraft', $3, 'state_change', 'system', 'test', $4, $5::text::jsonb)
        """,
        tenant.org_id,
        new_id(),
        UUID(aircraft["id"]),
        at,
        msgspec.json.encode({"before": {"status": was}, "after": {"status": became}}).decode(),
    )


async def work(
    installation: Installation,
    tenant: Tenant,
    aircraft: dict[str, Any],
    start: datetime,
    *,
    state: str = "scheduled",
    hours: float = 2,
    unused: dict[str, int] | None = None,
    **facts: Any,
) -> UUID:
    """Put a task on an aircraft in any state; it is done, or called off, when it ends."""
    task_id, end = new_id(), start + timedelta(hours=hours)
    values: dict[str, Any] = {
        "id": task_id,
        "org_id": tenant.org_id,
        "aircraft_id": UUID(aircraft["id"]),
        "type": "inspection",
        "title": "Work",
        "state": state,
        "start_time": start,
        "end_time": end,
        "slot": 1,
        "unused": [{"interval_type": kind, "unused": amount} for kind, amount in (unused or {}).items()],
    }
    if state in ("in_progress", "completed"):
        values["started_at"] = start
    if state == "completed":
        values |= {"completed_at": end, "performed_at": end}
    if state == "cancelled":
        values |= {"cancelled_at": end, "cancel_reason": "weather"}
    await insert(installation, "maintenance_tasks", values | facts)
    return task_id


async def check(
    installation: Installation,
    signer: Person,
    task_id: UUID,
    result: str = "pending",
    *,
    at: datetime | None = None,
    **facts: Any,
) -> UUID:
    """Put a check on a task, signed at a moment unless it is pending."""
    check_id = new_id()
    values: dict[str, Any] = {
        "id": check_id, "org_id": signer.org_id, "task_id": task_id, "position": 1, "description": "Torque",
        "aircraft_id": await installation.owner.fetchval(
            "SELECT aircraft_id FROM maintenance_tasks WHERE id = $1", task_id
        ),
        "result": result, "notes": "as found",
    }  # fmt: skip
    if result != "pending":
        values |= {
            "sign_off_user_id": signer.id, "sign_off_time": at, "signer_name": "Somebody", "signer_role": "mechanic",
            "signer_licence_number": "UK.66.1", "reading_minutes": 1, "reading_cycles": 1, "snapshot_hash": "\\x00",
        }  # fmt: skip
    await insert(installation, "compliance_items", values | facts)
    return check_id


async def insert(installation: Installation, table: str, values: dict[str, Any]) -> None:
    """Insert a row of which these values are known."""
    await installation.owner.execute(
        f"INSERT INTO {table} ({', '.join(values)}) "
        f"SELECT {', '.join(values)} FROM jsonb_populate_record(NULL::{table}, $1::text::jsonb)",
        msgspec.json.encode(values).decode(),
    )


async def a_small_world(api: FrontDoor, installation: Installation, tenant: Tenant) -> dict[str, Any]:
    """Make something for every report to speak of in March 2024; return the aircraft."""
    await a_program(api, tenant.planner, days=20)
    aircraft = await a_tail(api, installation, tenant, "G-ABCD", known_since=in_march(1))
    await turned(installation, tenant, aircraft, in_march(11), "operational", "grounded")
    await turned(installation, tenant, aircraft, in_march(12), "grounded", "operational")
    (item,) = await due_items_of(api, tenant.planner)
    of_program = {"program_id": item["program"]["id"], "due_item_id": item["id"]}
    done = await work(
        installation,
        tenant,
        aircraft,
        in_march(5),
        state="completed",
        unused={"calendar": 3},
        timeliness="on_time",
        assigned_mechanic_id=tenant.mechanic.id,
        **of_program,
    )
    await check(installation, tenant.mechanic, done, "pass", at=in_march(5, 1), regulatory_ref="AD 2024-01")
    await work(installation, tenant, aircraft, in_march(20), priority="aog")
    flown = {"flown_on": "2024-03-09", "flight_minutes": 330, "cycles": 4}
    entered = await api(tenant.planner, f"POST /aircraft/{aircraft['id']}/utilization", flown)
    assert entered.status == 201, entered.body
    definition = new_id()
    await insert(
        installation,
        "part_definitions",
        {"id": definition, "org_id": tenant.org_id, "name": "Pump", "category": "rotable", "min_stock": 0},
    )
    part = {"id": new_id(), "org_id": tenant.org_id, "part_definition_id": definition, "serial_number": "P-1"}
    await insert(installation, "part_items", part)
    return aircraft
