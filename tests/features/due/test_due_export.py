"""What is due as a file: all of it, harmless to a spreadsheet, and noted in the audit trail."""

import csv
import io
from typing import Any

import pytest

from amss.features.due.list_model import DueItemExportQuery, DueItemQuery
from amss.foundation.exporting import csv_lines
from amss.server.exports import AT_ONCE
from builders.due_list import a_fleet, due_list
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.tenants import Person, Tenant

QUESTIONS = ("", "sort=-tail_number", "status=overdue", "model=B737-800&sort=remaining", "horizon_days=30")


async def exported(api: FrontDoor, person: Person, asked: str = "") -> list[dict[str, str]]:
    answer = await api(person, f"GET /due-items.csv{asked and '?'}{asked}")
    assert answer.status == 200, answer.body
    return list(csv.DictReader(io.StringIO(answer.body.decode(), newline="")))


@pytest.mark.parametrize("question", QUESTIONS)
async def test_the_file_has_what_the_list_has_in_its_order(api: FrontDoor, tenant: Tenant, question: str) -> None:
    await a_fleet(api, tenant)

    lines = await exported(api, tenant.auditor, question)

    items = (await due_list(api, tenant.planner, question))["items"]
    assert [as_exported(each) for each in items] == [
        {name: value for name, value in line.items() if value and name not in ("program_id", "aircraft_id", "model")}
        for line in lines
    ]
    assert lines


def as_exported(item: dict[str, Any]) -> dict[str, str]:
    """Return what a line of the file should say of an item, where there is something to say."""
    said = {
        "id": item["id"],
        "program_code": item["program"]["code"],
        "program_name": item["program"]["name"],
        "tail_number": item["aircraft"]["tail_number"],
        "needs_confirmation": str(item["needs_confirmation"]).lower(),
        **{name: item[name] for name in ("status", "driving_limit", "projected_on", "projection")},
    }
    for limit in item["limits"]:
        kind = limit["interval_type"]
        unit = "_minutes" if kind == "flight_hours" else ""
        for name in ("interval", "due", "remaining", "early", "late", "extension"):
            said[f"{kind}_{name}{unit}"] = limit[name]
        if kind == "calendar":
            said |= {"calendar_unit": limit["unit"], "calendar_tolerance_unit": limit["tolerance_unit"]}
    return {name: str(value) for name, value in said.items() if value is not None}


def test_the_file_can_be_filtered_as_the_list_can() -> None:
    paging = {"limit", "cursor", "count", "facets", "daily_minutes", "daily_cycles"}

    assert {*DueItemQuery.__struct_fields__} - {*DueItemExportQuery.__struct_fields__} == paging
    assert {*DueItemExportQuery.__struct_fields__} <= {*DueItemQuery.__struct_fields__}


async def test_a_file_says_what_it_is_and_goes_to_who_can_read_it(api: FrontDoor, tenant: Tenant) -> None:
    answer = await api(tenant.mechanic, "GET /due-items.csv", headers={"accept": "text/csv"})
    head = await api(tenant.mechanic, "HEAD /due-items.csv")
    refused = await api(tenant.mechanic, "GET /due-items.csv", headers={"accept": "application/json"})

    assert (answer.status, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert answer.headers["content-disposition"] == 'attachment; filename="due-items.csv"'
    assert answer.body.startswith(b"id,program_id,program_code,")
    assert answer.body.endswith(b"\r\n")
    # Whoever asks for the head takes nothing, and no audit row is to say so.
    assert (head.status, head.headers["allow"]) == (405, "GET, OPTIONS")
    assert (refused.status, refused.code) == (406, "NOT_ACCEPTABLE")


async def test_it_is_noted_who_took_the_file_and_what_of_it(api: FrontDoor, tenant: Tenant) -> None:
    await exported(api, tenant.auditor, "status=overdue&model=A320-214")

    (row,) = (await api(tenant.tenant_admin, "GET /audit-logs?action=export")).json["items"]
    assert (row["entity_type"], row["entity_id"], row["actor"]["id"]) == ("due-item", None, str(tenant.auditor.id))
    assert row["details"]["filters"] == {"status": "overdue", "model": "A320-214"}


@pytest.mark.parametrize("beginning", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_a_text_that_a_spreadsheet_would_calculate_is_made_harmless(beginning: str) -> None:
    written = csv_lines([[f"{beginning}1+1", f" {beginning}", -5, None]])

    assert next(csv.reader(io.StringIO(written.decode(), newline=""))) == [
        f"'{beginning}1+1",
        f" {beginning}",
        "-5",
        "",
    ]


async def test_thousands_are_sent_to_the_last_and_the_connection_is_good_for_more(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    await a_fleet(api, tenant)
    (some, *_) = (await due_list(api, tenant.planner))["items"]
    await installation.owner.execute(
        """
        WITH programs AS (
            INSERT INTO maintenance_programs (org_id, id, code, name, interval_type, interval_value, task_type)
            SELECT $1, gen_random_uuid(), n, '=HYPERLINK', 'calendar', 90, 'inspection'
            FROM generate_series(1, 3000) n
            RETURNING id
        )
        INSERT INTO due_items (org_id, id, program_id, aircraft_id, start_source, start_on, start_minutes,
                               start_cycles)
        SELECT $1, gen_random_uuid(), id, $2, 'assignment', '2026-01-01', 0, 0 FROM programs
        """,
        tenant.org_id,
        some["aircraft"]["id"],
    )

    for _ in range(2):  # on the same connection, where a cursor that was left open would be in the way
        lines = await exported(api, tenant.planner)
        assert len({line["id"] for line in lines}) == len(lines) == 3015
        assert sum(line["program_name"] == "'=HYPERLINK" for line in lines) == 3000


async def test_a_wrong_filter_is_refused_before_anything_is_noted(api: FrontDoor, tenant: Tenant) -> None:
    refused = await api(tenant.auditor, "GET /due-items.csv?sort=colour")
    unknown = await api(tenant.auditor, "GET /due-items.csv?limit=10")

    assert (refused.status, refused.code) == (422, "VALIDATION")
    assert (unknown.status, unknown.code) == (400, "MALFORMED")
    assert (await api(tenant.tenant_admin, "GET /audit-logs?action=export")).json["items"] == []


async def test_exports_leave_connections_for_everybody_else(api: FrontDoor, tenant: Tenant) -> None:
    api.resources.exports_running = AT_ONCE
    try:
        refused = await api(tenant.auditor, "GET /due-items.csv")
    finally:
        api.resources.exports_running = 0

    assert (refused.status, refused.code) == (503, "UNAVAILABLE")
    assert (await exported(api, tenant.auditor)) == []
