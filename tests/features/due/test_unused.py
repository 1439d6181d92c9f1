"""What work leaves unused of each limit."""

from datetime import date, timedelta

from amss.features.due import rules
from amss.features.due.model import UnusedOut
from amss.features.due.plan import Readings
from amss.features.programs.limits import IntervalType
from amss.foundation.ids import new_id
from builders.programs import NOW, TODAY, a_program, an_aircraft, cycles, hours, months

AIRCRAFT = an_aircraft(flight_minutes_total=36_000, cycles_total=500)


def test_each_limit_keeps_what_was_left_of_it_in_its_own_measure() -> None:
    program = a_program(hours(100), cycles(60), months(1))
    item = rules.assign(program, AIRCRAFT, item_id=new_id(), today=TODAY, now=NOW)
    due_on = date(TODAY.year + TODAY.month // 12, TODAY.month % 12 + 1, TODAY.day)

    unused = rules.unused(item, program, Readings(due_on - timedelta(3), 41_400, 561))

    assert unused == (
        UnusedOut(interval_type=IntervalType.FLIGHT_HOURS, unused=600),
        UnusedOut(interval_type=IntervalType.CYCLES, unused=-1),
        UnusedOut(interval_type=IntervalType.CALENDAR, unused=3),
    )


def test_work_reported_after_newer_work_leaves_nothing_unused() -> None:
    program = a_program(hours(100))
    newer = rules.fulfil(
        rules.assign(program, AIRCRAFT, item_id=new_id(), today=TODAY, now=NOW),
        program,
        task_id=new_id(),
        done=Readings(TODAY, 36_000, 500),
        now=NOW,
    )

    assert rules.unused(newer, program, Readings(TODAY - timedelta(5), 35_000, 490)) == ()
