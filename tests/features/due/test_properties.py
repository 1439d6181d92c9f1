"""What holds of every due, whatever the limits and however the work is done."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from amss.features.due.plan import (
    Extensions,
    Plan,
    Readings,
    first_plan,
    next_plan,
)
from amss.features.programs.limits import CalendarUnit, Limit, ToleranceUnit
from amss.features.programs.model import Recurrence
from builders.programs import calendar_months, cycles, days, hours, months

TO_PLAN, FIXED = Recurrence.TO_PLAN, Recurrence.FIXED


def with_tolerance(limit: Limit, percent: int) -> Limit:
    """Return a limit with tolerances of a share of its interval, shorter than it."""
    match limit.interval_type:
        case "flight_hours":
            amount = limit.interval // 60 * percent // 100
            return hours(limit.interval // 60, first=limit.first // 60, early=amount, late=amount)
        case "cycles":
            amount = limit.interval * percent // 100
            return cycles(limit.interval, first=limit.first, early=amount, late=amount)
        case _ if limit.unit == CalendarUnit.DAYS:
            amount = limit.interval * percent // 100
            return days(limit.interval, first=limit.first, early=amount, late=amount)
        case _:
            unit = ToleranceUnit.DAYS if percent % 2 else ToleranceUnit.MONTHS
            amount = limit.interval * (28 if unit is ToleranceUnit.DAYS else 1) * percent // 100
            make = months if limit.unit == CalendarUnit.MONTHS else calendar_months
            return make(limit.interval, first=limit.first, early=amount, late=amount, tolerance_unit=unit)


AMOUNTS = st.tuples(st.integers(1, 240), st.integers(1, 240))
LIMITS = st.builds(
    with_tolerance,
    st.one_of(
        *(AMOUNTS.map(lambda pair, make=make: make(pair[0], first=pair[1])) for make in (hours, cycles, days)),
        *(AMOUNTS.map(lambda pair, make=make: make(pair[0], first=pair[1])) for make in (months, calendar_months)),
    ),
    st.integers(0, 99),
)
STARTS = st.builds(
    Readings, st.dates(date(1950, 1, 1), date(2100, 1, 1)), st.integers(0, 1_000_000), st.integers(0, 100_000)
)
LATER = st.tuples(st.integers(0, 9_000), st.integers(0, 30_000), st.integers(0, 900))
GRANTED = st.builds(Extensions, st.integers(0, 30_000), st.integers(0, 400), st.integers(0, 900))


def due_place(limit: Limit, plan: Plan) -> int:
    due = {"flight_hours": plan.due_minutes, "cycles": plan.due_cycles}.get(
        limit.interval_type, plan.due_on and plan.due_on.toordinal()
    )
    assert due is not None
    return due


@given(LIMITS, st.sampled_from(Recurrence), STARTS, st.lists(LATER, min_size=1, max_size=4), GRANTED)
def test_the_next_due_is_never_before_the_work_done(
    limit: Limit,
    recurrence: Recurrence,
    start: Readings,
    steps: list[tuple[int, int, int]],
    granted: Extensions,
) -> None:
    done, plan = start, first_plan((limit,), start)
    for later, flown, landed in steps:
        done = Readings(done.on + timedelta(later), done.minutes + flown, done.cycles + landed)
        plan = next_plan((limit,), recurrence, plan, start=start, done=done, extensions=granted)

        assert due_place(limit, plan) > done.of(limit)


@given(LIMITS, STARTS, st.lists(st.integers(-100, 100), min_size=1, max_size=12))
def test_to_plan_does_not_drift_however_often_work_is_done_inside_its_window(
    limit: Limit, start: Readings, shares: list[int]
) -> None:
    plan = first_plan((limit,), start)
    for share in shares:
        due = due_place(limit, plan)
        # Days of tolerance at least: a month is longer.
        step = (limit.early if share < 0 else limit.late) * share // 100
        plan = next_plan((limit,), TO_PLAN, plan, start=start, done=at_place(limit, due + step))

    on_time = Readings(start.on, start.minutes, start.cycles).of(limit)
    if isinstance(plan.due_on, date):
        assert plan.calendar_anchor == start.on
        assert plan.calendar_count == limit.first + len(shares) * limit.interval
    else:
        assert due_place(limit, plan) == on_time + limit.first + len(shares) * limit.interval


def at_place(limit: Limit, place: int) -> Readings:
    """Return readings whose counter for a limit is at a place."""
    match limit.interval_type:
        case "flight_hours":
            return Readings(date(2026, 1, 31), place, 0)
        case "cycles":
            return Readings(date(2026, 1, 31), 0, place)
        case _:
            return Readings(date.fromordinal(place), 0, 0)


@given(LIMITS, STARTS, st.lists(LATER, min_size=1, max_size=4), GRANTED)
def test_fixed_always_lands_on_the_first_due_and_whole_intervals(
    limit: Limit, start: Readings, steps: list[tuple[int, int, int]], granted: Extensions
) -> None:
    done, plan = start, first_plan((limit,), start)
    for later, flown, landed in steps:
        done = Readings(done.on + timedelta(later), done.minutes + flown, done.cycles + landed)
        plan = next_plan((limit,), FIXED, plan, start=start, done=done, extensions=granted)

    if plan.calendar_count is not None:
        beyond_first = plan.calendar_count - limit.first
        assert plan.calendar_anchor == start.on
    else:
        beyond_first = due_place(limit, plan) - start.of(limit) - limit.first
    assert beyond_first >= 0
    assert beyond_first % limit.interval == 0
