"""Use cases of extensions: letting a due item go past due, and ending that."""

from collections.abc import Sequence
from uuid import UUID

from amss.features.due import extension_queries as queries
from amss.features.due import extension_rules as rules
from amss.features.due import projection
from amss.features.due import rules as due_rules
from amss.features.due.extension_model import (
    Extension,
    ExtensionQuery,
    ExtensionsOfDueItemQuery,
    NewExtension,
    Rejection,
)
from amss.features.due.holding import hold
from amss.features.due.queries import read_facts
from amss.features.programs.model import Program
from amss.foundation.database import Transaction, judged_by
from amss.foundation.ids import new_id
from amss.foundation.precondition import must_match
from amss.foundation.reading import Reader, Shown
from amss.journal.event_types import EventType
from amss.journal.recorder import Change, record, record_many


async def request(tx: Transaction, due_item_id: UUID, order: NewExtension) -> Extension:
    """Ask that a limit of a due item may go past due."""
    facts = await hold(tx, due_item_id)
    extension = rules.request(
        order, facts.item, facts.program, facts.aircraft, extension_id=new_id(), by=tx.actor, now=tx.now
    )
    with judged_by("due_item_extensions_one_open", rules.ExtensionPending(extension.interval_type)):
        await queries.add(tx, extension)
    await record(tx, EventType.DUE_ITEM_EXTENSION_REQUESTED, after=extension, reason=extension.reason)
    return extension


async def approve(tx: Transaction, due_item_id: UUID, extension_id: UUID, *, if_match: int | None) -> Extension:
    """Let a limit go past due; an approval before for the same limit ends."""
    facts = await hold(tx, due_item_id)
    asked = await queries.get(tx, due_item_id, extension_id)
    must_match(asked.version, if_match)
    approved = rules.approve(asked, by=tx.actor, now=tx.now)
    others = [each for each in await queries.find_standing(tx, [due_item_id]) if each.id != approved.id]

    await _end(tx, [each for each in others if rules.is_replaced_by(each, approved)])
    await queries.save_all(tx, [approved])
    await record(tx, EventType.DUE_ITEM_EXTENDED, before=asked, after=approved, reason=approved.reason)
    standing = [approved, *(each for each in others if not rules.is_replaced_by(each, approved))]
    extended = due_rules.project(
        rules.extended(facts.item, standing, at=tx.now), facts.program, facts.aircraft, today=facts.today
    )
    await projection.settle(
        tx,
        [facts.item],
        [extended],
        {facts.program.id: facts.program},
        {facts.aircraft.id: facts.aircraft},
        today=facts.today,
    )
    return approved


async def reject(
    tx: Transaction, due_item_id: UUID, extension_id: UUID, rejection: Rejection, *, if_match: int | None
) -> Extension:
    """Refuse to let a limit go past due."""
    await hold(tx, due_item_id)
    asked = await queries.get(tx, due_item_id, extension_id)
    must_match(asked.version, if_match)
    rejected = rules.reject(asked, rejection.reason, by=tx.actor, now=tx.now)

    await queries.save_all(tx, [rejected])
    await record(
        tx, EventType.DUE_ITEM_EXTENSION_REJECTED, before=asked, after=rejected, reason=rejected.decision_reason
    )
    return rejected


async def end_all(tx: Transaction, due_item_id: UUID) -> None:
    """End what is in force on a due item and let requests lapse."""
    await _end(tx, await queries.find_standing(tx, [due_item_id]))


async def end_of_items(tx: Transaction, due_item_ids: Sequence[UUID]) -> None:
    """End everything on due items that are not assigned any more."""
    if due_item_ids:
        await _end(tx, await queries.find_standing(tx, due_item_ids))
        await queries.follow_register(tx, due_item_ids)


async def end_of_aircraft(tx: Transaction, aircraft_id: UUID) -> None:
    """End everything on the due items of an aircraft that leaves service."""
    standing = await queries.find_standing_of_aircraft(tx, aircraft_id)
    await _end(tx, standing)
    await queries.follow_register(tx, [each.due_item_id for each in standing])


async def end_disallowed(tx: Transaction, program: Program) -> bool:
    """End what a changed program allows no more; tell whether there was anything."""
    standing = await queries.find_standing_of_program(tx, program.id)
    disallowed = [each for each in standing if not rules.is_allowed(each, program)]
    await _end(tx, disallowed)
    await queries.follow_register(tx, [each.due_item_id for each in disallowed])
    return bool(disallowed)


async def end_of_program(tx: Transaction, program_id: UUID) -> None:
    """End everything on the due items of a program that is removed."""
    await _end(tx, await queries.find_standing_of_program(tx, program_id))


async def search(reader: Reader, query: ExtensionQuery) -> Shown:
    """List the register of extensions."""
    return await queries.EXTENSIONS.page(reader, query)


async def search_of_due_item(reader: Reader, due_item_id: UUID, query: ExtensionsOfDueItemQuery) -> Shown:
    """List the extensions of one due item."""
    await read_facts(reader, due_item_id)
    return await queries.EXTENSIONS.page(reader, query, within={"due_item_id": due_item_id})


async def _end(tx: Transaction, extensions: Sequence[Extension]) -> None:
    if extensions:
        ended = [rules.end(each, now=tx.now) for each in extensions]
        await queries.save_all(tx, ended)
        changes = [Change(before, after) for before, after in zip(extensions, ended, strict=True)]
        await record_many(tx, EventType.DUE_ITEM_EXTENSION_ENDED, changes)
