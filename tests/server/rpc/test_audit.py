"""The audit trail over gRPC: listed, verified and exported."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.protobuf.message import Message
from grpc import StatusCode

from amss.features.audit.keys import SealKeyRing
from amss.features.verification.file import verify_file
from amss_proto.amss.v1 import audit_service_pb2 as audit
from amss_proto.amss.v1.audit_pb2 import AuditFaultKind, AuditFileFormat
from amss_proto.amss.v1.history_pb2 import ActorKind, HistoryAction
from builders.audit import SEAL_KEY, bending, sealed, written
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.rpc_client import Client
from builders.rpc_door import RpcDoor
from builders.tenants import Person, Tenant

EXPORT = "AuditService/ExportAuditLogs"
NDJSON = audit.ExportAuditLogsRequest(format=AuditFileFormat.AUDIT_FILE_FORMAT_NDJSON)
QUESTIONS: dict[str, Message] = {
    "AuditService/ListAuditLogs": audit.ListAuditLogsRequest(),
    "AuditService/VerifyAuditLogs": audit.VerifyAuditLogsRequest(),
    EXPORT: NDJSON,
}


@pytest.fixture
def auditor(rpc: RpcDoor, tenant: Tenant) -> Client:
    return Client(rpc, tenant.auditor)


async def exported(rpc: RpcDoor, person: Person, request: Message) -> list[Any]:
    return [each async for each in rpc.stream(person, EXPORT, request)]


async def test_the_trail_is_listed_by_its_filters_with_all_that_was_noted(
    api: FrontDoor, auditor: Client, tenant: Tenant
) -> None:
    begun = datetime.now(UTC) - timedelta(minutes=1)
    order = {"tail_number": "G-ABCD", "model": "A320"}
    aircraft = (await api(tenant.planner, "POST /aircraft", order, headers={"x-request-id": "an-order-of-one"})).json
    await api(tenant.auditor, "GET /audit-logs/export?format=csv&action=create")

    lately: dict[str, Any] = {"from": begun, "to": begun + timedelta(minutes=5)}
    query = audit.ListAuditLogsRequest(
        entity_id=aircraft["id"], action=HistoryAction.HISTORY_ACTION_CREATE, count=True, **lately
    )
    listed = await auditor("AuditService/ListAuditLogs", query)
    newest = (await auditor("AuditService/ListAuditLogs", audit.ListAuditLogsRequest(limit=1))).items[0]

    [entry] = listed.items
    assert (listed.total, entry.entity_type, entry.entity_version) == (1, "aircraft", 1)
    assert (entry.actor.kind, entry.actor.id) == (ActorKind.ACTOR_KIND_USER, str(tenant.planner.id))
    assert (entry.request_id, entry.details["after"]["tail_number"]) == ("an-order-of-one", "G-ABCD")
    assert newest.action == HistoryAction.HISTORY_ACTION_EXPORT
    assert newest.details["filters"] == {"action": "create"}


async def test_a_trail_is_verified_and_an_altered_row_is_named(
    installation: Installation, auditor: Client, tenant: Tenant
) -> None:
    ids = await written(installation, tenant.org_id, 3)
    await sealed(installation, tenant.org_id)
    ask = audit.VerifyAuditLogsRequest()

    sound = (await auditor("AuditService/VerifyAuditLogs", ask)).verification
    async with bending(installation) as superuser:
        await superuser.execute("UPDATE audit_logs SET actor_name = 'Nobody' WHERE id = $1", ids[1])
    bent = (await auditor("AuditService/VerifyAuditLogs", ask)).verification

    assert (sound.verified, sound.audit.rows, sound.audit.seals, sound.signatures.items) == (True, 3, 1, 0)
    [fault] = bent.audit.faults
    assert (bent.verified, fault.seq, fault.audit_log_id) == (False, 2, str(ids[1]))
    assert fault.kind == AuditFaultKind.AUDIT_FAULT_KIND_ROW_ALTERED


async def test_an_export_is_the_file_that_rest_sends_and_can_be_verified(
    api: FrontDoor, rpc: RpcDoor, installation: Installation, tenant: Tenant
) -> None:
    await written(installation, tenant.org_id, 3)
    await sealed(installation, tenant.org_id)

    parts = await exported(rpc, tenant.auditor, NDJSON)
    over_rest = (await api(tenant.auditor, "GET /audit-logs/export?format=ndjson&entity_type=aircraft")).body
    over_grpc = await exported(
        rpc,
        tenant.auditor,
        audit.ExportAuditLogsRequest(format=AuditFileFormat.AUDIT_FILE_FORMAT_NDJSON, entity_type="aircraft"),
    )

    assert [(each.file_name, each.media_type) for each in parts[:2]] == [
        ("audit-logs.ndjson", "application/x-ndjson"),
        ("", ""),
    ]
    found = verify_file(io.BytesIO(b"".join(each.part for each in parts)), SealKeyRing([SEAL_KEY.public]))
    assert (found.verified, found.audit.rows, found.audit.unsealed) == (True, 3, 1)
    lines = b"".join(each.part for each in over_grpc).splitlines()
    assert lines[1:] == over_rest.splitlines()[1:]  # the first says when it was exported


async def test_a_file_for_a_spreadsheet_is_what_comes_unasked(rpc: RpcDoor, tenant: Tenant) -> None:
    parts = await exported(rpc, tenant.auditor, audit.ExportAuditLogsRequest())

    assert (parts[0].file_name, parts[0].part[:7]) == ("audit-logs.csv", b"seq,id,")


@pytest.mark.parametrize("method", QUESTIONS)
async def test_a_mechanic_and_a_stranger_learn_nothing(rpc: RpcDoor, tenant: Tenant, method: str) -> None:
    mechanic = await rpc(tenant.mechanic, method, QUESTIONS[method])
    stranger = await rpc(None, method, QUESTIONS[method])

    assert (mechanic.code, stranger.code) == (StatusCode.PERMISSION_DENIED, StatusCode.UNAUTHENTICATED)


async def test_who_plans_reads_the_trail_and_takes_no_file_of_it(
    rpc: RpcDoor, planner: Client, tenant: Tenant
) -> None:
    await planner("AuditService/ListAuditLogs", audit.ListAuditLogsRequest())
    reply = await rpc(tenant.planner, EXPORT, NDJSON)

    assert (reply.code, reply.reason) == (StatusCode.PERMISSION_DENIED, "FORBIDDEN")


@pytest.mark.parametrize("method", QUESTIONS)
async def test_another_tenants_trail_is_its_own(
    rpc: RpcDoor, installation: Installation, tenant: Tenant, another_tenant: Tenant, method: str
) -> None:
    [theirs] = await written(installation, another_tenant.org_id)
    await sealed(installation, another_tenant.org_id)

    answers = [each async for each in rpc.stream(tenant.auditor, method, QUESTIONS[method])]

    told = b"".join(each.SerializeToString() for each in answers)
    assert str(theirs).encode() not in told
    assert not any(each.verification.audit.rows for each in answers if method.endswith("VerifyAuditLogs"))


@pytest.mark.parametrize("method", ["AuditService/ListAuditLogs", EXPORT])
async def test_a_filter_that_is_none_is_refused_by_its_name(rpc: RpcDoor, tenant: Tenant, method: str) -> None:
    wrong = type(QUESTIONS[method])(entity_type="No Type", user_id="nobody")

    reply = await rpc(tenant.auditor, method, wrong)

    assert (reply.code, set(reply.violations)) == (StatusCode.INVALID_ARGUMENT, {"entity_type", "user_id"})


async def test_an_export_counts_on_the_rate_limit(rpc: RpcDoor, installation: Installation, tenant: Tenant) -> None:
    await installation.owner.execute(
        "UPDATE org_policies SET api_rate_limit_per_min = 1 WHERE org_id = $1", tenant.org_id
    )
    rpc.resources.forget([tenant.org_id])

    await exported(rpc, tenant.auditor, NDJSON)
    reply = await rpc(tenant.auditor, EXPORT, NDJSON)

    assert (reply.code, reply.reason) == (StatusCode.RESOURCE_EXHAUSTED, "RATE_LIMITED")
