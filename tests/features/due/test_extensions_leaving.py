"""What becomes of extensions when what they extend leaves the due list, and of decisions on an old version."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from builders.extensions import EVERY_90_DAYS, approve, ask, extend, past_due, reject, shown
from builders.front_door import FrontDoor
from builders.tasks import fleet_of_one
from builders.tenants import Tenant

Leaving = Callable[[FrontDoor, Tenant, dict[str, Any]], Awaitable[None]]


async def retire(api: FrontDoor, tenant: Tenant, item: dict[str, Any]) -> None:
    route = f"POST /aircraft/{item['aircraft']['id']}/retire"
    assert (await api(tenant.planner, route, {"reason": "Sold for parts"})).status == 200


async def delete(api: FrontDoor, tenant: Tenant, item: dict[str, Any]) -> None:
    assert (await api(tenant.planner, f"DELETE /aircraft/{item['aircraft']['id']}")).status == 204


async def become_another_model(api: FrontDoor, tenant: Tenant, item: dict[str, Any], model: str = "A321-211") -> None:
    assert (await api(tenant.planner, f"PATCH /aircraft/{item['aircraft']['id']}", {"model": model})).status == 200


@pytest.mark.parametrize("leave", [retire, delete, become_another_model])
async def test_what_leaves_the_due_list_takes_its_extensions_along(
    api: FrontDoor, tenant: Tenant, leave: Leaving
) -> None:
    two_limits = [EVERY_90_DAYS, {"interval_type": "cycles", "interval": 50, "max_extension": 20}]
    item = await past_due(api, tenant.planner, limits=two_limits)
    granted = await extend(api, tenant, item)
    asked = (await ask(api, tenant.planner, item, 5, interval_type="cycles")).json

    await leave(api, tenant, item)

    listed = {each["id"]: each for each in (await api(tenant.auditor, "GET /due-item-extensions")).json["items"]}
    assert listed[granted["id"]]["ended_at"] is not None
    assert listed[asked["id"]]["status"] == "lapsed"


async def test_an_aircraft_that_comes_back_to_its_model_finds_no_old_extension_in_force(
    api: FrontDoor, tenant: Tenant
) -> None:
    item = await past_due(api, tenant.planner)
    await extend(api, tenant, item)
    model = (await api(tenant.planner, f"GET /aircraft/{item['aircraft']['id']}")).json["model"]

    for other in ("A321-211", model):
        await become_another_model(api, tenant, item, other)

    back = await shown(api, tenant.planner, item)
    assert (back["status"], back["limits"][0]["extension"]) == ("overdue", 0)


async def test_a_decision_on_an_old_version_is_refused(api: FrontDoor, tenant: Tenant) -> None:
    asked = (await ask(api, tenant.planner, await past_due(api, tenant.planner))).json

    stale = await approve(api, tenant.tenant_admin, asked, **{"if-match": '"v7"'})
    fresh = await approve(api, tenant.tenant_admin, asked, **{"if-match": '"v1"'})

    assert (stale.status, fresh.status) == (412, 200)


async def test_other_aircraft_keep_their_extensions(api: FrontDoor, tenant: Tenant) -> None:
    item = await past_due(api, tenant.planner)
    granted = await extend(api, tenant, item)
    other = await fleet_of_one(api, tenant.planner, tail_number="G-OTHR")

    await api(tenant.planner, f"POST /aircraft/{other['id']}/retire", {"reason": "Sold"})

    in_force = (await api(tenant.auditor, "GET /due-item-extensions?in_force=true")).json["items"]
    assert [each["id"] for each in in_force] == [granted["id"]]
    assert (await reject(api, tenant.tenant_admin, granted)).code == "EXTENSION_DECIDED"
