"""A reservation: one piece that is set aside for one task."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

import msgspec

from amss.foundation.paging import ListQuery
from amss.foundation.shapes import Order, Record


class ReservationState(StrEnum):
    """What became of a reservation. Used and released are final."""

    RESERVED = "reserved"
    USED = "used"
    RELEASED = "released"


class ReservationOut(msgspec.Struct, frozen=True, kw_only=True):
    """A reservation as the API shows it."""

    id: UUID
    task_id: UUID
    part_item_id: UUID
    state: ReservationState
    used_at: datetime | None
    released_at: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime


class Reservation(Record, frozen=True, kw_only=True):
    """One piece set aside for one task, used by it, or given back."""

    entity_type: ClassVar[str] = "part-reservation"
    shown_as: ClassVar[type[msgspec.Struct]] = ReservationOut

    task_id: UUID
    part_item_id: UUID
    state: ReservationState = ReservationState.RESERVED
    used_at: datetime | None = None
    released_at: datetime | None = None


class NewReservation(Order, frozen=True, kw_only=True):
    """Which piece is to be set aside for which task."""

    task_id: UUID
    part_item_id: UUID


class ReservationStep(Order, frozen=True, kw_only=True):
    """What becomes of a reservation."""

    state: ReservationState


class ReservationQuery(ListQuery, kw_only=True, forbid_unknown_fields=True):
    """How reservations can be filtered."""

    task_id: UUID | None = None
    part_item_id: UUID | None = None
    state: ReservationState | None = None


class ReservationFacts(msgspec.Struct, frozen=True):
    """What has a say in reserving a piece: two days in the organization's time zone, and who has the piece."""

    today: date
    starts_on: date
    reservation_id: UUID | None
    task_id: UUID | None
    task_title: str | None
