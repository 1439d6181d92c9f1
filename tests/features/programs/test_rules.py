"""What a program may be."""

from datetime import date
from typing import Any

import pytest

from amss.features.programs import rules
from amss.features.programs.limits import (
    CalendarLimit,
    CalendarUnit,
    CyclesLimit,
    FlightHoursLimit,
    IntervalType,
    LimitOrder,
    ToleranceUnit,
)
from amss.features.programs.model import Combine, Program, ProgramChange, Recurrence
from amss.foundation.errors import Invalid
from amss.foundation.ids import new_id
from builders.programs import NOW, a_new_program, a_program, days, hours, months


def set_up(**given: Any) -> Program:
    return rules.set_up(a_new_program(**given), program_id=new_id(), org_id=new_id(), now=NOW)


def faults(**given: Any) -> set[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        set_up(**given)
    return {(each.pointer, each.code) for each in refused.value.errors}


def hour_limit(interval: int | str, first: int | str | None = None) -> LimitOrder:
    return LimitOrder(interval_type=IntervalType.FLIGHT_HOURS, interval_minutes=interval, first_minutes=first)


def calendar_limit(interval: int, unit: CalendarUnit) -> LimitOrder:
    return LimitOrder(interval_type=IntervalType.CALENDAR, interval=interval, unit=unit)


def test_limits_are_kept_in_their_order_and_the_first_is_mirrored() -> None:
    cycles = LimitOrder(interval_type=IntervalType.CYCLES, interval=400, first=100)

    program = set_up(limits=(hour_limit("600:00"), cycles, calendar_limit(4, CalendarUnit.CALENDAR_MONTHS)))

    assert program.limits == (
        FlightHoursLimit(36_000, 36_000),
        CyclesLimit(100, 400),
        CalendarLimit(CalendarUnit.CALENDAR_MONTHS, 4, 4),
    )
    assert (program.interval_type, program.interval_value) == (IntervalType.FLIGHT_HOURS, 600)


@pytest.mark.parametrize(
    ("interval_type", "limit"),
    [
        (IntervalType.FLIGHT_HOURS, FlightHoursLimit(6_000, 6_000)),
        (IntervalType.CYCLES, CyclesLimit(100, 100)),
        (IntervalType.CALENDAR, CalendarLimit(CalendarUnit.DAYS, 100, 100)),
    ],
)
def test_the_drawings_pair_is_one_limit_in_hours_cycles_or_days(interval_type: Any, limit: Any) -> None:
    program = set_up(limits=None, interval_type=interval_type, interval_value=100)

    assert program.limits == (limit,)
    assert (program.interval_type, program.interval_value) == (interval_type, 100)


def test_limits_are_given_in_exactly_one_form() -> None:
    both = faults(interval_type=IntervalType.CYCLES, interval_value=5)
    neither = faults(limits=None)
    half = faults(limits=None, interval_value=5)

    assert (both, neither, half) == (
        {("/limits", "EXCLUSIVE")},
        {("/limits", "MISSING")},
        {("/limits", "MISSING")},
    )


def test_a_program_has_one_limit_per_counter_at_most() -> None:
    limits = (calendar_limit(4, CalendarUnit.MONTHS), calendar_limit(90, CalendarUnit.DAYS))

    assert faults(limits=limits) == {("/limits/1/interval_type", "REPEATED")}


def test_everything_wrong_with_the_limits_is_told_at_once() -> None:
    found = faults(
        limits=(
            hour_limit(90, first=0),
            LimitOrder(interval_type=IntervalType.CYCLES, interval_minutes=60, unit=CalendarUnit.DAYS),
            calendar_limit(1_201, CalendarUnit.MONTHS),
        ),
        aircraft_id=new_id(),
        model="A320-214",
    )

    assert found == {
        ("/limits/0/interval_minutes", "WHOLE_HOURS"),
        ("/limits/0/first_minutes", "RANGE"),
        ("/limits/1/interval_minutes", "NOT_APPLICABLE"),
        ("/limits/1/unit", "NOT_APPLICABLE"),
        ("/limits/1/interval", "MISSING"),
        ("/limits/2/interval", "RANGE"),
        ("/model", "EXCLUSIVE"),
    }


def test_an_interval_value_beyond_a_century_is_refused_where_it_was_given() -> None:
    found = faults(limits=None, interval_type=IntervalType.CALENDAR, interval_value=40_000)

    assert found == {("/interval_value", "RANGE")}


def test_an_edit_replaces_limits_as_a_whole_and_counts_one_version() -> None:
    program = a_program(hours(100), days(90))

    edited = rules.edit(program, ProgramChange(limits=(hour_limit(12_000),), description=None), now=NOW)

    assert edited.limits == (hours(200),)
    assert (edited.interval_value, edited.version) == (200, 2)


def test_an_edit_that_changes_nothing_is_none() -> None:
    program = a_program(months(4))

    edited = rules.edit(
        program, ProgramChange(name=program.name, limits=(calendar_limit(4, CalendarUnit.MONTHS),)), now=NOW
    )

    assert edited is program


@pytest.mark.parametrize(
    ("change", "moves"),
    [
        (ProgramChange(name="B check"), False),
        (ProgramChange(estimated_minutes=60), False),
        (ProgramChange(lead_days=60), True),
        (ProgramChange(active=False), True),
        (ProgramChange(limits=(hour_limit(600),)), True),
        (ProgramChange(recurrence=Recurrence.FIXED), True),
        (ProgramChange(combine=Combine.LAST), True),
    ],
)
def test_what_is_due_moves_with_limits_lead_time_and_activity(change: ProgramChange, *, moves: bool) -> None:
    program = a_program(months(4))

    assert rules.moves_due_items(program, rules.edit(program, change, now=NOW)) is moves


def limit(interval_type: IntervalType, **given: Any) -> LimitOrder:
    return LimitOrder(interval_type=interval_type, **given)


def test_tolerances_and_all_else_of_a_limit_are_kept() -> None:
    program = set_up(
        limits=(
            limit(
                IntervalType.FLIGHT_HOURS,
                interval_minutes="100:00",
                early_minutes="10:00",
                late_minutes=300,
                notify_minutes="20:00",
                max_extension_minutes=600,
                hard=False,
            ),
            limit(IntervalType.CALENDAR, unit=CalendarUnit.MONTHS, interval=6, early=1, late=18, notify=0),
        ),
        recurrence=Recurrence.TO_PLAN,
        combine=Combine.LAST,
    )

    assert program.limits == (
        FlightHoursLimit(6_000, 6_000, 600, 300, 1_200, 600, hard=False),
        CalendarLimit(CalendarUnit.MONTHS, 6, 6, 1, 18, ToleranceUnit.DAYS, 0),
    )
    assert (program.recurrence, program.combine) == (Recurrence.TO_PLAN, Combine.LAST)


@pytest.mark.parametrize(
    ("order", "field"),
    [
        (limit(IntervalType.FLIGHT_HOURS, interval_minutes=600, early_minutes=600), "early_minutes"),
        (limit(IntervalType.CYCLES, interval=5, late=5), "late"),
        (limit(IntervalType.CALENDAR, interval=30, late=30), "late"),
        (limit(IntervalType.CALENDAR, unit=CalendarUnit.MONTHS, interval=1, late=28), "late"),
        (
            limit(
                IntervalType.CALENDAR,
                unit=CalendarUnit.CALENDAR_MONTHS,
                interval=2,
                early=2,
                tolerance_unit=ToleranceUnit.MONTHS,
            ),
            "early",
        ),
        (limit(IntervalType.CALENDAR, interval=31, late=1, tolerance_unit=ToleranceUnit.MONTHS), "late"),
        (limit(IntervalType.CALENDAR, interval=90, notify=36_501), "notify"),
        (limit(IntervalType.FLIGHT_HOURS, interval_minutes=600, notify_minutes=60_000_001), "notify_minutes"),
    ],
)
def test_a_tolerance_is_shorter_than_the_interval_and_all_amounts_have_a_most(order: LimitOrder, field: str) -> None:
    assert faults(limits=(order,)) == {(f"/limits/0/{field}", "RANGE")}


@pytest.mark.parametrize(
    "order",
    [
        limit(IntervalType.FLIGHT_HOURS, interval_minutes=600, early_minutes=599, late_minutes=599),
        limit(IntervalType.CALENDAR, unit=CalendarUnit.MONTHS, interval=1, late=27),
        limit(IntervalType.CALENDAR, interval=32, late=1, tolerance_unit=ToleranceUnit.MONTHS),
    ],
)
def test_a_tolerance_may_almost_reach_the_next_due(order: LimitOrder) -> None:
    assert len(set_up(limits=(order,)).limits) == 1


def test_only_the_calendar_has_a_unit_of_tolerance_and_only_flight_hours_have_minutes() -> None:
    orders = (
        limit(IntervalType.FLIGHT_HOURS, interval_minutes=600, late=5, tolerance_unit=ToleranceUnit.DAYS),
        limit(IntervalType.CYCLES, interval=5, notify_minutes=60),
    )

    assert faults(limits=orders) == {
        ("/limits/0/late", "NOT_APPLICABLE"),
        ("/limits/0/tolerance_unit", "NOT_APPLICABLE"),
        ("/limits/1/notify_minutes", "NOT_APPLICABLE"),
    }


def test_a_directive_is_named_with_its_revision_and_how_it_is_complied_with() -> None:
    said: dict[str, Any] = {
        "directive": "EASA AD 2024-0113",
        "directive_revised_on": date(2024, 6, 3),
        "method_of_compliance": "Repetitive inspection by SB 28-0042",
    }

    program = set_up(**said)

    assert {name: getattr(program, name) for name in said} == said


def test_a_revision_and_a_method_of_compliance_belong_to_a_directive() -> None:
    given: dict[str, Any] = {"directive_revised_on": date(2024, 6, 3), "method_of_compliance": "Inspection"}
    misplaced = {("/directive_revised_on", "MISPLACED"), ("/method_of_compliance", "MISPLACED")}
    program = set_up(directive="EASA AD 2024-0113", **given)

    assert faults(**given) == misplaced
    with pytest.raises(Invalid) as refused:
        rules.edit(program, ProgramChange(directive=None), now=NOW)
    assert {(each.pointer, each.code) for each in refused.value.errors} == misplaced


def test_a_day_of_revision_that_must_be_a_slip_is_refused() -> None:
    assert ("/directive_revised_on", "RANGE") in faults(directive="AD", directive_revised_on=date(20, 6, 3))
