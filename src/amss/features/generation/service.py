"""Making tasks of what falls due: due items held, aircraft by aircraft placed, created and recorded in bulk."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from uuid import UUID

from amss.features.due import service as due_items
from amss.features.due.model import DueForPlanning
from amss.features.generation import placement, rules
from amss.features.generation.model import Generated
from amss.features.tasks import booked_queries
from amss.features.tasks import service as tasks
from amss.features.tasks.model import PlannedWork
from amss.foundation.database import Transaction
from amss.foundation.errors import Conflict
from amss.foundation.metrics import TASKS_GENERATED
from amss.foundation.savepoint import undone_alone

MOST_PER_CALL = 500


async def generate(tx: Transaction) -> Generated:
    """Make tasks of at most 500 due items, as they were last projected.

    Those not tried yet go first, the soonest of them, then those that had no place when they were tried: repeated,
    the command reaches all. The worker projects them anew and plans the rest: a request must not hold a whole fleet.
    """
    due = await due_items.due_for_planning(tx, limit=MOST_PER_CALL, blocked=False)
    if left := MOST_PER_CALL - len(due):
        due += await due_items.due_for_planning(tx, limit=left, blocked=True)
    return await _make_tasks(tx, due)


async def generate_next(
    tx: Transaction, *, limit: int, after: DueForPlanning | None
) -> tuple[Generated, DueForPlanning | None]:
    """Make tasks of the next due items; return also the last of them, or None when there are no more."""
    due = await due_items.due_for_planning(tx, limit=limit, after=after)
    return await _make_tasks(tx, due), due[-1] if due and len(due) == limit else None


async def _make_tasks(tx: Transaction, due: Sequence[DueForPlanning]) -> Generated:
    """Make tasks of due items that are held, and keep why the others have no place."""
    if not due:
        return Generated()
    plans = await _plans(tx, due)
    created, refused = await _create(tx, [plan.work for plan in plans if plan.work.planned])
    blocked = refused | {item: reason for plan in plans for item, reason in plan.blocked.items()}
    if blocked:
        await due_items.block(tx, blocked)
    TASKS_GENERATED.inc(created)
    return Generated(created, len(blocked))


async def _plans(tx: Transaction, due: Sequence[DueForPlanning]) -> list[rules.Plan]:
    """Return what becomes of due items, aircraft by aircraft."""
    earliest = placement.planning_start(tx.now)
    until = placement.search_end(max(each.due_at for each in due), earliest)
    by_aircraft = _by_aircraft(due)
    booked = await booked_queries.find_booked_on_each(tx, list(by_aircraft), earliest, until)
    given_up = await booked_queries.find_given_up(tx, [each.due_item_id for each in due], earliest)
    return [
        rules.plan(items[0].aircraft, items, booked[aircraft_id], given_up, earliest=earliest)
        for aircraft_id, items in by_aircraft.items()
    ]


def _by_aircraft(due: Iterable[DueForPlanning]) -> Mapping[UUID, list[DueForPlanning]]:
    together = sorted(due, key=lambda each: each.aircraft.id)
    return {aircraft_id: list(items) for aircraft_id, items in groupby(together, lambda each: each.aircraft.id)}


async def _create(tx: Transaction, works: Sequence[PlannedWork]) -> tuple[int, dict[UUID, str]]:
    """Create tasks; return how many, and by due item what was refused: an aircraft's refusal is its own alone."""
    if not works:
        return 0, {}
    try:
        async with undone_alone(tx):
            return len(await tasks.create_many(tx, works)), {}
    except Conflict as refusal:
        if len(works) == 1:
            planned = works[0].planned
            return 0, {task.due_item_id: refusal.detail for task in planned if task.due_item_id is not None}
    alone = [await _create(tx, [work]) for work in works]
    return sum(created for created, _ in alone), {item: why for _, refused in alone for item, why in refused.items()}
