"""Where a program falls due: for the first time, and again after work was done."""

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amss.features.due.counter import day_after
from amss.features.due.plan import (
    Extensions,
    Plan,
    Readings,
    first_plan,
    next_plan,
    revised_plan,
)
from amss.features.programs.limits import CalendarUnit, Limit
from amss.features.programs.model import Recurrence
from builders.programs import calendar_months, cycles, days, hours, months

TO_ACTUAL, TO_PLAN, FIXED = Recurrence.TO_ACTUAL, Recurrence.TO_PLAN, Recurrence.FIXED
START = Readings(date(2026, 1, 31), 0, 0)


def readings(on: date = START.on, *, flown: int = 0, landed: int = 0) -> Readings:
    """Return counters with hours flown in hours."""
    return Readings(on, flown * 60, landed)


def after(
    limit: Limit, *done: Readings, recurrence: Recurrence, start: Readings = START, extended: Extensions | None = None
) -> Plan:
    """Return the plan after work was done some times, the last time under an extension."""
    plan = first_plan((limit,), start)
    for place, each in enumerate(done):
        granted = extended if extended is not None and place == len(done) - 1 else Extensions()
        plan = next_plan((limit,), recurrence, plan, start=start, done=each, extensions=granted)
    return plan


def due_hours(plan: Plan) -> int:
    assert plan.due_minutes is not None
    return plan.due_minutes // 60


@pytest.mark.parametrize(
    ("anchor", "count", "unit", "due"),
    [
        (date(2026, 1, 31), 1, CalendarUnit.MONTHS, date(2026, 2, 28)),
        (date(2026, 1, 31), 2, CalendarUnit.MONTHS, date(2026, 3, 31)),
        (date(2028, 1, 31), 1, CalendarUnit.MONTHS, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, CalendarUnit.MONTHS, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, CalendarUnit.MONTHS, date(2032, 2, 29)),
        (date(2026, 11, 15), 2, CalendarUnit.MONTHS, date(2027, 1, 15)),
        (date(2005, 9, 15), 12, CalendarUnit.CALENDAR_MONTHS, date(2006, 9, 30)),
        (date(2027, 12, 1), 2, CalendarUnit.CALENDAR_MONTHS, date(2028, 2, 29)),
        (date(2026, 1, 31), 1, CalendarUnit.CALENDAR_MONTHS, date(2026, 2, 28)),
        (date(2028, 2, 28), 2, CalendarUnit.DAYS, date(2028, 3, 1)),
        (date(2026, 10, 24), 2, CalendarUnit.DAYS, date(2026, 10, 26)),
    ],
)
def test_calendar_limits_end_on_the_day_the_trade_counts_to(
    anchor: date, count: int, unit: CalendarUnit, due: date
) -> None:
    assert day_after(anchor, count, unit) == due


@pytest.mark.parametrize("unit", CalendarUnit)
def test_a_due_beyond_the_calendar_is_its_last_day(unit: CalendarUnit) -> None:
    assert day_after(date(9999, 6, 1), 1_200, unit) == date.max


@given(st.dates(date(1950, 1, 1), date(2150, 1, 1)), st.integers(1, 600))
def test_months_never_skip_or_repeat_a_month(anchor: date, count: int) -> None:
    dues = [day_after(anchor, count + step, CalendarUnit.MONTHS) for step in (0, 1)]

    months_between = (dues[1].year - dues[0].year) * 12 + dues[1].month - dues[0].month
    assert months_between == 1
    assert all(due.day == anchor.day or due.day == _month_end(due) < anchor.day for due in dues)


@given(st.dates(date(1950, 1, 1), date(2150, 1, 1)), st.integers(1, 600))
def test_calendar_months_end_with_the_month_in_which_plain_months_end(anchor: date, count: int) -> None:
    plain = day_after(anchor, count, CalendarUnit.MONTHS)

    due = day_after(anchor, count, CalendarUnit.CALENDAR_MONTHS)

    assert (due.year, due.month, due.day) == (plain.year, plain.month, _month_end(plain))


def _month_end(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def test_the_first_due_is_the_threshold_and_the_next_the_interval() -> None:
    limits = (hours(100, first=40), cycles(300, first=50), months(12, first=6))
    start, done = readings(flown=10, landed=5), readings(date(2026, 8, 31), flown=48, landed=52)

    first = first_plan(limits, start)
    again = next_plan(limits, TO_ACTUAL, first, start=start, done=done)

    assert (first.due_minutes, first.due_cycles, first.due_on) == (50 * 60, 55, date(2026, 7, 31))
    assert (again.due_minutes, again.due_cycles, again.due_on) == (148 * 60, 352, date(2027, 8, 31))


@pytest.mark.parametrize(
    ("done_at", "to_actual", "to_plan", "fixed"),
    [
        (80, 180, 180, 100),  # too early to count for the due
        (90, 190, 200, 200),
        (95, 195, 200, 200),
        (100, 200, 200, 200),
        (110, 210, 200, 200),
        (111, 211, 211, 200),
        (250, 350, 350, 300),
    ],
)
def test_the_next_due_follows_from_the_work_and_the_recurrence(
    done_at: int, to_actual: int, to_plan: int, fixed: int
) -> None:
    limit = hours(100, early=10, late=10)

    found = [due_hours(after(limit, readings(flown=done_at), recurrence=each)) for each in Recurrence]

    assert found == [to_actual, to_plan, fixed]


def test_fixed_dues_count_early_work_as_done_at_due_and_late_work_as_it_was_done() -> None:
    limit = hours(100, early=10, late=10)

    counted = [after(limit, readings(flown=done_at), recurrence=FIXED).counted_from_minutes for done_at in (95, 105)]

    assert counted == [100 * 60, 105 * 60]


def test_each_limit_follows_the_plan_on_its_own() -> None:
    limits = (hours(100, late=10), cycles(50, late=5), days(90))
    plan = first_plan(limits, START)
    done = Readings(START.on + timedelta(60), 108 * 60, 70)

    again = next_plan(limits, TO_PLAN, plan, start=START, done=done)

    assert (again.due_minutes, again.due_cycles, again.due_on) == (200 * 60, 120, done.on + timedelta(90))


@pytest.mark.parametrize("recurrence", Recurrence)
@pytest.mark.parametrize(
    ("done_at", "extended", "counts_from_due"),
    [
        (120, 20, True),
        (111, 20, True),
        (121, 20, False),  # past the extension, too
        (111, 5, False),  # the extension was used up within the tolerance
    ],
)
def test_work_done_under_an_extension_counts_from_the_original_due(
    recurrence: Recurrence, done_at: int, extended: int, *, counts_from_due: bool
) -> None:
    limit = hours(100, early=10, late=10)

    plan = after(limit, readings(flown=done_at), recurrence=recurrence, extended=Extensions(minutes=extended * 60))

    assert due_hours(plan) == (200 if counts_from_due or recurrence is FIXED else done_at + 100)


@pytest.mark.parametrize("recurrence", Recurrence)
@pytest.mark.parametrize("done_at", [80, 95, 100, 105, 110])
def test_an_extension_that_was_not_needed_changes_nothing(recurrence: Recurrence, done_at: int) -> None:
    limit, done = hours(100, early=10, late=10), readings(flown=done_at)

    extended = after(limit, done, recurrence=recurrence, extended=Extensions(minutes=1_200))

    assert extended == after(limit, done, recurrence=recurrence)


def test_dues_missed_during_a_long_extension_are_not_due_again() -> None:
    plan = after(hours(10), readings(flown=35), recurrence=TO_ACTUAL, extended=Extensions(minutes=1_800))

    assert due_hours(plan) == 40


def test_work_done_early_outside_the_window_starts_a_new_plan() -> None:
    limit = months(6, early=18)

    plan = after(limit, readings(date(2026, 7, 12)), recurrence=TO_PLAN)

    assert plan.due_on == date(2027, 1, 12)
    assert after(limit, readings(date(2026, 7, 13)), recurrence=TO_PLAN).due_on == date(2027, 1, 31)


@pytest.mark.parametrize("recurrence", [TO_PLAN, FIXED])
def test_the_31st_survives_a_february_when_work_keeps_to_the_plan(recurrence: Recurrence) -> None:
    plan, dues = first_plan((months(1),), START), list[date]()
    for _ in range(13):
        assert plan.due_on is not None
        dues.append(plan.due_on)
        plan = next_plan((months(1),), recurrence, plan, start=START, done=readings(plan.due_on))

    assert dues[:4] == [date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31)]
    assert (dues[11], dues[12]) == (date(2027, 1, 31), date(2027, 2, 28))


def test_a_leap_day_comes_back_every_four_years() -> None:
    plan, dues = first_plan((months(12),), readings(date(2028, 2, 29))), list[date]()
    for _ in range(4):
        assert plan.due_on is not None
        dues.append(plan.due_on)
        plan = next_plan((months(12),), TO_PLAN, plan, start=START, done=readings(plan.due_on))

    assert dues == [date(2029, 2, 28), date(2030, 2, 28), date(2031, 2, 28), date(2032, 2, 29)]


def test_calendar_months_last_to_the_end_of_the_month_where_months_end_on_the_day() -> None:
    done = readings(date(2026, 2, 10))

    dues = [after(limit, done, recurrence=TO_ACTUAL).due_on for limit in (months(1), calendar_months(1))]

    assert dues == [date(2026, 3, 10), date(2026, 3, 31)]


def test_a_plan_says_from_where_its_calendar_counts() -> None:
    plan = after(months(1), readings(), recurrence=TO_ACTUAL)

    assert (plan.calendar_anchor, plan.calendar_count, plan.due_on) == (date(2026, 1, 31), 1, date(2026, 2, 28))


def test_revised_limits_count_from_the_due_the_work_was_done_for() -> None:
    before = (months(1, late=5),)
    done = readings(date(2026, 3, 3))
    plan = next_plan(before, TO_PLAN, first_plan(before, START), start=START, done=done)

    longer = revised_plan((months(2), hours(10)), TO_PLAN, plan, start=START, done=done)
    in_days = revised_plan((days(10),), TO_PLAN, plan, start=START, done=done)
    on_a_grid = revised_plan((months(4),), FIXED, plan, start=START, done=done)

    assert (plan.counted_from_on, plan.due_on) == (date(2026, 2, 28), date(2026, 3, 31))
    assert (longer.due_on, longer.due_minutes) == (date(2026, 4, 30), 600)
    assert in_days.due_on == date(2026, 3, 10)
    assert on_a_grid.due_on == date(2026, 5, 31)


@pytest.mark.parametrize("done_at", [95, 105])
def test_a_program_that_counts_from_the_work_from_now_on_does_so_at_once_and_may_be_set_back(done_at: int) -> None:
    limits, done = (hours(100, early=10, late=10),), readings(flown=done_at)
    kept = after(*limits, done, recurrence=TO_PLAN)

    revised = revised_plan(limits, TO_ACTUAL, kept, start=START, done=done)
    set_back = revised_plan(limits, TO_PLAN, revised, start=START, done=done)

    assert (due_hours(kept), due_hours(revised), set_back) == (200, done_at + 100, kept)


def test_work_done_under_an_extension_counts_from_the_original_due_by_any_recurrence() -> None:
    limit, done = hours(100), readings(flown=120)
    extended = after(limit, done, recurrence=TO_PLAN, extended=Extensions(minutes=1_800))

    revised = [due_hours(revised_plan((limit,), each, extended, start=START, done=done)) for each in Recurrence]

    assert revised == [200, 200, 200]


def test_a_program_put_on_a_grid_is_due_beyond_the_work_that_was_done_late() -> None:
    limits = (hours(100, late=10),)
    # Its grid is 100, 200, …; work done at 195 hours, ahead of the tolerance, puts the next due off it.
    off_the_grid = after(*limits, readings(flown=100), readings(flown=195), recurrence=TO_PLAN)
    late = readings(flown=302)
    kept = next_plan(limits, TO_PLAN, off_the_grid, start=START, done=late)

    revised = revised_plan(limits, FIXED, kept, start=START, done=late)

    assert (due_hours(off_the_grid), due_hours(kept), due_hours(revised)) == (295, 395, 400)


@pytest.mark.parametrize("extended", [0, 30])
def test_an_interval_shorter_than_the_work_was_late_is_not_due_before_it(extended: int) -> None:
    done = readings(flown=125)
    late = hours(100, late=0 if extended else 30)
    kept = after(late, done, recurrence=TO_PLAN, extended=Extensions(minutes=extended * 60))

    shorter = revised_plan((hours(20),), TO_PLAN, kept, start=START, done=done)

    assert (due_hours(kept), due_hours(shorter)) == (200, 140)


def test_work_on_a_due_whose_unit_changed_meanwhile_counts_from_the_day_it_fell_due() -> None:
    plan = first_plan((days(90),), START)

    again = next_plan((months(3, late=2),), TO_PLAN, plan, start=START, done=readings(date(2026, 5, 2)))

    assert (plan.due_on, again.due_on) == (date(2026, 5, 1), date(2026, 8, 1))


@pytest.mark.parametrize(
    ("done", "due"),
    [(date(2026, 2, 3), date(2026, 2, 28)), (date(2026, 3, 1), date(2026, 3, 31))],
)
def test_work_in_a_month_counts_on_its_day_and_not_at_the_months_end(done: date, due: date) -> None:
    # The first is due on 28 February, 31 days from the start.
    limit = calendar_months(1)

    assert after(limit, readings(done), recurrence=FIXED).due_on == due


def test_limits_changed_after_the_work_count_from_the_day_it_was_done() -> None:
    done = readings(date(2026, 11, 24))
    plan = after(calendar_months(6), done, recurrence=TO_ACTUAL)

    revised = revised_plan((days(30),), TO_ACTUAL, plan, start=START, done=done)

    assert (plan.due_on, revised.due_on) == (date(2027, 5, 31), date(2026, 12, 24))
