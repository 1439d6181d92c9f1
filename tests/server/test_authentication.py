"""Who is asking: tokens that are taken, remembered, refused; the organization acted in.

Attack families: token forgery and confusion, header spoofing.
"""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from amss.features.auth.tokens import TokenKeys
from amss.foundation.access import Role
from amss.foundation.clock import system_clock
from amss.foundation.database import Database
from amss.foundation.errors import Forbidden, Malformed, Unauthenticated
from amss.foundation.ids import new_id
from amss.server.authentication import Authenticator
from amss.server.operations import OPERATIONS
from builders.front_door import FrontDoor
from builders.installation import TEST_KEY, Installation
from builders.sign_in import SetClock, an_admin
from builders.tenants import Person, Tenant

KEYS = TokenKeys(TEST_KEY)
QUARTER = timedelta(minutes=15)


def claims_of(person: Person, **more: Any) -> dict[str, Any]:
    whose = {"sub": str(person.id), "org": str(person.org_id), "family": str(new_id())}
    return {**whose, "role": person.role, "name": person.email, **more}


def a_token(person: Person, audience: str = "api", *, now: datetime | None = None, **more: Any) -> str:
    return KEYS.sign(audience, claims_of(person, **more), now=now or system_clock(), lifetime=QUARTER)


@pytest.fixture
def authenticator(installation: Installation) -> Authenticator:
    return Authenticator(KEYS, installation.server)


async def test_a_token_says_who_asks_and_for_which_organization(authenticator: Authenticator, tenant: Tenant) -> None:
    family = str(new_id())

    caller = await authenticator.identify({"authorization": f"Bearer {a_token(tenant.planner, family=family)}"})

    assert (caller.org_id, caller.actor.org_id, caller.actor.role) == (tenant.org_id, tenant.org_id, Role.SCHEDULER)
    assert caller.principal == f"user:{tenant.planner.id}"
    assert str(caller.actor.session_id) == family


async def test_the_scheme_is_written_in_any_case(authenticator: Authenticator, tenant: Tenant) -> None:
    caller = await authenticator.identify({"authorization": f"bearer {a_token(tenant.planner)}"})

    assert caller.org_id == tenant.org_id


async def test_a_remembered_token_expires_on_time(installation: Installation, tenant: Tenant) -> None:
    noon = datetime.now(UTC).replace(microsecond=0)
    clock = SetClock(noon)
    settings = installation.settings
    database = Database(settings.database_url, role="amss_server", process="noon", settings=settings, clock=clock)
    authenticator = Authenticator(KEYS, database)
    shown = {"authorization": f"Bearer {a_token(tenant.planner, now=noon)}"}
    await authenticator.identify(shown)

    clock.now = noon + QUARTER - timedelta(seconds=1)
    await authenticator.identify(shown)
    clock.now = noon + QUARTER

    for _ in range(2):  # when it is remembered, and when it is not any more
        with pytest.raises(Unauthenticated, match="expired"):
            await authenticator.identify(shown)
    await database.close()


def unsigned(token: str) -> str:
    head = {"alg": "none", "typ": "JWT", "kid": jwt.get_unverified_header(token)["kid"]}
    return f"{in_base64(msgspec.json.encode(head))}.{token.split('.')[1]}."


def signed_by_another(token: str) -> str:
    return jwt.encode(said(token), Ed25519PrivateKey.generate(), algorithm="EdDSA", headers=head_of(token))


def signed_with_a_key_it_brings_along(token: str) -> str:
    own = Ed25519PrivateKey.generate()
    pem = own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    [jwk] = TokenKeys(pem).jwks["keys"]
    return jwt.encode(
        said(token), own, algorithm="EdDSA", headers={"kid": jwk["kid"], "jwk": jwk, "jku": "https://x"}
    )


def signed_with_the_public_key_as_secret(token: str) -> str:
    secret = base64.urlsafe_b64decode(KEYS.jwks["keys"][0]["x"] + "=")
    return jwt.encode(said(token), secret, algorithm="HS256", headers=head_of(token))


def without_a_key_id(token: str) -> str:
    key = KEYS._private  # pyright: ignore[reportPrivateUsage] - the genuine signature is the point
    return jwt.encode(said(token), key, algorithm="EdDSA")


def with_another_payload(token: str) -> str:
    head, _, signature = token.split(".")
    return ".".join((head, in_base64(msgspec.json.encode({**said(token), "role": "admin"})), signature))


def with_another_signature(token: str) -> str:
    return f"{token[:-4]}AAAA"


def twice(token: str) -> str:
    return f"{token}, Bearer {token}"


def said(token: str) -> dict[str, Any]:
    return jwt.decode(token, options={"verify_signature": False})


def head_of(token: str) -> dict[str, Any]:
    return {"kid": jwt.get_unverified_header(token)["kid"]}


def in_base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "forged",
    [
        unsigned,
        signed_by_another,
        signed_with_a_key_it_brings_along,
        signed_with_the_public_key_as_secret,
        without_a_key_id,
        with_another_payload,
        with_another_signature,
        twice,
    ],
)
async def test_token_forgery_is_refused(authenticator: Authenticator, tenant: Tenant, forged: Any) -> None:
    genuine = a_token(tenant.planner)
    await authenticator.identify({"authorization": f"Bearer {genuine}"})

    with pytest.raises(Unauthenticated):
        await authenticator.identify({"authorization": f"Bearer {forged(genuine)}"})


@pytest.mark.parametrize(
    ("audience", "more"),
    [
        ("refresh", {}),
        ("reauth", {}),
        ("another service", {}),
        ("api", {"org": "nowhere"}),
        ("api", {"role": "king"}),
        ("api", {"family": None}),
        ("api", {"now": datetime(2020, 1, 1, tzinfo=UTC)}),
        ("api", {"now": datetime(2090, 1, 1, tzinfo=UTC)}),
    ],
)
async def test_token_confusion_is_refused(
    authenticator: Authenticator, tenant: Tenant, audience: str, more: dict[str, Any]
) -> None:
    with pytest.raises(Unauthenticated):
        await authenticator.identify({"authorization": f"Bearer {a_token(tenant.planner, audience, **more)}"})


@pytest.mark.parametrize(
    "shown",
    [
        {},
        {"authorization": ""},
        {"authorization": "Bearer"},
        {"authorization": "Bearer "},
        {"authorization": "Basic dXNlcjpwYXNz"},
        {"authorization": "Bearer not.a.token"},
        {"authorization": "Bearer ÿÿÿ"},
        {"authorization": "Bearer amss_"},
        {"x-api-key": ""},
        {"x-api-key": "not.a.key"},
    ],
)
async def test_what_is_no_token_at_all_is_refused(authenticator: Authenticator, shown: dict[str, str]) -> None:
    with pytest.raises(Unauthenticated):
        await authenticator.identify(shown)


@pytest.mark.parametrize("claim", ["role", "org", "sub"])
async def test_a_genuine_token_of_what_is_not_so_is_refused(
    authenticator: Authenticator, tenant: Tenant, another_tenant: Tenant, claim: str
) -> None:
    untrue = {"role": "tenant_admin", "org": str(another_tenant.org_id), "sub": str(new_id())}
    claims = claims_of(tenant.planner) | {claim: untrue[claim]}
    token = KEYS.sign("api", claims, now=system_clock(), lifetime=QUARTER)

    with pytest.raises(Unauthenticated):
        await authenticator.identify({"authorization": f"Bearer {token}"})


async def test_only_an_admin_acts_for_another_organization(
    authenticator: Authenticator, installation: Installation, tenant: Tenant, another_tenant: Tenant
) -> None:
    theirs = str(another_tenant.org_id)
    admin = await an_admin(installation)

    async def acting(person: Person, named: str) -> Any:
        return await authenticator.identify({"authorization": f"Bearer {a_token(person)}", "x-org-id": named})

    assert (await acting(admin, theirs)).org_id == another_tenant.org_id
    assert (await acting(tenant.planner, str(tenant.org_id))).org_id == tenant.org_id
    for person in (tenant.tenant_admin, tenant.planner, tenant.mechanic, tenant.auditor):
        posing = await acting(person, theirs)
        assert posing.org_id == tenant.org_id
        with pytest.raises(Forbidden):
            posing.must_be_allowed(OPERATIONS[0])
    for unclear in ("everywhere", f"{theirs}, {tenant.org_id}", ""):
        with pytest.raises(Malformed):
            await acting(admin, unclear)


async def test_header_spoofing_makes_nobody_somebody_else(api: FrontDoor, tenant: Tenant) -> None:
    spoofed = {
        "x-user-id": str(tenant.tenant_admin.id),
        "x-role": "admin",
        "x-forwarded-user": tenant.tenant_admin.email,
        "x-original-url": "/api/v1/organizations",
        "x-http-method-override": "DELETE",
    }

    me = await api(tenant.mechanic, "GET /auth/me", headers=spoofed)
    nobody = await api(None, "GET /auth/me", headers=spoofed)
    administers = await api(tenant.mechanic, "POST /webhooks", {}, headers=spoofed)
    two = await api(tenant.mechanic, "GET /auth/me", headers={"x-api-key": tenant.tenant_admin.token})

    assert me.json["id"] == str(tenant.mechanic.id)
    assert [(each.status, each.code) for each in (nobody, two)] == [(401, "AUTH")] * 2
    assert (administers.status, administers.code) == (403, "FORBIDDEN")
