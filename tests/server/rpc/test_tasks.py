"""TaskService through a real socket: the same work, the same rules, the same journal as REST."""

import asyncio
from datetime import UTC, datetime, timedelta

from google.protobuf.json_format import MessageToDict
from google.rpc.error_details_pb2 import PreconditionFailure, RequestInfo, RetryInfo
from grpc import StatusCode

from amss.foundation.access import Role
from amss.foundation.ids import new_id
from amss_proto.amss.v1.program_service_pb2 import (
    GeneratedTasks,
    GenerateTasksRequest,
    GenerateTasksResponse,
)
from amss_proto.amss.v1.task_pb2 import TaskPriority, TaskState, TaskType
from amss_proto.amss.v1.task_service_pb2 import (
    BatchCreateTasksRequest,
    CreateTaskRequest,
    GetTaskRequest,
    TransitionStateRequest,
)
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.rpc_door import RpcDoor
from builders.tenants import Tenant, a_person

TOMORROW = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)


def a_task(aircraft_id: str, *, start: datetime = TOMORROW, title: str = "A check") -> CreateTaskRequest:
    return CreateTaskRequest(
        aircraft_id=aircraft_id,
        type=TaskType.TASK_TYPE_INSPECTION,
        title=title,
        start_time=start,
        end_time=start + timedelta(hours=4),
    )


async def test_a_task_looks_the_same_over_both_edges(
    api: FrontDoor, rpc: RpcDoor, tenant: Tenant, aircraft_id: str
) -> None:
    order = a_task(aircraft_id)
    order.priority = TaskPriority.TASK_PRIORITY_AOG

    created = await rpc(tenant.planner, "TaskService/CreateTask", order)

    assert created.code is StatusCode.OK, created
    task = created.message.task
    shown = await rpc(tenant.mechanic, "TaskService/GetTask", GetTaskRequest(task_id=task.id))
    told = MessageToDict(shown.message.task)
    (check,) = told.pop("complianceItems")
    assert told == MessageToDict(task)
    assert (check["description"], check["result"]) == ("Work performed", "COMPLIANCE_RESULT_PENDING")
    rest = (await api(tenant.planner, f"GET /maintenance-tasks/{task.id}")).json
    assert (rest["title"], rest["priority"], rest["state"]) == ("A check", "aog", "scheduled")
    assert rest["start_time"] == task.start_time.ToJsonString()
    assert (task.state, task.slot, task.version) == (TaskState.TASK_STATE_SCHEDULED, 1, 1)
    assert not task.HasField("notes")
    assert not task.HasField("readings")


async def test_many_tasks_are_planned_at_once_and_judged_one_by_one(
    api: FrontDoor, rpc: RpcDoor, tenant: Tenant, aircraft_id: str
) -> None:
    order = BatchCreateTasksRequest(items=[a_task(aircraft_id), a_task(str(new_id())), CreateTaskRequest()])

    answers = [
        await rpc(tenant.planner, "TaskService/BatchCreateTasks", order, metadata={"idempotency-key": "one"})
        for _ in range(2)
    ]
    refused = await rpc(tenant.mechanic, "TaskService/BatchCreateTasks", order)

    assert [each.code for each in answers] == [StatusCode.OK] * 2, answers
    assert answers[0].message == answers[1].message
    planned, unknown, unreadable = answers[0].message.results
    listed = (await api(tenant.planner, "GET /maintenance-tasks")).json["items"]
    assert [each["id"] for each in listed] == [planned.id]
    assert [each.problem.code for each in (unknown, unreadable)] == [
        StatusCode.NOT_FOUND.value[0],
        StatusCode.INVALID_ARGUMENT.value[0],
    ]
    assert refused.reason == "FORBIDDEN"


async def test_the_journal_says_the_same_of_a_call_as_of_a_request(
    rpc: RpcDoor, tenant: Tenant, aircraft_id: str, installation: Installation
) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    created = await rpc(
        tenant.planner,
        "TaskService/CreateTask",
        a_task(aircraft_id),
        metadata={"x-request-id": "called-by-grpc", "traceparent": trace},
    )

    assert created.trailing["x-request-id"] == "called-by-grpc"
    task_id = created.message.task.id
    [audit] = await installation.owner.fetch(
        "SELECT *, host(ip_address) AS ip FROM audit_logs WHERE org_id = $1 AND entity_id = $2",
        tenant.org_id,
        task_id,
    )
    assert (audit["action"], audit["request_id"], audit["ip"]) == ("create", "called-by-grpc", "127.0.0.1")
    assert (audit["user_id"], audit["user_agent"][:12]) == (tenant.planner.id, "grpc-python-")
    [event] = await installation.owner.fetch(
        "SELECT * FROM outbox_events WHERE org_id = $1 AND aggregate_id = $2", tenant.org_id, task_id
    )
    assert (event["event_type"], event["traceparent"]) == ("task.created", trace)


async def test_the_same_key_makes_one_task(rpc: RpcDoor, tenant: Tenant, aircraft_id: str) -> None:
    key = {"idempotency-key": "once"}
    order = a_task(aircraft_id)

    first = await rpc(tenant.planner, "TaskService/CreateTask", order, metadata=key)
    again = await rpc(tenant.planner, "TaskService/CreateTask", order, metadata=key)
    other = await rpc(tenant.planner, "TaskService/CreateTask", a_task(aircraft_id, title="B"), metadata=key)
    of_another = await rpc(tenant.tenant_admin, "TaskService/CreateTask", order, metadata=key)

    assert (again.code, again.body) == (StatusCode.OK, first.body)
    assert again.trailing["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.trailing
    assert (other.code, other.reason) == (StatusCode.FAILED_PRECONDITION, "IDEMPOTENCY_CONFLICT")
    assert of_another.message.task.id != first.message.task.id


async def test_calls_that_race_with_one_key_make_one_task(
    rpc: RpcDoor, tenant: Tenant, aircraft_id: str, installation: Installation
) -> None:
    replies = await asyncio.gather(
        *(
            rpc(
                tenant.planner,
                "TaskService/CreateTask",
                a_task(aircraft_id),
                metadata={"idempotency-key": "once"},
            )
            for _ in range(10)
        )
    )

    assert {reply.code for reply in replies} <= {StatusCode.OK, StatusCode.ABORTED}
    assert len({reply.body for reply in replies if reply.code is StatusCode.OK}) == 1
    made = "SELECT count(*) FROM maintenance_tasks WHERE org_id = $1"
    assert await installation.owner.fetchval(made, tenant.org_id) == 1


async def test_an_unusable_key_is_refused(rpc: RpcDoor, tenant: Tenant, aircraft_id: str) -> None:
    reply = await rpc(
        tenant.planner,
        "TaskService/CreateTask",
        a_task(aircraft_id),
        metadata={"idempotency-key": "x" * 256},
    )

    assert (reply.code, reply.reason) == (StatusCode.INVALID_ARGUMENT, "MALFORMED")


async def test_wrong_fields_are_named_and_change_nothing(rpc: RpcDoor, tenant: Tenant) -> None:
    order = a_task("G-ABCD", title="")
    order.type = TaskType.TASK_TYPE_UNSPECIFIED

    reply = await rpc(tenant.planner, "TaskService/CreateTask", order)
    no_uuid = await rpc(tenant.planner, "TaskService/GetTask", GetTaskRequest(task_id="7"))
    no_message = await rpc(tenant.planner, "TaskService/CreateTask", b"\xff\xff")

    assert (reply.code, reply.reason) == (StatusCode.INVALID_ARGUMENT, "VALIDATION")
    assert reply.violations == {"aircraft_id": "INVALID", "type": "MISSING", "title": "MISSING"}
    assert (no_uuid.code, no_uuid.violations) == (StatusCode.INVALID_ARGUMENT, {"task_id": "INVALID"})
    assert (no_message.code, no_message.reason) == (StatusCode.INVALID_ARGUMENT, "MALFORMED")


async def test_the_rules_name_fields_as_the_message_does(rpc: RpcDoor, tenant: Tenant, aircraft_id: str) -> None:
    order = a_task(aircraft_id)
    order.end_time.FromDatetime(TOMORROW)

    reply = await rpc(tenant.planner, "TaskService/CreateTask", order)

    assert (reply.code, reply.violations) == (StatusCode.INVALID_ARGUMENT, {"end_time": "WINDOW"})


async def test_a_task_is_started_and_what_is_missing_is_told_with_ids(
    rpc: RpcDoor, tenant: Tenant, aircraft_id: str
) -> None:
    task = (await rpc(tenant.planner, "TaskService/CreateTask", a_task(aircraft_id))).message.task
    start = TransitionStateRequest(task_id=task.id, state=TaskState.TASK_STATE_IN_PROGRESS)

    refused = await rpc(tenant.planner, "TaskService/TransitionState", start)

    assert (refused.code, refused.reason) == (StatusCode.FAILED_PRECONDITION, "TASK_NOT_READY")
    missing = refused.detail(PreconditionFailure)
    assert missing is not None
    assert {each.type: each.subject for each in missing.violations} == {
        "MECHANIC_MISSING": task.id,
        "TOO_EARLY": task.id,
    }


async def test_a_stale_version_is_refused_and_the_right_one_cancels(
    rpc: RpcDoor, tenant: Tenant, aircraft_id: str
) -> None:
    task = (await rpc(tenant.planner, "TaskService/CreateTask", a_task(aircraft_id))).message.task
    cancel = TransitionStateRequest(
        task_id=task.id, state=TaskState.TASK_STATE_CANCELLED, reason="sold", expected_version=7
    )

    stale = await rpc(tenant.planner, "TaskService/TransitionState", cancel)
    cancel.expected_version = 1
    cancelled = await rpc(tenant.planner, "TaskService/TransitionState", cancel)
    again = await rpc(tenant.planner, "TaskService/TransitionState", cancel)

    assert (stale.code, stale.reason) == (StatusCode.ABORTED, "PRECONDITION_FAILED")
    assert cancelled.message.task.state == TaskState.TASK_STATE_CANCELLED
    assert (cancelled.message.task.cancel_reason, cancelled.message.task.version) == ("sold", 2)
    assert again.code in (StatusCode.ABORTED, StatusCode.FAILED_PRECONDITION)


async def test_who_may_not_is_told_so(rpc: RpcDoor, tenant: Tenant, aircraft_id: str) -> None:
    order = a_task(aircraft_id)

    nobody = await rpc(None, "TaskService/CreateTask", order)
    forged = await rpc("not.a.token", "TaskService/CreateTask", order)
    mechanic = await rpc(tenant.mechanic, "TaskService/CreateTask", order)
    auditor = await rpc(
        tenant.auditor,
        "TaskService/TransitionState",
        TransitionStateRequest(task_id=str(new_id()), state=TaskState.TASK_STATE_IN_PROGRESS),
    )

    assert (nobody.code, nobody.reason) == (StatusCode.UNAUTHENTICATED, "AUTH")
    assert (forged.code, forged.reason) == (StatusCode.UNAUTHENTICATED, "AUTH")
    assert (mechanic.code, mechanic.reason) == (StatusCode.PERMISSION_DENIED, "FORBIDDEN")
    assert (auditor.code, auditor.reason) == (StatusCode.PERMISSION_DENIED, "FORBIDDEN")


async def test_another_tenants_task_does_not_exist(
    rpc: RpcDoor, tenant: Tenant, another_tenant: Tenant, aircraft_id: str
) -> None:
    theirs = (await rpc(tenant.planner, "TaskService/CreateTask", a_task(aircraft_id))).message.task.id
    intruder = another_tenant.tenant_admin

    shown = await rpc(intruder, "TaskService/GetTask", GetTaskRequest(task_id=theirs))
    cancelled = await rpc(
        intruder,
        "TaskService/TransitionState",
        TransitionStateRequest(task_id=theirs, state=TaskState.TASK_STATE_CANCELLED, reason="mine"),
    )
    planned = await rpc(intruder, "TaskService/CreateTask", a_task(aircraft_id))

    assert [each.code for each in (shown, cancelled, planned)] == [StatusCode.NOT_FOUND] * 3


async def test_an_admin_names_the_tenant_he_acts_for_and_nobody_else_does(
    rpc: RpcDoor, tenant: Tenant, another_tenant: Tenant, aircraft_id: str, installation: Installation
) -> None:
    admin = await a_person(installation, another_tenant.org_id, Role.ADMIN)
    there = {"x-org-id": str(tenant.org_id)}

    acting = await rpc(admin, "TaskService/CreateTask", a_task(aircraft_id), metadata=there)
    posing = await rpc(another_tenant.tenant_admin, "TaskService/CreateTask", a_task(aircraft_id), metadata=there)

    assert acting.code is StatusCode.OK
    assert (posing.code, posing.reason) == (StatusCode.PERMISSION_DENIED, "FORBIDDEN")


async def test_too_many_calls_are_told_when_to_come_back(
    rpc: RpcDoor, tenant: Tenant, installation: Installation
) -> None:
    await installation.owner.execute(
        "UPDATE org_policies SET api_rate_limit_per_min = 2 WHERE org_id = $1", tenant.org_id
    )
    ask = GetTaskRequest(task_id=str(new_id()))

    replies = [await rpc(tenant.planner, "TaskService/GetTask", ask) for _ in range(3)]

    assert [reply.code for reply in replies] == [
        StatusCode.NOT_FOUND,
        StatusCode.NOT_FOUND,
        StatusCode.RESOURCE_EXHAUSTED,
    ]
    wait = replies[-1].detail(RetryInfo)
    assert replies[-1].reason == "RATE_LIMITED"
    assert wait is not None
    assert 1 <= wait.retry_delay.seconds <= 60


async def test_tasks_are_generated_on_command(rpc: RpcDoor, tenant: Tenant) -> None:
    made = await rpc(tenant.planner, "ProgramService/GenerateTasks", GenerateTasksRequest())
    refused = await rpc(tenant.mechanic, "ProgramService/GenerateTasks", GenerateTasksRequest())

    assert made.message == GenerateTasksResponse(generated=GeneratedTasks(created=0, blocked=0))
    assert refused.code is StatusCode.PERMISSION_DENIED


async def test_every_refusal_names_its_request(rpc: RpcDoor) -> None:
    reply = await rpc(None, "TaskService/GetTask", b"", metadata={"x-request-id": "short"})

    info = reply.detail(RequestInfo)
    assert info is not None
    assert info.request_id == reply.trailing["x-request-id"] != "short"
