"""Which tasks an aircraft's due items become, and why one does not. No I/O: every fact arrives as an argument."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from amss.features.aircraft.model import Aircraft
from amss.features.due.model import DueForPlanning
from amss.features.generation.placement import SEARCHED_PAST_DUE, Window, place
from amss.features.tasks.model import Booked, GivenUp, PlannedTask, PlannedWork
from amss.features.tasks.rules import lowest_free_slot


class Plan(msgspec.Struct, frozen=True):
    """What becomes of an aircraft's due items: work, or by their ids the reasons why not."""

    work: PlannedWork
    blocked: dict[UUID, str]


def plan(
    aircraft: Aircraft,
    due: Sequence[DueForPlanning],
    booked: Sequence[Booked],
    given_up: Sequence[GivenUp],
    *,
    earliest: datetime,
) -> Plan:
    """Return a place for every due item, the soonest first and of those the longest, or why it has none.

    A window that somebody cancelled is not chosen again for the same due item: he had his reason.
    """
    taken = list(booked)
    planned: list[PlannedTask] = []
    blocked: dict[UUID, str] = {}
    for item in sorted(due, key=lambda each: (each.due_at, -each.estimated_minutes, each.due_item_id)):
        window = place(
            timedelta(minutes=item.estimated_minutes),
            taken,
            slots=aircraft.capacity_slots,
            earliest=earliest,
            opens_at=item.opens_at,
            due_at=item.due_at,
            avoiding=[
                Window(each.start_time, each.end_time) for each in given_up if each.due_item_id == item.due_item_id
            ],
        )
        if window is None:
            blocked[item.due_item_id] = _no_room(aircraft, item)
            continue
        task = _task(item, window)
        planned.append(task)
        slot = lowest_free_slot(aircraft, taken, window.start, window.end)
        taken.append(Booked(item.due_item_id, task.title, slot, window.start, window.end))
    return Plan(PlannedWork(aircraft, planned, booked), blocked)


def _no_room(aircraft: Aircraft, item: DueForPlanning) -> str:
    return (
        f"{aircraft.tail_number} has no free slot for {item.estimated_minutes} minutes until "
        f"{SEARCHED_PAST_DUE.days} days past the due date, or past today where that is later."
    )


def _task(item: DueForPlanning, window: Window) -> PlannedTask:
    return PlannedTask(
        type=item.task_type,
        title=f"{item.program_code} {item.program_name}",
        start_time=window.start,
        end_time=window.end,
        program_id=item.program_id,
        due_item_id=item.due_item_id,
        due_at=item.due_at,
        estimated_minutes=item.estimated_minutes,
    )
