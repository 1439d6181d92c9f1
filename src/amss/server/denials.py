"""Refused permission to change something: told to the audit trail after the asker has his answer."""

from collections.abc import Generator
from contextlib import contextmanager

from amss.features.auth.rules import ReauthFailed
from amss.foundation.database import Database, Origin
from amss.foundation.errors import Forbidden
from amss.foundation.metrics import AUTH_EVENTS
from amss.foundation.operation import Operation
from amss.journal.afterwards import Afterwards, Note
from amss.journal.event_types import Action
from amss.server.authentication import Caller


class Denials:
    """The refusals of this process that are still being written down."""

    def __init__(self, database: Database) -> None:
        """Start with none."""
        self._afterwards = Afterwards(database, "permission")
        self.all_written = self._afterwards.all_written

    @contextmanager
    def noted(self, operation: Operation, caller: Caller, origin: Origin) -> Generator[None]:
        """Note it when a change is refused because its asker may not, at the door or by a finer rule.

        What was asked for is named by its operation; bodies may hold secrets and are never kept.
        """
        try:
            yield
        except ReauthFailed:  # a wrong password, which is recorded as a failed sign-in
            raise
        except Forbidden as refusal:
            AUTH_EVENTS.labels("denied").inc()
            self._afterwards.write_down(origin, [_note(operation, caller, refusal)])
            raise


def _note(operation: Operation, caller: Caller, refusal: Forbidden) -> Note:
    return Note(
        caller.actor,
        caller.org_id,
        Action.DENIED,
        "organization",
        caller.org_id,
        {"operation": operation.route, "permission": operation.permission.value, "code": refusal.code},
    )
