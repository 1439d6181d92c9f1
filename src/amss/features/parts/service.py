"""Use cases of part definitions and pieces: load, rule, save, record."""

from uuid import UUID

from amss.features.parts import queries, reservation_queries, rules, stock
from amss.features.parts.model import (
    NewPartDefinition,
    NewPartItem,
    PartDefinition,
    PartDefinitionChange,
    PartDefinitionQuery,
    PartItem,
    PartItemChange,
    PartItemQuery,
    PartItemStatus,
)
from amss.features.parts.reservation_model import ReservationQuery
from amss.foundation.database import Transaction, judged_by
from amss.foundation.errors import NotFound
from amss.foundation.ids import new_id
from amss.foundation.paging import ListQuery
from amss.foundation.precondition import must_match
from amss.foundation.reading import Reader, Shown
from amss.foundation.shapes import next_version
from amss.journal.event_types import EventType
from amss.journal.recorder import record


async def define(tx: Transaction, order: NewPartDefinition) -> PartDefinition:
    """Set up a part that the store is to keep."""
    definition = rules.define(order, definition_id=new_id(), org_id=tx.org_id, now=tx.now)
    taken = rules.PartDefinitionTaken(definition)
    with judged_by("part_definitions_part_number_free", taken), judged_by("part_definitions_name_free", taken):
        await queries.add_definition(tx, definition)
    await record(tx, EventType.PART_DEFINITION_CREATED, after=definition)
    return await stock.judge(tx, definition)


async def edit_definition(
    tx: Transaction, definition_id: UUID, change: PartDefinitionChange, *, if_match: int | None
) -> PartDefinition:
    """Change a part definition."""
    definition = await queries.get_definition_for_update(tx, definition_id)
    must_match(definition.version, if_match)
    edited = rules.edit_definition(definition, change, now=tx.now)
    if edited is definition:
        return definition

    taken = rules.PartDefinitionTaken(edited)
    with judged_by("part_definitions_part_number_free", taken), judged_by("part_definitions_name_free", taken):
        await queries.save_definition(tx, edited)
    await record(tx, EventType.PART_DEFINITION_UPDATED, before=definition, after=edited)
    return await stock.judge(tx, edited)


async def delete_definition(tx: Transaction, definition_id: UUID, *, if_match: int | None) -> None:
    """Delete a part definition of which there are no pieces, and which no program needs."""
    definition = await queries.get_definition_for_deletion(tx, definition_id)
    must_match(definition.version, if_match)
    items = await queries.find_first_items(tx, definition_id)
    programs = await queries.find_programs_needing(tx, definition_id)
    if items or programs:
        raise rules.PartDefinitionInUse(definition, items, programs)

    deleted = next_version(definition, now=tx.now)
    await queries.delete_definition(tx, deleted)
    await record(tx, EventType.PART_DEFINITION_DELETED, before=deleted)


async def take_in(tx: Transaction, order: NewPartItem) -> PartItem:
    """Take a piece into the store."""
    item = rules.take_in(order, item_id=new_id(), org_id=tx.org_id, now=tx.now)
    try:
        await queries.get_definition_for_update(tx, item.part_definition_id)
    except NotFound:
        raise NotFound("There is no such part definition in your store.") from None
    with judged_by("part_items_serial_free", rules.SerialNumberTaken(item.serial_number)):
        await queries.add_item(tx, item)
    await record(tx, EventType.PART_CREATED, after=item)
    await stock.judge_all(tx, [item.part_definition_id])
    return item


async def edit_item(tx: Transaction, item_id: UUID, change: PartItemChange, *, if_match: int | None) -> PartItem:
    """Change a piece, or move it between stock, quarantine and the bin."""
    item = await queries.get_item_for_update(tx, item_id)
    must_match(item.version, if_match)
    edited = rules.edit_item(item, change, now=tx.now)
    if edited is item:
        return item
    moves = edited.status is not item.status
    if moves and edited.status is PartItemStatus.DISPOSED:
        rules.must_not_vanish(item, await reservation_queries.get_facts(tx, item.id, starts_at=tx.now))

    with judged_by("part_items_serial_free", rules.SerialNumberTaken(edited.serial_number)):
        await queries.save_item(tx, edited)
    event = EventType.PART_STATUS_CHANGED if moves else EventType.PART_UPDATED
    await record(tx, event, before=item, after=edited, reason=change.reason or None)
    await stock.judge_all(tx, [item.part_definition_id])
    return edited


async def delete_item(tx: Transaction, item_id: UUID, *, if_match: int | None) -> None:
    """Delete a piece that no task has reserved or used."""
    item = await queries.get_item_for_update(tx, item_id)
    must_match(item.version, if_match)
    rules.must_be_deletable(item, await reservation_queries.get_facts(tx, item.id, starts_at=tx.now))

    deleted = next_version(item, now=tx.now)
    await queries.delete_item(tx, deleted)
    await record(tx, EventType.PART_DELETED, before=deleted)
    await stock.judge_all(tx, [item.part_definition_id])


async def search_definitions(reader: Reader, query: PartDefinitionQuery) -> Shown:
    """List what the store keeps, and how much of it there is."""
    return await queries.DEFINITIONS.page(reader, query)


async def get_definition(reader: Reader, definition_id: UUID) -> Shown:
    """Show one part definition and its stock."""
    return await queries.DEFINITIONS.one(reader, definition_id)


async def search_items(reader: Reader, query: PartItemQuery) -> Shown:
    """List pieces."""
    return await queries.ITEMS.page(reader, query)


async def get_item(reader: Reader, item_id: UUID) -> Shown:
    """Show one piece."""
    return await queries.ITEMS.one(reader, item_id)


async def search_item_history(reader: Reader, item_id: UUID, query: ListQuery) -> Shown:
    """List where one piece was and what was done to it, the latest first."""
    await get_item(reader, item_id)
    return await queries.ITEM_HISTORY.page(reader, query, within={"part_item_id": item_id})


async def search_reservations(reader: Reader, query: ReservationQuery) -> Shown:
    """List which pieces are, or were, set aside for which tasks."""
    return await reservation_queries.RESERVATIONS.page(reader, query)
