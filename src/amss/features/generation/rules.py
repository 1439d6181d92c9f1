"""Which tasks an aircraft's due items become, and why one does not. No I/O: every fact arrives as an argument."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from amss.features.aircraft.model import Aircraft
from amss.features.due.model import DueForPlanning
from amss.features.generation.placement import Window, place
from amss.features.tasks.model import Booked, PlannedTask
from amss.features.tasks.rules import lowest_free_slot


class Plan(msgspec.Struct, frozen=True):
    """What becomes of an aircraft's due items: tasks, or by their ids the reasons why not."""

    tasks: list[PlannedTask]
    blocked: dict[UUID, str]


def plan(aircraft: Aircraft, due: Sequence[DueForPlanning], booked: Sequence[Booked], *, earliest: datetime) -> Plan:
    """Return a place for every due item, the soonest first and of those the longest, or why it has none."""
    taken = list(booked)
    made = Plan([], {})
    for item in sorted(due, key=lambda each: (each.due_at, -each.estimated_minutes)):
        placed = _place(aircraft, item, taken, earliest)
        if isinstance(placed, str):
            made.blocked[item.due_item_id] = placed
            continue
        task = _task(item, placed)
        made.tasks.append(task)
        slot = lowest_free_slot(aircraft, taken, placed.start, placed.end)
        taken.append(Booked(item.due_item_id, task.title, slot, placed.start, placed.end))
    return made


def _place(aircraft: Aircraft, item: DueForPlanning, taken: Sequence[Booked], earliest: datetime) -> Window | str:
    duration = timedelta(minutes=item.estimated_minutes)
    window = place(duration, taken, slots=aircraft.capacity_slots, earliest=earliest, due_at=item.due_at)
    return window or (
        f"{aircraft.tail_number} has no free slot for {item.estimated_minutes} minutes "
        "until 90 days past the due date."
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
