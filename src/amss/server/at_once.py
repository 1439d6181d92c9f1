"""Doing what was drafted: one statement holds what the draft rests on, claims the key and writes, or does nothing.

Each part rests on the one before it, so a key that is claimed means that the work is done. Where the row that was
read has changed, the key is known, somebody is in the way or a rule refuses, nothing is written and None is returned:
then the ordinary way, which holds what it reads, has the word.
"""

from collections.abc import Awaitable, Callable

import asyncpg

from amss.foundation.database import RETRYABLE, Connection, Database, Origin
from amss.foundation.drafting import Draft, Drafting
from amss.foundation.errors import Refusal, Unavailable
from amss.foundation.metrics import IDEMPOTENCY, counted
from amss.foundation.statements import Statement, in_one
from amss.server.authentication import Caller
from amss.server.idempotency import Answer, KeyedRequest, claiming

# Who would have to wait longer goes the ordinary way, and waits there.
_TENANT = """
    SELECT set_config('amss.org_id', $1::uuid::text, true) AS org, set_config('lock_timeout', '20ms', true)
"""

# Makes a draft and the answer to it; None where only the ordinary way can tell.
Drafted = Callable[[Drafting], Awaitable[tuple[Draft, Answer] | None]]


async def at_once(
    database: Database, drafted: Drafted, caller: Caller, origin: Origin, keyed: KeyedRequest | None
) -> Answer | None:
    """Draft the work and do it; return its answer, already committed, or None where nothing was done."""
    try:
        async with database.connection() as connection:
            drafting = Drafting(connection, caller.actor, caller.org_id, origin, database.clock())
            if (made := await drafted(drafting)) is None:
                return None
            draft, answer = made
            is_done = await _do(connection, draft, answer, drafting, keyed)
    except Unavailable:  # it may have been done all the same
        raise
    except (Refusal, asyncpg.IntegrityConstraintViolationError, *RETRYABLE):
        return None
    return answer if is_done else None


async def _do(
    connection: Connection, draft: Draft, answer: Answer, drafting: Drafting, keyed: KeyedRequest | None
) -> bool:
    held = f"SELECT held.* FROM tenant, LATERAL ({draft.rests_on.text}) AS held"
    parts = {"tenant": Statement(_TENANT, (drafting.org_id,)), "held": Statement(held, draft.rests_on.values)}
    if keyed is not None:
        parts["claimed"] = claiming(keyed, answer, now=drafting.now)
    last = next(reversed(parts))
    for number, write in enumerate(draft.writes):
        text = f"{write.text} WHERE EXISTS (SELECT FROM {last}) RETURNING true"
        parts[f"write_{number}"] = Statement(text, write.values)
    # Were a key ever claimed and nothing written, the division by zero would roll all of it back.
    everything = in_one(parts, f"SELECT 1 / (SELECT count(*)::int FROM write_0) WHERE EXISTS (SELECT FROM {last})")

    is_done = await connection.fetchval(everything.text, *everything.values) is not None
    if keyed is not None and is_done:
        counted(IDEMPOTENCY, "claimed").inc()
    return is_done
