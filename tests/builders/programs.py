"""Aircraft, programs and due items for tests: pure values, and rows made through the use cases."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from msgspec.structs import asdict

from amss.features.aircraft.model import Aircraft, NewAircraft
from amss.features.due import following
from amss.features.due.model import DueItem, DueItemOut
from amss.features.programs.limits import (
    CalendarLimit,
    CalendarUnit,
    CyclesLimit,
    FlightHoursLimit,
    Limit,
    LimitOrder,
)
from amss.features.programs.model import NewProgram, Program, TaskType
from amss.features.programs.rules import set_up
from amss.foundation.database import Database, Transaction, columns
from amss.foundation.ids import new_id
from builders.installation import Installation
from builders.tenants import ORIGIN, Tenant

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TODAY = NOW.date()


def hours(
    interval: int, *, first: int | None = None, early: int = 0, late: int = 0, **given: Any
) -> FlightHoursLimit:
    """Return a limit of which the first four amounts are given in hours."""
    return FlightHoursLimit((first or interval) * 60, interval * 60, early * 60, late * 60, **given)


def cycles(interval: int, *, first: int | None = None, **given: Any) -> CyclesLimit:
    return CyclesLimit(first or interval, interval, **given)


def days(interval: int, *, first: int | None = None, **given: Any) -> CalendarLimit:
    return CalendarLimit(CalendarUnit.DAYS, first or interval, interval, **given)


def months(interval: int, *, first: int | None = None, **given: Any) -> CalendarLimit:
    return CalendarLimit(CalendarUnit.MONTHS, first or interval, interval, **given)


def calendar_months(interval: int, *, first: int | None = None, **given: Any) -> CalendarLimit:
    return CalendarLimit(CalendarUnit.CALENDAR_MONTHS, first or interval, interval, **given)


def ordered(limit: Limit) -> LimitOrder:
    """Return a limit as one asks for it."""
    return LimitOrder(interval_type=limit.interval_type, **asdict(limit))


def a_new_program(*limits: Limit, **given: Any) -> NewProgram:
    """Return an order for a program; without limits, one of 90 days."""
    asked: dict[str, Any] = {
        "code": f"P-{new_id().hex[-8:]}",
        "name": "A check",
        "task_type": TaskType.INSPECTION,
        "limits": tuple(ordered(limit) for limit in limits or (days(90),)),
    }
    return NewProgram(**{**asked, **given})


def a_program(*limits: Limit, **given: Any) -> Program:
    return set_up(a_new_program(*limits, **given), program_id=new_id(), org_id=new_id(), now=NOW)


def an_aircraft(**given: Any) -> Aircraft:
    known: dict[str, Any] = {
        "id": new_id(),
        "org_id": new_id(),
        "version": 1,
        "created_at": NOW,
        "updated_at": NOW,
        "tail_number": "G-ABCD",
        "model": "A320-214",
    }
    return Aircraft(**{**known, **given})


async def add_aircraft(tx: Transaction, tail_number: str = "G-ABCD", **given: Any) -> Aircraft:
    """Take an aircraft into the fleet of the transaction's organization."""
    asked: dict[str, Any] = {"tail_number": tail_number, "model": "A320-214", **given}
    return await following.add_aircraft(tx, NewAircraft(**asked))


@asynccontextmanager
async def at(installation: Installation, tenant: Tenant, moment: datetime = NOW) -> AsyncGenerator[Transaction]:
    """Open a transaction of the tenant's planner at a moment of the test's choosing."""
    database = Database(
        installation.settings.database_url,
        role="amss_server",
        process="test-moment",
        settings=installation.settings,
        clock=lambda: moment,
    )
    try:
        async with database.transaction(tenant.planner.actor, tenant.org_id, ORIGIN) as tx:
            yield tx
    finally:
        await database.close()


async def due_items_of(tx: Transaction, aircraft_id: UUID) -> list[DueItem]:
    """Return the live due items of an aircraft as they are stored, oldest first."""
    return await tx.all(
        DueItem,
        f"SELECT {columns(DueItem)} FROM due_items "
        "WHERE org_id = $1 AND aircraft_id = $2 AND deleted_at IS NULL ORDER BY id",
        tx.org_id,
        aircraft_id,
    )


async def next_due_of(tx: Transaction, aircraft_id: UUID) -> date | None:
    return await tx.value("SELECT next_due FROM aircraft WHERE org_id = $1 AND id = $2", tx.org_id, aircraft_id)


async def events_of(tx: Transaction, event_type: str) -> list[dict[str, Any]]:
    """Return the payloads of the organization's events of a type, in their order."""
    rows = await tx.connection.fetch(
        "SELECT payload FROM outbox_events WHERE org_id = $1 AND event_type = $2 ORDER BY sequence",
        tx.org_id,
        event_type,
    )
    return [row["payload"] for row in rows]


async def add_task(tx: Transaction, item: DueItem | DueItemOut, program_id: UUID, aircraft_id: UUID) -> UUID:
    """Insert an open task of a program directly, as the tasks feature would."""
    task_id = new_id()
    await tx.run(
        """
        INSERT INTO maintenance_tasks (id, org_id, aircraft_id, program_id, due_item_id, type, title,
                                       start_time, end_time, slot)
        VALUES ($1, $2, $3, $4, $5, 'inspection', 'A check', $6::timestamptz, $6 + interval '8 hours', 1)
        """,
        task_id,
        tx.org_id,
        aircraft_id,
        program_id,
        item.id,
        tx.now,
    )
    return task_id


async def the_item(tx: Transaction, aircraft_id: UUID) -> DueItem:
    """Return the one live due item of an aircraft."""
    (item,) = await due_items_of(tx, aircraft_id)
    return item


async def a_transaction_waits_for(installation: Installation, holder: Transaction) -> None:
    """Return when another transaction is stuck behind this one."""
    pid = holder.connection.get_server_pid()
    async with asyncio.timeout(5):
        while not await installation.owner.fetchval(
            "SELECT count(*) FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid))", pid
        ):
            await asyncio.sleep(0.01)
