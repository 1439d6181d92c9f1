"""How a due item starts and is fulfilled."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from amss.features.aircraft.model import Aircraft
from amss.features.due import rules
from amss.features.due.model import DueItem, DueStatus, StartSource
from amss.features.due.plan import Readings
from amss.features.programs.model import Combine, Program, Recurrence
from amss.foundation.errors import Invalid
from amss.foundation.ids import new_id
from builders.programs import NOW, TODAY, a_program, an_aircraft, cycles, days, hours, months

FLOWN = {
    "opening_flight_minutes": 30_000,
    "opening_cycles": 400,
    "flight_minutes_total": 36_000,
    "cycles_total": 500,
}


def assigned(program: Program, aircraft: Aircraft, *, today: date = TODAY) -> DueItem:
    return rules.assign(program, aircraft, item_id=new_id(), today=today, now=NOW)


def test_the_day_a_program_took_effect_goes_before_the_day_of_entry_into_service() -> None:
    program = a_program(effective_from=date(2026, 1, 1))
    aircraft = an_aircraft(in_service_on=date(2020, 3, 1), **FLOWN)

    start = rules.start_of(program, aircraft, today=TODAY)

    assert start == (StartSource.EFFECTIVE_FROM, Readings(date(2026, 1, 1), 30_000, 400))


def test_a_program_that_takes_effect_later_counts_from_the_present_counters() -> None:
    later = TODAY + timedelta(30)

    start = rules.start_of(a_program(effective_from=later), an_aircraft(**FLOWN), today=TODAY)

    assert start == (StartSource.EFFECTIVE_FROM, Readings(later, 36_000, 500))


def test_an_aircraft_entered_service_with_its_counters_at_zero() -> None:
    aircraft = an_aircraft(in_service_on=date(2020, 3, 1), **FLOWN)

    start = rules.start_of(a_program(), aircraft, today=TODAY)

    assert start == (StartSource.IN_SERVICE, Readings(date(2020, 3, 1), 0, 0))


def test_else_the_count_starts_when_the_program_is_assigned() -> None:
    start = rules.start_of(a_program(), an_aircraft(**FLOWN), today=TODAY)

    assert start == (StartSource.ASSIGNMENT, Readings(TODAY, 36_000, 500))


def test_work_done_starts_the_next_interval_and_frees_the_task() -> None:
    program, aircraft = a_program(hours(100), months(12)), an_aircraft(**FLOWN)
    item = assigned(program, aircraft)
    task_id = new_id()

    done = rules.fulfil(item, program, task_id=task_id, done=Readings(date(2026, 10, 31), 35_000, 490), now=NOW)

    assert (done.due_minutes, done.due_on) == (41_000, date(2027, 10, 31))
    assert (done.last_done_on, done.last_done_minutes, done.last_done_cycles) == (
        date(2026, 10, 31),
        35_000,
        490,
    )
    assert (done.last_task_id, done.open_task_id, done.version) == (task_id, None, 2)


def test_late_paperwork_for_older_work_moves_nothing() -> None:
    program, aircraft = a_program(days(90)), an_aircraft()
    newer = rules.fulfil(assigned(program, aircraft), program, task_id=new_id(), done=Readings(TODAY, 0, 0), now=NOW)

    older = rules.fulfil(newer, program, task_id=new_id(), done=Readings(TODAY - timedelta(20), 0, 0), now=NOW)

    assert (older.last_done_on, older.due_on) == (newer.last_done_on, newer.due_on)
    assert older.last_task_id == newer.last_task_id


@pytest.mark.parametrize(
    ("done", "pointers"),
    [
        (Readings(date(2026, 11, 20), 5_999, 70), ["/readings/flight_minutes"]),
        (Readings(date(2026, 11, 23), 0, 0), ["/readings/flight_minutes", "/readings/cycles"]),
        (Readings(date(2026, 11, 20), 6_000, 70), []),
        (Readings(date(2026, 11, 19), 5_000, 60), []),  # late paperwork
    ],
)
def test_counters_do_not_run_backwards_from_the_work_last_done(done: Readings, pointers: list[str]) -> None:
    program, aircraft = a_program(days(30)), an_aircraft()
    item = rules.fulfil(
        assigned(program, aircraft),
        program,
        task_id=new_id(),
        done=Readings(date(2026, 11, 20), 6_000, 70),
        now=NOW,
    )

    try:
        rules.fulfil(item, program, task_id=new_id(), done=done, now=NOW)
        refused: list[str] = []
    except Invalid as refusal:
        refused = [fault.pointer for fault in refusal.errors]

    assert refused == pointers


def test_work_whose_counters_are_in_doubt_bars_no_work_at_lower_ones() -> None:
    # An entry of 1,400 minutes, done on, was corrected to 140: the aircraft has flown less than was signed.
    program, aircraft = a_program(hours(100)), an_aircraft()
    done = rules.fulfil(
        assigned(program, aircraft),
        program,
        task_id=new_id(),
        done=Readings(date(2026, 11, 20), 7_400, 70),
        now=NOW,
    )
    doubted = replace(done, needs_confirmation=True)

    again = rules.fulfil(doubted, program, task_id=new_id(), done=Readings(TODAY, 6_140, 70), now=NOW)

    assert (again.due_minutes, again.needs_confirmation) == (6_140 + 6_000, False)


def test_revised_limits_are_counted_from_the_work_last_done() -> None:
    program, aircraft = a_program(months(12)), an_aircraft()
    item = rules.fulfil(
        assigned(program, aircraft), program, task_id=new_id(), done=Readings(date(2026, 1, 31), 0, 0), now=NOW
    )

    revised = rules.plan_anew(item, a_program(months(1), cycles(50)))

    assert (revised.due_on, revised.due_cycles, revised.due_minutes) == (date(2026, 2, 28), 50, None)


def test_an_item_is_assigned_with_its_standing() -> None:
    program = a_program(days(90), effective_from=TODAY - timedelta(200))

    item = assigned(program, an_aircraft())

    assert (item.status, item.projected_on, item.due_on) == (
        DueStatus.OVERDUE,
        TODAY,
        TODAY - timedelta(110),
    )


NEW = {"effective_from": date(2026, 1, 31)}


def flown_to(item: DueItem, program: Program, *, hours_flown: int, on: date = TODAY) -> DueItem:
    """Return the item after work was done at so many hours."""
    done = Readings(on, hours_flown * 60, 0)
    return rules.fulfil(item, program, task_id=new_id(), done=done, now=NOW)


def test_an_extension_ends_with_the_work() -> None:
    program = a_program(hours(100), **NEW)
    item = replace(assigned(program, an_aircraft()), extension_minutes=1_200, extension_days=3)

    done = flown_to(item, program, hours_flown=110)

    assert (done.due_minutes, done.extension_minutes, done.extension_days) == (12_000, 0, 0)


def test_late_paperwork_inside_the_window_keeps_the_plan() -> None:
    program = a_program(months(6, early=18, late=18), recurrence=Recurrence.TO_PLAN, **NEW)
    item = assigned(program, an_aircraft())

    signed_late = flown_to(item, program, hours_flown=0, on=date(2026, 8, 18))

    assert signed_late.due_on == date(2027, 1, 31)


def test_a_program_revised_while_work_is_open_is_done_by_its_new_limits() -> None:
    program, revised = (
        a_program(hours(interval, late=late), recurrence=Recurrence.TO_PLAN, **NEW)
        for interval, late in ((100, 10), (50, 5))
    )
    item = replace(assigned(program, an_aircraft()), open_task_id=new_id())

    replanned = rules.plan_anew(item, revised)
    done = flown_to(replanned, revised, hours_flown=54)

    assert (item.due_minutes, replanned.due_minutes, done.due_minutes) == (6_000, 3_000, 6_000)
    assert (replanned.open_task_id, done.open_task_id) == (item.open_task_id, None)


def test_only_the_first_due_waits_for_the_last_limit() -> None:
    program = a_program(hours(100), days(10), combine=Combine.LAST, effective_from=TODAY - timedelta(20))
    aircraft = an_aircraft()

    item = assigned(program, aircraft)
    done = flown_to(item, program, hours_flown=0, on=TODAY - timedelta(11))

    repeated = rules.project(done, program, aircraft, today=TODAY)
    assert (item.status, item.projected_on, item.driving_limit) == (DueStatus.OK, None, "flight_hours")
    assert (repeated.status, repeated.projected_on) == (DueStatus.OVERDUE, TODAY)
