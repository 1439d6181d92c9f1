"""The fleet over gRPC: each method once, as a user calls it."""

from google.protobuf.field_mask_pb2 import FieldMask
from google.rpc.error_details_pb2 import BadRequest
from grpc import StatusCode

from amss_proto.amss.v1 import aircraft_service_pb2 as aircraft
from amss_proto.amss.v1.aircraft_pb2 import AircraftStatus, UtilizationSource
from amss_proto.amss.v1.history_pb2 import ActorKind, HistoryAction
from builders.front_door import FrontDoor
from builders.rpc_client import Client, day
from builders.rpc_door import RpcDoor
from builders.tenants import Tenant


async def test_an_aircraft_joins_is_edited_and_leaves(
    api: FrontDoor, rpc: RpcDoor, tenant: Tenant, planner: Client
) -> None:
    order = aircraft.CreateAircraftRequest(
        tail_number="G-NEWW", model="A320", serial_number="4711", in_service_on=day(100), counts_cycles=False
    )
    made = (await planner("AircraftService/CreateAircraft", order, **{"idempotency-key": "one"})).aircraft
    again = (await planner("AircraftService/CreateAircraft", order, **{"idempotency-key": "one"})).aircraft
    taken = await rpc(tenant.planner, "AircraftService/CreateAircraft", order)
    edit = aircraft.UpdateAircraftRequest(aircraft_id=made.id, model="A321", expected_version=1)
    edit.update_mask.paths[:] = ["model", "serial_number"]
    edited = (await planner("AircraftService/UpdateAircraft", edit)).aircraft
    stale = await rpc(tenant.planner, "AircraftService/UpdateAircraft", edit)
    rest = (await api(tenant.planner, f"GET /aircraft/{made.id}")).json
    leave = aircraft.DeleteAircraftRequest(aircraft_id=made.id, expected_version=2)
    left = await planner("AircraftService/DeleteAircraft", leave)
    gone = await rpc(tenant.planner, "AircraftService/GetAircraft", aircraft.GetAircraftRequest(aircraft_id=made.id))

    assert made == again
    assert (made.status, made.capacity_slots, made.counts_cycles) == (
        AircraftStatus.AIRCRAFT_STATUS_OPERATIONAL,
        10,
        False,
    )
    assert made.in_service_on == day(100)
    assert not made.HasField("next_due")
    assert (taken.code, taken.reason) == (StatusCode.ALREADY_EXISTS, "DUPLICATE")
    assert (edited.model, edited.HasField("serial_number"), edited.version) == ("A321", False, 2)
    assert (rest["model"], rest["serial_number"]) == ("A321", None)
    assert (stale.code, stale.reason) == (StatusCode.ABORTED, "PRECONDITION_FAILED")
    assert left == aircraft.DeleteAircraftResponse()
    assert (gone.code, gone.reason) == (StatusCode.NOT_FOUND, "NOT_FOUND")


async def test_an_edit_names_what_it_cannot_change(
    rpc: RpcDoor, tenant: Tenant, aircraft_id: str, planner: Client
) -> None:
    edit = aircraft.UpdateAircraftRequest(aircraft_id=aircraft_id, update_mask=FieldMask(paths=["status", "model"]))

    refused = await rpc(tenant.planner, "AircraftService/UpdateAircraft", edit)
    shown = await planner("AircraftService/GetAircraft", aircraft.GetAircraftRequest(aircraft_id=aircraft_id))

    assert (refused.code, refused.reason) == (StatusCode.INVALID_ARGUMENT, "VALIDATION")
    assert refused.violations == {"status": "UNKNOWN", "model": "INVALID"}
    assert (shown.aircraft.model, shown.aircraft.version) == ("A320-214", 1)


async def test_an_aircraft_is_grounded_released_and_retired(
    rpc: RpcDoor, tenant: Tenant, aircraft_id: str, planner: Client
) -> None:
    ground = aircraft.GroundAircraftRequest(aircraft_id=aircraft_id, reason="Bird strike")
    grounded = await Client(rpc, tenant.mechanic)("AircraftService/GroundAircraft", ground)
    release = aircraft.ReleaseAircraftRequest(aircraft_id=aircraft_id, reason="Inspected")
    not_his = await rpc(tenant.mechanic, "AircraftService/ReleaseAircraft", release)
    released = await planner("AircraftService/ReleaseAircraft", release)
    retire = aircraft.RetireAircraftRequest(aircraft_id=aircraft_id, reason="Sold")
    retired = await planner("AircraftService/RetireAircraft", retire)
    no_more = await rpc(tenant.planner, "AircraftService/GroundAircraft", ground)

    assert grounded.aircraft.grounded_reason == "Bird strike"
    assert (not_his.code, not_his.reason) == (StatusCode.PERMISSION_DENIED, "FORBIDDEN")
    assert not released.aircraft.HasField("grounded_reason")
    assert retired.aircraft.status == AircraftStatus.AIRCRAFT_STATUS_RETIRED
    assert (no_more.code, no_more.reason) == (StatusCode.FAILED_PRECONDITION, "AIRCRAFT_RETIRED")


async def test_the_fleet_is_listed_page_by_page(rpc: RpcDoor, tenant: Tenant, planner: Client) -> None:
    for tail in ("G-AAAA", "G-BBBB", "G-CCCC"):
        await planner("AircraftService/CreateAircraft", aircraft.CreateAircraftRequest(tail_number=tail, model="A"))
    ask = aircraft.ListAircraftRequest(limit=2, sort="-tail_number", count=True)

    first = await planner("AircraftService/ListAircraft", ask)
    ask.cursor = first.next_cursor
    second = await planner("AircraftService/ListAircraft", ask)
    ask.sort = "tail_number"
    foreign = await rpc(tenant.planner, "AircraftService/ListAircraft", ask)
    too_many = await rpc(tenant.planner, "AircraftService/ListAircraft", aircraft.ListAircraftRequest(limit=201))
    retired = aircraft.ListAircraftRequest(status=AircraftStatus.AIRCRAFT_STATUS_RETIRED)

    assert [each.tail_number for each in (*first.items, *second.items)] == ["G-CCCC", "G-BBBB", "G-AAAA"]
    assert (first.total, second.HasField("next_cursor")) == (3, False)
    assert (foreign.code, foreign.reason) == (StatusCode.INVALID_ARGUMENT, "MALFORMED")
    assert (too_many.reason, too_many.violations) == ("VALIDATION", {"limit": "INVALID"})
    assert (await planner("AircraftService/ListAircraft", retired)) == aircraft.ListAircraftResponse()


async def test_what_was_flown_is_entered_and_listed(
    rpc: RpcDoor, tenant: Tenant, aircraft_id: str, planner: Client
) -> None:
    flown = aircraft.RecordUtilizationRequest(aircraft_id=aircraft_id, flown_on=day(1), flight_minutes=90, cycles=0)
    entry = (await Client(rpc, tenant.mechanic)("AircraftService/RecordUtilization", flown)).entry
    flown.ClearField("cycles")
    unsaid = await rpc(tenant.planner, "AircraftService/RecordUtilization", flown)
    ask = aircraft.ListUtilizationRequest(aircraft_id=aircraft_id, to=day(0))
    before = aircraft.ListUtilizationRequest(aircraft_id=aircraft_id, to=day(1))

    assert (entry.flown_on, entry.flight_minutes, entry.cycles) == (day(1), 90, 0)
    assert entry.source == UtilizationSource.UTILIZATION_SOURCE_MANUAL
    assert (unsaid.reason, unsaid.violations) == ("VALIDATION", {"cycles": "MISSING"})
    assert list((await planner("AircraftService/ListUtilization", ask)).items) == [entry]
    assert not (await planner("AircraftService/ListUtilization", before)).items


async def test_what_a_fleet_flew_is_entered_at_once_and_judged_one_by_one(
    api: FrontDoor, tenant: Tenant, aircraft_id: str, planner: Client
) -> None:
    flown = aircraft.FleetUtilization(flown_on=day(1), flight_minutes=90, cycles=2)
    order = aircraft.BatchRecordUtilizationRequest(
        items=[
            aircraft.FleetUtilization(tail_number="G-ABCD", external_id="one"),
            aircraft.FleetUtilization(tail_number="G-NONE"),
            aircraft.FleetUtilization(aircraft_id=aircraft_id, flown_on=day(1)),
        ]
    )
    for each in order.items[:2]:
        each.MergeFrom(flown)

    entered, unknown, unreadable = (await planner("AircraftService/BatchRecordUtilization", order)).results
    again = (await planner("AircraftService/BatchRecordUtilization", order)).results[0]

    assert [each.index for each in (entered, unknown, unreadable)] == [0, 1, 2]
    assert (entered.id, entered.HasField("problem")) == (again.id, False)
    assert (StatusCode.NOT_FOUND.value[0], False) == (unknown.problem.code, unknown.HasField("id"))
    [fields] = [each for each in (BadRequest(),) for detail in unreadable.problem.details if detail.Unpack(each)]
    assert [each.field for each in fields.field_violations] == ["flight_minutes", "cycles"]
    assert (await api(tenant.planner, f"GET /aircraft/{aircraft_id}")).json["flight_minutes_total"] == 90


async def test_a_batch_of_too_many_is_refused_as_a_whole(rpc: RpcDoor, tenant: Tenant) -> None:
    order = aircraft.BatchRecordUtilizationRequest(items=[aircraft.FleetUtilization()] * 501)

    refused = await rpc(tenant.planner, "AircraftService/BatchRecordUtilization", order)

    assert (refused.code, refused.violations) == (StatusCode.INVALID_ARGUMENT, {"items": "INVALID"})


async def test_the_history_of_an_aircraft_says_who_did_what_and_why(
    tenant: Tenant, aircraft_id: str, planner: Client
) -> None:
    why = aircraft.GroundAircraftRequest(aircraft_id=aircraft_id, reason="Bird strike")
    await planner("AircraftService/GroundAircraft", why)

    asked = aircraft.ListAircraftHistoryRequest(aircraft_id=aircraft_id, count=True)
    history = await planner("AircraftService/ListAircraftHistory", asked)

    grounded, created = history.items
    assert history.total == 2
    assert (grounded.action, created.action) == (
        HistoryAction.HISTORY_ACTION_STATE_CHANGE,
        HistoryAction.HISTORY_ACTION_CREATE,
    )
    assert (grounded.actor.kind, grounded.actor.id, grounded.reason) == (
        ActorKind.ACTOR_KIND_USER,
        str(tenant.planner.id),
        "Bird strike",
    )
    assert (grounded.details.before["status"], grounded.details.after["status"]) == ("operational", "grounded")
    assert not created.details.HasField("before")
