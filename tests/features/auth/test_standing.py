"""What ends somebody's rights holds at once on the server it is done on, and within ten seconds on any other."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from amss.foundation.ids import new_id
from amss.server.authentication import Authenticator
from builders.front_door import FrontDoor, front_door
from builders.installation import Installation
from builders.sign_in import an_admin, remember_session, said_in, with_password
from builders.tenants import PASSWORD, Person, Tenant


@dataclass
class HandSet:
    """Seconds that pass when they are told to."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Another:
    """A second server over the same stores, whose ten seconds are given."""

    door: FrontDoor
    time: HandSet


@pytest.fixture
async def another(installation: Installation) -> AsyncIterator[Another]:
    async with front_door(installation) as door:
        time = HandSet()
        door.resources.authenticator = Authenticator(installation.keys, installation.server, time)
        yield Another(door, time)


async def deactivate(api: FrontDoor, tenant: Tenant) -> Any:
    return await api(tenant.tenant_admin, f"PATCH /users/{tenant.mechanic.id}", {"active": False})


async def give_another_role(api: FrontDoor, tenant: Tenant) -> Any:
    return await api(tenant.tenant_admin, f"PATCH /users/{tenant.mechanic.id}", {"role": "auditor"})


async def remove(api: FrontDoor, tenant: Tenant) -> Any:
    return await api(tenant.tenant_admin, f"DELETE /users/{tenant.mechanic.id}")


async def reset_the_password(api: FrontDoor, tenant: Tenant) -> Any:
    return await api(tenant.tenant_admin, f"POST /users/{tenant.mechanic.id}/password-reset")


async def change_the_password_in_another_session(api: FrontDoor, tenant: Tenant) -> Any:
    entered = await api(None, "POST /auth/login", {"email": tenant.mechanic.email, "password": PASSWORD})
    change = {"current_password": PASSWORD, "new_password": "a better kept secret"}
    return await api(entered.json["access_token"], "POST /auth/password", change)


async def end_the_session(api: FrontDoor, tenant: Tenant) -> Any:
    entered = await api(None, "POST /auth/login", {"email": tenant.mechanic.email, "password": PASSWORD})
    session = said_in(tenant.mechanic.token)["family"]
    return await api(entered.json["access_token"], f"DELETE /auth/sessions/{session}")


@pytest.mark.parametrize(
    "end",
    [
        deactivate,
        give_another_role,
        remove,
        reset_the_password,
        change_the_password_in_another_session,
        end_the_session,
    ],
)
async def test_whose_standing_changes_is_refused_here_at_once_and_elsewhere_within_ten_seconds(
    api: FrontDoor, another: Another, installation: Installation, tenant: Tenant, end: Any
) -> None:
    mechanic = await with_password(installation, tenant.mechanic)
    await remember_session(installation.server, mechanic)
    before = [await door(mechanic, "GET /aircraft") for door in (api, another.door)]

    ended = await end(api, tenant)

    here = await api(mechanic, "GET /aircraft")
    another.time.seconds = 9.9
    elsewhere = await another.door(mechanic, "GET /aircraft")
    another.time.seconds = 10.0
    elsewhere_later = await another.door(mechanic, "GET /aircraft")
    assert ended.status in (200, 204), ended.body
    assert [each.status for each in before] == [200, 200]
    assert (here.status, here.code) == (401, "AUTH")
    assert elsewhere.status == 200
    assert (elsewhere_later.status, elsewhere_later.code) == (401, "AUTH")


async def test_a_suspended_organization_is_shut_to_people_and_programs(
    api: FrontDoor, another: Another, installation: Installation, tenant: Tenant
) -> None:
    admin = await an_admin(installation)
    key = (await api(tenant.tenant_admin, "POST /api-keys", {"name": "ERP", "role": "auditor"})).json["secret"]
    for door in (api, another.door):
        assert [(await door(each, "GET /aircraft")).status for each in (tenant.planner, key)] == [200, 200]

    await api(admin, f"PATCH /organizations/{tenant.org_id}", {"status": "suspended"})
    shut = [await api(each, "GET /aircraft") for each in (tenant.planner, key)]
    another.time.seconds = 10.0
    shut += [await another.door(each, "GET /aircraft") for each in (tenant.planner, key)]
    await api(admin, f"PATCH /organizations/{tenant.org_id}", {"status": "active"})
    open_again = [await api(each, "GET /aircraft") for each in (tenant.planner, key)]

    assert {(each.status, each.code) for each in shut} == {(401, "AUTH")}
    assert [each.status for each in open_again] == [200, 200]


async def test_who_was_deactivated_and_comes_back_has_to_sign_in_again(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    mechanic = await with_password(installation, tenant.mechanic)
    tokens = (await api(None, "POST /auth/login", {"email": mechanic.email, "password": PASSWORD})).json
    path = f"PATCH /users/{mechanic.id}"

    await api(tenant.tenant_admin, path, {"active": False})
    await api(tenant.tenant_admin, path, {"active": True})

    with_old = await api(tokens["access_token"], "GET /aircraft")
    refreshed = await api(None, "POST /auth/refresh", {"refresh_token": tokens["refresh_token"]})
    anew = await api(None, "POST /auth/login", {"email": mechanic.email, "password": PASSWORD})
    assert (with_old.status, refreshed.status, anew.status) == (401, 401, 200)


async def test_a_standing_is_read_once_for_many_requests(
    another: Another, installation: Installation, tenant: Tenant
) -> None:
    person: Person = tenant.planner
    await another.door(person, "GET /aircraft")
    # Behind the server's back: only another reading would show it.
    await installation.owner.execute("UPDATE users SET active = false WHERE id = $1", person.id)

    believed = [await another.door(person, "GET /aircraft") for _ in range(5)]
    another.time.seconds = 10.0
    read_anew = await another.door(person, "GET /aircraft")

    assert {each.status for each in believed} == {200}
    assert read_anew.status == 401


async def test_a_key_revoked_elsewhere_opens_nothing_after_ten_seconds(
    api: FrontDoor, another: Another, tenant: Tenant
) -> None:
    key = (await api(tenant.tenant_admin, "POST /api-keys", {"name": "ERP", "role": "auditor"})).json
    assert (await another.door(key["secret"], "GET /aircraft")).status == 200

    await api(tenant.tenant_admin, f"DELETE /api-keys/{key['id']}")

    here = await api(key["secret"], "GET /aircraft")
    another.time.seconds = 10.0
    elsewhere = await another.door(key["secret"], "GET /aircraft")
    assert [(each.status, each.code) for each in (here, elsewhere)] == [(401, "AUTH")] * 2
    assert (await api(tenant.tenant_admin, f"DELETE /api-keys/{new_id()}")).status == 404
