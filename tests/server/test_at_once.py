"""Drafted commands: done at once where nothing has changed since they were judged, else left to the ordinary way."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest

from amss.features.tasks import service
from amss.features.tasks.model import NewTask, TaskType
from amss.foundation.clock import system_clock
from amss.foundation.drafting import Draft, Drafting
from amss.foundation.statements import Statement, in_one
from amss.server.at_once import Drafted, at_once
from amss.server.idempotency import Answer, KeyedRequest
from builders.commands import a_keyed_request, another_process, as_caller
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.tasks import fleet_of_one
from builders.tenants import ORIGIN, Tenant

STARTS = system_clock() + timedelta(hours=1)
DONE = Answer(201, b"done", (("content-type", "text/plain"),))
# What tells one time and one piece of work from another.
OWN = {
    "id",
    "aircraft_id",
    "task_id",
    "entity_id",
    "aggregate_id",
    "created_at",
    "updated_at",
    "timestamp",
    "sequence",
    "payload",
}
TOLD = {"details", "payload", "next_attempt_at"}

Meanwhile = Callable[[], Awaitable[Any]]


def an_order(aircraft: dict[str, Any], **facts: Any) -> NewTask:
    return NewTask(
        aircraft_id=UUID(aircraft["id"]),
        type=TaskType.INSPECTION,
        title="A check",
        start_time=STARTS,
        end_time=STARTS + timedelta(hours=4),
        **facts,
    )


def drafted(order: NewTask, meanwhile: Meanwhile | None = None) -> Drafted:
    """Draft an order; something may happen between the look and the act."""

    async def draft(drafting: Drafting) -> tuple[Draft, Answer] | None:
        draft = await service.draft(drafting, order)
        if meanwhile is not None:
            await meanwhile()
        return None if draft is None else (draft, DONE)

    return draft


async def do(api: FrontDoor, tenant: Tenant, work: Drafted, keyed: KeyedRequest | None = None) -> Answer | None:
    database = api.resources.database
    return await at_once(database, work, as_caller(tenant.planner), ORIGIN, keyed)


async def left(installation: Installation, tenant: Tenant) -> dict[str, int]:
    """Count what commands left of the tenant's tasks, of what is told about them, and of keys."""
    return {
        table: await installation.owner.fetchval(
            f"SELECT count(*) FROM {table} WHERE org_id = $1{only}", tenant.org_id
        )
        for table, only in {
            "maintenance_tasks": "",
            "audit_logs": " AND entity_type = 'maintenance-task'",
            "outbox_events": " AND aggregate_type = 'maintenance-task'",
            "idempotency_keys": " AND endpoint = 'POST /things'",
        }.items()
    }


def counts(tasks: int, keys: int) -> dict[str, int]:
    return {"maintenance_tasks": tasks, "audit_logs": tasks, "outbox_events": tasks, "idempotency_keys": keys}


async def test_what_is_done_at_once_leaves_the_rows_of_the_ordinary_way(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    one, other = [await fleet_of_one(api, tenant.planner, tail_number=tail) for tail in ("G-A", "G-B")]

    assert await do(api, tenant, drafted(an_order(one, notes="Look twice"))) is DONE
    async with installation.server.transaction(tenant.planner.actor, tenant.org_id, ORIGIN) as tx:
        await service.create(tx, an_order(other, notes="Look twice"))

    # Each task with the one check that an inspection has, and what is said of both.
    for table, each in (("maintenance_tasks", 1), ("compliance_items", 1), ("audit_logs", 2), ("outbox_events", 2)):
        found = await installation.owner.fetch(
            f"SELECT * FROM {table} WHERE org_id = $1 ORDER BY id DESC LIMIT $2", tenant.org_id, 2 * each
        )
        rows = [{name: value for name, value in row.items() if name not in OWN | TOLD} for row in found]
        assert rows[:each] == rows[each:]
    shown = await installation.owner.fetch(
        """
        SELECT details -> 'after' AS audited, payload AS told FROM audit_logs JOIN outbox_events USING (org_id)
        WHERE org_id = $1 AND entity_type = 'maintenance-task' AND aggregate_id = entity_id
        """,
        tenant.org_id,
    )
    assert [row["audited"] == row["told"] for row in shown] == [True, True]


async def test_the_key_is_kept_with_the_answer(api: FrontDoor, installation: Installation, tenant: Tenant) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)

    assert await do(api, tenant, drafted(an_order(aircraft)), a_keyed_request(tenant)) is DONE

    key = await installation.owner.fetchrow(
        "SELECT * FROM idempotency_keys WHERE key = 'a-key' AND org_id = $1", tenant.org_id
    )
    assert (key["status_code"], key["response_body"], key["body_encrypted"]) == (201, b"done", False)
    assert key["request_hash"] == b"the same request"
    assert key["expires_at"] - key["created_at"] == timedelta(hours=24)
    assert await left(installation, tenant) == counts(1, 1)


@pytest.mark.parametrize("keyed", [True, False])
async def test_an_aircraft_that_changed_since_it_was_read_gets_nothing(
    api: FrontDoor, installation: Installation, tenant: Tenant, *, keyed: bool
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)

    async def it_changes() -> None:
        await installation.owner.execute("UPDATE aircraft SET version = version + 1 WHERE org_id = $1", tenant.org_id)

    done = await do(api, tenant, drafted(an_order(aircraft), it_changes), a_keyed_request(tenant) if keyed else None)

    assert done is None
    assert await left(installation, tenant) == counts(0, 0)


async def test_a_slot_that_was_taken_since_is_left_to_the_ordinary_way(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)

    async def another_is_quicker() -> None:
        assert await do(api, tenant, drafted(an_order(aircraft))) is DONE

    done = await do(api, tenant, drafted(an_order(aircraft), another_is_quicker), a_keyed_request(tenant))

    assert done is None
    assert await left(installation, tenant) == counts(1, 0)


async def test_a_key_that_is_known_writes_nothing(api: FrontDoor, installation: Installation, tenant: Tenant) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)
    await do(api, tenant, drafted(an_order(aircraft)), a_keyed_request(tenant))

    again = await do(api, tenant, drafted(an_order(aircraft)), a_keyed_request(tenant))

    assert again is None
    assert await left(installation, tenant) == counts(1, 1)


@pytest.mark.parametrize(
    "held",
    [
        "SELECT FROM aircraft WHERE org_id = $1 FOR NO KEY UPDATE",
        """
        INSERT INTO idempotency_keys (org_id, id, principal, key, endpoint, request_hash, created_at, expires_at)
        SELECT $1, gen_random_uuid(), 'user:' || id, 'a-key', 'POST /things', '', now(), now() + interval '1 day'
        FROM users WHERE org_id = $1
        """,
    ],
)
async def test_who_would_have_to_wait_goes_the_ordinary_way(
    api: FrontDoor, installation: Installation, tenant: Tenant, held: str
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)
    another = await asyncpg.connect(installation.settings.database_url)

    async with another.transaction():
        await another.execute(held, tenant.org_id)
        async with asyncio.timeout(1):
            assert await do(api, tenant, drafted(an_order(aircraft)), a_keyed_request(tenant)) is None
    await another.close()

    assert (await left(installation, tenant))["maintenance_tasks"] == 0


async def test_a_key_that_is_claimed_means_work_that_is_done(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)

    async def without_work(drafting: Drafting) -> tuple[Draft, Answer] | None:
        draft = await service.draft(drafting, an_order(aircraft))
        assert draft is not None
        nothing = Statement(
            draft.writes[0].text.replace("$1::jsonb", "'[]' || $1::jsonb - 0"), draft.writes[0].values
        )
        return msgspec.structs.replace(draft, writes=(nothing,)), DONE

    with pytest.raises(asyncpg.DivisionByZeroError):
        await do(api, tenant, without_work, a_keyed_request(tenant))

    assert await left(installation, tenant) == counts(0, 0)


async def test_twenty_duplicates_over_two_servers_make_one_task(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)

    async with another_process(installation, connections=20) as process:
        servers = [process.database, api.resources.database] * 10
        caller, keyed = as_caller(tenant.planner), a_keyed_request(tenant)
        done = await asyncio.gather(
            *(at_once(server, drafted(an_order(aircraft)), caller, ORIGIN, keyed) for server in servers)
        )

    assert [each for each in done if each is not None] == [DONE]
    assert await left(installation, tenant) == counts(1, 1)


@pytest.mark.parametrize("assigned", [False, True])
async def test_a_plain_order_takes_two_statements_and_any_other_a_transaction(
    api: FrontDoor, tenant: Tenant, *, assigned: bool
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)
    order = {**msgspec.to_builtins(an_order(aircraft)), "assigned_mechanic_id": None}
    if assigned:
        order["assigned_mechanic_id"] = str(tenant.mechanic.id)

    sent: list[str] = []

    def note(query: Any) -> None:
        sent.append(query.query)

    # The connection that came back last is the next to be lent.
    async with api.resources.database.connection() as connection:
        connection.add_query_logger(note)
    created = await api(tenant.planner, "POST /maintenance-tasks", order, headers={"idempotency-key": "once"})
    connection.remove_query_logger(note)

    assert created.status == 201
    assert (len(sent) == 2, any(each.startswith("BEGIN") for each in sent)) == (not assigned, assigned)


async def test_a_refusal_is_the_ordinary_ways_to_give(api: FrontDoor, tenant: Tenant) -> None:
    aircraft = await fleet_of_one(api, tenant.planner, capacity_slots=1)
    order = {
        "aircraft_id": aircraft["id"],
        "type": "inspection",
        "title": "A check",
        "start_time": STARTS.isoformat(),
        "end_time": (STARTS + timedelta(hours=4)).isoformat(),
    }

    first = await api(tenant.planner, "POST /maintenance-tasks", order)
    second = await api(tenant.planner, "POST /maintenance-tasks", order)

    assert (first.status, second.status, second.code) == (201, 409, "TASK_OVERLAP")
    assert second.json["reasons"][0]["ids"] == [first.json["id"]]


def test_parts_that_go_together_keep_their_own_values() -> None:
    one = Statement("INSERT INTO a SELECT $1, $2, $1", ("x", "y"))
    other = Statement("INSERT INTO b SELECT $2, $1", ("v", "w"))

    both = in_one({"one": one, "other": other}, "SELECT 1")

    assert both.text == (
        "WITH one AS (INSERT INTO a SELECT $1, $2, $1), other AS (INSERT INTO b SELECT $4, $3) SELECT 1"
    )
    assert both.values == ("x", "y", "v", "w")
