"""Signing in through the front door."""

import asyncio
from typing import Any

import msgspec
import pytest

from amss.features.auth import limits
from amss.features.auth.entry import Entry
from amss.features.auth.refusals import RefusedSignIns
from amss.foundation.access import Role
from amss.foundation.database import Origin
from amss.foundation.rate_limit import RateLimiter
from builders.installation import Installation
from builders.sign_in import SignIn, an_admin, said_in, with_password
from builders.tenants import PASSWORD, Person, Tenant, a_person


async def audit_of(installation: Installation, person: Person, action: str) -> list[Any]:
    return await installation.owner.fetch(
        "SELECT * FROM audit_logs WHERE org_id = $1 AND action = $2::text::audit_action ORDER BY timestamp, id",
        person.org_id,
        action,
    )


async def audit_when_written(installation: Installation, person: Person, action: str) -> list[Any]:
    """Read audit rows that are written after the answer."""
    async with asyncio.timeout(5):
        while not (rows := await audit_of(installation, person, action)):
            await asyncio.sleep(0.01)
    return rows


async def test_a_mechanic_signs_in_and_is_known(
    sign_in: SignIn, installation: Installation, tenant: Tenant, mechanic: Person
) -> None:
    entered = await sign_in.login(mechanic.email)

    tokens = entered.json
    me = await sign_in.door(tokens["access_token"], "GET /auth/me")
    claims = said_in(tokens["access_token"])
    assert entered.status == 200, entered.body
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 900)
    assert (claims["sub"], claims["org"], claims["role"], claims["name"], claims["aud"]) == (
        str(mechanic.id), str(mechanic.org_id), "mechanic", mechanic.email, "api",
    )  # fmt: skip
    assert me.json == {
        "id": str(mechanic.id),
        "org_id": str(mechanic.org_id),
        "email": mechanic.email,
        "name": mechanic.email,
        "role": "mechanic",
        "licence_number": "UK.66.1234",
        "licence_kind": "Part-66 B1",
        "organization": {
            "id": str(tenant.org_id),
            "name": f"Tenant {tenant.org_id}",
            "slug": tenant.slug,
            "time_zone": "UTC",
        },
    }
    [row] = await audit_of(installation, mechanic, "login")
    assert (row["user_id"], str(row["ip_address"]), row["entity_type"]) == (mechanic.id, sign_in.address, "session")
    last_login = await installation.owner.fetchval("SELECT last_login_at FROM users WHERE id = $1", mechanic.id)
    assert last_login == sign_in.clock.now


async def test_an_e_mail_is_the_same_in_capitals(sign_in: SignIn, mechanic: Person) -> None:
    entered = await sign_in.login(mechanic.email.upper())

    assert entered.status == 200


async def test_whatever_is_wrong_the_answer_is_the_same(
    sign_in: SignIn, installation: Installation, tenant: Tenant, another_tenant: Tenant, mechanic: Person
) -> None:
    inactive = await with_password(installation, tenant.planner)
    suspended = await with_password(installation, another_tenant.planner)
    removed = await with_password(installation, tenant.auditor)
    owner = installation.owner
    await owner.execute("UPDATE users SET active = false WHERE id = $1", inactive.id)
    await owner.execute("UPDATE organizations SET status = 'suspended' WHERE id = $1", suspended.org_id)
    await owner.execute("UPDATE users SET deleted_at = now() WHERE id = $1", removed.id)

    refused = [
        await sign_in.login("nobody@example.test"),
        await sign_in.login(mechanic.email, "not his password"),
        await sign_in.login(mechanic.email, org="another-organization"),
        await sign_in.login(inactive.email),
        await sign_in.login(suspended.email),
        await sign_in.login(removed.email),
    ]

    assert {(each.status, each.code, each.json["detail"]) for each in refused} == {
        (401, "AUTH_INVALID", refused[0].json["detail"])
    }


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ("UPDATE users SET name = name WHERE org_id = $1", "wrong password"),
        ("UPDATE users SET active = false WHERE org_id = $1", "the user is not active"),
        ("UPDATE organizations SET status = 'suspended' WHERE id = $1", "the organization is suspended"),
    ],
)
async def test_a_refused_sign_in_of_a_known_user_is_written_down_with_its_cause(
    sign_in: SignIn, installation: Installation, mechanic: Person, change: str, cause: str
) -> None:
    await installation.owner.execute(change, mechanic.org_id)

    await sign_in.login(mechanic.email, "not his password" if cause == "wrong password" else PASSWORD)

    [row] = await audit_when_written(installation, mechanic, "login_failed")
    assert (row["entity_id"], row["user_id"], str(row["ip_address"])) == (mechanic.id, None, sign_in.address)
    assert msgspec.json.decode(row["details"]) == {"cause": cause}


@pytest.mark.parametrize("query", ["?x=1", "?x=1&x=2", "?email=a@b.example"])
async def test_signing_in_takes_no_query(sign_in: SignIn, query: str) -> None:
    answers = [await sign_in.door(None, f"POST /auth/{each}{query}", {}) for each in ("login", "refresh", "logout")]

    assert [(each.status, each.code) for each in answers] == [(400, "MALFORMED")] * 3


async def test_somebody_of_two_organizations_says_which_he_means(
    sign_in: SignIn, installation: Installation, another_tenant: Tenant, mechanic: Person
) -> None:
    elsewhere = await with_password(installation, another_tenant.mechanic)
    await installation.owner.execute("UPDATE users SET email = $2 WHERE id = $1", elsewhere.id, mechanic.email)

    asked = await sign_in.login(mechanic.email)
    wrong = await sign_in.login(mechanic.email, "not his password")
    entered = await sign_in.login(mechanic.email, org=another_tenant.slug)

    assert (asked.status, asked.code) == (409, "ORG_REQUIRED")
    assert another_tenant.slug in {reason["message"] for reason in asked.json["reasons"]}
    assert (wrong.status, wrong.code) == (401, "AUTH_INVALID")
    assert said_in(entered.json["access_token"])["org"] == str(another_tenant.org_id)


async def test_the_password_decides_between_two_organizations(
    sign_in: SignIn, installation: Installation, another_tenant: Tenant, mechanic: Person
) -> None:
    namesake = await a_person(installation, another_tenant.org_id, Role.SCHEDULER)
    await installation.owner.execute("UPDATE users SET email = $2 WHERE id = $1", namesake.id, mechanic.email)

    entered = await sign_in.login(mechanic.email)

    assert said_in(entered.json["access_token"])["org"] == str(mechanic.org_id)


async def test_the_eleventh_try_for_one_e_mail_has_to_wait(sign_in: SignIn, mechanic: Person) -> None:
    for _ in range(5):
        await sign_in.login(mechanic.email, "not his password")
    for _ in range(5):
        await sign_in.login(mechanic.email)

    too_many = await sign_in.login(mechanic.email.title())
    another = await sign_in.login("another@example.test")

    assert (too_many.status, too_many.code) == (429, "RATE_LIMITED")
    assert 1 <= int(too_many.headers["retry-after"]) <= 30
    assert another.status == 401


def tries_from(installation: Installation, address: str) -> Entry:
    """Return what the sign-in would work with for requests from an address."""
    limiter = RateLimiter(installation.redis)
    refused = RefusedSignIns(installation.server)
    return Entry(installation.server, limiter, installation.keys, refused, Origin("a-request", address))


async def test_a_hundred_failures_from_one_address_close_it_but_successes_do_not_count(
    sign_in: SignIn, installation: Installation, mechanic: Person
) -> None:
    entry = tries_from(installation, sign_in.address)
    for n in range(98):
        await limits.spend_a_try(entry, f"victim-{n}@example.test")

    entered = [await sign_in.login(mechanic.email) for _ in range(3)]
    failures = 0
    while (failed := await sign_in.login(f"last-{failures}@example.test")).status == 401:
        failures += 1
    closed = await sign_in.login(mechanic.email)
    sign_in.address = "198.51.100.7"
    elsewhere = await sign_in.login(mechanic.email)

    assert [each.status for each in entered] == [200, 200, 200]
    assert 2 <= failures < 10  # every three seconds one try comes back
    assert (failed.code, closed.code, int(closed.headers["retry-after"]) >= 1) == (
        "RATE_LIMITED",
        "RATE_LIMITED",
        True,
    )
    assert elsewhere.status == 200


async def test_the_limiter_never_learns_the_e_mail(installation: Installation) -> None:
    entry = tries_from(installation, "2001:db8:1:2:3:4:5:6")

    policy = limits.per_email(entry, "Planner@Demo.Example")
    address = limits.per_address("2001:db8:1:2:3:4:5:6")

    assert "demo" not in policy.key.lower()
    assert policy == limits.per_email(entry, "planner@demo.example")
    assert address.key.endswith("2001:db8:1:2::/64")


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, {"/email", "/password"}),
        ({"email": "no e-mail", "password": "x", "remember": True}, {"/email", "/remember"}),
        ({"email": "a@b.example", "password": "x" * 1025}, {"/password"}),
        ({"email": "a\0@b.example", "password": "x"}, {"/email"}),
    ],
)
async def test_what_is_no_sign_in_is_told_by_field(sign_in: SignIn, body: dict[str, Any], pointers: set[str]) -> None:
    answer = await sign_in.door(None, "POST /auth/login", body)

    assert (answer.status, answer.code) == (422, "VALIDATION")
    assert {fault["pointer"] for fault in answer.json["errors"]} == pointers


async def test_me_is_at_home_also_when_an_admin_acts_for_a_tenant(
    sign_in: SignIn, installation: Installation, tenant: Tenant
) -> None:
    admin = await an_admin(installation)

    me = await sign_in.door(admin, "GET /auth/me", headers={"x-org-id": str(tenant.org_id)})

    assert (me.json["id"], me.json["organization"]["slug"]) == (str(admin.id), "system")


async def test_me_is_nobody_once_the_account_is_closed(
    sign_in: SignIn, installation: Installation, mechanic: Person
) -> None:
    await installation.owner.execute("UPDATE users SET active = false WHERE id = $1", mechanic.id)

    me = await sign_in.door(mechanic, "GET /auth/me")

    assert (me.status, me.code) == (401, "AUTH")
