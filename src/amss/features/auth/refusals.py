"""Writing refused sign-ins down after the answer is sent, so that they show in no timing."""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

import structlog

from amss.features.auth import rules
from amss.features.auth.model import Candidate
from amss.foundation.access import the_job
from amss.foundation.database import Database, Origin
from amss.foundation.metrics import AUTH_EVENTS
from amss.journal.event_types import Action
from amss.journal.recorder import note

log = structlog.get_logger(__name__)

# Who tried is not known: it need not have been the user whose e-mail was given.
_SOMEBODY = the_job("sign-in")

# A flood of wrong passwords must not pile up in memory, nor take all connections from those who work.
MOST_AT_ONCE = 100


class RefusedSignIn(NamedTuple):
    """Whose account somebody could not get into, and why."""

    org_id: UUID
    user_id: UUID
    cause: str = "wrong password"


class RefusedSignIns:
    """The refused sign-ins of this process that are still being written down."""

    def __init__(self, database: Database) -> None:
        """Start with none."""
        self._database = database
        # The loop itself keeps only weak references to its tasks.
        self._being_written: set[asyncio.Task[None]] = set()

    def write_down_later(self, origin: Origin, refused: Sequence[RefusedSignIn]) -> None:
        """Record a refused sign-in; the task begins when the answer has been handed to the socket.

        In a flood the audit trail gets no more than can be written; the log and the metric have all.
        """
        AUTH_EVENTS.labels("login_failed").inc()
        known_in = [str(each.org_id) for each in refused]
        log.warning("Refused a sign-in", request_id=origin.request_id, known_in=known_in)
        if len(self._being_written) >= MOST_AT_ONCE:
            log.error("Too many refused sign-ins to audit this one", request_id=origin.request_id)
            return
        task = asyncio.create_task(self._write_down(origin, refused))
        self._being_written.add(task)
        task.add_done_callback(self._being_written.discard)

    async def all_written(self) -> None:
        """Wait until nothing is being written; to be called before the database is closed."""
        await asyncio.gather(*self._being_written)

    async def _write_down(self, origin: Origin, refused: Sequence[RefusedSignIn]) -> None:
        for each in refused:
            try:
                async with self._database.transaction(_SOMEBODY, each.org_id, origin) as tx:
                    await note(tx, Action.LOGIN_FAILED, "user", each.user_id, details={"cause": each.cause})
            except Exception:
                # Nobody awaits this in time to be told: the log is the last place that can have it.
                log.exception("Could not record a refused sign-in", request_id=origin.request_id)


def refused(candidate: Candidate, *, password_right: bool) -> RefusedSignIn:
    """Return why a candidate was not let in."""
    if not password_right:
        return RefusedSignIn(candidate.org_id, candidate.user_id)
    assert not rules.is_admitted(candidate)
    cause = "the user is not active" if not candidate.active else "the organization is suspended"
    return RefusedSignIn(candidate.org_id, candidate.user_id, cause)
