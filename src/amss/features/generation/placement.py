"""Where in an aircraft's future a due piece of work goes. No I/O: every fact arrives as an argument.

First choice is a visit the aircraft makes anyway, from when on the work counts for its due; then the latest free
window that ends by the due date, so that little of the interval is given away; then the earliest free one after it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from amss.features.tasks.model import Booked

GRID = timedelta(minutes=15)
# Work that finds no room until so long after its due date is a planner's decision.
SEARCHED_PAST_DUE = timedelta(days=90)
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


class Window(msgspec.Struct, frozen=True, order=True):
    """A half-open span of time."""

    start: datetime
    end: datetime


def planning_start(now: datetime) -> datetime:
    """Return the first quarter of an hour that has not begun."""
    return now + (_EPOCH - now) % GRID


def search_end(due_at: datetime, earliest: datetime) -> datetime:
    """Return where the search for room ends, also for what is overdue already."""
    return max(due_at, earliest) + SEARCHED_PAST_DUE


def place(
    duration: timedelta,
    booked: Sequence[Booked],
    *,
    slots: int,
    earliest: datetime,
    opens_at: datetime,
    due_at: datetime,
    avoiding: Sequence[Window] = (),
) -> Window | None:
    """Return the window for work on an aircraft with so many slots, or None where there is no room.

    A visit is joined between `opens_at` and `due_at`; what is to be avoided is as good as taken in every slot.
    """
    within = Window(earliest, search_end(due_at, earliest))
    gaps = [gap for taken in _lanes(booked, slots) for gap in _gaps(sorted([*taken, *avoiding]), within)]
    by_due = (Window(end - duration, end) for gap in gaps if (end := min(gap.end, due_at)) - duration >= gap.start)
    after_due = (Window(gap.start, gap.start + duration) for gap in gaps if gap.end - gap.start >= duration)
    joined = _within_a_visit(duration, booked, gaps, Window(opens_at, due_at))
    return joined or max(by_due, default=None) or min(after_due, default=None)


def visits(booked: Iterable[Booked]) -> list[Window]:
    """Return the times an aircraft spends in maintenance: overlapping work seen together, soonest first."""
    found: list[Window] = []
    for window in sorted(Window(each.start_time, each.end_time) for each in booked):
        if found and window.start <= found[-1].end:
            found[-1] = Window(found[-1].start, max(found[-1].end, window.end))
        else:
            found.append(window)
    return found


def _within_a_visit(
    duration: timedelta, booked: Sequence[Booked], gaps: Sequence[Window], counts: Window
) -> Window | None:
    """Return the earliest room inside the latest visit that has any while the work counts for its due."""
    for visit in reversed(visits(booked)):
        starts = [
            start
            for gap in gaps
            if (start := max(gap.start, visit.start, counts.start)) + duration <= min(gap.end, visit.end, counts.end)
        ]
        if starts:
            return Window(min(starts), min(starts) + duration)
    return None


def _lanes(booked: Iterable[Booked], slots: int) -> list[list[Window]]:
    """Return what is taken in each slot; one slot stands for all in which nothing is."""
    lanes: defaultdict[int, list[Window]] = defaultdict(list)
    for each in booked:
        if each.slot <= slots:
            lanes[each.slot].append(Window(each.start_time, each.end_time))
    return [*lanes.values(), []] if len(lanes) < slots else list(lanes.values())


def _gaps(taken: Iterable[Window], within: Window) -> Iterator[Window]:
    """Yield the free windows beside what is taken, both soonest first."""
    free_from = within.start
    for window in taken:
        if free_from < min(window.start, within.end):
            yield Window(free_from, min(window.start, within.end))
        free_from = max(free_from, window.end)
    if free_from < within.end:
        yield Window(free_from, within.end)
