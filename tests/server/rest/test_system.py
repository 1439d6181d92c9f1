"""The paths beside the API: alive, ready, measured, verifiable."""

import dataclasses
from collections.abc import AsyncIterator

import jwt
import msgspec
import pytest
from prometheus_client.parser import text_string_to_metric_families

from amss.embedded import Stores
from amss.foundation.database import Database
from amss.foundation.migrations import load, migrate
from builders.databases import an_empty_database
from builders.front_door import FrontDoor, front_door
from builders.installation import Installation
from builders.tenants import Tenant


@pytest.fixture
async def behind(installation: Installation, stores: Stores) -> AsyncIterator[tuple[FrontDoor, str]]:
    """A server whose database was never migrated, and that database's address."""
    async with an_empty_database(stores) as url:
        # The role is the cluster's, made by the migrations of the other database.
        database = Database(url, role="amss_server", process="behind", settings=installation.settings)
        async with front_door(dataclasses.replace(installation, server=database)) as door:
            yield door, url
        await database.close()


async def test_a_living_process_says_so(api: FrontDoor) -> None:
    answer = await api(None, "GET /health")

    assert (answer.status, answer.json) == (200, {"status": "ok"})


async def test_a_server_with_its_stores_is_ready(api: FrontDoor) -> None:
    answer = await api(None, "GET /ready")

    assert (answer.status, answer.json) == (200, {"status": "ready"})


async def test_a_server_without_its_schema_names_the_migrations_until_they_are_there(
    behind: tuple[FrontDoor, str],
) -> None:
    door, url = behind

    before = await door(None, "GET /ready")
    await migrate(url)
    after = await door(None, "GET /ready")

    assert (before.status, before.code) == (503, "UNAVAILABLE")
    first = load()[0].name
    assert before.json["detail"] == f"The database lacks {len(load())} migrations, first {first}. Run `amss migrate`."
    assert after.status == 200


async def test_a_server_whose_migration_was_changed_is_not_ready(
    behind: tuple[FrontDoor, str], installation: Installation
) -> None:
    door, url = behind
    await migrate(url)
    owner = Database(url, role=None, process="owner", settings=installation.settings)
    async with owner.connection() as connection:
        await connection.execute("UPDATE schema_migrations SET sha256 = 'other' WHERE version = '0002'")
    await owner.close()

    answer = await door(None, "GET /ready")

    assert (answer.status, answer.code) == (503, "UNAVAILABLE")
    assert "was changed after it was applied" in answer.json["detail"]


async def test_a_server_without_its_database_is_alive_but_not_ready(
    installation: Installation, tenant: Tenant
) -> None:
    lost = Database("postgresql://amss@127.0.0.1:1/amss", role=None, process="lost", settings=installation.settings)

    async with front_door(dataclasses.replace(installation, server=lost)) as door:
        ready, health = await door(None, "GET /ready"), await door(None, "GET /health")
        read = await door(tenant.planner, "GET /aircraft")

    assert (ready.status, ready.json["detail"]) == (
        503,
        "AMSS cannot reach its database right now. Try again shortly.",
    )
    assert (read.status, read.headers["retry-after"], health.status) == (503, "2", 200)


async def test_metrics_are_not_here_without_a_token_of_their_own(api: FrontDoor) -> None:
    answer = await api("anything", "GET /metrics")

    assert (answer.status, answer.code) == (404, "NOT_FOUND")


async def test_metrics_are_for_who_knows_the_token(installation: Installation, tenant: Tenant) -> None:
    settings = msgspec.structs.replace(installation.settings, metrics_token="open sesame")

    async with front_door(dataclasses.replace(installation, settings=settings)) as door:
        await door(tenant.planner, f"GET /aircraft/{tenant.org_id}")
        nobody, other = await door(None, "GET /metrics"), await door(tenant.planner, "GET /metrics")
        answer = await door("open sesame", "GET /metrics")

    assert {nobody.code, other.code} == {"AUTH"}
    samples = [each for family in text_string_to_metric_families(answer.body.decode()) for each in family.samples]
    routes = {each.labels["http_route"] for each in samples if "http_route" in each.labels}
    assert "/api/v1/aircraft/{aircraft_id}" in routes
    assert not any(str(tenant.org_id) in str(each.labels) for each in samples)
    assert {each.value for each in samples if each.name == "amss_database_connections_in_use"} == {0}


async def test_whoever_has_the_public_keys_can_verify_our_tokens(api: FrontDoor, tenant: Tenant) -> None:
    jwks = (await api(None, "GET /.well-known/jwks.json")).json

    key = jwt.PyJWKSet.from_dict(jwks)[jwt.get_unverified_header(tenant.planner.token)["kid"]]
    claims = jwt.decode(tenant.planner.token, key, algorithms=["EdDSA"], audience="api", issuer="amss")

    assert claims["sub"] == str(tenant.planner.id)
    assert "d" not in jwks["keys"][0]
