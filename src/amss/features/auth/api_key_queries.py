"""API keys in SQL."""

from datetime import datetime
from uuid import UUID

import msgspec

from amss.features.auth.api_key_model import ApiKey, ApiKeyOut, KeyStanding
from amss.foundation.database import Database, Transaction, columns, placeholders, values_of
from amss.foundation.reading import Listing

API_KEYS = Listing(
    shows=ApiKeyOut,
    source="api_keys t WHERE t.org_id = tenant.org::uuid",
    sorts={"name": ("t.name", "text")},
    default_sort="name",
)

_AFTER_KEY = len(msgspec.structs.fields(ApiKey)) + 1


async def find_standing(database: Database, prefix: str) -> KeyStanding | None:
    """Return what is true now of the key with this head, in whichever organization."""
    async with database.connection() as connection:
        row = await connection.fetchrow(f"SELECT {columns(KeyStanding)} FROM find_api_key($1)", prefix)
    return None if row is None else msgspec.convert(dict(row), KeyStanding)


async def get_for_update(tx: Transaction, key_id: UUID) -> ApiKey:
    """Return a key that is not revoked and hold it until the transaction ends."""
    return await tx.one(
        ApiKey,
        f"""
        SELECT {columns(ApiKey)} FROM api_keys
        WHERE org_id = $1 AND id = $2 AND revoked_at IS NULL
        FOR NO KEY UPDATE
        """,
        tx.org_id,
        key_id,
    )


async def add(tx: Transaction, key: ApiKey, key_hash: bytes) -> None:
    """Insert a key."""
    await tx.run(
        f"INSERT INTO api_keys ({columns(ApiKey)}, key_hash) VALUES ({placeholders(ApiKey)}, ${_AFTER_KEY})",
        *values_of(key),
        key_hash,
    )


async def mark_revoked(tx: Transaction, key: ApiKey) -> None:
    """Write down the end of a key."""
    await tx.run(
        "UPDATE api_keys SET revoked_at = $3, version = $4, updated_at = $5 WHERE org_id = $1 AND id = $2",
        key.org_id,
        key.id,
        key.revoked_at,
        key.version,
        key.updated_at,
    )


async def mark_used(tx: Transaction, key_id: UUID, *, unless_after: datetime) -> None:
    """Remember that a key is in use, unless some server did so lately; that is no new version of it."""
    await tx.run(
        """
        UPDATE api_keys SET last_used_at = $3
        WHERE org_id = $1 AND id = $2 AND (last_used_at IS NULL OR last_used_at < $4)
        """,
        tx.org_id,
        key_id,
        tx.now,
        unless_after,
    )
