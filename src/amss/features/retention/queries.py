"""What retention asks of the database, across organizations and within one."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from amss.features.retention.chores import Chore
from amss.foundation.database import Database, Transaction


class KeptFor(msgspec.Struct, frozen=True):
    """How many days an organization keeps its records, by class."""

    technical: int
    operational: int


async def list_organizations(database: Database) -> list[UUID]:
    """Return every organization that may lose records."""
    async with database.connection() as connection:
        rows = await connection.fetch("SELECT id FROM organizations WHERE NOT legal_hold ORDER BY id")
    return [row["id"] for row in rows]


async def hold_policy(tx: Transaction) -> KeptFor | None:
    """Return what the organization settled, and keep it so until the transaction ends.

    None under legal hold, and where another worker is cleaning.
    """
    return await tx.first(
        KeptFor,
        """
        SELECT policy.technical_retention_days AS technical,
               extract(day FROM policy.retention_interval)::int AS operational
        FROM org_policies policy JOIN organizations ON organizations.id = policy.org_id
        WHERE policy.org_id = $1 AND NOT organizations.legal_hold
        FOR NO KEY UPDATE OF policy SKIP LOCKED FOR SHARE OF organizations
        """,
        tx.org_id,
    )


async def take_time(tx: Transaction) -> None:
    """Let a statement run longer than a request may; nobody waits for it."""
    await tx.run("SET LOCAL statement_timeout = '1min'")


async def become_retention(tx: Transaction) -> None:
    """Take on the one role that may delete."""
    await tx.run("SET LOCAL ROLE amss_retention")


async def become_worker_again(tx: Transaction) -> None:
    """Go back to the role the connection was opened with."""
    await tx.run("RESET ROLE")


async def delete(tx: Transaction, chore: Chore, *, before: datetime, limit: int) -> int:
    """Delete what a chore finds, at most `limit` rows beside their children; return how many."""
    return await tx.run(chore.statement, tx.org_id, before, limit)


async def find_needed_files(database: Database, storage_keys: Sequence[str], now: datetime) -> set[str]:
    """Return which stored files must stay: their import is not over, or ended too recently, or is on hold."""
    async with database.connection() as connection:
        rows = await connection.fetch(
            """
            SELECT storage_key FROM imports
            JOIN organizations ON organizations.id = imports.org_id
            JOIN org_policies policy ON policy.org_id = imports.org_id
            WHERE storage_key = ANY ($1) AND (
                finished_at IS NULL
                OR finished_at >= $2::timestamptz - make_interval(days => policy.technical_retention_days)
                OR legal_hold
            )
            """,
            storage_keys,
            now,
        )
    return {row["storage_key"] for row in rows}
