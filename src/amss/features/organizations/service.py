"""Use cases of organizations: load, rule, save, record.

Everybody acts in his own organization; an admin's use cases go on in the one his request names.
"""

from uuid import UUID

from msgspec.structs import replace

from amss.features.organizations import queries, rules
from amss.features.organizations.model import (
    NewOrganization,
    Organization,
    OrganizationChange,
    OrganizationQuery,
    OrganizationStatus,
    Policy,
    PolicyChange,
)
from amss.foundation.access import Permission
from amss.foundation.database import Transaction, judged_by
from amss.foundation.ids import new_id
from amss.foundation.precondition import must_match
from amss.foundation.reading import Reader, Shown
from amss.journal.event_types import EventType
from amss.journal.recorder import record


async def create(tx: Transaction, order: NewOrganization) -> Organization:
    """Found an organization with its policy; the transaction goes on in it."""
    return await _found(tx, rules.found(order, organization_id=new_id(), now=tx.now))


async def enter_system(tx: Transaction) -> Organization:
    """Go on in the organization the admins live in, made if it is not there yet."""
    system = await queries.find_system(tx)
    if system is None:
        return await _found(tx, rules.found_system(organization_id=new_id(), now=tx.now))
    await tx.enter(system.id)
    return system


async def _found(tx: Transaction, organization: Organization) -> Organization:
    await tx.enter(organization.id)
    with judged_by("organizations_slug_free", rules.SlugTaken(organization.slug)):
        await queries.add(tx, organization)
    await record(tx, EventType.ORGANIZATION_CREATED, after=organization)
    return organization


async def edit(
    tx: Transaction, organization_id: UUID, change: OrganizationChange, *, if_match: int | None
) -> Organization:
    """Change what may be edited of an organization."""
    await _go_where_the_admin_means(tx, organization_id)
    organization = await queries.get_for_update(tx, organization_id)
    must_match(organization.version, if_match)
    edited = rules.edit(organization, change, actor=tx.actor, now=tx.now)
    if edited is organization:
        return organization

    with judged_by("organizations_slug_free", rules.SlugTaken(edited.slug)):
        await queries.save(tx, edited)
    tx.outdated.append(edited.id)
    suspended = edited.status is not organization.status and edited.status is OrganizationStatus.SUSPENDED
    event = EventType.ORGANIZATION_SUSPENDED if suspended else EventType.ORGANIZATION_UPDATED
    await record(tx, event, before=organization, after=edited)
    return edited


async def remove(tx: Transaction, organization_id: UUID, *, if_match: int | None) -> None:
    """Delete a suspended organization; nobody gets in again, and its records stay for their time."""
    await _go_where_the_admin_means(tx, organization_id)
    organization = await queries.get_for_update(tx, organization_id)
    must_match(organization.version, if_match)
    removed = rules.remove(organization, now=tx.now)

    await queries.mark_deleted(tx, removed)
    tx.outdated.append(removed.id)
    await record(tx, EventType.ORGANIZATION_DELETED, before=removed)


async def settle(tx: Transaction, organization_id: UUID, change: PolicyChange, *, if_match: int | None) -> Policy:
    """Change an organization's policy."""
    await _go_where_the_admin_means(tx, organization_id)
    policy = await queries.get_policy_for_update(tx, organization_id)
    must_match(policy.version, if_match)
    settled = rules.settle(policy, change, now=tx.now)
    if settled is policy:
        return policy

    await queries.save_policy(tx, settled)
    await record(tx, EventType.POLICY_UPDATED, before=policy, after=settled)
    tx.outdated.append(settled.org_id)
    return settled


async def search(reader: Reader, query: OrganizationQuery) -> Shown:
    """List all organizations."""
    return await queries.page_of_all(reader, query)


async def get(reader: Reader, organization_id: UUID) -> Shown:
    """Show one organization."""
    return await queries.ORGANIZATIONS.one(_where_the_admin_means(reader, organization_id), organization_id)


async def get_policy(reader: Reader, organization_id: UUID) -> Shown:
    """Show what an organization has settled."""
    return await queries.POLICIES.one(_where_the_admin_means(reader, organization_id), organization_id)


async def _go_where_the_admin_means(tx: Transaction, organization_id: UUID) -> None:
    if tx.actor.may(Permission.MANAGE_ORGANIZATIONS):
        await tx.enter(organization_id)


def _where_the_admin_means(reader: Reader, organization_id: UUID) -> Reader:
    if reader.actor.may(Permission.MANAGE_ORGANIZATIONS):
        return replace(reader, org_id=organization_id)
    return reader
