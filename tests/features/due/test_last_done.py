"""Setting by hand when work was last done, and confirming it after a flight was entered late."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from amss.features.due import following, last_done
from amss.features.due.last_done_model import DueItemChange, LastDone
from amss.features.programs.model import Recurrence
from builders.extensions import days_ago, do_the_work, extend, past_due, shown
from builders.front_door import FrontDoor, Reply
from builders.installation import Installation
from builders.programs import TODAY, a_new_program, add_aircraft, at, cycles, days, hours, next_due_of, the_item
from builders.tasks import a_program, events_of, fleet_of_one
from builders.tenants import Person, Tenant

WHY = "Taken over from the old system"
HOURS_100 = {"interval_type": "flight_hours", "interval_minutes": 6_000, "first_minutes": 9_000}


async def an_item(api: FrontDoor, tenant: Tenant, *limits: dict[str, Any], **program: Any) -> dict[str, Any]:
    """Return the due item of an aircraft with 100 hours and 70 cycles, of 100 hours if no limits are given."""
    await fleet_of_one(api, tenant.planner)
    await a_program(api, tenant.planner, limits=list(limits or (HOURS_100,)), **program)
    return (await api(tenant.planner, "GET /due-items")).json["items"][0]


async def set_last_done(
    api: FrontDoor,
    person: Person,
    item: dict[str, Any],
    on: str,
    minutes: int | str = 6_000,
    landings: int = 70,
    *,
    version: int | None = 1,
    **facts: Any,
) -> Reply:
    order = {"last_done": {"on": on, "flight_minutes": minutes, "cycles": landings}, "reason": WHY, **facts}
    headers = {} if version is None else {"if-match": f'"v{version}"'}
    return await api(person, f"PATCH /due-items/{item['id']}", order, headers=headers)


async def fly(api: FrontDoor, tenant: Tenant, item: dict[str, Any], on: str, minutes: int = 90, **facts: Any) -> None:
    order = {"flown_on": on, "flight_minutes": minutes, "cycles": 1, **facts}
    entered = await api(tenant.mechanic, f"POST /aircraft/{item['aircraft']['id']}/utilization", order)
    assert entered.status == 201, entered.body


async def test_work_taken_over_is_where_the_count_starts(api: FrontDoor, tenant: Tenant) -> None:
    item = await an_item(api, tenant)
    assert item["limits"][0]["due"] == 6_000 + 9_000

    answer = await set_last_done(api, tenant.planner, item, days_ago(30), "90:00", 60)

    changed = answer.json
    (limit,) = changed["limits"]
    done = {"on": days_ago(30), "flight_minutes": 5_400, "cycles": 60}
    assert (answer.status, answer.headers["etag"]) == (200, '"v2"')
    assert (changed["last_done"], changed["start"]) == (done, {"source": "last_done", **done})
    assert (limit["due"], limit["remaining"]) == (5_400 + 6_000, 5_400)
    assert limit["explain"].startswith(
        f"Due at 190:00 FH = 90:00 FH (taken over as last done on {days_ago(30)}) + 100:00 FH; 90:00 FH left"
    )
    assert await shown(api, tenant.auditor, item) == changed


@pytest.mark.parametrize("recurrence", [Recurrence.TO_ACTUAL, Recurrence.TO_PLAN, Recurrence.FIXED])
async def test_after_work_taken_over_an_interval_follows_and_not_the_first_threshold(
    api: FrontDoor, tenant: Tenant, installation: Installation, recurrence: Recurrence
) -> None:
    item = await an_item(api, tenant, HOURS_100, recurrence=recurrence)

    taken_over = (await set_last_done(api, tenant.planner, item, days_ago(30), 1_000, 60)).json
    await do_the_work(installation, tenant, item)

    after = (await shown(api, tenant.planner, item))["limits"][0]
    assert taken_over["limits"][0]["due"] == 7_000
    assert after["due"] == {"to_actual": 12_000, "to_plan": 12_000, "fixed": 7_000}[recurrence]


async def test_a_fixed_count_says_that_its_work_was_taken_over(api: FrontDoor, tenant: Tenant) -> None:
    item = await an_item(api, tenant, HOURS_100, recurrence="fixed")

    taken_over = (await set_last_done(api, tenant.planner, item, days_ago(30), 3_000, 60)).json

    assert taken_over["limits"][0]["explain"].startswith(
        "Due at 150:00 FH = 150:00 FH (first due) + 0 x 100:00 FH; "
        f"taken over as done at 50:00 FH on {days_ago(30)}; 50:00 FH left"
    )


async def test_a_correction_moves_the_start_of_what_was_taken_over_but_not_of_what_a_task_did(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    item = await an_item(api, tenant)

    await set_last_done(api, tenant.planner, item, days_ago(30), 3_000, 60)
    corrected = (await set_last_done(api, tenant.planner, item, days_ago(20), 3_600, 60, version=2)).json
    await do_the_work(installation, tenant, item)
    after_the_work = (await set_last_done(api, tenant.planner, item, days_ago(1), 5_900, 69, version=4)).json

    assert (corrected["start"]["on"], after_the_work["start"]["on"]) == (days_ago(20), days_ago(20))
    assert (corrected["limits"][0]["due"], after_the_work["limits"][0]["due"]) == (9_600, 11_900)


async def test_taking_over_moves_the_next_due_of_the_aircraft_and_says_so(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    item = await past_due(api, tenant.planner, days=10)

    await set_last_done(api, tenant.planner, item, days_ago(30))

    aircraft = (await api(tenant.planner, f"GET /aircraft/{item['aircraft']['id']}")).json
    row = await installation.owner.fetchrow(
        "SELECT action, entity_version, reason, details FROM audit_logs "
        "WHERE entity_id = $1 AND entity_type = 'due-item' ORDER BY id DESC OFFSET 1 LIMIT 1",
        UUID(item["id"]),
    )
    assert aircraft["next_due"] == days_ago(30 - 90)
    assert (await events_of(installation, tenant.org_id))[-2:] == ["due_item.updated", "due_item.status_changed"]
    assert (row["action"], row["entity_version"], row["reason"]) == ("update", 2, WHY)
    assert msgspec.json.decode(row["details"])["before"]["last_done"] is None


async def test_an_extension_ends_when_the_last_done_is_set_by_hand(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    item = await past_due(api, tenant.planner, days=10)
    await extend(api, tenant, item, 15)

    changed = (await set_last_done(api, tenant.planner, item, days_ago(95))).json

    register: Any = (await api(tenant.planner, "GET /due-item-extensions")).json["items"]
    assert (changed["status"], changed["limits"][0]["extension"]) == ("overdue", 0)
    assert register[0]["ended_at"] is not None
    assert "due_item.extension_ended" in await events_of(installation, tenant.org_id)


@pytest.mark.parametrize(
    ("on", "minutes", "landings", "pointer", "code"),
    [
        (days_ago(-2), 6_000, 70, "/last_done/on", "FUTURE"),
        ("0206-11-24", 6_000, 70, "/last_done/on", "RANGE"),
        (days_ago(1), 6_001, 70, "/last_done/flight_minutes", "RANGE"),
        (days_ago(1), 6_000, 71, "/last_done/cycles", "RANGE"),
    ],
)
async def test_work_is_neither_done_in_the_future_nor_at_counters_the_aircraft_has_not_reached(
    api: FrontDoor, tenant: Tenant, on: str, minutes: int, landings: int, pointer: str, code: str
) -> None:
    item = await an_item(api, tenant)

    answer = await set_last_done(api, tenant.planner, item, on, minutes, landings)

    assert (answer.status, answer.code) == (422, "VALIDATION")
    assert [(each["pointer"], each["code"]) for each in answer.json["errors"]] == [(pointer, code)]


@pytest.mark.parametrize("facts", [{"reason": " "}, {"reason": None}, {"last_done": None}, {"last_done": {}}])
async def test_a_last_done_is_set_with_a_reason_and_is_never_taken_away(
    api: FrontDoor, tenant: Tenant, facts: dict[str, Any]
) -> None:
    item = await an_item(api, tenant)

    answer = await set_last_done(api, tenant.planner, item, days_ago(1), **facts)

    assert (answer.status, answer.code) == (422, "VALIDATION")
    assert answer.json["errors"][0]["pointer"].startswith(f"/{next(iter(facts))}")
    assert (await shown(api, tenant.planner, item))["version"] == 1


async def test_whoever_sets_the_last_done_says_which_version_he_read(api: FrontDoor, tenant: Tenant) -> None:
    item = await an_item(api, tenant)

    without = await set_last_done(api, tenant.planner, item, days_ago(9), version=None)
    await set_last_done(api, tenant.planner, item, days_ago(9))
    stale = await set_last_done(api, tenant.tenant_admin, item, days_ago(8))

    assert (without.status, without.code) == (428, "PRECONDITION_REQUIRED")
    assert (stale.status, stale.code) == (412, "PRECONDITION_FAILED")


async def test_the_same_readings_again_change_nothing(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    item = await an_item(api, tenant)
    await set_last_done(api, tenant.planner, item, days_ago(9))
    before = await events_of(installation, tenant.org_id)

    again = await set_last_done(api, tenant.planner, item, days_ago(9), version=2)

    assert (again.status, again.json["version"]) == (200, 2)
    assert await events_of(installation, tenant.org_id) == before


async def test_nobody_elses_due_item_is_set(api: FrontDoor, tenant: Tenant, another_tenant: Tenant) -> None:
    item = await an_item(api, tenant)

    answer = await set_last_done(api, another_tenant.planner, item, days_ago(9))

    assert (answer.status, answer.code) == (404, "NOT_FOUND")


async def test_a_late_flight_report_after_a_completion_asks_for_a_confirmation(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    item = await an_item(api, tenant)
    await do_the_work(installation, tenant, item, days_ago=2)
    due_before = (await shown(api, tenant.planner, item))["limits"][0]["due"]

    await fly(api, tenant, item, days_ago(3))

    doubted = await shown(api, tenant.mechanic, item)
    listed: Any = (await api(tenant.planner, "GET /due-items?needs_confirmation=true")).json["items"]
    assert (doubted["needs_confirmation"], doubted["version"], listed[0]["id"]) == (True, 3, item["id"])
    assert doubted["last_done"] == {"on": days_ago(2), "flight_minutes": 6_000, "cycles": 70}
    assert doubted["limits"][0]["due"] == due_before
    assert (await events_of(installation, tenant.org_id))[-1] == "due_item.updated"
    row = await installation.owner.fetchval(
        "SELECT payload -> 'changed' FROM outbox_events WHERE aggregate_id = $1 ORDER BY sequence DESC LIMIT 1",
        UUID(item["id"]),
    )
    assert msgspec.json.decode(row) == ["needs_confirmation"]


@pytest.mark.parametrize(("minutes", "due"), [(6_000, 12_000), (6_090, 12_090)])
async def test_readings_are_confirmed_as_they_are_or_set_right(
    api: FrontDoor, tenant: Tenant, installation: Installation, minutes: int, due: int
) -> None:
    item = await an_item(api, tenant)
    await do_the_work(installation, tenant, item, days_ago=2)
    await fly(api, tenant, item, days_ago(3))
    last = await shown(api, tenant.planner, item)

    confirmed = await set_last_done(
        api, tenant.planner, item, last["last_done"]["on"], minutes, 70, version=last["version"]
    )

    assert (confirmed.status, confirmed.json["needs_confirmation"]) == (200, False)
    assert (confirmed.json["version"], confirmed.json["limits"][0]["due"]) == (4, due)
    assert (await api(tenant.planner, "GET /due-items?needs_confirmation=true")).json["items"] == []


async def test_work_confirmed_as_it_is_still_counts_for_the_due_it_was_done_for(
    installation: Installation, tenant: Tenant, api: FrontDoor
) -> None:
    item = await past_due(api, tenant.planner, days=2, limit={"late": 5}, recurrence="to_plan")
    await do_the_work(installation, tenant, item)
    before = await shown(api, tenant.planner, item)
    await installation.owner.execute("UPDATE due_items SET needs_confirmation = true WHERE id = $1", UUID(item["id"]))

    confirmed = await set_last_done(api, tenant.planner, item, before["last_done"]["on"], version=before["version"])

    assert before["limits"][0]["due"] == days_ago(2 - 90)
    assert confirmed.json["limits"] == before["limits"]


@pytest.mark.parametrize(
    ("done", "flown", "limit", "doubted"),
    [
        (2, 3, HOURS_100, True),
        (2, 2, HOURS_100, False),
        (2, 1, HOURS_100, False),
        (2, 3, {"interval_type": "cycles", "interval": 400}, True),
        (2, 3, {"interval_type": "calendar", "interval": 90}, False),
    ],
    ids=["the day before", "the same day", "the day after", "of cycles", "of days alone"],
)
async def test_only_work_counted_by_what_the_late_flight_adds_to_is_doubted(
    api: FrontDoor,
    tenant: Tenant,
    installation: Installation,
    done: int,
    flown: int,
    limit: dict[str, Any],
    doubted: bool,  # noqa: FBT001 - a column of the table above
) -> None:
    item = await an_item(api, tenant, limit)
    await do_the_work(installation, tenant, item, days_ago=done)

    await fly(api, tenant, item, days_ago(flown))

    assert (await shown(api, tenant.planner, item))["needs_confirmation"] is doubted


async def test_a_correction_is_judged_by_the_day_it_takes_a_flight_from_too(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    item = await an_item(api, tenant)
    await fly(api, tenant, item, days_ago(5), external_id="BA1")
    await do_the_work(installation, tenant, item, days_ago=2)

    await fly(api, tenant, item, days_ago(5), external_id="BA1")
    known = await shown(api, tenant.planner, item)
    await fly(api, tenant, item, days_ago(0), external_id="BA1")
    moved = await shown(api, tenant.planner, item)

    assert (known["needs_confirmation"], moved["needs_confirmation"]) == (False, True)


async def test_a_batch_of_late_flights_doubts_work_once(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    item = await an_item(api, tenant)
    await do_the_work(installation, tenant, item, days_ago=2)
    flights = [
        {"tail_number": "G-ABCD", "flown_on": days_ago(ago), "flight_minutes": 60, "cycles": 1} for ago in (0, 4, 3)
    ]

    answer = await api(tenant.planner, "POST /utilization:batch", {"items": flights})

    assert [each["status"] for each in answer.json["results"]] == [201, 201, 201]
    assert (await shown(api, tenant.planner, item))["version"] == 3
    assert (await events_of(installation, tenant.org_id)).count("due_item.updated") == 2


async def test_work_recorded_anew_needs_no_confirmation(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    item = await an_item(api, tenant)
    await do_the_work(installation, tenant, item, days_ago=2)
    await fly(api, tenant, item, days_ago(3))

    await do_the_work(installation, tenant, item)

    assert (await shown(api, tenant.planner, item))["needs_confirmation"] is False


async def test_a_program_of_several_limits_counts_each_from_what_was_taken_over(
    installation: Installation, tenant: Tenant
) -> None:
    async with at(installation, tenant) as tx:
        aircraft = await add_aircraft(tx, flight_minutes_total=60_000, cycles_total=900)
        order = a_new_program(hours(100), cycles(50), days(90), aircraft_id=aircraft.id)
        await following.create_program(tx, order)
        item = await the_item(tx, aircraft.id)
        taken_over = LastDone(on=TODAY - timedelta(30), flight_minutes="990:00", cycles=880)

        change = DueItemChange(last_done=taken_over, reason=WHY)
        await last_done.set_last_done(tx, item.id, change, if_match=item.version)

        changed = await the_item(tx, aircraft.id)
        assert (changed.due_minutes, changed.due_cycles) == (65_400, 930)
        assert changed.due_on == await next_due_of(tx, aircraft.id) == TODAY + timedelta(60)
        assert changed.last_task_id is None


async def test_a_correction_of_the_day_of_the_work_itself_is_judged_too(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    item = await an_item(api, tenant)
    await fly(api, tenant, item, days_ago(2), external_id="BA1")
    await do_the_work(installation, tenant, item, days_ago=2)

    await fly(api, tenant, item, days_ago(2), external_id="BA1", minutes=10)

    assert (await shown(api, tenant.planner, item))["needs_confirmation"] is True
