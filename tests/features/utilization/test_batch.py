"""What a fleet flew, in one request: each entry judged for itself, each aircraft re-projected once."""

from typing import Any

from amss.foundation.ids import new_id
from builders.flights import flown, ledger_of, summed_up, totals_of
from builders.front_door import FrontDoor, Reply
from builders.installation import Installation
from builders.tasks import a_program, due_items_of, events_of, fleet_of_one
from builders.tenants import Tenant

ROUTE = "POST /utilization:batch"


async def enter_all(api: FrontDoor, tenant: Tenant, items: list[Any], **headers: str) -> Reply:
    answer = await api(tenant.mechanic, ROUTE, {"items": items}, headers=headers)
    assert answer.status == 200, answer.body
    return answer


async def test_aircraft_are_named_by_id_or_by_tail_number(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], installation: Installation
) -> None:
    another = await fleet_of_one(api, tenant.planner, tail_number="G-TWO")

    answer = await enter_all(
        api,
        tenant,
        [
            flown(aircraft_id=aircraft["id"]),
            flown(tail_number="g-abcd", days_ago=1),
            flown(tail_number=" G-TWO "),
        ],
    )

    results = answer.json["results"]
    assert [(each["index"], each["status"]) for each in results] == [(0, 201), (1, 201), (2, 201)]
    assert [each["id"] for each in await ledger_of(api, tenant.planner, aircraft)] == [
        results[0]["id"],
        results[1]["id"],
    ]
    assert await totals_of(api, tenant.planner, aircraft) == (6660, 78)
    assert await totals_of(api, tenant.planner, another) == (6330, 74)
    assert await summed_up(installation, aircraft) == (6660, 78)


async def test_a_refused_entry_leaves_its_neighbours_entered(
    api: FrontDoor, tenant: Tenant, another_tenant: Tenant, aircraft: dict[str, Any], installation: Installation
) -> None:
    theirs = await fleet_of_one(api, another_tenant.planner, tail_number="G-THEIRS")
    await fleet_of_one(api, tenant.planner, tail_number="G-OLD", status="retired")
    its: dict[str, Any] = {"aircraft_id": aircraft["id"]}
    before = await events_of(installation, tenant.org_id)

    answer = await enter_all(
        api,
        tenant,
        [
            flown(minutes=1000, **its),
            flown(minutes=500, **its),
            flown(minutes=440, **its),
            flown(aircraft_id=theirs["id"]),
            flown(tail_number="G-THEIRS"),
            flown(aircraft_id=str(new_id())),
            flown(tail_number="G-OLD"),
            flown(),
            flown(tail_number="G-ABCD", **its),
            flown(days_ago=-1, **its),
            flown(minutes=-5, **its),
            "a flight",
        ],
    )

    results = answer.json["results"]
    assert [each["status"] for each in results] == [201, 409, 201, 404, 404, 404, 409, 422, 422, 422, 422, 400]
    assert [results[n]["problem"]["code"] for n in (1, 6)] == ["UNUSUAL_UTILIZATION", "AIRCRAFT_RETIRED"]
    assert await totals_of(api, tenant.planner, aircraft) == (7440, 78)
    assert await summed_up(installation, aircraft) == (7440, 78)
    assert (await events_of(installation, tenant.org_id))[len(before) :] == ["aircraft.utilization_recorded"] * 2


async def test_a_flight_named_again_further_down_corrects_the_one_before_it(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any]
) -> None:
    its: dict[str, Any] = {"aircraft_id": aircraft["id"], "external_id": "BA123"}

    answer = await enter_all(api, tenant, [flown(**its), flown(**its), flown(minutes=200, **its)])

    first, again, corrected = (each["id"] for each in answer.json["results"])
    assert first == again != corrected
    assert len(await ledger_of(api, tenant.planner, aircraft)) == 3
    assert await totals_of(api, tenant.planner, aircraft) == (6200, 74)


async def test_what_is_due_moves_once_for_all_entries_of_an_aircraft(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], installation: Installation
) -> None:
    limits = [{"interval_type": "flight_hours", "interval_minutes": 600}]
    await a_program(api, tenant.planner, aircraft_id=aircraft["id"], model=None, limits=limits)
    orders = [flown(days_ago=1, minutes=600), flown(minutes=700)]

    await enter_all(api, tenant, [order | {"aircraft_id": aircraft["id"]} for order in orders])

    (item,) = await due_items_of(api, tenant.planner)
    assert (item["status"], item["limits"][0]["remaining"]) == ("overdue", 600 - 1300)
    # Not from ok to due, and then from due to overdue.
    assert (await events_of(installation, tenant.org_id)).count("due_item.status_changed") == 1


async def test_a_repeated_batch_gets_the_first_answer_and_enters_nothing_twice(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any]
) -> None:
    items = [flown(aircraft_id=aircraft["id"]), {}]

    first = await enter_all(api, tenant, items, **{"idempotency-key": "once"})
    again = await enter_all(api, tenant, items, **{"idempotency-key": "once"})

    assert again.body == first.body
    assert await totals_of(api, tenant.planner, aircraft) == (6330, 74)


async def test_a_body_nested_too_deeply_is_refused_at_whatever_depth_it_is_noticed(
    api: FrontDoor, tenant: Tenant
) -> None:
    statuses: set[int] = set()
    for depth in range(900, 1000):
        raw = b'{"items":[{"x":' + b"[" * depth + b"]" * depth + b"}]}"
        key = {"idempotency-key": f"deep-{depth}"}
        statuses.add((await api(tenant.planner, "POST /utilization:batch", raw, headers=key)).status)

    assert statuses == {200, 400}
