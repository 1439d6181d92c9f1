"""Reading: one statement sets the tenant, finds the rows and builds the JSON, in one round trip.

The setting is local to the statement's own transaction. `tenant.org` stands inside a LATERAL part that the
planner cannot pull up, so the setting is made before row-level security asks for it; a wrong order could only
show no rows, never another tenant's.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cache, cached_property
from types import NoneType, UnionType
from typing import Any, get_args
from uuid import UUID

import msgspec

from amss.foundation.access import Actor
from amss.foundation.database import Connection, Database, Origin
from amss.foundation.errors import FieldError, Invalid, NotFound
from amss.foundation.paging import FacetedQuery, ListQuery, Place, WholeQuery, read_cursor, write_cursor
from amss.foundation.statements import Statement


class Shown(msgspec.Struct, frozen=True):
    """JSON as Postgres built it, and the version it shows."""

    body: bytes
    version: int | None = None


class Reader(msgspec.Struct, frozen=True):
    """What a reading use case may ask for: who reads, in which tenant, and the database."""

    database: Database
    actor: Actor
    org_id: UUID
    origin: Origin

    async def row(self, inner: str, *values: Any) -> Any:
        """Run a SELECT that refers to `tenant.org` (values from $2 on); return its row or None."""
        async with self.database.connection() as connection:
            return await read_row(connection, self.org_id, inner, *values)

    async def rows(self, inner: str, *values: Any) -> list[Any]:
        """Run such a SELECT; return its rows."""
        async with self.database.connection() as connection:
            return await connection.fetch(_of_a_tenant(inner), self.org_id, *values)


async def read_row(connection: Connection, org_id: UUID, inner: str, *values: Any) -> Any:
    """Run a SELECT as `Reader.row` does, on a connection that is there already."""
    return await connection.fetchrow(_of_a_tenant(inner), org_id, *values)


def _of_a_tenant(inner: str) -> str:
    return (
        "SELECT found.* FROM set_config('amss.org_id', $1::uuid::text, true) AS tenant(org), "
        f"LATERAL ({inner} OFFSET 0) found"
    )


@dataclass(frozen=True, kw_only=True)
class Listing:
    """One kind of thing as it is listed and shown: its shape, its rows, its filters and its orders.

    `source` is what follows FROM, with the condition `t.org_id = tenant.org::uuid`; the thing itself is `t`.
    A filter is a condition with `{}` where the value goes. A sort is a never-null expression and its type; where no
    two rows have the same value, its name stands in `unique`, and Postgres is spared the look at a second one.
    A facet is an aggregate over rows that counts them as JSON, by the values of the field it is named after.
    """

    shows: type[msgspec.Struct]
    source: str
    sorts: Mapping[str, tuple[str, str]]
    default_sort: str
    filters: Mapping[str, str] = field(default_factory=dict[str, str])
    expressions: Mapping[str, str] = field(default_factory=dict[str, str])
    facets: Mapping[str, str] = field(default_factory=dict[str, str])
    unique: Collection[str] = ()
    versioned: bool = True

    def must_know(self, query: WholeQuery) -> None:
        """Refuse a query that asks for an order or a count that there is not."""
        if query.sort is not None:
            self._order(query.sort)
        if isinstance(query, FacetedQuery) and query.facets not in (None, *self.facets):
            known = ", ".join(self.facets)
            raise Invalid(errors=(FieldError("facets", "UNKNOWN", f"Count by one of: {known}."),))

    async def page(self, reader: Reader, query: ListQuery, *, within: Mapping[str, Any] | None = None) -> Shown:
        """Answer one page as JSON; `within` fixes filters that the path names."""
        self.must_know(query)
        chosen = {**_filters_of(query), **(within or {})}
        sort = self.default_sort if query.sort is None else query.sort
        order, kind, descending = self._order(sort)
        values: list[Any] = []
        conditions = self._conditions(chosen, values)
        where = "".join(conditions.values())
        beside = self._beside(query, conditions)
        after = ""
        binding = _binding(self, reader.org_id, sort, chosen)
        if query.cursor is not None:
            place = read_cursor(reader.database.vault, query.cursor, binding)
            comparison = "<" if descending else ">"
            after = f" AND ({order}, t.id) {comparison} (${len(values) + 2}::text::{kind}, ${len(values) + 3}::uuid)"
            values += [place.sort, place.id]
        direction = "DESC" if descending else "ASC"
        tie_break = "" if sort.removeprefix("-") in self.unique else f", t.id {direction}"
        return await read_page(
            reader,
            f"SELECT {self._shown} AS shown, ({order})::text AS sort, t.id "
            f"FROM {self.source}{where}{after} ORDER BY {order} {direction}{tie_break}",
            values,
            limit=query.limit,
            binding=binding,
            beside=beside,
        )

    def where(self, query: msgspec.Struct, values: list[Any], *, without: Collection[str] = ()) -> str:
        """Return what a query's filters add to the source's condition, and add their values to those from $2 on."""
        chosen = {name: value for name, value in _filters_of(query).items() if name not in without}
        return "".join(self._conditions(chosen, values).values())

    def whole(
        self,
        query: WholeQuery,
        org_id: UUID,
        columns: str,
        joined: str = "",
        *,
        within: Mapping[str, Any] | None = None,
    ) -> Statement:
        """Return the SELECT of all rows in their order, for use in a transaction.

        What is joined may refer to `t`; `within` fixes filters that the path names.
        """
        order, _, descending = self._order(query.sort or self.default_sort)
        values: list[Any] = []
        where = "".join(self._conditions({**_filters_of(query), **(within or {})}, values).values())
        direction = "DESC" if descending else "ASC"
        return Statement(
            f"SELECT row.* FROM (SELECT $1::uuid::text) AS tenant (org), LATERAL ("
            f"SELECT {columns} FROM (SELECT t.* FROM {self.source}{where}) t {joined} "
            f"ORDER BY {order} {direction}, t.id {direction}) row",
            (org_id, *values),
        )

    async def one(self, reader: Reader, thing_id: UUID) -> Shown:
        """Answer one thing as JSON, or refuse with `NotFound`."""
        version = "t.version" if self.versioned else "NULL::int"
        row = await reader.row(
            f"SELECT {self._shown} AS shown, {version} AS version FROM {self.source} AND t.id = $2",
            thing_id,
        )
        if row is None:
            raise NotFound
        return Shown(row["shown"].encode(), row["version"])

    @cached_property
    def _shown(self) -> str:
        return shown_as_json(self.shows, self.expressions)

    def _order(self, sort: str) -> tuple[str, str, bool]:
        name = sort.removeprefix("-")
        if name not in self.sorts:
            known = ", ".join(self.sorts)
            raise Invalid(errors=(FieldError("sort", "UNKNOWN", f"Sort by one of: {known}."),))
        return *self.sorts[name], sort.startswith("-")

    def _conditions(self, chosen: Mapping[str, Any], values: list[Any]) -> dict[str, str]:
        """Return the condition of each filter that was chosen, and add its value to the statement's."""
        conditions: dict[str, str] = {}
        for name, value in chosen.items():
            if isinstance(value, StrEnum):
                # A literal, because only a literal can meet the condition of a partial index.
                place = f"'{value.value}'"
            elif isinstance(value, bool):
                place = str(value).lower()
            else:
                values.append(value)
                place = f"${len(values) + 1}"
            conditions[name] = " AND " + self.filters[name].format(place)
        return conditions

    def _beside(self, query: ListQuery, conditions: Mapping[str, str]) -> dict[str, str]:
        """Return what is to be answered beside the page, each a SELECT of JSON."""
        beside: dict[str, str] = {}
        if query.count:
            beside["total"] = f"SELECT count(*) FROM {self.source}{''.join(conditions.values())}"
        if isinstance(query, FacetedQuery) and query.facets is not None:
            # Whoever looks at one value wants to know how many the others have.
            others = "".join(each for name, each in conditions.items() if name != query.facets)
            counts = f"SELECT {self.facets[query.facets]} FROM {self.source}{others}"
            beside["facets"] = f"SELECT json_build_object('{query.facets}', ({counts}))"
        return beside


async def read_page(
    reader: Reader,
    rows: str,
    values: Sequence[Any],
    *,
    limit: int,
    binding: bytes,
    beside: Mapping[str, str] | None = None,
) -> Shown:
    """Answer one page as JSON, made of a SELECT of `shown`, `sort` and `id`; its values are $2 and on.

    `beside` are SELECTs of what is answered beside the items, over the same values. The limit is spelled out: it is
    one of two hundred, and a plan that does not know it is no plan for a page.
    """
    more = beside or {}
    row = await reader.row(
        f"SELECT array_to_string((array_agg(page.shown))[:{limit}], ',') AS shown, count(*) AS found, "
        f"(array_agg(page.sort))[{limit}] AS last_sort, (array_agg(page.id))[{limit}] AS last_id"
        + "".join(f", ({each})::text AS {name}" for name, each in more.items())
        + f" FROM ({rows} LIMIT {limit + 1}) page",
        *values,
    )
    cursor = b"null"
    if row["found"] > limit:
        place = Place(row["last_sort"], row["last_id"])
        cursor = b'"%s"' % write_cursor(reader.database.vault, place, binding)
    items: str = row["shown"] or ""
    said = "".join(f',"{name}":{row[name]}' for name in more)
    return Shown(b'{"items":[%s],"next_cursor":%s%s}' % (items.encode(), cursor, said.encode()))


def shown_as_json(shape: type[msgspec.Struct], expressions: Mapping[str, str]) -> str:
    """Return the SQL that builds a struct's JSON from the row `t` as text, in the form msgspec would give it.

    `concat` looks up once in a statement how a type is written; json_build_object does it anew for every value.
    """
    parts: list[str] = []
    text = "{"
    for each in msgspec.structs.fields(shape):
        before, value, after = _json_of(each.type, expressions.get(each.encode_name, f"t.{each.encode_name}"))
        parts += [f"'{text}\"{each.encode_name}\":{before}'", value]
        text = f"{after},"
    return f"concat({', '.join(parts)}, '{text.removesuffix(',')}}}')"


def _json_of(kind: Any, source: str) -> tuple[str, str, str]:
    """Return the SQL of a value and what stands before and after it, for it to be JSON."""
    kinds = get_args(kind) if isinstance(kind, UnionType) else (kind,)
    types = [each for each in kinds if each not in (NoneType, msgspec.UnsetType)]
    if datetime in types:
        source = f"amss_utc({source})"
    if all(each in (int, float, bool) for each in types):
        value, quote = f"({source})::text", ""
    elif all(isinstance(each, type) and issubclass(each, (UUID, date, StrEnum)) for each in types):
        value, quote = f"({source})::text", '"'
    else:
        value, quote = f"to_json({source})::text", ""
    if len(types) == len(kinds):
        return quote, value, quote
    quoted = f"'\"' || {value} || '\"'" if quote else value
    return "", f"coalesce({quoted}, 'null')", ""


def _filters_of(query: msgspec.Struct) -> dict[str, Any]:
    return {name: value for name in _filter_names(type(query)) if (value := getattr(query, name)) is not None}


@cache
def _filter_names(query: type[msgspec.Struct]) -> tuple[str, ...]:
    common = {each.name for each in msgspec.structs.fields(FacetedQuery)}
    return tuple(each.name for each in msgspec.structs.fields(query) if each.name not in common)


def _binding(listing: Listing, org_id: UUID, sort: str, chosen: Mapping[str, Any]) -> bytes:
    """Return what a cursor is good for: one kind of thing, one tenant, one order, the same filters."""
    filters = sorted((name, str(value)) for name, value in chosen.items())
    return msgspec.json.encode([listing.shows.__name__, org_id, sort, filters])
