"""What an organization may be called and settle, and who may change what of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from amss.features.organizations import rules
from amss.features.organizations.model import (
    NewOrganization,
    Organization,
    OrganizationChange,
    OrganizationStatus,
    Policy,
    PolicyChange,
)
from amss.foundation.access import Actor, ActorKind, Role
from amss.foundation.errors import Forbidden, Invalid
from amss.foundation.ids import new_id

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


def an_organization(**given: Any) -> Organization:
    facts: dict[str, Any] = {"name": "Highland Air", "slug": "highland", **given}
    return Organization(id=new_id(), created_at=NOW, updated_at=NOW, **facts)


def a_policy(**given: Any) -> Policy:
    facts: dict[str, Any] = {
        "retention_interval": timedelta(days=365),
        "technical_retention_days": 30,
        "api_rate_limit_per_min": 6000,
        "api_key_rate_limit_per_min": 1200,
        "early_start_minutes": 5,
        "sign_off_by_any_mechanic": False,
        "webhook_max_attempts": 10,
        **given,
    }
    return Policy(org_id=new_id(), version=1, created_at=NOW, updated_at=NOW, **facts)


def an_actor(role: Role) -> Actor:
    return Actor(kind=ActorKind.USER, name="the actor", role=role, org_id=new_id(), id=new_id())


def edited(organization: Organization, role: Role = Role.TENANT_ADMIN, **change: Any) -> Organization:
    return rules.edit(organization, OrganizationChange(**change), actor=an_actor(role), now=NOW)


@pytest.mark.parametrize("slug", sorted(rules.RESERVED_SLUGS))
def test_a_slug_that_is_a_path_of_ours_is_reserved(slug: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.found(NewOrganization(name="Any", slug=slug), organization_id=new_id(), now=NOW)

    assert [(each.pointer, each.code) for each in refused.value.errors] == [("/slug", "RESERVED")]


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "", "../etc/passwd", "Europe", "localtime", "Europe/London "])
def test_a_time_zone_is_one_of_the_iana_names(zone: str) -> None:
    with pytest.raises(Invalid) as refused:
        edited(an_organization(), time_zone=zone)

    assert [(each.pointer, each.code) for each in refused.value.errors] == [("/time_zone", "UNKNOWN")]


def test_a_tenant_admin_edits_name_and_time_zone_and_an_admin_the_status_too() -> None:
    organization = an_organization()

    renamed = edited(organization, name=" Lowland Air ", time_zone="Asia/Kathmandu")
    suspended = edited(organization, Role.ADMIN, status=OrganizationStatus.SUSPENDED)

    assert (renamed.name, renamed.time_zone, renamed.version) == ("Lowland Air", "Asia/Kathmandu", 2)
    assert suspended.status is OrganizationStatus.SUSPENDED
    with pytest.raises(Forbidden):
        edited(organization, status=OrganizationStatus.ACTIVE)
    assert edited(organization, name="Highland Air") is organization


def test_the_admins_own_organization_cannot_be_suspended() -> None:
    with pytest.raises(rules.SystemMustStay):
        edited(an_organization(slug="system"), Role.ADMIN, status=OrganizationStatus.SUSPENDED)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"retention_interval": timedelta(days=29)}, "/retention_interval"),
        ({"retention_interval": timedelta(days=40, hours=1)}, "/retention_interval"),
        ({"retention_interval": timedelta(days=36_501)}, "/retention_interval"),
    ],
)
def test_what_a_policy_cannot_settle_is_named(change: dict[str, Any], pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.settle(a_policy(), PolicyChange(**change), now=NOW)

    assert [each.pointer for each in refused.value.errors] == [pointer]


def test_a_policy_counts_its_versions() -> None:
    policy = a_policy()

    settled = rules.settle(policy, PolicyChange(early_start_minutes=10), now=NOW)

    assert (settled.version, settled.early_start_minutes) == (2, 10)
    assert rules.settle(policy, PolicyChange(early_start_minutes=5), now=NOW) is policy
