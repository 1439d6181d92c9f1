"""Audit rows of what was refused, written in transactions of their own after the answer is sent.

So they outlive the rollback of what was refused, and show in no timing.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import structlog

from amss.foundation.access import Actor
from amss.foundation.database import Database, Origin
from amss.journal.event_types import Action
from amss.journal.recorder import note

log = structlog.get_logger(__name__)

# A flood of refusals must not pile up in memory, nor take all connections from those who work.
MOST_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Note:
    """An audit row to be."""

    actor: Actor
    org_id: UUID
    action: Action
    entity_type: str
    entity_id: UUID
    details: dict[str, Any] = field(default_factory=dict[str, Any])


class Afterwards:
    """The notes of one kind that this process is still writing down."""

    def __init__(self, database: Database, kind: str) -> None:
        """Start with none; `kind` is what the log calls what was refused."""
        self._database = database
        self._kind = kind
        # The loop itself keeps only weak references to its tasks.
        self._being_written: set[asyncio.Task[None]] = set()

    def write_down(self, origin: Origin, notes: Sequence[Note]) -> None:
        """Begin to write when the answer has been handed to the socket.

        In a flood the audit trail gets no more than can be written; the log has all.
        """
        if len(self._being_written) >= MOST_AT_ONCE:
            log.error("Too many refusals to audit this one", refused=self._kind, request_id=origin.request_id)
            return
        task = asyncio.create_task(self._write(origin, notes))
        self._being_written.add(task)
        task.add_done_callback(self._being_written.discard)

    async def all_written(self) -> None:
        """Wait until nothing is being written; to be called before the database is closed."""
        await asyncio.gather(*self._being_written)

    async def _write(self, origin: Origin, notes: Sequence[Note]) -> None:
        for each in notes:
            try:
                async with self._database.transaction(each.actor, each.org_id, origin) as tx:
                    await note(tx, each.action, each.entity_type, each.entity_id, details=each.details)
            except Exception:
                # Nobody awaits this in time to be told: the log is the last place that can have it.
                log.exception("Could not record a refusal", refused=self._kind, request_id=origin.request_id)
