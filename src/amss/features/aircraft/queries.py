"""The fleet in SQL."""

from collections.abc import Sequence
from uuid import UUID

from amss.features.aircraft.model import Aircraft, AircraftOut
from amss.foundation.database import Transaction, columns, placeholders, values_of
from amss.foundation.reading import Listing
from amss.foundation.statements import Statement

AIRCRAFT = Listing(
    shows=AircraftOut,
    source="aircraft t WHERE t.org_id = tenant.org::uuid AND t.deleted_at IS NULL",
    filters={
        "tail_number": "t.tail_number = upper({})",
        "status": "t.status = {}",
        "model": "t.model = {}",
        "icao_type": "t.icao_type = {}",
        # A range, because its plan is made before the prefix is known: no tail number has a character above Z.
        "q": "t.tail_number >= upper({0}) AND t.tail_number < upper({0}) || '~'",
    },
    sorts={
        "tail_number": ("t.tail_number", "text"),
        "model": ("t.model", "text"),
        "created_at": ("t.created_at", "timestamptz"),
    },
    unique=("tail_number",),
    default_sort="tail_number",
)


async def get_for_update(tx: Transaction, aircraft_id: UUID) -> Aircraft:
    """Return a live aircraft and hold it until the transaction ends, so that its writers queue."""
    return await tx.one(
        Aircraft,
        f"""
        SELECT {columns(Aircraft)} FROM aircraft
        WHERE org_id = $1 AND id = $2 AND deleted_at IS NULL
        FOR NO KEY UPDATE
        """,
        tx.org_id,
        aircraft_id,
    )


def unchanged(aircraft: Aircraft) -> Statement:
    """Return what holds a live aircraft of `tenant.org`, if it is still in the version that was read."""
    return Statement(
        """
        SELECT id FROM aircraft
        WHERE org_id = tenant.org::uuid AND id = $1 AND version = $2 AND deleted_at IS NULL
        FOR NO KEY UPDATE
        """,
        (aircraft.id, aircraft.version),
    )


async def add(tx: Transaction, aircraft: Aircraft) -> None:
    """Insert an aircraft; the database judges whether its tail number is free."""
    await tx.run(
        f"INSERT INTO aircraft ({columns(Aircraft)}) VALUES ({placeholders(Aircraft)})",
        *values_of(aircraft),
    )


def saving_condition(aircraft: Aircraft) -> Statement:
    """Return what writes back what work and commands do to an aircraft that the transaction holds."""
    return Statement(
        """
        UPDATE aircraft
        SET status = $3, grounded_reason = $4, last_maintenance = $5, next_due = $6, version = $7, updated_at = $8
        WHERE org_id = $1 AND id = $2
        """,
        (
            aircraft.org_id,
            aircraft.id,
            aircraft.status,
            aircraft.grounded_reason,
            aircraft.last_maintenance,
            aircraft.next_due,
            aircraft.version,
            aircraft.updated_at,
        ),
    )


async def known_tails(tx: Transaction, tails: Sequence[str]) -> set[str]:
    """Return which of these tail numbers live aircraft carry."""
    rows = await tx.connection.fetch(
        "SELECT tail_number FROM aircraft WHERE org_id = $1 AND tail_number = ANY ($2) AND deleted_at IS NULL",
        tx.org_id,
        tails,
    )
    return {row["tail_number"] for row in rows}


async def get_by_tails_for_update(tx: Transaction, tails: Sequence[str]) -> list[Aircraft]:
    """Return the live aircraft that carry these tail numbers and hold them until the transaction ends."""
    return await tx.all(
        Aircraft,
        f"""
        SELECT {columns(Aircraft)} FROM aircraft
        WHERE org_id = $1 AND tail_number = ANY ($2) AND deleted_at IS NULL
        ORDER BY id
        FOR NO KEY UPDATE
        """,
        tx.org_id,
        tails,
    )


async def add_many(tx: Transaction, fleet: Sequence[Aircraft]) -> None:
    """Insert many aircraft; the database judges whether their tail numbers are free."""
    await tx.run(
        f"""
        INSERT INTO aircraft ({columns(Aircraft)})
        SELECT {columns(Aircraft)} FROM jsonb_populate_recordset(NULL::aircraft, $1::jsonb)
        ORDER BY tail_number
        """,
        fleet,
    )


async def save_many(tx: Transaction, fleet: Sequence[Aircraft]) -> None:
    """Write back what people may edit; the database judges whether the tail numbers are free."""
    await tx.run(
        """
        UPDATE aircraft
        SET tail_number = edited.tail_number, model = edited.model, icao_type = edited.icao_type,
            manufacturer = edited.manufacturer, serial_number = edited.serial_number,
            capacity_slots = edited.capacity_slots, in_service_on = edited.in_service_on,
            planned_daily_minutes = edited.planned_daily_minutes,
            planned_daily_cycles = edited.planned_daily_cycles,
            counts_cycles = edited.counts_cycles,
            version = edited.version, updated_at = edited.updated_at
        FROM jsonb_populate_recordset(NULL::aircraft, $2::jsonb) AS edited
        WHERE aircraft.org_id = $1 AND aircraft.id = edited.id
        """,
        tx.org_id,
        fleet,
    )


async def delete(tx: Transaction, aircraft: Aircraft) -> None:
    """Take an aircraft out of the fleet; its row stays until retention."""
    await tx.run(
        """
        UPDATE aircraft SET version = $3, updated_at = $4, deleted_at = $4
        WHERE org_id = $1 AND id = $2
        """,
        aircraft.org_id,
        aircraft.id,
        aircraft.version,
        aircraft.updated_at,
    )
