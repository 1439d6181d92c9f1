"""What is the admin's alone: the slug, suspension, legal hold, deletion, and acting for a tenant."""

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


async def edit(api: FrontDoor, person: Person, tenant: Tenant, **change: Any) -> tuple[int, Any]:
    answer = await api(person, f"PATCH /organizations/{tenant.org_id}", change)
    return answer.status, answer.json


@pytest.mark.parametrize("change", [{"slug": "new-slug"}, {"status": "suspended"}, {"legal_hold": True}])
async def test_what_is_the_admins_alone_is_refused_to_a_tenant_admin(
    api: FrontDoor, tenant: Tenant, change: dict[str, Any]
) -> None:
    status, problem = await edit(api, tenant.tenant_admin, tenant, **change)

    assert (status, problem["code"]) == (403, "FORBIDDEN")


async def test_an_admin_renames_an_organization_in_urls_and_puts_it_under_legal_hold(
    api: FrontDoor, admin: Person, tenant: Tenant, another_tenant: Tenant
) -> None:
    slug = f"moved-{new_id().hex}"

    changed = await edit(api, admin, tenant, slug=slug, legal_hold=True)
    taken = await edit(api, admin, tenant, slug=another_tenant.slug)
    reserved = await edit(api, admin, tenant, slug="metrics")

    assert (changed[0], changed[1]["slug"], changed[1]["legal_hold"]) == (200, slug, True)
    assert (taken[0], taken[1]["code"]) == (409, "DUPLICATE")
    assert (reserved[0], reserved[1]["errors"][0]["pointer"]) == (422, "/slug")


async def test_an_organization_is_deleted_once_it_is_suspended_and_under_no_hold(
    api: FrontDoor, installation: Installation, admin: Person, tenant: Tenant
) -> None:
    path = f"/organizations/{tenant.org_id}"

    at_work = await api(admin, f"DELETE {path}")
    await edit(api, admin, tenant, status="suspended", legal_hold=True)
    held = await api(admin, f"DELETE {path}")
    await edit(api, admin, tenant, legal_hold=False)
    by_its_own = await api(tenant.tenant_admin, f"DELETE {path}")
    stale = await api(admin, f"DELETE {path}", headers={"if-match": '"v1"'})
    deleted = await api(admin, f"DELETE {path}")

    assert [(each.status, each.code) for each in (at_work, held)] == [(409, "NOT_SUSPENDED"), (409, "LEGAL_HOLD")]
    assert [each.status for each in (by_its_own, stale, deleted)] == [401, 412, 204]
    event = await installation.owner.fetchrow(
        "SELECT * FROM outbox_events WHERE org_id = $1 ORDER BY sequence DESC LIMIT 1", tenant.org_id
    )
    assert event["event_type"] == "organization.deleted"
    assert await installation.owner.fetchval("SELECT count(*) FROM users WHERE org_id = $1", tenant.org_id) == 4


async def test_of_a_deleted_organization_nothing_is_found_and_its_slug_is_free(
    api: FrontDoor, admin: Person, tenant: Tenant, another_tenant: Tenant
) -> None:
    path = f"/organizations/{tenant.org_id}"
    await edit(api, admin, tenant, status="suspended")

    await api(admin, f"DELETE {path}")

    answers = [
        await api(admin, f"GET {path}"),
        await api(admin, f"GET {path}/policy"),
        await api(admin, f"PATCH {path}", {"status": "active"}),
        await api(admin, f"PATCH {path}/policy", {"early_start_minutes": 1}),
        await api(admin, f"DELETE {path}"),
        await api(admin, "GET /aircraft", headers={"x-org-id": str(tenant.org_id)}),
    ]
    reused = await edit(api, admin, another_tenant, slug=tenant.slug)
    signed_in = await api(tenant.planner, "GET /aircraft")
    assert [(each.status, each.code) for each in answers] == [(404, "NOT_FOUND")] * 6
    assert (reused[0], signed_in.status) == (200, 401)


async def test_the_organization_of_the_admins_stays_as_it_is(api: FrontDoor, admin: Person) -> None:
    path = f"/organizations/{admin.org_id}"

    answers = [
        await api(admin, f"PATCH {path}", {"slug": "other"}),
        await api(admin, f"PATCH {path}", {"status": "suspended"}),
        await api(admin, f"DELETE {path}"),
    ]

    assert [(each.status, each.code) for each in answers] == [(409, "SYSTEM_MUST_STAY")] * 3


@pytest.mark.parametrize(
    "route", ["GET /aircraft", "GET /users", "GET /audit-logs", "GET /aircraft/{id}", "POST /aircraft"]
)
async def test_an_organization_that_is_not_there_has_nothing_to_read(
    api: FrontDoor, admin: Person, route: str
) -> None:
    body = {"tail_number": "G-ABCD", "model": "A320-214"} if route.startswith("POST") else None

    answer = await api(admin, route.format(id=new_id()), body, headers={"x-org-id": str(new_id())})

    assert (answer.status, answer.code) == (404, "NOT_FOUND"), answer.body


async def test_what_an_admin_does_for_a_tenant_is_audited_with_both_organizations(
    api: FrontDoor, installation: Installation, admin: Person, tenant: Tenant
) -> None:
    there = {"x-org-id": str(tenant.org_id)}

    made = await api(admin, "POST /aircraft", {"tail_number": "G-ABCD", "model": "A320-214"}, headers=there)

    row = await installation.owner.fetchrow("SELECT * FROM audit_logs WHERE org_id = $1", tenant.org_id)
    shown: Any = (await api(tenant.auditor, "GET /audit-logs")).json
    assert made.status == 201, made.body
    assert (row["org_id"], row["actor_org_id"], row["user_id"]) == (tenant.org_id, admin.org_id, admin.id)
    assert [entry["actor"]["org_id"] for entry in shown["items"]] == [str(admin.org_id)]
