"""Rows of the audit trail, sealed as the worker seals them, and bent as only the database's superuser can."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from amss.features.audit import sealing
from amss.features.audit.keys import SealKey
from amss.foundation.access import the_job
from amss.foundation.database import Origin
from amss.foundation.ids import new_id
from amss.journal.event_types import Action
from amss.journal.recorder import note
from builders.installation import TEST_SEAL_KEY, Installation

SEAL_KEY = SealKey(TEST_SEAL_KEY)


async def written(installation: Installation, org_id: UUID, count: int = 1, **said: Any) -> list[UUID]:
    """Write rows, each in a transaction of its own; return their ids in that order."""
    for _ in range(count):
        async with installation.server.transaction(the_job("test"), org_id, Origin(f"test-{new_id()}")) as tx:
            await note(tx, Action.UPDATE, "aircraft", new_id(), **said)
    rows = await installation.owner.fetch(
        "SELECT id FROM audit_logs WHERE org_id = $1 ORDER BY timestamp DESC, id DESC LIMIT $2", org_id, count
    )
    return [row["id"] for row in reversed(rows)]


async def sealed(installation: Installation, org_id: UUID, key: SealKey = SEAL_KEY) -> int:
    """Seal what waits, up to a batch; return how many rows."""
    async with installation.worker.transaction(the_job("audit_sealer"), org_id, Origin("test")) as tx:
        return (await sealing.seal_next(tx, key)).rows


@asynccontextmanager
async def bending(installation: Installation) -> AsyncGenerator[Any]:
    """Lend the superuser's connection with every trigger off: what the triggers refuse is done all the same."""
    async with installation.owner.transaction():
        await installation.owner.execute("SET LOCAL session_replication_role = replica")
        yield installation.owner
