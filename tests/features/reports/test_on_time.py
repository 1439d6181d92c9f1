"""Due against done: what was done in time, what was not, and what still waits; worked out by hand."""

from datetime import timedelta
from typing import Any

from amss.foundation.clock import system_clock
from builders.checks import sign_all_unseen
from builders.extensions import approve, ask, days_ago, extend
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.reports import a_tail, in_march, report, work
from builders.tasks import a_program, an_order, due_items_of, fleet_of_one, move, plan, written
from builders.tenants import Tenant

VERDICTS = ("completed", "on_time", "in_tolerance", "in_extension", "late", "not_judged", "overdue", "in_time")
# Every 90 days, within 10 more; 20 more can be approved.
EVERY_90_DAYS = {"interval_type": "calendar", "interval": 90, "late": 10, "max_extension": 20}


async def due(api: FrontDoor, tenant: Tenant, tail_number: str, days: int) -> dict[str, Any]:
    """Take an aircraft into the fleet that was to be inspected so many days ago; return the due item."""
    aircraft = await fleet_of_one(
        api, tenant.planner, tail_number=tail_number, in_service_on=days_ago(90 + days), planned_daily_minutes=0
    )
    (item,) = (await api(tenant.planner, f"GET /due-items?aircraft_id={aircraft['id']}")).json["items"]
    return item


async def planned(api: FrontDoor, tenant: Tenant, item: dict[str, Any], **facts: Any) -> dict[str, Any]:
    """Plan the inspection for now."""
    order = an_order(item["aircraft"], program_id=item["program"]["id"], type="inspection", hours=1)
    return await plan(api, tenant.planner, order | facts)


async def done(
    api: FrontDoor, installation: Installation, tenant: Tenant, item: dict[str, Any], *, days: int = 0
) -> None:
    """Do the inspection, now or so many days ago."""
    task = await planned(api, tenant, item, assigned_mechanic_id=str(tenant.mechanic.id))
    started = await move(api, tenant.tenant_admin, task, "in_progress")
    assert started.status == 200, started.body
    await sign_all_unseen(installation, task, tenant.mechanic)
    facts: dict[str, Any] = {"performed_at": written(system_clock() - timedelta(days))} if days else {}
    completed = await move(api, tenant.tenant_admin, task, "completed", notes="Done", **facts)
    assert completed.status == 200, completed.body


def verdicts(line: dict[str, Any]) -> list[Any]:
    return [line[name] for name in VERDICTS]


async def test_a_small_fleet_is_held_against_its_due(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    program = await a_program(api, tenant.planner, limits=[EVERY_90_DAYS])
    # Done on the very day it was due, ten days ago, and reported today: on time, 0 days early, nothing unused.
    await done(api, installation, tenant, await due(api, tenant, "G-AAAA", 10), days=10)
    # Due in five days and done today: on time, 5 days early, 5 days given away.
    await done(api, installation, tenant, await due(api, tenant, "G-BBBB", -5))
    # Due ten days ago, the last day of its tolerance.
    await done(api, installation, tenant, await due(api, tenant, "G-CCCC", 10))
    # Due fifteen days ago, of twenty that were approved.
    extended = await due(api, tenant, "G-DDDD", 15)
    await extend(api, tenant, extended, 20)
    await done(api, installation, tenant, extended)
    # Due eleven days ago: a day more than its tolerance.
    await done(api, installation, tenant, await due(api, tenant, "G-EEEE", 11))
    # Due eleven days ago and not done: once nobody planned it, once its task was called off, once it is planned.
    await due(api, tenant, "G-FFFF", 11)
    called_off = await planned(api, tenant, await due(api, tenant, "G-GGGG", 11))
    assert (await move(api, tenant.planner, called_off, "cancelled", reason="No hangar")).status == 200
    await planned(api, tenant, await due(api, tenant, "G-HHHH", 11))
    # Past due and inside its tolerance: it is neither done nor overdue.
    await due(api, tenant, "G-IIII", 3)
    # Sold: nothing is asked of it any more.
    retired = await due(api, tenant, "G-JJJJ", 50)
    sold = await api(tenant.planner, f"POST /aircraft/{retired['aircraft']['id']}/retire", {"reason": "Sold"})
    assert sold.status == 200

    by_program = await report(api, tenant.mechanic, "on-time", "")
    by_aircraft = await report(api, tenant.mechanic, "on-time", "by=aircraft")

    # 4 in time of 5 that were done and 3 that are overdue. The middle of -15, -11, -10, 0 and 5 days early is -10.
    (line,) = by_program["items"]
    assert verdicts(line) == verdicts(by_program["totals"]) == [5, 2, 1, 1, 1, 0, 3, 50.0]
    assert (line["program_id"], line["program_code"], line["aircraft_id"]) == (program["id"], "A-CHK", None)
    assert (line["median_days_early"], line["unused_days"], line["unused_minutes"]) == (-10.0, 5, 0)
    assert [(line["tail_number"], *verdicts(line)) for line in by_aircraft["items"]] == [
        ("G-AAAA", 1, 1, 0, 0, 0, 0, 0, 100.0),
        ("G-BBBB", 1, 1, 0, 0, 0, 0, 0, 100.0),
        ("G-CCCC", 1, 0, 1, 0, 0, 0, 0, 100.0),
        ("G-DDDD", 1, 0, 0, 1, 0, 0, 0, 100.0),
        ("G-EEEE", 1, 0, 0, 0, 1, 0, 0, 0.0),
        ("G-FFFF", 0, 0, 0, 0, 0, 0, 1, 0.0),
        ("G-GGGG", 0, 0, 0, 0, 0, 0, 1, 0.0),
        ("G-HHHH", 0, 0, 0, 0, 0, 0, 1, 0.0),
    ]
    assert by_aircraft["totals"] == by_program["totals"]


async def test_an_approval_that_came_after_the_work_does_not_make_it_timely(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    await a_program(api, tenant.planner, limits=[EVERY_90_DAYS])
    item = await due(api, tenant, "G-ABCD", 18)
    asked = await ask(api, tenant.planner, item, 20)
    assert (await approve(api, tenant.tenant_admin, asked.json)).status == 200

    # Done three days ago, which was 15 days past due; approved today.
    await done(api, installation, tenant, item, days=3)

    assert verdicts((await report(api, tenant.mechanic, "on-time", ""))["totals"]) == [1, 0, 0, 0, 1, 0, 0, 0.0]


async def test_a_change_of_the_program_does_not_rewrite_what_was_done_before(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    program = await a_program(api, tenant.planner, limits=[EVERY_90_DAYS])
    await done(api, installation, tenant, await due(api, tenant, "G-ABCD", 10))
    change = {"limits": [{"interval_type": "calendar", "interval": 60}]}
    route = f"PATCH /maintenance-programs/{program['id']}"
    assert (await api(tenant.planner, route, change, headers={"if-match": '"v1"'})).status == 200

    assert verdicts((await report(api, tenant.mechanic, "on-time", ""))["totals"]) == [1, 0, 1, 0, 0, 0, 0, 100.0]


async def test_what_is_overdue_counts_in_the_periods_that_end_after_it_was_due(
    api: FrontDoor, tenant: Tenant
) -> None:
    await a_program(api, tenant.planner, limits=[EVERY_90_DAYS])
    await due(api, tenant, "G-ABCD", 12)
    due_on, next_day, before = days_ago(12), days_ago(11), days_ago(40)

    until_the_day = await report(api, tenant.mechanic, "on-time", f"from={before}&to={due_on}")
    with_the_day = await report(api, tenant.mechanic, "on-time", f"from={before}&to={next_day}")

    assert verdicts(until_the_day["totals"]) == [0, 0, 0, 0, 0, 0, 0, None]
    assert verdicts(with_the_day["totals"]) == [0, 0, 0, 0, 0, 0, 1, 0.0]


async def test_work_counts_on_the_day_it_was_performed_where_the_organization_is(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    # London sets its clocks forward on the last day of March 2024: the month ends at 23:00 of UTC.
    await installation.owner.execute(
        "UPDATE organizations SET time_zone = 'Europe/London' WHERE id = $1", tenant.org_id
    )
    await a_program(api, tenant.planner)
    aircraft = await a_tail(api, installation, tenant, "G-ABCD", known_since=in_march(1))
    (item,) = await due_items_of(api, tenant.planner)
    of_program: dict[str, Any] = {
        "program_id": item["program"]["id"],
        "due_item_id": item["id"],
        "state": "completed",
    }
    for ends, verdict, due_at in (
        (in_march(1, 0) - timedelta(minutes=1), "late", None),  # in February
        (in_march(1, 0), "on_time", in_march(4)),  # the first moment of March; due at the end of the third
        (in_march(9), None, None),  # reported after newer work
        (in_march(31, 22, 59), "late", in_march(31)),  # the last minute; due at the end of the thirtieth
        (in_march(31, 23), "late", None),  # in April
    ):
        facts: dict[str, Any] = {"timeliness": verdict, "due_at": due_at, **of_program}
        await work(installation, tenant, aircraft, ends - timedelta(hours=2), **facts)
    # Work that no program asked for, and work that was called off or taken out of the list, is nobody's due.
    await work(installation, tenant, aircraft, in_march(5), state="completed")
    called_off: dict[str, Any] = of_program | {"state": "cancelled"}
    await work(installation, tenant, aircraft, in_march(6), **called_off)
    await work(installation, tenant, aircraft, in_march(7), deleted_at=in_march(8), timeliness="late", **of_program)

    shown = await report(api, tenant.mechanic, "on-time")

    (line,) = shown["items"]
    assert verdicts(line) == verdicts(shown["totals"]) == [3, 1, 0, 0, 1, 1, 0, 50.0]
    # Two days early, and a day late; of the third no due date is known.
    assert line["median_days_early"] == 0.5


async def test_what_was_left_of_the_limits_is_summed_up_each_in_its_own_measure(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    program = await a_program(api, tenant.planner)
    aircraft = await a_tail(api, installation, tenant, "G-ABCD", known_since=in_march(1))
    for day, unused in (
        (4, {"flight_hours": 90, "cycles": 12, "calendar": 3}),
        (8, {"flight_hours": 30, "cycles": -2, "calendar": 0}),  # what was overdrawn makes up for nothing
    ):
        await work(
            installation, tenant, aircraft, in_march(day), state="completed", unused=unused, program_id=program["id"]
        )

    totals = (await report(api, tenant.mechanic, "on-time"))["totals"]

    assert (totals["unused_minutes"], totals["unused_cycles"], totals["unused_days"]) == (120, 12, 3)


async def test_one_aircraft_or_one_program_can_be_asked_for(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    overdue = await a_program(api, tenant.planner, limits=[EVERY_90_DAYS])
    other = await a_program(api, tenant.planner, code="B-CHK", model="B737-800")
    await due(api, tenant, "G-AAAA", 12)
    aircraft = await fleet_of_one(api, tenant.planner, tail_number="G-BBBB", model="B737-800")
    just_now = system_clock() - timedelta(hours=3)
    await work(installation, tenant, aircraft, just_now, state="completed", program_id=other["id"])

    of_aircraft = await report(api, tenant.mechanic, "on-time", f"by=aircraft&aircraft_id={aircraft['id']}")
    of_program = await report(api, tenant.mechanic, "on-time", f"by=aircraft&program_id={overdue['id']}")

    assert [(line["tail_number"], *verdicts(line)) for line in of_aircraft["items"]] == [
        ("G-BBBB", 1, 0, 0, 0, 0, 1, 0, None)
    ]
    assert [(line["tail_number"], *verdicts(line)) for line in of_program["items"]] == [
        ("G-AAAA", 0, 0, 0, 0, 0, 0, 1, 0.0)
    ]
