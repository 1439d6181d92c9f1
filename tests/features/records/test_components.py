"""What the record says of parts: which are on the aircraft, since when, and which work took one off again."""

from typing import Any

import pytest

from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.parts import a_definition, a_piece, remove, reserved, settle
from builders.record_files import Page, lines_of, record_of, taken
from builders.records import part_used, work_done
from builders.tasks import an_order, fleet_of_one, move, plan
from builders.tenants import Tenant


@pytest.fixture
async def aircraft(api: FrontDoor, tenant: Tenant) -> dict[str, Any]:
    return await fleet_of_one(api, tenant.planner)


@pytest.fixture
async def swapped(api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any]) -> list[dict[str, Any]]:
    """A pump is fitted, flown for an hour and a half, and taken off for another one; return both pieces."""
    pump = await a_definition(api, tenant.planner, name="Fuel pump", part_number="FP-100")
    order = an_order(aircraft, assigned_mechanic_id=str(tenant.mechanic.id))
    pieces: list[dict[str, Any]] = []
    for serial in ("SN-OLD", "SN-NEW"):
        task = await plan(api, tenant.planner, order)
        await move(api, tenant.mechanic, task, "in_progress")
        pieces.append(await a_piece(api, tenant.planner, pump, serial_number=serial))
        await settle(api, tenant.mechanic, await reserved(api, tenant.mechanic, task, pieces[-1]), "used")
        if serial == "SN-NEW":
            assert (await remove(api, tenant.mechanic, pieces[0], task, "Vibration")).status == 200
        await move(api, tenant.mechanic, task, "completed", notes="As the manual says")
        flown = {"flown_on": task["start_time"][:10], "flight_minutes": 90, "cycles": 2}
        await api(tenant.planner, f"POST /aircraft/{aircraft['id']}/utilization", flown)
    return pieces


@pytest.mark.usefixtures("swapped")
async def test_work_shows_the_parts_it_put_on_and_those_it_took_off_with_the_readings(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any]
) -> None:
    later, earlier = (await record_of(api, tenant.auditor, aircraft))["items"]

    (new,), (old,) = later["parts"], later["removed_parts"]
    assert (new["serial_number"], new["readings"], new["removal"]) == (
        "SN-NEW",
        {"flight_minutes": 6_090, "cycles": 72},
        None,
    )
    assert (old["serial_number"], old["readings"]) == ("SN-OLD", {"flight_minutes": 6_000, "cycles": 70})
    assert old["task_id"] == earlier["id"]
    assert old["removal"] == {
        "removed_at": old["removal"]["removed_at"],
        "task_id": later["id"],
        "reason": "Vibration",
        "readings": {"flight_minutes": 6_090, "cycles": 72},
    }
    assert (earlier["parts"], earlier["removed_parts"]) == ([old], [])


@pytest.mark.usefixtures("swapped")
async def test_the_file_has_a_line_for_each_part_that_came_and_each_that_went(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any]
) -> None:
    parts = [line for line in await lines_of(api, tenant.auditor, aircraft) if line["kind"].startswith("part")]

    assert [(line["kind"], line["part_serial_number"]) for line in parts] == [
        ("part", "SN-NEW"),
        ("part_removed", "SN-OLD"),
        ("part", "SN-OLD"),
    ]
    gone = parts[1]
    assert (gone["fitted_at_flight_hours"], gone["fitted_at_cycles"]) == ("100:00", "70")
    assert (gone["removed_at_flight_hours"], gone["removed_at_cycles"]) == ("101:30", "72")
    assert (gone["removal_reason"], gone["removed_on"]) == ("Vibration", gone["performed_on"])
    assert (parts[0]["removed_on"], parts[0]["removal_reason"]) == ("", "")


@pytest.mark.usefixtures("swapped")
async def test_the_page_lists_what_is_on_the_aircraft_and_what_it_has_flown_since(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any]
) -> None:
    text = Page(await taken(api, tenant.auditor, aircraft, "html")).text

    aboard = text[text.index("Parts fitted") : text.index("Work done")]
    assert "SN-NEW" in aboard
    assert "101:30 FH72 FC1:30 FH2 FC" in aboard  # the aircraft then, and since
    assert "SN-OLD" not in aboard
    work = text[text.index("Work done") :]
    assert "Vibration" in work
    assert "Flown with it" in work


async def test_a_part_on_an_aircraft_that_counts_no_cycles_has_hours_alone(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    balloon = await fleet_of_one(api, tenant.planner, counts_cycles=False, cycles_total=0)
    task = await work_done(installation, tenant, balloon, cycles=0)
    await part_used(installation, task, balloon, tenant.org_id, used_minutes=5_940, used_cycles=0)

    (entry,) = (await record_of(api, tenant.auditor, balloon))["items"]
    page = Page(await taken(api, tenant.auditor, balloon, "html")).text

    assert entry["parts"][0]["readings"] == {"flight_minutes": 5_940, "cycles": None}
    assert "99:00 FH1:00 FH" in page
    assert " FC" not in page


async def test_a_part_whose_readings_nobody_kept_says_so(
    api: FrontDoor, installation: Installation, tenant: Tenant, aircraft: dict[str, Any]
) -> None:
    task = await work_done(installation, tenant, aircraft)
    await part_used(installation, task, aircraft, tenant.org_id, used_minutes=None, used_cycles=None)

    (entry,) = (await record_of(api, tenant.auditor, aircraft))["items"]
    page = Page(await taken(api, tenant.auditor, aircraft, "html")).text

    assert entry["parts"][0]["readings"] is None
    assert "SN-1" in page
    assert "not recordednot recorded" in page
