"""The due list: how it can be asked for, and what is answered beside it."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from amss.features.aircraft.model import DailyCycles, DailyMinutes
from amss.features.due.model import DueItemOut, DueStatus
from amss.foundation.paging import FacetedQuery, ListQuery, WholeQuery

DueBefore = Annotated[date, msgspec.Meta(description="Projected before this day.")]
HorizonDays = Annotated[int, msgspec.Meta(ge=0, le=36_525, description="Projected within so many days of today.")]
Unplanned = Annotated[bool, msgspec.Meta(description="Without (or with) an open task.")]
Unconfirmed = Annotated[bool, msgspec.Meta(description="Last done before a flight that was entered later.")]


class DueItemQuery(FacetedQuery, kw_only=True, forbid_unknown_fields=True):
    """How due items can be filtered, and counted by `status`."""

    status: DueStatus | None = None
    aircraft_id: UUID | None = None
    program_id: UUID | None = None
    tail_number: str | None = None
    model: str | None = None
    due_before: DueBefore | None = None
    horizon_days: HorizonDays | None = None
    unplanned: Unplanned | None = None
    needs_confirmation: Unconfirmed | None = None
    daily_minutes: (
        Annotated[
            DailyMinutes,
            msgspec.Meta(
                description="What if they flew so many minutes a day? Asks for `aircraft_id` or `model`; answers one "
                "page, judged, filtered and ordered by this rate, with `what_if` beside it. Nothing is stored."
            ),
        ]
        | None
    ) = None
    daily_cycles: (
        Annotated[DailyCycles, msgspec.Meta(description="What if they flew so many cycles a day? As above.")] | None
    ) = None


class WhatIf(msgspec.Struct, frozen=True, kw_only=True):
    """The daily rates that an answer supposes; null is what each aircraft has."""

    daily_minutes: float | None
    daily_cycles: float | None


class FacetCounts(msgspec.Struct, frozen=True):
    """How many due items there are of each status."""

    status: dict[DueStatus, int]


class BesideDueItems(msgspec.Struct, frozen=True, kw_only=True):
    """What is answered beside a page of due items, where it was asked for."""

    facets: FacetCounts | UnsetType = UNSET
    what_if: WhatIf | UnsetType = UNSET


class DueItemsIf(BesideDueItems, frozen=True, kw_only=True):
    """The one page of a what-if."""

    items: tuple[DueItemOut, ...]
    next_cursor: None = None
    total: int | UnsetType = UNSET


class DueItemExportQuery(WholeQuery, kw_only=True, forbid_unknown_fields=True):
    """How due items can be filtered for a file: as in the list."""

    status: DueStatus | None = None
    aircraft_id: UUID | None = None
    program_id: UUID | None = None
    tail_number: str | None = None
    model: str | None = None
    due_before: DueBefore | None = None
    horizon_days: HorizonDays | None = None
    unplanned: Unplanned | None = None
    needs_confirmation: Unconfirmed | None = None


class DueItemsOfAircraftQuery(ListQuery, kw_only=True, forbid_unknown_fields=True):
    """How the due items of one aircraft can be filtered."""

    status: DueStatus | None = None
    unplanned: Unplanned | None = None
    needs_confirmation: Unconfirmed | None = None
