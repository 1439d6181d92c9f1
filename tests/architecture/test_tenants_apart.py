"""What the database lets each role see and do, whatever the code above it asks for."""

from uuid import UUID

import asyncpg
import pytest

from amss.foundation.ids import new_id
from builders.databases import ConnectAs
from builders.rows import insert, values_for

Tenants = tuple[UUID, UUID]


async def test_with_no_tenant_set_the_server_sees_nothing_and_adds_nothing(
    connect_as: ConnectAs, tenants_tables: list[str], two_tenants: Tenants
) -> None:
    ours, _ = two_tenants
    server = await connect_as("amss_server")

    for table in ["organizations", *tenants_tables]:
        assert await server.fetchval(f"SELECT count(*) FROM {table}") == 0, table
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await insert(server, table, await values_for(server, table, ours))


async def test_the_server_sees_only_the_tenant_it_has_set(
    connect_as: ConnectAs, tenants_tables: list[str], two_tenants: Tenants
) -> None:
    ours, _ = two_tenants
    server = await connect_as("amss_server")
    await server.execute(f"SET amss.org_id = '{ours}'")

    for table in tenants_tables:
        seen = await server.fetch(f"SELECT DISTINCT org_id FROM {table}")
        assert [row["org_id"] for row in seen] == [ours], table
    assert await server.fetchval("SELECT array_agg(id) FROM organizations") == [ours]


async def test_the_server_can_neither_add_nor_change_a_row_of_another_tenant(
    connect_as: ConnectAs, tenants_tables: list[str], two_tenants: Tenants
) -> None:
    ours, theirs = two_tenants
    server = await connect_as("amss_server")
    await server.execute(f"SET amss.org_id = '{ours}'")

    for table in ["organizations", *tenants_tables]:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await insert(server, table, await values_for(server, table, theirs))
    assert await server.execute("UPDATE aircraft SET model = 'stolen' WHERE org_id = $1", theirs) == "UPDATE 0"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await server.execute("UPDATE aircraft SET org_id = $2 WHERE org_id = $1", ours, theirs)


async def test_the_worker_sees_every_tenant(
    connect_as: ConnectAs, tenants_tables: list[str], two_tenants: Tenants
) -> None:
    worker = await connect_as("amss_worker")

    for table in tenants_tables:
        seen = await worker.fetch(f"SELECT org_id FROM {table}")
        assert set(two_tenants) <= {row["org_id"] for row in seen}, table


async def test_only_the_worker_touches_the_staging_table(connect_as: ConnectAs) -> None:
    server, worker = await connect_as("amss_server"), await connect_as("amss_worker")

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await server.fetch("SELECT * FROM import_rows_staging")
    assert await worker.fetch("SELECT * FROM import_rows_staging") == []


async def test_a_workers_login_deletes_only_as_the_retention_role(
    bare_database: str, superuser: asyncpg.Connection, two_tenants: Tenants
) -> None:
    ours, _ = two_tenants
    login = f"worker_{new_id().hex}"
    await superuser.execute(f"CREATE ROLE {login} LOGIN PASSWORD 'of the worker' IN ROLE amss_worker")
    worker = await asyncpg.connect(bare_database, user=login, password="of the worker")

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await worker.execute("DELETE FROM utilization_entries WHERE org_id = $1", ours)
    async with worker.transaction():
        await worker.execute("SET LOCAL ROLE amss_retention")
        assert await worker.fetchval("SELECT count(*) FROM utilization_entries WHERE org_id = $1", ours) == 1
        assert await worker.execute("DELETE FROM utilization_entries WHERE false") == "DELETE 0"

    await worker.close()
    await superuser.execute(f"DROP ROLE {login}")


async def test_sign_in_finds_people_before_the_tenant_is_known(connect_as: ConnectAs, two_tenants: Tenants) -> None:
    server = await connect_as("amss_server")

    found = await server.fetch("SELECT * FROM find_logins('Someone@Example.test')")

    assert set(two_tenants) <= {row["org_id"] for row in found}
    assert await server.fetchval("SELECT count(*) FROM users") == 0


async def test_an_api_key_is_found_by_its_prefix(
    connect_as: ConnectAs, superuser: asyncpg.Connection, two_tenants: Tenants
) -> None:
    ours, _ = two_tenants
    prefix = await superuser.fetchval("SELECT prefix FROM api_keys WHERE org_id = $1", ours)
    server = await connect_as("amss_server")

    [found] = await server.fetch("SELECT * FROM find_api_key($1)", prefix)

    assert (found["org_id"], found["role"], found["org_status"]) == (ours, "auditor", "active")


@pytest.mark.usefixtures("two_tenants")
async def test_an_admin_pages_through_the_organizations(connect_as: ConnectAs) -> None:
    server = await connect_as("amss_server")

    [first] = await server.fetch("SELECT * FROM list_organizations(NULL, NULL, 1)")
    [second] = await server.fetch("SELECT * FROM list_organizations($1, $2, 1)", first["name"], first["id"])

    assert (first["name"], first["id"]) < (second["name"], second["id"])
    assert await server.fetchval("SELECT count_organizations() >= 2")
    assert await server.fetchval("SELECT slug FROM find_organization($1)", first["id"]) == first["slug"]
    assert await server.fetchval("SELECT id FROM find_organization_by_slug($1)", first["slug"]) == first["id"]


async def test_nobody_but_the_server_may_look_across_tenants(
    connect_as: ConnectAs, superuser: asyncpg.Connection
) -> None:
    looking = await superuser.fetch(
        """
        SELECT oid::regprocedure::text AS function, proconfig,
               ARRAY(SELECT grantee::regrole::text FROM aclexplode(proacl)
                     WHERE grantee <> proowner) AS granted
        FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef
        """
    )
    worker = await connect_as("amss_worker")

    assert len(looking) == 7
    for function in looking:
        assert function["granted"] == ["amss_server"], function["function"]
        assert function["proconfig"] == ["search_path=pg_catalog, public, pg_temp"], function["function"]
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await worker.fetch("SELECT * FROM find_logins('someone@example.test')")
