"""Where work may be put, and by what it is refused. No I/O: every fact arrives as an argument."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

from amss.features.aircraft.model import Aircraft
from amss.features.due.model import OverdueItem
from amss.features.tasks.model import Booked, Mechanic, NewTask, PlannedTask, Requirement, Task
from amss.foundation.access import Role
from amss.foundation.errors import Conflict, Duplicate, FieldError, Invalid, Reason

LONGEST_WINDOW = timedelta(days=90)
# Work of more than a day is carried by a team, so it does not book its mechanic.
LONGEST_BOOKING = timedelta(hours=24)
# In three months thousands of tasks may be in the way of one: whoever reads that looks at the first few.
MOST_NAMED = 20


class TaskOverlap(Conflict):
    """All of the aircraft's slots are taken somewhere in the window."""

    code = "TASK_OVERLAP"

    def __init__(self, tail: str, in_the_way: Sequence[Booked] = ()) -> None:
        """Name the aircraft and the tasks in the way, the first twenty."""
        super().__init__(
            f"{tail} has no free slot in this window.",
            reasons=tuple(_booking(each, "SLOT_TAKEN") for each in in_the_way[:MOST_NAMED]),
        )


class MechanicBusy(Conflict):
    """The mechanic carries other work in the window."""

    code = "MECHANIC_BUSY"

    def __init__(self, name: str, in_the_way: Sequence[Booked] = ()) -> None:
        """Name the mechanic and the work he carries, the first twenty tasks."""
        super().__init__(
            f"{name} carries other work in this window.",
            reasons=tuple(_booking(each, "MECHANIC_BOOKED") for each in in_the_way[:MOST_NAMED]),
        )


class AlreadyPlanned(Duplicate):
    """What is due has its open task; a second one would do the same work twice."""

    def __init__(self, program: str, open_tasks: tuple[UUID, ...] = ()) -> None:
        """Name the program and its open task."""
        super().__init__(
            f"{program} already has an open task on this aircraft.",
            reasons=tuple(Reason("OPEN_TASK", "This task is open.", (str(each),)) for each in open_tasks),
        )


class AircraftInUse(Conflict):
    """Open work holds an aircraft in the fleet."""

    code = "IN_USE"

    def __init__(self, tail: str, open_tasks: Sequence[Booked]) -> None:
        """Name the aircraft and its open tasks."""
        super().__init__(
            f"{tail} has open tasks. Complete, cancel or delete them first.",
            reasons=tuple(_booking(each, "OPEN_TASK") for each in open_tasks),
        )


class AircraftNotReady(Conflict):
    """Something keeps an aircraft from being released; `reasons` names all of it at once."""

    code = "AIRCRAFT_NOT_READY"

    def __init__(self, tail: str, reasons: Sequence[Reason]) -> None:
        """Name the aircraft, and say in the detail what the reasons say."""
        said = " ".join(reason.message for reason in reasons)
        super().__init__(f"{tail} cannot be released. {said}", reasons=tuple(reasons))


class UserInUse(Conflict):
    """Open work is in somebody's hands."""

    code = "IN_USE"

    def __init__(self, open_tasks: Sequence[Booked]) -> None:
        """Name the open tasks."""
        super().__init__(
            "This user has open tasks. Complete, cancel or delete them first.",
            reasons=tuple(_booking(each, "OPEN_TASK") for each in open_tasks),
        )


def _booking(task: Booked, code: str) -> Reason:
    start, end = (f"{each.astimezone(UTC):%Y-%m-%d %H:%M}" for each in (task.start_time, task.end_time))
    return Reason(code, f"{task.title}: {start} to {end} UTC.", (str(task.id),))


def moment(given: datetime, pointer: str) -> datetime:
    """Return a moment in UTC; refuse one so far off that it must be a slip."""
    if faults := _far_off(given, pointer):
        raise Invalid(errors=faults)
    return given.astimezone(UTC)


def _far_off(given: datetime, pointer: str) -> tuple[FieldError, ...]:
    if 2000 <= given.year < 2200:
        return ()
    return (FieldError(pointer, "RANGE", "Give a time between the years 2000 and 2199."),)


def window(order: NewTask) -> tuple[datetime, datetime]:
    """Return the window in UTC, or refuse it."""
    if faults := faults_of_window(order.start_time, order.end_time):
        raise Invalid(errors=faults)
    return order.start_time.astimezone(UTC), order.end_time.astimezone(UTC)


def faults_of_window(start: datetime, end: datetime, pointer: str = "/end_time") -> tuple[FieldError, ...]:
    """Return what is wrong with a window: it ends after it starts and is at most 90 days long.

    `pointer` is the field that is blamed when each end is right and both together are not.
    """
    if far_off := (*_far_off(start, "/start_time"), *_far_off(end, "/end_time")):
        return far_off
    if end <= start:
        return (FieldError(pointer, "WINDOW", "A task ends after it starts."),)
    if end - start > LONGEST_WINDOW:
        return (FieldError(pointer, "WINDOW", "A task takes at most 90 days."),)
    return ()


def must_be_ready(aircraft: Aircraft, in_progress: Sequence[Booked], overdue: Sequence[OverdueItem]) -> None:
    """Refuse to release an aircraft while work on it goes on, and while a hard limit is overdue."""
    reasons = [
        *(Reason("TASK_IN_PROGRESS", f"{task.title} is in progress.", (str(task.id),)) for task in in_progress),
        *(Reason("OVERDUE", _overdue(item), (str(item.id),)) for item in overdue),
    ]
    if reasons:
        raise AircraftNotReady(aircraft.tail_number, reasons)


def _overdue(item: OverdueItem) -> str:
    paused = ", though the program is paused" if item.paused else ""
    return f"{item.code} ({item.name}) is overdue{paused}."


def must_carry_work(mechanic: Mechanic) -> None:
    """Refuse to give work to anybody but an active mechanic."""
    if faults := faults_of_mechanic(mechanic):
        raise Invalid(errors=faults)


def faults_of_mechanic(mechanic: Mechanic) -> tuple[FieldError, ...]:
    """Return what is wrong with giving somebody work: only an active mechanic carries it."""
    if mechanic.role != Role.MECHANIC:
        message = f"{mechanic.name} is no mechanic."
    elif not mechanic.active:
        message = f"{mechanic.name} is not active."
    else:
        return ()
    return (FieldError("/assigned_mechanic_id", "NOT_A_MECHANIC", message),)


def must_be_free(mechanic: Mechanic, in_the_way: Sequence[Booked]) -> None:
    """Refuse to double-book a mechanic."""
    if in_the_way:
        raise MechanicBusy(mechanic.name, in_the_way)


def books_its_mechanic(start: datetime, end: datetime) -> bool:
    """Tell whether a window is short enough to take the mechanic for itself."""
    return end - start <= LONGEST_BOOKING


def must_apply(requirement: Requirement, aircraft: Aircraft) -> None:
    """Refuse a program that says nothing about this aircraft, and one whose work is planned already."""
    if not requirement.applies:
        message = f"{requirement.code} does not apply to {aircraft.tail_number}."
        raise Invalid(errors=(FieldError("/program_id", "NOT_APPLICABLE", message),))
    if requirement.open_task_id is not None:
        raise AlreadyPlanned(requirement.code, (requirement.open_task_id,))


def ordered(order: NewTask, start: datetime, end: datetime, requirement: Requirement | None) -> PlannedTask:
    """Return what a planner ordered, with what the program adds to it."""
    return PlannedTask(
        type=order.type,
        title=order.title,
        start_time=start,
        end_time=end,
        program_id=order.program_id,
        due_item_id=requirement.due_item_id if requirement else None,
        due_at=requirement.due_at if requirement else None,
        estimated_minutes=requirement.estimated_minutes if requirement else None,
        assigned_mechanic_id=order.assigned_mechanic_id,
        priority=order.priority,
        notes=order.notes or None,
    )


def overlapping(booked: Iterable[Booked], start: datetime, end: datetime) -> list[Booked]:
    """Return the bookings that share time with a half-open window."""
    return [each for each in booked if each.start_time < end and each.end_time > start]


def lowest_free_slot(aircraft: Aircraft, booked: Iterable[Booked], start: datetime, end: datetime) -> int:
    """Return the lowest slot that nothing takes in the window, or refuse with the tasks in the way."""
    in_the_way = overlapping(booked, start, end)
    taken = {each.slot for each in in_the_way}
    free = next((slot for slot in range(1, aircraft.capacity_slots + 1) if slot not in taken), None)
    if free is None:
        raise TaskOverlap(aircraft.tail_number, in_the_way)
    return free


def place_all(
    planned: Sequence[PlannedTask],
    aircraft: Aircraft,
    booked: Sequence[Booked],
    *,
    new_ids: Sequence[UUID],
    now: datetime,
) -> list[Task]:
    """Return the tasks, scheduled one after the other, each in the lowest slot that is then free."""
    taken = list(booked)
    tasks: list[Task] = []
    for each, task_id in zip(planned, new_ids, strict=True):
        slot = lowest_free_slot(aircraft, taken, each.start_time, each.end_time)
        taken.append(Booked(task_id, each.title, slot, each.start_time, each.end_time))
        tasks.append(
            Task(
                id=task_id,
                org_id=aircraft.org_id,
                version=1,
                created_at=now,
                updated_at=now,
                aircraft_id=aircraft.id,
                slot=slot,
                **msgspec.structs.asdict(each),
            )
        )
    return tasks
