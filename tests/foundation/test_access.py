"""The table of grants, row by row as the design has it."""

import pytest

from amss.foundation.access import GRANTS, Actor, ActorKind, Permission, Role, the_job
from amss.foundation.errors import Forbidden


def an_actor(role: Role) -> Actor:
    return Actor(kind=ActorKind.USER, name="somebody", role=role)


def test_every_permission_is_granted_to_somebody_named_or_to_the_admin_alone() -> None:
    assert set(GRANTS) == set(Permission)
    assert [each for each, roles in GRANTS.items() if not roles] == [
        Permission.MANAGE_ORGANIZATIONS,
        Permission.MANAGE_SYSTEM,
    ]
    assert not any(Role.ADMIN in roles for roles in GRANTS.values())


@pytest.mark.parametrize("permission", Permission)
def test_the_admin_and_the_jobs_may_do_everything(permission: Permission) -> None:
    an_actor(Role.ADMIN).must(permission)
    the_job("a_job").must(permission)


@pytest.mark.parametrize("permission", [each for each in Permission if each not in {"public", "signed_in"}])
def test_an_auditor_only_reads_and_takes_away_what_he_reads(permission: Permission) -> None:
    may = an_actor(Role.AUDITOR).may(permission)

    assert not may or permission.value.startswith(("read_", "export_"))


def test_who_may_not_is_told_by_role_and_permission() -> None:
    with pytest.raises(Forbidden, match=r"mechanic.*manage_aircraft"):
        an_actor(Role.MECHANIC).must(Permission.MANAGE_AIRCRAFT)
