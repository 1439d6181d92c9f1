"""Drafts: what a hot command would do, judged by what was read without holding it.

Who reads and then writes in one transaction asks Postgres eight times; who drafts asks twice. So a feature may draft
the plainest form of a command that is asked for all day. A draft decides nothing: see `server/at_once.py`.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from amss.foundation.access import Actor
from amss.foundation.database import Connection, Origin
from amss.foundation.reading import read_row
from amss.foundation.statements import Statement


class Drafting(msgspec.Struct, frozen=True):
    """What a draft is made with: who asks, for which tenant, from where, when, and a way to read."""

    connection: Connection
    actor: Actor
    org_id: UUID
    origin: Origin
    now: datetime

    async def row(self, inner: str, *values: Any) -> Any:
        """Run a SELECT that refers to `tenant.org` (values from $2 on); return its row or None."""
        return await read_row(self.connection, self.org_id, inner, *values)


class Draft(msgspec.Struct, frozen=True):
    """What would be written, and what that rests on.

    `rests_on` selects, and holds, the row of `tenant.org` that was read, if it is still what it was. `writes` insert
    rows; each can be followed by WHERE. `result` is what the use case would return.
    """

    rests_on: Statement
    writes: tuple[Statement, ...]
    result: Any


# Called with what an operation's use case is called with; None where only the use case can tell.
Drafter = Callable[..., Awaitable[Draft | None]]
