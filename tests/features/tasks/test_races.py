"""Many who plan at once, each over a connection of his own."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Coroutine
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest

from amss.features.tasks import service
from amss.features.tasks.model import NewTask, StateChange, Task, TaskState, TaskType
from amss.foundation.clock import system_clock
from amss.foundation.database import Database
from amss.foundation.errors import Refusal
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.tasks import an_order, fleet_of_one, plan
from builders.tenants import ORIGIN, Person, Tenant

STARTS = system_clock() + timedelta(hours=1)


@pytest.fixture
async def database(installation: Installation) -> AsyncGenerator[Database]:
    settings = msgspec.structs.replace(installation.settings, database_pool_size=20)
    database = Database(settings.database_url, role="amss_server", process="test-races", settings=settings)
    yield database
    await database.close()


async def order(database: Database, person: Person, aircraft: dict[str, Any], **facts: Any) -> Task:
    """Order a task of four hours in a transaction of its own."""
    order = NewTask(
        aircraft_id=UUID(aircraft["id"]),
        type=TaskType.INSPECTION,
        title="A check",
        start_time=STARTS,
        end_time=STARTS + timedelta(hours=4),
        **facts,
    )
    async with database.transaction(person.actor, person.org_id, ORIGIN) as tx:
        return await service.create(tx, order)


async def outcomes(*acts: Coroutine[Any, Any, Any]) -> Counter[str]:
    """Do all at once; count what became of them. Anything but a refusal, a deadlock above all, is raised."""
    results = await asyncio.gather(*acts, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, Refusal):
            raise result
    return Counter(each.code if isinstance(each, Refusal) else "done" for each in results)


async def until_somebody_waits(installation: Installation, process: str) -> None:
    """Return when a connection of the process waits for another's lock."""
    async with asyncio.timeout(10):
        while not await installation.owner.fetchval(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = $1 AND wait_event_type = 'Lock')",
            process,
        ):
            await asyncio.sleep(0.01)


async def test_twenty_who_want_three_slots_make_three_tasks(
    api: FrontDoor, tenant: Tenant, database: Database
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner, capacity_slots=3)

    became = await outcomes(*(order(database, tenant.planner, aircraft) for _ in range(20)))

    listed = (await api(tenant.planner, "GET /maintenance-tasks")).json["items"]
    assert became == {"done": 3, "TASK_OVERLAP": 17}
    assert sorted(task["slot"] for task in listed) == [1, 2, 3]


async def test_twenty_who_want_one_mechanic_on_many_aircraft_get_him_once(
    api: FrontDoor, tenant: Tenant, database: Database
) -> None:
    fleet = [await fleet_of_one(api, tenant.planner, tail_number=f"G-A{n:02}") for n in range(20)]
    his = {"assigned_mechanic_id": tenant.mechanic.id}

    became = await outcomes(*(order(database, tenant.planner, each, **his) for each in fleet))

    assert became == {"done": 1, "MECHANIC_BUSY": 19}


async def test_of_ten_who_start_a_task_one_does(api: FrontDoor, tenant: Tenant, database: Database) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)
    task = await plan(api, tenant.planner, an_order(aircraft, assigned_mechanic_id=str(tenant.mechanic.id)))

    async def start() -> Task:
        async with database.transaction(tenant.mechanic.actor, tenant.org_id, ORIGIN) as tx:
            change = StateChange(state=TaskState.IN_PROGRESS)
            return await service.change_state(tx, UUID(task["id"]), change, if_match=None)

    assert await outcomes(*(start() for _ in range(10))) == {"done": 1, "CONFLICT": 9}


@pytest.mark.parametrize(("of_the_mechanic", "refusal"), [(False, "TASK_OVERLAP"), (True, "MECHANIC_BUSY")])
async def test_the_database_is_the_last_judge_of_who_does_not_queue(
    api: FrontDoor,
    tenant: Tenant,
    installation: Installation,
    database: Database,
    of_the_mechanic: bool,  # noqa: FBT001
    refusal: str,
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner, capacity_slots=1)
    another = await fleet_of_one(api, tenant.planner, tail_number="G-TWO")
    seen = await plan(
        api, tenant.planner, an_order(aircraft, starts=100, assigned_mechanic_id=str(tenant.mechanic.id))
    )
    jumper = await asyncpg.connect(installation.settings.database_url)

    async with jumper.transaction():
        await jumper.execute(
            "UPDATE maintenance_tasks SET start_time = $2, end_time = $3 WHERE id = $1",
            UUID(seen["id"]), STARTS, STARTS + timedelta(hours=4),
        )  # fmt: skip
        mechanic = tenant.mechanic.id if of_the_mechanic else None
        ordered = asyncio.create_task(
            order(database, tenant.planner, another if of_the_mechanic else aircraft, assigned_mechanic_id=mechanic)
        )
        await until_somebody_waits(installation, "test-races")
    await jumper.close()

    with pytest.raises(Refusal) as refused:
        await ordered
    assert refused.value.code == refusal
