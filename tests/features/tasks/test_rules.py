"""Where work may be put."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from amss.features.tasks import rules
from amss.features.tasks.model import Mechanic, NewTask, PlannedTask, Requirement, TaskType
from amss.foundation.errors import Invalid
from amss.foundation.ids import new_id
from builders.tasks import NOON, after_noon, an_aircraft, booked


def an_order(start: datetime, end: datetime) -> NewTask:
    return NewTask(aircraft_id=new_id(), type=TaskType.REPAIR, title="Flap jack", start_time=start, end_time=end)


def planned(start: float, end: float) -> PlannedTask:
    return PlannedTask(
        type=TaskType.INSPECTION, title="A check", start_time=after_noon(start), end_time=after_noon(end)
    )


@pytest.mark.parametrize("end", [NOON, after_noon(-1), NOON + timedelta(days=90, seconds=1)])
def test_a_window_ends_after_it_starts_and_is_at_most_90_days_long(end: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        rules.window(an_order(NOON, end))

    assert refused.value.errors[0].pointer == "/end_time"


def test_a_window_of_exactly_90_days_is_allowed_and_read_in_utc() -> None:
    edinburgh_summer = timezone(timedelta(hours=1))
    order = an_order(NOON.astimezone(edinburgh_summer), NOON + timedelta(days=90))

    start, end = rules.window(order)

    assert (start, start.tzinfo, end) == (NOON, UTC, NOON + timedelta(days=90))


def test_a_time_at_the_edge_of_the_calendar_is_a_slip() -> None:
    with pytest.raises(Invalid):
        rules.window(an_order(datetime.min.replace(tzinfo=timezone(timedelta(hours=14))), NOON))


def test_only_an_active_mechanic_carries_work() -> None:
    the_planner = Mechanic(new_id(), "Pat", "scheduler", active=True)
    on_leave = Mechanic(new_id(), "Max", "mechanic", active=False)

    for somebody in (the_planner, on_leave):
        with pytest.raises(Invalid) as refused:
            rules.must_carry_work(somebody)
        assert somebody.name in refused.value.errors[0].message
    rules.must_carry_work(Mechanic(new_id(), "Kim", "mechanic", active=True))


def test_work_of_more_than_a_day_does_not_book_its_mechanic() -> None:
    assert rules.books_its_mechanic(NOON, after_noon(24))
    assert not rules.books_its_mechanic(NOON, after_noon(24.01))


def test_a_program_of_another_aircraft_does_not_apply() -> None:
    elsewhere = Requirement(new_id(), "A-CHK", False, 480, None, None, None)  # noqa: FBT003

    with pytest.raises(Invalid) as refused:
        rules.must_apply(elsewhere, an_aircraft())

    assert refused.value.errors[0].message == "A-CHK does not apply to G-ABCD."


def test_what_is_planned_already_is_not_planned_twice() -> None:
    open_task = new_id()
    requirement = Requirement(new_id(), "A-CHK", True, 480, new_id(), open_task, NOON)  # noqa: FBT003

    with pytest.raises(rules.AlreadyPlanned) as refused:
        rules.must_apply(requirement, an_aircraft())

    assert refused.value.reasons[0].ids == (str(open_task),)


def test_work_takes_the_lowest_free_slot() -> None:
    taken = [booked(0, 4, slot=1), booked(1, 2, slot=3)]

    assert rules.lowest_free_slot(an_aircraft(), taken, after_noon(0), after_noon(4)) == 2


def test_windows_are_half_open_so_one_task_may_follow_another() -> None:
    before_and_after = [booked(-4, 0), booked(4, 8)]

    assert rules.lowest_free_slot(an_aircraft(capacity_slots=1), before_and_after, NOON, after_noon(4)) == 1


def test_a_full_aircraft_names_the_tasks_in_the_way() -> None:
    in_the_way = [booked(0, 4, slot=1), booked(3, 6, slot=2, title="Flap jack")]
    aircraft = an_aircraft(capacity_slots=2)

    with pytest.raises(rules.TaskOverlap) as refused:
        rules.lowest_free_slot(aircraft, [*in_the_way, booked(8, 9)], after_noon(2), after_noon(5))

    assert [reason.ids for reason in refused.value.reasons] == [(str(each.id),) for each in in_the_way]
    assert refused.value.reasons[1].message == "Flap jack: 2026-11-24 15:00 to 2026-11-24 18:00 UTC."


def test_of_many_tasks_in_the_way_the_first_twenty_are_named() -> None:
    in_the_way = [booked(hour, hour + 1) for hour in range(30)]
    kim = Mechanic(new_id(), "Kim", "mechanic", active=True)

    with pytest.raises(rules.TaskOverlap) as full:
        rules.lowest_free_slot(an_aircraft(capacity_slots=1), in_the_way, NOON, after_noon(30))
    with pytest.raises(rules.MechanicBusy) as busy:
        rules.must_be_free(kim, in_the_way)

    first = [(str(each.id),) for each in in_the_way[:20]]
    assert [reason.ids for reason in full.value.reasons] == first
    assert [reason.ids for reason in busy.value.reasons] == first


def test_work_placed_together_does_not_share_a_slot() -> None:
    orders = [planned(0, 4), planned(2, 6), planned(4, 5)]

    tasks = rules.place_all(orders, an_aircraft(), [booked(0, 1)], new_ids=[new_id() for _ in orders], now=NOON)

    assert [task.slot for task in tasks] == [2, 1, 2]
