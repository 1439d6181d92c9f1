"""Use cases of the fleet: load, rule, save, record."""

from collections.abc import Sequence
from uuid import UUID

from amss.features.aircraft import queries, rules
from amss.features.aircraft.model import Aircraft, AircraftChange, AircraftQuery, NewAircraft
from amss.features.audit import service as audit
from amss.foundation.database import Transaction, judged_by
from amss.foundation.errors import NotFound
from amss.foundation.ids import new_id
from amss.foundation.paging import ListQuery
from amss.foundation.precondition import must_match
from amss.foundation.reading import Reader, Shown
from amss.journal.event_types import EventType
from amss.journal.recorder import Change, record, record_many


async def create(tx: Transaction, order: NewAircraft) -> Aircraft:
    """Take an aircraft into the fleet."""
    aircraft = rules.enter_fleet(order, aircraft_id=new_id(), org_id=tx.org_id, now=tx.now)
    with judged_by("aircraft_tail_number_free", rules.TailNumberTaken(aircraft.tail_number)):
        await queries.add(tx, aircraft)
    await record(tx, EventType.AIRCRAFT_CREATED, after=aircraft)
    return aircraft


async def edit(tx: Transaction, aircraft_id: UUID, change: AircraftChange, *, if_match: int | None) -> Aircraft:
    """Change what may be edited of an aircraft."""
    aircraft = await queries.get_for_update(tx, aircraft_id)
    must_match(aircraft.version, if_match)
    edited = rules.edit(aircraft, change, now=tx.now)
    if edited is aircraft:
        return aircraft

    with judged_by("aircraft_tail_number_free", rules.TailNumberTaken(edited.tail_number)):
        await queries.save_many(tx, [edited])
    await record(tx, EventType.AIRCRAFT_UPDATED, before=aircraft, after=edited)
    return edited


async def hold_ordered(tx: Transaction, aircraft_id: UUID) -> Aircraft:
    """Return the aircraft an order names in its body, held until the transaction ends."""
    try:
        return await queries.get_for_update(tx, aircraft_id)
    except NotFound:
        raise NotFound("There is no such aircraft in your fleet.") from None


async def known_tails(tx: Transaction, tails: Sequence[str]) -> set[str]:
    """Return which of these tail numbers the fleet has."""
    return await queries.known_tails(tx, tails)


async def hold_by_tails(tx: Transaction, tails: Sequence[str]) -> list[Aircraft]:
    """Return the aircraft with these tail numbers, held until the transaction ends."""
    return await queries.get_by_tails_for_update(tx, tails)


async def create_many(tx: Transaction, orders: Sequence[NewAircraft]) -> list[Aircraft]:
    """Take many aircraft into the fleet, or none of them."""
    fleet = [rules.enter_fleet(order, aircraft_id=new_id(), org_id=tx.org_id, now=tx.now) for order in orders]
    with judged_by("aircraft_tail_number_free", rules.TailNumberTaken("One of these tail numbers")):
        await queries.add_many(tx, fleet)
    await record_many(tx, EventType.AIRCRAFT_CREATED, [Change(after=aircraft) for aircraft in fleet])
    return fleet


async def edit_many(tx: Transaction, edits: Sequence[tuple[Aircraft, AircraftChange]]) -> list[Aircraft]:
    """Change many aircraft that the transaction holds; return those that did not stay as they were."""
    edited = [(aircraft, rules.edit(aircraft, change, now=tx.now)) for aircraft, change in edits]
    changes = [Change(before, after) for before, after in edited if after is not before]
    await queries.save_many(tx, [change.after for change in changes])
    await record_many(tx, EventType.AIRCRAFT_UPDATED, changes)
    return [change.after for change in changes]


async def search(reader: Reader, query: AircraftQuery) -> Shown:
    """List the fleet."""
    return await queries.AIRCRAFT.page(reader, query)


async def get(reader: Reader, aircraft_id: UUID) -> Shown:
    """Show one aircraft."""
    return await queries.AIRCRAFT.one(reader, aircraft_id)


async def search_history(reader: Reader, aircraft_id: UUID, query: ListQuery) -> Shown:
    """List what was done to one aircraft, the latest first."""
    await get(reader, aircraft_id)
    return await audit.search_of(reader, Aircraft.entity_type, aircraft_id, query)
