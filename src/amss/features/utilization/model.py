"""What an aircraft flew: an entry of its ledger, what is asked for, what is shown."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

import msgspec
from msgspec import Meta

from amss.features.aircraft.model import Aircraft, TailNumber
from amss.foundation.batch import Batch
from amss.foundation.paging import ListQuery
from amss.foundation.shapes import Count, FlightTime, Line, Order


class UtilizationSource(StrEnum):
    """Who brought an entry: a person, a file or another system."""

    MANUAL = "manual"
    IMPORT = "import"
    API = "api"


class UtilizationEntryOut(msgspec.Struct, frozen=True, kw_only=True):
    """An entry as the API shows it. One that takes another back has its figures negated."""

    id: UUID
    aircraft_id: UUID
    flown_on: date
    flight_minutes: int
    cycles: int
    source: UtilizationSource
    external_id: str | None
    reverses_id: UUID | None
    reversed_by_id: UUID | None
    created_at: datetime


class UtilizationEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One flight or one day flown. It is never edited: a wrong entry is taken back by another."""

    id: UUID
    org_id: UUID
    aircraft_id: UUID
    flown_on: date
    flight_minutes: int = msgspec.field(name="minutes")
    cycles: int
    source: UtilizationSource
    external_id: str | None = None
    reverses_id: UUID | None = None
    reversed_by_id: UUID | None = None
    created_at: datetime
    updated_at: datetime


class RecordedOut(UtilizationEntryOut, frozen=True, kw_only=True):
    """An entry as events tell of it: with what the aircraft had flown in all when it was added."""

    flight_minutes_total: int
    cycles_total: int


class Recorded(UtilizationEntry, frozen=True, kw_only=True):
    """An entry and the totals of its aircraft after it."""

    entity_type: ClassVar[str] = "utilization-entry"
    shown_as: ClassVar[type[msgspec.Struct]] = RecordedOut

    flight_minutes_total: int
    cycles_total: int

    @property
    def version(self) -> int:
        """The only one an entry ever has."""
        return 1


class DayFlown(msgspec.Struct, frozen=True):
    """What stands in the ledger for one day of one aircraft."""

    flight_minutes: int
    cycles: int


class CountersOn(msgspec.Struct, frozen=True):
    """What an aircraft had flown in all by the end of a day as the ledger shows it, and when it last flew by then."""

    aircraft_id: UUID
    on: date
    flight_minutes: int
    cycles: int
    last_flown_on: date | None = None


class Entered(msgspec.Struct, frozen=True):
    """An entry, its aircraft after it, and from which day on work was done at counters that lacked it.

    A flight of the day on which work was done may have come after it; one of that day that is corrected was counted.
    `since` is None if the entry was known already; `corrects` is the entry it was taken back for.
    """

    entry: UtilizationEntry
    aircraft: Aircraft
    since: date | None = None
    corrects: UtilizationEntry | None = None


ExternalId = Annotated[
    Line, Meta(max_length=200, description="The flight's name in your system.", examples=["BA123-20261124"])
]


class NewUtilization(Order, frozen=True, kw_only=True):
    """What an aircraft flew on a day of its organization's time zone.

    The same external id with the same figures changes nothing; with others it corrects the entry.
    """

    flown_on: date
    flight_minutes: FlightTime
    cycles: Count
    external_id: ExternalId | None = None
    confirm_unusual: Annotated[bool, Meta(description="Yes, more than 24 hours or 30 cycles in one day.")] = False


class FleetUtilization(NewUtilization, frozen=True, kw_only=True):
    """What one aircraft of the fleet flew; it is named by its id or by its tail number."""

    aircraft_id: UUID | None = None
    tail_number: TailNumber | None = None


class FleetUtilizations(Batch[FleetUtilization], frozen=True, kw_only=True):
    """What the fleet flew."""


class Grouping(StrEnum):
    """By what the ledger can be summed up."""

    MONTH = "month"


class MonthFlownOut(msgspec.Struct, frozen=True, kw_only=True):
    """What an aircraft flew in a month, by the entries that stand."""

    month: str
    flight_minutes: int
    cycles: int
    entries: int


class UtilizationQuery(ListQuery, kw_only=True, forbid_unknown_fields=True):
    """How the ledger can be filtered; `from` is inclusive, `to` is not. By month, each month counts as a whole."""

    flown_from: date | None = msgspec.field(default=None, name="from")
    flown_to: date | None = msgspec.field(default=None, name="to")
    by: (
        Annotated[
            Grouping, Meta(description="Answer a sum for each month: `month`, `flight_minutes`, `cycles`, `entries`.")
        ]
        | None
    ) = None
