"""A user: who he is, what is asked for, what is shown to whom."""

from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from amss.features.organizations.model import NewOrganization
from amss.foundation.access import Role
from amss.foundation.paging import ListQuery
from amss.foundation.shapes import Line, Name, Order, Record


class ColleagueOut(msgspec.Struct, frozen=True, kw_only=True):
    """What everybody sees of a user of his organization: enough to assign work to him."""

    id: UUID
    name: str
    role: Role
    active: bool


class UserOut(ColleagueOut, frozen=True, kw_only=True):
    """A user as the API shows him; what colleagues do not see is left out for them."""

    email: str | UnsetType = UNSET
    licence_number: str | UnsetType | None = UNSET
    licence_kind: str | UnsetType | None = UNSET
    must_change_password: bool | UnsetType = UNSET
    last_login_at: datetime | UnsetType | None = UNSET
    version: int | UnsetType = UNSET
    created_at: datetime | UnsetType = UNSET
    updated_at: datetime | UnsetType = UNSET


class User(Record, frozen=True, kw_only=True):
    """A person of one organization. His password's hash is no part of this: only sign-in reads it."""

    entity_type: ClassVar[str] = "user"
    shown_as: ClassVar[type[msgspec.Struct]] = UserOut

    email: str
    name: str
    role: Role
    licence_number: str | None = None
    licence_kind: str | None = None
    active: bool = True
    must_change_password: bool = False
    last_login_at: datetime | None = None


class Administrator(msgspec.Struct, frozen=True):
    """An active admin or tenant_admin: somebody who can let others in."""

    id: UUID
    role: Role


Email = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[^@\s\x00-\x1f\x7f-\x9f]{1,64}@[^@\s\x00-\x1f\x7f-\x9f]{1,253}$(?!\n)",
        examples=["planner@demo.example"],
    ),
]
PersonName = Annotated[Name, msgspec.Meta(examples=["Ada Moss"])]
NewPassword = Annotated[
    str, msgspec.Meta(min_length=12, max_length=128, description="12 to 128 characters, none of the common ones.")
]
LicenceNumber = Annotated[Line, msgspec.Meta(max_length=50, description="What a mechanic signs with.")]
LicenceKind = Annotated[
    Line,
    msgspec.Meta(
        max_length=50,
        description="Which kind of certificate has this number (14 CFR 43.9(a)(4)).",
        examples=["Part-66 B1", "A&P"],
    ),
]


MustChange = Annotated[bool, msgspec.Meta(description="Until he changes it, he can do nothing else.")]


class NewUser(Order, frozen=True, kw_only=True):
    """Somebody who joins an organization."""

    email: Email
    name: PersonName
    role: Role
    password: NewPassword
    licence_number: LicenceNumber | None = None
    licence_kind: LicenceKind | None = None
    must_change_password: MustChange = False


class UserChange(Order, frozen=True, kw_only=True):
    """A merge patch of a user."""

    email: Email | UnsetType = UNSET
    name: PersonName | UnsetType = UNSET
    role: Role | UnsetType = UNSET
    licence_number: LicenceNumber | UnsetType | None = UNSET
    licence_kind: LicenceKind | UnsetType | None = UNSET
    active: bool | UnsetType = UNSET
    must_change_password: MustChange | UnsetType = UNSET


class UserQuery(ListQuery, kw_only=True, forbid_unknown_fields=True):
    """How people can be filtered."""

    role: Role | None = None


class FirstTenantAdmin(Order, frozen=True, kw_only=True):
    """Who runs a new organization."""

    email: Email
    name: PersonName
    password: NewPassword


class NewTenant(NewOrganization, frozen=True, kw_only=True):
    """An organization to be, with the person who will run it."""

    tenant_admin: FirstTenantAdmin
