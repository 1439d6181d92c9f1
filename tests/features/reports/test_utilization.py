"""What the fleet flew: aircraft by aircraft, and month by month."""

from datetime import timedelta
from typing import Any

from builders.flights import entered, flown, today
from builders.front_door import FrontDoor
from builders.reports import MARCH, report
from builders.tasks import fleet_of_one
from builders.tenants import Tenant


async def flew(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], day: str, minutes: int, cycles: int, **facts: Any
) -> None:
    order = {"flown_on": day, "flight_minutes": minutes, "cycles": cycles, **facts}
    await entered(api, tenant.planner, aircraft, order)


async def test_what_each_aircraft_flew_is_summed_up_with_its_average_day(api: FrontDoor, tenant: Tenant) -> None:
    first = await fleet_of_one(api, tenant.planner, tail_number="G-AAAA")
    second = await fleet_of_one(api, tenant.planner, tail_number="G-BBBB", model="B737-800")
    for day, minutes, cycles in (
        ("2024-02-29", 500, 5),
        ("2024-03-01", 300, 2),
        ("2024-03-31", 330, 3),
        ("2024-04-01", 500, 5),
    ):
        await flew(api, tenant, first, day, minutes, cycles)
    # Corrected once: what was taken back counts neither as a flight nor as time.
    for minutes in (100, 61):
        await flew(api, tenant, first, "2024-03-15", minutes, 1, external_id="BA1")

    shown = await report(api, tenant.mechanic, "utilization")
    of_model = await report(api, tenant.mechanic, "utilization", f"{MARCH}&model=B737-800")
    of_one = await report(api, tenant.mechanic, "utilization", f"{MARCH}&aircraft_id={first['id']}")

    assert shown["items"] == [
        {
            "aircraft_id": first["id"],
            "tail_number": "G-AAAA",
            "month": None,
            "flight_minutes": 691,
            "cycles": 6,
            "entries": 3,
            "days": 31,
            "daily_minutes": 22,
            "daily_cycles": 0.2,
        },
        {
            "aircraft_id": second["id"],
            "tail_number": "G-BBBB",
            "month": None,
            "flight_minutes": 0,
            "cycles": 0,
            "entries": 0,
            "days": 31,
            "daily_minutes": 0,
            "daily_cycles": 0.0,
        },
    ]
    assert shown["totals"] == {"flight_minutes": 691, "cycles": 6, "entries": 3}
    assert [line["tail_number"] for line in of_model["items"]] == ["G-BBBB"]
    assert [line["tail_number"] for line in of_one["items"]] == ["G-AAAA"]


async def test_the_fleet_is_summed_up_month_by_month(api: FrontDoor, tenant: Tenant) -> None:
    first = await fleet_of_one(api, tenant.planner, tail_number="G-AAAA")
    second = await fleet_of_one(api, tenant.planner, tail_number="G-BBBB")
    await flew(api, tenant, first, "2024-01-15", 999, 9)
    await flew(api, tenant, first, "2024-01-16", 320, 3)
    await flew(api, tenant, second, "2024-01-31", 160, 1)
    await flew(api, tenant, second, "2024-03-09", 90, 1)
    await flew(api, tenant, second, "2024-03-10", 999, 9)

    query = "from=2024-01-16&to=2024-03-10&by=month"
    shown = await report(api, tenant.mechanic, "utilization", query)
    of_one = await report(api, tenant.mechanic, "utilization", f"{query}&aircraft_id={second['id']}")

    told = ("month", "flight_minutes", "cycles", "entries", "days", "daily_minutes", "daily_cycles")
    assert [tuple(line[name] for name in told) for line in shown["items"]] == [
        ("2024-01", 480, 4, 2, 16, 30, 0.3),
        ("2024-02", 0, 0, 0, 29, 0, 0.0),
        ("2024-03", 90, 1, 1, 9, 10, 0.1),
    ]
    assert shown["totals"] == {"flight_minutes": 570, "cycles": 5, "entries": 3}
    assert [line["flight_minutes"] for line in of_one["items"]] == [160, 0, 90]


async def test_averages_are_of_the_days_that_have_begun(api: FrontDoor, tenant: Tenant) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)
    await entered(api, tenant.planner, aircraft, flown(days_ago=1, minutes=300, cycles=3))

    first, end = today() - timedelta(days=2), today() + timedelta(days=60)
    (line,) = (await report(api, tenant.mechanic, "utilization", f"from={first}&to={end}"))["items"]
    first = today() + timedelta(days=5)
    (ahead,) = (await report(api, tenant.mechanic, "utilization", f"from={first}&to={end}"))["items"]

    assert (line["days"], line["daily_minutes"], line["daily_cycles"]) == (3, 100, 1.0)
    assert (ahead["days"], ahead["daily_minutes"], ahead["daily_cycles"]) == (0, None, None)


async def test_what_an_aircraft_flew_before_it_was_retired_counts_and_a_deleted_one_is_not_there(
    api: FrontDoor, tenant: Tenant
) -> None:
    sold = await fleet_of_one(api, tenant.planner, tail_number="G-SOLD")
    mistaken = await fleet_of_one(api, tenant.planner, tail_number="G-OOPS")
    for aircraft in (sold, mistaken):
        await flew(api, tenant, aircraft, "2024-03-09", 620, 4)
    assert (await api(tenant.planner, f"POST /aircraft/{sold['id']}/retire", {"reason": "Sold"})).status == 200
    assert (await api(tenant.planner, f"DELETE /aircraft/{mistaken['id']}")).status == 204

    by_aircraft = await report(api, tenant.mechanic, "utilization")
    by_month = await report(api, tenant.mechanic, "utilization", f"{MARCH}&by=month")

    # 620 minutes in the 31 days of March.
    (line,) = by_aircraft["items"]
    assert (line["tail_number"], line["flight_minutes"], line["daily_minutes"]) == ("G-SOLD", 620, 20)
    assert by_month["totals"] == by_aircraft["totals"] == {"flight_minutes": 620, "cycles": 4, "entries": 1}
