"""The ledger of one aircraft, through the front door."""

import random
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from builders.flights import enter, entered, flown, ledger_of, summed_up, today, totals_of
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.tasks import a_program, due_items_of, events_of, fleet_of_one
from builders.tenants import Tenant


async def written_of(installation: Installation, tenant: Tenant) -> list[dict[str, Any]]:
    """Return what the events told of entries, in their order."""
    rows = await installation.owner.fetch(
        """
        SELECT payload FROM outbox_events
        WHERE org_id = $1 AND event_type = 'aircraft.utilization_recorded' ORDER BY sequence
        """,
        tenant.org_id,
    )
    return [msgspec.json.decode(row["payload"]) for row in rows]


async def test_what_was_flown_is_added_to_the_totals_and_leaves_the_version(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any]
) -> None:
    entry = await entered(api, tenant.mechanic, aircraft, flown() | {"flight_minutes": "5:30"})

    shown = (await api(tenant.auditor, f"GET /aircraft/{aircraft['id']}")).json
    assert (shown["flight_minutes_total"], shown["cycles_total"]) == (6330, 74)
    assert (shown["version"], shown["updated_at"]) == (aircraft["version"], aircraft["updated_at"])
    assert entry | {"id": "", "created_at": ""} == {
        "id": "", "aircraft_id": aircraft["id"], "flown_on": today().isoformat(), "flight_minutes": 330, "cycles": 4,
        "source": "manual", "external_id": None, "reverses_id": None, "reversed_by_id": None, "created_at": "",
    }  # fmt: skip
    assert await ledger_of(api, tenant.auditor, aircraft) == [entry]


async def test_a_system_with_a_key_enters_as_such(api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any]) -> None:
    key = await api(tenant.tenant_admin, "POST /api-keys", {"name": "Ops", "role": "scheduler"})

    route = f"POST /aircraft/{aircraft['id']}/utilization"
    entry = await api(None, route, flown(), headers={"x-api-key": key.json["secret"]})

    assert (entry.status, entry.json["source"]) == (201, "api")
    # There is no page for one entry to lead to.
    assert "location" not in entry.headers


async def test_the_same_flight_sent_twice_is_entered_once(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], installation: Installation
) -> None:
    first = await entered(api, tenant.planner, aircraft, flown(external_id="BA123"))
    before = await events_of(installation, tenant.org_id)

    again = await entered(api, tenant.planner, aircraft, flown(external_id=" BA123 "))

    assert again == first
    assert await totals_of(api, tenant.planner, aircraft) == (6330, 74)
    assert await events_of(installation, tenant.org_id) == before
    rows = await installation.owner.fetchval(
        "SELECT count(*) FROM audit_logs WHERE org_id = $1 AND entity_type = 'utilization-entry'", tenant.org_id
    )
    assert rows == 1


async def test_other_figures_for_a_flight_take_back_the_first_and_leave_it_in_sight(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], installation: Installation
) -> None:
    wrong = await entered(api, tenant.planner, aircraft, flown(days_ago=2, external_id="BA123"))

    right = await entered(api, tenant.planner, aircraft, flown(days_ago=1, minutes=300, external_id="BA123"))

    listed = {each["id"]: each for each in await ledger_of(api, tenant.planner, aircraft)}
    (reversal,) = (each for each in listed.values() if each["reverses_id"])
    assert len(listed) == 3
    assert reversal["reverses_id"] == wrong["id"]
    assert (reversal["flight_minutes"], reversal["cycles"]) == (-330, -4)
    assert reversal["flown_on"] == wrong["flown_on"]
    assert listed[wrong["id"]] == wrong | {"reversed_by_id": reversal["id"]}
    assert listed[right["id"]] == right
    assert await totals_of(api, tenant.planner, aircraft) == (6300, 74)
    told = await written_of(installation, tenant)
    assert [(each["id"], each["flight_minutes_total"], each["cycles_total"]) for each in told] == [
        (wrong["id"], 6330, 74),
        (reversal["id"], 6000, 70),
        (right["id"], 6300, 74),
    ]


async def test_a_corrected_flight_can_be_corrected_again_and_sent_again(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any]
) -> None:
    for minutes in (330, 300, 330):
        latest = await entered(api, tenant.planner, aircraft, flown(minutes=minutes, external_id="BA123"))

    again = await entered(api, tenant.planner, aircraft, flown(external_id="BA123"))

    assert again == latest
    assert len(await ledger_of(api, tenant.planner, aircraft)) == 5
    assert await totals_of(api, tenant.planner, aircraft) == (6330, 74)


async def test_the_trail_has_every_entry_with_the_totals_it_led_to(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any]
) -> None:
    entry = await entered(api, tenant.mechanic, aircraft, flown())

    (row,) = (
        await api(tenant.auditor, f"GET /audit-logs?entity_type=utilization-entry&entity_id={entry['id']}")
    ).json["items"]

    assert (row["action"], row["actor"]["id"], row["details"]["before"]) == ("create", str(tenant.mechanic.id), None)
    assert row["details"]["after"] == entry | {"flight_minutes_total": 6330, "cycles_total": 74}


async def test_more_than_a_day_holds_must_be_confirmed(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any]
) -> None:
    await entered(api, tenant.planner, aircraft, flown(minutes=1000))

    refused = await enter(api, tenant.planner, aircraft, flown(minutes=441))
    another_day = await enter(api, tenant.planner, aircraft, flown(days_ago=1, minutes=441))
    confirmed = await enter(api, tenant.planner, aircraft, flown(minutes=441, confirm_unusual=True))

    assert (refused.status, refused.code) == (409, "UNUSUAL_UTILIZATION")
    assert "24:01 hours" in refused.json["detail"]
    assert (another_day.status, confirmed.status) == (201, 201)


async def test_what_was_taken_back_does_not_count_towards_the_day(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any]
) -> None:
    for minutes in (1000, 900, 1100):
        corrected = await enter(api, tenant.planner, aircraft, flown(minutes=minutes, external_id="BA123"))
        assert corrected.status == 201, corrected.body

    full = await enter(api, tenant.planner, aircraft, flown(minutes=340))
    too_much = await enter(api, tenant.planner, aircraft, flown(minutes=1))

    assert (full.status, too_much.code) == (201, "UNUSUAL_UTILIZATION")


async def test_a_refused_entry_changes_nothing(api: FrontDoor, tenant: Tenant, installation: Installation) -> None:
    since = today() - timedelta(days=10)
    aircraft = await fleet_of_one(
        api, tenant.planner, in_service_on=since.isoformat(), flight_minutes_total=2_000_000_000
    )
    before = await events_of(installation, tenant.org_id)

    answers = [
        await enter(api, tenant.planner, aircraft, order)
        for order in (
            flown(days_ago=-1),
            flown(days_ago=11),
            flown(minutes=2_000_000_000, confirm_unusual=True),
            flown(minutes=-1),
            flown(cycles=-1),
            flown(external_id="  "),
        )
    ]

    assert [(each.status, [fault["pointer"] for fault in each.json["errors"]]) for each in answers] == [
        (422, ["/flown_on"]),
        (422, ["/flown_on"]),
        (422, ["/flight_minutes"]),
        (422, ["/flight_minutes"]),
        (422, ["/cycles"]),
        (422, ["/external_id"]),
    ]
    assert await ledger_of(api, tenant.planner, aircraft) == []
    assert await totals_of(api, tenant.planner, aircraft) == (2_000_000_000, 70)
    assert await events_of(installation, tenant.org_id) == before


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
async def test_the_day_is_the_organizations(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], installation: Installation, zone: str
) -> None:
    await installation.owner.execute("UPDATE organizations SET time_zone = $2 WHERE id = $1", tenant.org_id, zone)
    its_today: date = await installation.owner.fetchval("SELECT (now() AT TIME ZONE $1::text)::date", zone)

    on_its_day = await enter(api, tenant.planner, aircraft, flown() | {"flown_on": its_today.isoformat()})
    next_day = (its_today + timedelta(days=1)).isoformat()
    too_early = await enter(api, tenant.planner, aircraft, flown() | {"flown_on": next_day})

    assert (on_its_day.status, too_early.status) == (201, 422)


async def test_a_retired_or_removed_aircraft_takes_no_entries(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any]
) -> None:
    retired = await fleet_of_one(api, tenant.planner, tail_number="G-OLD", status="retired")
    await api(tenant.planner, f"DELETE /aircraft/{aircraft['id']}")

    of_the_retired = await enter(api, tenant.planner, retired, flown())
    of_the_removed = await enter(api, tenant.planner, aircraft, flown())

    assert (of_the_retired.status, of_the_retired.code) == (409, "AIRCRAFT_RETIRED")
    assert (of_the_removed.status, of_the_removed.code) == (404, "NOT_FOUND")


async def test_what_was_flown_moves_what_is_due_and_says_so(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], installation: Installation
) -> None:
    limits = [{"interval_type": "flight_hours", "interval_minutes": 600}]
    await a_program(api, tenant.planner, limits=limits)
    order = flown(minutes=700, external_id="BA123")

    await entered(api, tenant.planner, aircraft, order)
    (overdue,) = await due_items_of(api, tenant.planner)
    await entered(api, tenant.planner, aircraft, order | {"flight_minutes": 100})
    (again,) = await due_items_of(api, tenant.planner)

    assert (overdue["status"], overdue["limits"][0]["remaining"]) == ("overdue", -100)
    assert (again["status"], again["limits"][0]["remaining"]) == ("notify", 500)
    assert (await events_of(installation, tenant.org_id)).count("due_item.status_changed") == 2


@pytest.mark.parametrize("seed", range(3))
async def test_totals_are_always_the_opening_balance_and_all_entries(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], installation: Installation, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - which flights are tried is no secret
    latest: dict[str, tuple[int, int]] = {}
    for step in range(40):
        flight = chance.choice(["BA1", "BA2", "BA3", None])
        order = flown(
            days_ago=chance.randrange(4),
            minutes=chance.choice([0, 300, 700, 1500]),
            cycles=chance.randrange(3),
            external_id=flight,
            confirm_unusual=chance.random() < 0.5,
        )
        answer = await enter(api, tenant.planner, aircraft, order)
        assert answer.status in (201, 409), answer.body
        if answer.status == 201:
            latest[flight or f"unnamed {step}"] = (order["flight_minutes"], order["cycles"])

        shown = await totals_of(api, tenant.planner, aircraft)
        assert shown == await summed_up(installation, aircraft)
        assert shown == (6000 + sum(m for m, _ in latest.values()), 70 + sum(c for _, c in latest.values()))
