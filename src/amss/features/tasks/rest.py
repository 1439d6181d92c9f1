"""The rows of the operation table for planned work, and for what asks whether work is open."""

from amss.features.aircraft.model import AircraftOut, StatusOrder
from amss.features.aircraft.rules import AircraftRetired
from amss.features.tasks import crew, fleet, service
from amss.features.tasks.life import TaskClosed, TaskNotReady
from amss.features.tasks.model import NewTask, NewTasks, StateChange, TaskOut, TaskQuery
from amss.features.tasks.rules import (
    AircraftInUse,
    AircraftNotReady,
    AlreadyPlanned,
    MechanicBusy,
    TaskOverlap,
    UserInUse,
)
from amss.features.users.rules import LastAdministrator, OwnAccount
from amss.foundation.access import Permission
from amss.foundation.errors import Conflict
from amss.foundation.operation import Kind, Operation, Precondition

OPERATIONS = (
    Operation(
        "POST /maintenance-tasks",
        "Put work on an aircraft",
        Permission.PLAN_TASKS,
        service.create,
        body=NewTask,
        answers=TaskOut,
        status=201,
        idempotent=True,
        rpc="TaskService/CreateTask",
        draft=service.draft,
        refuses=(TaskOverlap, MechanicBusy, AircraftRetired, AlreadyPlanned),
    ),
    Operation(
        "POST /maintenance-tasks:batch",
        "Put many pieces of work on aircraft, each judged for itself",
        Permission.PLAN_TASKS,
        service.create_each,
        kind=Kind.BATCH,
        body=NewTasks,
        idempotent=True,
    ),
    Operation(
        "GET /maintenance-tasks",
        "List tasks",
        Permission.READ_TASKS,
        service.search,
        kind=Kind.READ,
        query=TaskQuery,
        lists=TaskOut,
    ),
    Operation(
        "GET /maintenance-tasks/{task_id}",
        "Show one task",
        Permission.READ_TASKS,
        service.get,
        kind=Kind.READ,
        answers=TaskOut,
        rpc="TaskService/GetTask",
    ),
    Operation(
        "PATCH /maintenance-tasks/{task_id}/state",
        "Start, complete or cancel a task",
        Permission.WORK_TASKS,
        service.change_state,
        body=StateChange,
        answers=TaskOut,
        idempotent=True,
        precondition=Precondition.OPTIONAL,
        rpc="TaskService/TransitionState",
        refuses=(TaskNotReady, TaskClosed, Conflict),
    ),
    Operation(
        "DELETE /maintenance-tasks/{task_id}",
        "Delete a task that has not started",
        Permission.PLAN_TASKS,
        service.delete,
        status=204,
        precondition=Precondition.REQUIRED,
        refuses=(TaskClosed, Conflict),
    ),
    Operation(
        "POST /aircraft/{aircraft_id}/ground",
        "Ground an aircraft until it is released",
        Permission.GROUND_AIRCRAFT,
        fleet.ground,
        body=StatusOrder,
        answers=AircraftOut,
        idempotent=True,
        precondition=Precondition.OPTIONAL,
        rpc="AircraftService/GroundAircraft",
        refuses=(AircraftRetired, Conflict),
    ),
    Operation(
        "POST /aircraft/{aircraft_id}/release",
        "Give a grounded aircraft back to operation",
        Permission.MANAGE_AIRCRAFT,
        fleet.release,
        body=StatusOrder,
        answers=AircraftOut,
        idempotent=True,
        precondition=Precondition.OPTIONAL,
        rpc="AircraftService/ReleaseAircraft",
        refuses=(AircraftNotReady, AircraftRetired, Conflict),
    ),
    Operation(
        "POST /aircraft/{aircraft_id}/retire",
        "Retire an aircraft for good",
        Permission.MANAGE_AIRCRAFT,
        fleet.retire,
        body=StatusOrder,
        answers=AircraftOut,
        idempotent=True,
        precondition=Precondition.OPTIONAL,
        rpc="AircraftService/RetireAircraft",
        refuses=(AircraftInUse, AircraftRetired),
    ),
    Operation(
        "DELETE /aircraft/{aircraft_id}",
        "Take an aircraft out of the fleet",
        Permission.MANAGE_AIRCRAFT,
        fleet.delete_aircraft,
        status=204,
        precondition=Precondition.OPTIONAL,
        rpc="AircraftService/DeleteAircraft",
        refuses=(AircraftInUse,),
    ),
    Operation(
        "DELETE /users/{user_id}",
        "Remove somebody from the organization",
        Permission.MANAGE_USERS,
        crew.remove_user,
        status=204,
        precondition=Precondition.OPTIONAL,
        refuses=(UserInUse, LastAdministrator, OwnAccount),
    ),
)
