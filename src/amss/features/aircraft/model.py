"""An aircraft: what it is, what is asked for, what is shown."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from amss.foundation.paging import ListQuery
from amss.foundation.shapes import Count, FlightTime, Line, Name, Order, Record


class AircraftStatus(StrEnum):
    """Whether an aircraft can fly, and if not, why not."""

    OPERATIONAL = "operational"
    MAINTENANCE = "maintenance"
    GROUNDED = "grounded"
    RETIRED = "retired"


class ReadingsOut(msgspec.Struct, frozen=True, kw_only=True):
    """An aircraft's counters when work on it was done; times flown are whole minutes."""

    flight_minutes: int
    cycles: int


class AircraftOut(msgspec.Struct, frozen=True, kw_only=True):
    """An aircraft as the API shows it; times flown are whole minutes.

    The totals are the opening balance, which it brought along, and what its ledger holds.
    """

    id: UUID
    tail_number: str
    status: AircraftStatus
    model: str
    icao_type: str | None
    manufacturer: str | None
    serial_number: str | None
    capacity_slots: int
    in_service_on: date | None
    opening_flight_minutes: int
    opening_cycles: int
    flight_minutes_total: int
    cycles_total: int
    counts_cycles: bool
    planned_daily_minutes: float | None
    planned_daily_cycles: float | None
    last_maintenance: datetime | None
    next_due: date | None
    grounded_reason: str | None
    version: int
    created_at: datetime
    updated_at: datetime


class Aircraft(Record, frozen=True, kw_only=True):
    """One airframe of the fleet. Totals are opening balance plus the ledger's entries.

    `measured_…` is what it flew lately, and in how many days; None where nothing was entered lately.
    """

    entity_type: ClassVar[str] = "aircraft"
    shown_as: ClassVar[type[msgspec.Struct]] = AircraftOut

    tail_number: str
    status: AircraftStatus = AircraftStatus.OPERATIONAL
    model: str
    icao_type: str | None = None
    manufacturer: str | None = None
    serial_number: str | None = None
    capacity_slots: int = 10
    in_service_on: date | None = None
    opening_flight_minutes: int = 0
    opening_cycles: int = 0
    flight_minutes_total: int = 0
    cycles_total: int = 0
    counts_cycles: bool = True
    planned_daily_minutes: float | None = None
    planned_daily_cycles: float | None = None
    measured_days: int | None = None
    measured_minutes: int | None = None
    measured_cycles: int | None = None
    last_maintenance: datetime | None = None
    next_due: date | None = None
    grounded_reason: str | None = None


TailNumber = Annotated[Line, msgspec.Meta(min_length=2, max_length=20, examples=["G-ABCD"])]
IcaoType = Annotated[str, msgspec.Meta(pattern=r"^[A-Z0-9]{2,4}$(?!\n)", examples=["A320"])]
Slots = Annotated[int, msgspec.Meta(ge=1, le=100)]
DailyMinutes = Annotated[float, msgspec.Meta(ge=0, le=1440)]
DailyCycles = Annotated[float, msgspec.Meta(ge=0, le=30)]
CountsCycles = Annotated[bool, msgspec.Meta(description="False of an aircraft whose flights alone are counted.")]
Why = Annotated[Line, msgspec.Meta(max_length=500, examples=["Bird strike, engine 2"])]


class NewAircraft(Order, frozen=True, kw_only=True):
    """An aircraft that joins the fleet, with the totals it brings along."""

    tail_number: TailNumber
    model: Name
    icao_type: IcaoType | None = None
    manufacturer: Name | None = None
    serial_number: Name | None = None
    status: AircraftStatus = AircraftStatus.OPERATIONAL
    grounded_reason: Why | None = None
    capacity_slots: Slots = 10
    in_service_on: date | None = None
    flight_minutes_total: FlightTime = 0
    cycles_total: Count = 0
    counts_cycles: CountsCycles = True
    planned_daily_minutes: DailyMinutes | None = None
    planned_daily_cycles: DailyCycles | None = None


class AircraftChange(Order, frozen=True, kw_only=True):
    """A merge patch of an aircraft. Status and totals are not fields to edit: they follow commands and the ledger."""

    tail_number: TailNumber | UnsetType = UNSET
    model: Name | UnsetType = UNSET
    icao_type: IcaoType | UnsetType | None = UNSET
    manufacturer: Name | UnsetType | None = UNSET
    serial_number: Name | UnsetType | None = UNSET
    capacity_slots: Slots | UnsetType = UNSET
    in_service_on: date | UnsetType | None = UNSET
    counts_cycles: CountsCycles | UnsetType = UNSET
    planned_daily_minutes: DailyMinutes | UnsetType | None = UNSET
    planned_daily_cycles: DailyCycles | UnsetType | None = UNSET


class StatusOrder(Order, frozen=True, kw_only=True):
    """Why an aircraft is grounded, released or retired."""

    reason: Why


class AircraftQuery(ListQuery, kw_only=True, forbid_unknown_fields=True):
    """How the fleet can be filtered."""

    tail_number: str | None = None
    status: AircraftStatus | None = None
    model: str | None = None
    icao_type: str | None = None
    q: Annotated[str, msgspec.Meta(min_length=2, description="The beginning of a tail number.")] | None = None
