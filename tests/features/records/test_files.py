"""The maintenance record as files: CSV for a program, one page for a person; both complete, harmless and noted."""

import re
from datetime import timedelta
from typing import Any

import pytest

from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.record_files import Page, lines_of, taken
from builders.records import LAST_SPRING, check, correction, part_used, signed, work_done
from builders.tasks import a_program, fleet_of_one
from builders.tenants import Tenant

HOSTILE = "</style><script>alert('1')</script>\"&<img src=x onerror=alert(1)>"
# What the page is made of. Nothing that runs, loads, links or sends.
KNOWN_TAGS = {
    "html", "head", "meta", "title", "style", "body", "table", "thead", "tbody", "tr", "th", "td", "header",
    "section", "h1", "h2", "h3", "p", "div", "span", "b", "bdi", "dl", "dt", "dd",
}  # fmt: skip


async def test_a_file_has_a_line_for_the_work_and_one_for_each_check_and_part(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)
    program = await a_program(api, tenant.planner, ata_chapter="05-20")
    task = await work_done(installation, tenant, aircraft, program_id=program["id"])
    wrong = await signed(installation, task, tenant.mechanic, result="fail")
    right = await correction(installation, task, tenant.mechanic, wrong, reason="Misread", regulatory_ref="AMM 1")
    await part_used(installation, task, aircraft, tenant.org_id)

    work, first, second, part = await lines_of(api, tenant.auditor, aircraft)

    assert [line["kind"] for line in (work, first, second, part)] == ["work", "check", "check", "part"]
    assert {line["task_id"] for line in (work, first, second, part)} == {str(task)}
    assert (work["performed_on"], work["flight_hours"], work["cycles"]) == ("2026-03-14", "1234:30", "812")
    assert (work["program_code"], work["ata_chapter"], work["sign_off"]) == ("A-CHK", "05-20", "complete")
    assert work["released_by"] == "Jo Mechanic, licence UK.66.1234 (Part-66 B1)"
    assert (first["result"], first["superseded_by_id"], first["superseded_reason"]) == ("fail", str(right), "Misread")
    assert (second["signer_licence_number"], second["signer_licence_kind"]) == ("UK.66.1234", "Part-66 B1")
    assert second["regulatory_ref"] == "AMM 1"
    assert (part["part_number"], part["part_serial_number"]) == ("FP-100", "SN-1")


async def test_no_cell_of_the_file_is_calculated_by_a_spreadsheet(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)
    task = await work_done(installation, tenant, aircraft, title="=HYPERLINK()", notes="@SUM(1)")
    await signed(installation, task, tenant.mechanic, description="+1", notes="-1", signer_name="=1")

    work, checked = await lines_of(api, tenant.auditor, aircraft)

    assert (work["title"], work["work_description"]) == ("'=HYPERLINK()", "'@SUM(1)")
    assert (checked["check"], checked["check_notes"], checked["signer_name"]) == ("'+1", "'-1", "'=1")


async def test_the_page_says_all_that_a_surveyor_asks_for(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner, manufacturer="Airbus", serial_number="MSN 77")
    program = await a_program(api, tenant.planner, ata_chapter="05-20")
    task = await work_done(installation, tenant, aircraft, program_id=program["id"])
    await signed(installation, task, tenant.mechanic, regulatory_ref="AMM 28-21")
    await part_used(installation, task, aircraft, tenant.org_id)

    text = Page(await taken(api, tenant.auditor, aircraft, "html")).text

    for said in (
        "G-ABCD", "Airbus", "MSN 77", "100:00 FH", "70 FC",  # the aircraft, as it is now
        "A-CHK", "20 days", "due soon",  # what recurs on it
        "Done by the book", "1234:30 FH", "812 FC", "05-20", "2026-03-14 10:00 UTC",  # the work
        "Torque checked", "AMM 28-21", "pass", "Jo Mechanic", "licence UK.66.1234 (Part-66 B1)",  # its check
        "Fuel pump", "FP-100", "SN-1", "Released by Jo Mechanic",
        f"Tenant {tenant.org_id}", tenant.auditor.email,  # whose record, and who took it
    ):  # fmt: skip
        assert said in text, said


async def test_the_page_shows_what_is_open_failed_or_superseded_as_that(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)
    task = await work_done(installation, tenant, aircraft)
    wrong = await signed(installation, task, tenant.mechanic, result="fail")
    await correction(installation, task, tenant.mechanic, wrong, reason="Misread", signer_name="Sam Second")
    await check(installation, task, tenant.mechanic, position=3)

    text = Page(await taken(api, tenant.auditor, aircraft, "html")).text

    assert "Superseded by check 2, signed by Sam Second: Misread" in text
    assert "Corrects check 1" in text
    assert "nobody has signed" in text
    assert "Not released: not signed off." in text
    assert "Released by" not in text


async def test_what_people_write_is_text_on_the_page_and_nothing_else(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    await installation.owner.execute("UPDATE organizations SET name = $2 WHERE id = $1", tenant.org_id, HOSTILE)
    aircraft = await fleet_of_one(api, tenant.planner, model=HOSTILE, manufacturer=HOSTILE, serial_number=HOSTILE)
    program = await a_program(api, tenant.planner, code="<b onclick=x>", name=HOSTILE, model=HOSTILE)
    task = await work_done(installation, tenant, aircraft, title=HOSTILE, notes=HOSTILE, program_id=program["id"])
    written: dict[str, Any] = {
        "description": HOSTILE,
        "regulatory_ref": HOSTILE,
        "notes": HOSTILE,
        "signer_name": HOSTILE,
        "signer_licence_number": HOSTILE,
    }
    wrong = await signed(installation, task, tenant.mechanic, **written)
    await correction(installation, task, tenant.mechanic, wrong, **{**written, "reason": HOSTILE})
    names = {"name": HOSTILE, "part_number": HOSTILE, "serial_number": HOSTILE}
    await part_used(installation, task, aircraft, tenant.org_id, **names)

    page = Page(await taken(api, tenant.auditor, aircraft, "html"))

    assert page.tags <= KNOWN_TAGS
    assert not {name for name in page.attributes if name.startswith("on") or name in ("src", "href", "style")}
    assert page.text.count(HOSTILE) > 15


async def test_the_page_forbids_itself_all_but_its_own_style(api: FrontDoor, tenant: Tenant) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)

    html = await taken(api, tenant.auditor, aircraft, "html")

    assert re.search(r"content=\"default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]+='", html)
    assert "url(" not in html
    assert "@import" not in html


@pytest.mark.parametrize("entries", [0, 1, 2])
async def test_the_last_line_of_the_page_counts_its_entries(
    api: FrontDoor, installation: Installation, tenant: Tenant, entries: int
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)
    for days in range(entries):
        await work_done(installation, tenant, aircraft, at=LAST_SPRING + timedelta(days))

    text = Page(await taken(api, tenant.auditor, aircraft, "html")).text

    counted = {0: "0 entries", 1: "1 entry", 2: "2 entries"}[entries]
    assert text.strip().endswith(f"End of record: {counted}")


async def test_a_long_life_is_sent_to_its_last_entry(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)
    task = await work_done(installation, tenant, aircraft)
    await installation.owner.execute(
        """
        INSERT INTO maintenance_tasks (org_id, id, aircraft_id, state, type, title, start_time, end_time, slot,
                                       started_at, completed_at, performed_at)
        SELECT org_id, gen_random_uuid(), aircraft_id, state, type, 'Older', start_time, end_time, slot, started_at,
               completed_at, performed_at - n * interval '1 hour'
        FROM maintenance_tasks, generate_series(1, 1200) n WHERE org_id = $1 AND id = $2
        """,
        tenant.org_id,
        task,
    )

    lines = await lines_of(api, tenant.auditor, aircraft)
    html = await taken(api, tenant.auditor, aircraft, "html")

    days = [line["performed_on"] for line in lines]
    assert len(days) == 1201
    assert days == sorted(days, reverse=True)
    assert "End of record: 1201 entries" in html


async def test_it_is_noted_in_the_aircrafts_history_who_took_which_part_of_its_record(
    api: FrontDoor, tenant: Tenant
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)

    for form in ("csv", "html"):
        route = f"GET /aircraft/{aircraft['id']}/maintenance-record.{form}?from=2026-01-01"
        assert (await api(tenant.auditor, route)).status == 200

    rows = (await api(tenant.tenant_admin, f"GET /aircraft/{aircraft['id']}/history")).json["items"]
    taken_by = [(row["actor"]["id"], row["action"], row["details"]["form"]) for row in rows[:2]]
    assert taken_by == [(str(tenant.auditor.id), "export", "html"), (str(tenant.auditor.id), "export", "csv")]
    assert rows[0]["details"]["filters"] == {"from": "2026-01-01"}


async def test_a_file_says_what_it_is_and_is_saved_under_the_tail_number(api: FrontDoor, tenant: Tenant) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)
    route = f"GET /aircraft/{aircraft['id']}/maintenance-record"

    page = await api(tenant.auditor, f"{route}.html", headers={"accept": "text/html"})
    refused = await api(tenant.auditor, f"{route}.html", headers={"accept": "text/csv"})
    wrong = await api(tenant.auditor, f"{route}.csv?from=yesterday")

    assert page.headers["content-type"] == "text/html; charset=utf-8"
    # Saved, never shown from here: whatever it holds, it does not run among the pages of the console.
    assert page.headers["content-disposition"] == 'attachment; filename="maintenance-record-G-ABCD.html"'
    assert (refused.status, refused.code) == (406, "NOT_ACCEPTABLE")
    assert (wrong.status, wrong.code) == (422, "VALIDATION")
