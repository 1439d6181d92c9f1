"""Reading what an aircraft flew, entry by entry and month by month."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from builders.flights import entered, flown, ledger_of, today
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.tasks import fleet_of_one
from builders.tenants import Tenant


async def test_the_ledger_is_listed_by_day_latest_first_and_between_two_days(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any]
) -> None:
    for days in (3, 1, 4, 2):
        await entered(api, tenant.planner, aircraft, flown(days_ago=days))

    days = [each["flown_on"] for each in await ledger_of(api, tenant.planner, aircraft)]
    page = (await api(tenant.planner, f"GET /aircraft/{aircraft['id']}/utilization?limit=3&count=true")).json
    rest = await ledger_of(api, tenant.planner, aircraft, f"?limit=3&cursor={page['next_cursor']}")
    between = await ledger_of(api, tenant.planner, aircraft, f"?from={days[2]}&to={days[0]}")

    assert days == [(today() - timedelta(days=n)).isoformat() for n in (1, 2, 3, 4)]
    assert ([each["flown_on"] for each in page["items"] + rest], page["total"]) == (days, 4)
    assert [each["flown_on"] for each in between] == days[1:3]


async def test_a_month_is_the_sum_of_what_stands_in_it(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any]
) -> None:
    for day, minutes, flight in (
        ("2026-09-01", 60, None),
        ("2026-09-30", 90, "BA1"),
        ("2026-08-31", 30, "BA2"),
        ("2026-07-15", 45, None),
    ):
        order = {"flown_on": day, "flight_minutes": minutes, "cycles": 1, "external_id": flight}
        await entered(api, tenant.planner, aircraft, order)
    moved = {"flown_on": "2026-08-01", "flight_minutes": 100, "cycles": 2, "external_id": "BA1"}
    await entered(api, tenant.planner, aircraft, moved)

    months = await ledger_of(api, tenant.planner, aircraft, "?by=month")
    since = await ledger_of(api, tenant.planner, aircraft, "?by=month&from=2026-08-20&to=2026-09-01")
    first = (await api(tenant.planner, f"GET /aircraft/{aircraft['id']}/utilization?by=month&limit=2")).json
    rest = await ledger_of(api, tenant.planner, aircraft, f"?by=month&limit=2&cursor={first['next_cursor']}")

    assert months == [
        {"month": "2026-09", "flight_minutes": 60, "cycles": 1, "entries": 1},
        {"month": "2026-08", "flight_minutes": 130, "cycles": 3, "entries": 2},
        {"month": "2026-07", "flight_minutes": 45, "cycles": 1, "entries": 1},
    ]
    assert since == months[1:2]
    assert first["items"] + rest == months


async def test_months_of_one_aircraft_hold_nothing_of_its_neighbours(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any]
) -> None:
    neighbour = await fleet_of_one(api, tenant.planner, tail_number="G-TWO")
    await entered(api, tenant.planner, neighbour, flown())

    assert await ledger_of(api, tenant.planner, aircraft, "?by=month") == []
    assert await ledger_of(api, tenant.planner, aircraft) == []


async def test_another_tenants_ledger_does_not_exist(
    api: FrontDoor, tenant: Tenant, another_tenant: Tenant, aircraft: dict[str, Any], installation: Installation
) -> None:
    await entered(api, tenant.planner, aircraft, flown(external_id="BA123"))
    path = f"/aircraft/{aircraft['id']}/utilization"

    listed = await api(another_tenant.planner, f"GET {path}")
    by_month = await api(another_tenant.planner, f"GET {path}?by=month")
    written = await api(another_tenant.planner, f"POST {path}", flown())

    assert [each.status for each in (listed, by_month, written)] == [404, 404, 404]
    count = "SELECT count(*) FROM utilization_entries WHERE aircraft_id = $1"
    assert await installation.owner.fetchval(count, UUID(aircraft["id"])) == 1
