"""An aircraft that counts no cycles comes under no program that counts them: such a limit would never fall due."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from amss.features.aircraft.model import AircraftChange, NewAircraft
from amss.features.due import assignments, flying, following
from amss.features.due.model import NewAssignment
from amss.features.programs.model import ProgramChange
from amss.features.programs.rules import CounterMissing
from amss.features.utilization.model import NewUtilization
from amss.foundation.database import Transaction
from amss.foundation.errors import Invalid
from amss.foundation.savepoint import undone_alone
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.programs import (
    TODAY,
    a_new_program,
    a_transaction_waits_for,
    add_aircraft,
    at,
    cycles,
    days,
    due_items_of,
    hours,
    ordered,
)
from builders.tenants import Tenant

BALLOON: dict[str, Any] = {"tail_number": "G-BALN", "model": "Ultra Magic M-145", "counts_cycles": False}


async def a_balloon(tx: Transaction) -> Any:
    return await following.add_aircraft(tx, NewAircraft(**BALLOON))


async def test_a_counter_the_aircraft_does_not_have_is_an_error_at_assignment(
    installation: Installation, tenant: Tenant
) -> None:
    async with at(installation, tenant) as tx:
        balloon = await a_balloon(tx)
        order = a_new_program(hours(100), cycles(300), code="CUT", model=BALLOON["model"])

        with pytest.raises(CounterMissing, match="Program CUT counts cycles, which G-BALN does not") as refused:
            await following.create_program(tx, order)

        assert [reason.ids for reason in refused.value.reasons] == [("G-BALN",)]
        assert balloon.counts_cycles is False


async def test_what_it_does_count_falls_due_on_it_as_on_any_other(installation: Installation, tenant: Tenant) -> None:
    async with at(installation, tenant) as tx:
        balloon = await a_balloon(tx)

        await following.create_program(tx, a_new_program(hours(100), days(365), model=BALLOON["model"]))

        (item,) = await due_items_of(tx, balloon.id)
        assert (item.due_minutes, item.due_cycles) == (6_000, None)


async def test_it_does_not_join_a_fleet_whose_programs_count_cycles(
    installation: Installation, tenant: Tenant
) -> None:
    async with at(installation, tenant) as tx:
        await following.create_program(tx, a_new_program(cycles(300), code="CUT", model=BALLOON["model"]))

        with pytest.raises(CounterMissing, match="CUT"):
            await a_balloon(tx)


async def test_no_edit_brings_it_under_such_a_program(installation: Installation, tenant: Tenant) -> None:
    async with at(installation, tenant) as tx:
        balloon, airliner = await a_balloon(tx), await add_aircraft(tx, "G-LINE")
        await following.create_program(tx, a_new_program(cycles(300), model=airliner.model))
        by_hand = await following.create_program(tx, a_new_program(cycles(300), code="HAND"))
        hourly = await following.create_program(tx, a_new_program(hours(50), aircraft_id=balloon.id))
        refusals = (
            following.edit_aircraft(tx, balloon.id, AircraftChange(model=airliner.model), if_match=None),
            following.edit_aircraft(tx, airliner.id, AircraftChange(counts_cycles=False), if_match=None),
            following.edit_program(
                tx, hourly.id, ProgramChange(limits=(ordered(hours(50)), ordered(cycles(9)))), if_match=None
            ),
            assignments.assign(tx, by_hand.id, NewAssignment(aircraft_id=balloon.id)),
        )

        for refused in refusals:
            with pytest.raises(CounterMissing):
                async with undone_alone(tx):
                    await refused


async def a_program_that_counts_cycles(tx: Transaction) -> Any:
    return await following.create_program(tx, a_new_program(cycles(300), code="CUT", model=BALLOON["model"]))


async def the_balloon_gets_its_model(tx: Transaction) -> Any:
    balloon = await tx.value("SELECT id FROM aircraft WHERE org_id = $1 AND model = 'unknown'", tx.org_id)
    change = AircraftChange(model=BALLOON["model"], counts_cycles=False)
    return await following.edit_aircraft(tx, balloon, change, if_match=None)


@pytest.mark.parametrize("joins", [a_balloon, the_balloon_gets_its_model])
@pytest.mark.parametrize("program_first", [True, False])
async def test_of_a_program_and_an_aircraft_that_come_at_once_the_second_is_refused(
    installation: Installation, tenant: Tenant, joins: Callable[[Transaction], Awaitable[Any]], *, program_first: bool
) -> None:
    async with at(installation, tenant) as tx:
        await add_aircraft(tx, "G-WHAT", model="unknown")
    first, second = a_program_that_counts_cycles, joins
    if not program_first:
        first, second = second, first

    async def come_second() -> None:
        async with at(installation, tenant) as tx:
            await second(tx)

    async with at(installation, tenant) as tx:
        await first(tx)
        coming = asyncio.create_task(come_second())
        await a_transaction_waits_for(installation, tx)

    with pytest.raises(CounterMissing, match="Program CUT counts cycles"):
        await coming


async def test_no_cycles_are_entered_for_it(installation: Installation, tenant: Tenant) -> None:
    async with at(installation, tenant) as tx:
        balloon = await a_balloon(tx)
        yesterday = TODAY - timedelta(1)

        await flying.record_flown(tx, balloon.id, NewUtilization(flown_on=yesterday, flight_minutes=90, cycles=0))
        with pytest.raises(Invalid) as refused:
            await flying.record_flown(tx, balloon.id, NewUtilization(flown_on=yesterday, flight_minutes=9, cycles=1))

        assert [(fault.pointer, fault.code) for fault in refused.value.errors] == [("/cycles", "NOT_COUNTED")]


@pytest.mark.parametrize("brought", [{"cycles_total": 5}, {"planned_daily_cycles": 2}])
async def test_it_brings_no_cycles_and_plans_none(api: FrontDoor, tenant: Tenant, brought: dict[str, int]) -> None:
    answer = await api(tenant.planner, "POST /aircraft", BALLOON | brought)

    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "/counts_cycles")


async def test_an_aircraft_that_has_counted_cycles_goes_on_counting(api: FrontDoor, tenant: Tenant) -> None:
    aircraft = await api(tenant.planner, "POST /aircraft", {"tail_number": "G-LINE", "model": "M", "cycles_total": 9})

    answer = await api(tenant.planner, f"PATCH /aircraft/{aircraft.json['id']}", {"counts_cycles": False})

    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "/counts_cycles")


async def test_a_preview_refuses_what_the_revision_would_be_refused_for(api: FrontDoor, tenant: Tenant) -> None:
    await api(tenant.planner, "POST /aircraft", BALLOON)
    limits = [{"interval_type": "flight_hours", "interval_minutes": 6_000}]
    order = {
        "code": "ENV",
        "name": "Envelope",
        "model": BALLOON["model"],
        "task_type": "inspection",
        "limits": limits,
    }
    program = await api(tenant.planner, "POST /maintenance-programs", order)

    change = {"limits": [{"interval_type": "cycles", "interval": 100}]}
    route = f"/maintenance-programs/{program.json['id']}"
    answers = [
        await api(tenant.planner, f"{method} {route}{tail}", change)
        for method, tail in (("POST", "/preview"), ("PATCH", ""))
    ]

    assert [(each.status, each.code) for each in answers] == [(409, "COUNTER_MISSING")] * 2
