"""Many pieces of work in one request: each judged for itself, all in one transaction."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from amss.features.tasks import service
from amss.features.tasks.model import NewTask, Task, TaskType
from amss.foundation.access import Role
from amss.foundation.batch import MOST_ITEMS
from amss.foundation.clock import system_clock
from amss.foundation.database import Database
from amss.foundation.ids import new_id
from builders.front_door import FrontDoor, Reply
from builders.installation import Installation
from builders.refusals import refused
from builders.tasks import an_order, events_of, fleet_of_one, plan, tasks_of
from builders.tenants import ORIGIN, Person, Tenant, a_person

ROUTE = "POST /maintenance-tasks:batch"


async def plan_all(api: FrontDoor, planner: Person, items: list[Any], **headers: str) -> Reply:
    return await api(planner, ROUTE, {"items": items}, headers=headers)


async def test_every_item_becomes_what_it_would_have_become_alone(
    api: FrontDoor, tenant: Tenant, another_tenant: Tenant, aircraft: dict[str, Any]
) -> None:
    narrow = await fleet_of_one(api, tenant.planner, tail_number="G-ONE", capacity_slots=1)
    await plan(api, tenant.planner, an_order(narrow))
    retired = await fleet_of_one(api, tenant.planner, tail_number="G-OLD", status="retired")
    orders = [
        an_order(narrow),
        an_order(retired),
        an_order({"id": str(new_id())}),
        an_order(aircraft, assigned_mechanic_id=str(another_tenant.mechanic.id)),
        an_order(aircraft, assigned_mechanic_id=str(tenant.planner.id)),
        an_order(aircraft, hours=-1),
        {"type": "wash", "start_time": "soon", "slot": 3},
        an_order(aircraft, notes="a\0b"),
        "A check",
    ]

    answer = await plan_all(api, tenant.planner, [*orders, an_order(aircraft)])

    *of_refused, of_planned = answer.json["results"]
    assert [each["index"] for each in answer.json["results"]] == list(range(10))
    for order, result in zip(orders, of_refused, strict=True):
        alone = await api(tenant.planner, "POST /maintenance-tasks", order)
        assert result["status"] == alone.status
        assert result["problem"] | {"request_id": "its own"} == alone.json | {"request_id": "its own"}
        assert result["problem"]["request_id"] == answer.headers["x-request-id"]
        assert "id" not in result
    assert [each["status"] for each in of_refused] == [409, 409, 404, 404, 422, 422, 422, 422, 400]
    assert (of_planned["status"], "problem" in of_planned) == (201, False)
    shown = await api(tenant.planner, f"GET /maintenance-tasks/{of_planned['id']}")
    assert (shown.json["title"], shown.json["slot"]) == ("A check", 1)


async def test_an_item_finds_the_slot_taken_by_the_one_before_it(api: FrontDoor, tenant: Tenant) -> None:
    narrow = await fleet_of_one(api, tenant.planner, tail_number="G-ONE", capacity_slots=1)

    answer = await plan_all(api, tenant.planner, [an_order(narrow), an_order(narrow, starts=1)])

    first, second = answer.json["results"]
    assert (first["status"], second["status"], second["problem"]["code"]) == (201, 409, "TASK_OVERLAP")
    assert [reason["ids"] for reason in second["problem"]["reasons"]] == [[first["id"]]]


async def test_events_and_audit_tell_of_planned_items_alone_and_in_their_order(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], installation: Installation, its: dict[str, Any]
) -> None:
    before = await events_of(installation, tenant.org_id)
    items = [
        an_order(aircraft, title="First", **its),
        an_order(aircraft, title="Elsewhere at the time", starts=1, **its),
        an_order(aircraft, title="Last", starts=9, **its),
    ]

    answer = await plan_all(api, tenant.planner, items)

    written = await installation.owner.fetchrow(
        """
        SELECT (SELECT array_agg(payload ->> 'title' ORDER BY sequence) FROM outbox_events
                WHERE org_id = $1 AND aggregate_type = 'maintenance-task') AS announced,
               (SELECT array_agg(details -> 'after' ->> 'title' ORDER BY id) FROM audit_logs
                WHERE org_id = $1 AND entity_type = 'maintenance-task') AS recorded
        """,
        tenant.org_id,
    )
    assert [each["status"] for each in answer.json["results"]] == [201, 409, 201]
    assert dict(written) == {"announced": ["First", "Last"], "recorded": ["First", "Last"]}
    assert (await events_of(installation, tenant.org_id))[len(before) :] == ["task.created"] * 2


async def test_a_repeated_batch_gets_the_first_answer_and_plans_nothing_twice(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any]
) -> None:
    items, key = [an_order(aircraft), {}], {"idempotency-key": "once"}

    first = await plan_all(api, tenant.planner, items, **key)
    again = await plan_all(api, tenant.planner, items, **key)
    another = await plan_all(api, tenant.planner, items[:1], **key)

    assert (first.status, again.status, again.body) == (200, 200, first.body)
    assert again.headers["idempotent-replayed"] == "true"
    assert (another.status, another.code) == (409, "IDEMPOTENCY_CONFLICT")
    assert [task["id"] for task in await tasks_of(api, tenant.planner)] == [first.json["results"][0]["id"]]


async def test_a_batch_of_too_many_is_refused_with_the_limit_and_plans_nothing(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any]
) -> None:
    most = await plan_all(api, tenant.planner, [{}] * MOST_ITEMS)
    too_many = await plan_all(api, tenant.planner, [an_order(aircraft, notes="a\0b")] * (MOST_ITEMS + 1))

    assert (most.status, len(most.json["results"])) == (200, 500)
    assert (too_many.status, too_many.code) == (422, "VALIDATION")
    (fault,) = too_many.json["errors"]
    assert fault["pointer"] == "/items"
    assert "500" in fault["message"]
    assert await tasks_of(api, tenant.planner) == []


@pytest.mark.parametrize(
    ("body", "status", "pointers"),
    [
        (b'{"items": []}', 200, None),
        (b"{}", 422, ["/items"]),
        (b'{"items": {}}', 422, ["/items"]),
        (b'{"items": [], "dry_run": true}', 422, ["/dry_run"]),
        (b'{"items": [{"title": 1e999}]}', 422, [""]),
        (b"[]", 400, None),
        (b'{"items": [{"title": "\xff"}]}', 400, None),
        (b'{"items": [' + b"[" * 100_000 + b"]" * 100_000 + b"]}", 400, None),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_only_what_is_a_batch_is_read(
    api: FrontDoor, tenant: Tenant, body: bytes, status: int, pointers: list[str] | None
) -> None:
    answer = await api(tenant.planner, ROUTE, body, headers={"idempotency-key": "once"})

    assert answer.status == status, answer.body
    if pointers is not None:
        assert [fault["pointer"] for fault in answer.json["errors"]] == pointers


async def test_a_batch_that_meets_another_transaction_is_done_again_as_a_whole(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], installation: Installation
) -> None:
    owner, inserts = installation.owner, f"inserts_{new_id().hex}"
    await owner.execute(f"CREATE SEQUENCE {inserts}; GRANT USAGE ON SEQUENCE {inserts} TO amss_server")
    items = [an_order(aircraft, starts=6 * n) for n in range(3)]

    # A sequence does not roll back: the second insert fails once.
    async with refused(
        owner, "maintenance_tasks", "INSERT", tenant.org_id, "deadlock_detected", where=f"nextval('{inserts}') = 2"
    ):
        answer = await plan_all(api, tenant.planner, items)

    inserted = await owner.fetchval(f"SELECT last_value FROM {inserts}")
    await owner.execute(f"DROP SEQUENCE {inserts}")
    ids = [each["id"] for each in answer.json["results"]]
    assert inserted == 2 + 3
    assert [task["id"] for task in await tasks_of(api, tenant.planner)] == ids
    assert (await events_of(installation, tenant.org_id)).count("task.created") == 3


@pytest.fixture
async def database(installation: Installation) -> AsyncGenerator[Database]:
    database = Database(
        installation.settings.database_url,
        role="amss_server",
        process="test-batches",
        settings=installation.settings,
    )
    yield database
    await database.close()


async def plan_in_order(
    database: Database, planner: Person, wanted: list[tuple[UUID, UUID | None]], *, hour: int
) -> None:
    """Plan an hour's work after the other, for each an aircraft and a mechanic, in a transaction of its own."""
    starts = system_clock() + timedelta(hours=hour)
    orders = [
        NewTask(
            aircraft_id=aircraft,
            type=TaskType.INSPECTION,
            title="A check",
            start_time=starts + timedelta(hours=n),
            end_time=starts + timedelta(hours=n + 1),
            assigned_mechanic_id=mechanic,
        )
        for n, (aircraft, mechanic) in enumerate(wanted)
    ]
    async with database.transaction(planner.actor, planner.org_id, ORIGIN) as tx:
        outcomes = await service.create_each(tx, orders)
    assert [type(each) for each in outcomes] == [Task] * len(wanted)


async def a_fleet(api: FrontDoor, planner: Person, letter: str) -> list[UUID]:
    fleet = [await fleet_of_one(api, planner, tail_number=f"G-{letter}{n}") for n in range(6)]
    return [UUID(aircraft["id"]) for aircraft in fleet]


async def test_planners_who_want_the_same_aircraft_in_other_orders_all_get_through(
    api: FrontDoor, tenant: Tenant, database: Database
) -> None:
    wanted: list[tuple[UUID, UUID | None]] = [(each, None) for each in await a_fleet(api, tenant.planner, "A")]

    await asyncio.gather(
        *(
            plan_in_order(database, tenant.planner, wanted if n % 2 else wanted[::-1], hour=10 * n)
            for n in range(1, 7)
        )
    )

    assert len(await tasks_of(api, tenant.planner)) == 6 * 6


async def test_planners_who_want_the_same_mechanics_in_other_orders_all_get_through(
    api: FrontDoor, tenant: Tenant, database: Database, installation: Installation
) -> None:
    fleets = [await a_fleet(api, tenant.planner, letter) for letter in "ABCDEF"]
    crew = [(await a_person(installation, tenant.org_id, Role.MECHANIC)).id for _ in range(6)]

    await asyncio.gather(
        *(
            plan_in_order(
                database,
                tenant.planner,
                list(zip(fleet, crew if n % 2 else crew[::-1], strict=True)),
                hour=10 * n,
            )
            for n, fleet in enumerate(fleets, 1)
        )
    )

    assert len(await tasks_of(api, tenant.planner)) == 6 * 6
