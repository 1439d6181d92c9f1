"""The people in SQL."""

from uuid import UUID

import msgspec

from amss.features.users.model import Administrator, ColleagueOut, User, UserOut
from amss.foundation.database import Transaction, columns, placeholders, values_of
from amss.foundation.reading import Listing

_SOURCE = "users t WHERE t.org_id = tenant.org::uuid AND t.deleted_at IS NULL"
_FILTERS = {"role": "t.role = {}"}
_SORTS = {"name": ("t.name", "text")}

USERS = Listing(
    shows=UserOut,
    source=_SOURCE,
    filters=_FILTERS,
    sorts=_SORTS,
    default_sort="name",
)
# For those who only need to know to whom work can be assigned.
COLLEAGUES = Listing(
    shows=ColleagueOut, source=_SOURCE, filters=_FILTERS, sorts=_SORTS, default_sort="name", versioned=False
)

_AFTER_USER = len(msgspec.structs.fields(User)) + 1


async def get_for_update(tx: Transaction, user_id: UUID) -> User:
    """Return a live user and hold him until the transaction ends, so that his writers queue."""
    return await tx.one(
        User,
        f"""
        SELECT {columns(User)} FROM users
        WHERE org_id = $1 AND id = $2 AND deleted_at IS NULL
        FOR NO KEY UPDATE
        """,
        tx.org_id,
        user_id,
    )


async def hold_administrators(tx: Transaction) -> list[Administrator]:
    """Return the active admins and tenant_admins and hold them, so that two cannot remove each other at once."""
    return await tx.all(
        Administrator,
        """
        SELECT id, role FROM users
        WHERE org_id = $1 AND role IN ('admin', 'tenant_admin') AND active AND deleted_at IS NULL
        ORDER BY id
        FOR NO KEY UPDATE
        """,
        tx.org_id,
    )


async def add(tx: Transaction, user: User, password_hash: str) -> None:
    """Insert a user; the database judges whether his e-mail is free."""
    await tx.run(
        f"INSERT INTO users ({columns(User)}, password_hash) VALUES ({placeholders(User)}, ${_AFTER_USER})",
        *values_of(user),
        password_hash,
    )


async def save(tx: Transaction, user: User) -> None:
    """Write back what may be edited."""
    await tx.run(
        """
        UPDATE users
        SET email = $3, name = $4, role = $5, licence_number = $6, licence_kind = $7, active = $8,
            must_change_password = $9, version = $10, updated_at = $11
        WHERE org_id = $1 AND id = $2
        """,
        user.org_id,
        user.id,
        user.email,
        user.name,
        user.role,
        user.licence_number,
        user.licence_kind,
        user.active,
        user.must_change_password,
        user.version,
        user.updated_at,
    )


async def end_sessions(tx: Transaction, user_id: UUID, *, but: UUID | None = None) -> None:
    """End all sessions of a user, or all but one."""
    await tx.run(
        """
        UPDATE refresh_tokens SET revoked_at = $3
        WHERE org_id = $1 AND user_id = $2 AND revoked_at IS NULL AND ($4::uuid IS NULL OR family_id <> $4)
        """,
        tx.org_id,
        user_id,
        tx.now,
        but,
    )


async def mark_removed(tx: Transaction, user: User) -> None:
    """Take a user out of sight; his name stays on what he did."""
    await tx.run(
        """
        UPDATE users SET version = $3, updated_at = $4, deleted_at = $4
        WHERE org_id = $1 AND id = $2
        """,
        user.org_id,
        user.id,
        user.version,
        user.updated_at,
    )
