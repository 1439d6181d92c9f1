"""Lists as Postgres builds them: order, cursors, counts, tenants apart, the same JSON that msgspec writes."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from amss.features.aircraft.model import AircraftOut, AircraftQuery, AircraftStatus
from amss.features.aircraft.queries import AIRCRAFT
from amss.foundation.errors import Invalid, Malformed, NotFound
from amss.foundation.ids import new_id
from amss.foundation.reading import Reader
from builders.commands import another_process
from builders.installation import Installation
from builders.tenants import ORIGIN, Tenant


@pytest.fixture
async def reader(installation: Installation, tenant: Tenant) -> AsyncIterator[Reader]:
    """A reader with one connection, so that whatever stayed on it would show."""
    async with another_process(installation, connections=1) as process:
        yield Reader(process.database, tenant.planner.actor, tenant.org_id, ORIGIN)


async def add(installation: Installation, tenant: Tenant, *tails: str, **fields: Any) -> None:
    names = "".join(f", {name}" for name in fields)
    places = "".join(f", ${n}" for n in range(4, 4 + len(fields)))
    for tail in tails:
        await installation.owner.execute(
            f"INSERT INTO aircraft (org_id, id, tail_number, model{names}) VALUES ($1, $2, $3, 'A320'{places})",
            tenant.org_id,
            new_id(),
            tail,
            *fields.values(),
        )


async def page(reader: Reader, **query: Any) -> Any:
    return msgspec.json.decode((await AIRCRAFT.page(reader, AircraftQuery(**query))).body)


async def walk(reader: Reader, **query: Any) -> list[str]:
    """Return the tail numbers of all pages."""
    tails: list[str] = []
    cursor = None
    while True:
        answer = await page(reader, cursor=cursor, **query)
        tails += [item["tail_number"] for item in answer["items"]]
        if (cursor := answer["next_cursor"]) is None:
            return tails


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 6, 7])
@pytest.mark.parametrize("sort", ["model", "-model", "created_at", "-created_at", "tail_number", "-tail_number"])
async def test_pages_of_any_size_show_everything_once_and_in_one_order(
    installation: Installation, tenant: Tenant, reader: Reader, limit: int, sort: str
) -> None:
    # Two times and one model: most places in the order are decided by the id.
    await add(installation, tenant, "G-A", "G-C", "G-E", created_at=datetime(2026, 1, 1, 0, 0, 0, 5, tzinfo=UTC))
    await add(installation, tenant, "G-B", "G-D", "G-F", created_at=datetime(2026, 1, 1, tzinfo=UTC))

    in_one = await walk(reader, sort=sort, limit=200)
    in_many = await walk(reader, sort=sort, limit=limit)

    assert in_many == in_one
    assert sorted(in_many) == ["G-A", "G-B", "G-C", "G-D", "G-E", "G-F"]


async def test_descending_is_ascending_backwards(installation: Installation, tenant: Tenant, reader: Reader) -> None:
    await add(installation, tenant, "G-A", "G-B", "G-C")

    assert await walk(reader, sort="-model", limit=2) == (await walk(reader, sort="model", limit=2))[::-1]


async def test_the_total_counts_all_matches_and_only_when_asked(
    installation: Installation, tenant: Tenant, reader: Reader
) -> None:
    await add(installation, tenant, "G-A", "G-B", "G-C")
    await add(installation, tenant, "G-X", status="grounded")

    counted = await page(reader, limit=1, count=True, status=AircraftStatus.OPERATIONAL)
    not_counted = await page(reader)
    none = await page(reader, count=True, q="N0NE")

    assert (counted["total"], len(counted["items"])) == (3, 1)
    assert "total" not in not_counted
    assert none == {"items": [], "next_cursor": None, "total": 0}


async def test_a_cursor_is_good_for_its_own_list_only(
    installation: Installation, tenant: Tenant, another_tenant: Tenant, reader: Reader
) -> None:
    for each in (tenant, another_tenant):
        await add(installation, each, "G-A", "G-B")
    cursor = (await page(reader, limit=1, model="A320"))["next_cursor"]
    theirs = Reader(reader.database, another_tenant.planner.actor, another_tenant.org_id, ORIGIN)

    assert (await page(reader, limit=2, model="A320", cursor=cursor))["items"][0]["tail_number"] == "G-B"
    for asker, query in (
        (reader, {"model": "A320", "sort": "-tail_number"}),
        (reader, {"model": "A320", "sort": "model"}),
        (reader, {"model": "A321"}),
        (reader, {}),
        (theirs, {"model": "A320"}),
    ):
        with pytest.raises(Malformed):
            await page(asker, cursor=cursor, **query)


@pytest.mark.parametrize("sort", ["", "-", "id", "--tail_number", "tail_number,model", "tail_number; DROP TABLE x"])
async def test_an_unknown_order_is_refused_with_those_that_exist(reader: Reader, sort: str) -> None:
    with pytest.raises(Invalid) as refused:
        await page(reader, sort=sort)

    (fault,) = refused.value.errors
    assert (fault.pointer, fault.message) == ("sort", "Sort by one of: tail_number, model, created_at.")


async def test_nothing_of_one_tenant_shows_to_the_next_on_the_same_connection(
    installation: Installation, tenant: Tenant, another_tenant: Tenant, reader: Reader
) -> None:
    await add(installation, tenant, "G-OURS")
    await add(installation, another_tenant, "G-THEIRS")
    theirs = Reader(reader.database, another_tenant.planner.actor, another_tenant.org_id, ORIGIN)

    # More often than the five times after which Postgres may plan without looking at the values.
    seen = [await walk(each) for _ in range(12) for each in (reader, theirs)]

    assert seen == [["G-OURS"], ["G-THEIRS"]] * 12
    async with reader.database.connection() as connection:
        assert not await connection.fetchval("SELECT current_setting('amss.org_id', true)")
        assert await connection.fetchval("SELECT count(*) FROM aircraft") == 0


async def test_one_thing_is_shown_with_its_version_or_not_found(
    installation: Installation, tenant: Tenant, another_tenant: Tenant, reader: Reader
) -> None:
    await add(installation, tenant, "G-OURS", version=7)
    await add(installation, another_tenant, "G-THEIRS")
    ours, theirs = [
        await installation.owner.fetchval("SELECT id FROM aircraft WHERE org_id = $1", each.org_id)
        for each in (tenant, another_tenant)
    ]

    shown = await AIRCRAFT.one(reader, ours)

    assert (shown.version, msgspec.json.decode(shown.body)["tail_number"]) == (7, "G-OURS")
    for absent in (theirs, new_id()):
        with pytest.raises(NotFound):
            await AIRCRAFT.one(reader, absent)


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 24, 4, 0, 0, 0, tzinfo=UTC),
        datetime(2026, 11, 24, 4, 0, 0, 1, tzinfo=UTC),
        datetime(2026, 11, 24, 4, 0, 0, 100_000, tzinfo=UTC),
        datetime(2026, 11, 24, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    ],
)
async def test_postgres_and_msgspec_write_the_same_json(
    installation: Installation, tenant: Tenant, reader: Reader, moment: datetime
) -> None:
    async with installation.server.transaction(tenant.planner.actor, tenant.org_id, ORIGIN) as tx:
        await tx.run(
            """
            INSERT INTO aircraft (org_id, id, tail_number, model, created_at, last_maintenance, in_service_on,
                                  next_due, manufacturer, planned_daily_minutes)
            VALUES ($1, $2, 'G-ABCD', 'A320', $3, $3, $4, $4, $5, 312.25)
            """,
            tenant.org_id,
            new_id(),
            moment,
            moment.date(),
            'Žluťoučký "Kůň" \\ / \t\u2028\x7f',
        )

    shown = msgspec.json.decode((await AIRCRAFT.page(reader, AircraftQuery())).body)["items"][0]

    read_as_struct = msgspec.convert(shown, AircraftOut)
    assert (read_as_struct.created_at, read_as_struct.next_due) == (moment, moment.date())
    assert msgspec.json.decode(msgspec.json.encode(read_as_struct)) == shown
    assert list(shown) == [each.name for each in msgspec.structs.fields(AircraftOut)]
