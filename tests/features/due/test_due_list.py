"""The due list: what is in it, how it is filtered, counted and ordered."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from builders.due_list import a_fleet, due_list, listed
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.programs import at
from builders.tenants import Tenant

# Where the date is another one than in London for most of the day.
LINE_ISLANDS = "Pacific/Kiritimati"


async def test_the_counts_by_status_are_those_of_the_list(api: FrontDoor, tenant: Tenant) -> None:
    fleet = await a_fleet(api, tenant)
    soon = datetime.now(UTC).date() + timedelta(days=20)
    some = (await due_list(api, tenant.planner))["items"][0]
    filters = product(
        ("", f"aircraft_id={fleet['G-AAAA']}", "tail_number=g-bbbb", "model=B737-800"),
        ("", "status=overdue", "status=ok"),
        ("", f"due_before={soon}", "horizon_days=0", f"program_id={some['program']['id']}"),
        ("", "unplanned=true", "unplanned=false"),
    )

    for chosen in filters:
        asked = "&".join(each for each in chosen if each)
        others = "&".join(each for each in chosen if each and not each.startswith("status="))
        answer = await due_list(api, tenant.planner, "&".join(filter(None, (asked, "count=true", "facets=status"))))
        everything = (await due_list(api, tenant.planner, others))["items"]

        counts = answer["facets"]["status"]
        assert list(counts) == ["ok", "notify", "due", "in_extension", "overdue"]
        assert +Counter(counts) == Counter(each["status"] for each in everything), asked
        assert answer["total"] == len(answer["items"]), asked
        if "status=" in asked:
            assert {each["status"] for each in answer["items"]} <= {asked.partition("status=")[2].partition("&")[0]}


async def test_only_what_can_be_counted_is_counted(api: FrontDoor, tenant: Tenant) -> None:
    refused = await api(tenant.planner, "GET /due-items?facets=model")

    assert (refused.status, refused.code) == (422, "VALIDATION")
    assert refused.json["errors"] == [{"pointer": "facets", "code": "UNKNOWN", "message": "Count by one of: status."}]


@pytest.mark.parametrize("sort", ["projected_on", "remaining", "tail_number"])
async def test_every_order_is_walked_page_by_page_there_and_back(api: FrontDoor, tenant: Tenant, sort: str) -> None:
    await a_fleet(api, tenant)
    there = [each["id"] for each in (await due_list(api, tenant.planner, f"sort={sort}"))["items"]]

    for direction, expected in (("", there), ("-", there[::-1])):
        walked: list[str] = []
        cursor = ""
        while cursor is not None:
            page = (await api(tenant.planner, f"GET /due-items?limit=4&sort={direction}{sort}{cursor}")).json
            walked += [each["id"] for each in page["items"]]
            cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"
        assert walked == expected
    assert len(there) == 15


async def test_a_list_by_tail_number_goes_through_the_fleet(api: FrontDoor, tenant: Tenant) -> None:
    await a_fleet(api, tenant)

    lines = await listed(api, tenant.planner, "sort=tail_number")

    tails = [line.partition(" ")[0] for line in lines]
    assert tails == sorted(tails)


async def test_what_is_due_within_some_days_counts_them_where_the_organization_is(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    await installation.owner.execute(
        "UPDATE organizations SET time_zone = $2 WHERE id = $1", tenant.org_id, LINE_ISLANDS
    )
    await a_fleet(api, tenant)
    items = (await due_list(api, tenant.planner))["items"]
    soon = next(each for each in items if each["program"]["code"].startswith("SOON"))
    days = (date.fromisoformat(soon["projected_on"]) - datetime.now(ZoneInfo(LINE_ISLANDS)).date()).days

    within = await listed(api, tenant.planner, f"horizon_days={days}")
    before = await listed(api, tenant.planner, f"horizon_days={days - 1}")

    assert set(within) - set(before) == {f"{tail} SOON" for tail in ("G-AAAA", "G-BBBB", "G-CCCC")}
    assert any("OVERDUE" in line for line in before)


async def test_a_retired_or_deleted_aircraft_is_out_of_the_list_until_it_is_back(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    fleet = await a_fleet(api, tenant)
    changes = (
        ("status = 'retired'", "status = 'operational'", 10),
        ("deleted_at = now()", "deleted_at = NULL", 10),
        ("status = 'grounded'", "status = 'operational'", 15),
    )

    for gone, back, left in changes:
        for change, expected in ((gone, left), (back, 15)):
            async with at(installation, tenant) as tx:
                await tx.run(
                    f"UPDATE aircraft SET {change} WHERE org_id = $1 AND id = $2", tx.org_id, fleet["G-AAAA"]
                )
            answer = await due_list(api, tenant.planner, "count=true&facets=status")
            assert (answer["total"], sum(answer["facets"]["status"].values())) == (expected, expected), change


async def test_a_paused_program_is_out_of_the_list_and_a_deleted_one_stays_out(
    api: FrontDoor, tenant: Tenant
) -> None:
    await a_fleet(api, tenant)
    items = (await due_list(api, tenant.planner, "model=B737-800"))["items"]
    program = f"/maintenance-programs/{items[0]['program']['id']}"

    left: list[int] = []
    for act, body in (
        (f"PATCH {program}", {"active": False}),
        (f"PATCH {program}", {"active": True}),
        (f"DELETE {program}", None),
    ):
        done = await api(tenant.planner, act, body)
        assert done.status in (200, 204), done.body
        left.append(len((await due_list(api, tenant.planner, "model=B737-800"))["items"]))

    assert left == [4, 5, 4]
    gone = await api(tenant.planner, f"GET /due-items/{items[0]['id']}")
    assert gone.status == 404


async def test_a_new_tail_number_is_shown_found_and_put_in_its_place(api: FrontDoor, tenant: Tenant) -> None:
    fleet = await a_fleet(api, tenant)

    await api(tenant.planner, f"PATCH /aircraft/{fleet['G-AAAA']}", {"tail_number": "G-ZZZZ"})

    lines = await listed(api, tenant.planner, "sort=tail_number")
    assert [line.partition(" ")[0] for line in lines] == ["G-BBBB"] * 5 + ["G-CCCC"] * 5 + ["G-ZZZZ"] * 5
    assert len(await listed(api, tenant.planner, "tail_number=G-ZZZZ")) == 5
    assert await listed(api, tenant.planner, "tail_number=G-AAAA") == []


async def test_an_aircraft_of_another_model_is_found_under_that_one(api: FrontDoor, tenant: Tenant) -> None:
    fleet = await a_fleet(api, tenant)

    await api(tenant.planner, f"PATCH /aircraft/{fleet['G-AAAA']}", {"model": "B737-800"})

    tails = {line.partition(" ")[0] for line in await listed(api, tenant.planner, "model=B737-800")}
    assert tails == {"G-AAAA", "G-CCCC"}
    assert len(await listed(api, tenant.planner, "model=A320-214")) == 5
