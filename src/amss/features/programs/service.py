"""Use cases of programs by themselves: load, rule, save, record. What is due by them follows in `features/due`."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import UNSET
from msgspec.structs import replace

from amss.features.aircraft import service as aircraft_service
from amss.features.aircraft.rules import must_be_in_service
from amss.features.programs import ata, queries, rules, templates
from amss.features.programs.ata import AtaChaptersOut, hyphenated
from amss.features.programs.model import NewProgram, PartRequirement, Program, ProgramChange, ProgramQuery
from amss.foundation.database import Transaction, judged_by
from amss.foundation.ids import new_id
from amss.foundation.precondition import must_match
from amss.foundation.reading import Reader, Shown
from amss.foundation.shapes import next_version
from amss.journal.event_types import EventType
from amss.journal.recorder import record


async def create(tx: Transaction, order: NewProgram) -> Program:
    """Set up a program; the aircraft it belongs to, if it does, is held."""
    known = await _known_parts(tx, order.parts)
    program = rules.set_up(order, program_id=new_id(), org_id=tx.org_id, now=tx.now, known_parts=known)
    if program.aircraft_id is not None:
        must_be_in_service(await aircraft_service.hold_ordered(tx, program.aircraft_id))
    with judged_by("maintenance_programs_code_free", rules.ProgramCodeTaken(program.code)):
        await queries.add(tx, program)
    await record(tx, EventType.PROGRAM_CREATED, after=program)
    return program


async def edit(tx: Transaction, program: Program, change: ProgramChange, *, if_match: int | None) -> Program:
    """Change a program that the caller holds."""
    must_match(program.version, if_match)
    edited = await edited_by(tx, program, change)
    if edited is program:
        return program

    await queries.save(tx, edited, was=program)
    await record(tx, EventType.PROGRAM_UPDATED, before=program, after=edited)
    return edited


async def edited_by(tx: Transaction, program: Program, change: ProgramChange) -> Program:
    """Return what a change would make of a program, or refuse it; nothing is written."""
    known = await _known_parts(tx, () if change.parts is UNSET else change.parts)
    return rules.edit(program, change, now=tx.now, known_parts=known)


async def delete(tx: Transaction, program: Program, *, if_match: int | None) -> None:
    """Remove a program that the caller holds, and that no open task works on."""
    must_match(program.version, if_match)
    if open_tasks := await queries.find_open_tasks(tx, program.id):
        raise rules.ProgramInUse(program.code, open_tasks)

    deleted = next_version(program, now=tx.now)
    await queries.delete(tx, deleted)
    await record(tx, EventType.PROGRAM_DELETED, before=deleted)


async def search(reader: Reader, query: ProgramQuery) -> Shown:
    """List programs."""
    if query.ata_chapter is not None:
        query = replace(query, ata_chapter=hyphenated(query.ata_chapter))
    return await queries.PROGRAMS.page(reader, query)


async def get(reader: Reader, program_id: UUID) -> Shown:
    """Show one program."""
    return await queries.PROGRAMS.one(reader, program_id)


async def ata_chapters(_reader: Reader) -> AtaChaptersOut:
    """List the ATA chapters that programs can be about."""
    return ata.ALL


async def _known_parts(tx: Transaction, parts: Sequence[PartRequirement]) -> set[UUID]:
    """Return which of the part definitions that are named the organization has."""
    return await templates.known_definitions(tx, [each.part_definition_id for each in parts]) if parts else set()
