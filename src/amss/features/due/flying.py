"""Use cases of flying: what is entered into an aircraft's ledger moves what is due on it."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from msgspec.structs import replace

from amss.features.aircraft import queries as aircraft_queries
from amss.features.due import projection, queries, rules, stored, writes
from amss.features.utilization import queries as utilization_queries
from amss.features.utilization import service as utilization
from amss.features.utilization.model import Entered, FleetUtilization, NewUtilization, UtilizationEntry
from amss.features.utilization.rules import must_name_one_aircraft
from amss.foundation.batch import one_by_one, readable
from amss.foundation.database import Transaction
from amss.foundation.errors import NotFound, Refusal
from amss.journal.event_types import EventType
from amss.journal.recorder import Change, record_many


async def record_flown(tx: Transaction, aircraft_id: UUID, order: NewUtilization) -> UtilizationEntry:
    """Enter what an aircraft flew, and bring what is due on it up to its new counters."""
    aircraft = await aircraft_queries.get_for_update(tx, aircraft_id)
    today = await queries.today(tx)
    entered = await utilization.enter(tx, aircraft, order, today=today)
    if entered.since is not None:
        await projection.catch_up(tx, [entered.aircraft], today=today)
        await _recount_starts(tx, {aircraft.id: [entered]}, today=today)
        await _doubt_work_since(tx, {aircraft.id: entered.since})
    return entered.entry


async def record_each_flown(
    tx: Transaction, orders: Sequence[FleetUtilization | Refusal]
) -> list[UtilizationEntry | Refusal]:
    """Enter what a fleet flew, each as `record_flown` does; one that is refused leaves the others alone."""
    asked = readable(orders)
    held = await utilization_queries.hold_fleet(
        tx,
        ids={order.aircraft_id for order in asked if order.aircraft_id is not None},
        tails={order.tail_number.upper() for order in asked if order.tail_number is not None},
    )
    fleet = {aircraft.id: aircraft for aircraft in held}
    since: dict[UUID, date] = {}
    news: dict[UUID, list[Entered]] = {}
    by_tail = {aircraft.tail_number: aircraft.id for aircraft in held}
    today = await queries.today(tx)

    async def enter(tx: Transaction, order: FleetUtilization) -> UtilizationEntry:
        must_name_one_aircraft(order)
        aircraft_id = order.aircraft_id or by_tail.get((order.tail_number or "").upper())
        if aircraft_id is None or aircraft_id not in fleet:
            raise NotFound("There is no such aircraft in your fleet.")
        entered = await utilization.enter(tx, fleet[aircraft_id], order, today=today)
        if entered.since is not None:
            fleet[aircraft_id] = entered.aircraft
            since[aircraft_id] = min(entered.since, since.get(aircraft_id, entered.since))
            news.setdefault(aircraft_id, []).append(entered)
        return entered.entry

    entries = await one_by_one(tx, orders, enter)
    # Each aircraft once, however many entries it has.
    await projection.catch_up(tx, [fleet[each.id] for each in held if each.id in since], today=today)
    await _recount_starts(tx, news, today=today)
    await _doubt_work_since(tx, since)
    return entries


async def _recount_starts(tx: Transaction, news: Mapping[UUID, Sequence[Entered]], *, today: date) -> None:
    """Count anew what started at counters that held too much, by aircraft."""
    since = {
        aircraft_id: min(days)
        for aircraft_id, entered in news.items()
        if (days := [each.corrects.flown_on for each in entered if each.corrects is not None])
    }
    started = await queries.find_started_by_then(tx, since) if since else []
    starts = [rules.recounted(each.item, news[each.aircraft.id]) for each in started]
    moved = [each for each in zip(started, starts, strict=True) if each[1] != stored.start(each[0].item)]
    if moved:
        await projection.restart(tx, [facts for facts, _ in moved], [start for _, start in moved], today=today)


async def _doubt_work_since(tx: Transaction, days: Mapping[UUID, date]) -> None:
    """Ask for confirmation of work done on a day or later, by aircraft: a flight before it was not known then."""
    doubted = await writes.doubt_last_done(tx, days) if days else []
    changes: list[Change] = []
    for facts in await queries.find_facts(tx, doubted) if doubted else []:
        after = rules.shown(facts.item, facts.program, facts.aircraft, today=facts.today)
        changes.append(Change(replace(after, needs_confirmation=False, version=after.version - 1), after))
    await record_many(tx, EventType.DUE_ITEM_UPDATED, changes)
