"""Programs and what is due by them over gRPC: each method once, as a user calls it."""

from grpc import StatusCode

from amss_proto.amss.v1 import aircraft_service_pb2 as aircraft
from amss_proto.amss.v1 import due_item_service_pb2 as due
from amss_proto.amss.v1 import program_service_pb2 as programs
from amss_proto.amss.v1.due_item_pb2 import DueStatus, ExtensionStatus, LastDone
from amss_proto.amss.v1.program_pb2 import CalendarUnit, ChecklistItem, ProgramLimit, Recurrence
from amss_proto.amss.v1.task_pb2 import IntervalType, TaskType
from builders.installation import Installation
from builders.rpc_client import Client, a_program, day
from builders.rpc_door import RpcDoor
from builders.tenants import Tenant


async def test_a_program_is_set_up_previewed_edited_and_deleted(
    rpc: RpcDoor, tenant: Tenant, aircraft_id: str, planner: Client
) -> None:
    checks = [ChecklistItem(description="Oil level checked")]
    made = await a_program(planner, aircraft_id=aircraft_id, checklist=checks, effective_from=day(0))
    shown = await planner("ProgramService/GetProgram", programs.GetProgramRequest(program_id=made.id))
    listed = await planner("ProgramService/ListPrograms", programs.ListProgramsRequest(code="A-CHK", active=True))
    longer = [ProgramLimit(interval_type=IntervalType.INTERVAL_TYPE_CYCLES, interval=400, hard=False)]
    preview = programs.PreviewProgramRequest(program_id=made.id, limits=longer)
    compared = (await planner("ProgramService/PreviewProgram", preview)).preview
    edit = programs.UpdateProgramRequest(program_id=made.id, recurrence=Recurrence.RECURRENCE_FIXED)
    edit.update_mask.paths[:] = ["recurrence", "checklist"]
    edited = (await planner("ProgramService/UpdateProgram", edit)).program
    delete = programs.DeleteProgramRequest(program_id=made.id, expected_version=1)
    stale = await rpc(tenant.planner, "ProgramService/DeleteProgram", delete)
    delete.expected_version = 2
    gone = await planner("ProgramService/DeleteProgram", delete)

    [limit] = made.limits
    assert (limit.unit, limit.interval, limit.first, limit.hard) == (CalendarUnit.CALENDAR_UNIT_DAYS, 90, 90, True)
    assert (limit.HasField("notify"), limit.HasField("interval_minutes")) == (False, False)
    assert (made.effective_from, list(made.checklist), made.lead_days) == (day(0), checks, 30)
    assert shown.program == made == listed.items[0]
    [item] = compared.items
    assert (compared.before.ok, compared.after.ok, compared.moved) == (1, 1, 1)
    assert (item.before.limits[0].due.day, item.after.limits[0].due.reading) == (day(-90), 400)
    assert (edited.recurrence, list(edited.checklist), edited.limits) == (
        Recurrence.RECURRENCE_FIXED,
        [],
        made.limits,
    )
    assert (stale.code, stale.reason) == (StatusCode.ABORTED, "PRECONDITION_FAILED")
    assert gone == programs.DeleteProgramResponse()


async def test_faults_inside_a_limit_name_the_limit(rpc: RpcDoor, tenant: Tenant) -> None:
    order = programs.CreateProgramRequest(code="X", name="X", task_type=TaskType.TASK_TYPE_REPAIR)
    order.limits.add(interval=0)

    refused = await rpc(tenant.planner, "ProgramService/CreateProgram", order)

    assert (refused.code, refused.reason) == (StatusCode.INVALID_ARGUMENT, "VALIDATION")
    assert refused.violations == {"limits.0.interval_type": "MISSING", "limits.0.interval": "INVALID"}


async def test_an_aircraft_comes_under_a_program_by_hand_and_leaves_it(
    rpc: RpcDoor, tenant: Tenant, aircraft_id: str, planner: Client
) -> None:
    program = await a_program(planner)
    assign = programs.AssignAircraftRequest(program_id=program.id, aircraft_id=aircraft_id)
    made = (await planner("ProgramService/AssignAircraft", assign)).assignment
    twice = await rpc(tenant.planner, "ProgramService/AssignAircraft", assign)
    ask = programs.ListAssignmentsRequest(program_id=program.id)
    under = await planner("ProgramService/ListAssignments", ask)
    leave = programs.UnassignAircraftRequest(program_id=program.id, aircraft_id=aircraft_id)
    left = await planner("ProgramService/UnassignAircraft", leave)

    assert (made.aircraft.tail_number, made.status, made.projected_on) == (
        "G-ABCD",
        DueStatus.DUE_STATUS_OK,
        day(-90),
    )
    assert (twice.code, twice.reason) == (StatusCode.ALREADY_EXISTS, "DUPLICATE")
    assert list(under.items) == [made]
    assert left == programs.UnassignAircraftResponse()
    assert not (await planner("ProgramService/ListAssignments", ask)).items


async def test_what_is_due_is_listed_counted_supposed_and_explained(
    rpc: RpcDoor, tenant: Tenant, aircraft_id: str, planner: Client
) -> None:
    program = await a_program(planner, aircraft_id=aircraft_id)
    ask = due.ListDueItemsRequest(program_id=program.id, facets="status", unplanned=True, due_before=day(-91))

    listed = await planner("DueItemService/ListDueItems", ask)
    of_aircraft = aircraft.ListAircraftDueItemsRequest(aircraft_id=aircraft_id)
    there = await planner("AircraftService/ListAircraftDueItems", of_aircraft)
    supposed = due.ListDueItemsRequest(aircraft_id=aircraft_id, daily_minutes=0)
    if_so = await planner("DueItemService/ListDueItems", supposed)
    baseless = await rpc(tenant.planner, "DueItemService/ListDueItems", due.ListDueItemsRequest(daily_cycles=2))
    [item] = listed.items
    detail = await planner("DueItemService/GetDueItem", due.GetDueItemRequest(due_item_id=item.id))

    assert (item.program.code, item.aircraft.id, item.projected_on) == ("A-CHK", aircraft_id, day(-90))
    assert (item.limits[0].due.day, item.limits[0].remaining) == (day(-90), 90)
    assert not item.HasField("last_done")
    assert listed.facets.status.ok == 1
    assert list(there.items) == [item]
    assert if_so.what_if == due.ListDueItemsResponse.WhatIf(daily_minutes=0)
    assert not listed.HasField("what_if")
    assert (baseless.code, baseless.reason) == (StatusCode.INVALID_ARGUMENT, "VALIDATION")
    assert detail.due_item.limits[0].explain.startswith("Due at the end of")


async def test_last_done_is_set_by_whoever_read_the_item(
    rpc: RpcDoor, tenant: Tenant, aircraft_id: str, planner: Client
) -> None:
    program = await a_program(planner, aircraft_id=aircraft_id)
    [item] = (await planner("DueItemService/ListDueItems", due.ListDueItemsRequest(program_id=program.id))).items
    last_done = LastDone(on=day(30), flight_minutes=0, cycles=0)
    order = due.SetLastDoneRequest(due_item_id=item.id, last_done=last_done, reason="Logbook")

    unread = await rpc(tenant.planner, "DueItemService/SetLastDone", order)
    order.expected_version = item.version
    done = (await planner("DueItemService/SetLastDone", order)).due_item

    assert (unread.code, unread.reason) == (StatusCode.FAILED_PRECONDITION, "PRECONDITION_REQUIRED")
    assert (done.last_done, done.projected_on) == (last_done, day(-60))


async def test_more_time_is_asked_for_and_decided_by_two_people(
    rpc: RpcDoor, tenant: Tenant, aircraft_id: str, planner: Client, installation: Installation
) -> None:
    admin = Client(rpc, tenant.tenant_admin)
    program = await a_program(planner, aircraft_id=aircraft_id)
    [item] = (await planner("DueItemService/ListDueItems", due.ListDueItemsRequest(program_id=program.id))).items
    calendar = IntervalType.INTERVAL_TYPE_CALENDAR
    ask = due.RequestExtensionRequest(due_item_id=item.id, interval_type=calendar, amount=5, reason="No slot")
    asked = (await planner("DueItemService/RequestExtension", ask)).extension
    own = due.ApproveExtensionRequest(due_item_id=item.id, extension_id=asked.id)
    not_his = await rpc(tenant.planner, "DueItemService/ApproveExtension", own)
    reject = due.RejectExtensionRequest(due_item_id=item.id, extension_id=asked.id, reason="Find one")
    rejected = (await admin("DueItemService/RejectExtension", reject)).extension
    decided = await rpc(tenant.tenant_admin, "DueItemService/RejectExtension", reject)
    better = (await planner("DueItemService/RequestExtension", ask)).extension
    approve = due.ApproveExtensionRequest(due_item_id=item.id, extension_id=better.id)
    approved = (await admin("DueItemService/ApproveExtension", approve)).extension
    of_item = due.ListDueItemExtensionsRequest(due_item_id=item.id, in_force=True)
    rejections = due.ListExtensionsRequest(due_item_id=item.id, status=ExtensionStatus.EXTENSION_STATUS_REJECTED)

    assert (asked.status, asked.requested_by) == (
        ExtensionStatus.EXTENSION_STATUS_REQUESTED,
        str(tenant.planner.id),
    )
    assert not asked.HasField("decided_at")
    assert (not_his.code, not_his.reason) == (StatusCode.PERMISSION_DENIED, "FORBIDDEN")
    assert (rejected.status, rejected.decision_reason) == (ExtensionStatus.EXTENSION_STATUS_REJECTED, "Find one")
    assert decided.code is StatusCode.FAILED_PRECONDITION
    assert approved.status == ExtensionStatus.EXTENSION_STATUS_APPROVED
    assert list((await planner("DueItemService/ListDueItemExtensions", of_item)).items) == [approved]
    assert list((await planner("DueItemService/ListExtensions", rejections)).items) == [rejected]
    noted = "SELECT count(*) FROM audit_logs WHERE org_id = $1 AND entity_type = 'due-item-extension'"
    assert await installation.owner.fetchval(noted, tenant.org_id) >= 4


async def test_the_chapters_that_a_program_can_be_about_are_listed_by_number(planner: Client) -> None:
    answer = await planner("ProgramService/ListAtaChapters", programs.ListAtaChaptersRequest())

    named = {each.chapter: each.name for each in answer.ata_chapters.items}
    assert (list(named), named["49"]) == (sorted(named), "Auxiliary power unit")
