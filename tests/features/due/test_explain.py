"""Saying how a due was computed."""

from datetime import date

import pytest
from msgspec.structs import replace

from amss.features.aircraft.model import Aircraft
from amss.features.due import rules
from amss.features.due.model import DueItem
from amss.features.due.plan import Readings
from amss.features.programs.limits import CalendarLimit, CalendarUnit
from amss.features.programs.model import Program, Recurrence
from amss.foundation.ids import new_id
from builders.programs import NOW, TODAY, a_program, an_aircraft, cycles, hours, months

FLOWN = {
    "opening_flight_minutes": 30_000,
    "opening_cycles": 400,
    "flight_minutes_total": 36_000,
    "cycles_total": 500,
}
NEW = {"effective_from": date(2026, 1, 31)}


def assigned(program: Program, aircraft: Aircraft, *, today: date = TODAY) -> DueItem:
    return rules.assign(program, aircraft, item_id=new_id(), today=today, now=NOW)


def explanations(item: DueItem, program: Program, aircraft: Aircraft) -> list[str]:
    return [each.explain for each in rules.explained(item, program, aircraft, today=TODAY).limits]


def flown_to(item: DueItem, program: Program, *, hours_flown: int, on: date = TODAY) -> DueItem:
    """Return the item after work was done at so many hours."""
    done = Readings(on, hours_flown * 60, 0)
    return rules.fulfil(item, program, task_id=new_id(), done=done, now=NOW)


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
        ({"planned_daily_minutes": 0.0}, f"{ASSIGNED}, and the daily rate never uses it up."),
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
    item = rules.fulfil(assigned(program, aircraft), program, task_id=new_id(), done=Readings(done_on, 0, 0), now=NOW)

    (sentence,) = explanations(item, program, aircraft)

    assert sentence.startswith(f"Due at the end of {item.due_on} = {done_on} (last done)")
    assert sentence.endswith(ending)


def test_calendar_months_are_named() -> None:
    unit = CalendarLimit(CalendarUnit.CALENDAR_MONTHS, 12, 12)
    program, aircraft = a_program(unit), an_aircraft()

    (sentence,) = explanations(assigned(program, aircraft), program, aircraft)

    assert "Due at the end of 2027-11-30 = 2026-11-24 (assigned) + 12 calendar months;" in sentence


KEPT = "Due at 200:00 FH = 100:00 FH + 100:00 FH"
ON_GRID = "FH = 100:00 FH (first due) +"


@pytest.mark.parametrize(
    ("recurrence", "done_at", "extended", "sentence"),
    [
        ("to_plan", 108, 0, f"{KEPT}; done at 108:00 FH on {TODAY}, within +10:00 FH, so counted from plan;"),
        ("to_plan", 95, 0, f"{KEPT}; done at 95:00 FH on {TODAY}, within -5:00 FH, so counted from plan;"),
        ("to_plan", 111, 0, f"Due at 211:00 FH = 111:00 FH (last done on {TODAY}) + 100:00 FH;"),
        (
            "to_actual",
            120,
            20,
            f"{KEPT}; done at 120:00 FH on {TODAY}, under an approved extension, so counted from the original due;",
        ),
        ("fixed", 230, 0, f"Due at 300:00 {ON_GRID} 2 x 100:00 FH; done at 230:00 FH on {TODAY};"),
        (
            "fixed",
            96,
            0,
            f"Due at 200:00 {ON_GRID} 1 x 100:00 FH; done at 96:00 FH on {TODAY}, within -5:00 FH,",
        ),
    ],
)
def test_a_due_explains_from_what_it_was_counted(recurrence: str, done_at: int, extended: int, sentence: str) -> None:
    program = a_program(hours(100, early=5, late=10), recurrence=Recurrence(recurrence), **NEW)
    item = replace(assigned(program, an_aircraft()), extension_minutes=extended * 60)

    done = flown_to(item, program, hours_flown=done_at)

    (found,) = explanations(done, program, an_aircraft(flight_minutes_total=done_at * 60))
    assert found.startswith(sentence)


def test_a_calendar_due_explains_that_it_kept_the_plan() -> None:
    program = a_program(months(6, early=18), recurrence=Recurrence.TO_PLAN, **NEW)
    item = flown_to(assigned(program, an_aircraft()), program, hours_flown=0, on=date(2026, 7, 20))
    fixed = a_program(months(6), recurrence=Recurrence.FIXED, **NEW)
    on_grid = flown_to(assigned(fixed, an_aircraft()), fixed, hours_flown=0, on=date(2026, 8, 20))

    (kept,) = explanations(item, program, an_aircraft())
    (gridded,) = explanations(on_grid, fixed, an_aircraft())

    assert kept == (
        "Due at the end of 2027-01-31 = 2026-07-31 + 6 months; done on 2026-07-20, within -18 days, "
        "so counted from plan; 68 days left."
    )
    assert gridded.startswith(
        "Due at the end of 2027-01-31 = 2026-07-31 (first due) + 1 x 6 months; done on 2026-08-20;"
    )


@pytest.mark.parametrize(
    ("late", "extended", "done_at", "revised_late", "why"),
    [
        (10, 0, 108, 5, "within the tolerance of that time, so counted from plan"),
        (10, 0, 108, 20, "within +20:00 FH, so counted from plan"),
        (10, 20, 108, 5, "within the tolerance of that time, so counted from plan"),
        (5, 20, 108, 10, "under an approved extension, so counted from the original due"),
    ],
    ids=["narrowed", "widened", "narrowed beside an extension that was not needed", "widened after an extension"],
)
def test_another_tolerance_afterwards_does_not_change_what_the_work_was_counted_by(
    late: int, extended: int, done_at: int, revised_late: int, why: str
) -> None:
    program = a_program(hours(100, late=late), recurrence=Recurrence.TO_PLAN, **NEW)
    item = replace(assigned(program, an_aircraft()), extension_minutes=extended * 60)
    done = flown_to(item, program, hours_flown=done_at)
    revised = replace(program, limits=(hours(100, late=revised_late),))

    (sentence,) = explanations(
        rules.plan_anew(done, revised), revised, an_aircraft(flight_minutes_total=done_at * 60)
    )

    assert sentence.startswith(f"{KEPT}; done at 108:00 FH on {TODAY}, {why};")


@pytest.mark.parametrize(
    ("given", "flown", "ending"),
    [
        ({}, 105, "past due by 5:00 FH, within +10:00 FH."),
        ({"extended": 20}, 115, "past due by 15:00 FH, within the approved extension of 20:00 FH."),
        ({"extended": 20}, 121, "overdue by 21:00 FH."),
        ({"hard": False}, 300, "past due by 200:00 FH, and a soft limit is never overdue."),
    ],
)
def test_what_is_past_due_says_what_still_allows_it(given: dict[str, int], flown: int, ending: str) -> None:
    program = a_program(hours(100, late=10, hard=bool(given.get("hard", 1))), **NEW)
    item = replace(assigned(program, an_aircraft()), extension_minutes=given.get("extended", 0) * 60)

    (sentence,) = explanations(item, program, an_aircraft(flight_minutes_total=flown * 60))

    assert sentence.endswith(ending)
