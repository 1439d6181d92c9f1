"""A database that explains every statement before it is run, and what there is to read in a plan."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import msgspec

from amss.foundation.access import the_job
from amss.foundation.database import Database, Transaction
from amss.foundation.statements import Statement
from builders.tenants import ORIGIN

Plan = dict[str, Any]  # a node of a plan, with all that is below it

_EXPLAIN = "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON)"


class Explained:
    """The server's database, where every statement is explained before it is run: by one plan for all values."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.vault = database.vault
        self.row: Any = None
        self.plans: list[Plan] = []

    @asynccontextmanager
    async def connection(self) -> AsyncGenerator["Explained"]:
        async with self._database.connection() as connection:
            self._connection: Any = connection
            yield self

    async def fetchrow(self, statement: str, *values: Any) -> Any:
        self.plans.append(await self._explain(statement, values))
        self.row = await self._connection.fetchrow(statement, *values)
        return self.row

    async def fetch(self, statement: str, *values: Any) -> list[Any]:
        self.plans.append(await self._explain(statement, values))
        return await self._connection.fetch(statement, *values)

    async def fetch_in(self, org_id: UUID, statement: Statement) -> Any:
        """Run what is written for a transaction of an organization; return its first row."""
        async with self.transaction_of(org_id) as tx:
            return await tx.connection.fetchrow(statement.text, *statement.values)

    @asynccontextmanager
    async def transaction_of(self, org_id: UUID) -> AsyncGenerator[Transaction]:
        async with self._database.transaction(the_job("test"), org_id, ORIGIN) as tx:
            self._connection = tx.connection
            tx.connection = self  # pyright: ignore[reportAttributeAccessIssue]
            yield tx

    async def _explain(self, statement: str, values: tuple[Any, ...]) -> Plan:
        literals = ", ".join("'{}'".format(str(value).replace("'", "''")) for value in values)
        await self._connection.execute(f"PREPARE listed AS {statement}")
        try:
            explained = await self._connection.fetchval(f"{_EXPLAIN} EXECUTE listed ({literals})")
        finally:
            await self._connection.execute("DEALLOCATE listed")
        return msgspec.json.decode(explained)[0]["Plan"]


def read_in(plan: Plan) -> dict[str, float]:
    """Return how many rows each scan of a plan read, those it threw away included, by what it scanned.

    What a bitmap leads to is counted where the index is read: no fewer rows, the filtered ones among them.
    """
    read: dict[str, float] = {}
    for node in nodes_of(plan):
        if node["Node Type"] == "Bitmap Heap Scan":
            continue
        if (scanned := node.get("Index Name", node.get("Relation Name"))) is not None:
            name = f"{node['Node Type']} {scanned}"
            read[name] = read.get(name, 0) + read_by(node)
    return read


def read_by(node: Plan) -> float:
    each_time = (
        node["Actual Rows"] + node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    )
    return each_time * node["Actual Loops"]


def nodes_of(plan: Plan) -> Iterator[Plan]:
    yield plan
    for inner in plan.get("Plans", []):
        yield from nodes_of(inner)
