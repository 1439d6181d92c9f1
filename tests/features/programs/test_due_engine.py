"""The arithmetic of what is due."""

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amss.features.programs.due_engine import (
    Rate,
    Rates,
    Readings,
    Standing,
    day_after,
    first_plan,
    next_plan,
    standing,
)
from amss.features.programs.due_model import DueStatus, Projection
from amss.features.programs.model import CalendarUnit, IntervalType, Limit
from builders.programs import cycles, days, hours, months

TODAY = date(2026, 11, 24)
NO_RATES = Rates()
FIVE_HOURS_A_DAY = Rates(minutes=Rate(300, 1), cycles=Rate(4, 1))


def readings(on: date = TODAY, *, flown: int = 0, landed: int = 0) -> Readings:
    """Return counters with hours flown in hours."""
    return Readings(on, flown * 60, landed)


def stand(
    *limits: Limit,
    start: Readings,
    current: Readings,
    rates: Rates = NO_RATES,
    lead_days: int = 30,
) -> Standing:
    return standing(limits, first_plan(limits, start), current=current, rates=rates, lead_days=lead_days)


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


LIMITS = st.lists(
    st.one_of(
        st.integers(1, 5_000).map(hours),
        st.integers(1, 50_000).map(cycles),
        st.integers(1, 3_650).map(days),
        st.integers(1, 240).map(months),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda limit: limit.interval_type,
)
READINGS = st.builds(
    Readings,
    st.dates(date(1950, 1, 1), date(2150, 1, 1)),
    st.integers(0, 10_000_000),
    st.integers(0, 500_000),
)


@given(LIMITS, READINGS)
def test_the_next_due_is_never_before_the_work_done(limits: list[Limit], done: Readings) -> None:
    plan = next_plan(limits, done)

    assert plan.due_minutes is None or plan.due_minutes > done.minutes
    assert plan.due_cycles is None or plan.due_cycles > done.cycles
    assert plan.due_on is None or plan.due_on > done.on


@given(LIMITS, READINGS, READINGS, st.integers(0, 60))
def test_an_item_is_as_urgent_as_its_most_urgent_limit_and_driven_by_the_soonest(
    limits: list[Limit], start: Readings, current: Readings, lead_days: int
) -> None:
    now = stand(*limits, start=start, current=current, rates=FIVE_HOURS_A_DAY, lead_days=lead_days)

    order = list(DueStatus)
    assert order.index(now.status) == max(order.index(each.status) for each in now.limits)
    assert now.projected_on == min(each.projected_on for each in now.limits if each.projected_on)
    assert all((each.status is DueStatus.OVERDUE) == (each.remaining < 0) for each in now.limits)


@given(LIMITS, READINGS, READINGS, st.integers(1, 60))
def test_what_is_projected_within_the_lead_time_is_never_merely_ok(
    limits: list[Limit], start: Readings, current: Readings, lead_days: int
) -> None:
    now = stand(*limits, start=start, current=current, rates=FIVE_HOURS_A_DAY, lead_days=lead_days)

    near = now.projected_on is not None and now.projected_on <= current.on + timedelta(lead_days)
    assert (now.status is not DueStatus.OK) == near


def test_the_first_due_is_the_threshold_and_the_next_the_interval() -> None:
    limits = (hours(100, first=40), cycles(300, first=50), months(12, first=6))

    first = first_plan(limits, readings(date(2026, 1, 31), flown=10, landed=5))
    after = next_plan(limits, readings(date(2026, 8, 31), flown=48, landed=52))

    assert (first.due_minutes, first.due_cycles, first.due_on) == (50 * 60, 55, date(2026, 7, 31))
    assert (after.due_minutes, after.due_cycles, after.due_on) == (148 * 60, 352, date(2027, 8, 31))


def test_a_plan_says_from_where_its_calendar_counts() -> None:
    plan = next_plan((months(1),), readings(date(2026, 1, 31)))

    assert (plan.calendar_anchor, plan.calendar_count, plan.due_on) == (date(2026, 1, 31), 1, date(2026, 2, 28))


@pytest.mark.parametrize(
    ("flown", "status"),
    [(98, DueStatus.OK), (99, DueStatus.OK), (100, DueStatus.DUE), (101, DueStatus.OVERDUE)],
)
def test_a_usage_limit_is_due_at_its_value_and_overdue_past_it(flown: int, status: DueStatus) -> None:
    now = stand(hours(100), start=readings(), current=readings(flown=flown))

    assert (now.status, now.limits[0].remaining) == (status, (100 - flown) * 60)


@pytest.mark.parametrize(
    ("days_later", "status"),
    [
        (59, DueStatus.OK),
        (60, DueStatus.NOTIFY),
        (89, DueStatus.NOTIFY),
        (90, DueStatus.DUE),
        (91, DueStatus.OVERDUE),
    ],
)
def test_a_calendar_limit_is_due_on_its_day_and_overdue_the_day_after(days_later: int, status: DueStatus) -> None:
    now = stand(days(90), start=readings(), current=readings(TODAY + timedelta(days_later)))

    assert (now.status, now.limits[0].remaining) == (status, 90 - days_later)


def test_usage_is_projected_by_the_planned_rate_rounded_up_to_whole_days() -> None:
    now = stand(hours(100), start=readings(), current=readings(flown=1), rates=FIVE_HOURS_A_DAY)

    assert (now.projected_on, now.projection) == (TODAY + timedelta(20), Projection.PLANNED)
    assert now.status is DueStatus.NOTIFY


@pytest.mark.parametrize("rates", [NO_RATES, Rates(Rate(0, 1), Rate(0, 1))])
def test_an_aircraft_that_flies_nothing_has_no_projected_date_from_usage(rates: Rates) -> None:
    now = stand(hours(100), cycles(50), start=readings(), current=readings(landed=40), rates=rates)

    assert (now.projected_on, now.projection, now.status) == (None, Projection.NONE, DueStatus.OK)
    assert now.driving_limit is IntervalType.CYCLES
    assert now.remaining_share == pytest.approx(0.2)


def test_a_rate_that_leads_past_the_calendar_projects_nothing() -> None:
    now = stand(hours(5_000), start=readings(), current=readings(), rates=Rates(minutes=Rate(1, 100_000)))

    assert now.projected_on is None


def test_a_reached_limit_projects_to_today_rate_or_no_rate() -> None:
    usage = stand(hours(100), start=readings(), current=readings(flown=120))
    calendar_limit = stand(days(90), start=readings(TODAY - timedelta(200)), current=readings())

    assert (usage.projected_on, usage.projection) == (TODAY, Projection.NONE)
    assert (calendar_limit.projected_on, calendar_limit.limits[0].remaining) == (TODAY, -110)


def test_whichever_limit_comes_first_drives() -> None:
    limits = (hours(1_000), cycles(500), months(12))

    by_hours = stand(*limits, start=readings(), current=readings(flown=990), rates=FIVE_HOURS_A_DAY)
    by_calendar = stand(*limits, start=readings(), current=readings(flown=990))

    assert (by_hours.driving_limit, by_hours.projected_on) == (
        IntervalType.FLIGHT_HOURS,
        TODAY + timedelta(2),
    )
    assert (by_calendar.driving_limit, by_calendar.projected_on) == (
        IntervalType.CALENDAR,
        date(2027, 11, 24),
    )
