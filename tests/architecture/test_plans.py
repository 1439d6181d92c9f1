"""A page costs what it shows, however much there is: every list, filter and order, explained at 100,000 rows.

So does a count cost what it counts. Each filter is tried in every order.

The statement explained is the one the product sends, as the server's role, which row-level security binds: what is
an index condition for the owner often is none for it.
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, get_args

import msgspec
import pytest

from amss.embedded import Stores
from amss.features.aircraft.model import AircraftQuery
from amss.features.aircraft.queries import AIRCRAFT
from amss.features.audit.model import AuditQuery
from amss.features.audit.queries import AUDIT_TRAIL, HISTORY
from amss.features.auth.api_key_queries import API_KEYS
from amss.features.auth.queries import SESSIONS
from amss.features.compliance.model import ComplianceQuery
from amss.features.compliance.queries import CHECKS
from amss.features.due.assignment_queries import ASSIGNMENTS
from amss.features.due.extension_model import ExtensionQuery
from amss.features.due.extension_queries import EXTENSIONS
from amss.features.due.list_model import DueItemQuery, DueItemsOfAircraftQuery
from amss.features.due.model import AssignmentQuery
from amss.features.due.queries import DUE_ITEMS
from amss.features.imports.model import ImportQuery, ImportRowQuery
from amss.features.imports.queries import IMPORTS, ROWS
from amss.features.organizations.queries import ORGANIZATIONS, POLICIES
from amss.features.parts.model import PartDefinitionQuery, PartItemQuery
from amss.features.parts.queries import DEFINITIONS, ITEM_HISTORY, ITEMS
from amss.features.parts.reservation_model import ReservationQuery
from amss.features.parts.reservation_queries import RESERVATIONS
from amss.features.programs.model import ProgramQuery
from amss.features.programs.queries import PROGRAMS
from amss.features.records.model import RecordFileQuery, RecordQuery
from amss.features.records.queries import ENTRIES as RECORD
from amss.features.records.queries import read_head, whole_record
from amss.features.system.model import DeadLetterQuery
from amss.features.system.queries import DEAD_LETTERS
from amss.features.tasks import booked_queries
from amss.features.tasks.detail_queries import TASK
from amss.features.tasks.list_model import TaskQuery
from amss.features.tasks.model import TaskState
from amss.features.tasks.queries import TASKS, find_in_progress
from amss.features.users.model import UserQuery
from amss.features.users.queries import COLLEAGUES, USERS
from amss.features.utilization.model import UtilizationQuery
from amss.features.utilization.queries import ENTRIES, MONTHS
from amss.features.webhooks.deliveries import DELIVERIES
from amss.features.webhooks.model import DeliveryQuery, WebhookQuery
from amss.features.webhooks.queries import WEBHOOKS
from amss.foundation.access import the_job
from amss.foundation.database import PLANNED_ONCE, Database
from amss.foundation.migrations import migrate
from amss.foundation.paging import FacetedQuery, ListQuery, Place, write_cursor
from amss.foundation.reading import Listing, Reader, _binding  # pyright: ignore[reportPrivateUsage]
from builders.big_tenants import BIG, fill, id_of
from builders.databases import an_empty_database
from builders.installation import Installation
from builders.plans import Explained, Plan, nodes_of, read_by, read_in
from builders.statements import modules
from builders.tenants import ORIGIN

BIG_ROWS = 10_000  # a table of fewer may be read from end to end
READ_PER_ROW = 20
READ_BESIDES = 500
# A count reads what it counts and nothing else, with two exceptions: where it counts more than a quarter of a table,
# to read it from end to end is quickest; and what a row stands for may be spread over a few tables.
READ_PER_COUNTED = 4
SAMPLES: dict[str, Any] = {
    "aircraft_id": id_of("airc", 110),
    "program_id": id_of("prog", 110),
    "due_item_id": id_of("due", 110),
    "entity_id": id_of("airc", 10),
    "user_id": id_of("user", 10),
    "assigned_mechanic_id": str(id_of("user", 10)),
    "tail_number": "t0000110",
    "model": "M-110",
    "icao_type": "I7",
    "q": "t00099",
    "code": "C-77",
    "ata_chapter": "32-11",
    "entity_type": "policy",
    "event_type": "task.deleted",
    "due_before": date(2026, 3, 1),
    "start_from": datetime(2026, 11, 1, tzinfo=UTC),
    "start_to": datetime(2026, 3, 1, tzinfo=UTC),
    "task_id": id_of("task", 110),
    "part_definition_id": id_of("part", 110),
    "definition_id": id_of("part", 110),
    "part_item_id": id_of("item", 110),
    "category": "C-77",
    "part_number": "P-1110",
    "serial": "S-0000110",
    "expiry_before": date(2026, 1, 3),
    "flown_from": date(2026, 11, 1),
    "flown_to": date(2026, 3, 1),
    "horizon_days": 0,
    "performed_from": date(2026, 11, 1),
    "performed_to": date(2026, 3, 1),
    "since": datetime(2026, 11, 1, tzinfo=UTC),
    "until": datetime(2026, 3, 1, tzinfo=UTC),
}


@dataclass(frozen=True)
class Paged:
    """A list as it is asked for: with which query, within what the path names, by which filters together."""

    name: str
    listing: Listing
    query: type[ListQuery] = ListQuery
    within: dict[str, Any] = field(default_factory=dict[str, Any])
    together: tuple[dict[str, Any], ...] = ()


# Whose past is long: what is still to be done is not to be looked for there.
OF_A_VETERAN = ({"assigned_mechanic_id": str(id_of("user", 1))}, {"aircraft_id": id_of("airc", 1)})
OPEN_WORK = ({"state": TaskState.SCHEDULED}, {"overdue": True})
LISTS = (
    Paged("aircraft", AIRCRAFT, AircraftQuery),
    Paged("audit trail", AUDIT_TRAIL, AuditQuery),
    Paged("history", HISTORY, within={"entity_type": "aircraft", "entity_id": id_of("airc", 11)}),
    Paged("API keys", API_KEYS),
    Paged(
        "sessions",
        replace(SESSIONS, expressions={**SESSIONS.expressions, "current": "false"}),
        within={"user_id": id_of("user", 10)},
    ),
    Paged("imports", IMPORTS, ImportQuery),
    Paged("import rows", ROWS, ImportRowQuery, within={"import_id": id_of("impo", 1)}),
    Paged("due items", DUE_ITEMS, DueItemQuery),
    Paged(
        "due items of an aircraft", DUE_ITEMS, DueItemsOfAircraftQuery, within={"aircraft_id": id_of("airc", 1099)}
    ),
    Paged("extensions", EXTENSIONS, ExtensionQuery),
    Paged("programs", PROGRAMS, ProgramQuery),
    Paged("assignments", ASSIGNMENTS, AssignmentQuery, within={"program_id": id_of("prog", 110)}),
    Paged(
        "tasks",
        TASKS,
        TaskQuery,
        together=tuple({**veteran, **still_open} for veteran in OF_A_VETERAN for still_open in OPEN_WORK),
    ),
    Paged("part definitions", DEFINITIONS, PartDefinitionQuery),
    Paged("pieces", ITEMS, PartItemQuery),
    Paged("history of a piece", ITEM_HISTORY, within={"part_item_id": id_of("item", 11)}),
    Paged("reservations", RESERVATIONS, ReservationQuery),
    Paged("checks", CHECKS, ComplianceQuery),
    Paged("maintenance record", RECORD, RecordQuery, within={"aircraft_id": id_of("airc", 110)}),
    Paged("users", USERS, UserQuery),
    Paged("colleagues", COLLEAGUES, UserQuery),
    Paged("utilization", ENTRIES, UtilizationQuery, within={"aircraft_id": id_of("airc", 10)}),
    Paged("months flown", MONTHS, UtilizationQuery, within={"aircraft_id": id_of("airc", 10)}),
    Paged("deliveries", DELIVERIES, DeliveryQuery, within={"webhook_id": id_of("hook", 1)}),
    Paged("webhooks", WEBHOOKS, WebhookQuery),
    Paged("dead letters", DEAD_LETTERS, DeadLetterQuery),
)
NEVER_PAGED = (ORGANIZATIONS, POLICIES, TASK)  # one of each is all that a tenant sees, or asks for at a time


@dataclass(frozen=True)
class Case:
    """One list in one order, forwards and backwards, with one filter, some together or none."""

    paged: Paged
    sort: str
    chosen: dict[str, Any] = field(default_factory=dict[str, Any])

    def __str__(self) -> str:
        chosen = "".join(f", {name}={value}" for name, value in self.chosen.items())
        return f"{self.paged.name} by {self.sort}{chosen}"

    @property
    def is_in_default_order(self) -> bool:
        return self.sort == self.paged.listing.default_sort.removeprefix("-")

    @property
    def is_counted_by_facets(self) -> bool:
        return self.is_in_default_order and issubclass(self.paged.query, FacetedQuery)


def cases() -> Iterator[Case]:
    """Yield each order of each list without a filter, and with each value of each filter."""
    for paged in LISTS:
        for sort in paged.listing.sorts:
            for chosen in choices(paged):
                yield Case(paged, sort, chosen)


def choices(paged: Paged) -> Iterator[dict[str, Any]]:
    """Yield no filter, then each value of each filter, then the filters that are asked for together."""
    yield {}
    for each in msgspec.structs.fields(paged.query):
        if each.name in paged.listing.filters:
            for value in values_of(each.name, each.type):
                yield {each.name: value}
    yield from paged.together


def values_of(name: str, kind: Any) -> Iterator[Any]:
    """Yield every value of an enum or a switch; of anything else, one that is there."""
    members = [each for each in get_args(kind) if each is not type(None) and not isinstance(each, msgspec.Meta)]
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        yield from kind
    elif kind is bool:
        yield from (True, False)
    elif name in SAMPLES:
        yield SAMPLES[name]
    else:
        for each in members:
            yield from values_of(name, each)


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


def test_every_list_is_explained_here() -> None:
    listings = [value for module in modules() for value in vars(module).values() if isinstance(value, Listing)]
    explained = [*NEVER_PAGED, *(paged.listing for paged in LISTS)]

    assert {(each.shows, each.source) for each in listings} == {(each.shows, each.source) for each in explained}


@pytest.mark.parametrize("case", list(cases()), ids=str)
async def test_a_page_reads_little_more_than_it_shows(server: Database, case: Case) -> None:
    for there, back in ((case.sort, f"-{case.sort}"), (f"-{case.sort}", case.sort)):
        first, end = await page(server, case, there)
        assert first, "the sample finds nothing, so it shows nothing"
        # The last page, by the cursor a patient reader would come to it with.
        if end is not None:
            await page(server, case, back, after=end)


@pytest.mark.parametrize("case", [case for case in cases() if case.is_in_default_order], ids=str)
async def test_a_count_reads_little_more_than_it_counts(server: Database, case: Case) -> None:
    explained = Explained(server)

    await case.paged.listing.page(
        a_reader(explained), case.paged.query(**case.chosen, count=True), within=case.paged.within
    )

    total = int(explained.row["total"])
    for plan in explained.plans:
        [counting] = beside_the_page(plan)
        read = read_in(counting)
        assert sum(read.values()) <= total * READ_PER_COUNTED + READ_BESIDES, (total, read)


@pytest.mark.parametrize("case", [case for case in cases() if case.is_counted_by_facets], ids=str)
async def test_counts_by_a_facet_read_little_more_than_they_count(server: Database, case: Case) -> None:
    for facet in case.paged.listing.facets:
        explained = Explained(server)
        query = case.paged.query(**case.chosen, facets=facet)  # pyright: ignore[reportCallIssue]

        await case.paged.listing.page(a_reader(explained), query, within=case.paged.within)

        counts: dict[str, int] = msgspec.json.decode(explained.row["facets"])[facet]
        for plan in explained.plans:
            [counting] = beside_the_page(plan)
            read = read_in(counting)
            assert sum(read.values()) <= sum(counts.values()) * READ_PER_COUNTED + READ_BESIDES, (counts, read)


async def test_a_whole_maintenance_record_reads_little_more_than_it_holds(server: Database) -> None:
    explained = Explained(server)
    aircraft_id = id_of("airc", 110)

    head = await read_head(a_reader(explained), aircraft_id)
    await explained.fetch_in(BIG, whole_record(RecordFileQuery(), BIG, aircraft_id))

    of_head, of_entries = explained.plans
    for plan, held in ((of_head, len(head.due_items)), (of_entries, of_entries["Actual Rows"])):
        read = read_in(plan)
        assert held > 50
        assert sum(read.values()) <= held * READ_PER_ROW + READ_BESIDES, read


async def test_a_place_is_found_without_reading_the_past(server: Database) -> None:
    explained = Explained(server)
    aircraft_id, mechanic_id = id_of("airc", 1), id_of("user", 1)
    window = datetime(2027, 11, 1, tzinfo=UTC), datetime(2027, 11, 2, tzinfo=UTC)

    async with explained.transaction_of(BIG) as tx:
        await booked_queries.find_booked(tx, aircraft_id, *window)
        await booked_queries.find_booked_by_mechanic(tx, mechanic_id, *window)
        await find_in_progress(tx, aircraft_id)

    assert len(explained.plans) == 3
    for plan in explained.plans:
        assert sum(read_in(plan).values()) <= READ_BESIDES, read_in(plan)


async def page(
    server: Database, case: Case, sort: str, *, after: Place | None = None
) -> tuple[list[Any], Place | None]:
    """Ask for a page, which must be cheap; return what it shows, and where it ends if another follows."""
    explained = Explained(server)
    binding = _binding(case.paged.listing, BIG, sort, {**case.chosen, **case.paged.within})
    cursor = None if after is None else write_cursor(server.vault, after, binding).decode()
    query = case.paged.query(sort=sort, cursor=cursor, **case.chosen)

    shown = await case.paged.listing.page(a_reader(explained), query, within=case.paged.within)

    for plan in explained.plans:
        must_be_cheap(plan)
    end = explained.row["last_id"] and Place(explained.row["last_sort"], explained.row["last_id"])
    return msgspec.json.decode(shown.body)["items"], end


def a_reader(explained: Explained) -> Reader:
    return Reader(explained, the_job("test"), BIG, ORIGIN)  # pyright: ignore[reportArgumentType]


def must_be_cheap(plan: Plan) -> None:
    """Fail on a big table read from end to end, and where far more rows are read than the page shows."""
    shown, read = page_in(plan)["Actual Rows"], read_in(plan)
    whole = [node for node in nodes_of(plan) if node["Node Type"] == "Seq Scan" and read_by(node) > BIG_ROWS]
    assert not whole, read
    assert sum(read.values()) <= shown * READ_PER_ROW + READ_BESIDES, (shown, read)


def page_in(plan: Plan) -> Plan:
    """Return the part that yields the page's rows, before they are put together."""
    return next(part for part in parts_of(plan) if part["Parent Relationship"] == "Outer")


def beside_the_page(plan: Plan) -> list[Plan]:
    return [part for part in parts_of(plan) if part["Parent Relationship"] != "Outer"]


def parts_of(plan: Plan) -> list[Plan]:
    return next(node for node in nodes_of(plan) if node["Node Type"] == "Aggregate")["Plans"]
