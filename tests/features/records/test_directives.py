"""The status of airworthiness directives: which revision, complied with how, when last, when next."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from builders.front_door import FrontDoor
from builders.record_files import Page, lines_of, record_of, taken
from builders.tasks import a_program, fleet_of_one
from builders.tenants import Tenant

DIRECTIVE: dict[str, Any] = {
    "directive": "EASA AD 2024-0113",
    "directive_revised_on": "2024-06-03",
    "method_of_compliance": "Repetitive inspection by SB 28-0042",
}
TODAY = datetime.now(UTC).date()


@pytest.fixture
async def aircraft(api: FrontDoor, tenant: Tenant) -> dict[str, Any]:
    return await fleet_of_one(api, tenant.planner)


async def a_directive_done(api: FrontDoor, tenant: Tenant, *, cycles: int) -> dict[str, Any]:
    """Set up a program that carries out a directive, and note that it was done ten days ago."""
    program = await a_program(api, tenant.planner, code="FUEL-AD", name="Fuel pump inspection", **DIRECTIVE)
    item = (await api(tenant.planner, f"GET /due-items?program_id={program['id']}")).json["items"][0]
    done = {"on": str(TODAY - timedelta(10)), "flight_minutes": 5_940, "cycles": cycles}
    order = {"last_done": done, "reason": "From the old log"}
    changed = await api(tenant.planner, f"PATCH /due-items/{item['id']}", order, headers={"if-match": "*"})
    assert changed.status == 200, changed.body
    return program


@pytest.fixture
async def program(api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any]) -> dict[str, Any]:
    """A program that carries out a directive, beside one for the same aircraft that does not."""
    await a_program(api, tenant.planner, model=aircraft["model"])
    return await a_directive_done(api, tenant, cycles=69)


async def pause(api: FrontDoor, tenant: Tenant, program: dict[str, Any]) -> None:
    paused = await api(tenant.planner, f"PATCH /maintenance-programs/{program['id']}", {"active": False})
    assert paused.status == 200, paused.body


@pytest.mark.usefixtures("program")
async def test_a_directive_stands_with_its_revision_its_method_and_when_it_is_due_next(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any]
) -> None:
    (status,) = (await record_of(api, tenant.auditor, aircraft))["directives"]

    assert (status["directive"], status["revised_on"]) == ("EASA AD 2024-0113", "2024-06-03")
    assert (status["method_of_compliance"], status["in_force"]) == ("Repetitive inspection by SB 28-0042", True)
    item = status["due_item"]
    assert (item["program"]["code"], item["last_done"]["on"]) == ("FUEL-AD", str(TODAY - timedelta(10)))
    assert item["limits"][0]["due"] == str(TODAY + timedelta(10))


@pytest.mark.usefixtures("program")
async def test_the_files_have_a_line_for_each_directive(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any]
) -> None:
    (line,) = await lines_of(api, tenant.auditor, aircraft)
    text = Page(await taken(api, tenant.auditor, aircraft, "html")).text

    assert (line["kind"], line["tail_number"], line["program_code"]) == ("directive", "G-ABCD", "FUEL-AD")
    assert {name: line[name] for name in DIRECTIVE} == DIRECTIVE
    assert (line["last_done_on"], line["last_done_flight_hours"]) == (str(TODAY - timedelta(10)), "99:00")
    assert (line["last_done_cycles"], line["next_due"]) == ("69", str(TODAY + timedelta(10)))
    assert line["directive_status"] == "notify"
    recurring, directives = text.index("Status of recurring"), text.index("Status of airworthiness directives")
    assert "A-CHK" in text[recurring:directives]
    assert "FUEL-AD" not in text[recurring:directives]
    for said in ("EASA AD 2024-0113", "revision of 2024-06-03", "Repetitive inspection by SB 28-0042", "99:00 FH"):
        assert said in text[directives:]


async def test_a_directive_whose_program_is_paused_does_not_vanish_from_the_record(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], program: dict[str, Any]
) -> None:
    await pause(api, tenant, program)

    record = await record_of(api, tenant.auditor, aircraft)
    (line,) = await lines_of(api, tenant.auditor, aircraft)
    text = Page(await taken(api, tenant.auditor, aircraft, "html")).text

    assert [item["program"]["code"] for item in record["due_items"]] == ["A-CHK"]
    assert [each["in_force"] for each in record["directives"]] == [False]
    assert (line["next_due"], line["directive_status"]) == ("", "not_in_force")
    assert "not in force" in text


async def test_a_directive_that_says_neither_revision_nor_method_says_that_they_are_missing(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any]
) -> None:
    await a_program(api, tenant.planner, directive="FAA AD 2023-01-02")

    text = Page(await taken(api, tenant.auditor, aircraft, "html")).text

    assert "day of revision not recorded" in text
    assert "FAA AD 2023-01-02" in text


async def test_a_balloons_directive_has_no_cycles(api: FrontDoor, tenant: Tenant) -> None:
    balloon = await fleet_of_one(api, tenant.planner, counts_cycles=False, cycles_total=0)
    await a_directive_done(api, tenant, cycles=0)

    (line,) = await lines_of(api, tenant.auditor, balloon)

    assert line["last_done_cycles"] == "not counted"
