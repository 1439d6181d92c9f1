"""An organization and its policy: what they are, what is asked for, what is shown."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from amss.foundation.shapes import Name, Order

SYSTEM = "system"  # the slug of the organization the admins live in


class OrganizationStatus(StrEnum):
    """Whether the people of an organization may sign in."""

    ACTIVE = "active"
    SUSPENDED = "suspended"


class OrganizationOut(msgspec.Struct, frozen=True, kw_only=True):
    """An organization as the API shows it."""

    id: UUID
    name: str
    slug: str
    time_zone: str
    status: OrganizationStatus
    legal_hold: bool
    version: int
    created_at: datetime
    updated_at: datetime


class Organization(msgspec.Struct, frozen=True, kw_only=True):
    """One tenant."""

    entity_type: ClassVar[str] = "organization"
    shown_as: ClassVar[type[msgspec.Struct]] = OrganizationOut

    id: UUID
    name: str
    slug: str
    time_zone: str = "UTC"
    status: OrganizationStatus = OrganizationStatus.ACTIVE
    legal_hold: bool = False
    version: int = 1
    created_at: datetime
    updated_at: datetime


OrganizationName = Annotated[Name, msgspec.Meta(examples=["Highland Air"])]
Slug = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{1,62}$(?!\n)", examples=["highland"])]
TimeZone = Annotated[str, msgspec.Meta(max_length=64, description="An IANA time zone.", examples=["Europe/London"])]
LegalHold = Annotated[bool, msgspec.Meta(description="While it stands, retention deletes nothing.")]


class NewOrganization(Order, frozen=True, kw_only=True):
    """A tenant to be."""

    name: OrganizationName
    slug: Slug
    time_zone: TimeZone = "UTC"


class OrganizationChange(Order, frozen=True, kw_only=True):
    """A merge patch of an organization; `slug`, `status` and `legal_hold` are the admin's."""

    name: OrganizationName | UnsetType = UNSET
    slug: Slug | UnsetType = UNSET
    time_zone: TimeZone | UnsetType = UNSET
    status: OrganizationStatus | UnsetType = UNSET
    legal_hold: LegalHold | UnsetType = UNSET


class OrganizationQuery(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """How the list of all organizations is read, by name."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=200, description="How many items to answer at most.")] = 50
    cursor: Annotated[str | None, msgspec.Meta(description="The `next_cursor` of the page before.")] = None
    count: Annotated[bool, msgspec.Meta(description="Also answer `total`, the number of all.")] = False


SignOffByAnyMechanic = Annotated[
    bool, msgspec.Meta(description="Whether any mechanic signs a task's checks; else only the assigned one.")
]


class PolicyOut(msgspec.Struct, frozen=True, kw_only=True):
    """What an organization has settled, as the API shows it."""

    org_id: UUID
    retention_interval: Annotated[timedelta, msgspec.Meta(description="Whole days, for example `P365D`.")]
    technical_retention_days: int
    api_rate_limit_per_min: int
    api_key_rate_limit_per_min: int
    early_start_minutes: int
    sign_off_by_any_mechanic: SignOffByAnyMechanic
    webhook_max_attempts: int
    version: int
    created_at: datetime
    updated_at: datetime


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """What an organization has settled; `retention_interval` is that of operational records."""

    entity_type: ClassVar[str] = "policy"
    shown_as: ClassVar[type[msgspec.Struct]] = PolicyOut

    org_id: UUID
    retention_interval: timedelta
    technical_retention_days: int
    api_rate_limit_per_min: int
    api_key_rate_limit_per_min: int
    early_start_minutes: int
    sign_off_by_any_mechanic: bool
    webhook_max_attempts: int
    version: int
    created_at: datetime
    updated_at: datetime

    @property
    def id(self) -> UUID:
        """An organization has one policy, known by the organization's id."""
        return self.org_id


PerMinute = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


class PolicyChange(Order, frozen=True, kw_only=True):
    """A merge patch of a policy; the bounds of retention are those of the record classes."""

    retention_interval: Annotated[timedelta, msgspec.Meta(description="Whole days, at least `P30D`.")] | UnsetType = (
        UNSET
    )
    technical_retention_days: Annotated[int, msgspec.Meta(ge=1, le=90)] | UnsetType = UNSET
    api_rate_limit_per_min: PerMinute | UnsetType = UNSET
    api_key_rate_limit_per_min: PerMinute | UnsetType = UNSET
    early_start_minutes: Annotated[int, msgspec.Meta(ge=0, le=1440)] | UnsetType = UNSET
    sign_off_by_any_mechanic: SignOffByAnyMechanic | UnsetType = UNSET
    webhook_max_attempts: Annotated[int, msgspec.Meta(ge=1, le=10)] | UnsetType = UNSET
