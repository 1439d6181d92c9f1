"""Tasks in SQL."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from amss.features.aircraft.model import Aircraft
from amss.features.due.queries import due_at
from amss.features.tasks.booked_queries import IS_OPEN
from amss.features.tasks.model import Booked, Place, Requirement, StepFacts, Task, TaskOut
from amss.foundation.database import Transaction, columns
from amss.foundation.drafting import Drafting
from amss.foundation.errors import NotFound
from amss.foundation.reading import Listing
from amss.foundation.statements import Statement

TASK_EXPRESSIONS = {
    "readings": (
        "CASE WHEN t.reading_minutes IS NOT NULL "
        "THEN json_build_object('flight_minutes', t.reading_minutes, 'cycles', t.reading_cycles) END"
    ),
    "overdue": "t.state IN ('scheduled', 'in_progress') AND t.end_time < now()",
}
TASKS = Listing(
    shows=TaskOut,
    source="maintenance_tasks t WHERE t.org_id = tenant.org::uuid AND t.deleted_at IS NULL",
    filters={
        "aircraft_id": "t.aircraft_id = {}",
        "program_id": "t.program_id = {}",
        "state": "t.state = {}",
        "type": "t.type = {}",
        "priority": "t.priority = {}",
        "assigned_mechanic_id": "t.assigned_mechanic_id = {}::text::uuid",
        "start_from": "t.start_time >= {}",
        "start_to": "t.start_time < {}",
        # Its start is past as well, which is where the index of open work can end its search.
        "overdue": "(t.state IN ('scheduled', 'in_progress') AND t.start_time < now() AND t.end_time < now()) = {}",
        "late": "t.late = {}",
    },
    expressions=TASK_EXPRESSIONS,
    sorts={"start_time": ("t.start_time", "timestamptz")},
    default_sort="start_time",
)


async def get_requirement(tx: Transaction, program_id: UUID, aircraft: Aircraft) -> Requirement:
    """Return a live program as it stands for an aircraft: its own, its model's, or assigned by hand.

    It is held against deletion until the transaction ends.
    """
    requirement = await tx.first(
        Requirement,
        f"""
        SELECT program.id AS program_id, program.code, program.estimated_minutes,
               due.id AS due_item_id, due.open_task_id,
               {due_at("due", "organization")} AS due_at,
               program.active AND (
                   due.id IS NOT NULL OR program.aircraft_id = $3
                   OR (program.aircraft_id IS NULL AND program.model = $4)
               ) IS TRUE AS applies
        FROM maintenance_programs program
        JOIN organizations organization ON organization.id = program.org_id
        LEFT JOIN due_items due ON due.org_id = program.org_id AND due.program_id = program.id
                               AND due.aircraft_id = $3 AND due.deleted_at IS NULL
        WHERE program.org_id = $1 AND program.id = $2 AND program.deleted_at IS NULL
        FOR KEY SHARE OF program
        """,
        tx.org_id,
        program_id,
        aircraft.id,
        aircraft.model,
    )
    if requirement is None:
        raise NotFound("There is no such program.")
    return requirement


async def find_open(tx: Transaction, aircraft_id: UUID) -> list[Booked]:
    """Return the first twenty open tasks of an aircraft."""
    return await tx.all(
        Booked,
        f"""
        SELECT {columns(Booked)} FROM maintenance_tasks
        WHERE org_id = $1 AND aircraft_id = $2 AND {IS_OPEN}
        ORDER BY start_time, id
        LIMIT 20
        """,
        tx.org_id,
        aircraft_id,
    )


async def find_open_of_mechanic(tx: Transaction, mechanic_id: UUID) -> list[Booked]:
    """Return the first twenty open tasks somebody carries."""
    return await tx.all(
        Booked,
        f"""
        SELECT {columns(Booked)} FROM maintenance_tasks
        WHERE org_id = $1 AND assigned_mechanic_id = $2 AND {IS_OPEN}
        ORDER BY start_time, id
        LIMIT 20
        """,
        tx.org_id,
        mechanic_id,
    )


async def find_in_progress(tx: Transaction, aircraft_id: UUID) -> list[Booked]:
    """Return the work that is going on on an aircraft, soonest first."""
    return await tx.all(
        Booked,
        f"""
        SELECT {columns(Booked)} FROM maintenance_tasks
        WHERE org_id = $1 AND aircraft_id = $2 AND {IS_OPEN} AND state = 'in_progress'
        ORDER BY start_time, id
        """,
        tx.org_id,
        aircraft_id,
    )


async def find_place(drafting: Drafting, aircraft_id: UUID, start: datetime, end: datetime) -> Place | None:
    """Return a live aircraft as it is, and its active tasks that share time with a window, soonest first."""
    row = await drafting.row(
        f"""
        SELECT {columns(Aircraft)}, (
            SELECT jsonb_agg(to_jsonb(b) ORDER BY b.start_time, b.id) FROM (
                SELECT {columns(Booked)} FROM maintenance_tasks
                WHERE org_id = tenant.org::uuid AND aircraft_id = $2 AND {IS_OPEN}
                  AND start_time < $4 AND end_time > $3
            ) b
        ) AS booked
        FROM aircraft t WHERE t.org_id = tenant.org::uuid AND t.id = $2 AND t.deleted_at IS NULL
        """,
        aircraft_id,
        start,
        end,
    )
    if row is None:
        return None
    facts = dict(row)
    booked = msgspec.convert(facts.pop("booked") or (), tuple[Booked, ...])
    return Place(msgspec.convert(facts, Aircraft), booked)


async def add_all(tx: Transaction, tasks: Sequence[Task]) -> None:
    """Insert tasks; the database is the last judge of slots, mechanics and due items."""
    statement = adding(tasks)
    await tx.run(statement.text, *statement.values)


def adding(tasks: Sequence[Task]) -> Statement:
    """Return what inserts tasks."""
    return Statement(
        f"""
        INSERT INTO maintenance_tasks ({columns(Task)})
        SELECT {columns(Task)} FROM jsonb_populate_recordset(NULL::maintenance_tasks, $1::jsonb)
        """,
        (tasks,),
    )


async def save_plan(tx: Transaction, task: Task) -> None:
    """Write back what may be edited of a task; the database is the last judge of its slot and its mechanic."""
    await tx.run(
        """
        UPDATE maintenance_tasks
        SET type = $3, title = $4, notes = $5, priority = $6, start_time = $7, end_time = $8, slot = $9,
            assigned_mechanic_id = $10, version = $11, updated_at = $12
        WHERE org_id = $1 AND id = $2
        """,
        task.org_id,
        task.id,
        task.type,
        task.title,
        task.notes,
        task.priority,
        task.start_time,
        task.end_time,
        task.slot,
        task.assigned_mechanic_id,
        task.version,
        task.updated_at,
    )


def saving_state(task: Task) -> Statement:
    """Return what writes back what a step of its life changes of a task."""
    return Statement(
        """
        UPDATE maintenance_tasks
        SET state = $3, notes = $4, started_at = $5, completed_at = $6, performed_at = $7, cancelled_at = $8,
            cancel_reason = $9, reading_minutes = $10, reading_cycles = $11, unused = $12, timeliness = $13,
            version = $14, updated_at = $15
        WHERE org_id = $1 AND id = $2
        """,
        (
            task.org_id,
            task.id,
            task.state,
            task.notes,
            task.started_at,
            task.completed_at,
            task.performed_at,
            task.cancelled_at,
            task.cancel_reason,
            task.reading_minutes,
            task.reading_cycles,
            task.unused,
            task.timeliness,
            task.version,
            task.updated_at,
        ),
    )


async def delete(tx: Transaction, task: Task) -> None:
    """Take a task out of every list; its row stays until retention."""
    await tx.run(
        """
        UPDATE maintenance_tasks SET version = $3, updated_at = $4, deleted_at = $4
        WHERE org_id = $1 AND id = $2
        """,
        task.org_id,
        task.id,
        task.version,
        task.updated_at,
    )


async def get_step_facts(tx: Transaction, task_id: UUID) -> StepFacts:
    """Return what has a say in a task's next step."""
    return await tx.one(StepFacts, step_facts("$1", "$2", "$3"), tx.org_id, task_id, tx.now)


def step_facts(org: str, task: str, now: str) -> str:
    """Return the SELECT of what has a say in the next step of a task, all given as SQL.

    A check is unsigned while it is pending, or failed and not superseded by a signed one. A part has expired when
    its last day is over in the organization's time zone.
    """
    return f"""
        SELECT policy.early_start_minutes, EXISTS (
            SELECT FROM compliance_items item
            WHERE item.org_id = policy.org_id AND item.task_id = {task} AND item.deleted_at IS NULL
        ) AS has_checks, (
            SELECT coalesce(jsonb_agg(to_jsonb(unsigned)), '[]') FROM (
                SELECT item.id, item.description, item.result FROM compliance_items item
                WHERE item.org_id = policy.org_id AND item.task_id = {task} AND item.deleted_at IS NULL
                  AND item.result IN ('pending', 'fail')
                  AND NOT EXISTS (
                      SELECT FROM compliance_items later
                      WHERE later.org_id = item.org_id AND later.supersedes_id = item.id
                        AND later.deleted_at IS NULL AND later.result <> 'pending'
                  )
                ORDER BY item.position, item.id
            ) unsigned
        ) AS unsigned, (
            SELECT coalesce(jsonb_agg(to_jsonb(part)), '[]') FROM (
                SELECT r.id AS reservation_id, i.id AS part_item_id, i.serial_number, d.name, i.status,
                       coalesce(i.expiry_date < ({now}::timestamptz AT TIME ZONE o.time_zone)::date, false) AS expired
                FROM part_reservations r
                JOIN organizations o ON o.id = r.org_id
                JOIN part_items i ON i.org_id = r.org_id AND i.id = r.part_item_id
                JOIN part_definitions d ON d.org_id = i.org_id AND d.id = i.part_definition_id
                WHERE r.org_id = policy.org_id AND r.task_id = {task} AND r.state = 'reserved'
                ORDER BY r.created_at, r.id
            ) part
        ) AS reserved, (
            SELECT jsonb_build_object('id', u.id, 'name', u.name, 'role', u.role, 'active', u.active)
            FROM maintenance_tasks t JOIN users u ON u.org_id = t.org_id AND u.id = t.assigned_mechanic_id
            WHERE t.org_id = policy.org_id AND t.id = {task}
        ) AS mechanic
        FROM org_policies policy WHERE policy.org_id = {org}
        """
