"""Checks and signatures over gRPC: each method once, as a planner and a mechanic call it."""

from grpc import StatusCode

from amss_proto.amss.v1 import compliance_service_pb2 as compliance
from amss_proto.amss.v1.compliance_pb2 import SignedResult
from amss_proto.amss.v1.task_pb2 import ComplianceResult
from builders.checks import a_proof
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.rpc_client import Client
from builders.rpc_door import RpcDoor
from builders.tasks import an_order, move, plan
from builders.tenants import Tenant


async def test_a_check_is_added_edited_signed_listed_and_then_stays_as_it_is(
    api: FrontDoor, rpc: RpcDoor, installation: Installation, tenant: Tenant, planner: Client, aircraft_id: str
) -> None:
    task = await plan(
        api, tenant.planner, an_order({"id": aircraft_id}, assigned_mechanic_id=str(tenant.mechanic.id))
    )
    await move(api, tenant.mechanic, task, "in_progress")
    mechanic = Client(rpc, tenant.mechanic)

    order = compliance.CreateComplianceItemRequest(task_id=task["id"], description="Seal fitted")
    check = (await planner("ComplianceService/CreateComplianceItem", order)).compliance_item
    edit = compliance.UpdateComplianceItemRequest(
        compliance_item_id=check.id, expected_version=1, description="Seal fitted and torqued"
    )
    edited = (await planner("ComplianceService/UpdateComplianceItem", edit)).compliance_item
    sign = compliance.SignOffRequest(
        compliance_item_id=check.id,
        expected_version=2,
        result=SignedResult.SIGNED_RESULT_PASS,
        reauth_token=a_proof(installation, tenant.mechanic),
    )
    by_planner = await rpc(tenant.planner, "ComplianceService/SignOff", sign)
    signed = (await mechanic("ComplianceService/SignOff", sign)).compliance_item
    again = await rpc(tenant.mechanic, "ComplianceService/SignOff", sign)
    leave = compliance.DeleteComplianceItemRequest(compliance_item_id=check.id, expected_version=3)
    removed = await rpc(tenant.planner, "ComplianceService/DeleteComplianceItem", leave)
    query = compliance.ListComplianceItemsRequest(limit=5, task_id=task["id"], signed=True, count=True)
    listed = await planner("ComplianceService/ListComplianceItems", query)
    shown = await planner(
        "ComplianceService/GetComplianceItem", compliance.GetComplianceItemRequest(compliance_item_id=check.id)
    )

    assert (edited.description, edited.version) == ("Seal fitted and torqued", 2)
    assert (by_planner.code, by_planner.reason) == (StatusCode.PERMISSION_DENIED, "FORBIDDEN")
    assert (signed.result, signed.sign_off_user_id, len(signed.snapshot_hash)) == (
        ComplianceResult.COMPLIANCE_RESULT_PASS,
        str(tenant.mechanic.id),
        64,
    )
    assert (again.reason, removed.reason) == ("ALREADY_SIGNED", "ALREADY_SIGNED")
    assert (listed.total, list(listed.items)) == (1, [signed])
    assert shown.compliance_item == signed
