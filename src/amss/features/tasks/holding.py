"""Holding what many pieces of work need, in one order, so that two planners never wait for each other."""

from collections.abc import Sequence

from amss.features.tasks.model import NewTask
from amss.foundation.database import Transaction


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
