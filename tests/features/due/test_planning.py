"""Due items as planning and completed work see them."""

from datetime import UTC, date, datetime, timedelta

from amss.features.due import following, service
from amss.features.due.model import DueStatus
from amss.features.due.plan import Readings
from amss.features.programs.model import Combine, ProgramChange, Recurrence
from builders.installation import Installation
from builders.programs import (
    TODAY,
    a_new_program,
    add_aircraft,
    add_task,
    at,
    days,
    events_of,
    hours,
    next_due_of,
    ordered,
    the_item,
)
from builders.tenants import Tenant


async def test_work_done_moves_the_due_item_and_its_aircraft_on(installation: Installation, tenant: Tenant) -> None:
    async with at(installation, tenant) as tx:
        aircraft = await add_aircraft(tx, in_service_on=date(2020, 1, 1))
        program = await following.create_program(tx, a_new_program(days(90), aircraft_id=aircraft.id))
        before = await the_item(tx, aircraft.id)
        task_id = await add_task(tx, before, program.id, aircraft.id)
        await service.attach_task(tx, [(before.id, task_id)])

        await service.fulfil(
            tx,
            due_item_id=before.id,
            task_id=task_id,
            performed_at=datetime(2026, 11, 20, 12, tzinfo=UTC),
            done=Readings(date(2026, 11, 20), 60, 2),
        )

        item = await the_item(tx, aircraft.id)
        (updated,) = await events_of(tx, "due_item.updated")
        statuses = [event["status"] for event in await events_of(tx, "due_item.status_changed")]
        assert (item.due_on, item.status, item.version) == (date(2027, 2, 18), DueStatus.OK, 2)
        assert (item.last_task_id, item.open_task_id) == (task_id, None)
        assert updated["last_done"] == {"on": "2026-11-20", "flight_minutes": 60, "cycles": 2}
        assert updated["previous"]["task_id"] == str(task_id)
        assert statuses == ["overdue", "ok"]
        assert await next_due_of(tx, aircraft.id) == date(2027, 2, 18)


async def test_a_task_given_up_lets_its_item_fall_due_as_before(installation: Installation, tenant: Tenant) -> None:
    async with at(installation, tenant) as tx:
        aircraft = await add_aircraft(tx)
        program = await following.create_program(tx, a_new_program(days(10), aircraft_id=aircraft.id))
        before = await the_item(tx, aircraft.id)
        task_id = await add_task(tx, before, program.id, aircraft.id)

        await service.attach_task(tx, [(before.id, task_id)])
        planned = await service.due_for_planning(tx, limit=10)
        await service.release_tasks(tx, [task_id])
        unplanned = await service.due_for_planning(tx, limit=10)

        assert (planned, [each.due_item_id for each in unplanned]) == ([], [before.id])
        assert await the_item(tx, aircraft.id) == before


async def test_what_is_projected_within_its_lead_time_is_to_be_planned_soonest_first(
    installation: Installation, tenant: Tenant
) -> None:
    async with at(installation, tenant) as tx:
        aircraft = await add_aircraft(tx, in_service_on=date(2026, 11, 1), planned_daily_minutes=300)
        for code, limit, lead_days in (
            ("LATER", days(60), 30),
            ("SOON", days(40), 30),
            ("PAST", days(10), 0),
            ("FLOWN", hours(50), 30),
            ("NO-LEAD", days(25), 0),
        ):
            await following.create_program(
                tx, a_new_program(limit, code=code, aircraft_id=aircraft.id, lead_days=lead_days)
            )

        found = await service.due_for_planning(tx, limit=10)

        assert [(each.program_code, each.projected_on, each.due_at) for each in found] == [
            ("PAST", TODAY, datetime(2026, 11, 12, tzinfo=UTC)),
            ("FLOWN", date(2026, 12, 4), datetime(2026, 12, 5, tzinfo=UTC)),
            ("SOON", date(2026, 12, 11), datetime(2026, 12, 12, tzinfo=UTC)),
        ]


async def test_planning_goes_on_behind_the_last_one_seen(installation: Installation, tenant: Tenant) -> None:
    async with at(installation, tenant) as tx:
        for number in range(5):
            await add_aircraft(tx, f"G-{number:03}")
        await following.create_program(tx, a_new_program(days(10), model="A320-214"))

        first = await service.due_for_planning(tx, limit=3)
        rest = await service.due_for_planning(tx, limit=3, after=first[-1])

        assert len({each.due_item_id for each in (*first, *rest)}) == 5


async def test_what_one_plans_another_leaves_alone(installation: Installation, tenant: Tenant) -> None:
    async with at(installation, tenant) as tx:
        await add_aircraft(tx)
        await following.create_program(tx, a_new_program(days(10), model="A320-214"))

    async with at(installation, tenant) as one, at(installation, tenant) as two:
        taken = await service.due_for_planning(one, limit=10)
        left = await service.due_for_planning(two, limit=10)

    assert (len(taken), left) == (1, [])


async def test_of_paused_programs_nothing_is_planned_until_they_go_on(
    installation: Installation, tenant: Tenant
) -> None:
    async with at(installation, tenant) as tx:
        aircraft = await add_aircraft(tx)
        program = await following.create_program(tx, a_new_program(days(10), model="A320-214"))

        await following.edit_program(tx, program.id, ProgramChange(active=False), if_match=None)
        paused = (await service.due_for_planning(tx, limit=10), await next_due_of(tx, aircraft.id))
        await following.edit_program(tx, program.id, ProgramChange(active=True), if_match=None)

        assert paused == ([], None)
        assert len(await service.due_for_planning(tx, limit=10)) == 1
        assert await next_due_of(tx, aircraft.id) == TODAY + timedelta(10)


async def test_a_new_reason_why_nothing_could_be_planned_is_announced_once(
    installation: Installation, tenant: Tenant
) -> None:
    async with at(installation, tenant) as tx:
        aircraft = await add_aircraft(tx)
        await following.create_program(tx, a_new_program(days(10), model="A320-214"))
        item = await the_item(tx, aircraft.id)

        for reason in ("No free slot.", "No free slot.", "It is retired."):
            await service.block(tx, {item.id: reason})

        announced = [event["blocked_reason"] for event in await events_of(tx, "program.generation_failed")]
        assert announced == ["No free slot.", "It is retired."]
        assert (await the_item(tx, aircraft.id)).blocked_reason == "It is retired."


async def test_limits_changed_during_a_pause_hold_for_work_that_goes_on(
    installation: Installation, tenant: Tenant
) -> None:
    async with at(installation, tenant) as tx:
        aircraft = await add_aircraft(tx)
        program = await following.create_program(tx, a_new_program(days(90), aircraft_id=aircraft.id))
        item = await the_item(tx, aircraft.id)
        task_id = await add_task(tx, item, program.id, aircraft.id)
        await following.edit_program(
            tx, program.id, ProgramChange(active=False, limits=(ordered(hours(10)),)), if_match=None
        )

        await service.fulfil(
            tx,
            due_item_id=item.id,
            task_id=task_id,
            performed_at=tx.now,
            done=Readings(tx.now.date(), 120, 1),
        )

        fulfilled = await the_item(tx, aircraft.id)
        assert (fulfilled.due_minutes, fulfilled.due_on) == (720, None)
        assert await next_due_of(tx, aircraft.id) is None


async def test_work_inside_the_tolerance_keeps_the_plan_and_new_limits_count_from_there(
    installation: Installation, tenant: Tenant
) -> None:
    async with at(installation, tenant) as tx:
        aircraft = await add_aircraft(tx, in_service_on=date(2026, 8, 20), flight_minutes_total=600)
        limit = days(90, early=10, late=10)
        order = a_new_program(limit, aircraft_id=aircraft.id, recurrence=Recurrence.TO_PLAN)
        program = await following.create_program(tx, order)
        before = await the_item(tx, aircraft.id)

        await service.fulfil(
            tx,
            due_item_id=before.id,
            task_id=await add_task(tx, before, program.id, aircraft.id),
            performed_at=tx.now,
            done=Readings(tx.now.date(), 600, 0),
        )
        kept = await the_item(tx, aircraft.id)
        await following.edit_program(tx, program.id, ProgramChange(limits=(ordered(days(30)),)), if_match=None)

        revised = await the_item(tx, aircraft.id)
        assert (before.due_on, before.status) == (date(2026, 11, 18), DueStatus.DUE)
        assert (kept.counted_from_on, kept.due_on) == (date(2026, 11, 18), date(2027, 2, 16))
        assert (revised.counted_from_on, revised.due_on) == (date(2026, 11, 18), date(2026, 12, 18))


async def test_a_first_due_that_waits_for_its_last_limit_is_planned_for_that(
    installation: Installation, tenant: Tenant
) -> None:
    async with at(installation, tenant) as tx:
        aircraft = await add_aircraft(tx, planned_daily_minutes=300)
        await following.create_program(
            tx, a_new_program(days(5), hours(50), aircraft_id=aircraft.id, combine=Combine.LAST)
        )

        (planned,) = await service.due_for_planning(tx, limit=10)

        assert planned.projected_on == date(2026, 12, 4)
        assert planned.due_at == datetime(2026, 12, 5, tzinfo=UTC)
