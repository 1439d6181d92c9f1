"""One's own sessions: seen and ended."""

from datetime import timedelta

from amss.foundation.ids import new_id
from builders.installation import Installation
from builders.sign_in import SignIn, an_admin, remember_session, said_in, with_password
from builders.tenants import Person, Tenant


async def test_everybody_sees_where_he_is_signed_in(sign_in: SignIn, tenant: Tenant, mechanic: Person) -> None:
    tablet = (await sign_in.login(mechanic.email)).json
    sign_in.clock.pass_by(timedelta(minutes=1))
    desk = (await sign_in.login(mechanic.email)).json
    sign_in.clock.pass_by(timedelta(minutes=1))
    desk = (await sign_in.refresh(desk["refresh_token"])).json

    seen = (await sign_in.ask(desk["access_token"], "GET /auth/sessions?count=true")).json
    first = await sign_in.ask(desk["access_token"], "GET /auth/sessions?limit=1")
    rest = await sign_in.ask(desk["access_token"], f"GET /auth/sessions?limit=1&cursor={first.json['next_cursor']}")
    of_another = (await sign_in.ask(tenant.planner, "GET /auth/sessions")).json

    families = [said_in(each["access_token"])["family"] for each in (desk, tablet)]
    assert [each["id"] for each in seen["items"]] == families
    assert [each["current"] for each in seen["items"]] == [True, False]
    assert seen["total"] == 2
    assert set(seen["items"][0]) == {
        "id", "created_at", "last_used_at", "expires_at", "user_agent", "ip_address", "current",
    }  # fmt: skip
    assert seen["items"][0]["ip_address"] == sign_in.address
    assert seen["items"][0]["created_at"] < seen["items"][0]["last_used_at"]
    assert [first.json["items"], rest.json["items"]] == [[each] for each in seen["items"]]
    assert of_another["items"] == []


async def test_an_ended_session_opens_nothing_any_more_and_is_not_seen(
    sign_in: SignIn, installation: Installation, mechanic: Person
) -> None:
    lost = (await sign_in.login(mechanic.email)).json
    desk = (await sign_in.login(mechanic.email)).json["access_token"]
    assert (await sign_in.ask(lost["access_token"], "GET /auth/me")).status == 200
    lost_id = said_in(lost["access_token"])["family"]

    ended, again = [await sign_in.ask(desk, f"DELETE /auth/sessions/{lost_id}") for _ in range(2)]

    with_it = await sign_in.ask(lost["access_token"], "GET /auth/me")
    left = (await sign_in.ask(desk, "GET /auth/sessions")).json["items"]
    logouts = await installation.owner.fetch(
        "SELECT entity_id FROM audit_logs WHERE org_id = $1 AND action = 'logout'", mechanic.org_id
    )
    assert (ended.status, again.status) == (204, 204)
    assert (with_it.status, with_it.code) == (401, "AUTH")
    assert (await sign_in.refresh(lost["refresh_token"])).status == 401
    assert [each["current"] for each in left] == [True]
    assert [str(row["entity_id"]) for row in logouts] == [lost_id]


async def test_a_logout_closes_the_access_token_too(sign_in: SignIn, mechanic: Person) -> None:
    tokens = (await sign_in.login(mechanic.email)).json
    before = await sign_in.ask(tokens["access_token"], "GET /auth/me")

    await sign_in.logout(tokens["refresh_token"])

    after = await sign_in.ask(tokens["access_token"], "GET /auth/me")
    assert (before.status, after.status) == (200, 401)


async def test_nobody_ends_the_session_of_a_colleague(sign_in: SignIn, tenant: Tenant, mechanic: Person) -> None:
    his = (await sign_in.login(mechanic.email)).json["access_token"]

    by_the_boss = await sign_in.ask(tenant.tenant_admin, f"DELETE /auth/sessions/{said_in(his)['family']}")
    unknown = await sign_in.ask(mechanic, f"DELETE /auth/sessions/{new_id()}")

    assert (by_the_boss.status, unknown.status) == (404, 404)
    assert (await sign_in.ask(his, "GET /auth/me")).status == 200


async def test_an_admin_who_acts_for_a_tenant_has_his_sessions_at_home(
    sign_in: SignIn, installation: Installation, tenant: Tenant
) -> None:
    admin = await with_password(installation, await an_admin(installation))
    family = await remember_session(installation.server, admin)
    there = {"x_org_id": str(tenant.org_id)}

    seen = await sign_in.ask(admin, "GET /auth/sessions", **there)
    ended = await sign_in.ask(admin, f"DELETE /auth/sessions/{family}", **there)

    assert [each["id"] for each in seen.json["items"]] == [family]
    assert ended.status == 204
