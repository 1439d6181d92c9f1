"""Where due work goes in an aircraft's future."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from amss.features.generation.placement import Window, place, planning_start, search_end, visits
from amss.features.tasks.model import Booked
from builders.tasks import NOON, after_noon, booked

EIGHT_HOURS = timedelta(hours=8)


def window(start: float, end: float) -> Window:
    return Window(after_noon(start), after_noon(end))


def placed(*taken: Booked, hours: float = 8, slots: int = 1, due: float = 100) -> Window | None:
    return place(timedelta(hours=hours), taken, slots=slots, earliest=NOON, due_at=after_noon(due))


def test_alone_it_ends_when_it_falls_due() -> None:
    assert placed() == window(92, 100)


def test_it_joins_the_visit_the_aircraft_makes_anyway() -> None:
    the_visit = booked(20, 44)

    assert placed(the_visit, slots=2) == window(20, 28)


def test_overlapping_work_is_one_visit() -> None:
    work = [booked(20, 26), booked(25, 30, slot=2), booked(40, 41)]

    assert visits(work) == [window(20, 30), window(40, 41)]
    assert placed(*work, slots=3) == window(20, 28)


def test_of_two_visits_it_takes_the_later_one() -> None:
    assert placed(booked(10, 20), booked(60, 70), slots=2) == window(60, 68)


def test_a_visit_that_ends_after_the_due_date_is_joined_only_as_far_as_it_is_in_time() -> None:
    assert placed(booked(90, 130), slots=2) == window(90, 98)
    assert placed(booked(95, 130), slots=2) == window(92, 100)


def test_a_visit_without_a_free_slot_is_not_joined() -> None:
    assert placed(booked(20, 44), booked(60, 61), slots=1) == window(92, 100)


def test_a_visit_too_short_for_the_work_is_not_stretched() -> None:
    assert placed(booked(20, 24), slots=2) == window(92, 100)


def test_where_the_last_window_is_taken_it_goes_earlier() -> None:
    assert placed(booked(90, 110)) == window(82, 90)


def test_where_there_is_no_room_before_the_due_date_it_goes_later() -> None:
    assert placed(booked(0, 101)) == window(101, 109)


def test_overdue_work_is_done_as_soon_as_there_is_room() -> None:
    assert placed(due=-50) == window(0, 8)
    assert placed(booked(0, 3), due=-50) == window(3, 11)


def test_work_does_not_change_its_slot_halfway() -> None:
    first_half, second_half = booked(0, 50, slot=1), booked(51, 101, slot=2)

    assert placed(first_half, second_half, hours=52, slots=2) == window(50, 102)


def test_an_aircraft_booked_out_for_90_days_past_the_due_date_has_no_room() -> None:
    assert placed(booked(0, 100 + 90 * 24)) is None


def test_planning_begins_with_the_next_quarter_of_an_hour() -> None:
    assert planning_start(datetime(2026, 11, 24, 12, 1, 2, 3, tzinfo=UTC)) == after_noon(0.25)
    assert planning_start(NOON) == NOON


@given(
    taken=st.lists(
        st.tuples(st.integers(-20, 120), st.integers(1, 60), st.integers(1, 3)).map(
            lambda each: booked(each[0], each[0] + each[1], slot=each[2])
        ),
        max_size=12,
    ),
    hours=st.integers(1, 40),
    slots=st.integers(1, 3),
    due=st.integers(-30, 100),
)
def test_a_place_is_never_taken_already_nor_in_the_past(
    taken: list[Booked], hours: int, slots: int, due: int
) -> None:
    place = placed(*taken, hours=hours, slots=slots, due=due)

    assert place is not None
    assert place.end - place.start == timedelta(hours=hours)
    assert place.start >= NOON
    assert place.end <= search_end(after_noon(due), NOON)
    in_the_way = {each.slot for each in taken if each.start_time < place.end and each.end_time > place.start}
    assert in_the_way.isdisjoint(range(1, slots + 1)) or len(in_the_way & set(range(1, slots + 1))) < slots
