"""What signing in works with: no transaction is open, and mostly nobody is known yet."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

from amss.features.auth.refusals import RefusedSignIns
from amss.features.auth.tokens import TokenKeys
from amss.foundation.access import Actor
from amss.foundation.database import Database, Origin, Transaction
from amss.foundation.rate_limit import Decision, RateLimiter


@dataclass(frozen=True, slots=True)
class Entry:
    """The database, the limiter, the keys, where refusals are written down, and where the request comes from.

    `actor` is who is signed in already, if anybody is. `decisions` collects what the limiter decided, for the
    answer's headers; `outdated` whose standing was changed, for whoever remembers the old one.
    """

    database: Database
    limiter: RateLimiter
    keys: TokenKeys
    refused: RefusedSignIns
    origin: Origin
    actor: Actor | None = None
    decisions: list[Decision] = field(default_factory=list[Decision])
    outdated: list[UUID] = field(default_factory=list[UUID])

    @asynccontextmanager
    async def transaction(self, actor: Actor, org_id: UUID) -> AsyncGenerator[Transaction]:
        """Open a transaction and commit it; what it made outdated is known afterwards."""
        async with self.database.transaction(actor, org_id, self.origin) as tx:
            yield tx
        self.outdated.extend(tx.outdated)
