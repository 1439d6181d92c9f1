"""Use case of setting by hand when work was last done: taken over from another system, or set right."""

from uuid import UUID

from amss.features.due import extensions, last_done_rules, projection, rules, stored, writes
from amss.features.due.holding import hold
from amss.features.due.last_done_model import DueItemChange
from amss.features.due.model import DueItemDetail
from amss.features.due.plan import Readings
from amss.foundation.database import Transaction
from amss.foundation.precondition import must_match
from amss.foundation.shapes import flight_minutes
from amss.journal.event_types import EventType
from amss.journal.recorder import record


async def set_last_done(
    tx: Transaction, due_item_id: UUID, change: DueItemChange, *, if_match: int | None
) -> DueItemDetail:
    """Say when work was last done and at which counters, or confirm it; the next due counts from there."""
    facts = await hold(tx, due_item_id)
    item, program, aircraft, today = facts.item, facts.program, facts.aircraft, facts.today
    must_match(item.version, if_match)
    given = change.last_done
    done = Readings(given.on, flight_minutes(given.flight_minutes), given.cycles)
    last_done_rules.must_be_possible(done, aircraft, today=today)
    changed = last_done_rules.take_over(item, program, done, now=tx.now)
    if changed is item:
        return rules.explained(item, program, aircraft, today=today)

    projected = rules.project(changed, program, aircraft, today=today)
    await writes.save_last_done(tx, projected)
    before, after = (rules.shown(each, program, aircraft, today=today) for each in (item, projected))
    await record(tx, EventType.DUE_ITEM_UPDATED, before=before, after=after, reason=change.reason)
    if stored.last_done(projected) != stored.last_done(item):
        await extensions.end_all(tx, item.id)
    await projection.settle(tx, [item], [projected], {program.id: program}, {aircraft.id: aircraft}, today=today)
    return rules.explained(projected, program, aircraft, today=today)
