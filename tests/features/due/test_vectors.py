"""Published worked examples of due dates; tests/data/due_vectors.md says where they come from."""

import csv
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from amss.features.due.counter import day_after, earliest, latest
from amss.features.due.engine import Rates, standing
from amss.features.due.model import DueStatus
from amss.features.due.plan import Plan, Readings, first_plan, next_plan
from amss.features.programs.limits import CalendarUnit, FlightHoursLimit, Limit, ToleranceUnit
from amss.features.programs.model import Recurrence
from builders.programs import calendar_months, days, months

_FILE = Path(__file__).parents[2] / "data" / "due_vectors.csv"
with _FILE.open(encoding="utf-8", newline="") as _rows:
    VECTORS = {row["id"]: row for row in csv.DictReader(_rows)}
DAY_ZERO = Readings(date(1998, 7, 31), 0, 0)


def minutes(hours: str) -> int:
    return int(Decimal(hours) * 60)


def hour_limit(row: dict[str, str]) -> FlightHoursLimit:
    interval = minutes(row["interval"])
    early, late = minutes(row["tolerance_early"]), minutes(row["tolerance_late"])
    return FlightHoursLimit(interval, interval, early, late)


def next_due(limit: Limit, recurrence: Recurrence, plan: Plan, done: Readings) -> Plan:
    return next_plan((limit,), recurrence, plan, start=DAY_ZERO, done=done)


def statuses(limit: Limit, plan: Plan, *on: date) -> list[DueStatus]:
    return [standing((limit,), plan, current=Readings(day, 0, 0), rates=Rates(), lead_days=0).status for day in on]


@pytest.mark.parametrize("name", ["TM-1", "TM-2"])
def test_an_army_inspection_may_be_done_within_ten_percent_of_its_hours(name: str) -> None:
    row = VECTORS[name]
    limit, due = hour_limit(row), minutes(row["due_at"])

    window = (earliest(limit, due), latest(limit, due))

    assert window == (minutes(row["window_start"]), minutes(row["window_end"]))


@pytest.mark.parametrize("done_at", ["1604.4", "1609.4", "1611", "1614.4"])
def test_an_army_inspection_done_inside_its_window_keeps_the_plan(done_at: str) -> None:
    row = VECTORS["TM-2"]
    plan = Plan(due_minutes=minutes(row["due_at"]))

    after = next_due(hour_limit(row), Recurrence.TO_PLAN, plan, Readings(DAY_ZERO.on, minutes(done_at), 0))

    assert after.due_minutes == minutes(row["expected_next_due"])


@pytest.mark.parametrize("done_on", [date(1999, 1, 13), date(1999, 1, 31), date(1999, 2, 18)])
def test_a_six_month_inspection_within_eighteen_days_keeps_the_plan(done_on: date) -> None:
    row = VECTORS["TM-4"]
    limit = months(int(row["interval"]), early=18, late=18)
    plan = first_plan((limit,), DAY_ZERO)

    after = next_due(limit, Recurrence.TO_PLAN, plan, Readings(done_on, 0, 0))

    due = date.fromisoformat(row["due_at"])
    window = [date.fromordinal(end(limit, due.toordinal())).isoformat() for end in (earliest, latest)]
    assert plan.due_on == due
    assert window == [row["window_start"], row["window_end"]]
    assert after.due_on == date.fromisoformat(row["expected_next_due"])


def test_an_engine_inspection_done_at_the_end_of_its_tolerance_keeps_the_plan() -> None:
    row = VECTORS["RTX-1"]
    limit = hour_limit(row)

    done = Readings(DAY_ZERO.on, minutes(row["completed_at"]), 0)
    after = next_due(limit, Recurrence.TO_PLAN, first_plan((limit,), DAY_ZERO), done)

    assert after.due_minutes == minutes(row["expected_next_due"])


@pytest.mark.parametrize("start", [date(2026, 1, 31), date(2027, 2, 28), date(2026, 5, 15)])
@pytest.mark.parametrize("months_on", [11, 12, 13])
def test_a_yearly_inspection_within_a_month_keeps_the_plan(start: date, months_on: int) -> None:
    row = VECTORS["PC12-2"]
    limit = months(int(row["interval"]), early=1, late=1, tolerance_unit=ToleranceUnit.MONTHS)
    plan = first_plan((limit,), Readings(start, 0, 0))

    after = next_due(
        limit, Recurrence.TO_PLAN, plan, Readings(day_after(start, months_on, CalendarUnit.MONTHS), 0, 0)
    )

    assert after.due_on == day_after(start, int(row["expected_next_due"]), CalendarUnit.MONTHS)


def test_an_annual_inspection_expires_on_the_last_day_of_the_month() -> None:
    row = VECTORS["R22-1"]
    signed_on = date.fromisoformat(row["completed_at"].removeprefix("signed "))

    after = next_due(calendar_months(int(row["interval"])), Recurrence.TO_ACTUAL, Plan(), Readings(signed_on, 0, 0))

    assert after.due_on == date.fromisoformat(row["expected_next_due"])


def test_a_deferred_defect_may_fly_to_the_end_of_its_last_day_not_counting_the_day_of_discovery() -> None:
    row = VECTORS["MEL-1"]
    limit = days(int(row["interval"]))
    found_at = datetime.fromisoformat(row["completed_at"].removeprefix("discovered "))
    plan = first_plan((limit,), Readings(found_at.date(), 0, 0))

    last_day = datetime.fromisoformat(row["expected_next_due"]).date()

    assert plan.due_on == last_day
    assert statuses(limit, plan, last_day, last_day + timedelta(1)) == [DueStatus.DUE, DueStatus.OVERDUE]


@pytest.mark.parametrize("category", ["MEL-B", "MEL-C"])
def test_a_category_of_deferred_defects_has_so_many_days_after_discovery(category: str) -> None:
    row = VECTORS[category]
    found_on = date(2028, 2, 27)

    plan = first_plan((days(int(row["interval"])),), Readings(found_on, 0, 0))

    days_on = int(row["expected_next_due"].removeprefix("end of D+"))
    assert plan.due_on == found_on + timedelta(days_on)


def test_work_counts_from_the_day_its_release_is_signed() -> None:
    assert VECTORS["EASA-1"]["expected_next_due"] == "A + I"
    limit = days(90)
    plan = first_plan((limit,), Readings(date(2026, 1, 1), 0, 0))

    after = next_due(limit, Recurrence.TO_ACTUAL, plan, Readings(date(2026, 3, 20), 0, 0))

    assert after.due_on == date(2026, 3, 20) + timedelta(90)


def test_a_light_aircrafts_annual_check_may_be_a_month_late_and_then_rolls_on_from_its_day() -> None:
    assert VECTORS["ML-1"]["expected_next_due"] == "A + I"
    limit = months(12, late=1, tolerance_unit=ToleranceUnit.MONTHS)
    plan = first_plan((limit,), Readings(date(2025, 3, 10), 0, 0))

    after = next_due(limit, Recurrence.TO_ACTUAL, plan, Readings(date(2026, 4, 2), 0, 0))

    assert after.due_on == date(2027, 4, 2)
    assert statuses(limit, plan, date(2026, 4, 10), date(2026, 4, 11)) == [DueStatus.DUE, DueStatus.OVERDUE]
