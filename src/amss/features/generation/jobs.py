"""The program generator: due items brought up to date and made into tasks, a bit for each organization in turn."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from functools import partial
from typing import TypeVar
from uuid import UUID

import structlog

from amss.features.due import service as due_items
from amss.features.due.model import DueForPlanning
from amss.features.generation import service
from amss.features.generation.model import Generated
from amss.foundation.access import the_job
from amss.foundation.database import Origin, Transaction
from amss.foundation.ids import new_id
from amss.foundation.working import WorkerContext, in_transaction, kept_apart

T = TypeVar("T")

# Due items planned in one transaction: enough to plan an aircraft's together, few enough not to hold it for long.
BIT = 100
# Organizations are independent, and Postgres has more than one core.
AT_ONCE = 2
ACTOR = the_job("program_generator")

log = structlog.get_logger(__name__)


async def generate(context: WorkerContext) -> bool:
    """Plan what falls due in every organization, each a bit in its turn and a few at once.

    When it answers, nothing is left but what has no place.
    """
    async with context.database.connection() as connection:
        org_ids = await due_items.orgs_with_due_work(connection)
    under_way = {org_id: _work_through(context, org_id) for org_id in org_ids}
    while under_way and not context.stopping.is_set():
        this_round = list(under_way)
        for start in range(0, len(this_round), AT_ONCE):
            together = this_round[start : start + AT_ONCE]
            outcomes = await asyncio.gather(
                *(_another(under_way[org_id], org_id) for org_id in together), return_exceptions=True
            )
            for org_id, outcome in zip(together, outcomes, strict=True):
                if isinstance(outcome, BaseException):
                    raise outcome
                if not outcome:
                    del under_way[org_id]
    return False


async def _another(bits: AsyncGenerator[bool], org_id: UUID) -> bool:
    """Do one organization's next bit; tell whether it may have another."""
    with kept_apart(org_id):
        return bool(await anext(bits, None))
    return False


async def _work_through(context: WorkerContext, org_id: UUID) -> AsyncGenerator[bool]:
    """Project an organization's due items anew, then plan them: a transaction for each bit."""
    aircraft: UUID | None = None
    while aircraft := await _in_transaction(context, org_id, partial(due_items.reproject_next, after=aircraft)):
        yield True
    due: DueForPlanning | None = None
    generated = Generated()
    while True:
        yield True
        plan = partial(service.generate_next, limit=BIT, after=due)
        bit, due = await _in_transaction(context, org_id, plan)
        generated += bit
        if due is None:
            break
    if generated.created or generated.blocked:
        log.info(
            "Generated tasks",
            org_id=str(org_id),
            created=generated.created,
            blocked=generated.blocked,
        )


async def _in_transaction(context: WorkerContext, org_id: UUID, work: Callable[[Transaction], Awaitable[T]]) -> T:
    return await in_transaction(context, ACTOR, org_id, Origin(f"program_generator-{new_id()}"), work)
