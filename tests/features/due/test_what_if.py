"""What if they flew otherwise? The list answers it, and nothing is stored."""

from datetime import UTC, datetime
from typing import Any

import pytest

from amss.features.due import what_if
from builders.due_list import MODELS, a_fleet, due_list
from builders.front_door import FrontDoor
from builders.tenants import Tenant

QUESTIONS = (
    "sort=projected_on",
    "sort=-remaining",
    "sort=-tail_number",
    "status=notify",
    "horizon_days=60",
    "due_before=2027-06-01&unplanned=true",
    "status=ok&tail_number=g-bbbb",
)


@pytest.mark.parametrize("question", QUESTIONS)
async def test_it_is_answered_as_if_the_rate_were_the_aircrafts_own(
    api: FrontDoor, tenant: Tenant, question: str
) -> None:
    fleet = await a_fleet(api, tenant)
    asked = f"{question}&model=A320-214&count=true&facets=status"

    supposed = await due_list(api, tenant.planner, f"{asked}&daily_minutes=600&daily_cycles=9.5")
    for tail_number, model in MODELS.items():
        if model == "A320-214":
            rates = {"planned_daily_minutes": 600, "planned_daily_cycles": 9.5}
            await api(tenant.planner, f"PATCH /aircraft/{fleet[tail_number]}", rates)
    real = await due_list(api, tenant.planner, asked)

    assert supposed.pop("what_if") == {"daily_minutes": 600.0, "daily_cycles": 9.5}
    assert supposed == real
    assert real["items"]


async def test_a_rate_that_is_not_supposed_stays_as_it_is_also_when_it_was_measured(
    api: FrontDoor, tenant: Tenant
) -> None:
    fleet = await a_fleet(api, tenant)
    aircraft = f"/aircraft/{fleet['G-CCCC']}"
    today = datetime.now(UTC).date()
    await api(
        tenant.planner, f"POST {aircraft}/utilization", {"flown_on": today, "flight_minutes": 300, "cycles": 20}
    )
    measured = flown(await due_list(api, tenant.planner, f"aircraft_id={fleet['G-CCCC']}"))

    supposed = flown(await due_list(api, tenant.planner, f"aircraft_id={fleet['G-CCCC']}&daily_minutes=0"))

    assert (measured["projection"], measured["driving_limit"]) == ("measured", "flight_hours")
    assert (supposed["projection"], supposed["driving_limit"]) == ("measured", "cycles")


async def test_nothing_is_stored(api: FrontDoor, tenant: Tenant) -> None:
    await a_fleet(api, tenant)
    before = await due_list(api, tenant.planner)

    await due_list(api, tenant.planner, "model=A320-214&daily_minutes=1440")

    assert await due_list(api, tenant.planner) == before


async def test_one_says_whose_rate_it_is_and_asks_for_one_page(api: FrontDoor, tenant: Tenant) -> None:
    refused = await api(tenant.planner, "GET /due-items?daily_minutes=600&cursor=more")

    assert (refused.status, refused.code) == (422, "VALIDATION")
    assert [each["pointer"] for each in refused.json["errors"]] == ["aircraft_id", "cursor"]


async def test_an_order_that_there_is_not_is_refused_as_ever(api: FrontDoor, tenant: Tenant) -> None:
    refused = await api(tenant.planner, "GET /due-items?daily_minutes=600&model=A320-214&sort=colour")

    assert [each["pointer"] for each in refused.json["errors"]] == ["sort"]


async def test_more_than_can_be_judged_anew_is_refused(
    api: FrontDoor, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    await a_fleet(api, tenant)
    monkeypatch.setattr(what_if, "MOST", 9)

    refused = await api(tenant.planner, "GET /due-items?daily_minutes=600&model=A320-214")
    answered = await api(tenant.planner, "GET /due-items?daily_minutes=600&model=B737-800")

    assert (refused.status, refused.json["errors"][0]["code"]) == (422, "TOO_MANY")
    assert (answered.status, len(answered.json["items"])) == (200, 5)


def flown(answer: Any) -> Any:
    return next(each for each in answer["items"] if each["program"]["code"].startswith("FLOWN"))
