"""How a due item comes to be, moves and is shown: the engine applied to rows. No I/O."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from msgspec.structs import asdict, replace

from amss.features.aircraft.model import Aircraft
from amss.features.due import stored
from amss.features.due.engine import LimitStanding, Rate, Rates, Standing, standing
from amss.features.due.explain import Basis, explain
from amss.features.due.model import (
    AircraftRef,
    DueItem,
    DueItemDetail,
    DueItemOut,
    DueLimitOut,
    DueStatus,
    ExplainedLimitOut,
    LastDoneOut,
    ProgramRef,
    Projection,
    StartOut,
    StartSource,
)
from amss.features.due.plan import Readings, first_plan, next_plan, revised_plan
from amss.features.programs.model import Program
from amss.features.utilization.model import Entered
from amss.foundation.errors import FieldError, Invalid
from amss.foundation.shapes import next_version


def past_starts(
    pairs: Sequence[tuple[UUID, UUID]], programs: Mapping[UUID, Program], *, today: date
) -> list[tuple[UUID, date]]:
    """Return each (aircraft id, day) where the count of some (program id, aircraft id) starts on a past day."""
    starts = {
        (aircraft_id, day)
        for program_id, aircraft_id in pairs
        if program_id in programs and (day := programs[program_id].effective_from) is not None and day < today
    }
    return sorted(starts)


def start_of(
    program: Program, aircraft: Aircraft, *, today: date, then: Readings | None = None
) -> tuple[StartSource, Readings]:
    """Return where the count of a program starts on an aircraft, and why there.

    The day the program took effect goes before the day the aircraft entered service (with counters at zero),
    and that before today. If that day is past, `then` is what the ledger shows for it; None is before the first
    entry, where the counters are the opening balance.
    """
    now = Readings(today, aircraft.flight_minutes_total, aircraft.cycles_total)
    if program.effective_from is not None:
        if program.effective_from >= today:
            return StartSource.EFFECTIVE_FROM, replace(now, on=program.effective_from)
        opening = Readings(program.effective_from, aircraft.opening_flight_minutes, aircraft.opening_cycles)
        return StartSource.EFFECTIVE_FROM, then or opening
    if aircraft.in_service_on is not None:
        return StartSource.IN_SERVICE, Readings(aircraft.in_service_on, 0, 0)
    return StartSource.ASSIGNMENT, now


def assign(
    program: Program, aircraft: Aircraft, *, item_id: UUID, today: date, now: datetime, then: Readings | None = None
) -> DueItem:
    """Return the due item of a program on an aircraft, with its first due; `then` is as `start_of` takes it."""
    source, start = start_of(program, aircraft, today=today, then=then)
    item = DueItem(
        id=item_id,
        org_id=program.org_id,
        version=1,
        created_at=now,
        updated_at=now,
        program_id=program.id,
        aircraft_id=aircraft.id,
        start_source=source,
        start_on=start.on,
        start_minutes=start.minutes,
        start_cycles=start.cycles,
    )
    return project(plan_anew(item, program), program, aircraft, today=today)


def recounted(item: DueItem, news: Sequence[Entered]) -> Readings:
    """Return where the count of an item starts when flights that its start counted turn out to have been shorter.

    A start is stored, and moves only to where the work falls due earlier.
    """
    start = stored.start(item)
    for new in news:
        wrong, right = new.corrects, new.entry
        if wrong is not None and wrong.flown_on <= start.on and wrong.created_at < item.created_at:
            still = right.flown_on <= start.on
            minutes = (right.flight_minutes if still else 0) - wrong.flight_minutes
            cycles = (right.cycles if still else 0) - wrong.cycles
            start = Readings(start.on, start.minutes + min(minutes, 0), start.cycles + min(cycles, 0))
    return start


def plan_anew(item: DueItem, program: Program) -> DueItem:
    """Return the item with its due computed from the program's limits as they are."""
    done, start = stored.last_done(item), stored.start(item)
    if done is None:
        return replace(item, **asdict(first_plan(program.limits, start)))
    plan = revised_plan(stored.limits(item, program), program.recurrence, stored.plan(item), start=start, done=done)
    return replace(item, **asdict(plan))


def revise(item: DueItem, program: Program, aircraft: Aircraft, *, today: date) -> DueItem:
    """Return the item as the program's limits make it due, and as it stands today."""
    return project(plan_anew(item, program), program, aircraft, today=today)


def project(
    item: DueItem, program: Program, aircraft: Aircraft, *, today: date, rates: Rates | None = None
) -> DueItem:
    """Return the item as it stands today, its due unchanged; at other rates than the aircraft's, if given."""
    now = _standing(item, program, aircraft, today, rates)
    return replace(
        item,
        status=now.status,
        driving_limit=now.driving_limit,
        remaining_share=now.remaining_share,
        projected_on=now.projected_on,
        projection=now.projection,
        # What is not due for planning any more is in nobody's way; should it be again, that is news.
        blocked_reason=None if now.status is DueStatus.OK else item.blocked_reason,
    )


def fulfil(item: DueItem, program: Program, *, task_id: UUID, done: Readings, now: datetime) -> DueItem:
    """Return the item with the work counted as done, its extensions at an end, and its next due.

    Paperwork that comes after newer work was recorded closes its task and moves nothing. Counters below those of the
    last work are refused, unless those are in doubt: then a correction of the ledger may have lowered them.
    """
    freed = next_version(item, now=now, open_task_id=None, blocked_reason=None)
    if not is_latest(item, done):
        return freed
    if not item.needs_confirmation:
        _must_not_run_backwards(done, stored.last_done(item))
    plan = next_plan(
        stored.limits(item, program),
        program.recurrence,
        stored.plan(item),
        start=stored.start(item),
        done=done,
        extensions=stored.extensions(item),
    )
    return replace(
        freed,
        **asdict(plan),
        extension_minutes=0,
        extension_cycles=0,
        extension_days=0,
        last_done_on=done.on,
        last_done_minutes=done.minutes,
        last_done_cycles=done.cycles,
        last_task_id=task_id,
        needs_confirmation=False,
    )


def is_latest(item: DueItem, done: Readings) -> bool:
    """Tell whether work is not older than what was recorded before."""
    return item.last_done_on is None or done.on >= item.last_done_on


def _must_not_run_backwards(done: Readings, last: Readings | None) -> None:
    """Refuse counters below those at which the work was last done."""
    if last is None:
        return
    counters = {"flight_minutes": (done.minutes, last.minutes), "cycles": (done.cycles, last.cycles)}
    if errors := tuple(
        FieldError(f"/readings/{name}", "RANGE", f"This work was last done at {before} {name.replace('_', ' ')}.")
        for name, (now, before) in counters.items()
        if now < before
    ):
        raise Invalid(errors=errors)


def shown(item: DueItem, program: Program, aircraft: Aircraft, *, today: date) -> DueItemOut:
    """Return the item as lists and events show it; nothing of it depends on a rate but what the item has stored."""
    limits = [DueLimitOut(**_shown_limit(each)) for each in _standing(item, program, aircraft, today).limits]
    return DueItemOut(limits=tuple(limits), **_shown_apart_from_limits(item, program, aircraft))


def explained(item: DueItem, program: Program, aircraft: Aircraft, *, today: date) -> DueItemDetail:
    """Return the item as it is shown alone, each limit with its explanation."""
    rates = rates_of(aircraft)
    basis = Basis(
        start=stored.start(item),
        source=item.start_source,
        done=stored.last_done(item),
        taken_over=item.last_task_id is None,
        plan=stored.plan(item),
        recurrence=program.recurrence,
    )
    limits = [
        ExplainedLimitOut(explain=explain(each, basis, rate=rates.of(each.limit)), **_shown_limit(each))
        for each in _standing(item, program, aircraft, today).limits
    ]
    return DueItemDetail(limits=tuple(limits), **_shown_apart_from_limits(item, program, aircraft))


def _shown_limit(each: LimitStanding) -> dict[str, Any]:
    return {
        "interval_type": each.limit.interval_type,
        "unit": each.limit.unit,
        "interval": each.limit.interval,
        "due": each.due,
        "remaining": each.remaining,
        "early": each.limit.early,
        "late": each.limit.late,
        "tolerance_unit": each.limit.tolerance_unit,
        "extension": each.extension,
    }


def _shown_apart_from_limits(item: DueItem, program: Program, aircraft: Aircraft) -> dict[str, Any]:
    done = stored.last_done(item)
    return {
        "id": item.id,
        "program": ProgramRef(program.id, program.code, program.name),
        "aircraft": AircraftRef(aircraft.id, aircraft.tail_number),
        "status": item.status,
        "driving_limit": item.driving_limit,
        "projected_on": item.projected_on,
        "projection": item.projection,
        "task_id": item.open_task_id,
        "blocked_reason": item.blocked_reason,
        "needs_confirmation": item.needs_confirmation,
        "start": StartOut(item.start_source, item.start_on, item.start_minutes, item.start_cycles),
        "last_done": None if done is None else LastDoneOut(done.on, done.minutes, done.cycles),
        "version": item.version,
        "created_at": item.created_at,
        "updated_at": item.updated_at,
    }


def rates_of(aircraft: Aircraft) -> Rates:
    """Return the mean of what an aircraft flew lately, or where nothing was entered lately its planned daily rates.

    Planned rates are in thousandths, so that all further arithmetic is exact.
    """
    lately = aircraft.measured_days
    if lately is not None and aircraft.measured_minutes is not None and aircraft.measured_cycles is not None:
        amounts = (aircraft.measured_minutes, aircraft.measured_cycles)
        return Rates(*(Rate(amount, lately, Projection.MEASURED) for amount in amounts))
    return Rates(_thousandths(aircraft.planned_daily_minutes), _thousandths(aircraft.planned_daily_cycles))


def rates_if(aircraft: Aircraft, *, daily_minutes: float | None, daily_cycles: float | None) -> Rates:
    """Return an aircraft's daily rates, those that are given in the place of its own."""
    known = rates_of(aircraft)
    minutes = known.minutes if daily_minutes is None else _thousandths(daily_minutes)
    cycles = known.cycles if daily_cycles is None else _thousandths(daily_cycles)
    return Rates(minutes, cycles)


def _thousandths(daily: float | None) -> Rate | None:
    return None if daily is None else Rate(round(daily * 1000), 1000)


def _standing(
    item: DueItem, program: Program, aircraft: Aircraft, today: date, rates: Rates | None = None
) -> Standing:
    return standing(
        stored.limits(item, program),
        stored.plan(item),
        current=Readings(today, aircraft.flight_minutes_total, aircraft.cycles_total),
        rates=rates or rates_of(aircraft),
        lead_days=program.lead_days,
        extensions=stored.extensions(item),
        combine=stored.combine(item, program),
    )
