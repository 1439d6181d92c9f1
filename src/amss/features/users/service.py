"""Use cases of people: load, rule, save, record."""

from uuid import UUID

from amss.features.organizations import queries as organization_queries
from amss.features.organizations import service as organizations
from amss.features.organizations.model import NewOrganization, Organization
from amss.features.users import passwords, queries, rules
from amss.features.users.model import NewTenant, NewUser, User, UserChange, UserQuery
from amss.foundation.access import Permission, Role
from amss.foundation.database import Transaction, judged_by
from amss.foundation.ids import new_id
from amss.foundation.precondition import must_match
from amss.foundation.reading import Listing, Reader, Shown
from amss.journal.event_types import EventType
from amss.journal.recorder import record


async def create(tx: Transaction, order: NewUser) -> User:
    """Take somebody into the organization."""
    passwords.must_be_uncommon(order.password, pointer="/password")
    return await _add(tx, order, await organization_queries.get(tx))


async def found_organization(tx: Transaction, order: NewTenant) -> Organization:
    """Found an organization, with its policy and the first person who can let others in."""
    passwords.must_be_uncommon(order.tenant_admin.password, pointer="/tenant_admin/password")
    organization = await organizations.create(
        tx, NewOrganization(name=order.name, slug=order.slug, time_zone=order.time_zone)
    )
    first = order.tenant_admin
    await _add(
        tx,
        NewUser(email=first.email, name=first.name, role=Role.TENANT_ADMIN, password=first.password),
        organization,
    )
    return organization


async def _add(tx: Transaction, order: NewUser, organization: Organization) -> User:
    user = rules.join(
        order,
        user_id=new_id(),
        org_id=organization.id,
        organization_slug=organization.slug,
        actor=tx.actor,
        now=tx.now,
    )
    password_hash = await passwords.hash_password(order.password)
    with judged_by("users_email_free", rules.EmailTaken(user.email)):
        await queries.add(tx, user, password_hash)
    await record(tx, EventType.USER_CREATED, after=user)
    return user


async def edit(tx: Transaction, user_id: UUID, change: UserChange, *, if_match: int | None) -> User:
    """Change what may be edited of a user."""
    # Always in this order, the administrators before the user, so that two edits queue instead of deadlocking.
    administrators = await queries.hold_administrators(tx)
    user = await queries.get_for_update(tx, user_id)
    organization = await organization_queries.get(tx)
    must_match(user.version, if_match)
    edited = rules.edit(user, change, organization_slug=organization.slug, actor=tx.actor, now=tx.now)
    if edited is user:
        return user
    if rules.loses_standing(user, edited):
        rules.must_be_another(user, tx.actor)
        rules.must_leave_another(user, administrators)

    with judged_by("users_email_free", rules.EmailTaken(edited.email)):
        await queries.save(tx, edited)
    if not edited.active:
        await queries.end_sessions(tx, edited.id)
    tx.outdated.append(edited.id)
    await record(tx, EventType.USER_UPDATED, before=user, after=edited)
    return edited


async def remove(tx: Transaction, user_id: UUID, *, if_match: int | None) -> None:
    """Remove somebody from the organization; what he did stays under his name."""
    administrators = await queries.hold_administrators(tx)
    user = await queries.get_for_update(tx, user_id)
    must_match(user.version, if_match)
    removed = rules.remove(user, actor=tx.actor, now=tx.now)
    rules.must_leave_another(user, administrators)

    await queries.mark_removed(tx, removed)
    await queries.end_sessions(tx, removed.id)
    tx.outdated.append(removed.id)
    await record(tx, EventType.USER_DELETED, before=removed)


async def search(reader: Reader, query: UserQuery) -> Shown:
    """List the people of the organization."""
    return await _as_seen_by(reader).page(reader, query)


async def get(reader: Reader, user_id: UUID) -> Shown:
    """Show one person."""
    return await _as_seen_by(reader).one(reader, user_id)


def _as_seen_by(reader: Reader) -> Listing:
    return queries.USERS if reader.actor.may(Permission.READ_USER_DETAILS) else queries.COLLEAGUES
