"""What each mechanic carries and has done, and the work that nobody has."""

from datetime import timedelta
from typing import Any

from amss.foundation.access import Role
from amss.foundation.clock import system_clock
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.reports import MARCH, check, in_march, report, work
from builders.tasks import fleet_of_one
from builders.tenants import Person, Tenant, a_person

COUNTED = (
    "scheduled_tasks", "scheduled_minutes", "in_progress_tasks", "in_progress_minutes", "completed_tasks",
    "completed_minutes", "sign_offs",
)  # fmt: skip
NOTHING = [0] * 7


def counts(line: dict[str, Any]) -> list[int]:
    return [line[name] for name in COUNTED]


async def workload(api: FrontDoor, tenant: Tenant, query: str = MARCH) -> dict[str | None, list[int]]:
    lines = (await report(api, tenant.mechanic, "mechanic-workload", query))["items"]
    return {line["mechanic_id"]: counts(line) for line in lines}


def of(person: Person) -> dict[str, Any]:
    return {"assigned_mechanic_id": person.id}


async def test_work_is_counted_by_who_carries_it_and_unassigned_work_by_itself(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)
    idle = await a_person(installation, tenant.org_id, Role.MECHANIC)
    carried = of(tenant.mechanic)
    # What the work is estimated at counts, or else the two hours of its window.
    await work(installation, tenant, aircraft, in_march(28), estimated_minutes=90, **carried)
    await work(installation, tenant, aircraft, in_march(29), **carried)
    await work(installation, tenant, aircraft, in_march(27), state="in_progress", **carried)
    done = await work(installation, tenant, aircraft, in_march(3), state="completed", estimated_minutes=45, **carried)
    for hour in (1, 2):
        await check(installation, tenant.mechanic, done, "pass", at=in_march(3, hour))
    await work(installation, tenant, aircraft, in_march(30))
    await work(installation, tenant, aircraft, in_march(26), state="cancelled", **carried)

    shown = await report(api, tenant.auditor, "mechanic-workload")

    assert {line["mechanic_id"]: counts(line) for line in shown["items"]} == {
        None: [1, 120, 0, 0, 0, 0, 0],
        str(tenant.mechanic.id): [2, 210, 1, 120, 1, 45, 2],
        str(idle.id): NOTHING,
    }
    assert shown["items"][0]["name"] is None
    assert counts(shown["totals"]) == [3, 330, 1, 120, 1, 45, 2]


async def test_open_work_counts_until_it_is_done_and_done_work_when_it_was_done(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    aircraft, now = await fleet_of_one(api, tenant.planner), system_clock()
    carried = of(tenant.mechanic)
    # Open past its window: it is still to be done today, and was in the time between.
    await work(installation, tenant, aircraft, in_march(1), slot=1, **carried)
    await work(installation, tenant, aircraft, now + timedelta(days=3), slot=2, **carried)
    # Entered late: it was begun in February and performed in March.
    begun = in_march(1) - timedelta(hours=3)
    performed = {"performed_at": in_march(1, 1), "completed_at": in_march(20)}
    await work(installation, tenant, aircraft, begun, state="completed", **performed, **carried)

    mechanic = str(tenant.mechanic.id)
    february = (await workload(api, tenant, "from=2024-02-01&to=2024-03-01"))[mechanic]
    march = (await workload(api, tenant))[mechanic]
    today = (await workload(api, tenant, ""))[mechanic]
    soon = f"from={now.date() + timedelta(days=2)}&to={now.date() + timedelta(days=5)}"

    assert february == NOTHING
    assert march == [1, 120, 0, 0, 1, 120, 0]
    assert today == [1, 120, 0, 0, 0, 0, 0]
    assert (await workload(api, tenant, soon))[mechanic] == [1, 120, 0, 0, 0, 0, 0]


async def test_who_left_is_shown_with_what_he_did(api: FrontDoor, installation: Installation, tenant: Tenant) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)
    gone, never_there = [await a_person(installation, tenant.org_id, Role.MECHANIC) for _ in range(2)]
    await work(installation, tenant, aircraft, in_march(3), state="completed", **of(gone))
    await installation.owner.execute("UPDATE users SET active = false WHERE id = ANY ($1)", [gone.id, never_there.id])

    shown = await workload(api, tenant)

    assert shown.keys() == {None, str(tenant.mechanic.id), str(gone.id)}
    assert shown[str(gone.id)] == [0, 0, 0, 0, 1, 120, 0]
