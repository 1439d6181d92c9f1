"""What a user may be, and who may change what of him."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from amss.features.users import passwords, rules
from amss.features.users.model import Administrator, NewUser, User, UserChange
from amss.foundation.access import Actor, ActorKind, Role
from amss.foundation.errors import Invalid
from amss.foundation.ids import new_id

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


def a_user(role: Role = Role.SCHEDULER, **given: Any) -> User:
    facts: dict[str, Any] = {"email": "ada@demo.example", "name": "Ada Moss", **given}
    return User(id=new_id(), org_id=new_id(), version=1, created_at=NOW, updated_at=NOW, role=role, **facts)


def an_actor(role: Role = Role.TENANT_ADMIN, user_id: UUID | None = None) -> Actor:
    return Actor(kind=ActorKind.USER, name="the actor", role=role, org_id=new_id(), id=user_id or new_id())


def edited(user: User, actor: Actor | None = None, slug: str = "highland", **change: Any) -> User:
    return rules.edit(user, UserChange(**change), organization_slug=slug, actor=actor or an_actor(), now=NOW)


def test_who_joins_is_written_without_blanks_around_him() -> None:
    new = NewUser(email="ada@demo.example", name="  Ada Moss ", role=Role.MECHANIC, password="maintain-the-fleet")

    user = rules.join(new, user_id=new_id(), org_id=new_id(), organization_slug="highland", actor=an_actor(), now=NOW)

    assert (user.name, user.role, user.active, user.version) == ("Ada Moss", Role.MECHANIC, True, 1)


def test_an_edit_that_changes_nothing_is_no_new_version() -> None:
    user = a_user()

    assert edited(user, name="Ada Moss ", role=Role.SCHEDULER) is user
    assert edited(user, name="Ada Fern").version == 2


def test_only_an_admin_makes_changes_or_removes_an_admin() -> None:
    the_admin, the_tenant_admin = a_user(Role.ADMIN), an_actor()

    with pytest.raises(rules.AdminsOnly):
        edited(the_admin, the_tenant_admin, "system", role=Role.AUDITOR)
    with pytest.raises(rules.AdminsOnly):
        edited(a_user(), the_tenant_admin, "system", role=Role.ADMIN)
    with pytest.raises(rules.AdminsOnly):
        rules.remove(the_admin, actor=the_tenant_admin, now=NOW)
    assert edited(a_user(), an_actor(Role.ADMIN), "system", role=Role.ADMIN).role is Role.ADMIN


def test_admins_live_in_the_organization_system_alone() -> None:
    with pytest.raises(Invalid) as refused:
        edited(a_user(), an_actor(Role.ADMIN), "highland", role=Role.ADMIN)

    assert [(each.pointer, each.code) for each in refused.value.errors] == [("/role", "NOT_HERE")]


def test_nobody_removes_himself() -> None:
    user = a_user(Role.TENANT_ADMIN)

    with pytest.raises(rules.OwnAccount):
        rules.remove(user, actor=an_actor(user_id=user.id), now=NOW)


@pytest.mark.parametrize(
    ("before", "after", "loses"),
    [
        (a_user(), {"role": Role.AUDITOR}, True),
        (a_user(), {"active": False}, True),
        (a_user(), {"name": "Ada Fern"}, False),
        (a_user(active=False), {"active": True}, False),
        (a_user(active=False), {"role": Role.AUDITOR}, False),
    ],
)
def test_standing_is_lost_with_the_role_or_the_account(before: User, after: dict[str, Any], *, loses: bool) -> None:
    assert rules.loses_standing(before, edited(before, **after)) is loses


def test_the_last_tenant_admin_stays() -> None:
    user = a_user(Role.TENANT_ADMIN)
    himself = Administrator(user.id, Role.TENANT_ADMIN)

    with pytest.raises(rules.LastAdministrator, match="Ada Moss is the last active tenant_admin"):
        rules.must_leave_another(user, [himself])
    with pytest.raises(rules.LastAdministrator):
        rules.must_leave_another(user, [himself, Administrator(new_id(), Role.ADMIN)])
    rules.must_leave_another(user, [himself, Administrator(new_id(), Role.TENANT_ADMIN)])
    rules.must_leave_another(a_user(), [himself])


@pytest.mark.parametrize("password", ["password1234", "QWERTYUIOP123", "CorrectHorseBatteryStaple"])
def test_a_password_everybody_tries_is_refused(password: str) -> None:
    with pytest.raises(Invalid) as refused:
        passwords.must_be_uncommon(password, pointer="/password")

    assert [(each.pointer, each.code) for each in refused.value.errors] == [("/password", "TOO_COMMON")]


def test_a_long_sentence_needs_no_digits_or_signs() -> None:
    passwords.must_be_uncommon("maintain-the-fleet", pointer="/password")


async def test_a_hash_is_argon2id_and_of_its_password_alone() -> None:
    hashed = await passwords.hash_password("maintain-the-fleet")

    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await passwords.is_password("maintain-the-fleet", hashed)
    assert not await passwords.is_password("maintain-the-fleets", hashed)
    assert not await passwords.is_password("maintain-the-fleet", "no hash at all")
    assert not await passwords.is_password("maintain-the-fleet", passwords.NOBODYS_HASH)
