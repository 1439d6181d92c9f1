"""A row for any table, made from the catalogue: for tests that must hold for tables not yet thought of."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import asyncpg

from amss.foundation.ids import new_id

COLUMNS = """
    SELECT attname AS name, format_type(atttypid, NULL) AS type,
           (SELECT enumlabel FROM pg_enum WHERE enumtypid = atttypid AND enumsortorder = 1) AS first_label
    FROM pg_attribute
    WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped
      AND attnotnull AND NOT atthasdef
    ORDER BY attnum
"""
BY_TYPE = {
    "text": "text",
    "citext": "someone@example.test",
    "integer": "1",
    "bigint": "1",
    "date": "2026-11-24",
    "timestamp with time zone": "2026-11-24 04:00:00+00",
    "bytea": "\\x00",
    "jsonb": "{}",
    "text[]": "{task.*}",
}
# What a CHECK of the table asks beyond the type.
BY_COLUMN: dict[tuple[str, str], Callable[[UUID], str]] = {
    ("organizations", "slug"): lambda row_id: f"org-{row_id.hex}",
    ("aircraft", "tail_number"): lambda row_id: row_id.hex[-8:].upper(),
    ("api_keys", "role"): lambda _: "auditor",
    ("api_keys", "prefix"): lambda row_id: row_id.hex,
    ("audit_logs", "actor_kind"): lambda _: "system",
    ("maintenance_program_limits", "interval_type"): lambda _: "cycles",
    ("maintenance_program_limits", "unit"): lambda _: "cycles",
    ("maintenance_program_limits", "tolerance_unit"): lambda _: "cycles",
    ("webhook_deliveries", "status"): lambda _: "held",
    ("maintenance_tasks", "end_time"): lambda _: "2026-11-24 08:00:00+00",
}


async def values_for(connection: asyncpg.Connection, table: str, org_id: UUID, **given: Any) -> dict[str, str]:
    """Return a value, written as SQL would, for every column that must have one."""
    row_id = org_id if table == "organizations" else new_id()
    values: dict[str, Any] = {}
    for column in await connection.fetch(COLUMNS, table):
        name = column["name"]
        if name == "org_id":
            values[name] = org_id
        elif column["type"] == "uuid":
            values[name] = row_id if name == "id" else new_id()
        else:
            values[name] = column["first_label"] or BY_TYPE[column["type"]]
    asked = {name: value(row_id) for (of, name), value in BY_COLUMN.items() if of == table}
    return {name: str(value) for name, value in {**values, **asked, **given}.items()}


async def insert(connection: asyncpg.Connection, table: str, values: dict[str, str]) -> None:
    """Insert one row."""
    names = ", ".join(f'"{name}"' for name in values)
    literals = ", ".join("'" + value.replace("'", "''") + "'" for value in values.values())
    await connection.execute(f"INSERT INTO {table} ({names}) VALUES ({literals})")


async def a_lone_row(connection: asyncpg.Connection, table: str, org_id: UUID, **given: Any) -> UUID | None:
    """Insert a row without the rows it refers to, as the superuser can; return its id, if it has one."""
    values = await values_for(connection, table, org_id, **given)
    async with connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        await insert(connection, table, values)
    return UUID(values["id"]) if "id" in values else None
