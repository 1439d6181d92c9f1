"""Keeping many due items right at once: assigning, revising and re-projecting them for a fleet that is held."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from datetime import date
from uuid import UUID

from msgspec.structs import replace

from amss.features.aircraft.model import Aircraft
from amss.features.due import queries, reprojection, rules, writes
from amss.features.due.model import DueItem, DueStatus
from amss.features.programs import queries as program_queries
from amss.features.programs.model import Program
from amss.foundation.database import Transaction
from amss.foundation.ids import new_id
from amss.journal.event_types import EventType
from amss.journal.recorder import Change, record_many

# So many aircraft are held at a time.
BATCH = 100
BEFORE_ALL = UUID(int=0)


async def each_batch(tx: Transaction, aircraft_ids: Sequence[UUID]) -> AsyncGenerator[list[Aircraft]]:
    """Hold aircraft in service in the order of their ids, a batch at a time."""
    after = BEFORE_ALL
    while fleet := await queries.hold_fleet(tx, ids=aircraft_ids, after=after, limit=BATCH):
        yield fleet
        after = fleet[-1].id


async def assign_missing(tx: Transaction, fleet: Sequence[Aircraft], *, today: date) -> int:
    """Put aircraft under the programs that apply to them and were never assigned; return how many were."""
    of_id = {aircraft.id: aircraft for aircraft in fleet}
    missing = await queries.find_missing(tx, list(of_id))
    if not missing:
        return 0
    live = await program_queries.hold_against_change(tx, sorted({program_id for program_id, _ in missing}))
    programs = await program_queries.find(tx, live)
    items = [
        rules.assign(programs[program_id], of_id[aircraft_id], item_id=new_id(), today=today, now=tx.now)
        for program_id, aircraft_id in missing
        if program_id in programs
    ]

    await writes.add_all(tx, items)
    await writes.derive_next_due(tx, list(of_id))
    unnoticed = [replace(item, status=DueStatus.OK) for item in items]
    await _announce(tx, unnoticed, items, programs, of_id, today)
    return len(items)


async def catch_up(tx: Transaction, fleet: Sequence[Aircraft], *, today: date) -> int:
    """Bring the due items of a fleet up to the present day, counters and rates; return how many are new or moved.

    Programs that apply to an aircraft and are not assigned to it yet are assigned. Changes of status are
    announced.
    """
    measured = await reprojection.measure(tx, fleet, today=today)
    assigned = await assign_missing(tx, measured, today=today)
    aircraft_ids = [aircraft.id for aircraft in measured]
    result = await reprojection.reproject(tx, aircraft_ids, today=today)
    await writes.derive_next_due(tx, aircraft_ids)
    await _announce_changed(tx, result.changed)
    return assigned + result.moved


async def revise(tx: Transaction, program: Program, fleet: Sequence[Aircraft], *, today: date) -> None:
    """Compute the due items of a changed program anew."""
    of_id = {aircraft.id: aircraft for aircraft in fleet}
    items = await queries.find_of_program(tx, program.id, list(of_id))
    revised = [
        rules.project(rules.plan_anew(item, program), program, of_id[item.aircraft_id], today=today) for item in items
    ]
    await settle(tx, items, revised, {program.id: program}, of_id, today=today)


async def follow_models(tx: Transaction, fleet: Sequence[Aircraft], *, today: date) -> None:
    """Take aircraft from the programs of other models; those they come back to may have new limits."""
    by_id = {aircraft.id: aircraft for aircraft in fleet}
    reassigned = await queries.find_facts(tx, await writes.follow_models(tx, list(by_id)))
    planned = [
        rules.project(rules.plan_anew(each.item, each.program), each.program, by_id[each.aircraft.id], today=today)
        for each in reassigned
    ]
    programs = {each.program.id: each.program for each in reassigned}
    await settle(tx, [each.item for each in reassigned], planned, programs, by_id, today=today)


async def settle(
    tx: Transaction,
    before: Sequence[DueItem],
    after: Sequence[DueItem],
    programs: Mapping[UUID, Program],
    fleet: Mapping[UUID, Aircraft],
    *,
    today: date,
) -> int:
    """Write back what moved, announce changes of status; return how many moved."""
    moved = [new for old, new in zip(before, after, strict=True) if new != old]
    if moved:
        await writes.save_all(tx, moved)
    await writes.derive_next_due(tx, list(fleet))
    await _announce(tx, before, after, programs, fleet, today)
    return len(moved)


async def _announce(
    tx: Transaction,
    before: Sequence[DueItem],
    after: Sequence[DueItem],
    programs: Mapping[UUID, Program],
    fleet: Mapping[UUID, Aircraft],
    today: date,
) -> None:
    """Tell of the items whose status changed; by a paused program nothing is due, so there is nothing to tell."""
    changes: list[Change] = []
    for old, new in zip(before, after, strict=True):
        program = programs[new.program_id]
        if new.status is old.status or not program.active:
            continue
        now = rules.shown(new, program, fleet[new.aircraft_id], today=today)
        was = replace(
            now,
            status=old.status,
            driving_limit=old.driving_limit,
            projected_on=old.projected_on,
            projection=old.projection,
        )
        changes.append(Change(was, now))
    await record_many(tx, EventType.DUE_ITEM_STATUS_CHANGED, changes)


async def _announce_changed(tx: Transaction, before: Sequence[reprojection.Moved]) -> None:
    """Tell of due items whose status was changed in the database."""
    was = {item.id: item for item in before}
    changes: list[Change] = []
    for facts in await queries.find_facts(tx, list(was)) if was else []:
        old = was[facts.item.id]
        now = rules.shown(facts.item, facts.program, facts.aircraft, today=facts.today)
        then = replace(
            now,
            status=old.status,
            driving_limit=old.driving_limit,
            projected_on=old.projected_on,
            projection=old.projection,
        )
        changes.append(Change(then, now))
    await record_many(tx, EventType.DUE_ITEM_STATUS_CHANGED, changes)
