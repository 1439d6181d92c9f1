"""How a task may be edited, and by whom it is carried on. No I/O: every fact arrives as an argument."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from amss.features.aircraft.model import Aircraft
from amss.features.tasks.life import must_be_open
from amss.features.tasks.model import Booked, Handover, Mechanic, Task, TaskChange, TaskState
from amss.features.tasks.rules import faults_of_mechanic, faults_of_window, lowest_free_slot, overlapping
from amss.foundation.errors import Conflict, FieldError, Invalid, Reason
from amss.foundation.shapes import given, next_version

MOST_NOTES = 10_000
# How a planner calls what is fixed once the work has begun.
_FIXED = {"type": "kind of work", "title": "title", "priority": "priority", "start_time": "start"}


class TaskInProgress(Conflict):
    """Work that goes on keeps its plan, but for its notes and a later end; `reasons` names all that is asked."""

    code = "TASK_IN_PROGRESS"

    def __init__(self, task: Task, reasons: Iterable[Reason] = ()) -> None:
        """Say in the detail what the reasons say."""
        reasons = tuple(reasons)
        said = " ".join(reason.message for reason in reasons)
        super().__init__(f"{task.title} is in progress. {said}", reasons=reasons)


def edit(task: Task, change: TaskChange, mechanic: Mechanic | None, *, now: datetime) -> Task:
    """Return the task with the given fields changed, one version on; unchanged if nothing differs.

    `mechanic` is who would carry it. Its slot is as it was: see `fitting_slot`.
    """
    must_be_open(task)
    fields = given(change)
    if "notes" in fields:
        fields["notes"] = fields["notes"] or None
    edited = replace(task, **fields)
    changed = {name for name in fields if getattr(edited, name) != getattr(task, name)}
    if task.state is TaskState.IN_PROGRESS and (reasons := _fixed(task, edited, changed)):
        raise TaskInProgress(task, reasons)
    if faults := _faults(task, edited, changed, mechanic):
        raise Invalid(errors=faults)
    if not changed:
        return task
    start, end = (each.astimezone(UTC) for each in (edited.start_time, edited.end_time))
    return next_version(edited, now=now, start_time=start, end_time=end)


def _fixed(task: Task, edited: Task, changed: set[str]) -> list[Reason]:
    """Return what a change would change of work that goes on, and must not."""
    said = [f"Its {words} does not change any more." for name, words in _FIXED.items() if name in changed]
    if edited.end_time < task.end_time:
        said.append("Its end only moves later.")
    if "assigned_mechanic_id" in changed:
        said.append("Another mechanic takes it by a handover.")
    return [Reason("FIXED_BY_START", each, (str(task.id),)) for each in said]


def _faults(task: Task, edited: Task, changed: set[str], mechanic: Mechanic | None) -> tuple[FieldError, ...]:
    faults: list[FieldError] = []
    if "type" in changed and task.program_id is not None:
        faults.append(FieldError("/type", "OF_PROGRAM", "Its program says what kind of work it is."))
    if changed & {"start_time", "end_time"}:
        blamed = "/end_time" if "end_time" in changed else "/start_time"
        faults += faults_of_window(edited.start_time, edited.end_time, blamed)
    if "assigned_mechanic_id" in changed and mechanic is not None:
        faults += faults_of_mechanic(mechanic)
    return tuple(faults)


def carrier(task: Task, change: TaskChange) -> UUID | None:
    """Return whose days a change concerns: who is given the work, or has it while it is moved."""
    fields: dict[str, Any] = given(change)
    if not fields.keys() & {"start_time", "end_time", "assigned_mechanic_id"}:
        return None
    return fields.get("assigned_mechanic_id", task.assigned_mechanic_id)


def is_moved(task: Task, edited: Task) -> bool:
    """Tell whether an edited task has another window than before."""
    return (task.start_time, task.end_time) != (edited.start_time, edited.end_time)


def is_reassigned(task: Task, edited: Task) -> bool:
    """Tell whether an edited task has another mechanic than before, or none any more."""
    return task.assigned_mechanic_id != edited.assigned_mechanic_id


def fitting_slot(edited: Task, aircraft: Aircraft, booked: Iterable[Booked]) -> int:
    """Return the slot of a task that was moved: its own if that is free there, else the lowest that is."""
    others = others_than(edited, overlapping(booked, edited.start_time, edited.end_time))
    if edited.slot <= aircraft.capacity_slots and edited.slot not in {each.slot for each in others}:
        return edited.slot
    return lowest_free_slot(aircraft, others, edited.start_time, edited.end_time)


def others_than(task: Task, booked: Iterable[Booked]) -> list[Booked]:
    """Return the bookings that are not the task's own."""
    return [each for each in booked if each.id != task.id]


def hand_over(task: Task, handover: Handover, mechanic: Mechanic, *, now: datetime) -> Task:
    """Return work that is in progress in the hands of another mechanic, the note added to its notes."""
    must_be_open(task)
    if task.state is TaskState.SCHEDULED:
        raise Conflict(f"{task.title} has not started. Assign it to {mechanic.name} instead.")
    if task.assigned_mechanic_id == mechanic.id:
        raise Conflict(f"{mechanic.name} carries {task.title} already.")
    said = f"Handed over to {mechanic.name}: {handover.note}"
    notes = f"{task.notes}\n{said}" if task.notes else said
    faults = list(faults_of_mechanic(mechanic))
    if len(notes) > MOST_NOTES:
        faults.append(FieldError("/note", "LENGTH", f"The notes would exceed {MOST_NOTES} characters."))
    if faults:
        raise Invalid(errors=tuple(faults))
    return next_version(task, now=now, assigned_mechanic_id=mechanic.id, notes=notes)
