"""Every act of administration is in the trail of its organization, under the name of whoever did it."""

from typing import Any

import pytest

from amss.foundation.access import Permission
from amss.foundation.ids import new_id
from amss.foundation.operation import Kind, Operation
from amss.server.operations import OPERATIONS
from builders.belongings import one_of_everything
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.sign_in import an_admin
from builders.tenants import Tenant

ADMINISTRATION = {
    Permission.MANAGE_ORGANIZATIONS,
    Permission.CHANGE_ORGANIZATION,
    Permission.MANAGE_USERS,
    Permission.MANAGE_API_KEYS,
    Permission.MANAGE_WEBHOOKS,
}
ACTS = [each for each in OPERATIONS if each.permission in ADMINISTRATION and each.kind is not Kind.READ]
BODIES: dict[str, Any] = {
    "POST /organizations": {
        "name": "Highland Air",
        "tenant_admin": {"email": "ada@highland.example", "name": "Ada", "password": "over the hills and far away"},
    },
    "PATCH /organizations/{organization_id}": {"legal_hold": True},
    "DELETE /organizations/{organization_id}": None,
    "PATCH /organizations/{organization_id}/policy": {"api_key_rate_limit_per_min": 60},
    "POST /users": {"email": "new@demo.example", "name": "New", "role": "auditor", "password": "maintain-the-fleet"},
    "PATCH /users/{user_id}": {"name": "Renamed"},
    "DELETE /users/{user_id}": None,
    "POST /users/{user_id}/password-reset": None,
    "POST /api-keys": {"name": "ERP", "role": "auditor"},
    "DELETE /api-keys/{api_key_id}": None,
    "POST /webhooks": {"url": "https://receiver.example/hook", "events": ["*"]},
    "DELETE /webhooks/{webhook_id}": None,
    "PATCH /webhooks/{webhook_id}": {"description": "The new ERP"},
    "POST /webhooks/{webhook_id}/test": None,
    "POST /webhooks/{webhook_id}/rotate-secret": None,
    "POST /webhooks/{webhook_id}/enable": None,
    "POST /webhooks/{webhook_id}/disable": None,
    "POST /webhooks/{webhook_id}/recover": {"since": "2026-11-24T00:00:00Z"},
    "POST /webhook-deliveries/{delivery_id}/retry": None,
}


def test_every_act_of_administration_is_tried_here() -> None:
    assert {each.route for each in ACTS} == BODIES.keys()


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.route)
async def test_an_act_of_administration_is_in_the_trail(
    api: FrontDoor, installation: Installation, tenant: Tenant, act: Operation
) -> None:
    admin = await an_admin(installation)
    things = await one_of_everything(api, tenant)
    body = BODIES[act.route]
    if act.route == "POST /organizations":
        body = {**body, "slug": f"highland-{new_id().hex}"}
    if act.route.startswith("DELETE /organizations"):
        await api(admin, f"PATCH /organizations/{tenant.org_id}", {"status": "suspended"})
    if act.route.endswith("/enable"):
        await api(admin, f"POST /webhooks/{things['webhook_id']}/disable", headers={"x-org-id": str(tenant.org_id)})

    done = await api(admin, act.route.format(**things), body, headers={
        "x-org-id": str(tenant.org_id), "x-request-id": f"act-{new_id()}",
    })  # fmt: skip

    assert done.status in (200, 201, 202, 204), done.body
    rows = await installation.owner.fetch(
        "SELECT * FROM audit_logs WHERE request_id = $1", done.headers["x-request-id"]
    )
    where = done.json["id"] if act.route == "POST /organizations" else str(tenant.org_id)
    assert rows
    assert {(str(row["org_id"]), row["actor_org_id"], row["user_id"]) for row in rows} == {
        (where, admin.org_id, admin.id)
    }
