"""A savepoint: a part of a transaction that can be refused without costing the rest."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from amss.foundation.database import Transaction
from amss.foundation.errors import Conflict, Invalid, NotFound

# What speaks of the work itself. Any other refusal speaks of the asker or the moment, and ends the whole transaction.
OF_THE_WORK = (Invalid, NotFound, Conflict)


@asynccontextmanager
async def undone_alone(tx: Transaction) -> AsyncGenerator[None]:
    """Undo only what is done inside when it is refused as invalid, not found or in conflict; the refusal goes on.

    What was held before stays held. Savepoints are not nested.
    """
    messages, outdated = len(tx.messages), len(tx.outdated)
    await tx.run("SAVEPOINT part")
    try:
        yield
    except OF_THE_WORK:
        await tx.run("ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part")
        del tx.messages[messages:], tx.outdated[outdated:]
        raise
    await tx.run("RELEASE SAVEPOINT part")
