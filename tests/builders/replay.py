"""An organization that lives through days of our choosing: its flying and its work go through the use cases."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID

from amss.features.due import flying, queries, rules, service
from amss.features.due.model import DueItemOut
from amss.features.due.plan import Readings
from amss.features.utilization.model import FleetUtilization, UtilizationEntry
from amss.foundation.access import Actor
from amss.foundation.batch import MOST_ITEMS
from amss.foundation.database import PLANNED_ONCE, Database, Transaction
from amss.foundation.ids import new_id
from amss.foundation.settings import Settings
from builders.brute_force import Answer, Reading
from builders.tenants import ORIGIN


@dataclass(frozen=True)
class Work:
    """Work on a due item, done at readings of its aircraft."""

    due_item_id: UUID
    aircraft_id: UUID
    program_id: UUID
    done: Reading


class Replay:
    """The organization on one day after the other; it is evening, and the day's flying is known."""

    def __init__(self, settings: Settings, actor: Actor, org_id: UUID, today: date) -> None:
        self.today = today
        self._actor = actor
        self._org_id = org_id
        self._database = Database(
            settings.database_url,
            role="amss_server",
            process="replay",
            settings=settings,
            clock=self._evening,
            planning=PLANNED_ONCE,
        )

    def _evening(self) -> datetime:
        return datetime.combine(self.today, time(20), UTC)

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Transaction]:
        """Open a transaction on this day."""
        async with self._database.transaction(self._actor, self._org_id, ORIGIN) as tx:
            yield tx

    async def enter(self, orders: Sequence[FleetUtilization]) -> int:
        """Enter what was flown, in as large batches as are taken; return how many entries stand for it."""
        entered = 0
        for begin in range(0, len(orders), MOST_ITEMS):
            async with self.transaction() as tx:
                entries = await flying.record_each_flown(tx, orders[begin : begin + MOST_ITEMS])
            refused = [each for each in entries if not isinstance(each, UtilizationEntry)]
            assert not refused, refused
            entered += len(entries)
        return entered

    async def work(self, works: Sequence[Work]) -> None:
        """Count work as done today, each by a task that is completed."""
        async with self.transaction() as tx:
            aircraft_ids = list({work.aircraft_id for work in works})
            await queries.hold_fleet(tx, ids=aircraft_ids, after=UUID(int=0), limit=len(works))
            task_ids = [await _completed_task(tx, work) for work in works]
            for work, task_id in zip(works, task_ids, strict=True):
                await service.fulfil(
                    tx,
                    due_item_id=work.due_item_id,
                    task_id=task_id,
                    performed_at=tx.now,
                    done=Readings(tx.now.date(), work.done.minutes, work.done.cycles),
                )

    async def reproject(self, aircraft_ids: Sequence[UUID]) -> None:
        """Bring what is due on some aircraft up to today, as the worker does."""
        async with self.transaction() as tx:
            await service.reproject(tx, aircraft_ids)

    async def shown(self, aircraft_ids: Sequence[UUID]) -> list[DueItemOut]:
        """Return the due items of some aircraft as the product shows them today."""
        async with self.transaction() as tx:
            items = await tx.connection.fetch(
                "SELECT id FROM due_items WHERE org_id = $1 AND aircraft_id = ANY($2) AND deleted_at IS NULL",
                tx.org_id,
                aircraft_ids,
            )
            facts = await queries.find_facts(tx, [item["id"] for item in items])
            return [rules.shown(each.item, each.program, each.aircraft, today=each.today) for each in facts]

    async def close(self) -> None:
        """Close the connections."""
        await self._database.close()


async def _completed_task(tx: Transaction, work: Work) -> UUID:
    """Insert the completed task that work is done by, as the tasks feature would leave it."""
    task_id = new_id()
    await tx.run(
        """
        INSERT INTO maintenance_tasks (id, org_id, aircraft_id, program_id, due_item_id, type, title, slot, state,
                                       start_time, end_time, started_at, completed_at, performed_at)
        VALUES ($1, $2, $3, $4, $5, 'inspection', 'A check', 1, 'completed',
                $6::timestamptz - interval '8 hours', $6, $6::timestamptz - interval '8 hours', $6, $6)
        """,
        task_id,
        tx.org_id,
        work.aircraft_id,
        work.program_id,
        work.due_item_id,
        tx.now,
    )
    return task_id


def answered(item: DueItemOut) -> Answer:
    """Return what the product shows of a due item in the words of the slow way."""
    return Answer(
        due=tuple(limit.due for limit in item.limits),
        remaining=tuple(limit.remaining for limit in item.limits),
        status=item.status,
        projected_on=item.projected_on,
    )
