"""Programs set up, changed and deleted, and the aircraft that come under them."""

import asyncio
from datetime import date, timedelta

import pytest

from amss.features.aircraft import queries as aircraft_queries
from amss.features.aircraft.model import AircraftChange, AircraftStatus
from amss.features.aircraft.rules import AircraftRetired
from amss.features.due import following, service
from amss.features.due.model import DueStatus, StartSource
from amss.features.programs import queries as program_queries
from amss.features.programs.limits import LimitOrder
from amss.features.programs.model import ProgramChange
from amss.features.programs.rules import ProgramCodeTaken, ProgramInUse
from amss.foundation.errors import NotFound
from amss.foundation.ids import new_id
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.programs import (
    NOW,
    TODAY,
    a_new_program,
    a_transaction_waits_for,
    add_aircraft,
    add_task,
    at,
    days,
    due_items_of,
    events_of,
    hours,
    next_due_of,
    ordered,
    the_item,
)
from builders.tenants import Tenant


async def test_a_program_of_one_aircraft_is_due_on_it_alone(installation: Installation, tenant: Tenant) -> None:
    async with at(installation, tenant) as tx:
        chosen, other = await add_aircraft(tx, "G-ONE"), await add_aircraft(tx, "G-TWO")

        program = await following.create_program(tx, a_new_program(days(90), aircraft_id=chosen.id))

        item = await the_item(tx, chosen.id)
        assert (item.program_id, item.start_source) == (program.id, StartSource.ASSIGNMENT)
        assert item.due_on == item.projected_on == TODAY + timedelta(90)
        assert await due_items_of(tx, other.id) == []
        assert await next_due_of(tx, chosen.id) == TODAY + timedelta(90)


async def test_a_program_of_a_model_is_due_on_every_aircraft_of_it_in_service(
    installation: Installation, tenant: Tenant
) -> None:
    async with at(installation, tenant) as tx:
        fleet = [await add_aircraft(tx, f"G-{n}") for n in range(100, 103)]
        retired = await add_aircraft(tx, "G-OLD", status=AircraftStatus.RETIRED)
        other_model = await add_aircraft(tx, "G-JET", model="737-800")

        await following.create_program(tx, a_new_program(model="A320-214"))

        counts = [len(await due_items_of(tx, each.id)) for each in (*fleet, retired, other_model)]
        assert counts == [1, 1, 1, 0, 0]


async def test_an_aircraft_that_joins_later_comes_under_the_programs_of_its_model(
    installation: Installation, tenant: Tenant
) -> None:
    async with at(installation, tenant) as tx:
        program = await following.create_program(tx, a_new_program(model="A320-214"))
        await following.create_program(tx, a_new_program(model="737-800"))

        aircraft = await add_aircraft(tx, in_service_on=date(2026, 10, 1))

        item = await the_item(tx, aircraft.id)
        assert (item.program_id, item.due_on) == (program.id, date(2026, 12, 30))
        assert aircraft.next_due == date(2026, 12, 30)


async def test_a_program_that_is_overdue_from_the_start_says_so(installation: Installation, tenant: Tenant) -> None:
    async with at(installation, tenant) as tx:
        aircraft = await add_aircraft(tx, in_service_on=date(2020, 1, 1))

        await following.create_program(tx, a_new_program(aircraft_id=aircraft.id))

        (event,) = await events_of(tx, "due_item.status_changed")
        assert (event["status"], event["previous"]) == ("overdue", {"status": "ok"})
        assert event["aircraft"] == {"id": str(aircraft.id), "tail_number": "G-ABCD"}


async def test_a_code_is_free_per_aircraft(installation: Installation, tenant: Tenant) -> None:
    async with at(installation, tenant) as tx:
        one, two = await add_aircraft(tx, "G-ONE"), await add_aircraft(tx, "G-TWO")
        for aircraft in (one, two):
            await following.create_program(tx, a_new_program(code="OIL", aircraft_id=aircraft.id))

        with pytest.raises(ProgramCodeTaken):
            await following.create_program(tx, a_new_program(code="OIL", aircraft_id=two.id))


async def test_a_retired_or_unknown_aircraft_takes_no_program(installation: Installation, tenant: Tenant) -> None:
    async with at(installation, tenant) as tx:
        retired = await add_aircraft(tx, status=AircraftStatus.RETIRED)

        with pytest.raises(AircraftRetired):
            await following.create_program(tx, a_new_program(aircraft_id=retired.id))
        with pytest.raises(NotFound):
            await following.create_program(tx, a_new_program(aircraft_id=new_id()))


async def test_new_limits_move_what_is_due(installation: Installation, tenant: Tenant) -> None:
    async with at(installation, tenant) as tx:
        aircraft = await add_aircraft(tx, flight_minutes_total=600, planned_daily_minutes=60)
        program = await following.create_program(tx, a_new_program(days(90), aircraft_id=aircraft.id))
        limits = (ordered(hours(10)), LimitOrder(interval_type=days(1).interval_type, interval=30))

        edited = await following.edit_program(tx, program.id, ProgramChange(limits=limits), if_match=1)

        item = await the_item(tx, aircraft.id)
        assert edited.version == 2
        assert (item.due_minutes, item.due_on) == (1_200, TODAY + timedelta(30))
        assert (item.projected_on, item.status) == (TODAY + timedelta(10), DueStatus.NOTIFY)
        assert await next_due_of(tx, aircraft.id) == TODAY + timedelta(10)


async def test_a_program_come_back_to_has_its_present_limits(installation: Installation, tenant: Tenant) -> None:
    async with at(installation, tenant) as tx:
        program = await following.create_program(tx, a_new_program(days(90), model="A320-214"))
        aircraft = await add_aircraft(tx)
        await following.edit_aircraft(tx, aircraft.id, AircraftChange(model="737-800"), if_match=None)
        await following.edit_program(tx, program.id, ProgramChange(limits=(ordered(hours(10)),)), if_match=None)

        await following.edit_aircraft(tx, aircraft.id, AircraftChange(model="A320-214"), if_match=None)

        item = await the_item(tx, aircraft.id)
        assert (item.due_minutes, item.due_on) == (600, None)


async def test_an_aircraft_that_joins_while_limits_change_gets_the_new_ones(
    installation: Installation, tenant: Tenant
) -> None:
    async with at(installation, tenant) as tx:
        program = await following.create_program(tx, a_new_program(days(90), model="A320-214"))

    async def change_limits() -> None:
        async with at(installation, tenant) as tx:
            await following.edit_program(tx, program.id, ProgramChange(limits=(ordered(hours(10)),)), if_match=None)

    async with at(installation, tenant) as joining:
        aircraft = await add_aircraft(joining)
        editing = asyncio.create_task(change_limits())
        await a_transaction_waits_for(installation, joining)
    await editing

    async with at(installation, tenant) as tx:
        item = await the_item(tx, aircraft.id)
        assert (item.due_minutes, item.due_on) == (600, None)


async def test_a_revision_waits_for_an_aircraft_that_just_joined_without_being_in_its_way(
    installation: Installation, tenant: Tenant
) -> None:
    async with at(installation, tenant) as tx:
        program = await following.create_program(tx, a_new_program(days(90), model="A320-214"))

    async def change_limits() -> None:
        async with at(installation, tenant) as tx:
            await following.edit_program(tx, program.id, ProgramChange(limits=(ordered(hours(10)),)), if_match=None)

    async with at(installation, tenant) as planning:
        async with at(installation, tenant) as joining_last:
            async with at(installation, tenant) as joining:
                aircraft = await add_aircraft(joining)
                await add_aircraft(joining_last, "G-LAST")
                editing = asyncio.create_task(change_limits())
                await a_transaction_waits_for(installation, joining)
            await aircraft_queries.get_for_update(planning, aircraft.id)
        await a_transaction_waits_for(installation, planning)
        kept = await program_queries.hold_against_change(planning, [program.id])
    await editing

    async with at(installation, tenant) as tx:
        assert kept == [program.id]
        assert (await the_item(tx, aircraft.id)).due_minutes == 600


async def test_a_deleted_program_is_due_nowhere(installation: Installation, tenant: Tenant) -> None:
    async with at(installation, tenant) as tx:
        aircraft = await add_aircraft(tx)
        program = await following.create_program(tx, a_new_program(model="A320-214"))

        await following.delete_program(tx, program.id, if_match=None)

        assert await due_items_of(tx, aircraft.id) == []
        assert await next_due_of(tx, aircraft.id) is None
        assert await service.reproject(tx, [aircraft.id]) == 0
        assert len(await events_of(tx, "program.deleted")) == 1


async def test_a_program_with_open_tasks_stays(installation: Installation, tenant: Tenant) -> None:
    async with at(installation, tenant) as tx:
        aircraft = await add_aircraft(tx)
        program = await following.create_program(tx, a_new_program(model="A320-214"))
        task_id = await add_task(tx, await the_item(tx, aircraft.id), program.id, aircraft.id)

        with pytest.raises(ProgramInUse) as refused:
            await following.delete_program(tx, program.id, if_match=None)

        assert refused.value.reasons[0].ids == (str(task_id),)


async def test_programs_follow_the_model_of_an_aircraft_that_was_entered_wrong(
    installation: Installation, tenant: Tenant
) -> None:
    async with at(installation, tenant) as tx:
        airbus = await following.create_program(tx, a_new_program(model="A320-214"))
        boeing = await following.create_program(tx, a_new_program(model="737-800"))
        aircraft = await add_aircraft(tx)
        seen: list[object] = []

        for model in ("737-800", "A320-214"):
            await following.edit_aircraft(tx, aircraft.id, AircraftChange(model=model), if_match=None)
            seen.append((await the_item(tx, aircraft.id)).program_id)

        assert seen == [boeing.id, airbus.id]


async def test_a_draft_asks_nothing_until_it_is_made_active(installation: Installation, tenant: Tenant) -> None:
    async with at(installation, tenant) as tx:
        aircraft = await add_aircraft(tx, flight_minutes_total=600, planned_daily_minutes=60)
        draft = await following.create_program(tx, a_new_program(hours(10), model="A320-214", active=False))
        assigned_to_a_draft = await due_items_of(tx, aircraft.id)

    later = NOW + timedelta(days=100)
    async with at(installation, tenant, later) as tx:
        await tx.run("UPDATE aircraft SET flight_minutes_total = 6000 WHERE org_id = $1", tx.org_id)
        await service.reproject(tx, [aircraft.id])
        still_nothing = await due_items_of(tx, aircraft.id)

        await following.edit_program(tx, draft.id, ProgramChange(active=True), if_match=1)

        item = await the_item(tx, aircraft.id)
        assert (assigned_to_a_draft, still_nothing) == ([], [])
        assert (item.start_source, item.start_on, item.due_minutes) == (
            StartSource.ASSIGNMENT, later.date(), 6_600,
        )  # fmt: skip
        assert await next_due_of(tx, aircraft.id) == later.date() + timedelta(10)
        (event,) = await events_of(tx, "due_item.status_changed")
        assert event["status"] == "notify"


async def test_a_paused_program_is_due_nowhere_and_resumed_says_what_is(
    installation: Installation, tenant: Tenant, api: FrontDoor
) -> None:
    async with at(installation, tenant) as tx:
        aircraft = await add_aircraft(tx, in_service_on=date(2020, 1, 1))
        program = await following.create_program(tx, a_new_program(model="A320-214"))
        await following.edit_program(tx, program.id, ProgramChange(active=False), if_match=None)
    paused = await api(tenant.mechanic, "GET /due-items")

    async with at(installation, tenant) as tx:
        joined = await add_aircraft(tx, "G-LATE")
        next_due = await next_due_of(tx, aircraft.id)
        planned = await service.due_for_planning(tx, limit=10)
        await service.reproject(tx, [aircraft.id, joined.id])
        assigned = await due_items_of(tx, joined.id)

        await following.edit_program(tx, program.id, ProgramChange(active=True), if_match=None)

        statuses = [event["status"] for event in await events_of(tx, "due_item.status_changed")]
        assert (next_due, planned, assigned, paused.json["items"]) == (None, [], [], [])
        assert statuses == ["overdue", "overdue"]
        assert await next_due_of(tx, aircraft.id) == TODAY
        assert len(await due_items_of(tx, joined.id)) == 1


async def test_a_program_revision_with_open_tasks_moves_what_is_due_and_leaves_the_tasks_where_they_are(
    installation: Installation, tenant: Tenant
) -> None:
    async with at(installation, tenant) as tx:
        aircraft = await add_aircraft(tx)
        program = await following.create_program(tx, a_new_program(days(90), model="A320-214"))
        before = await the_item(tx, aircraft.id)
        task_id = await add_task(tx, before, program.id, aircraft.id)
        await service.attach_task(tx, [(before.id, task_id)])
        # All but how it stands to its due, which has moved.
        task = "SELECT to_jsonb(t) - 'due_at' - 'late' FROM maintenance_tasks t WHERE org_id = $1 AND id = $2"
        planned = await tx.value(task, tx.org_id, task_id)

        await following.edit_program(tx, program.id, ProgramChange(limits=(ordered(days(30)),)), if_match=None)

        item = await the_item(tx, aircraft.id)
        assert (before.due_on, item.due_on) == (TODAY + timedelta(90), TODAY + timedelta(30))
        assert (item.open_task_id, await tx.value(task, tx.org_id, task_id)) == (task_id, planned)
        assert await service.due_for_planning(tx, limit=10) == []
