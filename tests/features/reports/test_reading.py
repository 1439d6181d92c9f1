"""All reports alike: who may read and take them, of which days, page by page, as a file, and of one tenant alone."""

import csv
import io
from typing import Any

import pytest

from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.reports import MARCH, a_small_world, a_tail, in_march, report
from builders.tenants import Tenant

BY_PERIOD = (
    "fleet-status", "compliance", "utilization", "utilization?by=month", "mechanic-workload", "on-time",
    "on-time?by=aircraft",
)  # fmt: skip


def asked(name: str, query: str = MARCH) -> tuple[str, str]:
    """Return a report's name and all that is asked of it."""
    path, _, more = name.partition("?")
    return path, f"{query}&{more}" if more else query


@pytest.mark.parametrize("name", BY_PERIOD)
async def test_a_file_has_all_lines_of_the_report_and_they_say_the_same(
    api: FrontDoor, installation: Installation, tenant: Tenant, name: str
) -> None:
    await a_small_world(api, installation, tenant)
    path, query = asked(name)

    shown = (await report(api, tenant.mechanic, path, query))["items"]
    answer = await api(tenant.auditor, f"GET /reports/{path}.csv?{query}")

    assert answer.headers["content-disposition"] == f'attachment; filename="{path}.csv"'
    lines = list(csv.DictReader(io.StringIO(answer.body.decode(), newline="")))
    assert lines == [{key: "" if value is None else str(value) for key, value in item.items()} for item in shown]
    assert any(sum(each for each in item.values() if isinstance(each, int)) for item in shown)


@pytest.mark.parametrize("name", BY_PERIOD)
async def test_nothing_of_another_tenant_is_counted(
    api: FrontDoor, installation: Installation, tenant: Tenant, another_tenant: Tenant, name: str
) -> None:
    path, query = asked(name)
    before = await report(api, tenant.auditor, path, query)

    await a_small_world(api, installation, another_tenant)

    assert await report(api, tenant.auditor, path, query) == before
    assert await report(api, another_tenant.auditor, path, query) != before


@pytest.mark.parametrize("name", ["summary", *BY_PERIOD])
async def test_a_mechanic_reads_reports_and_takes_none_away(api: FrontDoor, tenant: Tenant, name: str) -> None:
    path, _, query = name.partition("?")

    shown = await api(tenant.mechanic, f"GET /reports/{path}?{query}".rstrip("?"))
    taken = await api(tenant.mechanic, f"GET /reports/{path}.csv?{query}".rstrip("?"))

    assert shown.status == 200, shown.body
    assert (taken.status, taken.code) == (403, "FORBIDDEN")


async def test_it_is_noted_who_took_which_report_of_what(api: FrontDoor, tenant: Tenant) -> None:
    await api(tenant.auditor, f"GET /reports/on-time.csv?{MARCH}&by=aircraft")

    (row,) = (await api(tenant.tenant_admin, "GET /audit-logs?action=export")).json["items"]
    assert (row["entity_type"], row["actor"]["id"]) == ("report", str(tenant.auditor.id))
    asked_for = {"from": "2024-03-01", "to": "2024-04-01", "by": "aircraft"}
    assert (row["details"]["report"], row["details"]["filters"]) == ("on-time", asked_for)


@pytest.mark.parametrize("name", BY_PERIOD)
@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ("from=2024-03-01", "to", "MISSING"),
        ("to=2024-03-01", "from", "MISSING"),
        ("from=2024-03-01&to=2024-03-01", "to", "TOO_EARLY"),
        ("from=2024-03-01&to=2025-03-03", "to", "TOO_LATE"),
    ],
)
async def test_a_period_has_a_beginning_and_an_end_and_at_most_a_leap_year_between(
    api: FrontDoor, tenant: Tenant, name: str, query: str, pointer: str, code: str
) -> None:
    path, query = asked(name, query)

    for route in (f"GET /reports/{path}?{query}", f"GET /reports/{path}.csv?{query}"):
        refused = await api(tenant.auditor, route)
        assert (refused.status, refused.code) == (422, "VALIDATION"), refused.body
        assert [(each["pointer"], each["code"]) for each in refused.json["errors"]] == [(pointer, code)]


async def test_a_leap_year_is_a_period(api: FrontDoor, tenant: Tenant) -> None:
    shown = await report(api, tenant.auditor, "utilization", "from=2024-03-01&to=2025-03-02&by=month")

    assert (shown["period"]["days"], len(shown["items"])) == (366, 13)


async def test_without_a_period_it_is_the_last_thirty_days_where_the_organization_is(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    zone = "Pacific/Kiritimati"  # fourteen hours ahead: for most of the day its date is another than in UTC
    await installation.owner.execute("UPDATE organizations SET time_zone = $2 WHERE id = $1", tenant.org_id, zone)
    today = await installation.owner.fetchval("SELECT (now() AT TIME ZONE $1)::date", zone)

    shown = await report(api, tenant.auditor, "compliance", "")

    first, end = shown["period"]["from"], shown["period"]["to"]
    dates = await installation.owner.fetchrow("SELECT ($1::date - 29)::text, ($1::date + 1)::text", today)
    assert (first, end) == tuple(dates)
    assert (shown["period"]["time_zone"], shown["period"]["days"]) == (zone, 30)


async def test_lines_come_page_by_page_and_the_totals_with_the_first(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    for tail_number in ("G-CCCC", "G-AAAA", "G-BBBB"):
        await a_tail(api, installation, tenant, tail_number, known_since=in_march(1))

    pages: list[dict[str, Any]] = [await report(api, tenant.auditor, "fleet-status", f"{MARCH}&limit=2")]
    following = f"{MARCH}&limit=2&cursor={pages[0]['next_cursor']}"
    pages.append(await report(api, tenant.auditor, "fleet-status", following))
    elsewhere = await api(tenant.auditor, f"GET /reports/utilization?{following}")
    other_days = await api(tenant.auditor, f"GET /reports/fleet-status?cursor={pages[0]['next_cursor']}")

    tails = [[item["tail_number"] for item in page["items"]] for page in pages]
    assert tails == [["G-AAAA", "G-BBBB"], ["G-CCCC"]]
    assert pages[0]["totals"]["aircraft"] == 3
    assert "totals" not in pages[1]
    assert pages[1]["next_cursor"] is None
    assert (elsewhere.status, elsewhere.code) == (400, "MALFORMED")
    assert (other_days.status, other_days.code) == (400, "MALFORMED")
