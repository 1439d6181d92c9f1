"""Items of a batch: each undone alone when it is refused, all undone when the asker or the moment is at fault."""

from collections.abc import Awaitable, Callable

import asyncpg
import pytest

from amss.features.aircraft import service
from amss.features.aircraft.model import Aircraft, NewAircraft
from amss.foundation.batch import one_by_one, readable
from amss.foundation.database import Transaction
from amss.foundation.errors import Conflict, Forbidden, Invalid, NotFound, Refusal, Unavailable
from builders.commands import count_aircraft
from builders.installation import Installation
from builders.tenants import ORIGIN, Tenant

ENTERED = """
    SELECT (SELECT array_agg(details -> 'after' ->> 'tail_number' ORDER BY id) FROM audit_logs WHERE org_id = $1)
               AS recorded,
           (SELECT array_agg(payload ->> 'tail_number' ORDER BY sequence) FROM outbox_events WHERE org_id = $1)
               AS announced,
           (SELECT array_agg(tail_number ORDER BY id) FROM aircraft WHERE org_id = $1) AS stored
"""


def three_aircraft() -> list[NewAircraft | Refusal]:
    return [NewAircraft(tail_number=tail, model="A320-214") for tail in ("G-AAA", "G-BBB", "G-CCC")]


def refusing_the_second(fault: Exception) -> Callable[[Transaction, NewAircraft], Awaitable[Aircraft]]:
    """Take aircraft into the fleet, but think better of the second when all is written."""

    async def take_in(tx: Transaction, order: NewAircraft) -> Aircraft:
        aircraft = await service.create(tx, order)
        tx.messages.append(("test", {"tail": order.tail_number}))
        tx.outdated.append(aircraft.id)
        if order.tail_number == "G-BBB":
            raise fault
        return aircraft

    return take_in


@pytest.mark.parametrize("refusal", [Invalid(), NotFound(), Conflict("Not this one.")], ids=lambda each: each.code)
async def test_a_refused_item_leaves_nothing_and_its_neighbours_everything(
    installation: Installation, tenant: Tenant, refusal: Refusal
) -> None:
    async with installation.server.transaction(tenant.planner.actor, tenant.org_id, ORIGIN) as tx:
        first, second, third = await one_by_one(tx, three_aircraft(), refusing_the_second(refusal))

    assert isinstance(first, Aircraft)
    assert isinstance(third, Aircraft)
    assert second is refusal
    kept = ["G-AAA", "G-CCC"]
    assert [fields["tail"] for _, fields in tx.messages] == kept
    assert tx.outdated == [first.id, third.id]
    assert dict(await installation.owner.fetchrow(ENTERED, tenant.org_id)) == {
        "recorded": kept, "announced": kept, "stored": kept,
    }  # fmt: skip


@pytest.mark.parametrize("fault", [Forbidden(), Unavailable(), asyncpg.DeadlockDetectedError(), ZeroDivisionError()])
async def test_what_is_not_the_items_fault_ends_the_whole_batch(
    installation: Installation, tenant: Tenant, fault: Exception
) -> None:
    with pytest.raises(type(fault)) as raised:
        async with installation.server.transaction(tenant.planner.actor, tenant.org_id, ORIGIN) as tx:
            await one_by_one(tx, three_aircraft(), refusing_the_second(fault))

    assert raised.value is fault
    assert await count_aircraft(installation, tenant.org_id) == 0


async def test_what_could_not_be_read_keeps_its_place(installation: Installation, tenant: Tenant) -> None:
    items: list[NewAircraft | Refusal] = [Invalid(), *three_aircraft()[:1], NotFound()]

    async with installation.server.transaction(tenant.planner.actor, tenant.org_id, ORIGIN) as tx:
        outcomes = await one_by_one(tx, items, service.create)

    assert readable(items) == readable(three_aircraft()[:1])
    assert [type(each) for each in outcomes] == [Invalid, Aircraft, NotFound]


async def test_items_leave_no_savepoint_behind(installation: Installation, tenant: Tenant) -> None:
    async with installation.server.transaction(tenant.planner.actor, tenant.org_id, ORIGIN) as tx:
        await one_by_one(tx, three_aircraft(), refusing_the_second(Conflict("Not this one.")))

        with pytest.raises(asyncpg.InvalidSavepointSpecificationError):
            await tx.run("RELEASE SAVEPOINT part")
