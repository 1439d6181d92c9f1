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


class SlugTaken(Duplicate):
    """Another live organization has this slug."""

    def __init__(self, slug: str) -> None:
        """Name the slug."""
        super().__init__(f"There already is an organization {slug!r}.")


class SystemMustStay(Conflict):
    """The organization the admins live in cannot be suspended."""

    code = "SYSTEM_MUST_STAY"
    sentence = "The admins live in this organization; suspending it would shut everybody out."


def found(new: NewOrganization, *, organization_id: UUID, now: datetime) -> Organization:
    """Return the organization that is founded."""
    if new.slug in RESERVED_SLUGS:
        raise Invalid(errors=(FieldError("/slug", "RESERVED", f"{new.slug!r} is reserved for AMSS itself."),))
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
    if "status" in fields and not actor.may(Permission.MANAGE_ORGANIZATIONS):
        raise Forbidden("Only an admin suspends an organization or lets it in again.")
    if fields.get("status") is OrganizationStatus.SUSPENDED and organization.slug == SYSTEM:
        raise SystemMustStay
    if "time_zone" in fields:
        must_be_a_time_zone(fields["time_zone"])
    edited = msgspec.structs.replace(organization, **fields)
    if edited == organization:
        return organization
    return msgspec.structs.replace(edited, version=organization.version + 1, updated_at=now)


def settle(policy: Policy, change: PolicyChange, *, now: datetime) -> Policy:
    """Return the policy with the given fields changed, one version on; unchanged if nothing differs."""
    settled = msgspec.structs.replace(policy, **given(change))
    _must_be_whole_days(settled.retention_interval)
    if settled == policy:
        return policy
    return msgspec.structs.replace(settled, version=policy.version + 1, updated_at=now)


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
