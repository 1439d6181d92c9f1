"""Finding due items in SQL."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from amss.features.aircraft.model import Aircraft
from amss.features.due.model import DueForPlanning, DueItem, DueItemOut
from amss.features.programs.model import Program
from amss.features.programs.queries import limits_of
from amss.foundation.database import Connection, Transaction, columns
from amss.foundation.errors import NotFound
from amss.foundation.reading import Listing, Reader

# Named one by one: of "not retired", in a fleet without any retired aircraft, the planner expects no row at all.
_IN_SERVICE = "status IN ('operational', 'maintenance', 'grounded')"
_TODAY = "(now() AT TIME ZONE o.time_zone)::date"
_LIMITS = f"""(
    SELECT json_agg(json_build_object(
        'interval_type', l.interval_type, 'unit', l.unit, 'interval', l.interval,
        'due', CASE l.interval_type WHEN 'flight_hours' THEN to_json(t.due_minutes)
               WHEN 'cycles' THEN to_json(t.due_cycles) ELSE to_json(t.due_on) END,
        'remaining', CASE l.interval_type WHEN 'flight_hours' THEN t.due_minutes - a.flight_minutes_total
                     WHEN 'cycles' THEN t.due_cycles - a.cycles_total ELSE t.due_on - {_TODAY} END,
        'early', l.early, 'late', l.late, 'tolerance_unit', l.tolerance_unit,
        'extension', CASE l.interval_type WHEN 'flight_hours' THEN t.extension_minutes
                     WHEN 'cycles' THEN t.extension_cycles ELSE t.extension_days END
    ) ORDER BY l.position)
    FROM maintenance_program_limits l WHERE l.org_id = t.org_id AND l.program_id = t.program_id
)"""
# What is due is what active programs ask of aircraft that are in the fleet. OFFSET keeps the look-ups from being
# merged into a join that starts at the aircraft: one page must not read all due items of the organization.
_SOURCE = f"""
    due_items t
    CROSS JOIN LATERAL (
        SELECT * FROM maintenance_programs WHERE org_id = t.org_id AND id = t.program_id AND active OFFSET 0
    ) p
    CROSS JOIN LATERAL (
        SELECT * FROM aircraft
        WHERE org_id = t.org_id AND id = t.aircraft_id AND deleted_at IS NULL AND {_IN_SERVICE} OFFSET 0
    ) a
    CROSS JOIN LATERAL (SELECT time_zone FROM organizations WHERE id = t.org_id OFFSET 0) o
    WHERE t.org_id = tenant.org::uuid AND t.deleted_at IS NULL
"""


def due_at(item: str, organization: str) -> str:
    """Return the SQL of the end of the day on which a due item (an alias) falls due in its organization."""
    # What is past is projected to today; only a calendar limit knows since when.
    due_on = f"CASE {item}.driving_limit WHEN 'calendar' THEN {item}.due_on ELSE {item}.projected_on END"
    return f"({due_on} + 1)::timestamp AT TIME ZONE {organization}.time_zone"


DUE_ITEMS = Listing(
    shows=DueItemOut,
    source=_SOURCE,
    expressions={
        "program": "json_build_object('id', p.id, 'code', p.code, 'name', p.name)",
        "aircraft": "json_build_object('id', a.id, 'tail_number', a.tail_number)",
        "task_id": "t.open_task_id",
        "start": (
            "json_build_object('source', t.start_source, 'on', t.start_on, "
            "'flight_minutes', t.start_minutes, 'cycles', t.start_cycles)"
        ),
        "last_done": (
            "CASE WHEN t.last_done_on IS NOT NULL THEN json_build_object('on', t.last_done_on, "
            "'flight_minutes', t.last_done_minutes, 'cycles', t.last_done_cycles) END"
        ),
        "limits": _LIMITS,
    },
    filters={
        "status": "t.status = {}",
        "aircraft_id": "t.aircraft_id = {}",
        "program_id": "t.program_id = {}",
        "tail_number": (
            "t.aircraft_id = (SELECT id FROM aircraft "
            "WHERE org_id = tenant.org::uuid AND tail_number = upper({}) AND deleted_at IS NULL)"
        ),
        "model": (
            "t.aircraft_id = ANY (ARRAY(SELECT id FROM aircraft "
            "WHERE org_id = tenant.org::uuid AND model = {} AND deleted_at IS NULL))"
        ),
        "due_before": "t.projected_or_never < {}",
        "unplanned": "(t.open_task_id IS NULL) = {}",
    },
    sorts={
        "projected_on": ("t.projected_or_never", "date"),
        "remaining": ("t.remaining_share", "float8"),
        "tail_number": ("a.tail_number", "text"),
    },
    default_sort="projected_on",
)


_FACTS = f"""
    to_jsonb(t) AS item, to_jsonb(a) AS aircraft,
    to_jsonb(p) || jsonb_build_object('limits', {limits_of("p")}) AS program
"""


class DueFacts(msgspec.Struct, frozen=True):
    """Everything a due item is computed from."""

    item: DueItem
    program: Program
    aircraft: Aircraft
    today: date


async def read_facts(reader: Reader, due_item_id: UUID) -> DueFacts:
    """Return all about one due item, or refuse with `NotFound`."""
    row = await reader.row(
        f"""
        SELECT {_FACTS}, {_TODAY} AS today FROM {_SOURCE} AND t.id = $2
        """,
        due_item_id,
    )
    if row is None:
        raise NotFound
    return msgspec.convert(dict(row), DueFacts)


async def local_date(tx: Transaction, moment: datetime) -> date:
    """Return the date of a moment in the organization's time zone."""
    return await tx.value(
        "SELECT ($2::timestamptz AT TIME ZONE time_zone)::date FROM organizations WHERE id = $1", tx.org_id, moment
    )


async def today(tx: Transaction) -> date:
    """Return the transaction's day in the organization's time zone."""
    return await local_date(tx, tx.now)


async def hold_fleet(tx: Transaction, *, ids: Sequence[UUID] | None, after: UUID, limit: int) -> list[Aircraft]:
    """Return the next aircraft in the order of their ids and hold them; no ids means the whole fleet.

    Who changes due items holds their aircraft first, so that writers queue there and need no further order.
    """
    return await tx.all(
        Aircraft,
        f"""
        SELECT {columns(Aircraft)} FROM aircraft
        WHERE org_id = $1 AND ($2::uuid[] IS NULL OR id = ANY($2)) AND id > $3
          AND deleted_at IS NULL AND {_IN_SERVICE}
        ORDER BY id LIMIT $4 FOR NO KEY UPDATE
        """,
        tx.org_id,
        ids,
        after,
        limit,
    )


async def find_aircraft_for(tx: Transaction, program_id: UUID) -> list[UUID]:
    """Return the aircraft that a program applies to or is assigned to."""
    rows = await tx.connection.fetch(
        """
        SELECT a.id FROM maintenance_programs p
        JOIN aircraft a ON a.org_id = p.org_id AND (a.id = p.aircraft_id OR a.model = p.model)
        WHERE p.org_id = $1 AND p.id = $2
        UNION
        SELECT aircraft_id FROM due_items WHERE org_id = $1 AND program_id = $2 AND deleted_at IS NULL
        """,
        tx.org_id,
        program_id,
    )
    return [row["id"] for row in rows]


async def find_missing(tx: Transaction, aircraft_ids: Sequence[UUID]) -> list[tuple[UUID, UUID]]:
    """Return (program id, aircraft id) of programs that apply to an aircraft and were never assigned to it."""
    rows = await tx.connection.fetch(
        f"""
        SELECT p.id, a.id AS aircraft_id
        FROM aircraft a
        JOIN maintenance_programs p ON p.org_id = a.org_id AND p.deleted_at IS NULL
                                   AND (p.model = a.model OR p.aircraft_id = a.id)
        WHERE a.org_id = $1 AND a.id = ANY($2::uuid[]) AND a.deleted_at IS NULL AND a.{_IN_SERVICE}
        EXCEPT
        SELECT program_id, aircraft_id FROM due_items WHERE org_id = $1 AND aircraft_id = ANY($2::uuid[])
        """,
        tx.org_id,
        aircraft_ids,
    )
    return [(row["id"], row["aircraft_id"]) for row in rows]


async def find_of_program(tx: Transaction, program_id: UUID, aircraft_ids: Sequence[UUID]) -> list[DueItem]:
    """Return the due items of a program on some aircraft."""
    return await tx.all(
        DueItem,
        f"""
        SELECT {columns(DueItem)} FROM due_items
        WHERE org_id = $1 AND program_id = $2 AND aircraft_id = ANY($3::uuid[]) AND deleted_at IS NULL
        """,
        tx.org_id,
        program_id,
        aircraft_ids,
    )


async def find_facts(tx: Transaction, due_item_ids: Sequence[UUID]) -> list[DueFacts]:
    """Return all about some due items, also of those unassigned while work on them went on."""
    return await tx.all(
        DueFacts,
        f"""
        SELECT {_FACTS}, ($3::timestamptz AT TIME ZONE o.time_zone)::date AS today
        FROM due_items t
        JOIN maintenance_programs p ON p.org_id = t.org_id AND p.id = t.program_id
        JOIN aircraft a ON a.org_id = t.org_id AND a.id = t.aircraft_id
        JOIN organizations o ON o.id = t.org_id
        WHERE t.org_id = $1 AND t.id = ANY($2::uuid[])
        """,
        tx.org_id,
        due_item_ids,
        tx.now,
    )


async def due_for_planning(tx: Transaction, *, limit: int, after: DueForPlanning | None) -> list[DueForPlanning]:
    """Return and hold, with their aircraft, due items inside their lead time that have no task."""
    return await tx.all(
        DueForPlanning,
        f"""
        SELECT d.id AS due_item_id, d.aircraft_id, d.program_id, p.code AS program_code, p.name AS program_name,
               p.task_type, p.estimated_minutes, d.projected_on, {due_at("d", "o")} AS due_at
        FROM due_items d
        JOIN maintenance_programs p ON p.org_id = d.org_id AND p.id = d.program_id
        JOIN aircraft a ON a.org_id = d.org_id AND a.id = d.aircraft_id
        JOIN organizations o ON o.id = d.org_id
        WHERE d.org_id = $1 AND d.deleted_at IS NULL AND d.open_task_id IS NULL
          AND p.active AND a.deleted_at IS NULL AND a.{_IN_SERVICE}
          AND d.projected_on <= ($2::timestamptz AT TIME ZONE o.time_zone)::date + p.lead_days
          AND ($3::date IS NULL OR (d.projected_or_never, d.id) > ($3, $4::uuid))
        ORDER BY d.projected_or_never, d.id
        LIMIT $5 FOR NO KEY UPDATE OF d, a SKIP LOCKED
        """,
        tx.org_id,
        tx.now,
        None if after is None else after.projected_on,
        None if after is None else after.due_item_id,
        limit,
    )


async def orgs_with_due_work(connection: Connection) -> list[UUID]:
    """Return the active organizations that have programs, of all tenants: only the worker sees them."""
    rows: list[Any] = await connection.fetch(
        """
        SELECT id FROM organizations o
        WHERE status = 'active' AND deleted_at IS NULL
          AND EXISTS (SELECT FROM maintenance_programs p WHERE p.org_id = o.id AND p.deleted_at IS NULL)
        ORDER BY id
        """
    )
    return [row["id"] for row in rows]
