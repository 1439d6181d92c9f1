"""How the fleet stands, and how much of a period an aircraft could fly."""

from datetime import timedelta
from typing import Any

import pytest

from amss.foundation.clock import system_clock
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.reports import MARCH, a_tail, in_march, report, turned
from builders.tasks import a_program, an_order, fleet_of_one, move, plan
from builders.tenants import Tenant

A_DAY = 24 * 60
Changes = tuple[tuple[int, str, str], ...]


async def the_line(api: FrontDoor, tenant: Tenant, query: str = MARCH) -> dict[str, Any]:
    (line,) = (await report(api, tenant.mechanic, "fleet-status", query))["items"]
    return line


@pytest.mark.parametrize(
    ("changes", "counted", "available", "percent"),
    [
        ((), 31, 31, 100.0),
        # Two days in the hangar, one on the ground.
        (
            (
                (11, "operational", "maintenance"),
                (13, "maintenance", "operational"),
                (31, "operational", "grounded"),
                (36, "grounded", "operational"),
            ),
            31,
            28,
            90.3,
        ),
        # Nothing is known of what it was before the first change but what that change says.
        (((16, "maintenance", "operational"),), 31, 16, 51.6),
        (((36, "grounded", "operational"),), 31, 0, 0.0),
        # What changed before the period began has no say but by what it led to.
        (((-9, "operational", "grounded"), (2, "grounded", "operational")), 31, 30, 96.8),
    ],
)
async def test_an_aircraft_is_available_while_it_is_neither_in_maintenance_nor_grounded(
    api: FrontDoor,
    installation: Installation,
    tenant: Tenant,
    changes: Changes,
    counted: int,
    available: int,
    percent: float,
) -> None:
    aircraft = await a_tail(api, installation, tenant, "G-ABCD", known_since=in_march(1) - timedelta(days=60))
    for day, was, became in changes:
        at = in_march(1) + timedelta(days=day - 1)
        await turned(installation, tenant, aircraft, at, was, became)

    shown = await report(api, tenant.planner, "fleet-status")

    (line,) = shown["items"]
    assert (line["counted_minutes"], line["available_minutes"]) == (counted * A_DAY, available * A_DAY)
    assert line["availability"] == shown["totals"]["availability"] == percent


async def test_the_time_before_an_aircraft_was_known_is_not_counted(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    aircraft = await a_tail(api, installation, tenant, "G-ABCD", known_since=in_march(22))
    await turned(installation, tenant, aircraft, in_march(23), "grounded", "operational")

    line = await the_line(api, tenant)

    assert (line["counted_minutes"], line["available_minutes"]) == (10 * A_DAY, 9 * A_DAY)


async def test_of_an_aircraft_that_was_not_known_yet_no_availability_is_told(api: FrontDoor, tenant: Tenant) -> None:
    await fleet_of_one(api, tenant.planner)

    line = await the_line(api, tenant)

    assert (line["counted_minutes"], line["availability"]) == (0, None)


async def test_the_time_an_aircraft_is_retired_is_not_counted(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    aircraft = await a_tail(api, installation, tenant, "G-ABCD", known_since=in_march(1))
    await turned(installation, tenant, aircraft, in_march(11), "operational", "retired")
    await installation.owner.execute(
        "UPDATE aircraft SET status = 'retired' WHERE org_id = $1 AND id = $2", tenant.org_id, aircraft["id"]
    )

    line = await the_line(api, tenant)

    assert (line["status"], line["counted_minutes"], line["available_minutes"]) == ("retired", 10 * A_DAY, 10 * A_DAY)


async def test_the_days_are_those_of_the_organization(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    await installation.owner.execute(
        "UPDATE organizations SET time_zone = 'Pacific/Auckland' WHERE id = $1", tenant.org_id
    )
    aircraft = await a_tail(api, installation, tenant, "G-ABCD", known_since=in_march(1) - timedelta(days=9))
    # Noon of the first of March, where the organization is: thirteen hours ahead.
    await turned(installation, tenant, aircraft, in_march(1) - timedelta(hours=1), "grounded", "operational")

    line = await the_line(api, tenant)

    assert (line["counted_minutes"], line["available_minutes"]) == (31 * A_DAY, 31 * A_DAY - 12 * 60)


async def test_a_month_in_which_the_clocks_go_forward_has_an_hour_less(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    await installation.owner.execute(
        "UPDATE organizations SET time_zone = 'Europe/London' WHERE id = $1", tenant.org_id
    )
    aircraft = await a_tail(api, installation, tenant, "G-ABCD", known_since=in_march(1) - timedelta(days=9))
    # On the ground on the last day, which is the short one: 23 hours of 743.
    await turned(installation, tenant, aircraft, in_march(31), "operational", "grounded")
    await turned(installation, tenant, aircraft, in_march(31, 23), "grounded", "operational")

    line = await the_line(api, tenant)

    assert (line["counted_minutes"], line["available_minutes"]) == (31 * A_DAY - 60, 30 * A_DAY)
    assert line["availability"] == 96.9


async def test_two_changes_in_one_minute_count_in_their_order(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    aircraft = await a_tail(api, installation, tenant, "G-ABCD", known_since=in_march(1))
    # Out of the hangar and at once onto the ground, by a decision that is noted at the same moment.
    await turned(installation, tenant, aircraft, in_march(11), "operational", "maintenance")
    await turned(installation, tenant, aircraft, in_march(12), "maintenance", "operational")
    await turned(installation, tenant, aircraft, in_march(12), "operational", "grounded")
    await turned(installation, tenant, aircraft, in_march(14), "grounded", "operational")

    line = await the_line(api, tenant)

    assert (line["counted_minutes"], line["available_minutes"]) == (31 * A_DAY, 28 * A_DAY)


async def test_the_fleet_is_as_available_as_its_hours_and_not_as_the_mean_of_its_aircraft(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    # One was there all month and on the ground for one day; one came for the last day and lay on the ground.
    veteran = await a_tail(api, installation, tenant, "G-AAAA", known_since=in_march(1))
    await turned(installation, tenant, veteran, in_march(11), "operational", "grounded")
    await turned(installation, tenant, veteran, in_march(12), "grounded", "operational")
    newcomer = await a_tail(api, installation, tenant, "G-BBBB", known_since=in_march(31))
    april = in_march(31) + timedelta(days=1)
    await turned(installation, tenant, newcomer, april, "grounded", "operational")

    shown = await report(api, tenant.planner, "fleet-status")

    assert [line["availability"] for line in shown["items"]] == [96.8, 0.0]
    # 30 days of 32.
    assert shown["totals"]["availability"] == 93.8


async def test_what_is_still_to_come_is_not_counted(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    now = system_clock()
    await a_tail(api, installation, tenant, "G-ABCD", known_since=now - timedelta(hours=2))
    period = f"from={now.date() - timedelta(days=1)}&to={now.date() + timedelta(days=30)}"

    line = await the_line(api, tenant, period)

    assert 120 <= line["counted_minutes"] <= 122
    assert line["availability"] == 100.0


async def test_of_a_grounded_aircraft_it_is_told_since_when_and_why(api: FrontDoor, tenant: Tenant) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)
    before = (await the_line(api, tenant))["status_since"]
    grounded = await api(tenant.mechanic, f"POST /aircraft/{aircraft['id']}/ground", {"reason": "Fuel leak"})

    line = await the_line(api, tenant)

    assert before == aircraft["created_at"]
    assert (line["status"], line["grounded_reason"]) == ("grounded", "Fuel leak")
    assert line["status_since"] == grounded.json["updated_at"]


async def test_open_work_and_what_is_due_are_counted_by_aircraft(api: FrontDoor, tenant: Tenant) -> None:
    in_service = (system_clock().date() - timedelta(days=100)).isoformat()
    await a_program(api, tenant.planner, code="OVERDUE", days=90)
    await a_program(
        api,
        tenant.planner,
        code="DUE",
        limits=[{"interval_type": "calendar", "unit": "days", "interval": 95, "late": 10}],
    )
    aircraft = await fleet_of_one(api, tenant.planner, in_service_on=in_service)
    await fleet_of_one(api, tenant.planner, tail_number="G-ZZZZ", model="B737-800")
    begun = await plan(api, tenant.planner, an_order(aircraft, assigned_mechanic_id=str(tenant.mechanic.id)))
    for starts in (30, 60):
        await plan(api, tenant.planner, an_order(aircraft, starts=starts))
    assert (await move(api, tenant.mechanic, begun, "in_progress")).status == 200

    shown = await report(api, tenant.mechanic, "fleet-status")
    of_model = await report(api, tenant.mechanic, "fleet-status", f"{MARCH}&model=B737-800")
    in_maintenance = await report(api, tenant.mechanic, "fleet-status", f"{MARCH}&status=maintenance")

    told = ("tail_number", "status", "open_tasks", "tasks_in_progress", "due_items_due", "due_items_overdue")
    assert [[line[name] for name in told] for line in shown["items"]] == [
        ["G-ABCD", "maintenance", 3, 1, 1, 1],
        ["G-ZZZZ", "operational", 0, 0, 0, 0],
    ]
    assert shown["items"][0]["next_due"] is not None
    totals = shown["totals"]
    assert (totals["aircraft"], totals["maintenance"], totals["operational"], totals["grounded"]) == (2, 1, 1, 0)
    assert (totals["open_tasks"], totals["due_items_overdue"]) == (3, 1)
    assert [line["tail_number"] for line in of_model["items"]] == ["G-ZZZZ"]
    assert [line["tail_number"] for line in in_maintenance["items"]] == ["G-ABCD"]
