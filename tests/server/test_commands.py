"""Running commands against others who want the same rows, and when the stores fail beside them."""

import asyncio

import pytest
from redis.asyncio import Redis

from amss.foundation.database import Transaction
from amss.foundation.errors import NotFound, Unavailable
from amss.foundation.ids import new_id
from amss.server.commands import run_command
from amss.server.idempotency import Answer
from amss.server.resources import Resources
from builders.commands import Work, add_an_aircraft, another_process, as_caller, count_aircraft
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.sign_in import an_admin
from builders.tenants import ORIGIN, Person, Tenant

DONE = Answer(204)


async def run(resources: Resources, person: Person, work: Work) -> Answer:
    return await run_command(resources, work, caller=as_caller(person), origin=ORIGIN, keyed=None)


async def two_aircraft(installation: Installation, tenant: Tenant) -> tuple[str, str]:
    """Put two aircraft into the fleet; return their tail numbers."""
    async with installation.server.transaction(tenant.planner.actor, tenant.org_id, ORIGIN) as tx:
        await add_an_aircraft(tx)
        await add_an_aircraft(tx)
        one, other = await tx.value("SELECT array_agg(tail_number ORDER BY tail_number) FROM aircraft")
    return one, other


async def count_up(tx: Transaction, tail: str) -> None:
    await tx.run("UPDATE aircraft SET version = version + 1 WHERE org_id = $1 AND tail_number = $2", tx.org_id, tail)


async def test_a_deadlock_is_done_again_and_both_succeed(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    tails = await two_aircraft(installation, tenant)
    meeting = asyncio.Barrier(2)
    tries = 0

    async def update(first: str, second: str) -> Answer:
        async def work(tx: Transaction) -> Answer:
            nonlocal tries
            tries += 1
            await count_up(tx, first)
            if tries <= 2:
                await meeting.wait()
            await count_up(tx, second)
            return DONE

        return await run(api.resources, tenant.planner, work)

    await asyncio.gather(update(*tails), update(*reversed(tails)))

    versions = await installation.owner.fetch("SELECT version FROM aircraft WHERE org_id = $1", tenant.org_id)
    assert tries == 3
    assert [row["version"] for row in versions] == [3, 3]


async def test_a_serialization_failure_is_done_again(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    tail, _ = await two_aircraft(installation, tenant)
    tries = 0

    async def read_then_write(tx: Transaction) -> Answer:
        nonlocal tries
        tries += 1
        await tx.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        await tx.value("SELECT count(*) FROM aircraft")
        if tries == 1:
            await installation.owner.execute(
                "UPDATE aircraft SET version = 10 WHERE org_id = $1 AND tail_number = $2", tenant.org_id, tail
            )
        await count_up(tx, tail)
        return DONE

    await run(api.resources, tenant.planner, read_then_write)

    assert tries == 2
    assert (
        await installation.owner.fetchval("SELECT max(version) FROM aircraft WHERE org_id = $1", tenant.org_id) == 11
    )


async def test_a_row_that_stays_locked_is_unavailable_after_three_tries(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    tail, _ = await two_aircraft(installation, tenant)
    tries = 0

    async def work(tx: Transaction) -> Answer:
        nonlocal tries
        tries += 1
        await tx.run("SET LOCAL lock_timeout = '20ms'")
        await count_up(tx, tail)
        return DONE

    async with installation.server.transaction(tenant.planner.actor, tenant.org_id, ORIGIN) as holder:
        await count_up(holder, tail)

        with pytest.raises(Unavailable, match="changing the same records") as refused:
            await run(api.resources, tenant.planner, work)

    assert (tries, refused.value.retry_after) == (3, 1)
    assert installation.server.in_use == 0


async def test_a_statement_that_takes_too_long_is_unavailable(api: FrontDoor, tenant: Tenant) -> None:
    async def work(tx: Transaction) -> Answer:
        await tx.run("SET LOCAL statement_timeout = '20ms'")
        await tx.run("SELECT pg_sleep(1)")
        return DONE

    with pytest.raises(Unavailable):
        await run(api.resources, tenant.planner, work)


async def test_an_organization_that_does_not_exist_is_not_found(api: FrontDoor, installation: Installation) -> None:
    admin, nowhere = await an_admin(installation), new_id()
    order, headers = {"tail_number": "G-ABCD", "model": "A320"}, {"x-org-id": str(nowhere)}

    first = await api(admin, "POST /aircraft", order, headers=headers | {"idempotency-key": "nowhere"})
    again = await api(admin, "POST /aircraft", order, headers=headers)

    assert [(each.status, each.code) for each in (first, again)] == [(404, "NOT_FOUND")] * 2
    assert await count_aircraft(installation, nowhere) == 0


async def test_messages_are_sent_after_the_commit_and_never_when_it_fails(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    stream = f"test.{new_id()}"

    async def work(tx: Transaction) -> Answer:
        tx.messages.append((stream, {"seen": str(await count_aircraft(installation, tenant.org_id))}))
        return await add_an_aircraft(tx)

    async def fail(tx: Transaction) -> Answer:
        await work(tx)
        raise NotFound

    await run(api.resources, tenant.planner, work)
    with pytest.raises(NotFound):
        await run(api.resources, tenant.planner, fail)

    assert await installation.redis.xlen(stream) == 1


async def test_a_command_is_done_although_its_message_cannot_be_sent(
    installation: Installation, tenant: Tenant
) -> None:
    async def work(tx: Transaction) -> Answer:
        tx.messages.append(("import.jobs", {"import_id": "1"}))
        return await add_an_aircraft(tx)

    async with another_process(installation) as process:
        process.redis = Redis.from_url("redis://127.0.0.1:1")

        answer = await run(process, tenant.planner, work)

    assert answer.status == 201
    assert await count_aircraft(installation, tenant.org_id) == 1


async def test_a_cancelled_command_leaves_nothing_and_frees_its_connection(
    installation: Installation, tenant: Tenant
) -> None:
    begun = asyncio.Event()

    async def work(tx: Transaction) -> Answer:
        await add_an_aircraft(tx)
        begun.set()
        await asyncio.Event().wait()
        return DONE

    async with another_process(installation, connections=1) as process:
        task = asyncio.create_task(run(process, tenant.planner, work))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

        assert process.database.in_use == 0
        assert (await run(process, tenant.planner, add_an_aircraft)).status == 201
    assert await count_aircraft(installation, tenant.org_id) == 1
