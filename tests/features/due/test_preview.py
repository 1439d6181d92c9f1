"""What a revision of a program would change, told before anybody decides."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from amss.features.due import following, preview, projection, rules, service
from amss.features.due.model import DueItem, DueStatus
from amss.features.due.plan import Readings
from amss.features.due.preview_rules import (
    SHOWN,
    ComparedItem,
    LimitPreview,
    Revision,
    StatusCounts,
    compare,
    summarize,
)
from amss.features.programs.limits import IntervalType
from amss.features.programs.model import ProgramChange, Recurrence
from amss.foundation.database import Transaction
from amss.foundation.errors import Invalid, NotFound
from amss.foundation.ids import new_id
from builders.extensions import EVERY_90_DAYS, extend, past_due
from builders.extensions import shown as due_item
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.programs import (
    TODAY,
    a_new_program,
    a_program,
    add_aircraft,
    add_task,
    an_aircraft,
    at,
    days,
    due_items_of,
    hours,
    ordered,
    the_item,
)
from builders.tenants import Tenant


def stands(each: ComparedItem) -> tuple[Any, Any]:
    """Return the status before and after."""
    return each.before and each.before.status, each.after and each.after.status


async def everything_written(tx: Transaction) -> list[Any]:
    """Return what a preview must not touch."""
    return [
        await tx.value("SELECT json_agg(d ORDER BY id)::text FROM due_items d WHERE org_id = $1", tx.org_id),
        await tx.value("SELECT json_agg(p)::text FROM maintenance_programs p WHERE org_id = $1", tx.org_id),
        await tx.value("SELECT count(*) FROM audit_logs WHERE org_id = $1", tx.org_id),
        await tx.value("SELECT count(*) FROM outbox_events WHERE org_id = $1", tx.org_id),
    ]


async def test_shorter_limits_are_previewed_most_urgent_first_and_nothing_is_changed(
    installation: Installation, tenant: Tenant
) -> None:
    async with at(installation, tenant) as tx:
        fleet = {"G-NEW": date(2026, 11, 20), "G-MID": date(2026, 10, 1), "G-OLD": date(2026, 8, 1)}
        for tail, joined in fleet.items():
            await add_aircraft(tx, tail, in_service_on=joined)
        await add_aircraft(tx, "G-JET", model="737-800")
        program = await following.create_program(tx, a_new_program(days(180), model="A320-214"))

    async with at(installation, tenant) as tx:
        before = await everything_written(tx)

        shown = await preview.preview(tx, program.id, ProgramChange(limits=(ordered(days(75)),)))

        assert (shown.before, shown.after) == (StatusCounts(ok=3), StatusCounts(ok=1, notify=1, overdue=1))
        assert [each.aircraft.tail_number for each in shown.items] == ["G-OLD", "G-MID", "G-NEW"]
        assert shown.moved == 3
        oldest = shown.items[0]
        assert stands(oldest) == (DueStatus.OK, DueStatus.OVERDUE)
        assert oldest.before is not None
        assert oldest.after is not None
        assert oldest.before.limits == (
            LimitPreview(interval_type=IntervalType.CALENDAR, due=date(2027, 1, 28), remaining=65),
        )
        assert (oldest.before.projected_on, oldest.after.projected_on) == (date(2027, 1, 28), TODAY)
        assert await everything_written(tx) == before


async def test_what_was_previewed_is_what_the_revision_does(installation: Installation, tenant: Tenant) -> None:
    async with at(installation, tenant) as tx:
        aircraft = await add_aircraft(tx, flight_minutes_total=600, planned_daily_minutes=60)
        program = await following.create_program(tx, a_new_program(days(90), model="A320-214"))
        change = ProgramChange(limits=(ordered(hours(10)), ordered(days(30))), lead_days=9)

        (shown,) = (await preview.preview(tx, program.id, change)).items
        await following.edit_program(tx, program.id, change, if_match=None)

        item = await the_item(tx, aircraft.id)
        assert shown.after is not None
        assert (shown.due_item_id, shown.after.status, shown.after.projected_on, shown.after.driving_limit) == (
            item.id, item.status, item.projected_on, item.driving_limit,
        )  # fmt: skip
        assert [limit.due for limit in shown.after.limits] == [item.due_minutes, item.due_on]
        again = await preview.preview(tx, program.id, change)
        assert (again.moved, again.items, again.before) == (0, (), again.after)


@pytest.mark.parametrize("recurrence", Recurrence)
async def test_another_recurrence_is_previewed_as_it_will_count_the_work_last_done(
    installation: Installation, tenant: Tenant, recurrence: Recurrence
) -> None:
    async with at(installation, tenant) as tx:
        aircraft = await add_aircraft(tx, in_service_on=date(2026, 8, 20))
        order = a_new_program(days(90, early=10, late=10), model="A320-214", recurrence=Recurrence.TO_PLAN)
        program = await following.create_program(tx, order)
        item = await the_item(tx, aircraft.id)
        task_id = await add_task(tx, item, program.id, aircraft.id)
        await service.fulfil(
            tx, due_item_id=item.id, task_id=task_id, performed_at=tx.now, done=Readings(TODAY, 0, 0)
        )

        shown = (await preview.preview(tx, program.id, ProgramChange(recurrence=recurrence))).items
        await following.edit_program(tx, program.id, ProgramChange(recurrence=recurrence), if_match=None)

        revised = await the_item(tx, aircraft.id)
        previewed = [limit.due for each in shown if each.after for limit in each.after.limits]
        days_moved = 6 if recurrence is Recurrence.TO_ACTUAL else 0
        assert revised.due_on == date(2027, 2, 16) + timedelta(days_moved)
        assert previewed == ([revised.due_on] if days_moved else [])


async def test_what_does_not_move_is_counted_and_not_shown(installation: Installation, tenant: Tenant) -> None:
    async with at(installation, tenant) as tx:
        for tail, joined in (("G-NEAR", date(2026, 9, 24)), ("G-FAR", date(2026, 11, 1))):
            await add_aircraft(tx, tail, in_service_on=joined)
        program = await following.create_program(tx, a_new_program(days(90), model="A320-214"))

        renamed = await preview.preview(tx, program.id, ProgramChange(name="B check", estimated_minutes=60))
        sooner = await preview.preview(tx, program.id, ProgramChange(lead_days=10))

        assert (renamed.moved, renamed.before, renamed.after) == (0, *[StatusCounts(ok=1, notify=1)] * 2)
        assert (sooner.moved, sooner.after) == (1, StatusCounts(ok=2))
        assert [each.aircraft.tail_number for each in sooner.items] == ["G-NEAR"]


async def test_the_task_that_is_open_for_a_moved_item_is_named(installation: Installation, tenant: Tenant) -> None:
    async with at(installation, tenant) as tx:
        aircraft = await add_aircraft(tx)
        program = await following.create_program(tx, a_new_program(days(90), model="A320-214"))
        task_id = await add_task(tx, await the_item(tx, aircraft.id), program.id, aircraft.id)
        await tx.run("UPDATE due_items SET open_task_id = $2 WHERE org_id = $1", tx.org_id, task_id)

        (moved,) = (await preview.preview(tx, program.id, ProgramChange(limits=(ordered(days(30)),)))).items

        assert moved.task_id == task_id


async def test_pausing_and_resuming_a_program_are_previewed(installation: Installation, tenant: Tenant) -> None:
    async with at(installation, tenant) as tx:
        await add_aircraft(tx, in_service_on=date(2026, 1, 1))
        program = await following.create_program(tx, a_new_program(days(90), model="A320-214"))
        pause, resume = ProgramChange(active=False), ProgramChange(active=True)

        pausing = await preview.preview(tx, program.id, pause)
        await following.edit_program(tx, program.id, pause, if_match=None)
        resuming = await preview.preview(tx, program.id, resume)

        assert [stands(each) for each in pausing.items] == [(DueStatus.OVERDUE, None)]
        assert [stands(each) for each in resuming.items] == [(None, DueStatus.OVERDUE)]
        assert (pausing.after, resuming.before) == (StatusCounts(), StatusCounts())


async def test_a_draft_is_previewed_on_the_aircraft_it_would_come_over(
    installation: Installation, tenant: Tenant
) -> None:
    async with at(installation, tenant) as tx:
        aircraft = await add_aircraft(tx, in_service_on=date(2026, 1, 1))
        draft = await following.create_program(tx, a_new_program(days(90), model="A320-214", active=False))

        (shown,) = (await preview.preview(tx, draft.id, ProgramChange(active=True))).items
        unchanged = await preview.preview(tx, draft.id, ProgramChange(limits=(ordered(days(9)),)))
        stored = await due_items_of(tx, aircraft.id)

        assert (shown.due_item_id, shown.aircraft.tail_number) == (None, "G-ABCD")
        assert stands(shown) == (None, DueStatus.OVERDUE)
        assert (unchanged.moved, stored) == (0, [])


@pytest.mark.parametrize(
    "change",
    [
        {"airworthiness_limitation": True},
        {"limits": [EVERY_90_DAYS | {"max_extension": 14}]},
    ],
)
async def test_an_extension_that_the_revision_allows_no_more_is_previewed_as_gone(
    api: FrontDoor, tenant: Tenant, change: dict[str, Any]
) -> None:
    item = await past_due(api, tenant.planner, days=10)
    await extend(api, tenant, item, 15)
    path = f"/maintenance-programs/{item['program']['id']}"

    kept = await api(tenant.planner, f"POST {path}/preview", {"limits": [EVERY_90_DAYS | {"max_extension": 15}]})
    gone = await api(tenant.planner, f"POST {path}/preview", change)
    untouched = await due_item(api, tenant.planner, item)
    await api(tenant.planner, f"PATCH {path}", change)

    assert (kept.json["moved"], untouched["status"]) == (0, "in_extension")
    assert [(each["before"]["status"], each["after"]["status"]) for each in gone.json["items"]] == [
        ("in_extension", "overdue")
    ]
    assert (await due_item(api, tenant.planner, item))["status"] == "overdue"


async def test_a_change_that_would_be_refused_is_refused_in_the_preview(
    installation: Installation, tenant: Tenant
) -> None:
    async with at(installation, tenant) as tx:
        program = await following.create_program(tx, a_new_program(model="A320-214"))

        with pytest.raises(Invalid):
            await preview.preview(tx, program.id, ProgramChange(ata_chapter="99"))
        with pytest.raises(NotFound):
            await preview.preview(tx, new_id(), ProgramChange())


async def test_a_fleet_of_several_batches_is_previewed_whole(
    installation: Installation, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projection, "BATCH", 2)
    async with at(installation, tenant) as tx:
        for number in range(5):
            await add_aircraft(tx, f"G-00{number}")
        program = await following.create_program(tx, a_new_program(days(90), model="A320-214"))

        shown = await preview.preview(tx, program.id, ProgramChange(limits=(ordered(days(30)),)))

        assert [each.aircraft.tail_number for each in shown.items] == [f"G-00{number}" for number in range(5)]


def test_of_a_large_fleet_the_most_urgent_are_shown_and_all_are_counted() -> None:
    before, after = a_program(days(90)), a_program(days(30))
    revision = Revision(before, after, TODAY)
    items = [an_item(age) for age in range(150)]

    shown = summarize([compare(revision, an_aircraft(), item, item, is_new=False) for item in items])

    assert (shown.moved, len(shown.items)) == (150, SHOWN)
    assert sum(getattr(shown.after, name) for name in StatusCounts.__struct_fields__) == 150
    statuses = [each.after and each.after.status for each in shown.items]
    assert statuses == [DueStatus.OVERDUE] * 100


def an_item(age: int) -> DueItem:
    """Return the item of an aircraft that has been counting for so many days."""
    program = a_program(days(90))
    aircraft = an_aircraft(in_service_on=TODAY - timedelta(age))
    return rules.assign(program, aircraft, item_id=new_id(), today=TODAY, now=program.created_at)


async def test_a_preview_is_asked_for_like_an_edit(api: FrontDoor, tenant: Tenant, another_tenant: Tenant) -> None:
    order = {"tail_number": "G-ABCD", "model": "A320-214", "in_service_on": "2020-01-01"}
    await api(tenant.planner, "POST /aircraft", order)
    limit = {"interval_type": "calendar", "interval_value": 36_000}
    program = await api(
        tenant.planner,
        "POST /maintenance-programs",
        {"code": "A", "name": "A check", "model": "A320-214", "task_type": "inspection"} | limit,
    )
    path = f"POST /maintenance-programs/{program.json['id']}/preview"
    change = {"limits": [{"interval_type": "calendar", "unit": "months", "interval": 4}]}

    answer = await api(tenant.planner, path, change)
    mechanic = await api(tenant.mechanic, path, change)
    foreign = await api(another_tenant.planner, path, change)

    assert answer.status == 200, answer.body
    assert answer.json["after"] == {"ok": 0, "notify": 0, "due": 0, "in_extension": 0, "overdue": 1}
    (moved,) = answer.json["items"]
    assert UUID(moved["due_item_id"])
    assert moved["after"]["limits"][0]["due"] == "2020-05-01"
    assert (mechanic.status, foreign.status) == (403, 404)
