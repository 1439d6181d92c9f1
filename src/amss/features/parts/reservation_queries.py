"""Reservations in SQL."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from amss.features.parts.reservation_model import Reservation, ReservationFacts, ReservationOut
from amss.foundation.database import Transaction, columns, placeholders, values_of
from amss.foundation.reading import Listing

RESERVATIONS = Listing(
    shows=ReservationOut,
    source="part_reservations t WHERE t.org_id = tenant.org::uuid",
    filters={
        "task_id": "t.task_id = {}",
        "part_item_id": "t.part_item_id = {}",
        "state": "t.state = {}",
    },
    sorts={"created_at": ("t.created_at", "timestamptz")},
    default_sort="created_at",
)


async def get(tx: Transaction, reservation_id: UUID) -> Reservation:
    """Return a reservation."""
    return await tx.one(
        Reservation,
        f"SELECT {columns(Reservation)} FROM part_reservations WHERE org_id = $1 AND id = $2",
        tx.org_id,
        reservation_id,
    )


async def get_for_update(tx: Transaction, reservation_id: UUID) -> Reservation:
    """Return a reservation and hold it until the transaction ends; its task is held before."""
    return await tx.one(
        Reservation,
        f"SELECT {columns(Reservation)} FROM part_reservations WHERE org_id = $1 AND id = $2 FOR NO KEY UPDATE",
        tx.org_id,
        reservation_id,
    )


async def get_facts(tx: Transaction, item_id: UUID, *, starts_at: datetime) -> ReservationFacts:
    """Return what has a say in reserving a piece, which the caller holds, for work that starts then."""
    return await tx.one(
        ReservationFacts,
        """
        SELECT ($3::timestamptz AT TIME ZONE o.time_zone)::date AS today,
               ($4::timestamptz AT TIME ZONE o.time_zone)::date AS starts_on,
               r.id AS reservation_id, k.id AS task_id, k.title AS task_title
        FROM organizations o
        LEFT JOIN part_reservations r ON r.org_id = $1 AND r.part_item_id = $2 AND r.state = 'reserved'
        LEFT JOIN maintenance_tasks k ON k.org_id = r.org_id AND k.id = r.task_id
        WHERE o.id = $1
        """,
        tx.org_id,
        item_id,
        tx.now,
        starts_at,
    )


async def add(tx: Transaction, reservation: Reservation) -> None:
    """Insert a reservation; the database is the last judge of whether the piece is free."""
    await tx.run(
        f"INSERT INTO part_reservations ({columns(Reservation)}) VALUES ({placeholders(Reservation)})",
        *values_of(reservation),
    )


async def save_all(tx: Transaction, reservations: Sequence[Reservation]) -> None:
    """Write back what became of reservations."""
    await tx.run(
        """
        UPDATE part_reservations
        SET state = moved.state, used_at = moved.used_at, released_at = moved.released_at,
            version = moved.version, updated_at = moved.updated_at
        FROM jsonb_populate_recordset(NULL::part_reservations, $2::jsonb) AS moved
        WHERE part_reservations.org_id = $1 AND part_reservations.id = moved.id
        """,
        tx.org_id,
        reservations,
    )


async def find_reserved_for(tx: Transaction, task_id: UUID) -> list[Reservation]:
    """Return what is reserved for a task, which the caller holds."""
    return await tx.all(
        Reservation,
        f"""
        SELECT {columns(Reservation)} FROM part_reservations
        WHERE org_id = $1 AND task_id = $2 AND state = 'reserved'
        ORDER BY created_at, id
        """,
        tx.org_id,
        task_id,
    )


async def find_definitions_of(tx: Transaction, item_ids: Sequence[UUID]) -> list[UUID]:
    """Return the definitions of pieces."""
    rows = await tx.connection.fetch(
        "SELECT DISTINCT part_definition_id FROM part_items WHERE org_id = $1 AND id = ANY($2::uuid[])",
        tx.org_id,
        item_ids,
    )
    return [row["part_definition_id"] for row in rows]
