"""Idempotency keys below the edges: one effect per key, whatever fails, and whoever comes beside."""

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from amss.foundation.database import Transaction
from amss.foundation.errors import Conflict, Malformed
from amss.foundation.secrets import Vault
from amss.server.commands import run_command
from amss.server.idempotency import (
    Answer,
    IdempotencyConflict,
    IdempotencyInProgress,
    KeyedRequest,
    checked_key,
)
from amss.server.resources import Resources
from builders.commands import (
    Work,
    a_keyed_request,
    add_an_aircraft,
    another_process,
    as_caller,
    count_aircraft,
)
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.tenants import ORIGIN, Person, Tenant

REPLAYED = ("idempotent-replayed", "true")


async def run(resources: Resources, person: Person, keyed: KeyedRequest, work: Work = add_an_aircraft) -> Answer:
    return await run_command(resources, work, caller=as_caller(person), origin=ORIGIN, keyed=keyed)


async def stored(installation: Installation, tenant: Tenant) -> list[asyncpg.Record]:
    return await installation.owner.fetch("SELECT * FROM idempotency_keys WHERE org_id = $1", tenant.org_id)


async def test_a_repeat_gets_the_first_answer_to_the_byte(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    keyed = a_keyed_request(tenant)

    first = await run(api.resources, tenant.planner, keyed)
    again = await run(api.resources, tenant.planner, keyed)

    assert (again.status, again.body) == (first.status, first.body)
    assert again.headers == (*first.headers, REPLAYED)
    assert await count_aircraft(installation, tenant.org_id) == 1


async def test_another_request_with_the_key_is_a_conflict(api: FrontDoor, tenant: Tenant) -> None:
    await run(api.resources, tenant.planner, a_keyed_request(tenant))

    with pytest.raises(IdempotencyConflict):
        await run(api.resources, tenant.planner, a_keyed_request(tenant, fingerprint=b"another request"))


@pytest.mark.parametrize("fault", [Conflict("no"), ZeroDivisionError()])
async def test_a_refusal_or_a_crash_leaves_neither_key_nor_change(
    api: FrontDoor, installation: Installation, tenant: Tenant, fault: Exception
) -> None:
    async def fail_after_the_work(tx: Transaction) -> Answer:
        await add_an_aircraft(tx)
        raise fault

    with pytest.raises(type(fault)):
        await run(api.resources, tenant.planner, a_keyed_request(tenant), fail_after_the_work)
    left = await count_aircraft(installation, tenant.org_id), await stored(installation, tenant)
    afresh = await run(api.resources, tenant.planner, a_keyed_request(tenant, fingerprint=b"corrected"))

    assert left == (0, [])
    assert (afresh.status, REPLAYED in afresh.headers) == (201, False)


async def test_a_connection_lost_before_the_commit_leaves_neither_key_nor_change(
    installation: Installation, tenant: Tenant
) -> None:
    async def lose_the_connection(tx: Transaction) -> Answer:
        answer = await add_an_aircraft(tx)
        tx.connection.terminate()
        return answer

    async with another_process(installation) as process:
        with pytest.raises(Exception, match="cannot reach its database"):
            await run(process, tenant.planner, a_keyed_request(tenant), lose_the_connection)

        assert (await run(process, tenant.planner, a_keyed_request(tenant))).status == 201
        assert process.database.in_use == 0
    assert await count_aircraft(installation, tenant.org_id) == 1


async def test_an_expired_key_is_taken_over(api: FrontDoor, installation: Installation, tenant: Tenant) -> None:
    await run(api.resources, tenant.planner, a_keyed_request(tenant, secret_answer=True))
    await installation.owner.execute(
        "UPDATE idempotency_keys SET expires_at = now() WHERE org_id = $1", tenant.org_id
    )

    other = a_keyed_request(tenant, fingerprint=b"another request")
    taken = await run(api.resources, tenant.planner, other)
    again = await run(api.resources, tenant.planner, other)

    (row,) = await stored(installation, tenant)
    assert REPLAYED not in taken.headers
    assert (again.body, row["response_body"], row["body_encrypted"]) == (taken.body, taken.body, False)
    assert row["expires_at"] - datetime.now(UTC) > timedelta(hours=23)


async def test_an_answer_with_a_secret_is_encrypted_at_rest_for_its_own_row(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    keyed = a_keyed_request(tenant, secret_answer=True)

    first = await run(api.resources, tenant.planner, keyed)
    again = await run(api.resources, tenant.planner, keyed)

    (row,) = await stored(installation, tenant)
    vault = Vault(installation.settings.secrets_key)
    context = f"answer:{tenant.org_id}:{keyed.principal}:{keyed.endpoint}:{keyed.key}"
    assert again.body == first.body
    assert first.body not in row["response_body"]
    assert vault.open(row["response_body"], context=context) == first.body
    with pytest.raises(ValueError, match="cannot be opened"):
        vault.open(row["response_body"], context=context + "2")


async def test_keys_of_others_do_not_meet(
    api: FrontDoor, installation: Installation, tenant: Tenant, another_tenant: Tenant
) -> None:
    askers = [
        (tenant.planner, a_keyed_request(tenant)),
        (tenant.tenant_admin, a_keyed_request(tenant, person=tenant.tenant_admin)),
        (another_tenant.planner, a_keyed_request(another_tenant)),
    ]

    answers = [await run(api.resources, person, keyed) for person, keyed in askers]

    assert len({answer.body for answer in answers}) == 3
    assert await count_aircraft(installation, tenant.org_id) == 2


async def test_duplicates_in_many_processes_make_one_effect(installation: Installation, tenant: Tenant) -> None:
    async with AsyncExitStack() as opened:
        processes = [await opened.enter_async_context(another_process(installation, connections=2)) for _ in range(4)]

        outcomes = await asyncio.gather(
            *(run(processes[n % 4], tenant.planner, a_keyed_request(tenant)) for n in range(20)),
            return_exceptions=True,
        )

        assert all(process.database.in_use == 0 for process in processes)
    answers = [each for each in outcomes if isinstance(each, Answer)]
    assert len({answer.body for answer in answers}) == 1
    assert sum(REPLAYED not in answer.headers for answer in answers) == 1
    assert all(isinstance(each, Answer | IdempotencyInProgress) for each in outcomes)
    assert await count_aircraft(installation, tenant.org_id) == 1


@pytest.mark.parametrize("same_process", [True, False])
async def test_a_duplicate_of_a_running_request_waits_briefly_and_then_is_told_so(
    installation: Installation, tenant: Tenant, *, same_process: bool
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def wait_in_the_middle(tx: Transaction) -> Answer:
        begun.set()
        await go_on.wait()
        return await add_an_aircraft(tx)

    async with another_process(installation) as one, another_process(installation) as another:
        first = asyncio.create_task(run(one, tenant.planner, a_keyed_request(tenant), wait_in_the_middle))
        await begun.wait()
        since = asyncio.get_running_loop().time()

        with pytest.raises(IdempotencyInProgress) as refused:
            await run(one if same_process else another, tenant.planner, a_keyed_request(tenant))

        assert 0.15 < asyncio.get_running_loop().time() - since < 1
        assert refused.value.retry_after == 1
        go_on.set()
        assert (await run(another, tenant.planner, a_keyed_request(tenant))).body == (await first).body


async def test_a_waiting_duplicate_takes_over_when_the_first_is_refused(
    installation: Installation, tenant: Tenant
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def be_refused(_tx: Transaction) -> Answer:
        begun.set()
        await go_on.wait()
        raise Conflict("no")

    async with another_process(installation) as one, another_process(installation) as another:
        first = asyncio.create_task(run(one, tenant.planner, a_keyed_request(tenant), be_refused))
        await begun.wait()
        seconds = [asyncio.create_task(run(each, tenant.planner, a_keyed_request(tenant))) for each in (one, another)]
        await asyncio.sleep(0)
        go_on.set()

        with pytest.raises(Conflict, match="no"):
            await first
        answers = await asyncio.gather(*seconds)

    assert answers[0].body == answers[1].body
    assert await count_aircraft(installation, tenant.org_id) == 1


@pytest.mark.parametrize("key", ["", "a b", "tab\t", "é", "\x7f", "x" * 256])
def test_a_key_is_1_to_255_visible_characters(key: str) -> None:
    with pytest.raises(Malformed):
        checked_key(key)

    assert checked_key("~!" + "x" * 253)
