"""The ledger of a held aircraft, and reading it. What is due follows in `due`, which calls this."""

from datetime import date, timedelta
from uuid import UUID

import msgspec

from amss.features.aircraft import service as aircraft_service
from amss.features.aircraft.model import Aircraft
from amss.features.aircraft.rules import must_be_in_service
from amss.features.utilization import queries, rules
from amss.features.utilization.model import Entered, NewUtilization, UtilizationEntry, UtilizationQuery
from amss.foundation.database import Transaction
from amss.foundation.ids import new_id
from amss.foundation.reading import Reader, Shown
from amss.journal.event_types import EventType
from amss.journal.recorder import Change, record_many


async def enter(tx: Transaction, aircraft: Aircraft, order: NewUtilization, *, today: date) -> Entered:
    """Enter what an aircraft flew, which the caller holds.

    What is known under the same external id is left as it is if it says the same, else corrected.
    """
    entry = rules.entered(order, aircraft, entry_id=new_id(), by=tx.actor.kind, now=tx.now)
    known = order.external_id and await queries.find_standing(tx, aircraft.id, order.external_id)
    if known and rules.says_the_same(known, entry):
        return Entered(known, aircraft)
    must_be_in_service(aircraft)
    rules.must_be_a_day_in_service(entry, aircraft, today=today)
    rules.must_be_counted(entry, aircraft)
    if not order.confirm_unusual:
        besides = await queries.flown_besides(tx, aircraft.id, entry.flown_on, without=known.id if known else None)
        rules.must_be_usual(entry, aircraft, besides)

    added, since = [entry], entry.flown_on + timedelta(1)
    if known:
        reversed_, reversal = rules.taken_back(known, reversal_id=new_id(), by=tx.actor.kind, now=tx.now)
        await queries.add(tx, reversal)
        await queries.mark_reversed(tx, reversed_)
        added, since = [reversal, entry], min(since, known.flown_on)
    await queries.add(tx, entry)
    return Entered(entry, await _carry(tx, aircraft, added), since, known or None)


async def _carry(tx: Transaction, aircraft: Aircraft, added: list[UtilizationEntry]) -> Aircraft:
    """Add entries to the totals of their aircraft, and tell of each with the totals after it."""
    changes: list[Change] = []
    for each in added:
        aircraft = rules.carry(aircraft, each)
        changes.append(Change(after=rules.recorded(each, aircraft)))
    await queries.save_totals(tx, aircraft)
    await record_many(tx, EventType.AIRCRAFT_UTILIZATION_RECORDED, changes)
    return aircraft


async def search(reader: Reader, aircraft_id: UUID, query: UtilizationQuery) -> Shown:
    """List what an aircraft flew, entry by entry or month by month."""
    await aircraft_service.get(reader, aircraft_id)
    within = {"aircraft_id": aircraft_id}
    if query.by is None:
        return await queries.ENTRIES.page(reader, query, within=within)
    return await queries.MONTHS.page(reader, msgspec.structs.replace(query, by=None), within=within)
