"""Work that is past due, and asking for more time, through the front door."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from amss.features.aircraft import queries as aircraft_queries
from amss.features.due import service
from amss.features.due.plan import Readings
from amss.foundation.clock import system_clock
from builders.front_door import FrontDoor, Reply
from builders.installation import Installation
from builders.programs import add_task, at, the_item
from builders.tasks import a_program, fleet_of_one
from builders.tenants import Person, Tenant

# Every 90 days; a request may be for 20 days at most.
EVERY_90_DAYS = {"interval_type": "calendar", "interval": 90, "max_extension": 20}


def days_ago(days: int) -> str:
    """Return a day before today."""
    return f"{system_clock().date() - timedelta(days)}"


async def past_due(
    api: FrontDoor, planner: Person, *, days: int = 10, limit: dict[str, Any] | None = None, **program: Any
) -> dict[str, Any]:
    """Return a due item of 90 days that was due so many days ago."""
    aircraft = await fleet_of_one(api, planner, in_service_on=days_ago(90 + days))
    given: dict[str, Any] = {"limits": [EVERY_90_DAYS | (limit or {})], **program}
    made = await a_program(api, planner, **given)
    items: Any = (await api(planner, f"GET /due-items?program_id={made['id']}")).json["items"]
    assert items[0]["aircraft"]["id"] == aircraft["id"]
    return items[0]


async def ask(api: FrontDoor, person: Person | str, item: dict[str, Any], amount: int = 15, **facts: Any) -> Reply:
    """Ask for an extension of the calendar limit."""
    request = {"interval_type": "calendar", "amount": amount, "reason": "No hangar slot", **facts}
    return await api(person, f"POST /due-items/{item['id']}/extensions", request)


async def approve(api: FrontDoor, person: Person | str, extension: dict[str, Any], **headers: str) -> Reply:
    """Let the limit go past due."""
    route = f"POST /due-items/{extension['due_item_id']}/extensions/{extension['id']}/approve"
    return await api(person, route, headers=headers)


async def reject(api: FrontDoor, person: Person, extension: dict[str, Any], reason: str = "Find one") -> Reply:
    """Refuse to let it."""
    route = f"POST /due-items/{extension['due_item_id']}/extensions/{extension['id']}/reject"
    return await api(person, route, {"reason": reason})


async def extend(
    api: FrontDoor, tenant: Tenant, item: dict[str, Any], amount: int = 15, **facts: Any
) -> dict[str, Any]:
    """Return an extension that the planner asked for and the tenant's admin approved."""
    asked = await ask(api, tenant.planner, item, amount, **facts)
    assert asked.status == 201, asked.body
    approved = await approve(api, tenant.tenant_admin, asked.json)
    assert approved.status == 200, approved.body
    return approved.json


async def shown(api: FrontDoor, person: Person | str, item: dict[str, Any]) -> dict[str, Any]:
    """Return a due item as it is now."""
    answer = await api(person, f"GET /due-items/{item['id']}")
    assert answer.status == 200, answer.body
    return answer.json


async def do_the_work(
    installation: Installation, tenant: Tenant, item: dict[str, Any], *, days_ago: float = 0
) -> None:
    """Count the work of an aircraft's one due item as done, at the counters of its last flight."""
    now = system_clock()
    performed_at = now - timedelta(days_ago)
    aircraft_id = UUID(item["aircraft"]["id"])
    async with at(installation, tenant, now) as tx:
        await aircraft_queries.get_for_update(tx, aircraft_id)
        stored = await the_item(tx, aircraft_id)
        task_id = await add_task(tx, stored, stored.program_id, aircraft_id)
        await service.fulfil(
            tx,
            due_item_id=stored.id,
            task_id=task_id,
            performed_at=performed_at,
            done=Readings(performed_at.date(), 6_000, 70),
        )
        await tx.run(
            "UPDATE maintenance_tasks SET state = 'completed', started_at = $3, completed_at = $3, performed_at = $3 "
            "WHERE org_id = $1 AND id = $2",
            tx.org_id,
            task_id,
            now,
        )
