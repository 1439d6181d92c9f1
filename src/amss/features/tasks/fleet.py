"""What work does to the aircraft under it, and what is done to an aircraft only where its work allows it."""

from uuid import UUID

from msgspec.structs import replace

from amss.features.aircraft import queries as aircraft_queries
from amss.features.aircraft import rules as aircraft_rules
from amss.features.aircraft.model import Aircraft, AircraftStatus, StatusOrder
from amss.features.due import extensions
from amss.features.due import service as due
from amss.features.tasks import queries, rules
from amss.features.tasks.model import Task
from amss.foundation.database import Transaction
from amss.foundation.precondition import must_match
from amss.foundation.shapes import next_version
from amss.journal.event_types import EventType
from amss.journal.recorder import record, save


async def take_in(tx: Transaction, aircraft: Aircraft) -> None:
    """Let an operational aircraft enter maintenance; a grounded one stays grounded."""
    if aircraft.status is AircraftStatus.OPERATIONAL:
        await _turn(tx, aircraft, next_version(aircraft, now=tx.now, status=AircraftStatus.MAINTENANCE))


async def give_back(tx: Transaction, aircraft: Aircraft, ended: Task) -> None:
    """Let an aircraft leave maintenance unless other work than the ended goes on; a grounded one stays grounded.

    When the latest work was done is kept, which late paperwork does not move back.
    """
    latest = max(filter(None, (aircraft.last_maintenance, ended.performed_at)), default=None)
    maintained = replace(aircraft, last_maintenance=latest)
    if aircraft.status is AircraftStatus.MAINTENANCE and await _rests(tx, aircraft, ended):
        await _turn(tx, maintained, next_version(maintained, now=tx.now, status=AircraftStatus.OPERATIONAL))
    elif maintained != aircraft:
        saving = aircraft_queries.saving_condition(maintained)
        await tx.run(saving.text, *saving.values)


async def ground(tx: Transaction, aircraft_id: UUID, order: StatusOrder, *, if_match: int | None) -> Aircraft:
    """Ground an aircraft until somebody releases it, whatever work begins or ends on it meanwhile."""
    aircraft = await _hold(tx, aircraft_id, if_match)
    return await _turn(tx, aircraft, aircraft_rules.ground(aircraft, order.reason, now=tx.now), order.reason)


async def release(tx: Transaction, aircraft_id: UUID, order: StatusOrder, *, if_match: int | None) -> Aircraft:
    """Give an aircraft back to operation where no work on it goes on and no hard limit is overdue."""
    # Time alone makes work overdue, so nothing may count as it stood when it was last looked at.
    await due.reproject(tx, [aircraft_id])
    aircraft = await _hold(tx, aircraft_id, if_match)
    released = aircraft_rules.release(aircraft, now=tx.now)
    in_progress = await queries.find_in_progress(tx, aircraft_id)
    rules.must_be_ready(aircraft, in_progress, await due.find_overdue(tx, aircraft_id))
    return await _turn(tx, aircraft, released, order.reason)


async def retire(tx: Transaction, aircraft_id: UUID, order: StatusOrder, *, if_match: int | None) -> Aircraft:
    """Take an aircraft without open work out of service, for good; its records stay."""
    aircraft = await _hold(tx, aircraft_id, if_match)
    retired = aircraft_rules.retire(aircraft, now=tx.now)
    await _must_have_no_open_work(tx, aircraft)
    await extensions.end_of_aircraft(tx, aircraft_id)
    return await _turn(tx, aircraft, retired, order.reason)


async def delete_aircraft(tx: Transaction, aircraft_id: UUID, *, if_match: int | None) -> None:
    """Take an aircraft without open work out of the fleet."""
    aircraft = await _hold(tx, aircraft_id, if_match)
    await _must_have_no_open_work(tx, aircraft)

    await extensions.end_of_aircraft(tx, aircraft_id)
    deleted = next_version(aircraft, now=tx.now)
    await aircraft_queries.delete(tx, deleted)
    await record(tx, EventType.AIRCRAFT_DELETED, before=deleted)


async def _rests(tx: Transaction, aircraft: Aircraft, ended: Task) -> bool:
    return all(each.id == ended.id for each in await queries.find_in_progress(tx, aircraft.id))


async def _hold(tx: Transaction, aircraft_id: UUID, if_match: int | None) -> Aircraft:
    aircraft = await aircraft_queries.get_for_update(tx, aircraft_id)
    must_match(aircraft.version, if_match)
    return aircraft


async def _must_have_no_open_work(tx: Transaction, aircraft: Aircraft) -> None:
    if open_tasks := await queries.find_open(tx, aircraft.id):
        raise rules.AircraftInUse(aircraft.tail_number, open_tasks)


async def _turn(tx: Transaction, before: Aircraft, after: Aircraft, reason: str | None = None) -> Aircraft:
    saving = aircraft_queries.saving_condition(after)
    await save(tx, saving, EventType.AIRCRAFT_STATUS_CHANGED, before=before, after=after, reason=reason)
    return after
