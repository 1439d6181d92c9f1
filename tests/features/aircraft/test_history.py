"""What was done to one aircraft, as everybody who may read it sees it."""

from typing import Any

import pytest

from amss.foundation.ids import new_id
from builders.front_door import FrontDoor
from builders.tasks import fleet_of_one
from builders.tenants import Tenant


@pytest.fixture
async def aircraft(api: FrontDoor, tenant: Tenant) -> dict[str, Any]:
    """An aircraft that was taken in, edited and grounded; beside it another one."""
    aircraft = await fleet_of_one(api, tenant.planner)
    await fleet_of_one(api, tenant.planner, tail_number="G-TWO")
    await api(tenant.planner, f"PATCH /aircraft/{aircraft['id']}", {"model": "A321"})
    await api(tenant.mechanic, f"POST /aircraft/{aircraft['id']}/ground", {"reason": "Bird strike"})
    return aircraft


async def test_the_history_tells_the_latest_change_first_with_who_and_why(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any]
) -> None:
    history = await api(tenant.mechanic, f"GET /aircraft/{aircraft['id']}/history?count=true")

    assert history.status == 200, history.body
    assert history.json["total"] == 3
    assert [(each["action"], each["entity_version"], each["reason"]) for each in history.json["items"]] == [
        ("state_change", 3, "Bird strike"),
        ("update", 2, None),
        ("create", 1, None),
    ]
    latest, edited, _ = history.json["items"]
    assert latest["actor"]["id"] == str(tenant.mechanic.id)
    assert latest["details"]["after"] == {"status": "grounded", "grounded_reason": "Bird strike"}
    assert edited["details"] == {"before": {"model": "A320-214"}, "after": {"model": "A321"}}


async def test_the_history_does_not_tell_from_where_a_colleague_acted(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any]
) -> None:
    history = (await api(tenant.mechanic, f"GET /aircraft/{aircraft['id']}/history")).json["items"]
    trail = (await api(tenant.auditor, f"GET /audit-logs?entity_id={aircraft['id']}")).json["items"]

    assert [each.keys() ^ entry.keys() for each, entry in zip(history, trail, strict=True)] == [
        {"request_id", "ip_address"}
    ] * 3


async def test_pages_of_the_history_follow_one_another(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any]
) -> None:
    path = f"GET /aircraft/{aircraft['id']}/history?limit=2"

    first = (await api(tenant.planner, path)).json
    second = (await api(tenant.planner, f"{path}&cursor={first['next_cursor']}")).json
    another = (await api(tenant.planner, "GET /aircraft?tail_number=G-TWO")).json["items"][0]
    elsewhere = await api(
        tenant.planner, f"GET /aircraft/{another['id']}/history?limit=2&cursor={first['next_cursor']}"
    )

    assert [each["entity_version"] for each in first["items"] + second["items"]] == [3, 2, 1]
    assert second["next_cursor"] is None
    assert (elsewhere.status, elsewhere.code) == (400, "MALFORMED")


async def test_an_aircraft_that_is_not_there_has_no_history(
    api: FrontDoor, tenant: Tenant, another_tenant: Tenant, aircraft: dict[str, Any]
) -> None:
    unknown = await api(tenant.planner, f"GET /aircraft/{new_id()}/history")
    anothers = await api(another_tenant.planner, f"GET /aircraft/{aircraft['id']}/history")

    assert [(each.status, each.code) for each in (unknown, anothers)] == [(404, "NOT_FOUND")] * 2
