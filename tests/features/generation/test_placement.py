"""Where due work goes in an aircraft's future."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from amss.features.generation.placement import Window, place, planning_start, search_end, visits
from amss.features.tasks.model import Booked
from builders.tasks import NOON, after_noon, booked

EIGHT_HOURS = timedelta(hours=8)


def window(start: float, end: float) -> Window:
    return Window(after_noon(start), after_noon(end))


def placed(
    *taken: Booked,
    hours: float = 8,
    slots: int = 1,
    opens: float = 0,
    due: float = 100,
    avoiding: Sequence[Window] = (),
) -> Window | None:
    return place(
        timedelta(hours=hours),
        taken,
        slots=slots,
        earliest=NOON,
        opens_at=after_noon(opens),
        due_at=after_noon(due),
        avoiding=avoiding,
    )


def test_alone_it_ends_when_it_falls_due() -> None:
    assert placed() == window(92, 100)


def test_it_joins_the_visit_the_aircraft_makes_anyway() -> None:
    the_visit = booked(20, 44)

    assert placed(the_visit, slots=2) == window(20, 28)


def test_a_visit_before_the_work_counts_for_its_due_is_not_joined() -> None:
    assert placed(booked(20, 44), slots=2, opens=60) == window(92, 100)
    assert placed(booked(20, 44), booked(60, 70), slots=2, opens=60) == window(60, 68)


def test_a_visit_that_is_under_way_when_the_work_begins_to_count_is_joined_from_then_on() -> None:
    assert placed(booked(20, 44), slots=2, opens=30) == window(30, 38)
    assert placed(booked(20, 44), slots=2, opens=40) == window(92, 100)


def test_a_window_somebody_gave_up_is_not_chosen_again() -> None:
    assert placed(avoiding=[window(92, 100)]) == window(84, 92)
    assert placed(booked(20, 44), slots=2, avoiding=[window(20, 28)]) == window(28, 36)


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


@st.composite
def futures(draw: st.DrawFn) -> tuple[int, list[Booked]]:
    """Return how many slots an aircraft has, and what is booked on it: in each slot one thing after the other."""
    slots = draw(st.integers(1, 3))
    taken: list[Booked] = []
    for slot in range(1, slots + 1):
        free_from = -20
        for pause, hours in draw(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 60)), max_size=5)):
            taken.append(booked(free_from + pause, free_from + pause + hours, slot=slot))
            free_from += pause + hours
    return slots, taken


works = {
    "hours": st.integers(1, 40),
    "opens": st.integers(-40, 100),
    "due": st.integers(-30, 100),
    "avoiding": st.lists(
        st.tuples(st.integers(-10, 100), st.integers(1, 40)).map(lambda each: window(each[0], sum(each))), max_size=3
    ),
}


def room(taken: Sequence[Booked], slots: int, place: Window) -> set[int]:
    """Return the slots that nothing takes in a window."""
    in_the_way = {each.slot for each in taken if each.start_time < place.end and each.end_time > place.start}
    return set(range(1, slots + 1)) - in_the_way


@given(future=futures(), **works)
def test_a_place_is_free_in_one_slot_and_neither_in_the_past_nor_given_up(
    future: tuple[int, list[Booked]], hours: int, opens: int, due: int, avoiding: list[Window]
) -> None:
    slots, taken = future

    place = placed(*taken, hours=hours, slots=slots, opens=opens, due=due, avoiding=avoiding)

    assert place is not None
    assert place.end - place.start == timedelta(hours=hours)
    assert place.start >= NOON
    assert place.end <= search_end(after_noon(due), NOON)
    assert room(taken, slots, place)
    assert all(each.end <= place.start or place.end <= each.start for each in avoiding)


@given(future=futures(), **works)
def test_what_fits_into_a_visit_or_before_the_due_date_goes_there(
    future: tuple[int, list[Booked]], hours: int, opens: int, due: int, avoiding: list[Window]
) -> None:
    slots, taken = future

    place = placed(*taken, hours=hours, slots=slots, opens=opens, due=due, avoiding=avoiding)

    assert place is not None
    # Everything begins and ends on the hour, so that trying every hour tries all there is.
    candidates = [
        each
        for start in range(max(due - hours, 0) + 1)
        if (each := window(start, start + hours)).end <= after_noon(due)
        and room(taken, slots, each)
        and all(gone.end <= each.start or each.end <= gone.start for gone in avoiding)
    ]
    its_visits = visits(taken)
    joining = [
        each
        for each in candidates
        if each.start >= after_noon(opens)
        and any(visit.start <= each.start and each.end <= visit.end for visit in its_visits)
    ]
    if joining:
        assert place in joining
    elif candidates:
        assert place == max(candidates)
    else:
        assert place.end > after_noon(due)


@given(future=futures(), order=st.randoms(use_true_random=False), **works)
def test_the_same_future_leads_to_the_same_place_in_whatever_order_it_is_read(
    future: tuple[int, list[Booked]],
    order: Random,
    hours: int,
    opens: int,
    due: int,
    avoiding: list[Window],
) -> None:
    slots, taken = future
    shuffled = order.sample(taken, len(taken))

    facts: dict[str, Any] = {"hours": hours, "slots": slots, "opens": opens, "due": due, "avoiding": avoiding}

    assert placed(*shuffled, **facts) == placed(*taken, **facts)
