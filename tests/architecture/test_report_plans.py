"""A report of a large fleet is one statement that reads the fleet's own rows, a few times each, by an index."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from amss.embedded import Stores
from amss.features.reports import rest, service
from amss.features.reports.compliance import ComplianceQuery
from amss.features.reports.fleet_status import FleetStatusQuery
from amss.features.reports.mechanic_workload import WorkloadQuery
from amss.features.reports.on_time import OnTimeGroup, OnTimeQuery
from amss.features.reports.utilization import FlownQuery, UtilizationGroup
from amss.foundation.access import the_job
from amss.foundation.database import PLANNED_ONCE, Database
from amss.foundation.migrations import migrate
from amss.foundation.operation import Kind
from amss.foundation.reading import Reader
from builders.big_fleet import AIRCRAFT, FACTS_PER_AIRCRAFT, fill
from builders.databases import an_empty_database
from builders.installation import Installation
from builders.plans import Explained, Plan, nodes_of, read_in
from builders.tenants import ORIGIN

# The longest period there is, with all that the fleet did in it.
OF_THE_YEAR: dict[str, Any] = {"first_day": date(2026, 1, 1), "end_day": date(2027, 1, 1)}
REPORTS: tuple[tuple[Any, Any], ...] = (
    (service.show_summary, None),
    (service.show_fleet_status, FleetStatusQuery(**OF_THE_YEAR)),
    (service.show_compliance, ComplianceQuery(**OF_THE_YEAR)),
    (service.show_utilization, FlownQuery(**OF_THE_YEAR, by=UtilizationGroup.AIRCRAFT)),
    (service.show_utilization, FlownQuery(**OF_THE_YEAR, by=UtilizationGroup.MONTH)),
    (service.show_workload, WorkloadQuery(**OF_THE_YEAR)),
    (service.show_on_time, OnTimeQuery(**OF_THE_YEAR, by=OnTimeGroup.PROGRAM)),
    (service.show_on_time, OnTimeQuery(**OF_THE_YEAR, by=OnTimeGroup.AIRCRAFT)),
)
# Both the page and the totals read what a report counts, and what a fact belongs to.
READ_PER_FACT = 6


def named(part: Any) -> str:
    """Return what a test calls a report: its use case, and what a line stands for."""
    return getattr(part, "__name__", None) or getattr(part, "by", "")


@pytest.fixture(scope="module")
async def server(stores: Stores, installation: Installation) -> AsyncIterator[Database]:
    async with an_empty_database(stores) as url:
        await migrate(url)
        await fill(url)
        database = Database(
            url, role="amss_server", process="test-plans", settings=installation.settings, planning=PLANNED_ONCE
        )
        yield database
        await database.close()


def test_every_report_is_explained_here() -> None:
    shown = {each.use_case for each in rest.OPERATIONS if each.kind is Kind.READ}

    assert shown == {use_case for use_case, _ in REPORTS}


@pytest.mark.parametrize("org_id", AIRCRAFT, ids=("large fleet", "its small neighbour"))
@pytest.mark.parametrize(("use_case", "query"), REPORTS, ids=named)
async def test_a_report_is_one_statement_that_reads_its_own_fleet_a_few_times(
    server: Database, use_case: Any, query: Any, org_id: UUID
) -> None:
    explained = Explained(server)
    reader = Reader(explained, the_job("test"), org_id, ORIGIN)  # pyright: ignore[reportArgumentType]

    # What takes longer than the five seconds that Postgres gives the server's statements is refused.
    await (use_case(reader) if query is None else use_case(reader, query))

    (plan,) = explained.plans
    read, facts = read_in(plan), AIRCRAFT[org_id] * FACTS_PER_AIRCRAFT
    assert AIRCRAFT[org_id] <= sum(read.values()) <= facts * READ_PER_FACT, read
    assert not [node for node in nodes_of(plan) if reads_of_everybody(node)]


def reads_of_everybody(node: Plan) -> bool:
    """Tell whether a scan finds its rows by something else than whose they are."""
    if "Index Name" in node:
        whose = "id" if node["Index Name"] == "organizations_pkey" else "org_id"
        return f"({whose} = " not in node.get("Index Cond", "")
    return node["Node Type"] == "Seq Scan"
