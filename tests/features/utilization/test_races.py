"""Two who enter what one aircraft flew at the same time, each over a connection of his own."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID

import pytest

from amss.features.due import flying
from amss.features.utilization.model import FleetUtilization, NewUtilization, UtilizationEntry
from amss.foundation.database import Database
from builders.flights import ledger_of, summed_up, today, totals_of
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.tasks import events_of, fleet_of_one
from builders.tenants import ORIGIN, Tenant


@pytest.fixture
async def database(installation: Installation) -> AsyncGenerator[Database]:
    database = Database(
        installation.settings.database_url, role="amss_server", process="test-flying", settings=installation.settings
    )
    yield database
    await database.close()


async def enter(database: Database, tenant: Tenant, aircraft: dict[str, Any], **facts: Any) -> UtilizationEntry:
    given: dict[str, Any] = {"flight_minutes": 60, "cycles": 1}
    order = NewUtilization(flown_on=today(), **given | facts)
    async with database.transaction(tenant.planner.actor, tenant.org_id, ORIGIN) as tx:
        return await flying.record_flown(tx, UUID(aircraft["id"]), order)


async def test_nothing_that_many_enter_at_once_is_lost(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], database: Database, installation: Installation
) -> None:
    await asyncio.gather(*(enter(database, tenant, aircraft) for _ in range(10)))

    assert await totals_of(api, tenant.planner, aircraft) == (6600, 80)
    assert await summed_up(installation, aircraft) == (6600, 80)


async def test_the_same_flight_sent_by_many_at_once_is_one_entry(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], database: Database, installation: Installation
) -> None:
    entries = await asyncio.gather(*(enter(database, tenant, aircraft, external_id="BA123") for _ in range(10)))

    assert len({each.id for each in entries}) == 1
    assert len(await ledger_of(api, tenant.planner, aircraft)) == 1
    assert await totals_of(api, tenant.planner, aircraft) == (6060, 71)
    assert (await events_of(installation, tenant.org_id)).count("aircraft.utilization_recorded") == 1


async def test_of_many_corrections_at_once_one_stands(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], database: Database
) -> None:
    await asyncio.gather(
        *(enter(database, tenant, aircraft, external_id="BA123", flight_minutes=n) for n in range(1, 9))
    )

    ledger = await ledger_of(api, tenant.planner, aircraft)
    (standing,) = (each for each in ledger if not each["reverses_id"] and not each["reversed_by_id"])
    assert len(ledger) == 8 + 7
    assert await totals_of(api, tenant.planner, aircraft) == (6000 + standing["flight_minutes"], 71)


async def test_many_cannot_together_fill_more_than_the_day(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], database: Database
) -> None:
    outcomes = await asyncio.gather(
        *(enter(database, tenant, aircraft, flight_minutes=720) for _ in range(5)), return_exceptions=True
    )

    assert sum(isinstance(each, UtilizationEntry) for each in outcomes) == 2
    assert await totals_of(api, tenant.planner, aircraft) == (6000 + 1440, 72)


async def test_batches_that_name_the_fleet_in_other_orders_all_get_through(
    api: FrontDoor, tenant: Tenant, database: Database
) -> None:
    fleet = [await fleet_of_one(api, tenant.planner, tail_number=f"G-A{n}") for n in range(6)]

    async def enter_all(tails: list[str]) -> None:
        orders = [FleetUtilization(flown_on=today(), flight_minutes=60, cycles=1, tail_number=tail) for tail in tails]
        async with database.transaction(tenant.planner.actor, tenant.org_id, ORIGIN) as tx:
            entries = await flying.record_each_flown(tx, orders)
        assert all(isinstance(each, UtilizationEntry) for each in entries)

    tails = [each["tail_number"] for each in fleet]
    await asyncio.gather(*(enter_all(tails if n % 2 else tails[::-1]) for n in range(6)))

    assert [await totals_of(api, tenant.planner, each) for each in fleet] == [(6360, 76)] * 6
