"""Use cases of programs and due items: load, rule, save, record."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from amss.features.aircraft import queries as aircraft_queries
from amss.features.aircraft import service as aircraft_service
from amss.features.aircraft.model import Aircraft, AircraftChange, NewAircraft
from amss.features.aircraft.rules import must_be_in_service
from amss.features.programs import due_queries, due_rules, due_writes, projection, queries, rules
from amss.features.programs.due_model import (
    DueForPlanning,
    DueItemDetail,
    DueItemQuery,
    DueItemsOfAircraftQuery,
)
from amss.features.programs.due_plan import Readings
from amss.features.programs.model import NewProgram, Program, ProgramChange, ProgramQuery
from amss.foundation.database import Connection, Transaction, judged_by
from amss.foundation.ids import new_id
from amss.foundation.precondition import must_match
from amss.foundation.reading import Reader, Shown
from amss.foundation.shapes import next_version
from amss.journal.event_types import EventType
from amss.journal.recorder import Change, record, record_many

# So many aircraft are re-projected at a time.
BATCH = 100
_BEFORE_ALL = UUID(int=0)


async def create(tx: Transaction, order: NewProgram) -> Program:
    """Set up a program and assign it to the aircraft it applies to."""
    program = rules.set_up(order, program_id=new_id(), org_id=tx.org_id, now=tx.now)
    if program.aircraft_id is not None:
        must_be_in_service(await aircraft_service.hold_ordered(tx, program.aircraft_id))
    with judged_by("maintenance_programs_code_free", rules.ProgramCodeTaken(program.code)):
        await queries.add(tx, program)
    await record(tx, EventType.PROGRAM_CREATED, after=program)

    today = await due_queries.today(tx)
    async for fleet in _fleet(tx, await due_queries.find_aircraft_for(tx, program.id)):
        await projection.assign_missing(tx, fleet, today=today)
    return program


async def edit(tx: Transaction, program_id: UUID, change: ProgramChange, *, if_match: int | None) -> Program:
    """Change a program; new limits are counted from where each aircraft stands."""
    program = await _hold_with_fleet(tx, program_id)
    must_match(program.version, if_match)
    edited = rules.edit(program, change, now=tx.now)
    if edited is program:
        return program

    await queries.save(tx, edited)
    if edited.limits != program.limits:
        await queries.replace_limits(tx, edited)
    await record(tx, EventType.PROGRAM_UPDATED, before=program, after=edited)
    if rules.moves_due_items(program, edited):
        today = await due_queries.today(tx)
        # Asked anew: an aircraft may have joined before the program was held.
        async for fleet in _fleet(tx, await due_queries.find_aircraft_for(tx, program.id)):
            await projection.revise(tx, edited, fleet, today=today)
    return edited


async def delete(tx: Transaction, program_id: UUID, *, if_match: int | None) -> None:
    """Remove a program that no open task works on; nothing is due by it any more."""
    program = await _hold_with_fleet(tx, program_id)
    must_match(program.version, if_match)
    if open_tasks := await queries.find_open_tasks(tx, program_id):
        raise rules.ProgramInUse(program.code, open_tasks)

    fleet = await due_queries.find_aircraft_for(tx, program_id)
    deleted = next_version(program, now=tx.now)
    await queries.delete(tx, deleted)
    await due_writes.derive_next_due(tx, fleet)
    await record(tx, EventType.PROGRAM_DELETED, before=deleted)


async def search(reader: Reader, query: ProgramQuery) -> Shown:
    """List programs."""
    return await queries.PROGRAMS.page(reader, query)


async def get(reader: Reader, program_id: UUID) -> Shown:
    """Show one program."""
    return await queries.PROGRAMS.one(reader, program_id)


async def search_due(reader: Reader, query: DueItemQuery) -> Shown:
    """List what is due."""
    return await due_queries.DUE_ITEMS.page(reader, query)


async def search_due_of_aircraft(reader: Reader, aircraft_id: UUID, query: DueItemsOfAircraftQuery) -> Shown:
    """List what is due on one aircraft."""
    await aircraft_service.get(reader, aircraft_id)
    return await due_queries.DUE_ITEMS.page(reader, query, within={"aircraft_id": aircraft_id})


async def get_due(reader: Reader, due_item_id: UUID) -> DueItemDetail:
    """Show one due item, and explain it."""
    facts = await due_queries.read_facts(reader, due_item_id)
    return due_rules.explained(facts.item, facts.program, facts.aircraft, today=facts.today)


async def add_aircraft(tx: Transaction, order: NewAircraft) -> Aircraft:
    """Take an aircraft into the fleet, under the programs of its model."""
    aircraft = await aircraft_service.create(tx, order)
    if not await projection.assign_missing(tx, [aircraft], today=await due_queries.today(tx)):
        return aircraft
    return await aircraft_queries.get_for_update(tx, aircraft.id)


async def edit_aircraft(
    tx: Transaction, aircraft_id: UUID, change: AircraftChange, *, if_match: int | None
) -> Aircraft:
    """Change what may be edited of an aircraft; its programs follow its model, what is due its daily rates."""
    edited = await aircraft_service.edit(tx, aircraft_id, change, if_match=if_match)
    await follow_edits(tx, [edited])
    return await aircraft_queries.get_for_update(tx, aircraft_id)


async def follow_edits(tx: Transaction, edited: Sequence[Aircraft]) -> None:
    """Let programs follow the models of aircraft that were edited, and what is due follow their daily rates."""
    await projection.follow_models(tx, edited, today=await due_queries.today(tx))
    await reproject(tx, [each.id for each in edited])


async def assign_to_new_aircraft(tx: Transaction, aircraft: Sequence[Aircraft]) -> None:
    """Put aircraft that joined the fleet under the programs of their models."""
    await projection.assign_missing(tx, aircraft, today=await due_queries.today(tx))


async def reproject(tx: Transaction, aircraft_ids: Sequence[UUID]) -> int:
    """Bring the due items of some aircraft up to the present; return how many are new or moved."""
    today = await due_queries.today(tx)
    return sum([await projection.catch_up(tx, fleet, today=today) async for fleet in _fleet(tx, aircraft_ids)])


async def reproject_next(tx: Transaction, *, after: UUID | None) -> UUID | None:
    """Bring a batch of the fleet up to the present, behind an aircraft or from the first on.

    Returns the batch's last aircraft, or None when there are no more. A batch is to be committed before the
    next is begun: nobody can work on an aircraft that is held.
    """
    fleet = await due_queries.hold_fleet(tx, ids=None, after=after or _BEFORE_ALL, limit=BATCH)
    await projection.catch_up(tx, fleet, today=await due_queries.today(tx))
    return fleet[-1].id if len(fleet) == BATCH else None


async def fulfil(
    tx: Transaction, *, due_item_id: UUID, task_id: UUID, performed_at: datetime, flight_minutes: int, cycles: int
) -> None:
    """Count a due item as done by a task, and from there to its next due. The caller holds the aircraft."""
    (facts,) = await due_queries.find_facts(tx, [due_item_id])
    program, aircraft, today = facts.program, facts.aircraft, facts.today
    done = Readings(await due_queries.local_date(tx, performed_at), flight_minutes, cycles)
    fulfilled = due_rules.project(
        due_rules.fulfil(facts.item, program, task_id=task_id, done=done, now=tx.now),
        program,
        aircraft,
        today=today,
    )

    await due_writes.save_last_done(tx, fulfilled)
    before, after = (due_rules.shown(item, program, aircraft, today=today) for item in (facts.item, fulfilled))
    await record(tx, EventType.DUE_ITEM_UPDATED, before=before, after=after)
    await projection.settle(
        tx, [facts.item], [fulfilled], {program.id: program}, {aircraft.id: aircraft}, today=today
    )


async def attach_task(tx: Transaction, pairs: Sequence[tuple[UUID, UUID]]) -> None:
    """Note which open task will fulfil which due item: (due item id, task id)."""
    await due_writes.attach(tx, pairs)


async def release_tasks(tx: Transaction, task_ids: Sequence[UUID]) -> None:
    """Forget tasks that will not be done: their due items fall due as before."""
    await due_writes.release(tx, task_ids)


async def due_for_planning(
    tx: Transaction, *, limit: int, after: DueForPlanning | None = None
) -> list[DueForPlanning]:
    """Return and hold what falls due within its lead time and has no task, soonest first.

    What another transaction holds (the aircraft or the item) is left to it. What could not be placed comes
    again: `after` goes on behind the last one seen.
    """
    return await due_queries.due_for_planning(tx, limit=limit, after=after)


async def block(tx: Transaction, reasons: Mapping[UUID, str]) -> None:
    """Keep why due items (by id) could not be planned, and announce each new reason once."""
    changes: list[Change] = []
    for facts in await due_queries.find_facts(tx, list(reasons)):
        reason = reasons[facts.item.id]
        if facts.item.blocked_reason != reason:
            blocked = replace(facts.item, blocked_reason=reason)
            before, after = (
                due_rules.shown(item, facts.program, facts.aircraft, today=facts.today)
                for item in (facts.item, blocked)
            )
            changes.append(Change(before, after, reason))

    await due_writes.save_blocked(tx, reasons)
    await record_many(tx, EventType.PROGRAM_GENERATION_FAILED, changes)


async def orgs_with_due_work(connection: Connection) -> list[UUID]:
    """Return the active organizations that have programs; for the worker, who sees them all."""
    return await due_queries.orgs_with_due_work(connection)


async def _hold_with_fleet(tx: Transaction, program_id: UUID) -> Program:
    """Hold a program's aircraft and then itself: in this order whoever plans work on an aircraft goes, too."""
    async for _ in _fleet(tx, await due_queries.find_aircraft_for(tx, program_id)):
        pass
    return await queries.get_for_update(tx, program_id)


async def _fleet(tx: Transaction, aircraft_ids: Sequence[UUID]) -> AsyncGenerator[list[Aircraft]]:
    """Hold aircraft in service in the order of their ids, a batch at a time."""
    after = _BEFORE_ALL
    while fleet := await due_queries.hold_fleet(tx, ids=aircraft_ids, after=after, limit=BATCH):
        yield fleet
        after = fleet[-1].id
