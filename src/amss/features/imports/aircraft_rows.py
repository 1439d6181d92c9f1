"""Aircraft as rows of a file: from the text of its cells to what the fleet's own rules judge. No I/O."""

import re
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from amss.features.aircraft import rules
from amss.features.aircraft.model import (
    Aircraft,
    AircraftChange,
    AircraftStatus,
    IcaoType,
    NewAircraft,
    Slots,
    TailNumber,
)
from amss.features.imports.model import CellError
from amss.foundation.errors import Invalid
from amss.foundation.shapes import Count, FlightTime, Name, unlikely_day


class Column(NamedTuple):
    """A column: the field it fills, its type, and what it expects, in words."""

    field: str
    type: Any
    expects: str


KEY = "tail_number"

COLUMNS: dict[str, Column] = {
    "tail_number": Column("tail_number", TailNumber, "2 to 12 of A-Z, 0-9 and hyphen"),
    "model": Column("model", Name, "one line of at most 200 characters"),
    "icao_type": Column("icao_type", IcaoType, "2 to 4 of A-Z and 0-9, as A320"),
    "manufacturer": Column("manufacturer", Name, "one line of at most 200 characters"),
    "serial_number": Column("serial_number", Name, "one line of at most 200 characters"),
    "status": Column("status", AircraftStatus, f"one of {', '.join(AircraftStatus)}"),
    "capacity_slots": Column("capacity_slots", Slots, "a whole number from 1 to 100"),
    "flight_hours_total": Column(
        "flight_minutes_total", FlightTime, "hours and minutes, as 1234:30, or hours, as 1234.5"
    ),
    "cycles_total": Column("cycles_total", Count, "a whole number, not negative"),
    "in_service_on": Column("in_service_on", date, "a date written 2026-01-31"),
}

_COLUMN_OF = {column.field: name for name, column in COLUMNS.items()}
# Only a new aircraft takes these: afterwards status follows commands, and totals follow the ledger.
_ONLY_WHEN_CREATED = {"tail_number", "status", "flight_minutes_total", "cycles_total"}
# Judging does not need to know which aircraft it will be, whose and when.
_NOBODY, _NEVER = UUID(int=0), datetime.min.replace(tzinfo=UTC)
_HOURS = re.compile(r"[0-9]{1,7}(\.[0-9]{1,6})?")


class AircraftRow(msgspec.Struct, frozen=True):
    """What a row asks for: the aircraft it makes if its tail number is unknown, or what it changes."""

    tail_number: str
    asks: NewAircraft | AircraftChange


def tail_of(raw: Mapping[str, str]) -> str:
    """Return the tail number as the fleet would write it, whether or not it is a good one."""
    return raw.get(KEY, "").strip().upper()


def judge(raw: Mapping[str, str], known_tails: Collection[str]) -> AircraftRow | tuple[CellError, ...]:
    """Return what a row asks for, or everything that is wrong with it; blank cells say nothing."""
    texts = {name: text for name, cell in raw.items() if (text := cell.strip())}
    faults: list[CellError] = []
    values: dict[str, Any] = {}
    for name, text in texts.items():
        column = COLUMNS[name]
        try:
            values[column.field] = _read(text, column)
        except msgspec.ValidationError:
            faults.append(CellError(name, "INVALID", f"Expected {column.expects}.", text[:200]))

    slips = unlikely_day(values.get("in_service_on"), "/in_service_on")
    faults += [CellError("in_service_on", slip.code, slip.message, texts["in_service_on"][:200]) for slip in slips]
    tail = tail_of(raw)
    is_known = tail in known_tails
    needed = (KEY,) if is_known else (KEY, "model")
    faults += [CellError(name, "MISSING", "This cell is required.", "") for name in needed if name not in texts]
    if faults:
        return tuple(faults)
    if is_known:
        return AircraftRow(tail, _change(values))
    return _judged_by_the_fleet(NewAircraft(**values), texts)


def judge_counted(
    found: AircraftRow | tuple[CellError, ...], fleet: Mapping[str, Aircraft], counted: Collection[str]
) -> AircraftRow | tuple[CellError, ...]:
    """Return what a row asks for, unless it puts an aircraft that counts no cycles under programs that count them.

    `counted` are the models that have such programs.
    """
    if isinstance(found, tuple) or found.tail_number not in fleet:
        return found
    aircraft, model = fleet[found.tail_number], found.asks.model
    if aircraft.counts_cycles or model is msgspec.UNSET or model == aircraft.model or model not in counted:
        return found
    message = f"Programs of {model} count cycles, which {aircraft.tail_number} does not."
    return (CellError("model", "COUNTER_MISSING", message, model[:200]),)


def _change(values: dict[str, Any]) -> AircraftChange:
    return AircraftChange(**{name: value for name, value in values.items() if name not in _ONLY_WHEN_CREATED})


def _judged_by_the_fleet(new: NewAircraft, texts: Mapping[str, str]) -> AircraftRow | tuple[CellError, ...]:
    try:
        entered = rules.enter_fleet(new, aircraft_id=_NOBODY, org_id=_NOBODY, now=_NEVER)
    except Invalid as refusal:
        columns = [_COLUMN_OF[fault.pointer.removeprefix("/")] for fault in refusal.errors]
        return tuple(
            CellError(name, fault.code, fault.message, texts.get(name, "")[:200])
            for name, fault in zip(columns, refusal.errors, strict=True)
        )
    return AircraftRow(entered.tail_number, new)


def _read(text: str, column: Column) -> Any:
    if column.type is FlightTime and _HOURS.fullmatch(text):
        return int((Decimal(text) * 60).to_integral_value(ROUND_HALF_UP))
    if column.type is FlightTime:
        return msgspec.convert(text, column.type)
    return msgspec.convert(text, column.type, strict=False)
