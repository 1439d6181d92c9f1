"""Who is asking: a token or an API key, checked on each request against what is true now, or was ten seconds ago.

A signature is verified once and then remembered until the token expires. That its holder is still what it says is
read from the database, believed for ten seconds, and forgotten at once where a command of this server changed it.
"""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from uuid import UUID

import msgspec

from amss.features.auth import api_key_queries, api_key_rules, api_key_text, queries, rules
from amss.features.auth.api_key_model import KeyStanding
from amss.features.auth.key_uses import KeyUses
from amss.features.auth.model import Standing
from amss.features.auth.tokens import Claims, TokenKeys, access_claims
from amss.foundation.access import Actor, ActorKind, Role
from amss.foundation.database import Database
from amss.foundation.errors import Forbidden, Malformed, Unauthenticated
from amss.foundation.operation import Operation
from amss.server.remembered import Remembered

BELIEVED_SECONDS = 10
# A verification costs more than half of a whole request; this many tokens, people and keys are remembered.
_REMEMBERED = 10_000


class Caller(msgspec.Struct, frozen=True):
    """Who asks, the organization he acts in, and what its policy allows him, where that is known already."""

    actor: Actor
    org_id: UUID
    per_minute: int | None = None
    key_per_minute: int | None = None
    must_change_password: bool = False
    asks_elsewhere: bool = False  # he named an organization that is not his, and is no admin

    @property
    def principal(self) -> str:
        """The actor's name in logs and idempotency keys."""
        return f"{self.actor.kind}:{self.actor.id}"

    def must_be_allowed(self, operation: Operation) -> None:
        """Refuse an operation that his role does not grant, or that has to wait for a new password."""
        if self.must_change_password and not operation.path.startswith("/auth/"):
            raise rules.PasswordChangeRequired
        if self.asks_elsewhere:
            raise Forbidden("Only an admin acts for another organization.")
        self.actor.must(operation.permission)


class Authenticator:
    """Turns what a request shows into the actor and the organization he acts in."""

    def __init__(self, keys: TokenKeys, database: Database, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Start with nothing remembered."""
        self._keys = keys
        self._database = database
        self._verified: OrderedDict[bytes, Claims] = OrderedDict()
        self._people: Remembered[tuple[UUID, UUID, UUID], Standing | None] = Remembered(
            seconds=BELIEVED_SECONDS, most=_REMEMBERED, monotonic=monotonic
        )
        self._programs: Remembered[str, KeyStanding | None] = Remembered(
            seconds=BELIEVED_SECONDS, most=_REMEMBERED, monotonic=monotonic
        )
        self.key_uses = KeyUses(database, monotonic)

    async def identify(self, headers: Mapping[str, str]) -> Caller:
        """Return who asks and for which organization; refuse with `Unauthenticated` or `Malformed`.

        An admin names the organization he acts in with X-Org-ID. Anybody else who names one stays in his own, where
        he is refused what he asks for.
        """
        shown = _shown(headers)
        acting_for = headers.get("x-org-id")
        if "x-api-key" in headers or shown.startswith(api_key_text.MARK):
            return await self._program(shown, acting_for)
        return await self._person(shown, acting_for)

    def forget(self, changed: UUID) -> None:
        """Ask the database anew about an organization, a person or a key."""
        self._people.forget(lambda key, _standing: changed in key)
        self._programs.forget(
            lambda _prefix, standing: standing is None or changed in (standing.org_id, standing.api_key_id)
        )

    async def _person(self, token: str, acting_for: str | None) -> Caller:
        claims = self._verify(token)
        standing = await self._people.get(
            (claims.org, claims.sub, claims.family),
            lambda: queries.find_standing(self._database, claims.org, claims.sub, claims.family),
        )
        standing = rules.must_still_stand(standing, role=claims.role, issued_at=claims.iat)
        actor = Actor(
            kind=ActorKind.USER,
            name=claims.name,
            role=claims.role,
            org_id=claims.org,
            id=claims.sub,
            session_id=claims.family,
        )
        named = _organization(acting_for, own=claims.org)
        org_id = named if actor.role is Role.ADMIN else claims.org
        return Caller(
            actor,
            org_id,
            per_minute=standing.api_rate_limit_per_min if org_id == claims.org else None,
            must_change_password=standing.must_change_password,
            asks_elsewhere=named != org_id,
        )

    async def _program(self, key: str, acting_for: str | None) -> Caller:
        if (prefix := api_key_text.prefix_of(key)) is None:
            raise api_key_rules.KeyInvalid
        standing = await self._programs.get(prefix, lambda: api_key_queries.find_standing(self._database, prefix))
        standing = api_key_rules.must_be_good(standing, api_key_text.hashed(key), now=self._database.clock())
        actor = standing.actor
        named = _organization(acting_for, own=standing.org_id)
        self.key_uses.note(actor)
        return Caller(
            actor,
            standing.org_id,
            per_minute=standing.api_rate_limit_per_min,
            key_per_minute=standing.api_key_rate_limit_per_min,
            asks_elsewhere=named != standing.org_id,
        )

    def _verify(self, token: str) -> Claims:
        now = self._database.clock()
        fingerprint = hashlib.sha256(token.encode()).digest()
        claims = self._verified.get(fingerprint)
        if claims is None:
            claims = access_claims(self._keys, token, now=now)
            self._verified[fingerprint] = claims
            if len(self._verified) > _REMEMBERED:
                self._verified.popitem(last=False)
        elif claims.exp <= now.timestamp():
            del self._verified[fingerprint]
            raise Unauthenticated("The access token has expired. Sign in again or refresh it.")
        return claims


def _shown(headers: Mapping[str, str]) -> str:
    """Return the one token or key a request shows."""
    authorization, api_key = headers.get("authorization"), headers.get("x-api-key")
    if authorization is None and api_key is None:
        raise Unauthenticated
    if authorization is None:
        assert api_key is not None
        return api_key.strip()
    if api_key is not None:
        raise Unauthenticated("Send either Authorization or X-API-Key, not both.")
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated("Send the access token as `Authorization: Bearer <token>`.")
    return token.strip()


def _organization(acting_for: str | None, *, own: UUID) -> UUID:
    """Return the organization that is named, or one's own."""
    try:
        return own if acting_for is None else UUID(acting_for)
    except ValueError:
        raise Malformed("X-Org-ID is not an organization's id.") from None
