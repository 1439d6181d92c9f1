"""Use cases of planned work: load, rule, save, record."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from amss.features.aircraft import queries as aircraft_queries
from amss.features.aircraft import service as aircraft_service
from amss.features.aircraft.model import Aircraft
from amss.features.aircraft.rules import must_be_in_service
from amss.features.compliance import service as compliance
from amss.features.due import service as due
from amss.features.due.plan import Readings
from amss.features.parts import demand, reservations
from amss.features.tasks import booked_queries, detail_queries, fleet, holding, life, queries, rules
from amss.features.tasks.list_model import TaskQuery
from amss.features.tasks.model import (
    Mechanic,
    NewTask,
    PlannedTask,
    PlannedWork,
    StateChange,
    Task,
    TaskState,
)
from amss.features.utilization import queries as utilization_queries
from amss.foundation.batch import one_by_one, readable
from amss.foundation.database import Transaction, judged_by
from amss.foundation.drafting import Draft, Drafting
from amss.foundation.errors import Refusal
from amss.foundation.ids import new_id
from amss.foundation.precondition import must_match
from amss.foundation.reading import Reader, Shown
from amss.foundation.shapes import next_version
from amss.journal.event_types import EventType
from amss.journal.recorder import Change, record, record_many, save, written_down


async def create(tx: Transaction, order: NewTask) -> Task:
    """Put work on an aircraft, in its lowest free slot."""
    start, end = rules.window(order)
    aircraft = await aircraft_service.hold_ordered(tx, order.aircraft_id)
    must_be_in_service(aircraft)
    mechanic = requirement = None
    if order.assigned_mechanic_id is not None:
        mechanic = await holding.hold_mechanic(tx, order.assigned_mechanic_id)
        rules.must_carry_work(mechanic)
    if order.program_id is not None:
        requirement = await queries.get_requirement(tx, order.program_id, aircraft)
        rules.must_apply(requirement, aircraft)

    planned = rules.ordered(order, start, end, requirement)
    return await _add(tx, aircraft, planned, mechanic)


async def draft(drafting: Drafting, order: NewTask) -> Draft | None:
    """Draft work as `create` puts it on an aircraft, where neither a program nor a mechanic has a say in it."""
    if order.program_id is not None or order.assigned_mechanic_id is not None:
        return None
    start, end = rules.window(order)
    place = await queries.find_place(drafting, order.aircraft_id, start, end)
    if place is None:
        return None
    must_be_in_service(place.aircraft)
    planned = rules.ordered(order, start, end, None)
    (task,) = rules.place_all([planned], place.aircraft, place.booked, new_ids=[new_id()], now=drafting.now)
    return Draft(
        rests_on=aircraft_queries.unchanged(place.aircraft),
        writes=(
            queries.adding([task]),
            *written_down(drafting, EventType.TASK_CREATED, [Change(after=task)]),
            *compliance.drafted_for(drafting, task),
        ),
        result=task,
    )


async def create_each(tx: Transaction, orders: Sequence[NewTask | Refusal]) -> list[Task | Refusal]:
    """Put many pieces of work on aircraft, each as `create` does; one that is refused leaves the others alone."""
    await holding.hold_all(tx, readable(orders))
    return await one_by_one(tx, orders, create)


async def create_many(tx: Transaction, works: Sequence[PlannedWork]) -> list[Task]:
    """Put unassigned work on aircraft, which the caller holds, each piece in its lowest free slot."""
    tasks: list[Task] = []
    for work in works:
        must_be_in_service(work.aircraft)
        new_ids = [new_id() for _ in work.planned]
        tasks += rules.place_all(work.planned, work.aircraft, work.booked, new_ids=new_ids, now=tx.now)
    tails = ", ".join(work.aircraft.tail_number for work in works)
    with judged_by("maintenance_tasks_slot_free", rules.TaskOverlap(tails)):
        await _save_new(tx, tasks)
    return tasks


async def change_state(tx: Transaction, task_id: UUID, change: StateChange, *, if_match: int | None) -> Task:
    """Start, complete or cancel a task."""
    aircraft, task = await holding.hold(tx, task_id)
    life.must_be_his(tx.actor, task, change.state)
    must_match(task.version, if_match)
    life.must_lead_there(task, change.state)
    life.must_fit(change)

    step = {
        TaskState.IN_PROGRESS: _start,
        TaskState.COMPLETED: _complete,
        TaskState.CANCELLED: _cancel,
    }[change.state]
    return await step(tx, task, change, aircraft)


async def delete(tx: Transaction, task_id: UUID, *, if_match: int | None) -> None:
    """Delete a task that is no more than a plan; what it was for falls due as before."""
    _, task = await holding.hold(tx, task_id)
    must_match(task.version, if_match)
    life.must_be_deletable(task)

    deleted = next_version(task, now=tx.now)
    await queries.delete(tx, deleted)
    await reservations.release_all(tx, task.id)
    if task.due_item_id is not None:
        await due.release_tasks(tx, [task.id])
    await compliance.remove_with_task(tx, task.id)
    await record(tx, EventType.TASK_DELETED, before=deleted)


async def search(reader: Reader, query: TaskQuery) -> Shown:
    """List tasks."""
    if query.assigned_mechanic_id == "me":
        query = msgspec.structs.replace(query, assigned_mechanic_id=str(reader.actor.id))
    for given, name in ((query.start_from, "start_from"), (query.start_to, "start_to")):
        if given is not None:
            query = msgspec.structs.replace(query, **{name: rules.moment(given, name)})
    return await queries.TASKS.page(reader, query)


async def get(reader: Reader, task_id: UUID) -> Shown:
    """Show one task with all that belongs to it."""
    return await detail_queries.TASK.one(reader, task_id)


async def _add(tx: Transaction, aircraft: Aircraft, planned: PlannedTask, mechanic: Mechanic | None) -> Task:
    start, end = planned.start_time, planned.end_time
    if mechanic is not None and rules.books_its_mechanic(start, end):
        rules.must_be_free(mechanic, await booked_queries.find_booked_by_mechanic(tx, mechanic.id, start, end))
    booked = await booked_queries.find_booked(tx, aircraft.id, start, end)
    tasks = rules.place_all([planned], aircraft, booked, new_ids=[new_id()], now=tx.now)

    with (
        judged_by("maintenance_tasks_slot_free", rules.TaskOverlap(aircraft.tail_number)),
        judged_by("maintenance_tasks_mechanic_free", rules.MechanicBusy(mechanic.name if mechanic else "He")),
    ):
        await _save_new(tx, tasks)
    return tasks[0]


async def _save_new(tx: Transaction, tasks: Sequence[Task]) -> None:
    with judged_by("maintenance_tasks_one_open_per_due_item", rules.AlreadyPlanned("This program")):
        await queries.add_all(tx, tasks)
    if pairs := [(task.due_item_id, task.id) for task in tasks if task.due_item_id is not None]:
        await due.attach_task(tx, pairs)
    if of_programs := [task.id for task in tasks if task.program_id is not None]:
        await demand.note(tx, of_programs)
    await record_many(tx, EventType.TASK_CREATED, [Change(after=task) for task in tasks])
    await compliance.add_to_new(tx, tasks)


async def _start(tx: Transaction, task: Task, change: StateChange, aircraft: Aircraft) -> Task:
    started = life.start(task, change, aircraft, await queries.get_step_facts(tx, task.id), now=tx.now)
    await _save(tx, task, started, change)
    await fleet.take_in(tx, aircraft)
    return started


async def _complete(tx: Transaction, task: Task, change: StateChange, aircraft: Aircraft) -> Task:
    facts = await queries.get_step_facts(tx, task.id)
    then = await utilization_queries.counters_at(tx, aircraft.id, life.performed(change, now=tx.now))
    completed = life.complete(task, change, aircraft, facts, then=then, now=tx.now)
    performed_at, readings = completed.performed_at, completed.readings
    assert performed_at is not None
    assert readings is not None
    await fleet.give_back(tx, aircraft, completed)
    if completed.due_item_id is not None:
        against_due = await due.fulfil(
            tx,
            due_item_id=completed.due_item_id,
            task_id=completed.id,
            performed_at=performed_at,
            done=Readings(then.on, readings.flight_minutes, readings.cycles),
        )
        completed = msgspec.structs.replace(completed, unused=against_due.unused, timeliness=against_due.timeliness)
    await _save(tx, task, completed, change)
    return completed


async def _cancel(tx: Transaction, task: Task, change: StateChange, aircraft: Aircraft) -> Task:
    cancelled = life.cancel(task, change, tx.actor, now=tx.now)
    await _save(tx, task, cancelled, change)
    await reservations.release_all(tx, task.id)
    # The aircraft first: what is due on it then may give it another next due date.
    if task.state is TaskState.IN_PROGRESS:
        await fleet.give_back(tx, aircraft, cancelled)
    if cancelled.due_item_id is not None:
        await due.release_tasks(tx, [cancelled.id])
    return cancelled


async def _save(tx: Transaction, before: Task, after: Task, change: StateChange) -> None:
    saving = queries.saving_state(after)
    await save(tx, saving, EventType.TASK_STATE_CHANGED, before=before, after=after, reason=change.reason)
