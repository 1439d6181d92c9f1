"""Writing refused sign-ins down after the answer is sent, so that they show in no timing."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

import structlog

from amss.features.auth import rules
from amss.features.auth.model import Candidate
from amss.foundation.access import the_job
from amss.foundation.database import Database, Origin
from amss.foundation.metrics import AUTH_EVENTS
from amss.journal.afterwards import Afterwards, Note
from amss.journal.event_types import Action

log = structlog.get_logger(__name__)

# Who tried is not known: it need not have been the user whose e-mail was given.
_SOMEBODY = the_job("sign-in")


class RefusedSignIn(NamedTuple):
    """Whose account somebody could not get into, and why."""

    org_id: UUID
    user_id: UUID
    cause: str = "wrong password"


class RefusedSignIns:
    """The refused sign-ins of this process: counted and logged at once, audited afterwards."""

    def __init__(self, database: Database) -> None:
        """Start with none."""
        self._afterwards = Afterwards(database, "sign-in")
        self.all_written = self._afterwards.all_written

    def write_down_later(self, origin: Origin, refused: Sequence[RefusedSignIn]) -> None:
        """Record a refused sign-in once it is answered."""
        AUTH_EVENTS.labels("login_failed").inc()
        known_in = [str(each.org_id) for each in refused]
        log.warning("Refused a sign-in", request_id=origin.request_id, known_in=known_in)
        self._afterwards.write_down(origin, [_note(each) for each in refused])


def _note(refused: RefusedSignIn) -> Note:
    return Note(_SOMEBODY, refused.org_id, Action.LOGIN_FAILED, "user", refused.user_id, {"cause": refused.cause})


def refused(candidate: Candidate, *, password_right: bool) -> RefusedSignIn:
    """Return why a candidate was not let in."""
    if not password_right:
        return RefusedSignIn(candidate.org_id, candidate.user_id)
    assert not rules.is_admitted(candidate)
    cause = "the user is not active" if not candidate.active else "the organization is suspended"
    return RefusedSignIn(candidate.org_id, candidate.user_id, cause)
