"""The maintenance record in SQL: a row per completed task, with all that hangs on it built in Postgres."""

from typing import Any
from uuid import UUID

import msgspec

from amss.features.aircraft.model import AircraftOut
from amss.features.aircraft.queries import AIRCRAFT
from amss.features.due.model import DueItemOut
from amss.features.due.queries import DUE_ITEMS
from amss.features.records.model import DirectiveOut, EntryOut, Head, PartOut, RecordFileQuery
from amss.foundation.database import Transaction
from amss.foundation.errors import NotFound
from amss.foundation.reading import Listing, Reader, read_row, shown_as_json
from amss.foundation.statements import Statement

_PROGRAM = """(
    SELECT json_build_object('id', p.id, 'code', p.code, 'name', p.name, 'ata_chapter', p.ata_chapter)
    FROM maintenance_programs p WHERE p.org_id = t.org_id AND p.id = t.program_id
)"""


def _counters(aircraft_id: str, minutes: str, cycles: str) -> str:
    """Return the SQL that builds the counters of an aircraft from two columns, null where they are not known."""
    counted = f"(SELECT a.counts_cycles FROM aircraft a WHERE a.org_id = t.org_id AND a.id = {aircraft_id})"
    return f"""CASE WHEN {minutes} IS NOT NULL THEN
        json_build_object('flight_minutes', {minutes}, 'cycles', CASE WHEN {counted} THEN {cycles} END) END"""


_PERFORMED_BY = """(
    SELECT json_build_object('name', u.name, 'licence_number', u.licence_number, 'licence_kind', u.licence_kind)
    FROM users u WHERE u.org_id = t.org_id AND u.id = t.assigned_mechanic_id
)"""
# A check is superseded by one that is signed; a correction that nobody has signed supersedes nothing yet.
_CHECKS_OF_TASK = """
    compliance_items c
    LEFT JOIN compliance_items s ON s.org_id = c.org_id AND s.supersedes_id = c.id AND s.deleted_at IS NULL
                                AND s.sign_off_time IS NOT NULL
    WHERE c.org_id = t.org_id AND c.task_id = t.id AND c.deleted_at IS NULL
"""
_SIGNER = (
    "'name', c.signer_name, 'role', c.signer_role, 'licence_number', c.signer_licence_number, "
    "'licence_kind', c.signer_licence_kind, 'signed_at', amss_utc(c.sign_off_time)"
)
_CHECKS = f"""(
    SELECT coalesce(json_agg(json_build_object(
        'id', c.id, 'description', c.description, 'regulatory_ref', c.regulatory_ref,
        'result', c.result, 'notes', c.notes,
        'signature', CASE WHEN c.sign_off_time IS NOT NULL THEN json_build_object(
            {_SIGNER},
            'readings', {_counters("t.aircraft_id", "c.reading_minutes", "c.reading_cycles")},
            'snapshot_hash', encode(c.snapshot_hash, 'hex')
        ) END,
        'supersedes_id', c.supersedes_id,
        'superseded_by', CASE WHEN s.id IS NOT NULL THEN
            json_build_object('check_id', s.id, 'reason', s.reason, 'signed_by', s.signer_name) END
    ) ORDER BY c.position, c.id), '[]')
    FROM {_CHECKS_OF_TASK}
)"""
_SIGN_OFF = f"""(
    SELECT CASE WHEN bool_or(c.result = 'fail') THEN 'failed'
                WHEN bool_and(c.sign_off_time IS NOT NULL) THEN 'complete'
                ELSE 'incomplete' END
    FROM {_CHECKS_OF_TASK} AND s.id IS NULL
)"""
# Everybody once, with his last signature, and only where nothing stands open.
_RELEASED_BY = f"""(
    SELECT coalesce(json_agg(json_build_object({_SIGNER}) ORDER BY c.sign_off_time, c.sign_off_user_id), '[]')
    FROM (
        SELECT DISTINCT ON (c.sign_off_user_id, c.signer_licence_number, c.signer_licence_kind) c.*
        FROM {_CHECKS_OF_TASK} AND s.id IS NULL
        ORDER BY c.sign_off_user_id, c.signer_licence_number, c.signer_licence_kind, c.sign_off_time DESC
    ) c
    WHERE {_SIGN_OFF} = 'complete'
)"""


def _parts(which: str) -> str:
    """Return the SQL that builds those parts (alias i) that a condition ties to a task or an aircraft (alias t)."""
    return f"""(
        SELECT coalesce(json_agg(json_build_object(
            'id', i.id, 'part_number', d.part_number, 'name', d.name, 'serial_number', i.serial_number,
            'used_at', amss_utc(i.used_at), 'task_id', i.used_on_task_id,
            'readings', {_counters("i.used_on_aircraft_id", "i.used_minutes", "i.used_cycles")},
            'removal', CASE WHEN i.removed_at IS NOT NULL THEN json_build_object(
                'removed_at', amss_utc(i.removed_at), 'task_id', i.removed_on_task_id, 'reason', i.removal_reason,
                'readings', {_counters("i.used_on_aircraft_id", "i.removed_minutes", "i.removed_cycles")}
            ) END
        ) ORDER BY d.name, i.serial_number, i.id), '[]')
        FROM part_items i JOIN part_definitions d ON d.org_id = i.org_id AND d.id = i.part_definition_id
        WHERE i.org_id = t.org_id AND {which}
    )"""


# An extension ends with the work it was given for, at the same moment where the work is told as it is done.
_EXTENSIONS = """(
    SELECT coalesce(json_agg(json_build_object(
        'interval_type', e.interval_type, 'amount', e.amount, 'reason', e.reason,
        'approved_by', u.name, 'approved_at', amss_utc(e.decided_at)
    ) ORDER BY e.id), '[]')
    FROM due_item_extensions e LEFT JOIN users u ON u.org_id = e.decided_by_org_id AND u.id = e.decided_by
    WHERE e.org_id = t.org_id AND e.due_item_id = t.due_item_id AND e.status = 'approved'
      AND e.decided_at <= t.performed_at AND (e.ended_at IS NULL OR e.ended_at >= t.performed_at)
)"""
_MIDNIGHT = (
    "({{}}::date + {days})::timestamp AT TIME ZONE "
    "(SELECT o.time_zone FROM organizations o WHERE o.id = tenant.org::uuid)"
)

ENTRIES = Listing(
    shows=EntryOut,
    source="maintenance_tasks t WHERE t.org_id = tenant.org::uuid AND t.state = 'completed' AND t.deleted_at IS NULL",
    expressions={
        "program": _PROGRAM,
        "readings": _counters("t.aircraft_id", "t.reading_minutes", "t.reading_cycles"),
        "performed_by": _PERFORMED_BY,
        "sign_off": _SIGN_OFF,
        "released_by": _RELEASED_BY,
        "checks": _CHECKS,
        "parts": _parts("i.used_on_task_id = t.id"),
        "removed_parts": _parts("i.removed_on_task_id = t.id"),
        "extensions": _EXTENSIONS,
    },
    filters={
        "aircraft_id": "t.aircraft_id = {}",
        "performed_from": f"t.performed_at >= {_MIDNIGHT.format(days=0)}",
        "performed_to": f"t.performed_at < {_MIDNIGHT.format(days=1)}",
    },
    sorts={"performed_at": ("t.performed_at", "timestamptz")},
    default_sort="-performed_at",
    versioned=False,
)

# Those whose program is paused, too: an authority must see them.
_DIRECTIVES = f"""(
    SELECT coalesce(json_agg(json_build_object(
        'directive', p.directive, 'revised_on', p.directive_revised_on,
        'method_of_compliance', p.method_of_compliance, 'in_force', t.listed,
        'due_item', ({shown_as_json(DueItemOut, DUE_ITEMS.expressions)})::json
    ) ORDER BY p.directive, t.id), '[]')
    FROM due_items t JOIN maintenance_programs p ON p.org_id = t.org_id AND p.id = t.program_id
    WHERE t.org_id = tenant.org::uuid AND t.aircraft_id = $2 AND t.deleted_at IS NULL
      AND p.directive IS NOT NULL AND p.deleted_at IS NULL
)"""
_HEAD = f"""
    SELECT {shown_as_json(AircraftOut, AIRCRAFT.expressions)} AS aircraft, (
        SELECT concat('[', string_agg({shown_as_json(DueItemOut, DUE_ITEMS.expressions)}, ','
                                      ORDER BY t.projected_or_never, t.id), ']')
        FROM due_items t WHERE t.org_id = tenant.org::uuid AND t.listed AND t.aircraft_id = $2
    ) AS due_items, {_DIRECTIVES} AS directives,
    {_parts("i.used_on_aircraft_id = t.id AND i.removed_at IS NULL")} AS fitted,
    o.name AS organization, o.time_zone
    FROM aircraft t JOIN organizations o ON o.id = t.org_id
    WHERE t.org_id = tenant.org::uuid AND t.id = $2 AND t.deleted_at IS NULL
"""


async def read_head(reader: Reader, aircraft_id: UUID) -> Head:
    """Return what stands above a live aircraft's entries, or refuse with `NotFound`."""
    return _head_of(await reader.row(_HEAD, aircraft_id))


async def get_head(tx: Transaction, aircraft_id: UUID) -> Head:
    """Return what stands above a live aircraft's entries, or refuse with `NotFound`."""
    return _head_of(await read_row(tx.connection, tx.org_id, _HEAD, aircraft_id))


def _head_of(row: Any) -> Head:
    if row is None:
        raise NotFound
    return Head(
        aircraft=msgspec.json.decode(row["aircraft"], type=AircraftOut),
        due_items=msgspec.json.decode(row["due_items"], type=tuple[DueItemOut, ...]),
        directives=msgspec.json.decode(row["directives"], type=tuple[DirectiveOut, ...]),
        fitted=msgspec.json.decode(row["fitted"], type=tuple[PartOut, ...]),
        organization=row["organization"],
        time_zone=row["time_zone"],
    )


def whole_record(query: RecordFileQuery, org_id: UUID, aircraft_id: UUID) -> Statement:
    """Return the SELECT of an aircraft's entries in their order, each as JSON."""
    shown = shown_as_json(EntryOut, ENTRIES.expressions)
    return ENTRIES.whole(query, org_id, f"{shown} AS shown", within={"aircraft_id": aircraft_id})
