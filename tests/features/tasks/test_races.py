"""Many who plan, work and ground at once, each over a connection of his own."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest

from amss.features.aircraft.model import Aircraft, StatusOrder
from amss.features.tasks import fleet, service
from amss.features.tasks.model import NewTask, StateChange, Task, TaskState, TaskType
from amss.foundation.clock import system_clock
from amss.foundation.database import Database, Transaction
from amss.foundation.errors import Refusal
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.tasks import an_order, fleet_of_one, move, plan
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


async def step(database: Database, person: Person, task: dict[str, Any], state: str, **facts: Any) -> Task:
    """Bring a task into a state in a transaction of its own."""
    change = StateChange(state=TaskState(state), **facts)
    async with database.transaction(person.actor, person.org_id, ORIGIN) as tx:
        return await service.change_state(tx, UUID(task["id"]), change, if_match=None)


async def command(
    database: Database,
    person: Person,
    does: Callable[..., Awaitable[Aircraft]],
    aircraft: dict[str, Any],
    reason: str = "As agreed",
) -> Aircraft:
    """Ground, release or retire an aircraft in a transaction of its own."""
    async with database.transaction(person.actor, person.org_id, ORIGIN) as tx:
        return await does(tx, UUID(aircraft["id"]), StatusOrder(reason=reason), if_match=None)


async def shown(api: FrontDoor, person: Person, aircraft: dict[str, Any]) -> dict[str, Any]:
    return (await api(person, f"GET /aircraft/{aircraft['id']}")).json


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

    became = await outcomes(*(step(database, tenant.mechanic, task, "in_progress") for _ in range(10)))

    assert became == {"done": 1, "CONFLICT": 9}


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


@pytest.mark.parametrize("the_work_ends_first", [True, False])
async def test_of_ten_who_ground_an_aircraft_as_its_work_ends_one_does_and_it_stays_grounded(
    api: FrontDoor, tenant: Tenant, database: Database, *, the_work_ends_first: bool
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)
    task = await plan(api, tenant.planner, an_order(aircraft, assigned_mechanic_id=str(tenant.mechanic.id)))
    await move(api, tenant.mechanic, task, "in_progress")
    ending = step(database, tenant.mechanic, task, "completed", notes="Done")
    grounding = [command(database, tenant.mechanic, fleet.ground, aircraft, f"Reason {n}") for n in range(10)]

    became = await outcomes(*([ending, *grounding] if the_work_ends_first else [*grounding, ending]))

    assert became == {"done": 2, "CONFLICT": 9}
    assert (await shown(api, tenant.planner, aircraft))["status"] == "grounded"


@pytest.mark.parametrize("the_work_begins_first", [True, False])
async def test_an_aircraft_is_released_before_its_work_begins_or_not_at_all(
    api: FrontDoor, tenant: Tenant, database: Database, *, the_work_begins_first: bool
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner, status="grounded")
    # Of more than a day, so that one mechanic carries them all.
    order = an_order(aircraft, hours=30, assigned_mechanic_id=str(tenant.mechanic.id))
    tasks = [await plan(api, tenant.planner, order) for _ in range(6)]
    beginning = [step(database, tenant.mechanic, task, "in_progress") for task in tasks]
    releasing = [command(database, tenant.planner, fleet.release, aircraft) for _ in range(6)]

    became = await outcomes(*([*beginning, *releasing] if the_work_begins_first else [*releasing, *beginning]))

    status = (await shown(api, tenant.planner, aircraft))["status"]
    assert became["done"] == 6 + (status == "maintenance")
    assert became["done"] + became["CONFLICT"] + became["AIRCRAFT_NOT_READY"] == 12
    assert status in ("maintenance", "grounded")


@pytest.mark.parametrize("the_work_is_planned_first", [True, False])
async def test_an_aircraft_is_retired_or_takes_the_work_of_ten_planners_never_both(
    api: FrontDoor, tenant: Tenant, *, the_work_is_planned_first: bool
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)
    planning = [api(tenant.planner, "POST /maintenance-tasks", an_order(aircraft)) for _ in range(10)]
    retiring = [api(tenant.planner, f"POST /aircraft/{aircraft['id']}/retire", {"reason": "Sold"}) for _ in range(3)]

    replies = await asyncio.gather(*([*planning, *retiring] if the_work_is_planned_first else [*retiring, *planning]))

    became = Counter(reply.status if reply.status < 400 else reply.code for reply in replies)
    is_retired = (await shown(api, tenant.planner, aircraft))["status"] == "retired"
    assert became == ({200: 1, "AIRCRAFT_RETIRED": 12} if is_retired else {201: 10, "IN_USE": 3})


async def behind(
    first: Callable[[Transaction], Awaitable[Any]],
    second: Coroutine[Any, Any, Any],
    person: Person,
    database: Database,
    installation: Installation,
) -> Counter[str]:
    """Do the first thing, let the second wait for it, and commit; return what became of the second."""
    async with database.transaction(person.actor, person.org_id, ORIGIN) as tx:
        await first(tx)
        waiting = asyncio.create_task(outcomes(second))
        await until_somebody_waits(installation, "test-races")
    return await waiting


async def test_a_release_that_waits_for_the_start_of_work_finds_the_work(
    api: FrontDoor, tenant: Tenant, installation: Installation, database: Database
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner, status="grounded")
    task = await plan(api, tenant.planner, an_order(aircraft, assigned_mechanic_id=str(tenant.mechanic.id)))
    begin = StateChange(state=TaskState.IN_PROGRESS)

    became = await behind(
        lambda tx: service.change_state(tx, UUID(task["id"]), begin, if_match=None),
        command(database, tenant.planner, fleet.release, aircraft),
        tenant.mechanic,
        database,
        installation,
    )

    assert became == {"AIRCRAFT_NOT_READY": 1}


async def test_who_plans_while_an_aircraft_is_being_retired_finds_it_retired(
    api: FrontDoor, tenant: Tenant, installation: Installation, database: Database
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)
    sold = StatusOrder(reason="Sold")

    became = await behind(
        lambda tx: fleet.retire(tx, UUID(aircraft["id"]), sold, if_match=None),
        order(database, tenant.planner, aircraft),
        tenant.planner,
        database,
        installation,
    )

    assert became == {"AIRCRAFT_RETIRED": 1}
