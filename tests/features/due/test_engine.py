"""How near what is due is today."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amss.features.due.engine import Rate, Rates, Standing, standing
from amss.features.due.model import DueStatus, Projection
from amss.features.due.plan import Extensions, Readings, first_plan
from amss.features.programs.limits import IntervalType, Limit, ToleranceUnit
from amss.features.programs.model import Combine
from builders.programs import calendar_months, cycles, days, hours, months

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
    **given: Any,
) -> Standing:
    return standing(limits, first_plan(limits, start), current=current, rates=rates, lead_days=lead_days, **given)


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


def statuses(*limits: Limit, flown: Sequence[int], **given: Any) -> list[str]:
    return [stand(*limits, start=readings(), current=readings(flown=each), **given).status for each in flown]


def test_a_due_stays_due_within_its_tolerance_and_is_shown_without_it() -> None:
    limit = hours(100, late=10)

    assert statuses(limit, flown=(99, 100, 110, 111)) == ["ok", "due", "due", "overdue"]
    past = stand(limit, start=readings(), current=readings(flown=105)).limits[0]
    assert (past.due, past.remaining) == (6_000, -300)


def test_under_an_extension_what_remains_is_negative_and_the_item_is_in_extension() -> None:
    limit, granted = hours(100, late=10), Extensions(minutes=20 * 60)

    found = statuses(limit, flown=(110, 111, 120, 121), extensions=granted)
    now = stand(limit, start=readings(), current=readings(flown=115), extensions=granted).limits[0]

    assert found == ["due", "in_extension", "in_extension", "overdue"]
    assert (now.due, now.remaining, now.extension) == (6_000, -900, 1_200)


def test_an_extension_shorter_than_the_tolerance_changes_nothing() -> None:
    assert statuses(hours(100, late=10), flown=(105, 111), extensions=Extensions(minutes=300)) == ["due", "overdue"]


def test_a_soft_limit_is_never_overdue() -> None:
    soft = hours(100, late=10, hard=False)

    assert statuses(soft, flown=(99, 100, 111, 999)) == ["ok", "due", "due", "due"]
    assert stand(
        soft, days(10), start=readings(), current=readings(TODAY + timedelta(11))
    ).status is DueStatus.OVERDUE  # fmt: skip


def test_an_item_notifies_when_no_more_than_a_limits_amount_is_left_rate_or_no_rate() -> None:
    assert statuses(hours(100, notify_minutes=600), flown=(89, 90, 100)) == ["ok", "notify", "due"]
    by_day = [
        stand(days(90, notify=10), start=readings(), current=readings(TODAY + timedelta(later)), lead_days=5).status
        for later in (79, 80, 85)
    ]
    assert by_day == ["ok", "notify", "notify"]


@pytest.mark.parametrize(
    ("limit", "last_day"),
    [
        (months(6, late=18), date(2026, 8, 17)),
        (months(6, late=1, tolerance_unit=ToleranceUnit.MONTHS), date(2026, 8, 30)),
        (calendar_months(6, late=1, tolerance_unit=ToleranceUnit.MONTHS), date(2026, 8, 31)),
        (days(181, late=2), date(2026, 8, 1)),
    ],
)
def test_calendar_tolerances_count_in_their_own_unit(limit: Limit, last_day: date) -> None:
    start = readings(date(2026, 1, 30))

    found = [stand(limit, start=start, current=readings(last_day + timedelta(step))).status for step in (0, 1)]

    assert found == [DueStatus.DUE, DueStatus.OVERDUE]


def test_a_first_due_that_combines_to_the_last_waits_for_its_last_limit() -> None:
    limits = (hours(100), days(10))
    later = readings(TODAY + timedelta(11), flown=40)

    waiting = stand(*limits, start=readings(), current=later, rates=FIVE_HOURS_A_DAY, combine=Combine.LAST)
    reached = stand(
        *limits, start=readings(), current=readings(TODAY + timedelta(30), flown=100), combine=Combine.LAST
    )

    assert (waiting.status, waiting.driving_limit) == (DueStatus.NOTIFY, IntervalType.FLIGHT_HOURS)
    assert waiting.projected_on == TODAY + timedelta(11 + 12)
    assert (reached.status, reached.projected_on) == (DueStatus.DUE, TODAY + timedelta(30))


def test_a_first_due_that_combines_to_a_last_limit_nobody_can_project_has_no_date() -> None:
    now = stand(hours(100), days(10), start=readings(), current=readings(), combine=Combine.LAST)

    assert (now.projected_on, now.driving_limit, now.status) == (None, IntervalType.FLIGHT_HOURS, DueStatus.OK)


def test_of_limits_that_are_past_the_one_drives_that_is_known_to_be_past_since_long() -> None:
    now = stand(hours(100), days(10), start=readings(), current=readings(TODAY + timedelta(30), flown=500))

    assert (now.driving_limit, now.projected_on) == (IntervalType.CALENDAR, TODAY + timedelta(30))
