"""What an aircraft may be called and become. No I/O: every fact arrives as an argument."""

import re
from datetime import datetime
from uuid import UUID

import msgspec

from amss.features.aircraft.model import Aircraft, AircraftChange, AircraftStatus, NewAircraft
from amss.foundation.errors import Conflict, Duplicate, FieldError, Invalid
from amss.foundation.shapes import flight_minutes, given, next_version, unlikely_day


class TailNumberTaken(Duplicate):
    """Another live aircraft of the organization carries this tail number."""

    def __init__(self, tail: str) -> None:
        """Name the tail number."""
        super().__init__(f"{tail} is already in your fleet.")


class AircraftRetired(Conflict):
    """A retired aircraft takes no new work and stays retired."""

    code = "AIRCRAFT_RETIRED"

    def __init__(self, tail: str) -> None:
        """Name the aircraft."""
        super().__init__(f"{tail} is retired.")


_NOT_COUNTED = FieldError("/counts_cycles", "CYCLES", "An aircraft that counts no cycles has none, and plans none.")
_TAIL_NUMBER = re.compile(r"[A-Z0-9-]{2,12}")


def enter_fleet(new: NewAircraft, *, aircraft_id: UUID, org_id: UUID, now: datetime) -> Aircraft:
    """Return the aircraft that joins; the totals it brings are its opening balance."""
    tail = new.tail_number.upper()
    faults = [*_faults_of_tail(tail), *unlikely_day(new.in_service_on, "/in_service_on")]
    if new.status is AircraftStatus.MAINTENANCE:
        message = "An aircraft enters maintenance when work on it starts; no task would take this one out of it."
        faults.append(FieldError("/status", "NOT_HERE", message))
    if new.grounded_reason is not None and new.status is not AircraftStatus.GROUNDED:
        faults.append(FieldError("/grounded_reason", "MISPLACED", "Only a grounded aircraft has such a reason."))
    if not new.counts_cycles and (new.cycles_total or new.planned_daily_cycles):
        faults.append(_NOT_COUNTED)
    if faults:
        raise Invalid(errors=tuple(faults))
    minutes = flight_minutes(new.flight_minutes_total)
    return Aircraft(
        id=aircraft_id,
        org_id=org_id,
        version=1,
        created_at=now,
        updated_at=now,
        tail_number=tail,
        status=new.status,
        model=new.model,
        icao_type=new.icao_type,
        manufacturer=new.manufacturer,
        serial_number=new.serial_number,
        capacity_slots=new.capacity_slots,
        in_service_on=new.in_service_on,
        opening_flight_minutes=minutes,
        opening_cycles=new.cycles_total,
        flight_minutes_total=minutes,
        cycles_total=new.cycles_total,
        counts_cycles=new.counts_cycles,
        planned_daily_minutes=new.planned_daily_minutes,
        planned_daily_cycles=new.planned_daily_cycles,
        grounded_reason=new.grounded_reason,
    )


def edit(aircraft: Aircraft, change: AircraftChange, *, now: datetime) -> Aircraft:
    """Return the aircraft with the given fields changed, one version on; unchanged if nothing differs."""
    fields = given(change)
    faults = list(unlikely_day(fields.get("in_service_on"), "/in_service_on"))
    if "tail_number" in fields:
        fields["tail_number"] = fields["tail_number"].upper()
        faults += _faults_of_tail(fields["tail_number"])
    edited = msgspec.structs.replace(aircraft, **fields)
    if not edited.counts_cycles and (edited.cycles_total or edited.planned_daily_cycles):
        faults.append(_NOT_COUNTED)
    if faults:
        raise Invalid(errors=tuple(faults))
    return aircraft if edited == aircraft else next_version(edited, now=now)


def _faults_of_tail(tail: str) -> list[FieldError]:
    if _TAIL_NUMBER.fullmatch(tail):
        return []
    return [FieldError("/tail_number", "PATTERN", "A tail number is 2 to 12 of A-Z, 0-9 and hyphen.")]


def must_be_in_service(aircraft: Aircraft) -> None:
    """Refuse new work, and a new status, to a retired aircraft."""
    if aircraft.status is AircraftStatus.RETIRED:
        raise AircraftRetired(aircraft.tail_number)


def ground(aircraft: Aircraft, why: str, *, now: datetime) -> Aircraft:
    """Return the aircraft as grounded, which no work on it changes: only a release does."""
    must_be_in_service(aircraft)
    if aircraft.status is AircraftStatus.GROUNDED:
        raise Conflict(f"{aircraft.tail_number} is already grounded.")
    return next_version(aircraft, now=now, status=AircraftStatus.GROUNDED, grounded_reason=why)


def release(aircraft: Aircraft, *, now: datetime) -> Aircraft:
    """Return the aircraft as operational."""
    must_be_in_service(aircraft)
    if aircraft.status is AircraftStatus.OPERATIONAL:
        raise Conflict(f"{aircraft.tail_number} is already operational.")
    return next_version(aircraft, now=now, status=AircraftStatus.OPERATIONAL, grounded_reason=None)


def retire(aircraft: Aircraft, *, now: datetime) -> Aircraft:
    """Return the aircraft as retired, for good; nothing is due on it any more."""
    must_be_in_service(aircraft)
    return next_version(aircraft, now=now, status=AircraftStatus.RETIRED, grounded_reason=None, next_due=None)
