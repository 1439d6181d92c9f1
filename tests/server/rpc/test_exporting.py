"""An answer that is sent part by part: as fast as its reader takes it, and no longer than he is there."""

import asyncio
from collections.abc import Iterable
from typing import Any

import pytest
from grpc import StatusCode
from grpc.aio import AioRpcError
from prometheus_client import REGISTRY

from amss.features.audit import export
from amss.server.rpc import call as calls
from amss.server.rpc.call import Call
from amss.server.rpc.streaming import PART_BYTES
from amss_proto.amss.v1.audit_pb2 import AuditFileFormat
from amss_proto.amss.v1.audit_service_pb2 import ExportAuditLogsRequest
from builders.installation import Installation
from builders.rpc_door import RpcDoor, rpc_door
from builders.tenants import Tenant

EXPORT = "AuditService/ExportAuditLogs"
NDJSON = ExportAuditLogsRequest(format=AuditFileFormat.AUDIT_FILE_FORMAT_NDJSON)
# Far more than what is under way between a server and a reader who does not read.
LARGE_ROWS = 60
LARGE = 500_000


@pytest.fixture(autouse=True)
async def large_trail(installation: Installation, tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few rows of half a megabyte each, read one by one."""
    monkeypatch.setattr(export, "PAGE_ROWS", 1)
    await installation.owner.execute(
        """
        INSERT INTO audit_logs (org_id, id, entity_type, action, actor_kind, actor_name, reason)
        SELECT $1, gen_random_uuid(), 'aircraft', 'update', 'system', 'test', repeat('x', $3)
        FROM generate_series(1, $2)
        """,
        tenant.org_id,
        LARGE_ROWS,
        LARGE,
    )


async def the_rest(reading: Any) -> list[Any]:
    """Read what is left of a call that is answered part by part."""
    parts: list[Any] = []
    while part := await reading.read():
        parts.append(part)
    return parts


async def until(holds: Any) -> None:
    """Wait for what happens in the server's own time."""
    async with asyncio.timeout(5):
        while not holds():
            await asyncio.sleep(0.01)


def all_is_free(rpc: RpcDoor) -> bool:
    return rpc.resources.exports_running == 0 and rpc.resources.database.in_use == 0


async def test_a_slow_reader_holds_the_server_up_and_gets_everything(
    rpc: RpcDoor, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[int] = []
    send = Call.send

    async def counted(call: Call, part: Iterable[bytes]) -> None:
        begun.append(sum(map(len, part)))
        await send(call, part)

    monkeypatch.setattr(Call, "send", counted)
    reading = rpc.stream(tenant.auditor, EXPORT, NDJSON, timeout=30)
    parts = [await reading.read()]
    while len(begun) != (seen := len(begun)) or not seen:
        await asyncio.sleep(0.2)
    held_up = sum(begun)
    parts += await the_rest(reading)

    assert held_up < LARGE_ROWS * LARGE / 2
    assert max(len(each.part) for each in parts) == PART_BYTES
    whole = b"".join(each.part for each in parts)
    assert len(whole) > LARGE_ROWS * LARGE
    assert whole.splitlines()[-1] == b'{"end":{"rows":%d}}' % (LARGE_ROWS + 1)
    await until(lambda: all_is_free(rpc))


async def test_a_reader_who_goes_away_in_the_middle_leaves_nothing_open(rpc: RpcDoor, tenant: Tenant) -> None:
    labels = {"rpc_method": f"amss.v1.{EXPORT}", "rpc_response_status_code": "CANCELLED"}
    before = REGISTRY.get_sample_value("rpc_server_call_duration_seconds_count", labels) or 0

    for _ in range(3):
        reading = rpc.stream(tenant.auditor, EXPORT, NDJSON)
        await reading.read()
        assert rpc.resources.exports_running == 1
        reading.cancel()
        await until(lambda: all_is_free(rpc))

    await until(lambda: REGISTRY.get_sample_value("rpc_server_call_duration_seconds_count", labels) == before + 3)


async def test_an_export_past_its_deadline_leaves_nothing_open(rpc: RpcDoor, tenant: Tenant) -> None:
    reading = rpc.stream(tenant.auditor, EXPORT, NDJSON, timeout=0.3)

    assert await reading.code() is StatusCode.DEADLINE_EXCEEDED
    await until(lambda: all_is_free(rpc))


async def test_a_reader_who_takes_nothing_is_given_up(
    rpc: RpcDoor, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "PART_SECONDS", 0.2)
    reading = rpc.stream(tenant.auditor, EXPORT, NDJSON)
    await reading.read()

    await until(lambda: all_is_free(rpc))
    with pytest.raises(AioRpcError) as given_up:
        await the_rest(reading)

    assert given_up.value.code() is StatusCode.UNAVAILABLE


async def test_two_are_exporting_and_a_third_waits(rpc: RpcDoor, tenant: Tenant) -> None:
    two = [rpc.stream(tenant.auditor, EXPORT, NDJSON) for _ in range(2)]
    for each in two:
        await each.read()

    third = await rpc(tenant.auditor, EXPORT, NDJSON)

    assert (third.code, third.sentence[:13]) == (StatusCode.UNAVAILABLE, "Other exports")
    for each in two:
        each.cancel()
    await until(lambda: all_is_free(rpc))


async def test_stopping_finishes_an_export_that_runs(installation: Installation, tenant: Tenant) -> None:
    async with rpc_door(installation) as door:
        reading = door.stream(tenant.auditor, EXPORT, NDJSON, timeout=30)
        first = await reading.read()
        stopping = asyncio.create_task(door.server.stop(30))
        rest = await the_rest(reading)
        await stopping

    assert b"".join(each.part for each in [first, *rest]).endswith(b'{"end":{"rows":%d}}\n' % (LARGE_ROWS + 1))
