"""A page costs what it shows, however much there is: every list, filter and order, explained at 100,000 rows.

The statement explained is the one the product sends, as the server's role, which row-level security binds: what is
an index condition for the owner often is none for it.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager
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
from amss.features.audit.queries import AUDIT_TRAIL
from amss.features.auth.api_key_queries import API_KEYS
from amss.features.auth.queries import SESSIONS
from amss.features.imports.model import ImportQuery, ImportRowQuery
from amss.features.imports.queries import IMPORTS, ROWS
from amss.features.organizations.queries import ORGANIZATIONS, POLICIES
from amss.features.programs.due_model import DueItemQuery
from amss.features.programs.due_queries import DUE_ITEMS
from amss.features.programs.model import ProgramQuery
from amss.features.programs.queries import PROGRAMS
from amss.features.tasks.model import TaskQuery
from amss.features.tasks.queries import TASKS
from amss.features.users.model import UserQuery
from amss.features.users.queries import COLLEAGUES, USERS
from amss.features.webhooks.deliveries import DELIVERIES
from amss.features.webhooks.model import DeliveryQuery, WebhookQuery
from amss.features.webhooks.queries import WEBHOOKS
from amss.foundation.access import the_job
from amss.foundation.database import Database
from amss.foundation.migrations import migrate
from amss.foundation.paging import ListQuery, Place, write_cursor
from amss.foundation.reading import Listing, Reader, _binding  # pyright: ignore[reportPrivateUsage]
from builders.big_tenants import BIG, fill, id_of
from builders.databases import an_empty_database
from builders.installation import Installation
from builders.statements import modules
from builders.tenants import ORIGIN

BIG_ROWS = 10_000  # a table of fewer may be read from end to end
READ_PER_ROW = 20
READ_BESIDES = 500
SAMPLES: dict[str, Any] = {
    "aircraft_id": id_of("airc", 110),
    "program_id": id_of("prog", 110),
    "entity_id": id_of("airc", 10),
    "user_id": id_of("user", 10),
    "assigned_mechanic_id": str(id_of("user", 10)),
    "tail_number": "t0000110",
    "model": "M-110",
    "icao_type": "I7",
    "q": "t00099",
    "code": "C-77",
    "entity_type": "policy",
    "event_type": "task.deleted",
    "due_before": date(2026, 3, 1),
    "start_from": datetime(2026, 11, 1, tzinfo=UTC),
    "start_to": datetime(2026, 3, 1, tzinfo=UTC),
    "since": datetime(2026, 11, 1, tzinfo=UTC),
    "until": datetime(2026, 3, 1, tzinfo=UTC),
}


@dataclass(frozen=True)
class Paged:
    """A list as it is asked for: with which query, and within what the path names."""

    name: str
    listing: Listing
    query: type[ListQuery] = ListQuery
    within: dict[str, Any] = field(default_factory=dict[str, Any])


LISTS = (
    Paged("aircraft", AIRCRAFT, AircraftQuery),
    Paged("audit trail", AUDIT_TRAIL, AuditQuery),
    Paged("API keys", API_KEYS),
    Paged(
        "sessions",
        replace(SESSIONS, expressions={**SESSIONS.expressions, "current": "false"}),
        within={"user_id": id_of("user", 10)},
    ),
    Paged("imports", IMPORTS, ImportQuery),
    Paged("import rows", ROWS, ImportRowQuery, within={"import_id": id_of("impo", 1)}),
    Paged("due items", DUE_ITEMS, DueItemQuery),
    Paged("programs", PROGRAMS, ProgramQuery),
    Paged("tasks", TASKS, TaskQuery),
    Paged("users", USERS, UserQuery),
    Paged("colleagues", COLLEAGUES, UserQuery),
    Paged("deliveries", DELIVERIES, DeliveryQuery, within={"webhook_id": id_of("hook", 1)}),
    Paged("webhooks", WEBHOOKS, WebhookQuery),
)
NEVER_PAGED = (ORGANIZATIONS, POLICIES)  # one of each is all that a tenant sees
# What cannot be served by an index yet, and why.
EXCEPTIONS = {
    "due items by tail_number": "the tail number is the aircraft's, not the item's: issue 4 derives a column",
    "due items by -tail_number": "the tail number is the aircraft's, not the item's: issue 4 derives a column",
    f"due items by projected_on, model={SAMPLES['model']}": "the model is the aircraft's: issue 4 derives a column",
    f"deliveries by -created_at, event_type={SAMPLES['event_type']}": "the type is the event's, not the delivery's",
}


@dataclass(frozen=True)
class Case:
    """One list with one filter, or one order."""

    paged: Paged
    sort: str
    chosen: dict[str, Any] = field(default_factory=dict[str, Any])

    def __str__(self) -> str:
        chosen = "".join(f", {name}={value}" for name, value in self.chosen.items())
        return f"{self.paged.name} by {self.sort}{chosen}"

    def query(self, **more: Any) -> ListQuery:
        return self.paged.query(sort=self.sort, **self.chosen, **more)


def cases() -> Iterator[Case]:
    """Yield each order without a filter, and each value of each filter in the default order."""
    for paged in LISTS:
        for sort in paged.listing.sorts:
            yield Case(paged, sort)
            yield Case(paged, f"-{sort}")
        for each in msgspec.structs.fields(paged.query):
            if each.name in paged.listing.filters:
                for value in values_of(each.name, each.type):
                    yield Case(paged, paged.listing.default_sort, {each.name: value})


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


class Explained:
    """The server's database, where every statement is explained before it is run."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.vault = database.vault
        self.plans: list[dict[str, Any]] = []
        self.rows: list[Any] = []

    @asynccontextmanager
    async def connection(self) -> AsyncGenerator["Explained"]:
        async with self._database.connection() as connection:
            self._connection: Any = connection
            yield self

    async def fetchrow(self, statement: str, *values: Any) -> Any:
        [explained] = await self._connection.fetchrow(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", *values)
        self.plans.append(msgspec.json.decode(explained)[0]["Plan"])
        self.rows.append(await self._connection.fetchrow(statement, *values))
        return self.rows[-1]


@pytest.fixture(scope="module")
async def server(stores: Stores, installation: Installation) -> AsyncIterator[Database]:
    async with an_empty_database(stores) as url:
        await migrate(url)
        await fill(url)
        database = Database(url, role="amss_server", process="test-plans", settings=installation.settings)
        yield database
        await database.close()


def test_every_list_is_explained_here() -> None:
    listings = [value for module in modules() for value in vars(module).values() if isinstance(value, Listing)]
    explained = [*NEVER_PAGED, *(paged.listing for paged in LISTS)]

    assert {(each.shows, each.source) for each in listings} == {(each.shows, each.source) for each in explained}


def test_every_exception_is_still_a_case() -> None:
    assert EXCEPTIONS.keys() <= {str(case) for case in cases()}


@pytest.mark.parametrize("case", list(cases()), ids=str)
async def test_a_page_reads_little_more_than_it_shows(
    server: Database, case: Case, request: pytest.FixtureRequest
) -> None:
    if str(case) in EXCEPTIONS:
        request.node.add_marker(pytest.mark.xfail(reason=EXCEPTIONS[str(case)], strict=True))
    explained = Explained(server)
    reader = Reader(explained, the_job("test"), BIG, ORIGIN)  # pyright: ignore[reportArgumentType]

    first = await page(case, reader)
    # The last page, by the cursor a patient reader would come to it with.
    backwards = case.sort.removeprefix("-") if case.sort.startswith("-") else f"-{case.sort}"
    await page(replace(case, sort=backwards), reader)
    end = explained.rows[-1]
    if end["last_id"] is not None:
        await page(case, reader, cursor_to(case, reader, Place(end["last_sort"], end["last_id"])))

    assert first, "the sample finds nothing, so it shows nothing"
    for plan in explained.plans:
        must_be_cheap(plan)


async def page(case: Case, reader: Reader, cursor: str | None = None) -> list[Any]:
    shown = await case.paged.listing.page(reader, case.query(cursor=cursor), within=case.paged.within)
    return msgspec.json.decode(shown.body)["items"]


def cursor_to(case: Case, reader: Reader, place: Place) -> str:
    chosen = {**case.chosen, **case.paged.within}
    return write_cursor(reader.database.vault, place, _binding(case.paged.listing, BIG, case.sort, chosen)).decode()


def must_be_cheap(plan: dict[str, Any]) -> None:
    """Fail on a big table read from end to end, and where far more rows are read than the page shows."""
    nodes = [*nodes_of(plan)]
    aggregate = next(node for node in nodes if node["Node Type"] == "Aggregate")
    shown = aggregate["Plans"][0]["Actual Rows"]
    read = {
        f"{node['Node Type']} {node.get('Index Name', node.get('Relation Name'))}": read_by(node)
        for node in nodes
        if "Relation Name" in node or "Index Name" in node
    }
    whole = [node for node in nodes if node["Node Type"] == "Seq Scan" and read_by(node) > BIG_ROWS]
    assert not whole, read
    assert sum(read.values()) <= shown * READ_PER_ROW + READ_BESIDES, (shown, read)


def read_by(node: dict[str, Any]) -> float:
    each_time = (
        node["Actual Rows"] + node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    )
    return each_time * node["Actual Loops"]


def nodes_of(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", []):
        yield from nodes_of(inner)
