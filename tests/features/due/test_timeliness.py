"""How work stood to its due when it was done: what it left of each limit, and whether it was in time."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from amss.features.due import rules, timeliness
from amss.features.due.model import AgainstDue, DueItem, Timeliness, UnusedOut
from amss.features.due.plan import Readings
from amss.features.programs.limits import IntervalType, ToleranceUnit
from amss.features.programs.model import Combine, Program
from amss.foundation.ids import new_id
from builders.programs import NOW, TODAY, a_program, an_aircraft, calendar_months, cycles, days, hours, months

AIRCRAFT = an_aircraft(flight_minutes_total=36_000, cycles_total=500)


def test_each_limit_keeps_what_was_left_of_it_in_its_own_measure() -> None:
    program = a_program(hours(100), cycles(60), months(1))
    item = assigned(program)
    due_on = date(TODAY.year + TODAY.month // 12, TODAY.month % 12 + 1, TODAY.day)

    judged = timeliness.judge(item, program, Readings(due_on - timedelta(3), 41_400, 561))

    assert judged.unused == (
        UnusedOut(interval_type=IntervalType.FLIGHT_HOURS, unused=600),
        UnusedOut(interval_type=IntervalType.CYCLES, unused=-1),
        UnusedOut(interval_type=IntervalType.CALENDAR, unused=3),
    )


def test_work_reported_after_newer_work_is_not_judged() -> None:
    program = a_program(hours(100))
    newer = done_once(program)

    assert timeliness.judge(newer, program, Readings(TODAY - timedelta(5), 35_000, 490)) == AgainstDue()


@pytest.mark.parametrize(
    ("days_late", "grade"),
    [
        (-60, Timeliness.ON_TIME),
        (0, Timeliness.ON_TIME),
        (1, Timeliness.IN_TOLERANCE),
        (10, Timeliness.IN_TOLERANCE),
        (11, Timeliness.IN_EXTENSION),
        (15, Timeliness.IN_EXTENSION),
        (16, Timeliness.LATE),
    ],
)
def test_work_is_on_time_on_its_due_day_and_then_within_tolerance_then_within_an_extension(
    days_late: int, grade: Timeliness
) -> None:
    program = a_program(days(90, late=10))
    item = replace(assigned(program), extension_days=15)

    assert timeliness.judge(item, program, on(90 + days_late)).timeliness is grade


def test_an_extension_shorter_than_the_tolerance_changes_nothing() -> None:
    program = a_program(days(90, late=10))
    item = replace(assigned(program), extension_days=5)

    assert timeliness.judge(item, program, on(98)).timeliness is Timeliness.IN_TOLERANCE


def test_a_tolerance_of_a_month_on_calendar_months_ends_with_the_next_month() -> None:
    # Two calendar months from 24 November are due on 31 January, and in tolerance until 28 February.
    program = a_program(calendar_months(2, late=1, tolerance_unit=ToleranceUnit.MONTHS))
    item = assigned(program)
    judged = [
        timeliness.judge(item, program, Readings(day, 36_000, 500)).timeliness
        for day in (date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 1))
    ]

    assert judged == [Timeliness.ON_TIME, Timeliness.IN_TOLERANCE, Timeliness.LATE]


def test_work_is_as_late_as_by_its_worst_limit() -> None:
    # Due at 700:00 hours with 10 of tolerance, and in 90 days: done on the 100th, at 705:00.
    program = a_program(hours(100, late=10), days(90))
    item = assigned(program)

    assert timeliness.judge(item, program, on(100, minutes=705 * 60)).timeliness is Timeliness.LATE
    assert timeliness.judge(item, program, on(90, minutes=705 * 60)).timeliness is Timeliness.IN_TOLERANCE


def test_a_first_due_that_waits_for_the_last_of_its_limits_is_judged_by_the_last() -> None:
    program = a_program(hours(100), days(90), combine=Combine.LAST)
    first, repeat = assigned(program), done_once(program)

    assert timeliness.judge(first, program, on(100, minutes=700 * 60)).timeliness is Timeliness.ON_TIME
    assert timeliness.judge(first, program, on(100, minutes=701 * 60)).timeliness is Timeliness.LATE
    assert timeliness.judge(repeat, program, on(100, minutes=700 * 60)).timeliness is Timeliness.LATE


def test_work_past_a_soft_limit_is_late_though_it_never_was_overdue() -> None:
    program = a_program(days(90, hard=False))

    assert timeliness.judge(assigned(program), program, on(91)).timeliness is Timeliness.LATE


def assigned(program: Program) -> DueItem:
    return rules.assign(program, AIRCRAFT, item_id=new_id(), today=TODAY, now=NOW)


def done_once(program: Program) -> DueItem:
    return rules.fulfil(assigned(program), program, task_id=new_id(), done=on(0), now=NOW)


def on(day: int, *, minutes: int = 36_000) -> Readings:
    """Return the counters of the aircraft so many days from today, which is day 0."""
    return Readings(TODAY + timedelta(day), minutes, 500)
