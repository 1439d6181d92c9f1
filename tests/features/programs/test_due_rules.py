"""How a due item starts, is fulfilled and explains itself."""

from datetime import date, timedelta

import pytest

from amss.features.aircraft.model import Aircraft
from amss.features.programs import due_rules
from amss.features.programs.due_engine import Readings
from amss.features.programs.due_model import DueItem, DueStatus, StartSource
from amss.features.programs.model import CalendarLimit, CalendarUnit, Program
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
    return due_rules.assign(program, aircraft, item_id=new_id(), today=today, now=NOW)


def explanations(item: DueItem, program: Program, aircraft: Aircraft) -> list[str]:
    return [each.explain for each in due_rules.explained(item, program, aircraft, today=TODAY).limits]


def test_the_day_a_program_took_effect_goes_before_the_day_of_entry_into_service() -> None:
    program = a_program(effective_from=date(2026, 1, 1))
    aircraft = an_aircraft(in_service_on=date(2020, 3, 1), **FLOWN)

    start = due_rules.start_of(program, aircraft, today=TODAY)

    assert start == (StartSource.EFFECTIVE_FROM, Readings(date(2026, 1, 1), 30_000, 400))


def test_a_program_that_takes_effect_later_counts_from_the_present_counters() -> None:
    later = TODAY + timedelta(30)

    start = due_rules.start_of(a_program(effective_from=later), an_aircraft(**FLOWN), today=TODAY)

    assert start == (StartSource.EFFECTIVE_FROM, Readings(later, 36_000, 500))


def test_an_aircraft_entered_service_with_its_counters_at_zero() -> None:
    aircraft = an_aircraft(in_service_on=date(2020, 3, 1), **FLOWN)

    start = due_rules.start_of(a_program(), aircraft, today=TODAY)

    assert start == (StartSource.IN_SERVICE, Readings(date(2020, 3, 1), 0, 0))


def test_else_the_count_starts_when_the_program_is_assigned() -> None:
    start = due_rules.start_of(a_program(), an_aircraft(**FLOWN), today=TODAY)

    assert start == (StartSource.ASSIGNMENT, Readings(TODAY, 36_000, 500))


def test_work_done_starts_the_next_interval_and_frees_the_task() -> None:
    program, aircraft = a_program(hours(100), months(12)), an_aircraft(**FLOWN)
    item = assigned(program, aircraft)
    task_id = new_id()

    done = due_rules.fulfil(item, program, task_id=task_id, done=Readings(date(2026, 10, 31), 35_000, 490), now=NOW)

    assert (done.due_minutes, done.due_on) == (41_000, date(2027, 10, 31))
    assert (done.last_done_on, done.last_done_minutes, done.last_done_cycles) == (
        date(2026, 10, 31),
        35_000,
        490,
    )
    assert (done.last_task_id, done.open_task_id, done.version) == (task_id, None, 2)


def test_late_paperwork_for_older_work_moves_nothing() -> None:
    program, aircraft = a_program(days(90)), an_aircraft()
    newer = due_rules.fulfil(
        assigned(program, aircraft), program, task_id=new_id(), done=Readings(TODAY, 0, 0), now=NOW
    )

    older = due_rules.fulfil(newer, program, task_id=new_id(), done=Readings(TODAY - timedelta(20), 0, 0), now=NOW)

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
    item = due_rules.fulfil(
        assigned(program, aircraft),
        program,
        task_id=new_id(),
        done=Readings(date(2026, 11, 20), 6_000, 70),
        now=NOW,
    )

    try:
        due_rules.fulfil(item, program, task_id=new_id(), done=done, now=NOW)
        refused: list[str] = []
    except Invalid as refusal:
        refused = [fault.pointer for fault in refusal.errors]

    assert refused == pointers


def test_revised_limits_are_counted_from_the_work_last_done() -> None:
    program, aircraft = a_program(months(12)), an_aircraft()
    item = due_rules.fulfil(
        assigned(program, aircraft), program, task_id=new_id(), done=Readings(date(2026, 1, 31), 0, 0), now=NOW
    )

    revised = due_rules.plan_anew(item, a_program(months(1), cycles(50)))

    assert (revised.due_on, revised.due_cycles, revised.due_minutes) == (date(2026, 2, 28), 50, None)


ASSIGNED = "Due at 700:00 FH = 600:00 FH (assigned on 2026-11-24) + 100:00 FH; 100:00 FH left"
IN_SERVICE = "Due at 100:00 FH = 0:00 FH (in service on 2020-03-01) + 100:00 FH"
ENTERED = {"in_service_on": date(2020, 3, 1)}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, f"{ASSIGNED}, and no daily rate is known to say when."),
        (
            {"planned_daily_minutes": 312.5},
            f"{ASSIGNED}, used up on 2026-12-14 at the planned daily rate.",
        ),
        ({"planned_daily_minutes": 0.0}, f"{ASSIGNED}, and the planned daily rate never uses it up."),
        (ENTERED, f"{IN_SERVICE}; overdue by 500:00 FH."),
        (ENTERED | {"flight_minutes_total": 6_000}, f"{IN_SERVICE}; that is now."),
    ],
)
def test_flight_hours_explain_themselves(given: dict[str, object], sentence: str) -> None:
    program, aircraft = a_program(hours(100)), an_aircraft(**{**FLOWN, **given})

    assert explanations(assigned(program, aircraft), program, aircraft) == [sentence]


def test_cycles_and_the_calendar_explain_themselves() -> None:
    program = a_program(cycles(50), months(1), effective_from=date(2026, 10, 31))
    aircraft = an_aircraft(**FLOWN)

    sentences = explanations(assigned(program, aircraft), program, aircraft)

    assert sentences == [
        "Due at 450 FC = 400 FC (program in effect on 2026-10-31) + 50 FC; overdue by 50 FC.",
        "Due at the end of 2026-11-30 = 2026-10-31 (program in effect) + 1 month; 6 days left.",
    ]


@pytest.mark.parametrize(
    ("done_on", "ending"),
    [
        (date(2026, 5, 24), "+ 6 months; that is today."),
        (date(2026, 5, 23), "+ 6 months; overdue by 1 day."),
        (date(2026, 5, 25), "+ 6 months; 1 day left."),
    ],
)
def test_days_left_are_said_as_people_say_them(done_on: date, ending: str) -> None:
    program, aircraft = a_program(months(6)), an_aircraft()
    item = due_rules.fulfil(
        assigned(program, aircraft), program, task_id=new_id(), done=Readings(done_on, 0, 0), now=NOW
    )

    (sentence,) = explanations(item, program, aircraft)

    assert sentence.startswith(f"Due at the end of {item.due_on} = {done_on} (last done)")
    assert sentence.endswith(ending)


def test_calendar_months_are_named() -> None:
    unit = CalendarLimit(CalendarUnit.CALENDAR_MONTHS, 12, 12)
    program, aircraft = a_program(unit), an_aircraft()

    (sentence,) = explanations(assigned(program, aircraft), program, aircraft)

    assert "Due at the end of 2027-11-30 = 2026-11-24 (assigned) + 12 calendar months;" in sentence


def test_an_item_is_assigned_with_its_standing() -> None:
    program = a_program(days(90), effective_from=TODAY - timedelta(200))

    item = assigned(program, an_aircraft())

    assert (item.status, item.projected_on, item.due_on) == (
        DueStatus.OVERDUE,
        TODAY,
        TODAY - timedelta(110),
    )
