"""Planned work over gRPC once it is planned: listed, edited, checked, handed over, deleted."""

from datetime import UTC, datetime, timedelta

from google.protobuf.json_format import MessageToDict
from grpc import StatusCode

from amss.foundation.access import Role
from amss_proto.amss.v1 import task_service_pb2 as tasks
from amss_proto.amss.v1.task_pb2 import ComplianceResult, TaskPriority, TaskState, TaskType
from builders.checks import add_unsigned
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.rpc_client import Client
from builders.rpc_door import RpcDoor
from builders.tenants import Tenant, a_person

NOW = datetime.now(UTC).replace(microsecond=0)


def an_order(aircraft_id: str, tenant: Tenant, *, starts: int = 0) -> tasks.CreateTaskRequest:
    """Return the order of four hours of work of the tenant's mechanic."""
    start = NOW + timedelta(hours=starts)
    return tasks.CreateTaskRequest(
        aircraft_id=aircraft_id,
        type=TaskType.TASK_TYPE_INSPECTION,
        title="A check",
        start_time=start,
        end_time=start + timedelta(hours=4),
        notes="Bring the ladder",
        assigned_mechanic_id=str(tenant.mechanic.id),
    )


async def test_a_task_is_edited_by_its_mask_and_deleted_in_the_version_that_was_read(
    api: FrontDoor, rpc: RpcDoor, tenant: Tenant, aircraft_id: str, planner: Client
) -> None:
    task = (await planner("TaskService/CreateTask", an_order(aircraft_id, tenant))).task
    edit = tasks.UpdateTaskRequest(
        task_id=task.id, expected_version=1, title="B check", priority=TaskPriority.TASK_PRIORITY_AOG
    )
    edit.update_mask.paths[:] = ["title", "notes", "assigned_mechanic_id"]

    edited = (await planner("TaskService/UpdateTask", edit)).task
    stale = await rpc(tenant.planner, "TaskService/UpdateTask", edit)
    edit.ClearField("expected_version")
    blind = await rpc(tenant.planner, "TaskService/UpdateTask", edit)
    rest = (await api(tenant.planner, f"GET /maintenance-tasks/{task.id}")).json
    await planner("TaskService/DeleteTask", tasks.DeleteTaskRequest(task_id=task.id, expected_version=2))
    gone = await rpc(tenant.planner, "TaskService/GetTask", tasks.GetTaskRequest(task_id=task.id))

    assert (edited.title, edited.priority, edited.version) == ("B check", TaskPriority.TASK_PRIORITY_ROUTINE, 2)
    assert not edited.HasField("notes")
    assert not edited.HasField("assigned_mechanic_id")
    assert (rest["title"], rest["notes"], rest["version"]) == ("B check", None, 2)
    assert [(each.code, each.reason) for each in (stale, blind, gone)] == [
        (StatusCode.ABORTED, "PRECONDITION_FAILED"),
        (StatusCode.FAILED_PRECONDITION, "PRECONDITION_REQUIRED"),
        (StatusCode.NOT_FOUND, "NOT_FOUND"),
    ]


async def test_tasks_are_listed_page_by_page_under_the_filters_of_rest(
    rpc: RpcDoor, tenant: Tenant, aircraft_id: str, planner: Client
) -> None:
    made = [
        (await planner("TaskService/CreateTask", an_order(aircraft_id, tenant, starts=starts))).task
        for starts in (-9, 1, 6)
    ]
    mechanic = Client(rpc, tenant.mechanic)

    page = await planner("TaskService/ListTasks", tasks.ListTasksRequest(limit=2, count=True))
    rest = await planner("TaskService/ListTasks", tasks.ListTasksRequest(limit=2, cursor=page.next_cursor))
    overdue = await planner("TaskService/ListTasks", tasks.ListTasksRequest(overdue=True))
    mine = await mechanic(
        "TaskService/ListTasks",
        tasks.ListTasksRequest(assigned_mechanic_id="me", start_from=NOW, start_to=NOW + timedelta(hours=5)),
    )
    running = tasks.ListTasksRequest(state=TaskState.TASK_STATE_IN_PROGRESS)

    assert ([*page.items, *rest.items], page.total) == ([*overdue.items, *made[1:]], 3)
    assert [each.id for each in overdue.items] == [made[0].id]
    assert list(mine.items) == [made[1]]
    assert list((await planner("TaskService/ListTasks", running)).items) == []


async def test_work_is_checked_handed_over_and_shown_with_what_belongs_to_it(
    tenant: Tenant, aircraft_id: str, installation: Installation, planner: Client
) -> None:
    ada = await a_person(installation, tenant.org_id, Role.MECHANIC)
    task = (await planner("TaskService/CreateTask", an_order(aircraft_id, tenant))).task
    check = tasks.CheckTaskRequest(task_id=task.id, to=TaskState.TASK_STATE_IN_PROGRESS)
    to_start = (await planner("TaskService/CheckTask", check)).check
    begin = tasks.TransitionStateRequest(task_id=task.id, state=TaskState.TASK_STATE_IN_PROGRESS)
    await planner("TaskService/TransitionState", begin)
    added = await add_unsigned(installation, {"id": task.id, "aircraft_id": aircraft_id}, tenant.planner)

    over = tasks.HandOverTaskRequest(task_id=task.id, assigned_mechanic_id=str(ada.id), note="Panel open")
    handed_over = (await planner("TaskService/HandOverTask", over)).task
    check.to = TaskState.TASK_STATE_COMPLETED
    to_complete = (await planner("TaskService/CheckTask", check)).check
    shown = (await planner("TaskService/GetTask", tasks.GetTaskRequest(task_id=task.id))).task

    assert (to_start.ready, list(to_start.reasons)) == (True, [])
    assert handed_over.assigned_mechanic_id == str(ada.id)
    unsigned = [each.id for each in shown.compliance_items]
    assert [(each.code, list(each.ids)) for each in to_complete.reasons] == [
        ("CHECK_UNSIGNED", [check_id]) for check_id in unsigned
    ]
    assert len(unsigned) == 2
    assert str(added) in unsigned
    assert {each.result for each in shown.compliance_items} == {ComplianceResult.COMPLIANCE_RESULT_PENDING}
    assert MessageToDict(handed_over).items() <= MessageToDict(shown).items()
