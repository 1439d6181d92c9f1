"""What may stand in the ledger, and what it does to an aircraft's totals. No I/O: every fact is an argument."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from amss.features.aircraft.model import Aircraft
from amss.features.utilization.model import DayFlown, FleetUtilization, NewUtilization, Recorded, UtilizationEntry
from amss.features.utilization.model import UtilizationSource as Source
from amss.foundation.access import ActorKind
from amss.foundation.errors import Conflict, FieldError, Invalid
from amss.foundation.shapes import flight_minutes, unlikely_day

MOST_MINUTES_A_DAY = 24 * 60
MOST_CYCLES_A_DAY = 30
# What an aircraft's counters can hold: with the longest limit counted from there, a due is still within an integer.
LARGEST_TOTAL = 2_000_000_000
_SOURCES = {ActorKind.USER: Source.MANUAL, ActorKind.API_KEY: Source.API, ActorKind.SYSTEM: Source.IMPORT}


class UnusualUtilization(Conflict):
    """More than 24 hours or 30 cycles in one day must be confirmed with `confirm_unusual`."""

    code = "UNUSUAL_UTILIZATION"

    def __init__(self, tail: str, day: date, minutes: int, cycles: int) -> None:
        """Say what the day would come to, in minutes and cycles."""
        hours = f"{minutes // 60}:{minutes % 60:02}"
        super().__init__(
            f"{tail} would have flown {hours} hours and {cycles} cycles on {day}. "
            "If that is right, send it again with confirm_unusual."
        )


def entered(
    order: NewUtilization, aircraft: Aircraft, *, entry_id: UUID, by: ActorKind, now: datetime
) -> UtilizationEntry:
    """Return the entry that an order asks for."""
    return UtilizationEntry(
        id=entry_id,
        org_id=aircraft.org_id,
        aircraft_id=aircraft.id,
        flown_on=order.flown_on,
        flight_minutes=flight_minutes(order.flight_minutes),
        cycles=order.cycles,
        source=_SOURCES[by],
        external_id=order.external_id,
        created_at=now,
        updated_at=now,
    )


def says_the_same(known: UtilizationEntry, entry: UtilizationEntry) -> bool:
    """Tell whether two entries of one aircraft have the same day and figures."""
    return (known.flown_on, known.flight_minutes, known.cycles) == (
        entry.flown_on,
        entry.flight_minutes,
        entry.cycles,
    )


def taken_back(
    wrong: UtilizationEntry, *, reversal_id: UUID, by: ActorKind, now: datetime
) -> tuple[UtilizationEntry, UtilizationEntry]:
    """Return an entry marked as reversed, and the entry that reverses it."""
    reversal = msgspec.structs.replace(
        wrong,
        id=reversal_id,
        flight_minutes=-wrong.flight_minutes,
        cycles=-wrong.cycles,
        source=_SOURCES[by],
        reverses_id=wrong.id,
        created_at=now,
        updated_at=now,
    )
    return msgspec.structs.replace(wrong, reversed_by_id=reversal_id, updated_at=now), reversal


def must_be_a_day_in_service(entry: UtilizationEntry, aircraft: Aircraft, *, today: date) -> None:
    """Refuse a day that is still to come, or on which the aircraft was not in service yet."""
    fault = None
    if slip := unlikely_day(entry.flown_on, "/flown_on"):
        raise Invalid(errors=slip)
    if entry.flown_on > today:
        fault = ("FUTURE", f"{entry.flown_on} is still to come.")
    elif aircraft.in_service_on is not None and entry.flown_on < aircraft.in_service_on:
        fault = ("BEFORE_SERVICE", f"{aircraft.tail_number} is in service since {aircraft.in_service_on}.")
    if fault:
        raise Invalid(errors=(FieldError("/flown_on", *fault),))


def must_be_counted(entry: UtilizationEntry, aircraft: Aircraft) -> None:
    """Refuse cycles of an aircraft that counts none."""
    if entry.cycles and not aircraft.counts_cycles:
        raise Invalid(errors=(FieldError("/cycles", "NOT_COUNTED", f"{aircraft.tail_number} counts no cycles."),))


def must_be_usual(entry: UtilizationEntry, aircraft: Aircraft, besides: DayFlown) -> None:
    """Refuse more than a day's worth on one day; `besides` is what else stands for it."""
    minutes, cycles = besides.flight_minutes + entry.flight_minutes, besides.cycles + entry.cycles
    if minutes > MOST_MINUTES_A_DAY or cycles > MOST_CYCLES_A_DAY:
        raise UnusualUtilization(aircraft.tail_number, entry.flown_on, minutes, cycles)


def carry(aircraft: Aircraft, entry: UtilizationEntry) -> Aircraft:
    """Return the aircraft with an entry added to its totals; its version counts edits, and stays."""
    minutes, cycles = aircraft.flight_minutes_total + entry.flight_minutes, aircraft.cycles_total + entry.cycles
    faults = tuple(
        FieldError(pointer, "TOO_LARGE", f"With this, {aircraft.tail_number} would have flown {total} {unit} in all.")
        for pointer, total, unit in (("/flight_minutes", minutes, "minutes"), ("/cycles", cycles, "cycles"))
        if total > LARGEST_TOTAL
    )
    if faults:
        raise Invalid(errors=faults)
    return msgspec.structs.replace(aircraft, flight_minutes_total=minutes, cycles_total=cycles)


def recorded(entry: UtilizationEntry, aircraft: Aircraft) -> Recorded:
    """Return an entry as it is told of, with the totals of the aircraft that carries it."""
    facts: dict[str, Any] = msgspec.structs.asdict(entry)
    return Recorded(**facts, flight_minutes_total=aircraft.flight_minutes_total, cycles_total=aircraft.cycles_total)


def must_name_one_aircraft(order: FleetUtilization) -> None:
    """Refuse what was flown by nobody, or by an aircraft that is named twice."""
    if (order.aircraft_id is None) == (order.tail_number is None):
        fault = FieldError("/aircraft_id", "ONE_OF", "Name the aircraft by aircraft_id or by tail_number.")
        raise Invalid(errors=(fault,))
