"""Sign-in and sessions in SQL."""

from datetime import datetime
from uuid import UUID

import msgspec

from amss.features.auth.model import (
    Account,
    Candidate,
    Me,
    PendingReset,
    Person,
    RefreshToken,
    SessionOut,
    Standing,
)
from amss.features.organizations.queries import DEFAULT_RATE_LIMIT
from amss.foundation.database import Database, Transaction, columns, placeholders, values_of
from amss.foundation.reading import Listing, Reader, Shown, shown_as_json

_AFTER_TOKEN = len(msgspec.structs.fields(RefreshToken)) + 1


async def find_candidates(database: Database, email: str, org: str | None) -> list[Candidate]:
    """Return who has an e-mail, in whichever organization, or in the one named by its slug."""
    async with database.connection() as connection:
        rows = await connection.fetch(
            f"SELECT {columns(Candidate)} FROM find_logins($1::text::citext) WHERE $2::text IS NULL OR org_slug = $2",
            email,
            org,
        )
    return [msgspec.convert(dict(row), Candidate) for row in rows]


async def hold_person(tx: Transaction, user_id: UUID) -> Person | None:
    """Return a live user and hold him until the transaction ends: all changes of his sessions queue here."""
    return await tx.first(
        Person,
        """
        SELECT users.id, users.org_id, users.name, users.role, users.active, organizations.status AS org_status
        FROM users JOIN organizations ON organizations.id = users.org_id AND organizations.deleted_at IS NULL
        WHERE users.org_id = $1 AND users.id = $2 AND users.deleted_at IS NULL
        FOR NO KEY UPDATE OF users
        """,
        tx.org_id,
        user_id,
    )


async def mark_login(tx: Transaction, person: Person) -> None:
    """Remember when somebody last signed in; that is no new version of him."""
    await tx.run("UPDATE users SET last_login_at = $3 WHERE org_id = $1 AND id = $2", tx.org_id, person.id, tx.now)


async def add_token(tx: Transaction, token: RefreshToken) -> None:
    """Insert a refresh token, with where it was asked for."""
    await tx.run(
        f"""
        INSERT INTO refresh_tokens ({columns(RefreshToken)}, user_agent, ip)
        VALUES ({placeholders(RefreshToken)}, ${_AFTER_TOKEN}, ${_AFTER_TOKEN + 1})
        """,
        *values_of(token),
        tx.origin.user_agent,
        tx.origin.ip_address,
    )


async def find_token(tx: Transaction, user_id: UUID, jti_hash: bytes) -> RefreshToken | None:
    """Return a user's refresh token."""
    return await tx.first(
        RefreshToken,
        f"""
        SELECT {columns(RefreshToken)} FROM refresh_tokens
        WHERE org_id = $1 AND jti_hash = $2 AND user_id = $3
        """,
        tx.org_id,
        jti_hash,
        user_id,
    )


async def has_used_successor(tx: Transaction, token: RefreshToken) -> bool:
    """Tell whether a token this one was exchanged for has itself been exchanged."""
    return await tx.value(
        """
        SELECT EXISTS (
            SELECT FROM refresh_tokens WHERE org_id = $1 AND parent_id = $2 AND used_at IS NOT NULL
        )
        """,
        tx.org_id,
        token.id,
    )


async def mark_used(tx: Transaction, token: RefreshToken) -> None:
    """Remember when a token was first exchanged."""
    await tx.run(
        "UPDATE refresh_tokens SET used_at = $3 WHERE org_id = $1 AND id = $2 AND used_at IS NULL",
        tx.org_id,
        token.id,
        tx.now,
    )


async def revoke_family(tx: Transaction, family_id: UUID) -> bool:
    """End a session; tell whether there was one to end."""
    ended = await tx.run(
        """
        UPDATE refresh_tokens SET revoked_at = $3
        WHERE org_id = $1 AND family_id = $2 AND revoked_at IS NULL
        """,
        tx.org_id,
        family_id,
        tx.now,
    )
    return ended > 0


_ME = shown_as_json(
    Me,
    {"organization": "json_build_object('id', o.id, 'name', o.name, 'slug', o.slug, 'time_zone', o.time_zone)"},
)


async def find_me(reader: Reader) -> Shown | None:
    """Show a live user himself."""
    row = await reader.row(
        f"""
        SELECT {_ME} AS shown
        FROM users t JOIN organizations o ON o.id = t.org_id
        WHERE t.org_id = tenant.org::uuid AND t.id = $2 AND t.active AND t.deleted_at IS NULL
        """,
        reader.actor.id,
    )
    return None if row is None else Shown(row["shown"].encode())


# A session is a family of refresh tokens none of which is revoked and the last of which is still good.
SESSIONS = Listing(
    shows=SessionOut,
    source="""(
        SELECT org_id, user_id, family_id AS id, min(created_at) AS created_at, max(created_at) AS last_used_at,
               max(expires_at) AS expires_at, (array_agg(user_agent ORDER BY id DESC))[1] AS user_agent,
               (array_agg(ip ORDER BY id DESC))[1] AS ip
        FROM refresh_tokens GROUP BY org_id, user_id, family_id
        HAVING bool_and(revoked_at IS NULL) AND max(expires_at) > now()
    ) t WHERE t.org_id = tenant.org::uuid""",
    filters={"user_id": "t.user_id = {}"},
    sorts={"created_at": ("t.created_at", "timestamptz")},
    default_sort="-created_at",
    expressions={"ip_address": "host(t.ip)"},
    versioned=False,
)


async def is_family_of(tx: Transaction, user_id: UUID, family_id: UUID) -> bool:
    """Tell whether a session is, or was, this user's."""
    return await tx.value(
        "SELECT EXISTS (SELECT FROM refresh_tokens WHERE org_id = $1 AND user_id = $2 AND family_id = $3)",
        tx.org_id,
        user_id,
        family_id,
    )


async def find_standing(database: Database, org_id: UUID, user_id: UUID, family_id: UUID) -> Standing | None:
    """Return what is true now of a live user and one of his sessions, in one round trip."""
    async with database.connection() as connection:
        row = await connection.fetchrow(
            f"""
            SELECT found.* FROM set_config('amss.org_id', $1::uuid::text, true) AS tenant(org),
            LATERAL (
                SELECT users.role, users.active, organizations.status AS org_status, users.must_change_password,
                       users.tokens_valid_from,
                       coalesce(org_policies.api_rate_limit_per_min, {DEFAULT_RATE_LIMIT}) AS api_rate_limit_per_min,
                       EXISTS (
                           SELECT FROM refresh_tokens
                           WHERE org_id = tenant.org::uuid AND family_id = $3 AND revoked_at IS NOT NULL
                       ) AS session_ended
                FROM users
                JOIN organizations ON organizations.id = users.org_id AND organizations.deleted_at IS NULL
                LEFT JOIN org_policies ON org_policies.org_id = users.org_id
                WHERE users.org_id = tenant.org::uuid AND users.id = $2 AND users.deleted_at IS NULL
                OFFSET 0
            ) found
            """,
            org_id,
            user_id,
            family_id,
        )
    return None if row is None else msgspec.convert(dict(row), Standing)


async def find_account(reader: Reader) -> Account | None:
    """Return what the sign-in keeps of the one who reads."""
    row = await reader.row(
        f"""
        SELECT {columns(Account)} FROM users
        WHERE org_id = tenant.org::uuid AND id = $2 AND active AND deleted_at IS NULL
        """,
        reader.actor.id,
    )
    return None if row is None else msgspec.convert(dict(row), Account)


async def replace_password(tx: Transaction, user_id: UUID, *, old_hash: str, new_hash: str) -> bool:
    """Set a password in the place of the one that was proven; False where it is another one by now."""
    changed = await tx.run(
        """
        UPDATE users
        SET password_hash = $4, must_change_password = false, reset_code_hash = NULL, reset_expires_at = NULL,
            tokens_valid_from = $5, version = version + 1, updated_at = $5
        WHERE org_id = $1 AND id = $2 AND password_hash = $3 AND active AND deleted_at IS NULL
        """,
        tx.org_id,
        user_id,
        old_hash,
        new_hash,
        tx.now,
    )
    return changed == 1


async def open_reset(
    tx: Transaction, user_id: UUID, *, code_hash: bytes, expires_at: datetime, password_hash: str
) -> None:
    """Let a one-time code, and nothing else, set the next password."""
    await tx.run(
        """
        UPDATE users
        SET password_hash = $5, must_change_password = true, reset_code_hash = $3, reset_expires_at = $4,
            tokens_valid_from = $6, version = version + 1, updated_at = $6
        WHERE org_id = $1 AND id = $2
        """,
        tx.org_id,
        user_id,
        code_hash,
        expires_at,
        password_hash,
        tx.now,
    )


async def find_reset(database: Database, code_hash: bytes) -> PendingReset | None:
    """Return whose password a code may set, in whichever organization."""
    async with database.connection() as connection:
        row = await connection.fetchrow(f"SELECT {columns(PendingReset)} FROM find_password_reset($1)", code_hash)
    return None if row is None else msgspec.convert(dict(row), PendingReset)


async def redeem_reset(tx: Transaction, user_id: UUID, *, code_hash: bytes, password_hash: str) -> bool:
    """Set a password by a one-time code, which is gone with it; False where it is not good any more."""
    redeemed = await tx.run(
        """
        UPDATE users
        SET password_hash = $4, must_change_password = false, reset_code_hash = NULL, reset_expires_at = NULL,
            tokens_valid_from = $5, version = version + 1, updated_at = $5
        WHERE org_id = $1 AND id = $2 AND reset_code_hash = $3 AND reset_expires_at > $5
        """,
        tx.org_id,
        user_id,
        code_hash,
        password_hash,
        tx.now,
    )
    return redeemed == 1
