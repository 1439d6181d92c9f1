"""Setting by hand when work was last done. No I/O: every fact arrives as an argument."""

from datetime import date, datetime

from msgspec.structs import asdict, replace

from amss.features.aircraft.model import Aircraft
from amss.features.due import stored
from amss.features.due.model import DueItem, StartSource
from amss.features.due.plan import Plan, Readings, revised_plan
from amss.features.programs.model import Program
from amss.foundation.errors import FieldError, Invalid
from amss.foundation.shapes import next_version, unlikely_day


def take_over(item: DueItem, program: Program, done: Readings, *, now: datetime) -> DueItem:
    """Return the item with its work last done as a person says, its extensions at an end, and its next due.

    A limit counts from its reading: for which due the work was done, that does not tell. Where the reading is the one
    there already, what it counts as stays.
    """
    last = stored.last_done(item)
    if done == last:
        return next_version(item, now=now, needs_confirmation=False) if item.needs_confirmation else item
    begun = item
    if last is None or (item.start_source is StartSource.LAST_DONE and last == stored.start(item)):
        begun = replace(
            item,
            start_source=StartSource.LAST_DONE,
            start_on=done.on,
            start_minutes=done.minutes,
            start_cycles=done.cycles,
        )
    plan = revised_plan(
        stored.limits(begun, program),
        program.recurrence,
        _counted_still(stored.plan(item), last, done),
        start=stored.start(begun),
        done=done,
    )
    return next_version(
        begun,
        now=now,
        **asdict(plan),
        extension_minutes=0,
        extension_cycles=0,
        extension_days=0,
        last_done_on=done.on,
        last_done_minutes=done.minutes,
        last_done_cycles=done.cycles,
        last_task_id=None,
        blocked_reason=None,
        needs_confirmation=False,
    )


def _counted_still(plan: Plan, last: Readings | None, done: Readings) -> Plan:
    """Return what the work counts as done at, as far as its readings were known before."""
    if last is None:
        return Plan()
    if done.minutes != last.minutes:
        plan = replace(plan, counted_from_minutes=None, under_extension_minutes=False)
    if done.cycles != last.cycles:
        plan = replace(plan, counted_from_cycles=None, under_extension_cycles=False)
    if done.on != last.on:
        plan = replace(plan, counted_from_on=None, under_extension_on=False)
    return plan


def must_be_possible(done: Readings, aircraft: Aircraft, *, today: date) -> None:
    """Refuse work in the future or in another age, and counters the aircraft has not reached."""
    tail = aircraft.tail_number
    minutes, cycles = aircraft.flight_minutes_total, aircraft.cycles_total
    faults = (
        (done.on > today, "on", "FUTURE", f"{done.on} is still to come."),
        (done.minutes > minutes, "flight_minutes", "RANGE", f"{tail} has flown {minutes} minutes in all."),
        (done.cycles > cycles, "cycles", "RANGE", f"{tail} has flown {cycles} cycles in all."),
    )
    errors = unlikely_day(done.on, "/last_done/on")
    errors += tuple(FieldError(f"/last_done/{name}", code, text) for is_wrong, name, code, text in faults if is_wrong)
    if errors:
        raise Invalid(errors=errors)
