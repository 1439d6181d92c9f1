"""What is due follows the programs and the fleet: use cases that change one and then the other."""

from collections.abc import Sequence
from uuid import UUID

from amss.features.aircraft import queries as aircraft_queries
from amss.features.aircraft import service as aircraft_service
from amss.features.aircraft.model import Aircraft, AircraftChange, NewAircraft
from amss.features.due import counting_queries, extensions, projection, queries, writes
from amss.features.due.plan import Readings
from amss.features.due.projection import each_batch
from amss.features.due.service import follow_models, reproject
from amss.features.programs import queries as program_queries
from amss.features.programs import service as programs
from amss.features.programs.model import NewProgram, Program, ProgramChange
from amss.features.programs.rules import CounterMissing, counts_cycles, moves_due_items
from amss.foundation.database import Transaction


async def create_program(tx: Transaction, order: NewProgram) -> Program:
    """Set up a program and, if it is active, assign it to the aircraft it applies to."""
    program = await programs.create(tx, order)
    if program.active:
        today = await queries.today(tx)
        async for fleet in each_batch(tx, await queries.find_aircraft_for(tx, program.id)):
            await projection.assign_missing(tx, fleet, today=today)
        await _must_be_counted_under(tx, program)
    return program


async def edit_program(tx: Transaction, program_id: UUID, change: ProgramChange, *, if_match: int | None) -> Program:
    """Change a program; new limits are counted from where each aircraft stands.

    One that is made active comes over the aircraft it applies to and was not assigned to yet.
    """
    program, aircraft_ids = await _hold_with_fleet(tx, program_id)
    edited = await programs.edit(tx, program, change, if_match=if_match)
    if await extensions.end_disallowed(tx, edited) or moves_due_items(program, edited):
        today = await queries.today(tx)
        async for fleet in each_batch(tx, aircraft_ids):
            await projection.revise(tx, program, edited, fleet, today=today)
            # Those that came while it was not active are not under it yet.
            await projection.assign_missing(tx, fleet, today=today)
        await _must_be_counted_under(tx, edited)
    return edited


async def delete_program(tx: Transaction, program_id: UUID, *, if_match: int | None) -> None:
    """Remove a program that no open task works on; nothing is due by it any more."""
    program, aircraft_ids = await _hold_with_fleet(tx, program_id)
    await programs.delete(tx, program, if_match=if_match)
    await extensions.end_of_program(tx, program_id)
    await writes.delete_of_program(tx, program_id)
    await writes.derive_next_due(tx, aircraft_ids)


async def add_aircraft(tx: Transaction, order: NewAircraft) -> Aircraft:
    """Take an aircraft into the fleet, under the programs of its model."""
    aircraft = await aircraft_service.create(tx, order)
    assigned = await projection.assign_missing(tx, [aircraft], today=await queries.today(tx))
    await _must_be_counted_on(tx, [aircraft])
    return await aircraft_queries.get_for_update(tx, aircraft.id) if assigned else aircraft


async def edit_aircraft(
    tx: Transaction, aircraft_id: UUID, change: AircraftChange, *, if_match: int | None
) -> Aircraft:
    """Change what may be edited of an aircraft; its programs follow its model, what is due its daily rates."""
    edited = await aircraft_service.edit(tx, aircraft_id, change, if_match=if_match)
    await follow_edits(tx, [edited])
    return await aircraft_queries.get_for_update(tx, aircraft_id)


async def follow_edits(tx: Transaction, edited: Sequence[Aircraft]) -> None:
    """Let programs follow the models of aircraft that were edited, and what is due follow their daily rates.

    Refused with `CounterMissing` where that brings an aircraft under a program that counts what it does not.
    """
    await follow_models(tx, edited)
    started = await queries.find_started_in_service(tx, [each.id for each in edited])
    starts = [Readings(each.aircraft.in_service_on or each.item.start_on, 0, 0) for each in started]
    await projection.restart(tx, started, starts, today=await queries.today(tx))
    await reproject(tx, [each.id for each in edited])
    await _must_be_counted_on(tx, edited)


async def assign_to_new_aircraft(tx: Transaction, aircraft: Sequence[Aircraft]) -> None:
    """Put aircraft that joined the fleet under the programs of their models."""
    await projection.assign_missing(tx, aircraft, today=await queries.today(tx))


async def _must_be_counted_under(tx: Transaction, program: Program) -> None:
    """Refuse a program that would never fall due: it counts cycles, and an aircraft under it does not."""
    if program.active and counts_cycles(program):
        _must_be_none(await counting_queries.find_miscounted_under(tx, program))


async def _must_be_counted_on(tx: Transaction, fleet: Sequence[Aircraft]) -> None:
    """Refuse an aircraft on which something would never fall due, as `_must_be_counted_under` does."""
    if uncounted := [aircraft.id for aircraft in fleet if not aircraft.counts_cycles]:
        _must_be_none(await counting_queries.find_miscounted_on(tx, uncounted))


def _must_be_none(miscounted: Sequence[tuple[str, str]]) -> None:
    if miscounted:
        raise CounterMissing(miscounted)


async def _hold_with_fleet(tx: Transaction, program_id: UUID) -> tuple[Program, list[UUID]]:
    """Hold a program's aircraft and then itself: in this order whoever plans work on an aircraft goes, too.

    Returns also the aircraft. Where one has joined before the program was held, all are let go and held anew.
    """
    while True:
        aircraft_ids = await queries.find_aircraft_for(tx, program_id)
        await tx.run("SAVEPOINT fleet")
        async for _ in each_batch(tx, aircraft_ids):
            pass
        program = await program_queries.get_for_update(tx, program_id)
        joined = set(await queries.find_aircraft_for(tx, program_id)) - set(aircraft_ids)
        await tx.run("ROLLBACK TO SAVEPOINT fleet; RELEASE SAVEPOINT fleet" if joined else "RELEASE SAVEPOINT fleet")
        if not joined:
            return program, aircraft_ids
