"""What a day begins with: how many there are of everything, by state; counted by hand."""

import csv
import io
from datetime import timedelta
from typing import Any

from amss.foundation.clock import system_clock
from amss.foundation.ids import new_id
from builders.extensions import days_ago
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.reports import check, in_march, insert, report, work
from builders.tasks import a_program, fleet_of_one
from builders.tenants import Tenant

EVERY_90_DAYS = {"interval_type": "calendar", "interval": 90, "late": 10}


async def a_fleet(api: FrontDoor, tenant: Tenant) -> dict[str, dict[str, Any]]:
    """Take seven aircraft into the fleet, of which one is grounded, one retired and one taken out again."""
    await a_program(api, tenant.planner, limits=[EVERY_90_DAYS], lead_days=5)
    # Past due by so many days: one is overdue, two are inside their tolerance, two are due in a week and in a week
    # and a day.
    past_due = {"G-AAAA": 11, "G-BBBB": 10, "G-CCCC": 0, "G-DDDD": -7, "G-EEEE": -8, "G-FFFF": 50, "G-GGGG": 50}
    fleet = {
        tail: await fleet_of_one(api, tenant.planner, tail_number=tail, in_service_on=days_ago(90 + days))
        for tail, days in past_due.items()
    }
    for tail, command in (("G-BBBB", "ground"), ("G-FFFF", "retire")):
        route = f"POST /aircraft/{fleet[tail]['id']}/{command}"
        assert (await api(tenant.planner, route, {"reason": "As told"})).status == 200
    assert (await api(tenant.planner, f"DELETE /aircraft/{fleet['G-GGGG']['id']}")).status == 204
    return fleet


async def parts(installation: Installation, tenant: Tenant) -> None:
    """Lay two pieces into stock, one aside and one into the bin, and forget a fifth."""
    definition = {"id": new_id(), "org_id": tenant.org_id, "name": "Pump", "category": "rotable", "min_stock": 0}
    await insert(installation, "part_definitions", definition)
    became: tuple[dict[str, Any], ...] = (
        {}, {}, {"status": "quarantined", "quarantine_reason": "damaged"}, {"status": "disposed"},
        {"deleted_at": in_march(1)},
    )  # fmt: skip
    for place, facts in enumerate(became):
        piece = {"id": new_id(), "org_id": tenant.org_id, "serial_number": f"P-{place}"}
        await insert(installation, "part_items", piece | {"part_definition_id": definition["id"]} | facts)


async def test_everything_is_counted_by_its_state(api: FrontDoor, installation: Installation, tenant: Tenant) -> None:
    fleet, now = await a_fleet(api, tenant), system_clock()
    on, tomorrow, mechanic = fleet["G-AAAA"], now + timedelta(days=1), tenant.mechanic
    carried: dict[str, Any] = {"assigned_mechanic_id": mechanic.id}
    # Open: one as it should be, one past its end, one that ends after its due, one on the ground that nobody has.
    await work(installation, tenant, on, tomorrow, slot=1, **carried)
    await work(installation, tenant, on, now - timedelta(hours=9), slot=2, state="in_progress", **carried)
    await work(installation, tenant, on, tomorrow + timedelta(days=1), slot=3, due_at=tomorrow, **carried)
    await work(installation, tenant, on, tomorrow, slot=4, priority="aog")
    # Closed, with checks of every kind; and one that was taken out of the list.
    done = await work(installation, tenant, on, in_march(4), state="completed", priority="aog")
    await work(installation, tenant, on, in_march(5), state="cancelled")
    await work(installation, tenant, on, in_march(6), deleted_at=now)
    for result, several in (("pass", 3), ("fail", 1), ("not_applicable", 2), ("pending", 1)):
        for _ in range(several):
            await check(installation, mechanic, done, result, at=in_march(4, 1))
    await check(installation, mechanic, done, deleted_at=now)
    await parts(installation, tenant)

    answer = await api(tenant.mechanic, "GET /reports/summary")
    as_file = await api(tenant.auditor, "GET /reports/summary.csv")

    assert answer.json == {
        "tasks": {"scheduled": 3, "in_progress": 1, "completed": 1, "cancelled": 1},
        "aircraft": {"operational": 4, "maintenance": 0, "grounded": 1, "retired": 1},
        "part_items": {"in_stock": 2, "used": 0, "disposed": 1, "quarantined": 1},
        "compliance_items": {"pending": 1, "pass": 3, "fail": 1, "not_applicable": 2},
        "due_items": {"ok": 2, "notify": 0, "due": 2, "in_extension": 0, "overdue": 1},
        # Soon is within the seven days of the policy: the three that are past due, and the one of a week.
        "attention": {
            "tasks_overdue": 1, "tasks_late": 1, "tasks_aog": 1, "tasks_unassigned": 1,
            "due_items_soon": 4, "due_items_unplanned": 4,
        },
    }  # fmt: skip
    lines = csv.DictReader(io.StringIO(as_file.body.decode(), newline=""))
    assert [(line["kind"], line["state"], int(line["count"])) for line in lines] == [
        (kind, state, count) for kind, states in answer.json.items() for state, count in states.items()
    ]


async def test_planned_work_is_due_soon_and_not_unplanned(api: FrontDoor, tenant: Tenant) -> None:
    await a_fleet(api, tenant)

    generated = await api(tenant.planner, "POST /maintenance-programs/generate")
    attention = (await report(api, tenant.mechanic, "summary", ""))["attention"]

    # Planned is what falls due within the five days of the program's lead time: not yet the one of a week.
    assert generated.json["created"] == 3
    assert (attention["due_items_soon"], attention["due_items_unplanned"]) == (4, 1)
