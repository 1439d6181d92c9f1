"""What would be due if aircraft flew otherwise: judged anew at other daily rates, nothing stored. No I/O."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec

from amss.features.aircraft.model import Aircraft
from amss.features.due import rules
from amss.features.due.list_model import DueItemQuery, DueItemsIf, FacetCounts, WhatIf
from amss.features.due.model import DueItem, DueStatus
from amss.features.programs.model import Program
from amss.foundation.errors import FieldError, Invalid

# So many are judged anew within a request: an airliner has a few thousand, a model at most the fleet's.
MOST = 5_000

# What a what-if decides, and what it is asked by; everything else is stored and found as ever.
SUPPOSED = frozenset({"status", "due_before", "horizon_days", "daily_minutes", "daily_cycles"})


class FleetFacts(msgspec.Struct, frozen=True):
    """What is due on some aircraft, with all that it is computed from."""

    items: tuple[DueItem, ...]
    programs: tuple[Program, ...]
    fleet: tuple[Aircraft, ...]
    today: date


class Supposed(msgspec.Struct, frozen=True):
    """A due item as it would stand."""

    item: DueItem
    program: Program
    aircraft: Aircraft


def must_be_answerable(query: DueItemQuery) -> None:
    """Refuse a what-if that concerns no chosen aircraft, or asks for a further page."""
    errors: list[FieldError] = []
    if query.aircraft_id is None and query.model is None:
        errors.append(FieldError("aircraft_id", "REQUIRED", "Say whose rate it is: send aircraft_id or model."))
    if query.cursor is not None:
        errors.append(FieldError("cursor", "UNKNOWN", "A what-if has one page: raise the limit, or filter."))
    if errors:
        raise Invalid(errors=tuple(errors))


def must_not_be_too_many(found: int, query: DueItemQuery) -> None:
    """Refuse more due items than are judged anew at once."""
    if found > MOST:
        message = f"More than {MOST} due items would have to be judged anew. Ask for fewer: filter further."
        raise Invalid(errors=(FieldError("model" if query.model else "aircraft_id", "TOO_MANY", message),))


def suppose(facts: FleetFacts, query: DueItemQuery) -> DueItemsIf:
    """Return what the list would answer: judged, filtered, counted and ordered by the rates that are supposed."""
    every = [each for each in _supposed(facts, query) if _matches(each, query, facts.today)]
    found = [each for each in every if query.status in (None, each.item.status)]
    page = _ordered(found, query.sort or "projected_on")[: query.limit]
    return DueItemsIf(
        items=tuple(rules.shown(each.item, each.program, each.aircraft, today=facts.today) for each in page),
        what_if=WhatIf(daily_minutes=query.daily_minutes, daily_cycles=query.daily_cycles),
        total=len(found) if query.count else msgspec.UNSET,
        facets=msgspec.UNSET if query.facets is None else _counted(every),
    )


def _supposed(facts: FleetFacts, query: DueItemQuery) -> Iterable[Supposed]:
    programs = {program.id: program for program in facts.programs}
    fleet = {aircraft.id: aircraft for aircraft in facts.fleet}
    rates = {
        aircraft.id: rules.rates_if(aircraft, daily_minutes=query.daily_minutes, daily_cycles=query.daily_cycles)
        for aircraft in facts.fleet
    }
    for item in facts.items:
        program, aircraft = programs[item.program_id], fleet[item.aircraft_id]
        moved = rules.project(item, program, aircraft, today=facts.today, rates=rates[aircraft.id])
        yield Supposed(moved, program, aircraft)


def _matches(each: Supposed, query: DueItemQuery, today: date) -> bool:
    """Tell whether an item is projected when the query asks, whatever its status."""
    due = each.item.projected_on or date.max
    return (query.due_before is None or due < query.due_before) and (
        query.horizon_days is None or due <= today + timedelta(days=query.horizon_days)
    )


_ORDERS: dict[str, Callable[[Supposed], Any]] = {
    "projected_on": lambda each: each.item.projected_on or date.max,
    "remaining": lambda each: each.item.remaining_share,
    "tail_number": lambda each: each.aircraft.tail_number,
}


def _ordered(found: Sequence[Supposed], sort: str) -> list[Supposed]:
    order = _ORDERS[sort.removeprefix("-")]

    def place(each: Supposed) -> tuple[Any, UUID]:
        return order(each), each.item.id

    return sorted(found, key=place, reverse=sort.startswith("-"))


def _counted(every: Sequence[Supposed]) -> FacetCounts:
    counts = Counter(each.item.status for each in every)
    return FacetCounts({status: counts[status] for status in DueStatus})
