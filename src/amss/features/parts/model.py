"""Parts: what the store keeps, and the pieces there are of it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from amss.features.aircraft.model import ReadingsOut
from amss.features.audit.model import HistoryEntryOut
from amss.foundation.paging import ListQuery
from amss.foundation.shapes import Count, Line, Name, Order, Record


class PartItemStatus(StrEnum):
    """Whether a piece can be fitted, and if not, why not. Used and disposed are final."""

    IN_STOCK = "in_stock"
    USED = "used"
    DISPOSED = "disposed"
    QUARANTINED = "quarantined"


class PartDefinitionOut(msgspec.Struct, frozen=True, kw_only=True):
    """What the store keeps. `low_stock_since` says since when less than `min_stock` is available."""

    id: UUID
    name: str
    part_number: str | None
    category: str
    min_stock: int
    low_stock_since: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime


class StockOut(msgspec.Struct, frozen=True, kw_only=True):
    """How many pieces there are. Available are those in stock that no task has reserved and that have not expired.

    Expired and expiring ones are in stock, too, and may be reserved; what expires within 30 days does so within 60
    and 90.
    """

    in_stock: int
    reserved: int
    available: int
    expired: int
    expiring_30_days: int
    expiring_60_days: int
    expiring_90_days: int
    below_min_stock: bool


class StockedDefinitionOut(PartDefinitionOut, frozen=True, kw_only=True):
    """What the store keeps, and how much of it there is."""

    stock: StockOut


class PartDefinition(Record, frozen=True, kw_only=True):
    """A kind of part. `low_stock_since` follows the stock and counts no version."""

    entity_type: ClassVar[str] = "part-definition"
    shown_as: ClassVar[type[msgspec.Struct]] = PartDefinitionOut

    name: str
    part_number: str | None = None
    category: str
    min_stock: int = 0
    low_stock_since: datetime | None = None


class PartItemOut(msgspec.Struct, frozen=True, kw_only=True):
    """One piece with its serial number. `expiry_date` is the last day on which it may be fitted.

    `expiry_notice_days` is how long before that day it was last announced: 90, 60 or 30 days. `used_readings` and
    `removed_readings` are the aircraft's counters when it was fitted and when it was taken off again.
    """

    id: UUID
    part_definition_id: UUID
    serial_number: str
    status: PartItemStatus
    expiry_date: date | None
    expiry_notice_days: int | None
    quarantine_reason: str | None
    used_on_task_id: UUID | None
    used_on_aircraft_id: UUID | None
    used_at: datetime | None
    used_readings: ReadingsOut | None
    removed_on_task_id: UUID | None
    removed_at: datetime | None
    removed_readings: ReadingsOut | None
    removal_reason: str | None
    version: int
    created_at: datetime
    updated_at: datetime


class PartItem(Record, frozen=True, kw_only=True):
    """One piece in the store, or what became of it."""

    entity_type: ClassVar[str] = "part-item"
    shown_as: ClassVar[type[msgspec.Struct]] = PartItemOut

    part_definition_id: UUID
    serial_number: str
    status: PartItemStatus = PartItemStatus.IN_STOCK
    expiry_date: date | None = None
    expiry_notice_days: int | None = None
    quarantine_reason: str | None = None
    used_on_task_id: UUID | None = None
    used_on_aircraft_id: UUID | None = None
    used_at: datetime | None = None
    used_minutes: int | None = None
    used_cycles: int | None = None
    removed_on_task_id: UUID | None = None
    removed_at: datetime | None = None
    removed_minutes: int | None = None
    removed_cycles: int | None = None
    removal_reason: str | None = None

    @property
    def used_readings(self) -> ReadingsOut | None:
        """The aircraft's counters when it was fitted."""
        return _readings(self.used_minutes, self.used_cycles)

    @property
    def removed_readings(self) -> ReadingsOut | None:
        """The aircraft's counters when it was taken off."""
        return _readings(self.removed_minutes, self.removed_cycles)


def _readings(minutes: int | None, cycles: int | None) -> ReadingsOut | None:
    return None if minutes is None or cycles is None else ReadingsOut(flight_minutes=minutes, cycles=cycles)


class TaskRef(msgspec.Struct, frozen=True):
    """Which task."""

    id: UUID
    title: str


class AircraftRef(msgspec.Struct, frozen=True):
    """Which aircraft."""

    id: UUID
    tail_number: str


class PartHistoryEntryOut(HistoryEntryOut, frozen=True, kw_only=True):
    """One thing that happened to a piece; for which task and on which aircraft, where work had it."""

    task: TaskRef | None
    aircraft: AircraftRef | None


Category = Annotated[Line, msgspec.Meta(max_length=100, examples=["consumable"])]
PartNumber = Annotated[Line, msgspec.Meta(max_length=100, examples=["CH48110-1"])]
SerialNumber = Annotated[Line, msgspec.Meta(max_length=100, examples=["SN-0042"])]
Why = Annotated[Line, msgspec.Meta(max_length=500, examples=["Packaging damaged"])]


class NewPartDefinition(Order, frozen=True, kw_only=True):
    """What the store is to keep from now on."""

    name: Name
    part_number: PartNumber | None = None
    category: Category
    min_stock: Count = 0


class PartDefinitionChange(Order, frozen=True, kw_only=True):
    """A merge patch of a part definition."""

    name: Name | UnsetType = UNSET
    part_number: PartNumber | UnsetType | None = UNSET
    category: Category | UnsetType = UNSET
    min_stock: Count | UnsetType = UNSET


class PartDefinitionQuery(ListQuery, kw_only=True, forbid_unknown_fields=True):
    """How part definitions can be filtered."""

    q: Annotated[str, msgspec.Meta(min_length=2, description="The beginning of a name.")] | None = None
    category: str | None = None
    part_number: str | None = None
    below_min_stock: Annotated[bool, msgspec.Meta(description="Less is available than `min_stock`.")] | None = None


class NewPartItem(Order, frozen=True, kw_only=True):
    """A piece that comes into the store."""

    part_definition_id: UUID
    serial_number: SerialNumber
    status: PartItemStatus = PartItemStatus.IN_STOCK
    quarantine_reason: Why | None = None
    expiry_date: date | None = None


class PartItemChange(Order, frozen=True, kw_only=True):
    """A merge patch of a piece. `reason` says why; a piece that is quarantined needs one."""

    serial_number: SerialNumber | UnsetType = UNSET
    expiry_date: date | UnsetType | None = UNSET
    status: PartItemStatus | UnsetType = UNSET
    reason: Why | UnsetType = UNSET


class Removal(Order, frozen=True, kw_only=True):
    """By which work a piece is taken off its aircraft, and why."""

    task_id: UUID
    reason: Why


class PartItemQuery(ListQuery, kw_only=True, forbid_unknown_fields=True):
    """How pieces can be filtered."""

    status: PartItemStatus | None = None
    part_definition_id: UUID | None = None
    definition_id: Annotated[UUID, msgspec.Meta(description="The same as `part_definition_id`.")] | None = None
    serial: Annotated[str, msgspec.Meta(description="A serial number.")] | None = None
    expiry_before: Annotated[date, msgspec.Meta(description="Expires before this day.")] | None = None
