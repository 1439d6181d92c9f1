"""What a revision of a program would change of what is due. No I/O."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from heapq import nsmallest
from uuid import UUID

import msgspec

from amss.features.aircraft.model import Aircraft
from amss.features.due import rules
from amss.features.due.model import AircraftRef, DueItem, DueStatus
from amss.features.programs.limits import IntervalType
from amss.features.programs.model import Program
from amss.features.programs.rules import moves_due_items

# So many of the items that move are shown.
SHOWN = 100


class StatusCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many due items of a program have which status."""

    ok: int = 0
    notify: int = 0
    due: int = 0
    in_extension: int = 0
    overdue: int = 0


class LimitPreview(msgspec.Struct, frozen=True, kw_only=True):
    """Where a limit falls due: minutes and minutes, cycles and cycles, or a day and days."""

    interval_type: IntervalType
    due: int | date
    remaining: int


class DuePreview(msgspec.Struct, frozen=True, kw_only=True):
    """How a due item stands before or after a revision."""

    status: DueStatus
    driving_limit: IntervalType | None
    projected_on: date | None
    limits: tuple[LimitPreview, ...]


class ComparedItem(msgspec.Struct, frozen=True, kw_only=True):
    """A due item before and after a revision; null where nothing is due by the program.

    `due_item_id` is null of an aircraft that would come under the program.
    """

    due_item_id: UUID | None
    aircraft: AircraftRef
    task_id: UUID | None
    before: DuePreview | None
    after: DuePreview | None


class RevisionPreview(msgspec.Struct, frozen=True, kw_only=True):
    """What a revision would change: how many items have which status, how many move, and the most urgent of these."""

    before: StatusCounts
    after: StatusCounts
    moved: int
    items: tuple[ComparedItem, ...]


class Revision(msgspec.Struct, frozen=True):
    """A program as it is and as it would be, and the day on which that is tried."""

    before: Program
    after: Program
    today: date


def compare(
    revision: Revision, aircraft: Aircraft, item: DueItem, still_extended: DueItem, *, is_new: bool
) -> ComparedItem:
    """Compare what is due by a program on an aircraft with what would be due by it as revised.

    `still_extended` is the item with those extensions alone that the revision allows. A new item is one that would
    only come with the revision.
    """
    before, after, today = revision.before, revision.after, revision.today
    moves = moves_due_items(before, after) or still_extended != item
    would_be = rules.plan_anew(still_extended, after) if moves else still_extended
    return ComparedItem(
        due_item_id=None if is_new else item.id,
        aircraft=AircraftRef(aircraft.id, aircraft.tail_number),
        task_id=item.open_task_id,
        before=None if is_new else _previewed(item, before, aircraft, today),
        after=_previewed(would_be, after, aircraft, today),
    )


def summarize(compared: Sequence[ComparedItem]) -> RevisionPreview:
    """Return the counts of all, and the most urgent of those that move."""
    moved = [each for each in compared if each.before != each.after]
    return RevisionPreview(
        before=_counts(each.before for each in compared),
        after=_counts(each.after for each in compared),
        moved=len(moved),
        items=tuple(nsmallest(SHOWN, moved, key=_least_urgent_last)),
    )


def _previewed(item: DueItem, program: Program, aircraft: Aircraft, today: date) -> DuePreview | None:
    """Return how an item stands; by a program that is not active nothing is due."""
    if not program.active:
        return None
    stands = rules.project(item, program, aircraft, today=today)
    return msgspec.convert(rules.shown(stands, program, aircraft, today=today), DuePreview, from_attributes=True)


def _counts(previews: Iterable[DuePreview | None]) -> StatusCounts:
    return StatusCounts(**Counter(each.status.value for each in previews if each is not None))


_URGENCY = {status: place for place, status in enumerate(reversed(DueStatus))}


def _least_urgent_last(each: ComparedItem) -> tuple[int, date, str]:
    shown = each.after or each.before
    assert shown is not None
    return _URGENCY[shown.status], shown.projected_on or date.max, each.aircraft.tail_number
