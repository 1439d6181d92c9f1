"""What can happen, as integrators look it up."""

import re
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

from amss.journal.event_types import EventType
from amss.server.event_catalogue import data_of
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.tenants import Tenant
from builders.webhooks import a_worker, an_aircraft, publish_all


async def catalogue_of(api: FrontDoor, tenant: Tenant) -> dict[str, Any]:
    listed = await api(tenant.mechanic, "GET /event-types")
    assert listed.status == 200
    return {each["type"]: each for each in listed.json["items"]}


async def test_every_type_stands_in_the_catalogue_with_a_schema(api: FrontDoor, tenant: Tenant) -> None:
    catalogue = await catalogue_of(api, tenant)

    assert list(catalogue) == [each.value for each in EventType]
    for each in catalogue.values():
        Draft202012Validator.check_schema(each["data"])
    assert catalogue["api_key.created"]["permission"] == "read_api_keys"


async def test_an_event_in_the_feed_fits_its_schema_and_another_does_not(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    aircraft_id = await an_aircraft(api, tenant)
    await api(tenant.planner, f"PATCH /aircraft/{aircraft_id}", {"manufacturer": "Airbus"})
    async with a_worker(installation) as worker:
        await publish_all(worker)
    created, updated = (await api(tenant.mechanic, "GET /events")).json["items"]
    catalogue = await catalogue_of(api, tenant)

    validator = Draft202012Validator(catalogue["aircraft.updated"]["data"])
    assert updated["data"]["changed"] == ["manufacturer"]
    assert list(validator.iter_errors(updated["data"])) == []
    assert list(validator.iter_errors({**updated["data"], "status": "flying"})) != []
    assert list(Draft202012Validator(catalogue["aircraft.created"]["data"]).iter_errors(created["data"])) == []
    assert list(Draft202012Validator(catalogue["task.created"]["data"]).iter_errors(created["data"])) != []


def test_an_event_with_an_unknown_field_is_noticed() -> None:
    with pytest.raises(msgspec.ValidationError, match="unknown field"):
        msgspec.convert({"wings": 2}, data_of(EventType.AIRCRAFT_CREATED))


async def test_the_contract_of_events_names_every_type_and_refers_only_to_what_it_has(
    api: FrontDoor,
) -> None:
    answer = await api(None, "GET /asyncapi.json")
    contract = answer.json

    assert answer.status == 200
    assert contract["asyncapi"] == "3.0.0"
    assert list(contract["components"]["messages"]) == [each.value for each in EventType]
    assert {channel["address"] for channel in contract["channels"].values()} == {
        None, "amss.events", "/api/v1/events/stream",
    }  # fmt: skip
    named = set(re.findall(rb'"#/([^"]+)"', answer.body))
    assert len(named) > 2 * len(EventType)
    for each in named:
        place = contract
        for step in each.decode().split("/"):
            place = place[step]


async def test_the_rest_contract_describes_what_endpoints_are_sent(api: FrontDoor) -> None:
    contract = (await api(None, "GET /openapi.json")).json

    assert list(contract["webhooks"]) == [each.value for each in EventType]
    sent = contract["webhooks"]["task.created"]["post"]
    envelope, said = sent["requestBody"]["content"]["application/cloudevents+json"]["schema"]["allOf"]
    assert envelope == {"$ref": "#/components/schemas/CloudEvent"}
    assert said["properties"]["data"] == {"$ref": "#/components/schemas/TaskCreatedData"}
