"""Signed tokens, one audience each: for the API, for the next pair, and for proof that a password was just given."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import jwt
import msgspec

from amss.features.auth.keys import VerifyingKey, accepted_keys, signing_key, verifying_key
from amss.features.auth.rules import AuthInvalid, ReauthFailed
from amss.foundation.access import Role
from amss.foundation.errors import Unauthenticated
from amss.foundation.ids import new_id

ISSUER = "amss"
API = "api"
REFRESH = "refresh"
REAUTH = "reauth"

# Clocks of the servers that share a key differ a little; a token from further ahead is no mistake.
_CLOCKS_DIFFER_SECONDS = 60


class RefreshClaims(msgspec.Struct, frozen=True):
    """What every token of ours says: whose it is, of which session, and from when to when it is good."""

    sub: UUID
    org: UUID
    family: UUID
    jti: str
    iat: int
    exp: int


class Claims(RefreshClaims, frozen=True):
    """What an access token says besides: what its holder was when it was made."""

    role: Role
    name: str


C = TypeVar("C", bound=RefreshClaims)


class TokenKeys:
    """The key that signs, and the ring of all whose tokens are accepted."""

    def __init__(self, private_key: str, public_keys: str | None = None) -> None:
        """Load the keys from what JWT_PRIVATE_KEY and JWT_PUBLIC_KEYS say."""
        self._private = signing_key(private_key)
        own = verifying_key(self._private.public_key())
        further = [] if public_keys is None else accepted_keys(public_keys)
        self._signing_as = own.id
        self._ring: dict[str, VerifyingKey] = {key.id: key for key in (own, *further)}

    @property
    def jwks(self) -> dict[str, Any]:
        """The public keys as a JWK set (RFC 7517), the signing one first, for whoever verifies our tokens."""
        return {"keys": [key.jwk for key in self._ring.values()]}

    def sign(self, audience: str, claims: Mapping[str, Any], *, now: datetime, lifetime: timedelta) -> str:
        """Return a token for one audience that expires after its lifetime."""
        body = {
            "jti": str(new_id()),
            **claims,
            "iss": ISSUER,
            "aud": audience,
            "iat": int(now.timestamp()),
            "exp": int((now + lifetime).timestamp()),
        }
        return jwt.encode(body, self._private, algorithm="EdDSA", headers={"kid": self._signing_as})

    def verify(self, audience: str, shape: type[C], token: str, *, now: datetime) -> C:
        """Return what a token says that is ours, for this audience and good now; else `Unauthenticated`."""
        try:
            key = self._key_named_by(token)
            said = jwt.decode(
                token,
                key.public,
                algorithms=[key.algorithm],
                audience=audience,
                issuer=ISSUER,
                options={"verify_exp": False, "verify_iat": False},
            )
            claims = msgspec.convert(said, shape)
        except (jwt.InvalidTokenError, msgspec.ValidationError):
            raise Unauthenticated("The access token is not valid.") from None
        if claims.iat > now.timestamp() + _CLOCKS_DIFFER_SECONDS:
            raise Unauthenticated("The access token is not valid yet.")
        if claims.exp <= now.timestamp():
            raise Unauthenticated("The access token has expired. Sign in again or refresh it.")
        return claims

    def _key_named_by(self, token: str) -> VerifyingKey:
        """Return the key a token says it is signed with: whatever else its head says is not believed."""
        kid = jwt.get_unverified_header(token).get("kid")
        if not isinstance(kid, str) or (key := self._ring.get(kid)) is None:
            raise jwt.InvalidTokenError
        return key


def access_claims(keys: TokenKeys, token: str, *, now: datetime) -> Claims:
    """Return what an access token says, or refuse it."""
    return keys.verify(API, Claims, token, now=now)


def refresh_claims(keys: TokenKeys, token: str, *, now: datetime) -> RefreshClaims:
    """Return what a refresh token says, or refuse it like any other wrong credentials."""
    try:
        return keys.verify(REFRESH, RefreshClaims, token, now=now)
    except Unauthenticated:
        raise AuthInvalid from None


def must_prove(keys: TokenKeys, token: str, *, user_id: UUID, session_id: UUID | None, now: datetime) -> None:
    """Refuse a token that does not prove that this user, in this session, gave his password in the last minutes."""
    try:
        claims = keys.verify(REAUTH, RefreshClaims, token, now=now)
    except Unauthenticated:
        raise ReauthFailed from None
    if (claims.sub, claims.family) != (user_id, session_id):
        raise ReauthFailed
