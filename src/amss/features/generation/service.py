"""Making tasks of what falls due: due items held, aircraft by aircraft placed, created and recorded in bulk."""

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from amss.features.aircraft import queries as aircraft_queries
from amss.features.due import service as due_items
from amss.features.due.model import DueForPlanning
from amss.features.generation import placement, rules
from amss.features.generation.model import Generated
from amss.features.tasks import queries as task_queries
from amss.features.tasks import service as tasks
from amss.foundation.database import Transaction
from amss.foundation.errors import Conflict
from amss.foundation.metrics import TASKS_GENERATED
from amss.foundation.savepoint import undone_alone

MOST_PER_CALL = 500


async def generate(tx: Transaction) -> Generated:
    """Make tasks of the 500 due items that fall due soonest, as they were last projected.

    The worker projects them anew and plans the rest: a request must not hold a whole fleet.
    """
    generated, _ = await generate_next(tx, limit=MOST_PER_CALL, after=None)
    return generated


async def generate_next(
    tx: Transaction, *, limit: int, after: DueForPlanning | None
) -> tuple[Generated, DueForPlanning | None]:
    """Make tasks of the next due items; return also the last of them, or None when there are no more."""
    due = await due_items.due_for_planning(tx, limit=limit, after=after)
    generated = Generated()
    for aircraft_id, items in groupby(sorted(due, key=attrgetter("aircraft_id")), attrgetter("aircraft_id")):
        generated += await _generate_on(tx, aircraft_id, list(items))
    return generated, due[-1] if len(due) == limit else None


async def _generate_on(tx: Transaction, aircraft_id: UUID, due: Sequence[DueForPlanning]) -> Generated:
    aircraft = await aircraft_queries.get_for_update(tx, aircraft_id)
    earliest = placement.planning_start(tx.now)
    until = placement.search_end(max(each.due_at for each in due), earliest)
    booked = await task_queries.find_booked(tx, aircraft_id, earliest, until)
    plan = rules.plan(aircraft, due, booked, earliest=earliest)

    created = 0
    blocked = plan.blocked
    try:
        async with undone_alone(tx):
            created = len(await tasks.create_many(tx, aircraft, plan.tasks))
    except Conflict as refusal:
        blocked = {each.due_item_id: refusal.detail for each in due}
    if blocked:
        await due_items.block(tx, blocked)
    TASKS_GENERATED.inc(created)
    return Generated(created, len(blocked))
