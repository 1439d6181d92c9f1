"""Every act of administration is in the trail of its organization, under the name of whoever did it."""

import pytest

from amss.foundation.access import Permission
from amss.foundation.ids import new_id
from amss.foundation.operation import Kind, Operation
from amss.server.operations import OPERATIONS
from builders.belongings import one_of_everything
from builders.every_write import WRITES
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.sign_in import an_admin
from builders.tenants import Tenant
from builders.writes import Stage

ADMINISTRATION = {
    Permission.MANAGE_ORGANIZATIONS,
    Permission.CHANGE_ORGANIZATION,
    Permission.MANAGE_USERS,
    Permission.MANAGE_API_KEYS,
    Permission.MANAGE_WEBHOOKS,
    Permission.MANAGE_SYSTEM,
}
ACTS = [each for each in OPERATIONS if each.permission in ADMINISTRATION and each.kind is not Kind.READ]


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.route)
async def test_an_act_of_administration_is_in_the_trail(
    api: FrontDoor, installation: Installation, tenant: Tenant, act: Operation
) -> None:
    admin = await an_admin(installation)
    stage, write = Stage(api, installation, tenant, await one_of_everything(api, tenant)), WRITES[act.route]
    if write.first is not None:
        await write.first(stage)

    headers = {"x-org-id": str(tenant.org_id), "x-request-id": f"act-{new_id()}"}
    done = await write.make(stage, act.route, admin, headers)

    assert done.status in (200, 201, 202, 204), done.body
    rows = await installation.owner.fetch(
        "SELECT * FROM audit_logs WHERE request_id = $1", done.headers["x-request-id"]
    )
    where = done.json["id"] if act.route == "POST /organizations" else str(tenant.org_id)
    assert rows
    assert {(str(row["org_id"]), row["actor_org_id"], row["user_id"]) for row in rows} == {
        (where, admin.org_id, admin.id)
    }
