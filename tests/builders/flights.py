"""What aircraft flew, entered through the front door, and what the ledger holds of it."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from amss.foundation.clock import system_clock
from builders.front_door import FrontDoor, Reply
from builders.installation import Installation
from builders.tenants import Person


def today() -> date:
    """Return the day in an organization that keeps UTC."""
    return system_clock().date()


def flown(*, days_ago: int = 0, minutes: int = 330, cycles: int = 4, **facts: Any) -> dict[str, Any]:
    """Return an order for an entry."""
    day = today() - timedelta(days=days_ago)
    return {"flown_on": day.isoformat(), "flight_minutes": minutes, "cycles": cycles, **facts}


async def enter(api: FrontDoor, person: Person, aircraft: dict[str, Any], order: dict[str, Any]) -> Reply:
    """Ask for an entry."""
    return await api(person, f"POST /aircraft/{aircraft['id']}/utilization", order)


async def entered(api: FrontDoor, person: Person, aircraft: dict[str, Any], order: dict[str, Any]) -> dict[str, Any]:
    """Make an entry."""
    reply = await enter(api, person, aircraft, order)
    assert reply.status == 201, reply.body
    return reply.json


async def ledger_of(
    api: FrontDoor, person: Person, aircraft: dict[str, Any], query: str = ""
) -> list[dict[str, Any]]:
    """Return the first page of what an aircraft flew."""
    listed = await api(person, f"GET /aircraft/{aircraft['id']}/utilization{query}")
    assert listed.status == 200, listed.body
    return listed.json["items"]


async def totals_of(api: FrontDoor, person: Person, aircraft: dict[str, Any]) -> tuple[int, int]:
    """Return what an aircraft shows as flown in all: minutes and cycles."""
    shown = (await api(person, f"GET /aircraft/{aircraft['id']}")).json
    return shown["flight_minutes_total"], shown["cycles_total"]


async def summed_up(installation: Installation, aircraft: dict[str, Any]) -> tuple[int, int]:
    """Return an aircraft's opening balance and all rows of its ledger, added up anew."""
    row = await installation.owner.fetchrow(
        """
        SELECT a.opening_flight_minutes + coalesce(sum(u.minutes), 0) AS minutes,
               a.opening_cycles + coalesce(sum(u.cycles), 0) AS cycles
        FROM aircraft a LEFT JOIN utilization_entries u ON u.org_id = a.org_id AND u.aircraft_id = a.id
        WHERE a.id = $1 GROUP BY a.org_id, a.id
        """,
        UUID(aircraft["id"]),
    )
    return row["minutes"], row["cycles"]
