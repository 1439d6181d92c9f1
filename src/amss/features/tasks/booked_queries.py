"""What is booked on aircraft and mechanics, in SQL."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from amss.features.tasks.model import Booked, GivenUp
from amss.foundation.database import Transaction, columns

# As the indexes of open work have it, which are short however long the past is.
IS_OPEN = "state IN ('scheduled', 'in_progress') AND deleted_at IS NULL"


async def find_booked(tx: Transaction, aircraft_id: UUID, start: datetime, end: datetime) -> list[Booked]:
    """Return the active tasks of an aircraft that share time with a window, soonest first."""
    # The overlap is no range operator, since under row-level security none reaches an index.
    return await tx.all(
        Booked,
        f"""
        SELECT {columns(Booked)} FROM maintenance_tasks
        WHERE org_id = $1 AND aircraft_id = $2 AND {IS_OPEN}
          AND start_time < $4 AND end_time > $3
        ORDER BY start_time, id
        """,
        tx.org_id,
        aircraft_id,
        start,
        end,
    )


async def find_booked_on_each(
    tx: Transaction, aircraft_ids: Sequence[UUID], start: datetime, end: datetime
) -> dict[UUID, list[Booked]]:
    """Return of each aircraft what `find_booked` returns of one."""
    rows = await tx.connection.fetch(
        f"""
        SELECT chosen.id AS aircraft_id, task.* FROM unnest($2::uuid[]) AS chosen (id)
        CROSS JOIN LATERAL (
            SELECT {columns(Booked)} FROM maintenance_tasks
            WHERE org_id = $1 AND aircraft_id = chosen.id AND {IS_OPEN}
              AND start_time < $4 AND end_time > $3
        ) task
        ORDER BY task.start_time, task.id
        """,
        tx.org_id,
        aircraft_ids,
        start,
        end,
    )
    booked: dict[UUID, list[Booked]] = {aircraft_id: [] for aircraft_id in aircraft_ids}
    for row in rows:
        booked[row["aircraft_id"]].append(msgspec.convert(dict(row), Booked))
    return booked


async def find_given_up(tx: Transaction, due_item_ids: Sequence[UUID], after: datetime) -> list[GivenUp]:
    """Return the windows after a moment for which due items were planned before somebody cancelled or deleted it."""
    return await tx.all(
        GivenUp,
        """
        SELECT due_item_id, start_time, end_time FROM maintenance_tasks
        WHERE org_id = $1 AND due_item_id = ANY($2::uuid[]) AND end_time > $3
          AND (state = 'cancelled' OR deleted_at IS NOT NULL)
        """,
        tx.org_id,
        due_item_ids,
        after,
    )


async def find_booked_by_mechanic(tx: Transaction, mechanic_id: UUID, start: datetime, end: datetime) -> list[Booked]:
    """Return the active tasks of at most a day that a mechanic carries within a window, soonest first."""
    return await tx.all(
        Booked,
        f"""
        SELECT {columns(Booked)} FROM maintenance_tasks
        WHERE org_id = $1 AND assigned_mechanic_id = $2 AND {IS_OPEN}
          AND start_time < $4 AND end_time > $3
          AND end_time - start_time <= interval '24 hours'
        ORDER BY start_time, id
        """,
        tx.org_id,
        mechanic_id,
        start,
        end,
    )
