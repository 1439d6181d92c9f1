"""API keys through the front door: made, used, limited, expired, revoked."""

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from amss.features.auth import api_key_text
from amss.foundation.ids import new_id
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.rows import a_lone_row
from builders.sign_in import SignIn, an_admin
from builders.tenants import Tenant

AIRCRAFT = {"tail_number": "G-ABCD", "model": "A320-214"}


async def make(api: FrontDoor, tenant: Tenant, role: str = "scheduler", **more: Any) -> Any:
    made = await api(tenant.tenant_admin, "POST /api-keys", {"name": "ERP interface", "role": role, **more})
    assert made.status == 201, made.body
    return made.json


async def test_a_key_is_shown_once_and_kept_as_a_hash(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    key = await make(api, tenant, expires_at="2030-01-01T01:00:00+01:00")

    listed = await api(tenant.auditor, "GET /api-keys")
    kept = await installation.owner.fetchrow("SELECT * FROM api_keys WHERE org_id = $1", tenant.org_id)
    secret = key.pop("secret")
    assert key == {
        "id": key["id"],
        "name": "ERP interface",
        "prefix": secret[:17],
        "role": "scheduler",
        "created_by": str(tenant.tenant_admin.id),
        "expires_at": "2030-01-01T00:00:00Z",
        "last_used_at": None,
        "revoked_at": None,
        "version": 1,
        "created_at": key["created_at"],
        "updated_at": key["created_at"],
    }
    assert listed.json["items"] == [key]
    assert kept["key_hash"] == api_key_text.hashed(secret)
    assert secret not in str(kept)


async def test_the_secret_is_in_no_row_event_or_stored_answer(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    order, once = {"name": "ERP", "role": "auditor"}, {"idempotency-key": "once"}

    first, again = [await api(tenant.tenant_admin, "POST /api-keys", order, headers=once) for _ in range(2)]

    written = await installation.owner.fetch(
        """
        SELECT details::text AS text FROM audit_logs WHERE org_id = $1
        UNION ALL SELECT payload::text FROM outbox_events WHERE org_id = $1
        UNION ALL SELECT encode(response_body, 'escape') FROM idempotency_keys WHERE org_id = $1
        """,
        tenant.org_id,
    )
    everything = " ".join(row["text"] for row in written)
    assert again.body == first.body
    assert "ERP" in everything
    assert first.json["secret"] not in everything
    assert first.json["secret"][18:] not in everything


@pytest.mark.parametrize("header", ["authorization", "x-api-key"])
async def test_what_a_key_does_is_written_down_under_its_name(
    api: FrontDoor, installation: Installation, tenant: Tenant, header: str
) -> None:
    key = await make(api, tenant)
    shown = {"authorization": f"Bearer {key['secret']}", "x-api-key": key["secret"]}[header]

    created = await api(None, "POST /aircraft", AIRCRAFT, headers={header: shown})

    row = await installation.owner.fetchrow(
        "SELECT * FROM audit_logs WHERE org_id = $1 AND entity_type = 'aircraft'", tenant.org_id
    )
    assert created.status == 201, created.body
    assert (row["actor_kind"], str(row["api_key_id"]), row["actor_name"], row["user_id"]) == (
        "api_key",
        key["id"],
        "ERP interface",
        None,
    )


async def test_both_ends_of_a_key_are_events(api: FrontDoor, installation: Installation, tenant: Tenant) -> None:
    key = await make(api, tenant)

    revoked = await api(tenant.tenant_admin, f"DELETE /api-keys/{key['id']}", headers={"if-match": '"v1"'})

    events = await installation.owner.fetch(
        "SELECT event_type, payload FROM outbox_events WHERE org_id = $1 ORDER BY sequence", tenant.org_id
    )
    listed = (await api(tenant.tenant_admin, "GET /api-keys")).json["items"]
    again = await api(tenant.tenant_admin, f"DELETE /api-keys/{key['id']}")
    assert revoked.status == 204
    assert [each["event_type"] for each in events] == ["api_key.created", "api_key.revoked"]
    assert msgspec.json.decode(events[1]["payload"])["changed"] == ["revoked_at"]
    assert listed[0]["revoked_at"] is not None
    assert (again.status, again.code) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("order", "pointer"),
    [
        ({"role": "admin"}, "/role"),
        ({"role": "king"}, "/role"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "/expires_at"),
        ({"expires_at": "2030-01-01T00:00:00"}, "/expires_at"),
        ({"name": " "}, "/name"),
        ({"prefix": "amss_mine"}, "/prefix"),
        ({"org_id": "another's"}, "/org_id"),
        ({"created_by": "another"}, "/created_by"),
    ],
)
async def test_what_no_key_can_be_is_told_by_field(
    api: FrontDoor, tenant: Tenant, order: dict[str, Any], pointer: str
) -> None:
    refused = await api(tenant.tenant_admin, "POST /api-keys", {"name": "ERP", "role": "auditor"} | order)

    assert refused.status == 422
    assert [each["pointer"] for each in refused.json["errors"]] == [pointer]


async def test_even_an_admins_key_is_no_admin(api: FrontDoor, installation: Installation, tenant: Tenant) -> None:
    admin, there = await an_admin(installation), {"x-org-id": str(tenant.org_id)}

    refused = await api(admin, "POST /api-keys", {"name": "ERP", "role": "admin"}, headers=there)
    made = await api(admin, "POST /api-keys", {"name": "ERP", "role": "tenant_admin"}, headers=there)

    assert (refused.status, made.status) == (422, 201)
    assert made.json["created_by"] == str(admin.id)
    for route in ("GET /organizations", "POST /organizations"):
        assert (await api(made.json["secret"], route)).code == "FORBIDDEN"


async def test_a_key_made_by_a_key_names_no_person(api: FrontDoor, tenant: Tenant) -> None:
    first = await make(api, tenant, "tenant_admin")

    second = await api(first["secret"], "POST /api-keys", {"name": "Child", "role": "auditor"})

    assert (second.status, second.json["created_by"]) == (201, None)


async def test_an_expired_key_opens_nothing(sign_in: SignIn, tenant: Tenant) -> None:
    expiry = sign_in.clock.now + timedelta(minutes=5)
    key = await make(sign_in.door, tenant, expires_at=expiry)
    before = await sign_in.ask(key["secret"], "GET /aircraft")

    sign_in.clock.now = expiry

    after = await sign_in.ask(key["secret"], "GET /aircraft")
    assert before.status == 200
    assert (after.status, after.code, after.headers["www-authenticate"]) == (401, "AUTH", "Bearer")


async def test_a_key_with_anothers_secret_opens_nothing(api: FrontDoor, tenant: Tenant) -> None:
    key = (await make(api, tenant))["secret"]
    body = key[:18] + api_key_text.new_key()[18:-6]
    forged = body + api_key_text._checksum(body)  # pyright: ignore[reportPrivateUsage] - a forger knows CRC-32
    await api(key, "GET /aircraft")

    answers = [await api(each, "GET /aircraft") for each in (forged, api_key_text.new_key(), key[:-1] + "-")]

    assert {(each.status, each.code, each.json["detail"]) for each in answers} == {
        (401, "AUTH", "The API key is not valid, or not any more.")
    }


async def test_what_was_never_a_key_costs_no_question_to_the_database(api: FrontDoor, tenant: Tenant) -> None:
    key = (await make(api, tenant))["secret"]
    mistyped = key[:30] + ("a" if key[30] != "a" else "b") + key[31:]
    database = api.resources.database
    taken: list[str] = []

    @asynccontextmanager
    async def counted() -> AsyncGenerator[Any]:
        taken.append("a connection")
        async with lent() as connection:
            yield connection

    lent, database.connection = database.connection, counted
    try:
        refused = await api(mistyped, "GET /aircraft")
    finally:
        database.connection = lent

    assert (refused.status, taken) == (401, [])


async def test_a_key_has_no_account_password_or_sessions(api: FrontDoor, tenant: Tenant) -> None:
    key = (await make(api, tenant, "tenant_admin"))["secret"]
    password = {"current_password": "x", "new_password": "a better kept secret"}

    answers = [
        await api(key, "GET /auth/me"),
        await api(key, "GET /auth/sessions"),
        await api(key, f"DELETE /auth/sessions/{new_id()}"),
        await api(key, "POST /auth/password", password),
        await api(key, "POST /auth/reauthenticate", {"password": "x"}),
    ]

    assert {(each.status, each.code) for each in answers} == {(403, "FORBIDDEN")}


async def test_a_mechanics_key_is_never_the_assigned_mechanic(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    key = await make(api, tenant, "mechanic")
    aircraft = (await api(tenant.planner, "POST /aircraft", AIRCRAFT)).json["id"]
    start = datetime.now(UTC)
    task = {
        "aircraft_id": aircraft, "type": "repair", "title": "Fix the flap", "start_time": start,
        "end_time": start + timedelta(hours=1), "assigned_mechanic_id": str(tenant.mechanic.id),
    }  # fmt: skip
    task_id = (await api(tenant.planner, "POST /maintenance-tasks", task)).json["id"]
    # Not even where somebody has the key's own id.
    namesake = await a_lone_row(
        installation.owner, "users", tenant.org_id, id=key["id"], role="mechanic", name="Namesake",
        email=f"{key['id']}@example.test",
    )  # fmt: skip
    assert namesake is not None
    other = await api(
        tenant.planner,
        "POST /maintenance-tasks",
        {**task, "title": "Another", "assigned_mechanic_id": key["id"]},
    )

    for each in (task_id, other.json["id"]):
        path = f"PATCH /maintenance-tasks/{each}/state"
        started = await api(key["secret"], path, {"state": "in_progress"})
        completed = await api(key["secret"], path, {"state": "completed", "notes": "done"})
        assert [(reply.status, reply.code) for reply in (started, completed)] == [(403, "FORBIDDEN")] * 2
    assert (await api(key["secret"], f"GET /maintenance-tasks/{task_id}")).status == 200


async def test_a_key_meets_its_own_limit_beside_the_organizations(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    await installation.owner.execute(
        "UPDATE org_policies SET api_key_rate_limit_per_min = 2 WHERE org_id = $1", tenant.org_id
    )
    first, second = [(await make(api, tenant))["secret"] for _ in range(2)]

    answers = [await api(first, "GET /aircraft") for _ in range(3)]

    of_the_other = await api(second, "GET /aircraft")
    of_a_person = await api(tenant.planner, "GET /aircraft")
    assert [each.status for each in answers] == [200, 200, 429]
    assert answers[0].headers["ratelimit-policy"] == '"api";q=6000;w=60, "api_key";q=2;w=60'
    left = {name: int(r) for name, r in re.findall(r'"(\w+)";r=(\d+)', answers[2].headers["ratelimit"])}
    assert (left["api"] > 5990, left["api_key"]) == (True, 0)  # as much of the organization's as came back meanwhile
    assert (of_the_other.status, of_a_person.status) == (200, 200)
    assert of_a_person.headers["ratelimit-policy"] == '"api";q=6000;w=60'
