"""Programs and due items through the front door."""

from datetime import timedelta
from typing import Any

from amss.foundation.clock import system_clock
from amss.foundation.ids import new_id
from builders.front_door import FrontDoor
from builders.tenants import Tenant

A_CHECK: dict[str, Any] = {
    "code": "A-CHK",
    "name": "A check",
    "model": "A320-214",
    "task_type": "inspection",
    "limits": [
        {
            "interval_type": "flight_hours",
            "interval_minutes": "600:00",
            "first_minutes": 6000,
            "late_minutes": "60:00",
        },
        {"interval_type": "cycles", "interval": 400, "notify": 20, "max_extension": 10, "hard": False},
        {"interval_type": "calendar", "unit": "months", "interval": 4, "early": 10, "late": 10},
    ],
}
AN_AIRCRAFT: dict[str, Any] = {"tail_number": "G-ABCD", "model": "A320-214", "planned_daily_minutes": 300}


async def add(api: FrontDoor, tenant: Tenant, route: str, body: dict[str, Any]) -> dict[str, Any]:
    created = await api(tenant.planner, route, body)
    assert created.status == 201, created.body
    return created.json


async def the_due_items(api: FrontDoor, tenant: Tenant, query: str = "") -> list[dict[str, Any]]:
    listed = await api(tenant.mechanic, f"GET /due-items{query}")
    assert listed.status == 200, listed.body
    return listed.json["items"]


async def test_a_program_looks_the_same_created_shown_and_listed(api: FrontDoor, tenant: Tenant) -> None:
    created = await api(tenant.planner, "POST /maintenance-programs", A_CHECK)

    shown = await api(tenant.planner, f"GET /maintenance-programs/{created.json['id']}")
    listed = await api(tenant.planner, "GET /maintenance-programs?count=true&active=true&model=A320-214")

    assert created.status == 201, created.body
    assert created.json["limits"] == [
        {"interval_type": "flight_hours", "first_minutes": 6000, "interval_minutes": 36000, "early_minutes": 0,
         "late_minutes": 3600, "notify_minutes": None, "max_extension_minutes": 0, "hard": True},
        {"interval_type": "cycles", "first": 400, "interval": 400, "early": 0, "late": 0, "notify": 20,
         "max_extension": 10, "hard": False},
        {"interval_type": "calendar", "unit": "months", "first": 4, "interval": 4, "early": 10, "late": 10,
         "tolerance_unit": "days", "notify": None, "max_extension": 0, "hard": True},
    ]  # fmt: skip
    assert (created.json["interval_type"], created.json["interval_value"]) == ("flight_hours", 600)
    assert (created.json["lead_days"], created.json["estimated_minutes"]) == (30, 480)
    assert shown.json == created.json
    assert listed.json == {"items": [created.json], "next_cursor": None, "total": 1}


async def test_limits_as_shown_can_be_sent_back(api: FrontDoor, tenant: Tenant) -> None:
    program = await add(api, tenant, "POST /maintenance-programs", A_CHECK)

    same = await api(tenant.planner, f"PATCH /maintenance-programs/{program['id']}", {"limits": program["limits"]})

    assert (same.status, same.json) == (200, program)


async def test_the_drawings_pair_makes_a_program_too(api: FrontDoor, tenant: Tenant) -> None:
    body = {
        "code": "OIL",
        "name": "Oil change",
        "task_type": "repair",
        "interval_type": "calendar",
        "interval_value": 45,
        "recurrence": "to_actual",
    }

    program = await add(api, tenant, "POST /maintenance-programs", body)

    (limit,) = program["limits"]
    assert (limit["interval_type"], limit["unit"], limit["interval"]) == ("calendar", "days", 45)
    assert (program["aircraft_id"], program["model"]) == (None, None)


async def test_what_does_not_exist_is_refused_and_named(api: FrontDoor, tenant: Tenant) -> None:
    limit = {"interval_type": "calendar", "interval": 0, "late": -3, "grace": 1}
    body = A_CHECK | {"recurrence": "sometimes", "combine": "both", "limits": [limit], "ata_chapter": "x"}

    answer = await api(tenant.planner, "POST /maintenance-programs", body)

    assert (answer.status, answer.code) == (422, "VALIDATION")
    assert {fault["pointer"] for fault in answer.json["errors"]} == {
        "/recurrence", "/combine", "/limits/0/late", "/limits/0/grace", "/limits/0/interval", "/ata_chapter",
    }  # fmt: skip


async def test_a_program_keeps_its_recurrence_and_how_its_limits_combine(api: FrontDoor, tenant: Tenant) -> None:
    program = await add(
        api, tenant, "POST /maintenance-programs", A_CHECK | {"recurrence": "to_plan", "combine": "last"}
    )
    path = f"/maintenance-programs/{program['id']}"

    changed = await api(tenant.planner, f"PATCH {path}", {"recurrence": "fixed", "combine": "first"})
    shown = await api(tenant.planner, f"GET {path}")

    assert (program["recurrence"], program["combine"]) == ("to_plan", "last")
    assert (changed.json["recurrence"], changed.json["combine"]) == ("fixed", "first")
    assert shown.json == changed.json


async def test_wrong_limits_are_named_one_by_one(api: FrontDoor, tenant: Tenant) -> None:
    body = A_CHECK | {"limits": [{"interval_type": "flight_hours", "interval_minutes": "0:30"}]}

    answer = await api(tenant.planner, "POST /maintenance-programs", body)

    assert (answer.status, answer.code) == (422, "VALIDATION")
    assert [(fault["pointer"], fault["code"]) for fault in answer.json["errors"]] == [
        ("/limits/0/interval_minutes", "WHOLE_HOURS")
    ]


async def test_a_program_is_edited_paused_and_deleted(api: FrontDoor, tenant: Tenant) -> None:
    program = await add(api, tenant, "POST /maintenance-programs", A_CHECK)
    path = f"/maintenance-programs/{program['id']}"

    paused = await api(tenant.planner, f"PATCH {path}", {"active": False}, headers={"if-match": '"v1"'})
    stale = await api(tenant.planner, f"PATCH {path}", {"name": "B"}, headers={"if-match": '"v1"'})
    listed = await api(tenant.planner, "GET /maintenance-programs?active=false")
    deleted = await api(tenant.planner, f"DELETE {path}", headers={"if-match": '"v2"'})
    gone = await api(tenant.planner, f"GET {path}")

    assert (paused.status, paused.json["version"], paused.json["active"]) == (200, 2, False)
    assert (stale.status, stale.code) == (412, "PRECONDITION_FAILED")
    assert [each["id"] for each in listed.json["items"]] == [program["id"]]
    assert (deleted.status, gone.status) == (204, 404)


async def test_an_aircraft_edited_with_blanks_around_its_model_comes_under_the_models_programs(
    api: FrontDoor, tenant: Tenant
) -> None:
    await add(api, tenant, "POST /maintenance-programs", A_CHECK)
    aircraft = await add(api, tenant, "POST /aircraft", AN_AIRCRAFT | {"model": "737-800"})

    await api(tenant.planner, f"PATCH /aircraft/{aircraft['id']}", {"model": f" {A_CHECK['model']} "})

    assert len(await the_due_items(api, tenant)) == 1


async def test_a_programs_names_are_more_than_blanks(api: FrontDoor, tenant: Tenant) -> None:
    program = await add(api, tenant, "POST /maintenance-programs", A_CHECK | {"name": " A check "})
    blank = {"code": " ", "name": "\t", "model": "  "}

    created = await api(tenant.planner, "POST /maintenance-programs", A_CHECK | blank)
    edited = await api(tenant.planner, f"PATCH /maintenance-programs/{program['id']}", {"name": "   "})

    assert program["name"] == "A check"
    assert {fault["pointer"] for fault in created.json["errors"]} == {"/code", "/name", "/model"}
    assert (edited.status, edited.json["errors"][0]["pointer"]) == (422, "/name")


async def test_a_chapter_is_one_of_the_table_and_finds_all_below_it(api: FrontDoor, tenant: Tenant) -> None:
    for code, chapter in (("GEAR", "3211"), ("BRAKE", "32-40-00"), ("LIGHT", "33"), ("NONE", None)):
        await add(api, tenant, "POST /maintenance-programs", A_CHECK | {"code": code, "ata_chapter": chapter})
    unknown = await api(tenant.planner, "POST /maintenance-programs", A_CHECK | {"ata_chapter": "99-10"})

    async def found(chapter: str) -> list[tuple[str, str]]:
        listed = await api(tenant.mechanic, f"GET /maintenance-programs?ata_chapter={chapter}")
        return [(each["code"], each["ata_chapter"]) for each in listed.json["items"]]

    assert await found("32") == [("BRAKE", "32-40-00"), ("GEAR", "32-11")]
    assert await found("3240") == [("BRAKE", "32-40-00")]
    assert await found("21") == []
    assert (await api(tenant.mechanic, "GET /maintenance-programs?ata_chapter=3")).status == 422
    assert [(each["pointer"], each["code"]) for each in unknown.json["errors"]] == [("/ata_chapter", "NOT_FOUND")]
    assert "99" in unknown.json["errors"][0]["message"]


async def test_a_chapter_is_edited_and_cleared(api: FrontDoor, tenant: Tenant) -> None:
    program = await add(api, tenant, "POST /maintenance-programs", A_CHECK | {"ata_chapter": "05-20"})
    path = f"PATCH /maintenance-programs/{program['id']}"

    same = await api(tenant.planner, path, {"ata_chapter": "0520"})
    edited = await api(tenant.planner, path, {"ata_chapter": "72"})
    unknown = await api(tenant.planner, path, {"ata_chapter": "01", "limits": [{"interval_type": "cycles"}]})
    cleared = await api(tenant.planner, path, {"ata_chapter": None})

    assert same.json == program
    assert (edited.json["ata_chapter"], cleared.json["ata_chapter"]) == ("72", None)
    assert {each["pointer"] for each in unknown.json["errors"]} == {"/ata_chapter", "/limits/0/interval"}


async def test_an_airworthiness_limitation_is_marked_and_found(api: FrontDoor, tenant: Tenant) -> None:
    limitation = await add(api, tenant, "POST /maintenance-programs", A_CHECK | {"airworthiness_limitation": True})
    plain = await add(api, tenant, "POST /maintenance-programs", A_CHECK | {"code": "PLAIN"})

    async def marked() -> list[str]:
        listed = await api(tenant.mechanic, "GET /maintenance-programs?airworthiness_limitation=true")
        return [each["id"] for each in listed.json["items"]]

    before = await marked()
    for program in (limitation, plain):
        change = {"airworthiness_limitation": not program["airworthiness_limitation"]}
        await api(tenant.planner, f"PATCH /maintenance-programs/{program['id']}", change)
    assert (before, await marked()) == ([limitation["id"]], [plain["id"]])


async def test_a_code_is_taken_once(api: FrontDoor, tenant: Tenant, another_tenant: Tenant) -> None:
    await add(api, tenant, "POST /maintenance-programs", A_CHECK)

    again = await api(tenant.planner, "POST /maintenance-programs", A_CHECK)
    elsewhere = await api(another_tenant.planner, "POST /maintenance-programs", A_CHECK)

    assert (again.status, again.code, elsewhere.status) == (409, "DUPLICATE", 201)


async def test_an_aircraft_that_joins_is_due_and_told_why(api: FrontDoor, tenant: Tenant) -> None:
    program = await add(api, tenant, "POST /maintenance-programs", A_CHECK)
    aircraft = await add(api, tenant, "POST /aircraft", AN_AIRCRAFT | {"flight_minutes_total": "10:00"})
    today = system_clock().date()
    due_on = today + timedelta(20)

    (listed,) = await the_due_items(api, tenant)
    answer = await api(tenant.auditor, f"GET /due-items/{listed['id']}")

    shown = answer.json
    explained = [limit.pop("explain") for limit in shown["limits"]]
    assert shown == listed
    assert listed["program"] == {"id": program["id"], "code": "A-CHK", "name": "A check"}
    assert listed["aircraft"] == {"id": aircraft["id"], "tail_number": "G-ABCD"}
    assert (listed["status"], listed["driving_limit"]) == ("notify", "flight_hours")
    assert (listed["projected_on"], listed["projection"]) == (due_on.isoformat(), "planned")
    assert aircraft["next_due"] == due_on.isoformat()
    assert listed["limits"][0] == {
        "interval_type": "flight_hours",
        "unit": "minutes",
        "interval": 36000,
        "due": 6600,
        "remaining": 6000,
        "early": 0,
        "late": 3600,
        "tolerance_unit": "minutes",
        "extension": 0,
    }
    assert answer.headers["etag"] == '"v1"'
    assert explained[0] == (
        f"Due at 110:00 FH = 10:00 FH (assigned on {today}) + 100:00 FH; "
        f"100:00 FH left, used up on {due_on} at the planned daily rate."
    )


async def test_the_due_list_is_filtered_sorted_and_paged(api: FrontDoor, tenant: Tenant) -> None:
    for number, rate in enumerate((300, 600, None)):
        await add(
            api, tenant, "POST /aircraft",
            AN_AIRCRAFT | {"tail_number": f"G-00{number}", "planned_daily_minutes": rate},
        )  # fmt: skip
    await add(api, tenant, "POST /aircraft", AN_AIRCRAFT | {"tail_number": "G-BO", "model": "737-800"})
    hours = {"interval_type": "flight_hours", "interval_value": 1000}
    base = {key: value for key, value in A_CHECK.items() if key != "limits"}
    program = await add(api, tenant, "POST /maintenance-programs", base | hours)
    await add(api, tenant, "POST /maintenance-programs", base | hours | {"code": "B", "model": "737-800"})

    async def tails(query: str) -> list[str]:
        return [each["aircraft"]["tail_number"] for each in await the_due_items(api, tenant, query)]

    today = system_clock().date()
    first = await api(tenant.planner, "GET /due-items?limit=3&count=true")
    last = await api(tenant.planner, f"GET /due-items?limit=3&count=true&cursor={first.json['next_cursor']}")
    assert first.json["items"][0]["aircraft"]["tail_number"] == "G-001"
    assert [each["projected_on"] for each in last.json["items"]] == [None]
    assert (first.json["total"], last.json["next_cursor"]) == (4, None)
    assert await tails(f"?program_id={program['id']}") == ["G-001", "G-000", "G-002"]
    assert await tails("?sort=-tail_number") == ["G-BO", "G-002", "G-001", "G-000"]
    assert len(await tails("?sort=remaining")) == 4
    assert await tails("?tail_number=g-002") == ["G-002"]
    assert await tails("?model=737-800&status=ok") == ["G-BO"]
    assert await tails(f"?due_before={today + timedelta(101)}") == ["G-001"]
    assert await tails("?unplanned=false") == []
    assert len(await tails("?unplanned=true")) == 4
    assert await tails("?status=overdue") == []


async def test_an_aircraft_shows_what_is_due_on_it(api: FrontDoor, tenant: Tenant, another_tenant: Tenant) -> None:
    await add(api, tenant, "POST /maintenance-programs", A_CHECK)
    aircraft = await add(api, tenant, "POST /aircraft", AN_AIRCRAFT)
    await add(api, tenant, "POST /aircraft", AN_AIRCRAFT | {"tail_number": "G-OTHR"})
    path = f"GET /aircraft/{aircraft['id']}/due-items"

    own = await api(tenant.mechanic, f"{path}?status=notify")
    foreign = await api(another_tenant.mechanic, path)
    unknown = await api(tenant.mechanic, f"GET /aircraft/{new_id()}/due-items")

    assert [each["aircraft"]["tail_number"] for each in own.json["items"]] == ["G-ABCD"]
    assert (foreign.status, unknown.status) == (404, 404)


async def test_another_tenants_programs_and_due_items_do_not_exist(
    api: FrontDoor, tenant: Tenant, another_tenant: Tenant
) -> None:
    program = await add(api, another_tenant, "POST /maintenance-programs", A_CHECK)
    aircraft = await add(api, another_tenant, "POST /aircraft", AN_AIRCRAFT)
    (due,) = await the_due_items(api, another_tenant)
    path = f"/maintenance-programs/{program['id']}"

    answers = [
        await api(tenant.planner, f"GET {path}"),
        await api(tenant.planner, f"PATCH {path}", {"name": "stolen"}),
        await api(tenant.planner, f"DELETE {path}"),
        await api(tenant.planner, f"GET /due-items/{due['id']}"),
        await api(tenant.planner, "POST /maintenance-programs",
                  {**A_CHECK, "model": None, "aircraft_id": aircraft["id"]}),
    ]  # fmt: skip
    lists = [
        (await api(tenant.planner, f"GET {route}")).json["items"]
        for route in ("/maintenance-programs", "/due-items", f"/due-items?aircraft_id={aircraft['id']}")
    ]

    assert [answer.status for answer in answers] == [404] * 5
    assert lists == [[], [], []]


async def test_a_mechanic_reads_programs_and_changes_none(api: FrontDoor, tenant: Tenant) -> None:
    program = await add(api, tenant, "POST /maintenance-programs", A_CHECK)
    path = f"/maintenance-programs/{program['id']}"

    answers = [
        await api(tenant.mechanic, f"GET {path}"),
        await api(tenant.mechanic, "POST /maintenance-programs", A_CHECK),
        await api(tenant.mechanic, f"PATCH {path}", {"name": "B"}),
        await api(tenant.mechanic, f"DELETE {path}"),
    ]

    assert [answer.status for answer in answers] == [200, 403, 403, 403]
