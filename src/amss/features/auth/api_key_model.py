"""An API key: what a program acts by, what is asked for, what is shown."""

from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

import msgspec

from amss.features.organizations.model import OrganizationStatus
from amss.foundation.access import Actor, ActorKind, Role
from amss.foundation.shapes import Moment, Name, Order, Record


class ApiKeyOut(msgspec.Struct, frozen=True, kw_only=True):
    """An API key as the API shows it; `created_by` is null where another key made it."""

    id: UUID
    name: str
    prefix: str
    role: Role
    created_by: UUID | None
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime


class ApiKeyCreated(ApiKeyOut, frozen=True, kw_only=True):
    """A new API key with its secret, which is never shown again."""

    secret: str


class ApiKey(Record, frozen=True, kw_only=True):
    """What a program acts by in one organization. Its hash is no part of this: only authentication reads it."""

    entity_type: ClassVar[str] = "api-key"
    shown_as: ClassVar[type[msgspec.Struct]] = ApiKeyOut

    name: str
    prefix: str
    role: Role
    created_by: UUID | None = None
    created_by_org_id: UUID | None = None
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None


KeyName = Annotated[Name, msgspec.Meta(examples=["ERP interface"])]
Expiry = Annotated[Moment, msgspec.Meta(description="From then on it opens nothing; absent: until it is revoked.")]


class NewApiKey(Order, frozen=True, kw_only=True):
    """A key for a program: what it is called, what it may, how long it is good."""

    name: KeyName
    role: Role
    expires_at: Expiry | None = None


class KeyStanding(msgspec.Struct, frozen=True, kw_only=True):
    """What is true now of a key that somebody shows, with its organization's limits."""

    org_id: UUID
    org_status: OrganizationStatus
    api_key_id: UUID
    name: str
    role: Role
    key_hash: bytes
    expires_at: datetime | None
    revoked_at: datetime | None
    api_rate_limit_per_min: int | None
    api_key_rate_limit_per_min: int | None

    @property
    def actor(self) -> Actor:
        """Who acts when it does."""
        return Actor(kind=ActorKind.API_KEY, name=self.name, role=self.role, org_id=self.org_id, id=self.api_key_id)
