"""Every statement the product sends names its tenant; the few that cannot are listed here with the reason."""

import gc
from typing import Any

import pytest
from pglast import ast as sql
from pglast import parse_sql
from pglast.visitors import Visitor

from amss.foundation.reading import Listing
from builders.statements import Statement, statements

_WORKER = "the worker's claim, for whichever tenant has work"
_COMPOSED = "composed of a Listing's parts or a caller's inner statement, which are checked themselves"
ACROSS_TENANTS = {
    "amss.features.audit.sealing.find_waiting": _WORKER,
    "amss.features.imports.queries.find_unfinished": _WORKER,
    "amss.features.webhooks.deliveries.claim_due": _WORKER,
    "amss.foundation.reading.Listing.one": _COMPOSED,
    "amss.foundation.reading.Listing.page": _COMPOSED,
    "amss.foundation.reading.Listing.whole": _COMPOSED,
    "amss.foundation.reading.read_page": _COMPOSED,
    "amss.foundation.reading._of_a_tenant": _COMPOSED,
    "amss.foundation.statements._text_of": _COMPOSED,
    "amss.journal.outbox.buckets_with_work": _WORKER,
    "amss.journal.outbox.claim": _WORKER,
    "amss.journal.outbox.count_given_up": "one figure of all tenants together",
    "amss.journal.outbox.seconds_waited": _WORKER,
    "amss.journal.outbox._stream_slice_again": _WORKER,
    "amss.server.at_once._do": _COMPOSED,
}


class _Queries(Visitor):
    """Finds, for each query level of a statement, the tables it touches and whether it says `org_id`."""

    def __init__(self, tenants_tables: set[str]) -> None:
        self.faults: list[str] = []
        self._tables = tenants_tables

    def _judge(self, node: Any, tables: set[str], *conditions: Any) -> None:
        touched = tables & self._tables
        if touched and not any(_names_org_id(condition) for condition in conditions):
            self.faults.append(f"{type(node).__name__} on {', '.join(sorted(touched))} does not name org_id")

    def visit_SelectStmt(self, _ancestors: Any, node: Any) -> None:  # noqa: N802 - pglast's name
        self._judge(node, _tables_of(node.fromClause), node.whereClause, node.fromClause)

    def visit_UpdateStmt(self, _ancestors: Any, node: Any) -> None:  # noqa: N802 - pglast's name
        self._judge(node, {node.relation.relname}, node.whereClause, node.fromClause)

    def visit_DeleteStmt(self, _ancestors: Any, node: Any) -> None:  # noqa: N802 - pglast's name
        self._judge(node, {node.relation.relname}, node.whereClause, node.usingClause)

    def visit_InsertStmt(self, _ancestors: Any, node: Any) -> None:  # noqa: N802 - pglast's name
        columns = {column.name for column in node.cols or ()}
        if node.relation.relname in self._tables and "org_id" not in columns:
            self.faults.append(f"INSERT into {node.relation.relname} does not give org_id")


def _tables_of(from_clause: Any) -> set[str]:
    found: set[str] = set()
    for item in from_clause or ():
        if isinstance(item, sql.RangeVar):
            found.add(item.relname or "")
        elif isinstance(item, sql.JoinExpr):
            found |= _tables_of((item.larg, item.rarg))
    return found


def _names_org_id(node: Any) -> bool:
    if isinstance(node, tuple):
        return any(_names_org_id(each) for each in node)
    if isinstance(node, sql.ColumnRef):
        return node.fields is not None and getattr(node.fields[-1], "sval", None) == "org_id"
    if isinstance(node, sql.JoinExpr) and any(name.sval == "org_id" for name in node.usingClause or ()):
        return True
    if isinstance(node, sql.Node) and not isinstance(node, sql.SelectStmt):
        return any(_names_org_id(getattr(node, name)) for name in node)
    return False


STATEMENTS = statements()


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda statement: statement.place)
def test_a_statement_names_its_tenant(statement: Statement, tenants_tables: list[str]) -> None:
    if statement.place in ACROSS_TENANTS:
        return
    queries = _Queries(set(tenants_tables))

    queries(parse_sql(statement.text))

    assert queries.faults == [], statement.text


def test_the_exceptions_still_exist() -> None:
    assert set(ACROSS_TENANTS) <= {statement.place for statement in STATEMENTS}


def test_every_list_is_of_one_tenant() -> None:
    listings = [thing for thing in gc.get_objects() if isinstance(thing, Listing)]

    assert listings
    for listing in listings:
        assert "t.org_id = tenant.org::uuid" in listing.source, listing


def test_the_check_sees_a_statement_without_its_tenant(tenants_tables: list[str]) -> None:
    queries = _Queries(set(tenants_tables))

    queries(
        parse_sql("WITH a AS (SELECT id FROM aircraft WHERE org_id = $1) UPDATE users SET name = 'x' WHERE id = $2")
    )

    assert queries.faults == ["UpdateStmt on users does not name org_id"]
