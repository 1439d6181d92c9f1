"""Use cases of programs that are assigned by hand: which aircraft come under them."""

from uuid import UUID

from amss.features.aircraft import queries as aircraft_queries
from amss.features.aircraft import service as aircraft_service
from amss.features.aircraft.model import Aircraft
from amss.features.aircraft.rules import must_be_in_service
from amss.features.due import assignment_queries, extension_queries, extensions, projection, queries, rules, writes
from amss.features.due.model import AircraftRef, AssignmentOut, AssignmentQuery, DueItem, NewAssignment
from amss.features.programs import queries as program_queries
from amss.features.programs import service as programs
from amss.features.programs.model import Program
from amss.features.programs.rules import CounterMissing, ProgramInUse, must_be_assigned_by_hand
from amss.foundation.database import Transaction
from amss.foundation.errors import Duplicate, NotFound
from amss.foundation.reading import Reader, Shown
from amss.foundation.shapes import next_version
from amss.journal.event_types import EventType
from amss.journal.recorder import record


class AlreadyAssigned(Duplicate):
    """The aircraft is under the program already."""

    def __init__(self, code: str = "", tail: str = "") -> None:
        """Name both."""
        super().__init__(f"{tail} is under program {code} already.")


async def search(reader: Reader, program_id: UUID, query: AssignmentQuery) -> Shown:
    """List the aircraft under a program, soonest due first."""
    await programs.get(reader, program_id)
    return await assignment_queries.ASSIGNMENTS.page(reader, query, within={"program_id": program_id})


async def assign(tx: Transaction, program_id: UUID, order: NewAssignment) -> AssignmentOut:
    """Put an aircraft under a program; one that was under it before keeps what was last done."""
    aircraft = await aircraft_service.hold_ordered(tx, order.aircraft_id)
    must_be_in_service(aircraft)
    program = await program_queries.get_for_update(tx, program_id)
    must_be_assigned_by_hand(program)
    before = await assignment_queries.find_assignment(tx, program.id, aircraft.id)
    if before is not None and before.in_force:
        raise AlreadyAssigned(program.code, aircraft.tail_number)

    today, pair = await queries.today(tx), (program.id, aircraft.id)
    under, fleet = {program.id: program}, {aircraft.id: aircraft}
    if before is None:
        (item,) = await projection.new_items(tx, [pair], under, fleet, today=today)
    else:
        item = rules.revise(next_version(before.item, now=tx.now), program, aircraft, today=today)
    if item.due_cycles is not None and not aircraft.counts_cycles:
        raise CounterMissing([(program.code, aircraft.tail_number)])

    # The world hears of the assignment first, and then how near the work is.
    await record(tx, EventType.DUE_ITEM_ASSIGNED, after=rules.shown(item, program, aircraft, today=today))
    if before is None:
        await projection.add(tx, [item], under, fleet, today=today)
    else:
        await assignment_queries.save_in_force(tx, item, in_force=True)
        await projection.settle(tx, [projection.unnoticed(before.item)], [item], under, fleet, today=today)
    return _shown(item, program, aircraft)


async def unassign(tx: Transaction, program_id: UUID, aircraft_id: UUID) -> None:
    """Take an aircraft from under a program that no open task works on there; what was last done is kept.

    Extensions of what was due there end.
    """
    aircraft = await aircraft_queries.get_for_update(tx, aircraft_id)
    program = await program_queries.get_for_update(tx, program_id)
    must_be_assigned_by_hand(program)
    assignment = await assignment_queries.find_assignment(tx, program.id, aircraft.id)
    if assignment is None or not assignment.in_force:
        raise NotFound(f"{aircraft.tail_number} is not under program {program.code}.")
    if open_tasks := await program_queries.find_open_tasks(tx, program.id, aircraft_id=aircraft.id):
        raise ProgramInUse(program.code, open_tasks)

    item = next_version(assignment.item, now=tx.now)
    await assignment_queries.save_in_force(tx, item, in_force=False)
    await extensions.end_all(tx, item.id)
    await extension_queries.follow_register(tx, [item.id])
    await writes.derive_next_due(tx, [aircraft.id])
    shown = rules.shown(item, program, aircraft, today=await queries.today(tx))
    await record(tx, EventType.DUE_ITEM_UNASSIGNED, before=shown)


def _shown(item: DueItem, program: Program, aircraft: Aircraft) -> AssignmentOut:
    return AssignmentOut(
        due_item_id=item.id,
        aircraft=AircraftRef(aircraft.id, aircraft.tail_number),
        status=item.status if program.active else None,
        projected_on=item.projected_on if program.active else None,
        task_id=item.open_task_id,
    )
