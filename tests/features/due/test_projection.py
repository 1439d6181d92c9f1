"""Due items brought up to the present, many at once."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from amss.features.aircraft.model import AircraftChange
from amss.features.due import following, service
from amss.features.due.model import DueItem, DueStatus
from amss.foundation.access import the_job
from amss.foundation.ids import new_id
from builders.installation import Installation
from builders.programs import (
    NOW,
    TODAY,
    a_new_program,
    add_aircraft,
    at,
    days,
    events_of,
    hours,
    the_item,
)
from builders.tenants import ORIGIN, Tenant


async def test_time_alone_changes_a_status_and_it_is_announced_once(
    installation: Installation, tenant: Tenant
) -> None:
    async with at(installation, tenant) as tx:
        aircraft = await add_aircraft(tx)
        await following.create_program(tx, a_new_program(days(90), aircraft_id=aircraft.id))

    statuses: list[DueStatus] = []
    for later in (59, 60, 60, 90, 91, 92):
        async with at(installation, tenant, NOW + timedelta(later)) as tx:
            await service.reproject_next(tx, after=None)
            statuses.append((await the_item(tx, aircraft.id)).status)

    async with at(installation, tenant) as tx:
        announced = [event["status"] for event in await events_of(tx, "due_item.status_changed")]
        item = await the_item(tx, aircraft.id)
        assert statuses == ["ok", "notify", "notify", "due", "overdue", "overdue"]
        assert announced == ["notify", "due", "overdue"]
        assert (item.version, item.projected_on) == (1, TODAY + timedelta(92))


async def test_a_due_day_lasts_to_its_end_in_the_organizations_time_zone(
    installation: Installation, tenant: Tenant
) -> None:
    # Clocks go back on 25 October 2026 in London: the day has 25 hours and ends at midnight UTC.
    await installation.owner.execute(
        "UPDATE organizations SET time_zone = 'Europe/London' WHERE id = $1", tenant.org_id
    )
    async with at(installation, tenant, datetime(2026, 7, 26, 23, 30, tzinfo=UTC)) as tx:
        aircraft = await add_aircraft(tx)
        program = a_new_program(days(90), aircraft_id=aircraft.id, lead_days=90)
        await following.create_program(tx, program)
        item = await the_item(tx, aircraft.id)
        (planning,) = await service.due_for_planning(tx, limit=10)

    statuses: list[DueStatus] = []
    for moment in (
        datetime(2026, 10, 24, 22, 59, tzinfo=UTC),
        datetime(2026, 10, 24, 23, 0, tzinfo=UTC),
        datetime(2026, 10, 25, 23, 59, tzinfo=UTC),
        datetime(2026, 10, 26, 0, 0, tzinfo=UTC),
    ):
        async with at(installation, tenant, moment) as tx:
            await service.reproject_next(tx, after=None)
            statuses.append((await the_item(tx, aircraft.id)).status)

    assert (item.start_on, item.due_on) == (date(2026, 7, 27), date(2026, 10, 25))
    assert planning.due_at == datetime(2026, 10, 26, 0, 0, tzinfo=UTC)
    assert statuses == ["notify", "due", "due", "overdue"]


async def test_reprojecting_some_aircraft_leaves_the_others(installation: Installation, tenant: Tenant) -> None:
    async with at(installation, tenant) as tx:
        one, two = await add_aircraft(tx, "G-ONE"), await add_aircraft(tx, "G-TWO")
        await following.create_program(tx, a_new_program(days(90), model="A320-214"))

    async with at(installation, tenant, NOW + timedelta(91)) as tx:
        moved = await service.reproject(tx, [one.id])

        statuses = [(await the_item(tx, each.id)).status for each in (one, two)]
        assert (moved, statuses) == (1, ["overdue", "ok"])


async def test_a_second_reprojection_moves_nothing(installation: Installation, tenant: Tenant) -> None:
    async with at(installation, tenant) as tx:
        await following.create_program(tx, a_new_program(hours(100), days(90), model="A320-214"))
        aircraft = await add_aircraft(tx, planned_daily_minutes=312.7)

    async with at(installation, tenant, NOW + timedelta(1)) as tx:
        assert await service.reproject(tx, [aircraft.id]) == 1
        assert await service.reproject(tx, [aircraft.id]) == 0


async def test_reprojecting_takes_as_many_statements_for_thirty_aircraft_as_for_one(
    installation: Installation, tenant: Tenant
) -> None:
    async with at(installation, tenant) as tx:
        await following.create_program(tx, a_new_program(days(90), model="A320-214"))
        fleet = [await add_aircraft(tx, f"G-{number:03}") for number in range(31)]

    counts: list[int] = []
    async with at(installation, tenant, NOW + timedelta(91)) as tx:
        # The first meets types that the driver asks the server about.
        for chosen in (fleet[:2], fleet[2:3], fleet[3:]):
            statements: list[Any] = []
            with tx.connection.query_logger(statements.append):
                await service.reproject(tx, [each.id for each in chosen])
            counts.append(len(statements))

        assert counts[1] == counts[2] <= 9
        assert len(await events_of(tx, "due_item.status_changed")) == 31


async def test_a_new_daily_rate_moves_projections_at_once(installation: Installation, tenant: Tenant) -> None:
    async with at(installation, tenant) as tx:
        await following.create_program(tx, a_new_program(hours(100), model="A320-214"))
        aircraft = await add_aircraft(tx)

        edited = await following.edit_aircraft(
            tx, aircraft.id, AircraftChange(planned_daily_minutes=300), if_match=None
        )

        assert (aircraft.next_due, edited.next_due) == (None, TODAY + timedelta(20))


async def test_the_worker_finds_organizations_that_have_programs(
    installation: Installation, tenant: Tenant, another_tenant: Tenant
) -> None:
    async with at(installation, tenant) as tx:
        await following.create_program(tx, a_new_program(model="A320-214"))

    async with installation.worker.connection() as connection:
        found = await service.orgs_with_due_work(connection)

    assert tenant.org_id in found
    assert another_tenant.org_id not in found


async def test_the_worker_reprojects_one_organization_and_no_other(
    installation: Installation, tenant: Tenant, another_tenant: Tenant
) -> None:
    items: list[DueItem] = []
    for each in (tenant, another_tenant):
        async with at(installation, each, NOW - timedelta(400)) as tx:
            await following.create_program(tx, a_new_program(days(90), model="A320-214"))
            await add_aircraft(tx)

    job = the_job("program_generator")
    async with installation.worker.transaction(job, tenant.org_id, ORIGIN) as tx:
        await service.reproject_next(tx, after=None)
        await service.release_tasks(tx, [new_id()])

    for each in (tenant, another_tenant):
        async with at(installation, each) as tx:
            items += await tx.all(
                DueItem, "SELECT * FROM due_items WHERE org_id = $1 AND deleted_at IS NULL", tx.org_id
            )
    assert [item.status for item in items] == ["overdue", "ok"]
