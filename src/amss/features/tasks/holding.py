"""Holding what work needs, always in one order (aircraft, task, mechanic), so that no two wait for each other."""

from collections.abc import Sequence
from uuid import UUID

from amss.features.aircraft.model import Aircraft
from amss.features.tasks.model import Mechanic, NewTask, Task
from amss.foundation.database import Transaction, columns
from amss.foundation.errors import NotFound


async def hold(tx: Transaction, task_id: UUID) -> tuple[Aircraft, Task]:
    """Return a live task and its aircraft, held until the transaction ends.

    The aircraft comes first, so that all who write its tasks queue there.
    """
    return await _hold_aircraft_of(tx, task_id), await hold_task(tx, task_id)


async def hold_task(tx: Transaction, task_id: UUID) -> Task:
    """Return a live task and hold it alone, for whoever writes neither it nor its aircraft."""
    return await tx.one(
        Task,
        f"""
        SELECT {columns(Task)} FROM maintenance_tasks
        WHERE org_id = $1 AND id = $2 AND deleted_at IS NULL
        FOR NO KEY UPDATE
        """,
        tx.org_id,
        task_id,
    )


async def hold_task_of_check(tx: Transaction, item_id: UUID) -> Task:
    """Return the live task of a live check and hold it until the transaction ends."""
    return await tx.one(
        Task,
        f"""
        SELECT {columns(Task)} FROM maintenance_tasks
        WHERE org_id = $1 AND deleted_at IS NULL AND id = (
            SELECT task_id FROM compliance_items WHERE org_id = $1 AND id = $2 AND deleted_at IS NULL
        )
        FOR NO KEY UPDATE
        """,
        tx.org_id,
        item_id,
    )


async def hold_mechanic(tx: Transaction, user_id: UUID) -> Mechanic:
    """Return a live user who is to be given work and hold him, so that his planners queue."""
    mechanic = await tx.first(
        Mechanic,
        """
        SELECT id, name, role, active FROM users
        WHERE org_id = $1 AND id = $2 AND deleted_at IS NULL
        FOR NO KEY UPDATE
        """,
        tx.org_id,
        user_id,
    )
    if mechanic is None:
        raise NotFound("There is no such mechanic.")
    return mechanic


async def hold_all(tx: Transaction, orders: Sequence[NewTask]) -> None:
    """Hold the aircraft of all orders, then their mechanics, each by id: who plans one task takes them so, too.

    What does not exist is passed over; its order is refused when its turn comes.
    """
    await tx.run(
        """
        SELECT FROM aircraft WHERE org_id = $1 AND id = ANY ($2) AND deleted_at IS NULL
        ORDER BY id
        FOR NO KEY UPDATE
        """,
        tx.org_id,
        {order.aircraft_id for order in orders},
    )
    await tx.run(
        """
        SELECT FROM users WHERE org_id = $1 AND id = ANY ($2) AND deleted_at IS NULL
        ORDER BY id
        FOR NO KEY UPDATE
        """,
        tx.org_id,
        {order.assigned_mechanic_id for order in orders if order.assigned_mechanic_id is not None},
    )


async def _hold_aircraft_of(tx: Transaction, task_id: UUID) -> Aircraft:
    return await tx.one(
        Aircraft,
        f"""
        SELECT {columns(Aircraft)} FROM aircraft
        WHERE org_id = $1 AND id = (
            SELECT aircraft_id FROM maintenance_tasks WHERE org_id = $1 AND id = $2 AND deleted_at IS NULL
        )
        FOR NO KEY UPDATE
        """,
        tx.org_id,
        task_id,
    )
