"""Use cases of due items: load, rule, save, record."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from amss.features.aircraft import service as aircraft_service
from amss.features.aircraft.model import Aircraft
from amss.features.due import (
    extension_queries,
    extension_rules,
    extensions,
    planning_queries,
    projection,
    queries,
    rules,
    timeliness,
    what_if,
    what_if_queries,
    writes,
)
from amss.features.due.list_model import DueItemQuery, DueItemsOfAircraftQuery
from amss.features.due.model import AgainstDue, DueForPlanning, DueItemDetail, DueStatus, OverdueItem
from amss.features.due.plan import Readings
from amss.foundation.database import Connection, Transaction
from amss.foundation.reading import Reader, Shown
from amss.journal.event_types import EventType
from amss.journal.recorder import Change, record, record_many


async def search(reader: Reader, query: DueItemQuery) -> Shown:
    """List what is due, or what would be due at other daily rates."""
    if query.daily_minutes is None and query.daily_cycles is None:
        return await queries.DUE_ITEMS.page(reader, query)
    what_if.must_be_answerable(query)
    queries.DUE_ITEMS.must_know(query)
    facts = await what_if_queries.read_fleet_facts(reader, query, limit=what_if.MOST + 1)
    what_if.must_not_be_too_many(len(facts.items), query)
    # Some tenths of a second of arithmetic: in a thread, others are answered meanwhile.
    answer = await asyncio.to_thread(what_if.suppose, facts, query)
    return Shown(msgspec.json.encode(answer))


async def search_of_aircraft(reader: Reader, aircraft_id: UUID, query: DueItemsOfAircraftQuery) -> Shown:
    """List what is due on one aircraft."""
    await aircraft_service.get(reader, aircraft_id)
    return await queries.DUE_ITEMS.page(reader, query, within={"aircraft_id": aircraft_id})


async def get(reader: Reader, due_item_id: UUID) -> DueItemDetail:
    """Show one due item, and explain it."""
    facts = await queries.read_facts(reader, due_item_id)
    return rules.explained(facts.item, facts.program, facts.aircraft, today=facts.today)


async def reproject(tx: Transaction, aircraft_ids: Sequence[UUID]) -> int:
    """Bring the due items of some aircraft up to the present; return how many are new or moved."""
    today = await queries.today(tx)
    return sum(
        [await projection.catch_up(tx, fleet, today=today) async for fleet in projection.each_batch(tx, aircraft_ids)]
    )


async def reproject_next(tx: Transaction, *, after: UUID | None) -> UUID | None:
    """Bring a batch of the fleet up to the present, behind an aircraft or from the first on.

    Returns the batch's last aircraft, or None when there are no more. A batch is to be committed before the
    next is begun: nobody can work on an aircraft that is held.
    """
    fleet = await queries.hold_fleet(tx, ids=None, after=after or projection.BEFORE_ALL, limit=projection.BATCH)
    await projection.catch_up(tx, fleet, today=await queries.today(tx))
    return fleet[-1].id if len(fleet) == projection.BATCH else None


async def fulfil(
    tx: Transaction, *, due_item_id: UUID, task_id: UUID, performed_at: datetime, done: Readings
) -> AgainstDue:
    """Count a due item as done by a task, and from there to its next due. The caller holds the aircraft.

    `done` has the organization's date of `performed_at`. Returns the work held against its due.
    """
    (facts,) = await queries.find_facts(tx, [due_item_id])
    program, aircraft, today = facts.program, facts.aircraft, facts.today
    item = facts.item
    if rules.is_latest(item, done):
        # What was approved only when the work was done did not let it be late; what was replaced since then did.
        in_force = await extension_queries.find_in_force_at(tx, item.id, performed_at)
        item = extension_rules.extended(item, in_force, at=performed_at)
        await extensions.end_all(tx, item.id)
    fulfilled = rules.project(
        rules.fulfil(item, program, task_id=task_id, done=done, now=tx.now),
        program,
        aircraft,
        today=today,
    )

    await writes.save_last_done(tx, fulfilled)
    before, after = (rules.shown(item, program, aircraft, today=today) for item in (facts.item, fulfilled))
    await record(tx, EventType.DUE_ITEM_UPDATED, before=before, after=after)
    await projection.settle(
        tx, [facts.item], [fulfilled], {program.id: program}, {aircraft.id: aircraft}, today=today
    )
    if program.model not in (None, aircraft.model):
        await follow_models(tx, [aircraft])
    return timeliness.judge(item, program, done)


async def find_overdue(tx: Transaction, aircraft_id: UUID) -> list[OverdueItem]:
    """Return what is overdue on an aircraft by its present counters; by a soft limit nothing ever is.

    Also by programs that are paused: an aircraft does not become airworthy by a program that asks for nothing.
    """
    standing = [
        (each.program, rules.project(each.item, each.program, each.aircraft, today=each.today))
        for each in await queries.find_on(tx, aircraft_id)
    ]
    return sorted(
        (
            OverdueItem(item.id, program.code, program.name, paused=not program.active)
            for program, item in standing
            if item.status is DueStatus.OVERDUE
        ),
        key=lambda each: (each.code, each.id),
    )


async def attach_task(tx: Transaction, pairs: Sequence[tuple[UUID, UUID]]) -> None:
    """Note which open task will fulfil which due item: (due item id, task id)."""
    await writes.attach(tx, pairs)


async def release_tasks(tx: Transaction, task_ids: Sequence[UUID]) -> None:
    """Forget tasks that will not be done: their due items fall due as before. The caller holds the aircraft."""
    astray = await writes.release(tx, task_ids)
    async for fleet in projection.each_batch(tx, astray):
        await follow_models(tx, fleet)


async def follow_models(tx: Transaction, fleet: Sequence[Aircraft]) -> None:
    """Let the programs of aircraft follow their models.

    What a task is open for stays until the task is closed, and is looked at again then.
    """
    unassigned = await projection.follow_models(tx, fleet, today=await queries.today(tx))
    await extensions.end_of_items(tx, unassigned)


async def due_for_planning(
    tx: Transaction, *, limit: int, after: DueForPlanning | None = None, blocked: bool | None = None
) -> list[DueForPlanning]:
    """Return and hold what falls due within its lead time and has no task, soonest first.

    What another transaction holds (the aircraft or the item) is left to it. What could not be placed comes
    again: `after` goes on behind the last one seen, and `blocked` tells it from what was not tried yet.
    """
    return await planning_queries.due_for_planning(tx, limit=limit, after=after, blocked=blocked)


async def block(tx: Transaction, reasons: Mapping[UUID, str]) -> None:
    """Keep why due items (by id) could not be planned, and announce each new reason once."""
    changes: list[Change] = []
    for facts in await queries.find_facts(tx, list(reasons)):
        reason = reasons[facts.item.id]
        if facts.item.blocked_reason != reason:
            blocked = replace(facts.item, blocked_reason=reason)
            before, after = (
                rules.shown(item, facts.program, facts.aircraft, today=facts.today) for item in (facts.item, blocked)
            )
            changes.append(Change(before, after, reason))

    await writes.save_blocked(tx, {each.after.id: reasons[each.after.id] for each in changes})
    await record_many(tx, EventType.PROGRAM_GENERATION_FAILED, changes)


async def orgs_with_due_work(connection: Connection) -> list[UUID]:
    """Return the active organizations that have programs; for the worker, who sees them all."""
    return await planning_queries.orgs_with_due_work(connection)
