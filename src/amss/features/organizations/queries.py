"""Organizations in SQL."""

from uuid import UUID

from amss.features.organizations.model import (
    SYSTEM,
    Organization,
    OrganizationOut,
    OrganizationQuery,
    Policy,
    PolicyOut,
)
from amss.foundation.database import Database, Transaction, columns, placeholders, values_of
from amss.foundation.errors import NotFound
from amss.foundation.paging import read_cursor
from amss.foundation.reading import Listing, Reader, Shown, read_page, shown_as_json

DEFAULT_RATE_LIMIT = 6000
DEFAULT_KEY_RATE_LIMIT = 1200

# An organization is its own tenant, and its policy is known by its id.
ORGANIZATIONS = Listing(
    shows=OrganizationOut,
    source="(SELECT *, id AS org_id FROM organizations) t WHERE t.org_id = tenant.org::uuid AND t.deleted_at IS NULL",
    sorts={"name": ("t.name", "text")},
    default_sort="name",
)
POLICIES = Listing(
    shows=PolicyOut,
    source=(
        "(SELECT p.*, p.org_id AS id FROM org_policies p JOIN organizations o "
        "ON o.id = p.org_id AND o.deleted_at IS NULL) t WHERE t.org_id = tenant.org::uuid"
    ),
    sorts={"created_at": ("t.created_at", "timestamptz")},
    default_sort="created_at",
    expressions={"retention_interval": "'P' || extract(day FROM t.retention_interval) || 'D'"},
)

# What a cursor of the list of all organizations is good for.
_BINDING = b"organizations"


async def page_of_all(reader: Reader, query: OrganizationQuery) -> Shown:
    """List every organization by name, past row-level security; for admins alone."""
    after = None if query.cursor is None else read_cursor(reader.database.vault, query.cursor, _BINDING)
    return await read_page(
        reader,
        f"""
        SELECT {shown_as_json(OrganizationOut, {})} AS shown, t.name AS sort, t.id
        FROM list_organizations($2, $3, {query.limit + 1}) t ORDER BY t.name, t.id
        """,
        [after and after.sort, after and after.id],
        limit=query.limit,
        binding=_BINDING,
        beside={"total": "SELECT count_organizations()"} if query.count else {},
    )


async def get(tx: Transaction) -> Organization:
    """Return the organization the transaction works in."""
    return await tx.one(
        Organization,
        f"SELECT {columns(Organization)} FROM organizations WHERE id = $1 AND deleted_at IS NULL",
        tx.org_id,
    )


async def get_for_update(tx: Transaction, organization_id: UUID) -> Organization:
    """Return the organization the transaction works in, if that is the one meant, and hold it."""
    return await tx.one(
        Organization,
        f"""
        SELECT {columns(Organization)} FROM organizations
        WHERE id = $1 AND id = $2 AND deleted_at IS NULL
        FOR NO KEY UPDATE
        """,
        tx.org_id,
        organization_id,
    )


async def find_system(tx: Transaction) -> Organization | None:
    """Return the organization the admins live in; only the owner and the worker see it from anywhere."""
    return await tx.first(
        Organization,
        f"SELECT {columns(Organization)} FROM organizations WHERE slug = $1 AND deleted_at IS NULL",
        SYSTEM,
    )


async def add(tx: Transaction, organization: Organization) -> None:
    """Insert an organization with the default policy; the database judges whether its slug is free."""
    await tx.run(
        f"INSERT INTO organizations ({columns(Organization)}) VALUES ({placeholders(Organization)})",
        *values_of(organization),
    )
    await tx.run("INSERT INTO org_policies (org_id) VALUES ($1)", organization.id)


async def save(tx: Transaction, organization: Organization) -> None:
    """Write back what may be edited."""
    await tx.run(
        """
        UPDATE organizations
        SET name = $2, slug = $3, time_zone = $4, status = $5, legal_hold = $6, version = $7, updated_at = $8
        WHERE id = $1
        """,
        organization.id,
        organization.name,
        organization.slug,
        organization.time_zone,
        organization.status,
        organization.legal_hold,
        organization.version,
        organization.updated_at,
    )


async def mark_deleted(tx: Transaction, organization: Organization) -> None:
    """Take an organization out of sight; its slug is free again."""
    await tx.run(
        "UPDATE organizations SET version = $2, updated_at = $3, deleted_at = $3 WHERE id = $1",
        organization.id,
        organization.version,
        organization.updated_at,
    )


async def get_policy_for_update(tx: Transaction, organization_id: UUID) -> Policy:
    """Return the policy of the organization the transaction works in, if that is the one meant, and hold it."""
    return await tx.one(
        Policy,
        f"""
        SELECT {columns(Policy)} FROM org_policies
        WHERE org_id = $1 AND org_id = $2
          AND EXISTS (SELECT FROM organizations WHERE id = $1 AND deleted_at IS NULL)
        FOR NO KEY UPDATE
        """,
        tx.org_id,
        organization_id,
    )


async def save_policy(tx: Transaction, policy: Policy) -> None:
    """Write back what an organization has settled."""
    await tx.run(
        """
        UPDATE org_policies
        SET retention_interval = $2, technical_retention_days = $3, api_rate_limit_per_min = $4,
            api_key_rate_limit_per_min = $5, early_start_minutes = $6, sign_off_by_any_mechanic = $7,
            webhook_max_attempts = $8, version = $9, updated_at = $10
        WHERE org_id = $1
        """,
        policy.org_id,
        policy.retention_interval,
        policy.technical_retention_days,
        policy.api_rate_limit_per_min,
        policy.api_key_rate_limit_per_min,
        policy.early_start_minutes,
        policy.sign_off_by_any_mechanic,
        policy.webhook_max_attempts,
        policy.version,
        policy.updated_at,
    )


async def api_rate_limit(database: Database, org_id: UUID) -> int:
    """Return how many requests a minute a live organization may make; refuse with `NotFound` where there is none."""
    async with database.connection() as connection:
        limit = await connection.fetchval(
            f"""
            SELECT found.* FROM set_config('amss.org_id', $1::uuid::text, true) AS tenant(org),
            LATERAL (
                SELECT coalesce(org_policies.api_rate_limit_per_min, {DEFAULT_RATE_LIMIT})
                FROM organizations LEFT JOIN org_policies ON org_policies.org_id = organizations.id
                WHERE organizations.id = tenant.org::uuid AND organizations.deleted_at IS NULL OFFSET 0
            ) found
            """,
            org_id,
        )
    if limit is None:
        raise NotFound("There is no organization under that id.")
    return limit
