"""From when on work counts for what is due."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amss.features.due.engine import Rate, Rates, opens_on, standing
from amss.features.due.plan import Plan, Readings
from amss.features.due.window import WindowFacts, opens_at
from amss.features.programs.limits import (
    CalendarLimit,
    CalendarUnit,
    CyclesLimit,
    FlightHoursLimit,
    IntervalType,
    ToleranceUnit,
)
from builders.tasks import an_aircraft

TODAY = date(2026, 11, 24)
NOW = Readings(TODAY, 60_000, 700)
FIVE_HOURS_A_DAY = Rates(minutes=Rate(300, 1), cycles=Rate(2, 1))


def test_a_window_in_days_opens_so_many_days_before_it_is_due() -> None:
    limit = CalendarLimit(unit=CalendarUnit.DAYS, first=90, interval=90, early=9)

    assert opens_on(limit, date(2026, 12, 24).toordinal(), current=NOW, rates=Rates()) == date(2026, 12, 15)


def test_a_window_of_a_month_opens_on_the_same_day_of_the_month_or_on_its_last() -> None:
    limit = CalendarLimit(unit=CalendarUnit.MONTHS, first=6, interval=6, early=1, tolerance_unit=ToleranceUnit.MONTHS)

    assert opens_on(limit, date(2027, 3, 31).toordinal(), current=NOW, rates=Rates()) == date(2027, 2, 28)


def test_a_window_in_flight_hours_opens_when_the_aircraft_will_have_flown_so_far() -> None:
    limit = FlightHoursLimit(first_minutes=30_000, interval_minutes=30_000, early_minutes=3_000)

    assert opens_on(limit, 66_000, current=NOW, rates=FIVE_HOURS_A_DAY) == TODAY + timedelta(10)


def test_a_window_that_is_open_opens_today() -> None:
    limit = CyclesLimit(first=300, interval=300, early=30)

    assert opens_on(limit, 725, current=NOW, rates=Rates()) == TODAY
    assert opens_on(limit, 650, current=NOW, rates=Rates()) == TODAY


def test_where_no_rate_leads_nobody_knows_when_a_window_opens() -> None:
    limit = CyclesLimit(first=300, interval=300, early=30)

    assert opens_on(limit, 900, current=NOW, rates=Rates()) is None


@given(
    due=st.integers(50_000, 120_000),
    early=st.integers(0, 9_999),
    rate=st.builds(Rate, st.integers(90, 90_000), st.integers(1, 90)),
)
def test_a_window_opens_no_later_than_the_day_the_work_is_projected_to(due: int, early: int, rate: Rate) -> None:
    limit = FlightHoursLimit(first_minutes=10_000, interval_minutes=10_000, early_minutes=early)
    rates = Rates(minutes=rate)

    opens = opens_on(limit, due, current=NOW, rates=rates)
    projected = standing((limit,), Plan(due_minutes=due), current=NOW, rates=rates, lead_days=30).projected_on

    assert opens is not None
    assert projected is not None
    assert TODAY <= opens <= projected


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland"])
def test_the_limit_that_drives_opens_the_window_with_the_day_where_the_organization_is(zone: str) -> None:
    facts = WindowFacts(
        aircraft=an_aircraft(flight_minutes_total=60_000, cycles_total=700, planned_daily_cycles=2.0),
        limits=(
            CyclesLimit(first=300, interval=300, early=30),
            CalendarLimit(unit=CalendarUnit.DAYS, first=90, interval=90, early=9),
        ),
        driving_limit=IntervalType.CYCLES,
        due_minutes=None,
        due_cycles=750,
        due_on=date(2027, 1, 1),
        projected_on=TODAY + timedelta(25),
        today=TODAY,
        time_zone=zone,
    )

    opens = opens_at(facts)

    assert opens == datetime(2026, 12, 4, tzinfo=ZoneInfo(zone))
    assert (zone == "UTC") == (opens == datetime(2026, 12, 4, tzinfo=UTC))


def test_where_today_s_rates_do_not_lead_to_it_the_window_opens_with_the_day_it_was_projected_to() -> None:
    facts = WindowFacts(
        aircraft=an_aircraft(flight_minutes_total=60_000, cycles_total=700),
        limits=(CyclesLimit(first=300, interval=300, early=30),),
        driving_limit=IntervalType.CYCLES,
        due_minutes=None,
        due_cycles=750,
        due_on=None,
        projected_on=TODAY + timedelta(25),
        today=TODAY,
        time_zone="UTC",
    )

    assert opens_at(facts) == datetime(2026, 12, 19, tzinfo=UTC)
