"""How every table is made, also those not yet thought of."""

import random
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import msgspec
import pytest

# Found before the tenant is known, or by a worker that looks for work at all tenants.
ACROSS_TENANTS = {
    "api_keys_prefix_free",
    "exports_unfinished",
    "imports_unfinished",
    "outbox_events_put_off",
    "outbox_events_streamed",
    "outbox_events_to_fan_out",
    "outbox_events_to_stream",
    "users_by_email",
    "users_by_reset_code",
    "webhook_deliveries_to_send",
}
THE_TENANT = "(NULLIF(current_setting('amss.org_id'::text, true), ''::text))::uuid"


async def test_every_tenants_table_has_row_level_security_enabled_and_forced(
    superuser: asyncpg.Connection, tenants_tables: list[str]
) -> None:
    rows = await superuser.fetch(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
        "AND relrowsecurity AND relforcerowsecurity"
    )

    assert {row["relname"] for row in rows} == {"organizations", *tenants_tables}


async def test_every_tenants_table_has_the_two_policies(
    superuser: asyncpg.Connection, tenants_tables: list[str]
) -> None:
    for table in ["organizations", *tenants_tables]:
        key = "id" if table == "organizations" else "org_id"
        mine = f"({key} = {THE_TENANT})"

        policies = await superuser.fetch(
            """
            SELECT policyname, permissive, roles::text[], cmd, qual, with_check
            FROM pg_policies WHERE tablename = $1
            """,
            table,
        )

        assert {policy["policyname"]: tuple(policy.values())[1:] for policy in policies} == {
            "tenant": ("PERMISSIVE", ["amss_server"], "ALL", mine, mine),
            "everything": (
                "PERMISSIVE", ["amss_owner", "amss_retention", "amss_worker"], "ALL", "true", "true",
            ),
        }, table  # fmt: skip


async def test_everything_belongs_to_the_owner(superuser: asyncpg.Connection) -> None:
    strangers = await superuser.fetch(
        """
        SELECT relname FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relowner <> 'amss_owner'::regrole
        UNION ALL
        SELECT proname FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace AND proowner <> 'amss_owner'::regrole
          AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
        """
    )

    assert not strangers


async def test_every_primary_key_begins_with_the_organization(
    superuser: asyncpg.Connection, tenants_tables: list[str]
) -> None:
    keys = await superuser.fetch(
        """
        SELECT relname, attname FROM pg_index
        JOIN pg_class ON pg_class.oid = indrelid
        JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]
        WHERE indisprimary AND relnamespace = 'public'::regnamespace
        """
    )

    first_columns = {key["relname"]: key["attname"] for key in keys}

    assert {table: first_columns.get(table) for table in tenants_tables} == dict.fromkeys(tenants_tables, "org_id")


async def test_every_index_of_a_tenant_begins_with_the_organization(
    superuser: asyncpg.Connection, tenants_tables: list[str]
) -> None:
    indexes = await superuser.fetch(
        """
        SELECT indexrelid::regclass::text AS name FROM pg_index
        LEFT JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]
        WHERE indrelid::regclass::text = ANY($1) AND attname IS DISTINCT FROM 'org_id'
        """,
        tenants_tables,
    )

    assert {index["name"] for index in indexes} == ACROSS_TENANTS


async def test_every_foreign_key_between_tenants_tables_names_the_organization(
    superuser: asyncpg.Connection, tenants_tables: list[str]
) -> None:
    keys = await superuser.fetch(
        """
        SELECT conname, confrelid::regclass::text AS target,
               ARRAY(SELECT attname::text FROM unnest(conkey) WITH ORDINALITY k (num, place)
                     JOIN pg_attribute ON attrelid = conrelid AND attnum = num ORDER BY place) AS here,
               ARRAY(SELECT attname::text FROM unnest(confkey) WITH ORDINALITY k (num, place)
                     JOIN pg_attribute ON attrelid = confrelid AND attnum = num ORDER BY place) AS there
        FROM pg_constraint WHERE contype = 'f' AND conrelid::regclass::text = ANY($1)
        """,
        tenants_tables,
    )

    for key in keys:
        if key["target"] == "organizations":
            assert (key["here"], key["there"]) == (["org_id"], ["id"]), key["conname"]
        else:
            assert key["there"] == ["org_id", "id"], key["conname"]
            # A person who acts may be an admin, and an admin lives in another organization.
            assert key["here"][0] == "org_id" or key["target"] == "users", key["conname"]


async def test_a_time_is_printed_by_postgres_as_by_msgspec(superuser: asyncpg.Connection) -> None:
    chance = random.Random(2026)  # noqa: S311 - the same times in every run
    start = datetime(1970, 1, 1, tzinfo=UTC)
    times = [start + timedelta(seconds=chance.randrange(4_000_000_000)) for _ in range(500)]
    times += [time.replace(microsecond=chance.choice((1, 100, 120_000, 999_999))) for time in times]

    printed = await superuser.fetch("SELECT amss_utc(time) AS text FROM unnest($1::timestamptz[]) time", times)

    assert [row["text"] for row in printed] == [msgspec.to_builtins(time) for time in times]


async def test_printing_a_time_costs_no_function_call_of_its_own(superuser: asyncpg.Connection) -> None:
    plan = await superuser.fetch("EXPLAIN (VERBOSE) SELECT amss_utc(created_at) FROM aircraft")

    shown = "\n".join(row[0] for row in plan)
    assert "to_char" in shown
    assert "amss_utc" not in shown


async def test_retention_is_settled_in_days(superuser: asyncpg.Connection, two_tenants: tuple[UUID, UUID]) -> None:
    ours, _ = two_tenants

    for refused in ("2 months", "1 year", "40 days 1 hour", "1 month 5 days -720:00:00", "29 days"):
        with pytest.raises(asyncpg.CheckViolationError):
            await superuser.execute(
                f"UPDATE org_policies SET retention_interval = '{refused}' WHERE org_id = $1", ours
            )
    await superuser.execute("UPDATE org_policies SET retention_interval = '400 days' WHERE org_id = $1", ours)
