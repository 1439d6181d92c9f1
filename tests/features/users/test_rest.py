"""The people of an organization through the front door."""

import asyncio
from typing import Any

import pytest

from amss.foundation.access import Role
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.sign_in import an_admin
from builders.tenants import Person, Tenant, a_person

ADA = {
    "email": "Ada.Moss@example.test",
    "name": "Ada Moss",
    "role": "mechanic",
    "password": "a hangar full of secrets",
    "licence_number": "UK.66.0815",
    "licence_kind": "Part-66 B1",
}


async def test_somebody_joins_and_signs_in(api: FrontDoor, tenant: Tenant) -> None:
    created = await api(tenant.tenant_admin, "POST /users", ADA)
    entered = await api(
        None, "POST /auth/login", {"email": ADA["email"], "password": ADA["password"], "org": tenant.slug}
    )

    assert created.status == 201, created.body
    assert created.headers["etag"] == '"v1"'
    assert created.json == {
        "id": created.json["id"],
        "name": "Ada Moss",
        "role": "mechanic",
        "active": True,
        "email": "Ada.Moss@example.test",
        "licence_number": "UK.66.0815",
        "licence_kind": "Part-66 B1",
        "must_change_password": False,
        "last_login_at": None,
        "version": 1,
        "created_at": created.json["created_at"],
        "updated_at": created.json["created_at"],
    }
    assert entered.status == 200


async def test_a_user_looks_the_same_created_shown_and_listed(api: FrontDoor, tenant: Tenant) -> None:
    created = await api(tenant.tenant_admin, "POST /users", ADA | {"role": "auditor"})

    shown = await api(tenant.auditor, f"GET /users/{created.json['id']}")
    listed = await api(tenant.tenant_admin, "GET /users?role=auditor&count=true")

    assert (shown.json, shown.headers["etag"]) == (created.json, '"v1"')
    assert created.json in listed.json["items"]
    assert listed.json["total"] == 2


@pytest.mark.parametrize("reader", ["planner", "mechanic"])
async def test_colleagues_see_only_whom_they_can_give_work(api: FrontDoor, tenant: Tenant, reader: str) -> None:
    person: Person = getattr(tenant, reader)

    listed = await api(person, "GET /users?role=mechanic")
    shown = await api(person, f"GET /users/{tenant.mechanic.id}")

    assert shown.json == {
        "id": str(tenant.mechanic.id),
        "name": tenant.mechanic.email,
        "role": "mechanic",
        "active": True,
    }
    assert listed.json["items"] == [shown.json]


@pytest.mark.parametrize("person", ["planner", "mechanic", "auditor"])
async def test_only_a_tenant_admin_manages_people(api: FrontDoor, tenant: Tenant, person: str) -> None:
    somebody: Person = getattr(tenant, person)

    answers = [
        await api(somebody, "POST /users", ADA),
        await api(somebody, f"PATCH /users/{somebody.id}", {"role": "tenant_admin"}),
        await api(somebody, f"DELETE /users/{tenant.planner.id}"),
    ]

    assert [(each.status, each.code) for each in answers] == [(403, "FORBIDDEN")] * 3


async def test_an_e_mail_belongs_to_one_person_of_an_organization(
    api: FrontDoor, tenant: Tenant, another_tenant: Tenant
) -> None:
    first = await api(tenant.tenant_admin, "POST /users", ADA)

    again = await api(tenant.tenant_admin, "POST /users", ADA | {"email": ADA["email"].lower()})
    taken_over = await api(tenant.tenant_admin, f"PATCH /users/{tenant.planner.id}", {"email": ADA["email"]})
    elsewhere = await api(another_tenant.tenant_admin, "POST /users", ADA)
    await api(tenant.tenant_admin, f"DELETE /users/{first.json['id']}")
    afterwards = await api(tenant.tenant_admin, "POST /users", ADA)

    assert [(each.status, each.code) for each in (again, taken_over)] == [(409, "DUPLICATE")] * 2
    assert (elsewhere.status, afterwards.status) == (201, 201)


async def test_everything_wrong_with_a_new_user_is_named(api: FrontDoor, tenant: Tenant) -> None:
    wrong = {"email": "ada", "name": " ", "role": "pilot", "password": "too short", "active": True}

    answer = await api(tenant.tenant_admin, "POST /users", wrong)
    common = await api(tenant.tenant_admin, "POST /users", ADA | {"password": "Password12345"})
    long = await api(tenant.tenant_admin, "POST /users", ADA | {"password": "x" * 129})

    assert answer.status == 422
    assert {fault["pointer"] for fault in answer.json["errors"]} == {
        "/email",
        "/name",
        "/role",
        "/password",
        "/active",
    }
    assert [(fault["pointer"], fault["code"]) for fault in common.json["errors"]] == [("/password", "TOO_COMMON")]
    assert [fault["pointer"] for fault in long.json["errors"]] == ["/password"]


async def test_an_edit_counts_versions_and_refuses_a_stale_one(api: FrontDoor, tenant: Tenant) -> None:
    path = f"PATCH /users/{tenant.mechanic.id}"

    first = await api(
        tenant.tenant_admin, path, {"name": "Ada", "licence_number": None}, headers={"if-match": '"v1"'}
    )
    stale = await api(tenant.tenant_admin, path, {"name": "Bea"}, headers={"if-match": '"v1"'})
    nothing = await api(tenant.tenant_admin, path, {"password": "a new password here"})

    assert (first.status, first.json["name"], first.json["licence_number"], first.json["version"]) == (
        200,
        "Ada",
        None,
        2,
    )
    assert (stale.status, stale.code) == (412, "PRECONDITION_FAILED")
    assert (nothing.status, nothing.json["errors"][0]["pointer"]) == (422, "/password")


@pytest.mark.parametrize("change", [{"role": "scheduler"}, {"active": False}])
async def test_nobody_takes_away_his_own_standing(
    api: FrontDoor, tenant: Tenant, installation: Installation, change: dict[str, Any]
) -> None:
    await a_person(installation, tenant.org_id, Role.TENANT_ADMIN)

    edited = await api(tenant.tenant_admin, f"PATCH /users/{tenant.tenant_admin.id}", change)
    removed = await api(tenant.tenant_admin, f"DELETE /users/{tenant.tenant_admin.id}")

    assert [(each.status, each.code) for each in (edited, removed)] == [(409, "OWN_ACCOUNT")] * 2


async def test_the_last_tenant_admin_stays_even_for_an_admin(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    admin = await an_admin(installation)
    there = {"x-org-id": str(tenant.org_id)}
    path = f"/users/{tenant.tenant_admin.id}"

    refused = [
        await api(admin, f"PATCH {path}", {"role": "auditor"}, headers=there),
        await api(admin, f"PATCH {path}", {"active": False}, headers=there),
        await api(admin, f"DELETE {path}", headers=there),
    ]

    assert [(each.status, each.code) for each in refused] == [(409, "LAST_ADMINISTRATOR")] * 3


async def test_two_tenant_admins_cannot_remove_each_other_at_once(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    other = await a_person(installation, tenant.org_id, Role.TENANT_ADMIN)

    answers = await asyncio.gather(
        api(tenant.tenant_admin, f"DELETE /users/{other.id}"),
        api(other, f"DELETE /users/{tenant.tenant_admin.id}"),
    )

    # Whose request comes in after he was removed is not let in at all.
    assert sorted(each.status for each in answers) in ([204, 401], [204, 409])


async def test_an_admin_is_made_by_admins_in_system_alone(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    admin = await an_admin(installation)
    an_order = ADA | {"role": "admin", "email": f"root-{tenant.slug}@example.test"}

    by_tenant_admin = await api(tenant.tenant_admin, "POST /users", an_order)
    in_a_tenant = await api(admin, "POST /users", an_order, headers={"x-org-id": str(tenant.org_id)})
    at_home = await api(admin, "POST /users", an_order)

    assert (by_tenant_admin.status, by_tenant_admin.code) == (403, "FORBIDDEN")
    assert (in_a_tenant.status, in_a_tenant.json["errors"][0]["pointer"]) == (422, "/role")
    assert (at_home.status, at_home.json["role"]) == (201, "admin")


async def test_what_an_admin_does_for_a_tenant_is_audited_with_both_organizations(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    admin = await an_admin(installation)

    await api(admin, "POST /users", ADA, headers={"x-org-id": str(tenant.org_id)})

    [row] = await installation.owner.fetch("SELECT * FROM audit_logs WHERE org_id = $1", tenant.org_id)
    assert (row["actor_org_id"], row["user_id"], row["action"]) == (admin.org_id, admin.id, "create")


async def test_a_removed_user_is_gone_and_stays_in_the_audit_trail(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    removed = await api(tenant.tenant_admin, f"DELETE /users/{tenant.planner.id}")

    shown = await api(tenant.tenant_admin, f"GET /users/{tenant.planner.id}")
    again = await api(tenant.tenant_admin, f"DELETE /users/{tenant.planner.id}")
    [event] = await installation.owner.fetch("SELECT * FROM outbox_events WHERE org_id = $1", tenant.org_id)
    assert (removed.status, removed.body) == (204, b"")
    assert (shown.status, again.status) == (404, 404)
    assert (event["event_type"], event["aggregate_id"]) == ("user.deleted", tenant.planner.id)


async def test_another_tenants_user_does_not_exist(api: FrontDoor, tenant: Tenant, another_tenant: Tenant) -> None:
    theirs = another_tenant.planner.id

    answers = [
        await api(tenant.tenant_admin, f"GET /users/{theirs}"),
        await api(tenant.tenant_admin, f"PATCH /users/{theirs}", {"name": "stolen"}),
        await api(tenant.tenant_admin, f"DELETE /users/{theirs}"),
    ]
    listed = await api(tenant.tenant_admin, "GET /users?limit=200")

    assert [(each.status, each.code) for each in answers] == [(404, "NOT_FOUND")] * 3
    assert str(theirs) not in {item["id"] for item in listed.json["items"]}


async def test_no_password_or_hash_is_written_where_people_read(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    created = await api(tenant.tenant_admin, "POST /users", ADA, headers={"idempotency-key": "once"})
    await api(tenant.tenant_admin, f"PATCH /users/{created.json['id']}", {"name": "Ada Fern"})

    written = await installation.owner.fetch(
        """
        SELECT details::text AS text FROM audit_logs WHERE org_id = $1
        UNION ALL SELECT payload::text FROM outbox_events WHERE org_id = $1
        UNION ALL SELECT convert_from(response_body, 'UTF8') FROM idempotency_keys WHERE org_id = $1
        """,
        tenant.org_id,
    )
    everything = " ".join(row["text"] for row in written)
    assert "Ada Fern" in everything
    assert not any(secret in everything for secret in ("argon2", ADA["password"], "password_hash", '"password"'))
