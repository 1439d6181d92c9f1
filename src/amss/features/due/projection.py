"""Keeping many due items right at once: assigning, revising and re-projecting them for a fleet that is held."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from datetime import date
from uuid import UUID

from msgspec.structs import replace

from amss.features.aircraft.model import Aircraft
from amss.features.due import queries, reprojection, rules, writes
from amss.features.due.model import DueItem, DueItemOut, DueStatus
from amss.features.due.plan import Readings
from amss.features.programs import queries as program_queries
from amss.features.programs.model import Program
from amss.features.utilization import queries as utilization_queries
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
    items = await new_items(tx, missing, programs, of_id, today=today)
    await add(tx, items, programs, of_id, today=today)
    return len(items)


async def new_items(
    tx: Transaction,
    pairs: Sequence[tuple[UUID, UUID]],
    programs: Mapping[UUID, Program],
    fleet: Mapping[UUID, Aircraft],
    *,
    today: date,
) -> list[DueItem]:
    """Return the due items that (program id, aircraft id) begin with; of programs that are not given, none."""
    starts = rules.past_starts(pairs, programs, today=today)
    ledger = await utilization_queries.counters_on(tx, starts) if starts else []
    then: dict[tuple[UUID, date | None], Readings] = {
        (each.aircraft_id, each.on): Readings(each.on, each.flight_minutes, each.cycles) for each in ledger
    }
    return [
        rules.assign(
            program,
            fleet[aircraft_id],
            item_id=new_id(),
            today=today,
            now=tx.now,
            then=then.get((aircraft_id, program.effective_from)),
        )
        for program_id, aircraft_id in pairs
        if (program := programs.get(program_id)) is not None
    ]


async def add(
    tx: Transaction,
    items: Sequence[DueItem],
    programs: Mapping[UUID, Program],
    fleet: Mapping[UUID, Aircraft],
    *,
    today: date,
) -> None:
    """Keep new due items, and announce those that do not begin as ok."""
    await writes.add_all(tx, items)
    await writes.derive_next_due(tx, list(fleet))
    await _announce(tx, [unnoticed(item) for item in items], items, programs, fleet, today)


def unnoticed(item: DueItem) -> DueItem:
    """Return an item as the world knows it while nothing is due by it."""
    return replace(item, status=DueStatus.OK)


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
    await writes.derive_tasks_due(tx, aircraft_ids)
    await _announce_changed(tx, result.changed)
    return assigned + result.moved


async def revise(
    tx: Transaction, before: Program, program: Program, fleet: Sequence[Aircraft], *, today: date
) -> None:
    """Compute the due items of a changed program anew."""
    of_id = {aircraft.id: aircraft for aircraft in fleet}
    stored = await queries.find_of_program(tx, program.id, list(of_id))
    items = stored if before.active else [unnoticed(item) for item in stored]
    revised = [rules.revise(item, program, of_id[item.aircraft_id], today=today) for item in items]
    await settle(tx, items, revised, {program.id: program}, of_id, today=today)


async def follow_models(tx: Transaction, fleet: Sequence[Aircraft], *, today: date) -> list[UUID]:
    """Take aircraft from the programs of other models; those they come back to may have new limits.

    Returns the due items that are not assigned any more.
    """
    by_id = {aircraft.id: aircraft for aircraft in fleet}
    again, unassigned = await writes.follow_models(tx, list(by_id))
    gone = await queries.find_facts(tx, unassigned)
    await record_many(tx, EventType.DUE_ITEM_UNASSIGNED, [Change(before=_shown(each)) for each in gone])
    reassigned = await queries.find_facts(tx, again)
    planned = [rules.revise(each.item, each.program, by_id[each.aircraft.id], today=today) for each in reassigned]
    shown = [
        rules.shown(item, each.program, each.aircraft, today=today)
        for item, each in zip(planned, reassigned, strict=True)
    ]
    await record_many(tx, EventType.DUE_ITEM_ASSIGNED, [Change(after=each) for each in shown])
    programs = {each.program.id: each.program for each in reassigned}
    await settle(tx, [each.item for each in reassigned], planned, programs, by_id, today=today)
    return unassigned


async def restart(
    tx: Transaction, facts: Sequence[queries.DueFacts], starts: Sequence[Readings], *, today: date
) -> None:
    """Let the count of due items start elsewhere, and compute what is due from there."""
    items = [
        replace(each.item, start_on=start.on, start_minutes=start.minutes, start_cycles=start.cycles)
        for each, start in zip(facts, starts, strict=True)
    ]
    await writes.save_starts(tx, items)
    revised = [
        rules.revise(item, each.program, each.aircraft, today=today) for item, each in zip(items, facts, strict=True)
    ]
    programs = {each.program.id: each.program for each in facts}
    await settle(tx, items, revised, programs, {each.aircraft.id: each.aircraft for each in facts}, today=today)


async def settle(
    tx: Transaction,
    before: Sequence[DueItem],
    after: Sequence[DueItem],
    programs: Mapping[UUID, Program],
    fleet: Mapping[UUID, Aircraft],
    *,
    today: date,
) -> None:
    """Write back what moved, announce changes of status."""
    moved = [new for old, new in zip(before, after, strict=True) if new != old]
    if moved:
        await writes.save_all(tx, moved)
        await writes.derive_tasks_due(tx, list(fleet))
    await writes.derive_next_due(tx, list(fleet))
    await _announce(tx, before, after, programs, fleet, today)


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
        changes.append(_turned(old, rules.shown(new, program, fleet[new.aircraft_id], today=today)))
    await record_many(tx, EventType.DUE_ITEM_STATUS_CHANGED, changes)


async def _announce_changed(tx: Transaction, before: Sequence[reprojection.Moved]) -> None:
    """Tell of due items whose status was changed in the database."""
    was = {item.id: item for item in before}
    changed = await queries.find_facts(tx, list(was)) if was else []
    changes = [_turned(was[each.item.id], _shown(each)) for each in changed]
    await record_many(tx, EventType.DUE_ITEM_STATUS_CHANGED, changes)


def _shown(facts: queries.DueFacts) -> DueItemOut:
    return rules.shown(facts.item, facts.program, facts.aircraft, today=facts.today)


def _turned(old: DueItem | reprojection.Moved, now: DueItemOut) -> Change:
    """Return a change of status, from how an item stood before."""
    was = replace(
        now,
        status=old.status,
        driving_limit=old.driving_limit,
        projected_on=old.projected_on,
        projection=old.projection,
    )
    return Change(was, now)
