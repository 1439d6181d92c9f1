"""The fleet through the front door."""

import pytest

from builders.flights import entered, flown
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.tenants import Tenant

AN_AIRCRAFT = {
    "tail_number": "g-abcd",
    "model": "A320-214",
    "flight_minutes_total": "1234:30",
    "cycles_total": 700,
}


async def test_an_aircraft_joins_the_fleet_with_its_totals(api: FrontDoor, tenant: Tenant) -> None:
    created = await api(tenant.planner, "POST /aircraft", AN_AIRCRAFT)

    assert created.status == 201, created.body
    assert created.json["tail_number"] == "G-ABCD"
    for name in ("flight_minutes_total", "opening_flight_minutes"):
        assert created.json[name] == 1234 * 60 + 30
    for name in ("cycles_total", "opening_cycles"):
        assert created.json[name] == 700
    assert created.headers["etag"] == '"v1"'
    assert created.headers["location"].endswith(created.json["id"])


async def test_an_aircraft_looks_the_same_created_shown_and_listed(api: FrontDoor, tenant: Tenant) -> None:
    created = await api(tenant.planner, "POST /aircraft", AN_AIRCRAFT | {"planned_daily_minutes": 312.5})

    shown = await api(tenant.planner, f"GET /aircraft/{created.json['id']}")
    listed = await api(tenant.planner, "GET /aircraft?count=true&status=operational")

    assert shown.json == created.json
    assert listed.json == {"items": [created.json], "next_cursor": None, "total": 1}


async def test_a_tail_number_is_taken_once(api: FrontDoor, tenant: Tenant, another_tenant: Tenant) -> None:
    await api(tenant.planner, "POST /aircraft", AN_AIRCRAFT)

    again = await api(tenant.planner, "POST /aircraft", AN_AIRCRAFT)
    elsewhere = await api(another_tenant.planner, "POST /aircraft", AN_AIRCRAFT)

    assert (again.status, again.code) == (409, "DUPLICATE")
    assert again.json["detail"] == "G-ABCD is already in your fleet."
    assert elsewhere.status == 201


async def test_an_edit_counts_versions_and_refuses_a_stale_one(api: FrontDoor, tenant: Tenant) -> None:
    aircraft = (await api(tenant.planner, "POST /aircraft", AN_AIRCRAFT)).json
    path = f"PATCH /aircraft/{aircraft['id']}"

    first = await api(tenant.planner, path, {"serial_number": "1234"}, headers={"if-match": '"v1"'})
    stale = await api(tenant.planner, path, {"serial_number": "9999"}, headers={"if-match": '"v1"'})
    cleared = await api(tenant.planner, path, {"serial_number": None}, headers={"if-match": '"v2"'})

    assert (first.status, first.json["version"], first.json["serial_number"]) == (200, 2, "1234")
    assert (stale.status, stale.code) == (412, "PRECONDITION_FAILED")
    assert (cleared.json["version"], cleared.json["serial_number"]) == (3, None)


async def test_the_change_its_audit_row_and_its_event_are_written_together(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    created = await api(tenant.planner, "POST /aircraft", AN_AIRCRAFT, headers={"x-request-id": "story-of-one"})

    audit = await installation.owner.fetch("SELECT * FROM audit_logs WHERE org_id = $1", tenant.org_id)
    events = await installation.owner.fetch("SELECT * FROM outbox_events WHERE org_id = $1", tenant.org_id)

    assert [(row["action"], row["request_id"], row["user_id"]) for row in audit] == [
        ("create", "story-of-one", tenant.planner.id)
    ]
    assert [(row["event_type"], str(row["aggregate_id"])) for row in events] == [
        ("aircraft.created", created.json["id"])
    ]


async def test_pages_follow_one_another_without_gap_or_repeat(api: FrontDoor, tenant: Tenant) -> None:
    tails = [f"G-A{n:03}" for n in range(7)]
    for tail in tails:
        await api(tenant.planner, "POST /aircraft", AN_AIRCRAFT | {"tail_number": tail})

    seen: list[str] = []
    cursor = ""
    while True:
        page = (await api(tenant.planner, f"GET /aircraft?limit=3&sort=-tail_number{cursor}")).json
        seen += [item["tail_number"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"

    assert seen == sorted(tails, reverse=True)


async def test_a_cursor_of_another_list_is_refused(api: FrontDoor, tenant: Tenant) -> None:
    for tail in ("G-ONE", "G-TWO"):
        await api(tenant.planner, "POST /aircraft", AN_AIRCRAFT | {"tail_number": tail})
    cursor = (await api(tenant.planner, "GET /aircraft?limit=1")).json["next_cursor"]

    answer = await api(tenant.planner, f"GET /aircraft?limit=1&status=operational&cursor={cursor}")

    assert (answer.status, answer.code) == (400, "MALFORMED")


async def test_the_same_key_makes_one_aircraft(api: FrontDoor, tenant: Tenant) -> None:
    key = {"idempotency-key": "once"}

    first = await api(tenant.planner, "POST /aircraft", AN_AIRCRAFT, headers=key)
    again = await api(tenant.planner, "POST /aircraft", AN_AIRCRAFT, headers=key)
    other = await api(tenant.planner, "POST /aircraft", AN_AIRCRAFT | {"tail_number": "G-XYZ"}, headers=key)

    assert (again.status, again.body, again.headers["idempotent-replayed"]) == (201, first.body, "true")
    assert (other.status, other.code) == (409, "IDEMPOTENCY_CONFLICT")


async def test_another_tenants_aircraft_does_not_exist(
    api: FrontDoor, tenant: Tenant, another_tenant: Tenant
) -> None:
    theirs = (await api(another_tenant.planner, "POST /aircraft", AN_AIRCRAFT)).json["id"]

    shown = await api(tenant.planner, f"GET /aircraft/{theirs}")
    edited = await api(tenant.planner, f"PATCH /aircraft/{theirs}", {"model": "stolen"})
    listed = await api(tenant.planner, "GET /aircraft")

    assert (shown.status, edited.status, listed.json["items"]) == (404, 404, [])


async def test_every_wrong_field_is_named_at_once(api: FrontDoor, tenant: Tenant) -> None:
    answer = await api(
        tenant.planner,
        "POST /aircraft",
        {"tail_number": 7, "capacity_slots": 0, "wingspan": 34, "in_service_on": "x"},
    )

    assert (answer.status, answer.code) == (422, "VALIDATION")
    assert {fault["pointer"] for fault in answer.json["errors"]} == {
        "/tail_number", "/capacity_slots", "/wingspan", "/in_service_on", "/model",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["model", "manufacturer", "serial_number"])
@pytest.mark.parametrize("text", ["   ", "A320\u0007"])
async def test_a_name_of_blanks_or_with_control_characters_is_refused_by_field(
    api: FrontDoor, tenant: Tenant, name: str, text: str
) -> None:
    aircraft = (await api(tenant.planner, "POST /aircraft", AN_AIRCRAFT)).json

    created = await api(tenant.planner, "POST /aircraft", AN_AIRCRAFT | {"tail_number": "G-TWO", name: text})
    edited = await api(tenant.planner, f"PATCH /aircraft/{aircraft['id']}", {name: text})

    for answer in (created, edited):
        assert (answer.status, answer.code) == (422, "VALIDATION")
        assert [fault["pointer"] for fault in answer.json["errors"]] == [f"/{name}"]


async def test_names_are_kept_without_the_blanks_around_them(api: FrontDoor, tenant: Tenant) -> None:
    created = await api(
        tenant.planner, "POST /aircraft", AN_AIRCRAFT | {"model": " A320-214 ", "serial_number": "7 "}
    )
    path = f"PATCH /aircraft/{created.json['id']}"

    unchanged = await api(tenant.planner, path, {"model": "  A320-214"})
    changed = await api(tenant.planner, path, {"model": " A321 ", "manufacturer": "\u00a0Airbus"})

    assert (created.json["model"], created.json["serial_number"]) == ("A320-214", "7")
    assert unchanged.json == created.json
    assert (changed.json["model"], changed.json["manufacturer"]) == ("A321", "Airbus")


async def test_no_aircraft_joins_in_maintenance_because_no_task_would_take_it_out(
    api: FrontDoor, tenant: Tenant
) -> None:
    refused = await api(
        tenant.planner, "POST /aircraft", AN_AIRCRAFT | {"status": "maintenance", "tail_number": "G AB"}
    )
    grounded = await api(tenant.planner, "POST /aircraft", AN_AIRCRAFT | {"status": "grounded"})

    assert [(fault["pointer"], fault["code"]) for fault in refused.json["errors"]] == [
        ("/tail_number", "PATTERN"),
        ("/status", "NOT_HERE"),
    ]
    assert (grounded.status, grounded.json["status"]) == (201, "grounded")


async def test_an_aircraft_that_joins_grounded_may_say_why_and_no_other_may(api: FrontDoor, tenant: Tenant) -> None:
    why = {"grounded_reason": "Waiting for its first check"}

    operational = await api(tenant.planner, "POST /aircraft", AN_AIRCRAFT | why)
    retired = await api(tenant.planner, "POST /aircraft", AN_AIRCRAFT | why | {"status": "retired"})
    grounded = await api(tenant.planner, "POST /aircraft", AN_AIRCRAFT | why | {"status": "grounded"})

    for refused in (operational, retired):
        assert (refused.status, refused.code) == (422, "VALIDATION")
        assert [(fault["pointer"], fault["code"]) for fault in refused.json["errors"]] == [
            ("/grounded_reason", "MISPLACED")
        ]
    assert (grounded.status, grounded.json["grounded_reason"]) == (201, "Waiting for its first check")


@pytest.mark.parametrize(
    "change", [{"status": "grounded"}, {"grounded_reason": "x"}, {"opening_cycles": 9}, {"opening_flight_minutes": 9}]
)
async def test_status_and_opening_balance_are_not_edited(
    api: FrontDoor, tenant: Tenant, change: dict[str, object]
) -> None:
    aircraft = (await api(tenant.planner, "POST /aircraft", AN_AIRCRAFT)).json

    refused = await api(tenant.planner, f"PATCH /aircraft/{aircraft['id']}", change)
    shown = await api(tenant.planner, f"GET /aircraft/{aircraft['id']}")

    assert (refused.status, refused.code) == (422, "VALIDATION")
    assert [(fault["pointer"], fault["code"]) for fault in refused.json["errors"]] == [
        (f"/{name}", "UNKNOWN") for name in change
    ]
    assert shown.json == aircraft


async def test_what_is_flown_leaves_the_opening_balance_alone(api: FrontDoor, tenant: Tenant) -> None:
    aircraft = (await api(tenant.planner, "POST /aircraft", AN_AIRCRAFT)).json
    await entered(api, tenant.planner, aircraft, flown(minutes=90, cycles=2))

    shown = (await api(tenant.planner, f"GET /aircraft/{aircraft['id']}")).json

    opening, total = shown["opening_flight_minutes"], shown["flight_minutes_total"]
    assert (opening, total) == (aircraft["opening_flight_minutes"], aircraft["opening_flight_minutes"] + 90)
    assert (shown["opening_cycles"], shown["cycles_total"]) == (700, 702)


async def test_what_cannot_be_read_is_malformed(api: FrontDoor, tenant: Tenant) -> None:
    broken = await api(tenant.planner, "POST /aircraft", b'{"tail_number": ')
    a_list = await api(tenant.planner, "POST /aircraft", [])
    unknown = await api(tenant.planner, "GET /aircraft?colour=red")
    twice = await api(tenant.planner, "GET /aircraft?limit=1&limit=2")

    assert [each.code for each in (broken, a_list, unknown, twice)] == ["MALFORMED"] * 4


async def test_a_mechanic_may_read_the_fleet_but_not_change_it(api: FrontDoor, tenant: Tenant) -> None:
    read = await api(tenant.mechanic, "GET /aircraft")
    change = await api(tenant.mechanic, "POST /aircraft", AN_AIRCRAFT)

    assert (read.status, change.status, change.code) == (200, 403, "FORBIDDEN")


async def test_nobody_gets_in_without_a_token(api: FrontDoor) -> None:
    nobody = await api(None, "GET /aircraft")
    forged = await api("not.a.token", "GET /aircraft")

    assert (nobody.status, nobody.code, nobody.headers["www-authenticate"]) == (401, "AUTH", "Bearer")
    assert (forged.status, forged.code) == (401, "AUTH")
