"""Use case: what a revision of a program would change of what is due, before anybody decides."""

from collections import defaultdict
from collections.abc import AsyncGenerator, Sequence
from datetime import date
from uuid import UUID

from amss.features.aircraft.model import Aircraft
from amss.features.due import assignment_queries, extension_queries, projection, queries
from amss.features.due.assignment_queries import UnderProgram
from amss.features.due.extension_model import Extension
from amss.features.due.extension_rules import extended, is_allowed
from amss.features.due.model import DueItem
from amss.features.due.preview_rules import ComparedItem, Revision, RevisionPreview, compare, summarize
from amss.features.programs import queries as program_queries
from amss.features.programs import service as programs
from amss.features.programs.model import Program, ProgramChange
from amss.features.programs.rules import CounterMissing, counts_cycles
from amss.foundation.database import Transaction


async def preview(tx: Transaction, program_id: UUID, change: ProgramChange) -> RevisionPreview:
    """Return what a change of a program would move, and refuse what the change itself would be refused for.

    Nothing is written. The program is kept as it is meanwhile, so that its due items fit its limits.
    """
    await program_queries.hold_against_change(tx, [program_id])
    before = await program_queries.get(tx, program_id)
    after = await programs.edited_by(tx, before, change)
    revision = Revision(before, after, await queries.today(tx))
    allowed = await _allowed_extensions(tx, after)
    compared: list[ComparedItem] = []
    async for batch in _each_batch(tx, program_id):
        joining = await _joining(tx, after, batch, today=revision.today)
        for each in batch:
            item = each.item or joining[each.aircraft.id]
            _must_be_counted(after, each.aircraft)
            still_extended = extended(item, allowed[item.id], at=tx.now)
            compared.append(compare(revision, each.aircraft, item, still_extended, is_new=each.item is None))
    return summarize(compared)


def _must_be_counted(program: Program, aircraft: Aircraft) -> None:
    if program.active and counts_cycles(program) and not aircraft.counts_cycles:
        raise CounterMissing([(program.code, aircraft.tail_number)])


async def _each_batch(tx: Transaction, program_id: UUID) -> AsyncGenerator[list[UnderProgram]]:
    """Read the aircraft that a program applies to or is assigned to, a batch at a time."""
    aircraft_ids = await queries.find_aircraft_for(tx, program_id)
    after = projection.BEFORE_ALL
    while batch := await assignment_queries.read_under_program(
        tx, program_id, ids=aircraft_ids, after=after, limit=projection.BATCH
    ):
        yield batch
        after = batch[-1].aircraft.id


async def _allowed_extensions(tx: Transaction, program: Program) -> defaultdict[UUID, list[Extension]]:
    """Return, by due item, the extensions that a program allows of those there are."""
    allowed: defaultdict[UUID, list[Extension]] = defaultdict(list)
    for extension in await extension_queries.find_standing_of_program(tx, program.id):
        if is_allowed(extension, program):
            allowed[extension.due_item_id].append(extension)
    return allowed


async def _joining(
    tx: Transaction, program: Program, batch: Sequence[UnderProgram], *, today: date
) -> dict[UUID, DueItem]:
    """Return, by aircraft, the due items that those never assigned would begin with."""
    fleet = {each.aircraft.id: each.aircraft for each in batch if each.item is None}
    pairs = [(program.id, aircraft_id) for aircraft_id in fleet]
    items = await projection.new_items(tx, pairs, {program.id: program}, fleet, today=today) if pairs else []
    return {item.aircraft_id: item for item in items}
