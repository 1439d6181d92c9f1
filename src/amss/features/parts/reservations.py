"""Giving back what is reserved for a task that will not be done; a task's own steps stand with the tasks."""

from uuid import UUID

from amss.features.parts import reservation_queries, reservation_rules, stock
from amss.foundation.database import Transaction
from amss.journal.event_types import EventType
from amss.journal.recorder import Change, record_many


async def release_all(tx: Transaction, task_id: UUID) -> None:
    """Release whatever is still reserved for a task, which the caller holds."""
    reserved = await reservation_queries.find_reserved_for(tx, task_id)
    if not reserved:
        return
    changes = [Change(each, reservation_rules.release(each, now=tx.now)) for each in reserved]
    await reservation_queries.save_all(tx, [change.after for change in changes])
    await record_many(tx, EventType.PART_RELEASED, changes)
    items = [each.part_item_id for each in reserved]
    await stock.judge_all(tx, await reservation_queries.find_definitions_of(tx, items))
