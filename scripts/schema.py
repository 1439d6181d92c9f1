"""Write schema.sql: the whole schema on one page, read back from a database with all migrations applied.

`--check` writes nothing and fails where the page no longer shows what the migrations make. The page is for
reading: one block per table with all that belongs to it, in the words of SQL, the same on every version of
Postgres. The migrations say why a column is there.
"""

import asyncio
import difflib
import re
import sys
from pathlib import Path

import asyncpg

from amss.embedded import Supervisor, start_postgres
from amss.embedded.folders import open_directory
from amss.foundation.migrations import migrate

PAGE = Path(__file__).resolve().parents[1] / "schema.sql"
HEADER = "-- Generated from migrations/ by `make schema`; do not edit."

TYPES = """
    SELECT format('CREATE TYPE %I AS ENUM (%s);', typname,
                  string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder))
    FROM pg_type JOIN pg_enum ON enumtypid = pg_type.oid
    WHERE typnamespace = 'public'::regnamespace
    GROUP BY typname ORDER BY typname
"""
SEQUENCES = """
    SELECT format('CREATE SEQUENCE %I;', relname) FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'S' ORDER BY relname
"""
# What an extension brought is not ours.
FUNCTIONS = """
    SELECT format(E'%s;\n-- EXECUTE: %s', rtrim(pg_get_functiondef(oid), E'\n'),
                  (SELECT string_agg(grantee::regrole::text, ', ' ORDER BY grantee::regrole::text)
                   FROM aclexplode(coalesce(proacl, acldefault('f', proowner)))))
    FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace
      AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
    ORDER BY proname
"""
TABLES = """
    SELECT oid, relname, relpersistence = 'u' AS unlogged, relrowsecurity, relforcerowsecurity
    FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname
"""
COLUMNS = """
    SELECT concat(quote_ident(attname), ' ', format_type(atttypid, atttypmod),
                  CASE WHEN attnotnull THEN ' NOT NULL' END,
                  CASE WHEN attgenerated = 's' THEN format(' GENERATED ALWAYS AS (%s) STORED', value)
                       ELSE ' DEFAULT ' || value END)
    FROM pg_attribute
    LEFT JOIN LATERAL (
        SELECT pg_get_expr(adbin, adrelid, true) AS value FROM pg_attrdef
        WHERE adrelid = attrelid AND adnum = attnum
    ) given ON true
    WHERE attrelid = $1 AND attnum > 0 AND NOT attisdropped ORDER BY attnum
"""
# Newer versions of Postgres list NOT NULL as constraints too; the columns show it.
CONSTRAINTS = """
    SELECT format('CONSTRAINT %I %s', conname, pg_get_constraintdef(oid, true)) FROM pg_constraint
    WHERE conrelid = $1 AND contype <> 'n'
    ORDER BY array_position('{p,u,x,c,f}', contype::text), conname
"""
INDEXES = """
    SELECT pg_get_indexdef(indexrelid) || ';' FROM pg_index
    WHERE indrelid = $1
      AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND conrelid = indrelid)
    ORDER BY indexrelid::regclass::text
"""
POLICIES = """
    SELECT format(E'CREATE POLICY %I ON %s TO %s\n    USING (%s)\n    WITH CHECK (%s);',
                  polname, polrelid::regclass,
                  (SELECT string_agg(role::regrole::text, ', ' ORDER BY role::regrole::text)
                   FROM unnest(polroles) role),
                  pg_get_expr(polqual, polrelid, true), pg_get_expr(polwithcheck, polrelid, true))
    FROM pg_policy WHERE polrelid = $1 ORDER BY polname
"""
TRIGGERS = """
    SELECT pg_get_triggerdef(oid, true) || ';' FROM pg_trigger
    WHERE tgrelid = $1 AND NOT tgisinternal ORDER BY tgname
"""
GRANTS = """
    SELECT format('GRANT %s ON %s TO %s;',
                  string_agg(privilege, ', ' ORDER BY privilege), $1::regclass, grantee)
    FROM (
        SELECT grantee::regrole::text AS grantee, privilege_type AS privilege
        FROM pg_class, aclexplode(relacl) WHERE oid = $1 AND grantee <> relowner
        UNION ALL
        SELECT grantee::regrole::text,
               format('%s (%s)', privilege_type, string_agg(quote_ident(attname), ', ' ORDER BY attnum))
        FROM pg_attribute, aclexplode(attacl) WHERE attrelid = $1 GROUP BY grantee, privilege_type
    ) granted
    GROUP BY grantee ORDER BY grantee
"""


def main() -> None:
    """Write the page, or compare it."""
    with open_directory() as directory:
        page = asyncio.run(make_page(directory))
    if "--check" in sys.argv:
        compare(page)
    else:
        PAGE.write_text(page)


async def make_page(directory: Path) -> str:
    """Return the page, read from a Postgres that lives for that long."""
    async with Supervisor() as supervisor:
        postgres = await start_postgres(supervisor, directory, durable=False)
        await migrate(postgres.url)
        connection = await asyncpg.connect(postgres.url)
        try:
            return await describe(connection)
        finally:
            await connection.close()


def compare(page: str) -> None:
    """Print what differs from the page that is kept, and fail."""
    kept = PAGE.read_text().splitlines() if PAGE.exists() else []
    made = page.splitlines()
    if difference := list(difflib.unified_diff(kept, made, "schema.sql", "migrations", lineterm="", n=1)):
        print("\n".join(difference))
        sys.exit("schema.sql does not show what the migrations make. Run `make schema`, commit the result.")


async def describe(connection: asyncpg.Connection) -> str:
    """Return the schema of a database as one page."""
    tables = [await describe_table(connection, table) for table in await connection.fetch(TABLES)]
    blocks = [
        HEADER,
        "\n".join([*await lines(connection, TYPES), *await lines(connection, SEQUENCES)]),
        *tables,
        *await lines(connection, FUNCTIONS),
    ]
    return in_our_words("\n\n".join(blocks)) + "\n"


def in_our_words(page: str) -> str:
    """Drop what Postgres adds to what was written: casts of literals, the default index method, long names."""
    page = re.sub(r"('[^'\n]*')::[a-z_]+(?: with time zone)?", r"\1", page)
    for theirs, ours in (
        (" USING btree ", " "),
        (" public.", " "),
        ("timestamp with time zone", "timestamptz"),
    ):
        page = page.replace(theirs, ours)
    return page


async def describe_table(connection: asyncpg.Connection, table: asyncpg.Record) -> str:
    """Return one table with its constraints, indexes, policies, triggers and grants."""
    oid, name = table["oid"], table["relname"]
    body = await lines(connection, COLUMNS, oid) + await lines(connection, CONSTRAINTS, oid)
    kind = "UNLOGGED TABLE" if table["unlogged"] else "TABLE"
    statements = [f"CREATE {kind} {name} (\n    " + ",\n    ".join(body) + "\n);"]
    statements += await lines(connection, INDEXES, oid)
    if table["relrowsecurity"]:
        statements.append(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY;")
    if table["relforcerowsecurity"]:
        statements.append(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY;")
    for query in (POLICIES, TRIGGERS, GRANTS):
        statements += await lines(connection, query, oid)
    return "\n".join(statements)


async def lines(connection: asyncpg.Connection, query: str, *values: object) -> list[str]:
    """Return a query's only column."""
    return [row[0] for row in await connection.fetch(query, *values)]


if __name__ == "__main__":
    main()
