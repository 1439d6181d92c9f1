"""What a user may be, and who may change what of him. No I/O: every fact arrives as an argument."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from amss.features.organizations.model import SYSTEM
from amss.features.users.model import Administrator, NewUser, User, UserChange
from amss.foundation.access import Actor, Role
from amss.foundation.errors import Conflict, Duplicate, FieldError, Forbidden, Invalid
from amss.foundation.shapes import given, next_version


class EmailTaken(Duplicate):
    """Another live user of the organization has this e-mail."""

    def __init__(self, email: str) -> None:
        """Name the e-mail."""
        super().__init__(f"{email} already belongs to somebody in your organization.")


class AdminsOnly(Forbidden):
    """Only an admin creates, changes or removes an admin."""

    sentence = "Only an admin creates, changes or removes an admin."


class LastAdministrator(Conflict):
    """Without this person nobody could let others in."""

    code = "LAST_ADMINISTRATOR"

    def __init__(self, user: User) -> None:
        """Name the person."""
        super().__init__(f"{user.name} is the last active {user.role}. Give somebody else this role first.")


class OwnAccount(Conflict):
    """Nobody takes away his own role or account."""

    code = "OWN_ACCOUNT"
    sentence = "You cannot change your own role, deactivate or remove yourself. Ask another administrator."


def join(new: NewUser, *, user_id: UUID, org_id: UUID, organization_slug: str, actor: Actor, now: datetime) -> User:
    """Return the user who joins."""
    user = User(
        id=user_id,
        org_id=org_id,
        version=1,
        created_at=now,
        updated_at=now,
        email=new.email,
        name=new.name,
        role=new.role,
        licence_number=new.licence_number,
        licence_kind=new.licence_kind,
        must_change_password=new.must_change_password,
    )
    must_be_allowed_to_manage(actor, user)
    must_be_at_home(user, organization_slug)
    return user


def edit(user: User, change: UserChange, *, organization_slug: str, actor: Actor, now: datetime) -> User:
    """Return the user with the given fields changed, one version on; unchanged if nothing differs."""
    edited = msgspec.structs.replace(user, **given(change))
    must_be_allowed_to_manage(actor, user)
    must_be_allowed_to_manage(actor, edited)
    must_be_at_home(edited, organization_slug)
    return user if edited == user else next_version(edited, now=now)


def remove(user: User, *, actor: Actor, now: datetime) -> User:
    """Return the user as he leaves."""
    must_be_allowed_to_manage(actor, user)
    must_be_another(user, actor)
    return next_version(user, now=now)


def loses_standing(before: User, after: User) -> bool:
    """Tell whether a change takes somebody's role or account away."""
    return before.active and (before.role is not after.role or not after.active)


def must_be_allowed_to_manage(actor: Actor, user: User) -> None:
    """Refuse to let anybody but an admin touch an admin."""
    if user.role is Role.ADMIN and actor.role is not Role.ADMIN:
        raise AdminsOnly


def must_be_at_home(user: User, organization_slug: str) -> None:
    """Refuse an admin anywhere but in the organization `system`."""
    if user.role is Role.ADMIN and organization_slug != SYSTEM:
        raise Invalid(errors=(FieldError("/role", "NOT_HERE", "Admins live in the organization `system` alone."),))


def must_be_another(user: User, actor: Actor) -> None:
    """Refuse to let somebody do this to himself."""
    if user.id == actor.id:
        raise OwnAccount


def must_leave_another(user: User, administrators: Sequence[Administrator]) -> None:
    """Refuse to take away the last active tenant_admin of an organization, or the last admin."""
    if any(each.id == user.id for each in administrators) and not any(
        each.role is user.role and each.id != user.id for each in administrators
    ):
        raise LastAdministrator(user)
