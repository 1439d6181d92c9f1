"""Signing in: what is sent, what is answered, and what is kept of a session."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from amss.features.organizations.model import OrganizationStatus
from amss.features.users.model import Email, NewPassword
from amss.foundation.access import Actor, ActorKind, Role
from amss.foundation.shapes import Order

HeldPassword = Annotated[str, msgspec.Meta(min_length=1, max_length=1024)]
TokenText = Annotated[str, msgspec.Meta(min_length=1, max_length=4096)]


class Login(Order, frozen=True, kw_only=True):
    """Who wants in; `org` is the organization's slug, for an e-mail known in several."""

    email: Email
    password: HeldPassword
    org: Annotated[str, msgspec.Meta(min_length=1, max_length=63)] | None = None


class HeldToken(Order, frozen=True, kw_only=True):
    """The refresh token somebody holds; none where the cookie of the session holds it."""

    refresh_token: TokenText | UnsetType = UNSET


class PasswordChange(Order, frozen=True, kw_only=True):
    """A new password, asked for by the one who knows the present one."""

    current_password: HeldPassword
    new_password: NewPassword


class Reauthentication(Order, frozen=True, kw_only=True):
    """The password again, from somebody who is signed in."""

    password: HeldPassword


class PasswordReset(Order, frozen=True, kw_only=True):
    """A new password, asked for by whoever was given a one-time code."""

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    new_password: NewPassword


class ResetCode(msgspec.Struct, frozen=True, kw_only=True):
    """What lets somebody set a new password, once; it is shown this once."""

    code: str
    expires_at: datetime


class Reauthenticated(msgspec.Struct, frozen=True, kw_only=True):
    """The proof that the password was given just now; `expires_in` is in seconds."""

    reauth_token: str
    expires_in: int


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """What opens the API, and what gets the next of both; `expires_in` is the access token's, in seconds.

    In a session by cookie the refresh token travels in the cookie alone.
    """

    access_token: str
    refresh_token: str | UnsetType = UNSET
    token_type: str = "Bearer"  # noqa: S105 - a scheme, no secret
    expires_in: int


class MyOrganization(msgspec.Struct, frozen=True, kw_only=True):
    """The organization of the one who asks."""

    id: UUID
    name: str
    slug: str
    time_zone: str


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """The one who asks."""

    id: UUID
    org_id: UUID
    email: str
    name: str
    role: Role
    licence_number: str | None
    licence_kind: str | None
    organization: MyOrganization


class SessionOut(msgspec.Struct, frozen=True, kw_only=True):
    """One sign-in and all its refreshes; `current` is the one that asks."""

    id: UUID
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    user_agent: str | None
    ip_address: str | None
    current: bool


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A user who has the e-mail somebody signs in with."""

    org_id: UUID
    org_slug: str
    org_status: OrganizationStatus
    user_id: UUID
    active: bool
    password_hash: str


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A user as he is now, held while his sessions change."""

    id: UUID
    org_id: UUID
    name: str
    role: Role
    active: bool
    org_status: OrganizationStatus

    @property
    def actor(self) -> Actor:
        """Who acts when he does."""
        return Actor(kind=ActorKind.USER, name=self.name, role=self.role, org_id=self.org_id, id=self.id)


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """What the sign-in keeps of a user: what he is known by, and his password's hash."""

    email: str
    password_hash: str


class PendingReset(msgspec.Struct, frozen=True, kw_only=True):
    """Whose password a one-time code may set."""

    org_id: UUID
    org_status: OrganizationStatus
    user_id: UUID
    active: bool
    expires_at: datetime


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What is true now of the one a token speaks of, with his organization's limit."""

    role: Role
    active: bool
    org_status: OrganizationStatus
    must_change_password: bool
    tokens_valid_from: datetime | None
    session_ended: bool
    api_rate_limit_per_min: int


class RefreshToken(msgspec.Struct, frozen=True, kw_only=True):
    """One refresh token of a family, that is of one sign-in and all its refreshes."""

    id: UUID
    org_id: UUID
    user_id: UUID
    family_id: UUID
    jti_hash: bytes
    parent_id: UUID | None = None
    expires_at: datetime
    session_expires_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None
    created_at: datetime


class Verdict(StrEnum):
    """What becomes of a refresh token somebody presents."""

    EXCHANGE = "exchange"
    REFUSE = "refuse"
    REVOKE = "revoke"  # it was used before: somebody else holds a copy, so the whole family ends
