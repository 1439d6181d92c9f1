"""Finding due items in SQL."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

import msgspec

from amss.features.aircraft.model import Aircraft
from amss.features.due.model import DueItem, DueItemOut, DueStatus
from amss.features.programs.model import Program
from amss.features.programs.queries import limits_of
from amss.foundation.database import Transaction, columns
from amss.foundation.errors import NotFound
from amss.foundation.reading import Listing, Reader

# Named one by one: of "not retired", in a fleet without any retired aircraft, the planner expects no row at all.
IN_SERVICE = "status IN ('operational', 'maintenance', 'grounded')"
_TODAY = "(now() AT TIME ZONE o.time_zone)::date"
TENANTS_TODAY = f"(SELECT {_TODAY} FROM organizations o WHERE o.id = tenant.org::uuid)"
_PROGRAM = """(
    SELECT json_build_object('id', p.id, 'code', p.code, 'name', p.name)
    FROM maintenance_programs p WHERE p.org_id = t.org_id AND p.id = t.program_id
)"""
_LIMITS = f"""(
    SELECT json_agg(json_build_object(
        'interval_type', l.interval_type, 'unit', l.unit, 'interval', l.interval,
        'due', CASE l.interval_type WHEN 'flight_hours' THEN to_json(t.due_minutes)
               WHEN 'cycles' THEN to_json(t.due_cycles) ELSE to_json(t.due_on) END,
        'remaining', CASE l.interval_type WHEN 'flight_hours' THEN t.due_minutes - a.flight_minutes_total
                     WHEN 'cycles' THEN t.due_cycles - a.cycles_total ELSE t.due_on - {TENANTS_TODAY} END,
        'early', l.early, 'late', l.late, 'tolerance_unit', l.tolerance_unit,
        'extension', CASE l.interval_type WHEN 'flight_hours' THEN t.extension_minutes
                     WHEN 'cycles' THEN t.extension_cycles ELSE t.extension_days END
    ) ORDER BY l.position)
    FROM maintenance_program_limits l
    JOIN aircraft a ON a.org_id = t.org_id AND a.id = t.aircraft_id
    WHERE l.org_id = t.org_id AND l.program_id = t.program_id
)"""
# The number that an index knows a status by; of a status that is given, Postgres works it out as it plans.
_URGENCY = " ".join(f"WHEN '{status}' THEN {place}" for place, status in enumerate(DueStatus))
_COUNTED = ", ".join(
    f"'{status}', count(*) FILTER (WHERE t.urgency = {place})" for place, status in enumerate(DueStatus)
)


def due_at(item: str, organization: str) -> str:
    """Return the SQL of the end of the day on which a due item (an alias) falls due in its organization."""
    # What is past is projected to today; only a calendar limit knows since when.
    due_on = f"CASE {item}.driving_limit WHEN 'calendar' THEN {item}.due_on ELSE {item}.projected_on END"
    return f"({due_on} + 1)::timestamp AT TIME ZONE {organization}.time_zone"


# What is due is what active programs ask of aircraft that are in the fleet: `listed` says so of each item.
DUE_ITEMS = Listing(
    shows=DueItemOut,
    source="due_items t WHERE t.org_id = tenant.org::uuid AND t.listed",
    expressions={
        "program": _PROGRAM,
        "aircraft": "json_build_object('id', t.aircraft_id, 'tail_number', t.tail_number)",
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
        "status": f"t.urgency = CASE {{}} {_URGENCY} END",
        "aircraft_id": "t.aircraft_id = {}",
        "program_id": "t.program_id = {}",
        "tail_number": (
            "t.aircraft_id = (SELECT id FROM aircraft "
            "WHERE org_id = tenant.org::uuid AND tail_number = upper({}) AND deleted_at IS NULL)"
        ),
        "model": "t.model = {}",
        "due_before": "t.projected_or_never < {}",
        "horizon_days": f"t.projected_or_never <= {TENANTS_TODAY} + {{}}::int",
        "unplanned": "(t.open_task_id IS NULL) = {}",
        "needs_confirmation": "t.needs_confirmation = {}",
    },
    sorts={
        "projected_on": ("t.projected_or_never", "date"),
        "remaining": ("t.remaining_share", "float8"),
        "tail_number": ("t.tail_number", "text"),
    },
    default_sort="projected_on",
    facets={"status": f"json_build_object({_COUNTED})"},
)


_WITH_PARENTS = """
    due_items t
    JOIN maintenance_programs p ON p.org_id = t.org_id AND p.id = t.program_id
    JOIN aircraft a ON a.org_id = t.org_id AND a.id = t.aircraft_id
    JOIN organizations o ON o.id = t.org_id
"""
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
        SELECT {_FACTS}, {_TODAY} AS today FROM {_WITH_PARENTS}
        WHERE t.org_id = tenant.org::uuid AND t.id = $2 AND t.listed
        """,
        due_item_id,
    )
    if row is None:
        raise NotFound
    return msgspec.convert(dict(row), DueFacts)


async def today(tx: Transaction) -> date:
    """Return the transaction's day in the organization's time zone."""
    return await tx.value(
        "SELECT ($2::timestamptz AT TIME ZONE time_zone)::date FROM organizations WHERE id = $1", tx.org_id, tx.now
    )


async def hold_fleet(tx: Transaction, *, ids: Sequence[UUID] | None, after: UUID, limit: int) -> list[Aircraft]:
    """Return the next aircraft in the order of their ids and hold them; no ids means the whole fleet.

    Who changes due items holds their aircraft first, so that writers queue there and need no further order.
    """
    return await tx.all(
        Aircraft,
        f"""
        SELECT {columns(Aircraft)} FROM aircraft
        WHERE org_id = $1 AND ($2::uuid[] IS NULL OR id = ANY($2)) AND id > $3
          AND deleted_at IS NULL AND {IN_SERVICE}
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
    """Return (program id, aircraft id) of active programs that apply to an aircraft and were never assigned to it."""
    rows = await tx.connection.fetch(
        f"""
        SELECT p.id, a.id AS aircraft_id
        FROM aircraft a
        JOIN maintenance_programs p ON p.org_id = a.org_id AND p.deleted_at IS NULL AND p.active
                                   AND (p.model = a.model OR p.aircraft_id = a.id)
        WHERE a.org_id = $1 AND a.id = ANY($2::uuid[]) AND a.deleted_at IS NULL AND a.{IN_SERVICE}
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


async def find_aircraft_of(tx: Transaction, due_item_id: UUID) -> UUID | None:
    """Return the aircraft of a live due item."""
    return await tx.value(
        "SELECT aircraft_id FROM due_items WHERE org_id = $1 AND id = $2 AND deleted_at IS NULL",
        tx.org_id,
        due_item_id,
    )


async def find_started_by_then(tx: Transaction, since: Mapping[UUID, date]) -> list[DueFacts]:
    """Return what counts from the ledger's counters of a day or later, by aircraft; nobody read those himself."""
    rows = await tx.connection.fetch(
        """
        SELECT d.id FROM due_items d
        JOIN unnest($2::uuid[], $3::date[]) AS flown (aircraft_id, day)
          ON d.aircraft_id = flown.aircraft_id AND d.start_on >= flown.day
        WHERE d.org_id = $1 AND d.deleted_at IS NULL AND d.start_source IN ('effective_from', 'assignment')
        """,
        tx.org_id,
        list(since),
        list(since.values()),
    )
    return await find_facts(tx, [row["id"] for row in rows]) if rows else []


async def find_started_in_service(tx: Transaction, aircraft_ids: Sequence[UUID]) -> list[DueFacts]:
    """Return what counts from a day on which aircraft entered service, and not from the one that holds now."""
    rows = await tx.connection.fetch(
        """
        SELECT d.id FROM due_items d JOIN aircraft a ON a.org_id = d.org_id AND a.id = d.aircraft_id
        WHERE d.org_id = $1 AND d.aircraft_id = ANY($2::uuid[]) AND d.deleted_at IS NULL
          AND d.start_source = 'in_service' AND d.start_on <> a.in_service_on
        """,
        tx.org_id,
        aircraft_ids,
    )
    return await find_facts(tx, [row["id"] for row in rows]) if rows else []


async def is_listed(tx: Transaction, due_item_id: UUID) -> bool:
    """Tell whether something is due: assigned, by an active program, to an aircraft in service."""
    return await tx.value("SELECT listed FROM due_items WHERE org_id = $1 AND id = $2", tx.org_id, due_item_id)


async def find_facts(tx: Transaction, due_item_ids: Sequence[UUID]) -> list[DueFacts]:
    """Return all about some due items, also of those unassigned while work on them went on."""
    return await tx.all(
        DueFacts,
        f"""
        SELECT {_FACTS}, ($3::timestamptz AT TIME ZONE o.time_zone)::date AS today
        FROM {_WITH_PARENTS}
        WHERE t.org_id = $1 AND t.id = ANY($2::uuid[])
        """,
        tx.org_id,
        due_item_ids,
        tx.now,
    )


async def find_on(tx: Transaction, aircraft_id: UUID) -> list[DueFacts]:
    """Return all about the due items of an aircraft, also those of paused programs."""
    rows = await tx.connection.fetch(
        "SELECT id FROM due_items WHERE org_id = $1 AND aircraft_id = $2 AND deleted_at IS NULL",
        tx.org_id,
        aircraft_id,
    )
    return await find_facts(tx, [row["id"] for row in rows])
