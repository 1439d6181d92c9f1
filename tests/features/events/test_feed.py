"""Reading an organization's events in their order."""

from typing import Any

from amss.features.events import queries
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.tenants import Tenant
from builders.webhooks import a_worker, an_aircraft, publish_all

URL = "https://erp.example/hook"


async def published(installation: Installation) -> None:
    async with a_worker(installation) as worker:
        await publish_all(worker)


async def test_the_feed_is_read_part_by_part_without_a_gap(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    for n in range(5):
        await an_aircraft(api, tenant, f"G-{n:03}")
    await published(installation)

    parts: list[Any] = []
    after, at_end = 0, False
    while not at_end:
        part = (await api(tenant.planner, f"GET /events?after={after}&limit=2")).json
        after, at_end = part["next_after"], part["at_end"]
        parts.append(part["items"])

    assert [len(each) for each in parts] == [2, 2, 1]
    events = [event for part in parts for event in part]
    assert [event["feedposition"] for event in events] == [1, 2, 3, 4, 5]
    assert [event["data"]["tail_number"] for event in events] == [f"G-{n:03}" for n in range(5)]
    assert events[0].keys() == {
        "specversion", "id", "source", "type", "subject", "time", "datacontenttype", "sequence", "orgid", "requestid",
        "traceparent", "data", "feedposition",
    }  # fmt: skip
    again = (await api(tenant.planner, f"GET /events?after={after}")).json
    assert again == {"items": [], "next_after": 5, "at_end": True}


async def test_everybody_sees_the_types_his_role_may_read_and_goes_on_over_the_others(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    await an_aircraft(api, tenant, "G-ONE")
    await api(tenant.tenant_admin, "POST /webhooks", {"url": URL, "events": ["*"]})
    await an_aircraft(api, tenant, "G-TWO")
    await api(tenant.tenant_admin, "POST /api-keys", {"name": "ERP", "role": "auditor"})
    await published(installation)

    seen = {
        who: (await api(person, "GET /events")).json
        for who, person in {"mechanic": tenant.mechanic, "auditor": tenant.auditor}.items()
    }
    chosen = (await api(tenant.auditor, "GET /events?type=webhook.*")).json
    by_name = (await api(tenant.auditor, "GET /events?type=api_key.created")).json

    assert [event["type"] for event in seen["mechanic"]["items"]] == ["aircraft.created"] * 2
    assert [event["feedposition"] for event in seen["auditor"]["items"]] == [1, 2, 3, 4]
    assert {(part["next_after"], part["at_end"]) for part in [*seen.values(), chosen, by_name]} == {(4, True)}
    assert [event["type"] for event in chosen["items"]] == ["webhook.created"]
    assert [event["type"] for event in by_name["items"]] == ["api_key.created"]


async def test_a_reader_of_few_types_gets_on_in_bounded_steps(
    api: FrontDoor, tenant: Tenant, installation: Installation, monkeypatch: Any
) -> None:
    monkeypatch.setattr(queries, "LOOKED_THROUGH", 2)
    for n in range(4):
        await an_aircraft(api, tenant, f"G-{n:03}")
    await api(tenant.tenant_admin, "POST /webhooks", {"url": URL, "events": ["*"]})
    await published(installation)

    parts = [(await api(tenant.auditor, f"GET /events?type=webhook.*&after={n}")).json for n in (0, 2, 4)]

    assert [(len(each["items"]), each["next_after"], each["at_end"]) for each in parts] == [
        (0, 2, False), (0, 4, False), (1, 5, True),
    ]  # fmt: skip


async def test_a_position_the_feed_does_not_reach_is_refused(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    await an_aircraft(api, tenant)
    await published(installation)

    beyond = await api(tenant.planner, "GET /events?after=2")
    unknown = await api(tenant.planner, "GET /events?type=wing.*")
    negative = await api(tenant.planner, "GET /events?after=-1")

    assert [(each["pointer"], each["code"]) for each in beyond.json["errors"]] == [("after", "RANGE")]
    assert [(each["pointer"], each["code"]) for each in unknown.json["errors"]] == [("type", "UNKNOWN")]
    assert negative.status == 422


async def test_who_comes_too_late_for_what_was_kept_is_told(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    for n in range(5):
        await an_aircraft(api, tenant, f"G-{n:03}")
    await published(installation)
    await installation.owner.execute(
        "DELETE FROM outbox_events WHERE org_id = $1 AND feed_position < 4", tenant.org_id
    )

    late = await api(tenant.planner, "GET /events?after=1")
    in_time = (await api(tenant.planner, "GET /events?after=3")).json
    anew = (await api(tenant.planner, "GET /events")).json

    assert (late.status, late.code) == (409, "EVENTS_NO_LONGER_KEPT")
    assert "go on after position 3" in late.json["detail"]
    assert [event["feedposition"] for event in in_time["items"]] == [4, 5]
    assert anew == in_time


async def test_an_organization_without_events_has_an_empty_feed(api: FrontDoor, tenant: Tenant) -> None:
    assert (await api(tenant.mechanic, "GET /events")).json == {"items": [], "next_after": 0, "at_end": True}
