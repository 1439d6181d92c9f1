"""Organizations and their policies through the front door."""

from typing import Any

import pytest

from amss.foundation.ids import new_id
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.sign_in import an_admin
from builders.tenants import Person, Tenant


@pytest.fixture
async def admin(installation: Installation) -> Person:
    return await an_admin(installation)


def highland(**more: Any) -> dict[str, Any]:
    return {
        "name": "Highland Air",
        "slug": f"highland-{new_id().hex}",
        "time_zone": "Europe/London",
        "tenant_admin": {
            "email": "ada@highland.example",
            "name": "Ada Moss",
            "password": "over the hills and far away",
        },
        **more,
    }


async def test_an_organization_is_founded_with_its_policy_and_its_first_tenant_admin(
    api: FrontDoor, installation: Installation, admin: Person
) -> None:
    order = highland()

    founded = await api(admin, "POST /organizations", order, headers={"idempotency-key": order["slug"]})
    again = await api(admin, "POST /organizations", order, headers={"idempotency-key": order["slug"]})

    org_id = founded.json["id"]
    entered = await api(
        None,
        "POST /auth/login",
        {"email": "ada@highland.example", "password": order["tenant_admin"]["password"], "org": order["slug"]},
    )
    policy = await api(entered.json["access_token"], f"GET /organizations/{org_id}/policy")
    assert founded.status == 201, founded.body
    assert founded.json == {
        "id": org_id,
        "name": "Highland Air",
        "slug": order["slug"],
        "time_zone": "Europe/London",
        "status": "active",
        "legal_hold": False,
        "version": 1,
        "created_at": founded.json["created_at"],
        "updated_at": founded.json["created_at"],
    }
    assert founded.headers["location"].endswith(f"/organizations/{org_id}")
    assert (again.body, again.headers["idempotent-replayed"]) == (founded.body, "true")
    assert (policy.json["retention_interval"], policy.json["sign_off_by_any_mechanic"]) == ("P365D", False)
    audit = await installation.owner.fetch(
        "SELECT * FROM audit_logs WHERE org_id = $1 AND action = 'create' ORDER BY id", founded.json["id"]
    )
    assert [(row["entity_type"], row["actor_org_id"], row["user_id"]) for row in audit] == [
        ("organization", admin.org_id, admin.id),
        ("user", admin.org_id, admin.id),
    ]


async def test_a_slug_is_taken_once(api: FrontDoor, admin: Person, tenant: Tenant) -> None:
    taken = await api(admin, "POST /organizations", highland(slug=tenant.slug))
    reserved = await api(admin, "POST /organizations", highland(slug="system"))

    assert (taken.status, taken.code) == (409, "DUPLICATE")
    assert (reserved.status, reserved.json["errors"][0]["pointer"]) == (422, "/slug")


async def test_a_refused_first_tenant_admin_leaves_no_organization(
    api: FrontDoor, installation: Installation, admin: Person
) -> None:
    order = highland()
    order["tenant_admin"]["password"] = "password1234"

    refused = await api(admin, "POST /organizations", order)

    found = await installation.owner.fetchval("SELECT count(*) FROM organizations WHERE slug = $1", order["slug"])
    assert (refused.status, refused.json["errors"][0]["pointer"]) == (422, "/tenant_admin/password")
    assert found == 0


async def test_everything_wrong_with_a_new_organization_is_named(api: FrontDoor, admin: Person) -> None:
    answer = await api(
        admin, "POST /organizations", {"name": "", "slug": "Not A Slug", "tenant_admin": {"role": "admin"}}
    )

    assert answer.status == 422
    assert {fault["pointer"] for fault in answer.json["errors"]} == {
        "/name",
        "/slug",
        "/tenant_admin/email",
        "/tenant_admin/name",
        "/tenant_admin/password",
        "/tenant_admin/role",
    }


async def test_nobody_but_an_admin_founds_or_lists_organizations(api: FrontDoor, tenant: Tenant) -> None:
    founded = await api(tenant.tenant_admin, "POST /organizations", highland())
    listed = await api(tenant.tenant_admin, "GET /organizations")

    assert [(each.status, each.code) for each in (founded, listed)] == [(403, "FORBIDDEN")] * 2


async def test_an_admin_pages_through_all_organizations_by_name(
    api: FrontDoor, admin: Person, tenant: Tenant, another_tenant: Tenant
) -> None:
    items: list[Any] = []
    cursor = ""
    while True:
        page = (await api(admin, f"GET /organizations?limit=20&count=true{cursor}")).json
        items += page["items"]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"

    uncounted = (await api(admin, "GET /organizations?limit=1")).json
    shown = (await api(admin, f"GET /organizations/{tenant.org_id}")).json
    slugs = [item["slug"] for item in items]
    assert len(slugs) == len(set(slugs)) == page["total"]
    assert {tenant.slug, another_tenant.slug, "system"} <= set(slugs)
    assert shown in items
    assert (uncounted["items"], "total" in uncounted) == (items[:1], False)


@pytest.mark.parametrize("cursor", ["AAAA", "%C3%A9", "x", ""])
async def test_a_cursor_that_is_not_ours_is_refused(api: FrontDoor, admin: Person, cursor: str) -> None:
    answer = await api(admin, f"GET /organizations?cursor={cursor}")

    assert (answer.status, answer.code) == (400, "MALFORMED")


async def test_everybody_reads_his_own_organization_and_no_other(
    api: FrontDoor, tenant: Tenant, another_tenant: Tenant
) -> None:
    own = await api(tenant.mechanic, f"GET /organizations/{tenant.org_id}")
    theirs = f"/organizations/{another_tenant.org_id}"

    answers = [
        await api(tenant.tenant_admin, f"GET {theirs}"),
        await api(tenant.tenant_admin, f"PATCH {theirs}", {"name": "stolen"}),
        await api(tenant.tenant_admin, f"GET {theirs}/policy"),
        await api(tenant.tenant_admin, f"PATCH {theirs}/policy", {"early_start_minutes": 1}),
    ]

    assert (own.status, own.json["slug"], own.headers["etag"]) == (200, tenant.slug, '"v1"')
    assert [(each.status, each.code) for each in answers] == [(404, "NOT_FOUND")] * 4


async def test_a_tenant_admin_renames_his_organization_but_cannot_suspend_it(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    path = f"PATCH /organizations/{tenant.org_id}"

    renamed = await api(tenant.tenant_admin, path, {"name": "Lowland Air", "time_zone": "Asia/Kathmandu"})
    stale = await api(tenant.tenant_admin, path, {"name": "Midland Air"}, headers={"if-match": '"v1"'})
    suspended = await api(tenant.tenant_admin, path, {"status": "suspended"})
    nowhere = await api(tenant.tenant_admin, path, {"time_zone": "Europe/Atlantis"})
    by_planner = await api(tenant.planner, path, {"name": "Midland Air"})

    [event] = await installation.owner.fetch("SELECT * FROM outbox_events WHERE org_id = $1", tenant.org_id)
    assert (renamed.status, renamed.json["name"], renamed.json["version"]) == (200, "Lowland Air", 2)
    assert [each.status for each in (stale, suspended, nowhere, by_planner)] == [412, 403, 422, 403]
    assert event["event_type"] == "organization.updated"


async def test_an_admin_suspends_an_organization_and_lets_it_in_again(
    api: FrontDoor, admin: Person, tenant: Tenant, installation: Installation
) -> None:
    path = f"PATCH /organizations/{tenant.org_id}"

    suspended = await api(admin, path, {"status": "suspended"})
    again = await api(admin, path, {"status": "active"})
    nobody = await api(admin, f"PATCH /organizations/{new_id()}", {"status": "suspended"})
    own = await api(admin, f"PATCH /organizations/{admin.org_id}", {"status": "suspended"})

    events = await installation.owner.fetch(
        "SELECT event_type FROM outbox_events WHERE org_id = $1 ORDER BY sequence", tenant.org_id
    )
    [first, _] = await installation.owner.fetch(
        "SELECT * FROM audit_logs WHERE org_id = $1 ORDER BY timestamp, id", tenant.org_id
    )
    assert (suspended.json["status"], again.json["status"]) == ("suspended", "active")
    assert (nobody.status, own.status, own.code) == (404, 409, "SYSTEM_MUST_STAY")
    assert [row["event_type"] for row in events] == ["organization.suspended", "organization.updated"]
    assert (first["action"], first["actor_org_id"]) == ("state_change", admin.org_id)


async def test_a_policy_looks_the_same_changed_and_shown(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    path = f"/organizations/{tenant.org_id}/policy"

    changed = await api(
        tenant.tenant_admin,
        f"PATCH {path}",
        {"retention_interval": "P400D", "early_start_minutes": 15, "api_key_rate_limit_per_min": 60},
        headers={"if-match": '"v1"'},
    )
    shown = await api(tenant.auditor, f"GET {path}")

    [event] = await installation.owner.fetch("SELECT * FROM outbox_events WHERE org_id = $1", tenant.org_id)
    assert changed.status == 200, changed.body
    assert (changed.json["retention_interval"], changed.json["early_start_minutes"]) == ("P400D", 15)
    assert changed.json["api_key_rate_limit_per_min"] == 60
    assert (shown.json, shown.headers["etag"]) == (changed.json, '"v2"')
    assert event["event_type"] == "policy.updated"


async def test_who_signs_is_settled_by_the_tenant_admin_and_audited(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    route = f"PATCH /organizations/{tenant.org_id}/policy"
    change = {"sign_off_by_any_mechanic": True}

    refused = [await api(who, route, change) for who in (tenant.planner, tenant.mechanic, tenant.auditor)]
    settled = await api(tenant.tenant_admin, route, change)
    shown = await api(tenant.mechanic, f"GET /organizations/{tenant.org_id}/policy")
    back = await api(tenant.tenant_admin, route, {"sign_off_by_any_mechanic": False})

    audited = await installation.owner.fetch(
        """
        SELECT details -> 'before' ->> 'sign_off_by_any_mechanic' AS before,
               details -> 'after' ->> 'sign_off_by_any_mechanic' AS after
        FROM audit_logs WHERE org_id = $1 AND entity_type = 'policy' AND action = 'update' ORDER BY id
        """,
        tenant.org_id,
    )
    assert [(each.status, each.code) for each in refused] == [(403, "FORBIDDEN")] * 3
    assert [each.json["sign_off_by_any_mechanic"] for each in (settled, shown, back)] == [True, True, False]
    assert [tuple(each) for each in audited] == [("false", "true"), ("true", "false")]


@pytest.mark.parametrize(
    "change",
    [
        {"technical_retention_days": 91},
        {"retention_interval": "P29D"},
        {"retention_interval": "PT720H1S"},
        {"retention_interval": "P1Y"},
        {"retention_interval": 400},
        {"api_rate_limit_per_min": 0},
        {"api_key_rate_limit_per_min": 0},
        {"webhook_max_attempts": 11},
        {"sign_off_by_any_mechanic": "yes"},
        {"sign_off_by_any_mechanic": None},
        {"org_id": "another"},
        # Accepted when something acts on them.
        {"maintenance_records_retention_days": 4000},
        {"audit_retention_days": 4000},
        {"due_soon_days": 5},
        {"due_upcoming_days": 60},
    ],
)
async def test_what_a_policy_cannot_settle_is_refused_by_name(
    api: FrontDoor, tenant: Tenant, change: dict[str, Any]
) -> None:
    answer = await api(tenant.tenant_admin, f"PATCH /organizations/{tenant.org_id}/policy", change)
    shown = await api(tenant.tenant_admin, f"GET /organizations/{tenant.org_id}/policy")

    assert (answer.status, answer.code) == (422, "VALIDATION")
    assert len(answer.json["errors"]) == 1
    assert shown.json["version"] == 1
