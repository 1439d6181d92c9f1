"""Use cases of changing planned work: load, rule, save, record."""

from uuid import UUID

from msgspec.structs import replace

from amss.features.aircraft.model import Aircraft
from amss.features.compliance import service as compliance
from amss.features.tasks import booked_queries, editing_rules, holding, queries, rules
from amss.features.tasks.model import Handover, Mechanic, Task, TaskChange
from amss.foundation.database import Transaction, judged_by
from amss.foundation.precondition import must_match
from amss.journal.event_types import EventType
from amss.journal.recorder import record


async def edit(tx: Transaction, task_id: UUID, change: TaskChange, *, if_match: int | None) -> Task:
    """Change what may be edited of a task; one that is moved or reassigned must find its place again."""
    aircraft, task = await holding.hold(tx, task_id)
    carrier = editing_rules.carrier(task, change)
    mechanic = None if carrier is None else await holding.hold_mechanic(tx, carrier)
    must_match(task.version, if_match)
    edited = editing_rules.edit(task, change, mechanic, now=tx.now)
    if edited is task:
        return task

    if editing_rules.is_moved(task, edited):
        booked = await booked_queries.find_booked(tx, aircraft.id, edited.start_time, edited.end_time)
        edited = replace(edited, slot=editing_rules.fitting_slot(edited, aircraft, booked))
    await _must_be_free(tx, edited, mechanic)
    await _save(tx, edited, aircraft, mechanic)
    await record(tx, _kind_of(task, edited), before=task, after=edited)
    await compliance.follow_type(tx, task, edited)
    return edited


async def hand_over(tx: Transaction, task_id: UUID, handover: Handover, *, if_match: int | None) -> Task:
    """Let another mechanic go on with work that is in progress; signatures that were given stay."""
    aircraft, task = await holding.hold(tx, task_id)
    mechanic = await holding.hold_mechanic(tx, handover.assigned_mechanic_id)
    must_match(task.version, if_match)
    handed_over = editing_rules.hand_over(task, handover, mechanic, now=tx.now)

    await _must_be_free(tx, handed_over, mechanic)
    await _save(tx, handed_over, aircraft, mechanic)
    await record(tx, EventType.TASK_ASSIGNED, before=task, after=handed_over, reason=handover.note)
    return handed_over


async def _must_be_free(tx: Transaction, task: Task, mechanic: Mechanic | None) -> None:
    start, end = task.start_time, task.end_time
    if mechanic is not None and rules.books_its_mechanic(start, end):
        booked = await booked_queries.find_booked_by_mechanic(tx, mechanic.id, start, end)
        rules.must_be_free(mechanic, editing_rules.others_than(task, booked))


async def _save(tx: Transaction, task: Task, aircraft: Aircraft, mechanic: Mechanic | None) -> None:
    with (
        judged_by("maintenance_tasks_slot_free", rules.TaskOverlap(aircraft.tail_number)),
        judged_by("maintenance_tasks_mechanic_free", rules.MechanicBusy(mechanic.name if mechanic else "He")),
    ):
        await queries.save_plan(tx, task)


def _kind_of(task: Task, edited: Task) -> EventType:
    """Return the one event of a change, the weightiest of its kinds: `changed` in it names all that changed."""
    if editing_rules.is_moved(task, edited):
        return EventType.TASK_RESCHEDULED
    if editing_rules.is_reassigned(task, edited):
        return EventType.TASK_ASSIGNED
    return EventType.TASK_UPDATED
