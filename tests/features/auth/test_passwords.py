"""Passwords: changing one's own, proving it again, one-time codes, and the forced change."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from amss.features.auth.rules import ReauthFailed
from amss.features.auth.tokens import must_prove
from amss.foundation.ids import new_id
from builders.front_door import Reply
from builders.installation import Installation
from builders.sign_in import SignIn, said_in
from builders.tenants import PASSWORD, Person, Tenant

NEW = "a better kept secret"
CHANGE = {"current_password": PASSWORD, "new_password": NEW}


async def reasons_for(installation: Installation, person: Person) -> list[str]:
    rows = await installation.owner.fetch(
        "SELECT reason FROM audit_logs WHERE org_id = $1 AND entity_id = $2 AND action = 'update' ORDER BY id",
        person.org_id,
        person.id,
    )
    return [row["reason"] for row in rows]


async def a_code(sign_in: SignIn, tenant: Tenant, person: Person) -> str:
    made = await sign_in.door(tenant.tenant_admin, f"POST /users/{person.id}/password-reset")
    assert made.status == 200, made.body
    return made.json["code"]


async def redeem(sign_in: SignIn, code: str, new_password: str = NEW) -> Reply:
    return await sign_in.ask(None, "POST /auth/password-reset", {"code": code, "new_password": new_password})


async def test_a_changed_password_ends_every_other_session_and_this_ones_token(
    sign_in: SignIn, installation: Installation, mechanic: Person
) -> None:
    here = (await sign_in.login(mechanic.email)).json
    elsewhere = (await sign_in.login(mechanic.email)).json
    sign_in.clock.pass_by(timedelta(seconds=1))

    changed = await sign_in.ask(here["access_token"], "POST /auth/password", CHANGE)

    with_old_tokens = [await sign_in.ask(each["access_token"], "GET /auth/me") for each in (here, elsewhere)]
    thrown_out = await sign_in.refresh(elsewhere["refresh_token"])
    goes_on = await sign_in.refresh(here["refresh_token"])
    again = await sign_in.ask(goes_on.json["access_token"], "GET /auth/me")
    assert (changed.status, changed.body) == (204, b"")
    assert [each.status for each in with_old_tokens] == [401, 401]
    assert (thrown_out.status, thrown_out.code) == (401, "AUTH_INVALID")
    assert (goes_on.status, again.status) == (200, 200)
    assert (await sign_in.login(mechanic.email)).status == 401
    assert (await sign_in.login(mechanic.email, NEW)).status == 200
    assert await reasons_for(installation, mechanic) == ["The password was changed."]


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"new_password": "too short"}, "/new_password", "INVALID"),
        ({"new_password": "Password12345"}, "/new_password", "TOO_COMMON"),
        ({"new_password": PASSWORD}, "/new_password", "UNCHANGED"),
        ({"id": "somebody"}, "/id", "UNKNOWN"),
    ],
)
async def test_a_password_that_is_no_better_is_refused(
    sign_in: SignIn, mechanic: Person, change: dict[str, Any], pointer: str, code: str
) -> None:
    refused = await sign_in.ask(mechanic, "POST /auth/password", CHANGE | change)

    assert (refused.status, refused.code) == (422, "VALIDATION")
    assert [(each["pointer"], each["code"]) for each in refused.json["errors"]] == [(pointer, code)]


@pytest.mark.parametrize(
    ("route", "body"),
    [
        ("POST /auth/password", {"current_password": "not his password", "new_password": NEW}),
        ("POST /auth/reauthenticate", {"password": "not his password"}),
    ],
)
async def test_a_wrong_password_is_refused_written_down_and_counted_as_a_try_to_sign_in(
    sign_in: SignIn, installation: Installation, mechanic: Person, route: str, body: dict[str, str]
) -> None:
    refused = [await sign_in.ask(mechanic, route, body) for _ in range(10)]
    too_many = await sign_in.ask(mechanic, route, body)
    at_the_front = await sign_in.login(mechanic.email)

    assert {(each.status, each.code) for each in refused} == {(403, "REAUTH_FAILED")}
    assert (too_many.status, too_many.code) == (429, "RATE_LIMITED")
    assert '"api"' in too_many.headers["ratelimit"]
    assert '"login:email"' in too_many.headers["ratelimit"]
    assert at_the_front.status == 429
    async with asyncio.timeout(5):
        while not await installation.owner.fetchval(
            "SELECT count(*) = 10 FROM audit_logs WHERE org_id = $1 AND action = 'login_failed'", mechanic.org_id
        ):
            await asyncio.sleep(0.01)


async def test_a_password_given_again_is_proof_for_five_minutes_and_no_access_token(
    sign_in: SignIn, installation: Installation, mechanic: Person
) -> None:
    proofs = [await sign_in.ask(mechanic, "POST /auth/reauthenticate", {"password": PASSWORD}) for _ in range(12)]

    proof, now = proofs[-1].json, sign_in.clock.now
    as_access = await sign_in.ask(proof["reauth_token"], "GET /auth/me")
    access = (await sign_in.login(mechanic.email)).json["access_token"]
    assert {each.status for each in proofs} == {200}  # whoever signs off twelve items is nobody who guesses
    assert proof["expires_in"] == 300
    assert (as_access.status, as_access.code) == (401, "AUTH")
    token, session_id = proof["reauth_token"], UUID(said_in(mechanic.token)["family"])
    must_prove(installation.keys, token, user_id=mechanic.id, session_id=session_id, now=now)
    for shown, user_id, session, moment in (
        (token, mechanic.id, session_id, now + timedelta(minutes=5)),
        (token, new_id(), session_id, now),
        (token, mechanic.id, new_id(), now),
        (access, mechanic.id, session_id, now),
    ):
        with pytest.raises(ReauthFailed):
            must_prove(installation.keys, shown, user_id=user_id, session_id=session, now=moment)


async def test_a_one_time_code_sets_a_new_password_once(
    sign_in: SignIn, installation: Installation, tenant: Tenant, mechanic: Person
) -> None:
    before = (await sign_in.login(mechanic.email)).json
    code = await a_code(sign_in, tenant, mechanic)
    with_the_old = await sign_in.login(mechanic.email)
    old_session = await sign_in.refresh(before["refresh_token"])
    kept = await installation.owner.fetchrow("SELECT * FROM users WHERE id = $1", mechanic.id)

    set_anew = await redeem(sign_in, code.lower().replace("-", " "))
    again = await redeem(sign_in, code)

    entered = await sign_in.login(mechanic.email, NEW)
    me = await sign_in.ask(entered.json["access_token"], "GET /aircraft")
    assert [len(group) for group in code.split("-")] == [5] * 5
    assert (with_the_old.status, old_session.status) == (401, 401)
    assert (kept["must_change_password"], kept["reset_expires_at"] - sign_in.clock.now) == (True, timedelta(hours=24))
    assert code not in str(kept)
    assert (set_anew.status, again.status, again.code) == (204, 401, "AUTH_INVALID")
    assert (entered.status, me.status) == (200, 200)
    assert await reasons_for(installation, mechanic) == [
        "A new password was asked for.",
        "The password was set by a one-time code.",
    ]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE users SET active = false WHERE org_id = $1",
        "UPDATE users SET deleted_at = now() WHERE org_id = $1",
        "UPDATE users SET reset_expires_at = reset_expires_at - interval '1 day' WHERE org_id = $1",
        "UPDATE organizations SET status = 'suspended' WHERE id = $1",
        "UPDATE organizations SET deleted_at = now() WHERE id = $1",
    ],
)
async def test_whatever_is_wrong_with_a_code_the_answer_is_the_same(
    sign_in: SignIn, installation: Installation, tenant: Tenant, mechanic: Person, change: str
) -> None:
    unknown = await redeem(sign_in, "ABCDE-FGHIJ-KLMNO-PQRST-UVWXY")
    code = await a_code(sign_in, tenant, mechanic)
    await installation.owner.execute(change, mechanic.org_id)

    refused = await redeem(sign_in, code)

    told = [(each.status, each.code, each.json["detail"]) for each in (unknown, refused)]
    assert told[0] == told[1]
    assert told[0][:2] == (401, "AUTH_INVALID")


async def test_a_later_code_takes_the_earlier_ones_place(sign_in: SignIn, tenant: Tenant, mechanic: Person) -> None:
    first, second = [await a_code(sign_in, tenant, mechanic) for _ in range(2)]

    assert (await redeem(sign_in, first)).status == 401
    assert (await redeem(sign_in, second)).status == 204


async def test_of_two_who_redeem_a_code_at_once_one_sets_the_password(
    sign_in: SignIn, tenant: Tenant, mechanic: Person
) -> None:
    code = await a_code(sign_in, tenant, mechanic)

    both = await asyncio.gather(*(redeem(sign_in, code, f"{NEW} {n}") for n in range(2)))

    assert sorted(each.status for each in both) == [204, 401]


async def test_a_repeated_request_for_a_code_shows_the_same_one_which_is_kept_encrypted(
    sign_in: SignIn, installation: Installation, tenant: Tenant, mechanic: Person
) -> None:
    route = f"POST /users/{mechanic.id}/password-reset"

    first, second = [await sign_in.ask(tenant.tenant_admin, route, idempotency_key="once") for _ in range(2)]

    kept = await installation.owner.fetchrow("SELECT * FROM idempotency_keys WHERE org_id = $1", tenant.org_id)
    assert (second.body, second.headers["idempotent-replayed"]) == (first.body, "true")
    assert kept["body_encrypted"]
    assert first.json["code"].encode() not in kept["response_body"]


async def test_nobody_resets_his_own_password_without_knowing_it(sign_in: SignIn, tenant: Tenant) -> None:
    refused = await sign_in.ask(tenant.tenant_admin, f"POST /users/{tenant.tenant_admin.id}/password-reset")

    assert (refused.status, refused.code) == (409, "OWN_ACCOUNT")


async def test_guessing_codes_from_one_address_is_limited(sign_in: SignIn) -> None:
    answers = await asyncio.gather(*(redeem(sign_in, f"CODE-{n}") for n in range(110)))

    assert {each.status for each in answers} == {401, 429}


async def test_while_a_forced_change_is_due_nothing_else_is_done(
    sign_in: SignIn, tenant: Tenant, mechanic: Person
) -> None:
    tokens = (await sign_in.login(mechanic.email)).json
    await sign_in.ask(tenant.tenant_admin, f"PATCH /users/{mechanic.id}", {"must_change_password": True})

    held_up = [
        await sign_in.ask(tokens["access_token"], route)
        for route in ("GET /aircraft", "GET /users", "POST /maintenance-programs/generate")
    ]
    me = await sign_in.ask(tokens["access_token"], "GET /auth/me")
    refreshed = (await sign_in.refresh(tokens["refresh_token"])).json
    entered = await sign_in.login(mechanic.email)
    still = await sign_in.ask(entered.json["access_token"], "GET /aircraft")
    changed = await sign_in.ask(refreshed["access_token"], "POST /auth/password", CHANGE)
    afterwards = await sign_in.login(mechanic.email, NEW)
    free = await sign_in.ask(afterwards.json["access_token"], "GET /aircraft")

    assert {(each.status, each.code) for each in (*held_up, still)} == {(403, "PASSWORD_CHANGE_REQUIRED")}
    assert (me.status, entered.status, changed.status, free.status) == (200, 200, 204, 200)


async def test_somebody_can_be_taken_in_with_a_password_to_be_changed(sign_in: SignIn, tenant: Tenant) -> None:
    ada = {"email": f"ada-{new_id().hex}@example.test", "name": "Ada", "role": "auditor", "password": PASSWORD}
    await sign_in.ask(tenant.tenant_admin, "POST /users", ada | {"must_change_password": True})

    entered = await sign_in.login(ada["email"])

    held_up = await sign_in.ask(entered.json["access_token"], "GET /aircraft")
    assert held_up.code == "PASSWORD_CHANGE_REQUIRED"
    assert said_in(entered.json["access_token"])["role"] == "auditor"
