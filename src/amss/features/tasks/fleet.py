"""What work does to the aircraft under it: taking it in, giving it back, holding it in the fleet."""

from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from amss.features.aircraft import queries as aircraft_queries
from amss.features.aircraft.model import Aircraft, AircraftStatus
from amss.features.tasks import queries, rules
from amss.foundation.database import Transaction
from amss.foundation.precondition import must_match
from amss.foundation.shapes import next_version
from amss.journal.event_types import EventType
from amss.journal.recorder import record


async def take_in(tx: Transaction, aircraft: Aircraft) -> None:
    """Let an operational aircraft enter maintenance; a grounded one stays grounded."""
    if aircraft.status is AircraftStatus.OPERATIONAL:
        await _turn(tx, aircraft, AircraftStatus.MAINTENANCE)


async def give_back(tx: Transaction, aircraft: Aircraft) -> None:
    """Let an aircraft leave maintenance unless other work on it goes on; a grounded one stays grounded."""
    if aircraft.status is AircraftStatus.MAINTENANCE and not await queries.is_any_in_progress(tx, aircraft.id):
        await _turn(tx, aircraft, AircraftStatus.OPERATIONAL)


async def note_maintenance(tx: Transaction, aircraft: Aircraft, performed_at: datetime) -> Aircraft:
    """Keep when the latest work was done, which late paperwork does not move back."""
    if aircraft.last_maintenance is not None and aircraft.last_maintenance >= performed_at:
        return aircraft
    maintained = replace(aircraft, last_maintenance=performed_at)
    await aircraft_queries.save_condition(tx, maintained)
    return maintained


async def delete_aircraft(tx: Transaction, aircraft_id: UUID, *, if_match: int | None) -> None:
    """Take an aircraft without open work out of the fleet."""
    aircraft = await aircraft_queries.get_for_update(tx, aircraft_id)
    must_match(aircraft.version, if_match)
    if open_tasks := await queries.find_open(tx, aircraft_id):
        raise rules.AircraftInUse(aircraft.tail_number, open_tasks)

    deleted = next_version(aircraft, now=tx.now)
    await aircraft_queries.delete(tx, deleted)
    await record(tx, EventType.AIRCRAFT_DELETED, before=deleted)


async def _turn(tx: Transaction, aircraft: Aircraft, status: AircraftStatus) -> None:
    turned = next_version(aircraft, now=tx.now, status=status)
    await aircraft_queries.save_condition(tx, turned)
    await record(tx, EventType.AIRCRAFT_STATUS_CHANGED, before=aircraft, after=turned)
