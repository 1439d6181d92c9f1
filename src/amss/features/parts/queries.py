"""Part definitions and pieces in SQL."""

from dataclasses import replace
from uuid import UUID

from amss.features.audit.queries import HISTORY
from amss.features.parts.model import (
    PartDefinition,
    PartHistoryEntryOut,
    PartItem,
    PartItemOut,
    StockedDefinitionOut,
)
from amss.foundation.database import Transaction, columns, placeholders, values_of
from amss.foundation.reading import Listing

_TODAY = "(now() AT TIME ZONE o.time_zone)::date"
_EXPIRING = ", ".join(
    f"'expiring_{days}_days', count(*) FILTER (WHERE i.expiry_date BETWEEN {_TODAY} AND {_TODAY} + {days})"
    for days in (30, 60, 90)
)
_AVAILABLE = f"count(*) FILTER (WHERE r.id IS NULL AND i.expires_or_never >= {_TODAY})"
_STOCK = f"""(
    SELECT json_build_object(
        'in_stock', count(*), 'reserved', count(r.id), 'available', {_AVAILABLE},
        'expired', count(*) FILTER (WHERE i.expiry_date < {_TODAY}), {_EXPIRING},
        'below_min_stock', {_AVAILABLE} < t.min_stock
    )
    FROM part_items i
    JOIN organizations o ON o.id = i.org_id
    LEFT JOIN part_reservations r ON r.org_id = i.org_id AND r.part_item_id = i.id AND r.state = 'reserved'
    WHERE i.org_id = t.org_id AND i.part_definition_id = t.id AND i.status = 'in_stock' AND i.deleted_at IS NULL
)"""

DEFINITIONS = Listing(
    shows=StockedDefinitionOut,
    source="part_definitions t WHERE t.org_id = tenant.org::uuid AND t.deleted_at IS NULL",
    expressions={"stock": _STOCK},
    filters={
        # A range, because its plan is made before the prefix is known: no text has a character above the last one.
        "q": "t.search_name >= lower({0}) AND t.search_name < lower({0}) || chr(1114111)",
        "category": "t.category = {}",
        "part_number": "t.part_number = {}",
        "below_min_stock": "(t.low_stock_since IS NOT NULL) = {}",
    },
    sorts={"name": ("t.search_name", "text")},
    default_sort="name",
)


def _readings(moment: str) -> str:
    minutes, cycles = f"t.{moment}_minutes", f"t.{moment}_cycles"
    return (
        f"CASE WHEN {minutes} IS NOT NULL THEN json_build_object('flight_minutes', {minutes}, 'cycles', {cycles}) END"
    )


ITEMS = Listing(
    shows=PartItemOut,
    source="part_items t WHERE t.org_id = tenant.org::uuid AND t.deleted_at IS NULL",
    expressions={f"{moment}_readings": _readings(moment) for moment in ("used", "removed")},
    filters={
        "status": "t.status = {}",
        "part_definition_id": "t.part_definition_id = {}",
        "definition_id": "t.part_definition_id = {}",
        "serial": "t.serial_number = {}",
        "expiry_before": "t.expires_or_never < {}",
    },
    sorts={
        "serial_number": ("t.serial_number", "text"),
        "expiry_date": ("t.expires_or_never", "date"),
    },
    unique=("serial_number",),
    default_sort="serial_number",
)

_WORK = """
    FROM part_reservations r JOIN maintenance_tasks k ON k.org_id = r.org_id AND k.id = r.task_id
    JOIN aircraft a ON a.org_id = k.org_id AND a.id = k.aircraft_id
    WHERE r.org_id = t.org_id AND r.id = t.entity_id
"""
# What happened to a piece, and to its reservations.
ITEM_HISTORY = replace(
    HISTORY,
    shows=PartHistoryEntryOut,
    expressions={
        **HISTORY.expressions,
        "task": f"(SELECT json_build_object('id', k.id, 'title', k.title) {_WORK})",
        "aircraft": f"(SELECT json_build_object('id', a.id, 'tail_number', a.tail_number) {_WORK})",
    },
    filters={
        "part_item_id": """t.entity_type IN ('part-item', 'part-reservation') AND t.entity_id = ANY(ARRAY(
            SELECT {0}::uuid UNION ALL
            SELECT r.id FROM part_reservations r WHERE r.org_id = tenant.org::uuid AND r.part_item_id = {0}
        ))""",
    },
)


async def get_definition_for_update(tx: Transaction, definition_id: UUID) -> PartDefinition:
    """Return a live definition and hold it until the transaction ends, so that who changes its stock queues."""
    return await tx.one(
        PartDefinition,
        f"""
        SELECT {columns(PartDefinition)} FROM part_definitions
        WHERE org_id = $1 AND id = $2 AND deleted_at IS NULL
        FOR NO KEY UPDATE
        """,
        tx.org_id,
        definition_id,
    )


async def get_definition_for_deletion(tx: Transaction, definition_id: UUID) -> PartDefinition:
    """Return a live definition and hold it also against those who refer to it."""
    return await tx.one(
        PartDefinition,
        f"""
        SELECT {columns(PartDefinition)} FROM part_definitions
        WHERE org_id = $1 AND id = $2 AND deleted_at IS NULL
        FOR UPDATE
        """,
        tx.org_id,
        definition_id,
    )


async def add_definition(tx: Transaction, definition: PartDefinition) -> None:
    """Insert a definition; the database judges whether its part number, or its name, is free."""
    await tx.run(
        f"INSERT INTO part_definitions ({columns(PartDefinition)}) VALUES ({placeholders(PartDefinition)})",
        *values_of(definition),
    )


async def save_definition(tx: Transaction, definition: PartDefinition) -> None:
    """Write back what may be edited of a definition; the database judges as in `add_definition`."""
    await tx.run(
        """
        UPDATE part_definitions
        SET name = $3, part_number = $4, category = $5, min_stock = $6, version = $7, updated_at = $8
        WHERE org_id = $1 AND id = $2
        """,
        definition.org_id,
        definition.id,
        definition.name,
        definition.part_number,
        definition.category,
        definition.min_stock,
        definition.version,
        definition.updated_at,
    )


async def delete_definition(tx: Transaction, definition: PartDefinition) -> None:
    """Take a definition out of the store; its row stays until retention."""
    await tx.run(
        "UPDATE part_definitions SET version = $3, updated_at = $4, deleted_at = $4 WHERE org_id = $1 AND id = $2",
        definition.org_id,
        definition.id,
        definition.version,
        definition.updated_at,
    )


async def find_first_items(tx: Transaction, definition_id: UUID) -> list[tuple[UUID, str]]:
    """Return the first twenty pieces of a definition, whatever became of them, by id and serial number."""
    rows = await tx.connection.fetch(
        """
        SELECT id, serial_number FROM part_items
        WHERE org_id = $1 AND part_definition_id = $2 AND deleted_at IS NULL
        ORDER BY serial_number LIMIT 20
        """,
        tx.org_id,
        definition_id,
    )
    return [(row["id"], row["serial_number"]) for row in rows]


async def find_programs_needing(tx: Transaction, definition_id: UUID) -> list[UUID]:
    """Return the live programs that need a part, the first twenty."""
    rows = await tx.connection.fetch(
        """
        SELECT p.id FROM program_part_requirements r
        JOIN maintenance_programs p ON p.org_id = r.org_id AND p.id = r.program_id AND p.deleted_at IS NULL
        WHERE r.org_id = $1 AND r.part_definition_id = $2
        ORDER BY p.id LIMIT 20
        """,
        tx.org_id,
        definition_id,
    )
    return [row["id"] for row in rows]


async def get_item_for_update(tx: Transaction, item_id: UUID) -> PartItem:
    """Return a live piece and hold it until the transaction ends."""
    return await tx.one(
        PartItem,
        f"""
        SELECT {columns(PartItem)} FROM part_items
        WHERE org_id = $1 AND id = $2 AND deleted_at IS NULL
        FOR NO KEY UPDATE
        """,
        tx.org_id,
        item_id,
    )


async def add_item(tx: Transaction, item: PartItem) -> None:
    """Insert a piece; the database judges whether its serial number is free."""
    await tx.run(
        f"INSERT INTO part_items ({columns(PartItem)}) VALUES ({placeholders(PartItem)})",
        *values_of(item),
    )


async def save_item(tx: Transaction, item: PartItem) -> None:
    """Write back a piece; the database judges whether its serial number is free."""
    await tx.run(
        """
        UPDATE part_items
        SET serial_number = $3, status = $4, expiry_date = $5, expiry_notice_days = $6, quarantine_reason = $7,
            used_on_task_id = $8, used_on_aircraft_id = $9, used_at = $10, used_minutes = $11, used_cycles = $12,
            removed_on_task_id = $13, removed_at = $14, removed_minutes = $15, removed_cycles = $16,
            removal_reason = $17, version = $18, updated_at = $19
        WHERE org_id = $1 AND id = $2
        """,
        item.org_id,
        item.id,
        item.serial_number,
        item.status,
        item.expiry_date,
        item.expiry_notice_days,
        item.quarantine_reason,
        item.used_on_task_id,
        item.used_on_aircraft_id,
        item.used_at,
        item.used_minutes,
        item.used_cycles,
        item.removed_on_task_id,
        item.removed_at,
        item.removed_minutes,
        item.removed_cycles,
        item.removal_reason,
        item.version,
        item.updated_at,
    )


async def delete_item(tx: Transaction, item: PartItem) -> None:
    """Take a piece out of every list; its row stays until retention."""
    await tx.run(
        "UPDATE part_items SET version = $3, updated_at = $4, deleted_at = $4 WHERE org_id = $1 AND id = $2",
        item.org_id,
        item.id,
        item.version,
        item.updated_at,
    )
