"""What an organization may be called, and who may change what of it. No I/O: every fact arrives as an argument."""

from datetime import datetime, timedelta
from functools import cache
from uuid import UUID
from zoneinfo import available_timezones

import msgspec

from amss.features.organizations.model import (
    SYSTEM,
    NewOrganization,
    Organization,
    OrganizationChange,
    OrganizationStatus,
    Policy,
    PolicyChange,
)
from amss.foundation.access import Actor, Permission
from amss.foundation.errors import Conflict, Duplicate, FieldError, Forbidden, Invalid
from amss.foundation.shapes import given

# A slug stands first in the console's URLs, beside these paths.
RESERVED_SLUGS = frozenset(
    {"api", "docs", "health", "ready", "metrics", "openapi", "assets", "admin", "login", SYSTEM}
)
SHORTEST_RETENTION = timedelta(days=30)
LONGEST_RETENTION = timedelta(days=36_500)

_ADMINS_FIELDS = frozenset({"slug", "status", "legal_hold"})


class SlugTaken(Duplicate):
    """Another live organization has this slug."""

    def __init__(self, slug: str) -> None:
        """Name the slug."""
        super().__init__(f"There already is an organization {slug!r}.")


class SystemMustStay(Conflict):
    """The organization the admins live in keeps its slug, cannot be suspended and cannot be deleted."""

    code = "SYSTEM_MUST_STAY"
    sentence = "The admins live in this organization; without it everybody would be shut out."


class NotSuspended(Conflict):
    """People still work in an organization that is to be deleted."""

    code = "NOT_SUSPENDED"
    sentence = "People can still work in this organization. Suspend it before you delete it."


class UnderLegalHold(Conflict):
    """Nothing of an organization under legal hold is deleted, least of all the organization."""

    code = "LEGAL_HOLD"
    sentence = "This organization is under legal hold. Nothing of it may be deleted until the hold is lifted."


def found(new: NewOrganization, *, organization_id: UUID, now: datetime) -> Organization:
    """Return the organization that is founded."""
    must_not_be_reserved(new.slug)
    must_be_a_time_zone(new.time_zone)
    return Organization(
        id=organization_id,
        name=new.name,
        slug=new.slug,
        time_zone=new.time_zone,
        created_at=now,
        updated_at=now,
    )


def found_system(*, organization_id: UUID, now: datetime) -> Organization:
    """Return the organization the admins live in."""
    return Organization(id=organization_id, name="System", slug=SYSTEM, created_at=now, updated_at=now)


def edit(organization: Organization, change: OrganizationChange, *, actor: Actor, now: datetime) -> Organization:
    """Return the organization with the given fields changed, one version on; unchanged if nothing differs."""
    fields = given(change)
    if _ADMINS_FIELDS & fields.keys() and not actor.may(Permission.MANAGE_ORGANIZATIONS):
        raise Forbidden("Only an admin changes an organization's slug, status or legal hold.")
    edited = msgspec.structs.replace(organization, **fields)
    if edited == organization:
        return organization
    if organization.slug == SYSTEM and (edited.slug, edited.status) != (SYSTEM, OrganizationStatus.ACTIVE):
        raise SystemMustStay
    if edited.slug != organization.slug:
        must_not_be_reserved(edited.slug)
    must_be_a_time_zone(edited.time_zone)
    return msgspec.structs.replace(edited, version=organization.version + 1, updated_at=now)


def remove(organization: Organization, *, now: datetime) -> Organization:
    """Return the organization as it is deleted; its records stay as long as retention keeps them."""
    if organization.slug == SYSTEM:
        raise SystemMustStay
    if organization.status is not OrganizationStatus.SUSPENDED:
        raise NotSuspended
    if organization.legal_hold:
        raise UnderLegalHold
    return msgspec.structs.replace(organization, version=organization.version + 1, updated_at=now)


def settle(policy: Policy, change: PolicyChange, *, now: datetime) -> Policy:
    """Return the policy with the given fields changed, one version on; unchanged if nothing differs."""
    settled = msgspec.structs.replace(policy, **given(change))
    _must_be_whole_days(settled.retention_interval)
    if settled == policy:
        return policy
    return msgspec.structs.replace(settled, version=policy.version + 1, updated_at=now)


def must_not_be_reserved(slug: str) -> None:
    """Refuse a slug that is a path of ours."""
    if slug in RESERVED_SLUGS:
        raise Invalid(errors=(FieldError("/slug", "RESERVED", f"{slug!r} is reserved for AMSS itself."),))


def must_be_a_time_zone(name: str) -> None:
    """Refuse what is no IANA time zone."""
    if name not in _time_zones():
        raise Invalid(
            errors=(FieldError("/time_zone", "UNKNOWN", f"{name!r} is no IANA time zone, like Europe/London."),)
        )


@cache
def _time_zones() -> frozenset[str]:
    # `localtime` is whatever the server's machine is set to, `Factory` stands for "not set".
    return frozenset(available_timezones() - {"localtime", "Factory"})


def _must_be_whole_days(retention: timedelta) -> None:
    if retention % timedelta(days=1) or not SHORTEST_RETENTION <= retention <= LONGEST_RETENTION:
        message = "Retention is whole days, from P30D to P36500D."
        raise Invalid(errors=(FieldError("/retention_interval", "RANGE", message),))
