"""The feed over gRPC, read part by part, and the catalogue of what can be in it."""

from typing import Any

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from grpc import StatusCode

from amss.journal.event_types import EventType
from amss_proto.amss.v1 import event_service_pb2 as events
from amss_proto.amss.v1.history_pb2 import HistoryAction
from amss_proto.amss.v1.permission_pb2 import Permission
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.rpc_client import Client
from builders.rpc_door import RpcDoor
from builders.tenants import Tenant
from builders.webhooks import a_worker, an_aircraft, publish_all


def shown(message: Message) -> Any:
    return MessageToDict(message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True)


async def test_the_feed_is_what_rest_shows_of_it(
    api: FrontDoor, planner: Client, tenant: Tenant, installation: Installation
) -> None:
    for n in range(3):
        await an_aircraft(api, tenant, f"G-{n:03}")
    async with a_worker(installation) as worker:
        await publish_all(worker)

    first = (await planner("EventService/ListEvents", events.ListEventsRequest(limit=2))).feed
    rest = (await planner("EventService/ListEvents", events.ListEventsRequest(after=first.next_after))).feed
    over_rest = (await api(tenant.planner, "GET /events")).json

    assert [(each.next_after, each.at_end) for each in (first, rest)] == [(2, False), (3, True)]
    listed = [*shown(first)["items"], *shown(rest)["items"]]
    # JSON of protobuf writes numbers of 64 bits as text.
    assert listed == [each | {"feedposition": str(each["feedposition"])} for each in over_rest["items"]]


async def test_one_sees_the_types_his_role_may_read_of_those_he_wants(
    api: FrontDoor, rpc: RpcDoor, tenant: Tenant, installation: Installation
) -> None:
    await api(tenant.tenant_admin, "POST /webhooks", {"url": "https://erp.example/hook", "events": ["*"]})
    await an_aircraft(api, tenant)
    async with a_worker(installation) as worker:
        await publish_all(worker)
    everything, webhooks = events.ListEventsRequest(), events.ListEventsRequest(type="webhook.*")

    seen = {
        who: [each.type for each in (await rpc(person, "EventService/ListEvents", asked)).message.feed.items]
        for who, person, asked in (
            ("auditor", tenant.auditor, everything),
            ("mechanic", tenant.mechanic, everything),
            ("mechanic of webhooks", tenant.mechanic, webhooks),
            ("auditor of webhooks", tenant.auditor, webhooks),
        )
    }

    assert seen == {
        "auditor": ["webhook.created", "aircraft.created"],
        "mechanic": ["aircraft.created"],
        "mechanic of webhooks": [],
        "auditor of webhooks": ["webhook.created"],
    }


async def test_what_is_wrong_with_a_question_is_named(rpc: RpcDoor, tenant: Tenant) -> None:
    wrong = events.ListEventsRequest(after=-1, limit=201)
    beyond = events.ListEventsRequest(after=1)

    answers = [await rpc(tenant.planner, "EventService/ListEvents", each) for each in (wrong, beyond)]
    stranger = await rpc(None, "EventService/ListEvents", events.ListEventsRequest())

    assert [each.violations for each in answers] == [{"after": "INVALID", "limit": "INVALID"}, {"after": "RANGE"}]
    assert {each.code for each in answers} == {StatusCode.INVALID_ARGUMENT}
    assert stranger.code is StatusCode.UNAUTHENTICATED


async def test_every_type_of_event_is_listed_with_the_schema_of_its_data(
    api: FrontDoor, planner: Client, tenant: Tenant
) -> None:
    listed = (await planner("EventService/ListEventTypes", events.ListEventTypesRequest())).event_types.items
    over_rest = (await api(tenant.planner, "GET /event-types")).json["items"]

    assert [each.type for each in listed] == [*EventType]
    assert [MessageToDict(each.data) for each in listed] == [each["data"] for each in over_rest]
    [tested] = [each for each in listed if each.type == "webhook.test"]
    assert tested.permission == Permission.PERMISSION_READ_WEBHOOKS
    assert [HistoryAction.Name(each.action) for each in listed] == [
        f"HISTORY_ACTION_{each['action'].upper()}" for each in over_rest
    ]
