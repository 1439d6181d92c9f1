"""Who may do what: every operation against a table written by hand from the rules of the trade, section 1."""

import importlib
import pkgutil
import re

import pytest
from google.protobuf.descriptor import FileDescriptor

import amss_proto.amss.v1
from amss.foundation.access import GRANTS, Actor, ActorKind, Permission, Role
from amss.foundation.ids import new_id
from amss.foundation.operation import Operation
from amss.server.operations import OPERATIONS
from amss.server.rpc.methods import SERVICES
from builders.front_door import FrontDoor
from builders.tenants import Tenant

NOBODY_BUT_ADMINS: frozenset[Role] = frozenset()
TENANT_ADMIN = frozenset({Role.TENANT_ADMIN})
SCHEDULER = frozenset({Role.SCHEDULER})
MECHANICS = frozenset({Role.MECHANIC})
OVERSEERS = frozenset({Role.TENANT_ADMIN, Role.AUDITOR})
PLANNERS = frozenset({Role.TENANT_ADMIN, Role.SCHEDULER})
PLANNERS_AND_AUDITOR = PLANNERS | {Role.AUDITOR}
WORKERS = PLANNERS | {Role.MECHANIC}
EVERYBODY = WORKERS | {Role.AUDITOR}
ANYBODY = None  # without a token

# An admin may everything besides.
WHO_MAY: dict[str, frozenset[Role] | None] = {
    "POST /auth/login": ANYBODY,
    "POST /auth/refresh": ANYBODY,
    "POST /auth/logout": ANYBODY,
    "GET /auth/me": EVERYBODY,
    "GET /auth/sessions": EVERYBODY,
    "DELETE /auth/sessions/{session_id}": EVERYBODY,
    "POST /auth/password": EVERYBODY,
    "POST /auth/reauthenticate": EVERYBODY,
    "POST /auth/password-reset": ANYBODY,
    "POST /users/{user_id}/password-reset": TENANT_ADMIN,
    "POST /api-keys": TENANT_ADMIN,
    "GET /api-keys": OVERSEERS,
    "DELETE /api-keys/{api_key_id}": TENANT_ADMIN,
    "POST /organizations": NOBODY_BUT_ADMINS,
    "GET /organizations": NOBODY_BUT_ADMINS,
    "GET /organizations/{organization_id}": EVERYBODY,
    "PATCH /organizations/{organization_id}": TENANT_ADMIN,
    "DELETE /organizations/{organization_id}": NOBODY_BUT_ADMINS,
    "GET /organizations/{organization_id}/policy": EVERYBODY,
    "PATCH /organizations/{organization_id}/policy": TENANT_ADMIN,
    "POST /users": TENANT_ADMIN,
    "GET /users": EVERYBODY,
    "GET /users/{user_id}": EVERYBODY,
    "PATCH /users/{user_id}": TENANT_ADMIN,
    "DELETE /users/{user_id}": TENANT_ADMIN,
    "POST /webhooks": TENANT_ADMIN,
    "GET /webhooks": OVERSEERS,
    "GET /webhooks/{webhook_id}": OVERSEERS,
    "PATCH /webhooks/{webhook_id}": TENANT_ADMIN,
    "DELETE /webhooks/{webhook_id}": TENANT_ADMIN,
    "POST /webhooks/{webhook_id}/test": TENANT_ADMIN,
    "POST /webhooks/{webhook_id}/rotate-secret": TENANT_ADMIN,
    "POST /webhooks/{webhook_id}/enable": TENANT_ADMIN,
    "POST /webhooks/{webhook_id}/disable": TENANT_ADMIN,
    "POST /webhooks/{webhook_id}/recover": TENANT_ADMIN,
    "GET /webhooks/{webhook_id}/statistics": OVERSEERS,
    "GET /webhooks/{webhook_id}/deliveries": OVERSEERS,
    "GET /webhook-deliveries/{delivery_id}": OVERSEERS,
    "GET /event-types": EVERYBODY,
    "GET /events": EVERYBODY,
    "GET /events/stream": EVERYBODY,
    "POST /webhook-deliveries/{delivery_id}/retry": TENANT_ADMIN,
    "POST /aircraft": PLANNERS,
    "GET /aircraft": EVERYBODY,
    "GET /aircraft/{aircraft_id}": EVERYBODY,
    "PATCH /aircraft/{aircraft_id}": PLANNERS,
    "DELETE /aircraft/{aircraft_id}": PLANNERS,
    "POST /aircraft/{aircraft_id}/ground": WORKERS,
    "POST /aircraft/{aircraft_id}/release": PLANNERS,
    "POST /aircraft/{aircraft_id}/retire": PLANNERS,
    "GET /aircraft/{aircraft_id}/history": EVERYBODY,
    "GET /aircraft/{aircraft_id}/due-items": EVERYBODY,
    "GET /aircraft/{aircraft_id}/maintenance-record": EVERYBODY,
    "GET /aircraft/{aircraft_id}/maintenance-record.csv": PLANNERS_AND_AUDITOR,
    "GET /aircraft/{aircraft_id}/maintenance-record.html": PLANNERS_AND_AUDITOR,
    "POST /aircraft/{aircraft_id}/utilization": WORKERS,
    "GET /aircraft/{aircraft_id}/utilization": EVERYBODY,
    "POST /utilization:batch": WORKERS,
    "POST /maintenance-programs": PLANNERS,
    "GET /maintenance-programs": EVERYBODY,
    "GET /maintenance-programs/{program_id}": EVERYBODY,
    "PATCH /maintenance-programs/{program_id}": PLANNERS,
    "DELETE /maintenance-programs/{program_id}": PLANNERS,
    "POST /maintenance-programs/generate": PLANNERS,
    "POST /maintenance-programs/{program_id}/preview": PLANNERS,
    "GET /maintenance-programs/{program_id}/assignments": EVERYBODY,
    "POST /maintenance-programs/{program_id}/assignments": PLANNERS,
    "DELETE /maintenance-programs/{program_id}/assignments/{aircraft_id}": PLANNERS,
    "GET /ata-chapters": EVERYBODY,
    "GET /due-items": EVERYBODY,
    "GET /due-items.csv": EVERYBODY,
    "GET /due-items/{due_item_id}": EVERYBODY,
    "PATCH /due-items/{due_item_id}": PLANNERS,
    "POST /due-items/{due_item_id}/extensions": SCHEDULER,
    "GET /due-items/{due_item_id}/extensions": PLANNERS_AND_AUDITOR,
    "POST /due-items/{due_item_id}/extensions/{extension_id}/approve": TENANT_ADMIN,
    "POST /due-items/{due_item_id}/extensions/{extension_id}/reject": TENANT_ADMIN,
    "GET /due-item-extensions": PLANNERS_AND_AUDITOR,
    "POST /maintenance-tasks": PLANNERS,
    "POST /maintenance-tasks:batch": PLANNERS,
    "GET /maintenance-tasks": EVERYBODY,
    "GET /maintenance-tasks/{task_id}": EVERYBODY,
    "PATCH /maintenance-tasks/{task_id}": PLANNERS,
    "POST /maintenance-tasks/{task_id}/check": WORKERS,  # as for the step itself
    "POST /maintenance-tasks/{task_id}/handover": PLANNERS,
    "PATCH /maintenance-tasks/{task_id}/state": WORKERS,  # of mechanics the assigned one: the task's rules say so
    "DELETE /maintenance-tasks/{task_id}": PLANNERS,
    "POST /part-definitions": WORKERS,
    "GET /part-definitions": EVERYBODY,
    "GET /part-definitions/{part_definition_id}": EVERYBODY,
    "PATCH /part-definitions/{part_definition_id}": WORKERS,
    "DELETE /part-definitions/{part_definition_id}": WORKERS,
    "POST /part-items": WORKERS,
    "GET /part-items": EVERYBODY,
    "GET /part-items/{part_item_id}": EVERYBODY,
    "PATCH /part-items/{part_item_id}": WORKERS,
    "DELETE /part-items/{part_item_id}": WORKERS,
    "GET /part-items/{part_item_id}/history": EVERYBODY,
    "GET /part-reservations": EVERYBODY,
    "POST /part-reservations": WORKERS,  # mechanics for their own tasks: the rules of reserving say so
    "PATCH /part-reservations/{reservation_id}/state": WORKERS,
    "POST /part-items/{part_item_id}/removal": WORKERS,
    "GET /compliance-items": EVERYBODY,
    "GET /compliance-items/{compliance_item_id}": EVERYBODY,
    # Of mechanics the assigned one: the rules of the checks say so.
    "POST /compliance-items": WORKERS,
    "PATCH /compliance-items/{compliance_item_id}": WORKERS,
    "DELETE /compliance-items/{compliance_item_id}": WORKERS,
    "POST /compliance-items/{compliance_item_id}/sign-off": MECHANICS,
    "POST /imports/csv": PLANNERS,
    "GET /imports": PLANNERS_AND_AUDITOR,
    "GET /imports/{import_id}": PLANNERS_AND_AUDITOR,
    "GET /imports/{import_id}/rows": PLANNERS_AND_AUDITOR,
    "GET /audit-logs": PLANNERS_AND_AUDITOR,
    "GET /reports/summary": EVERYBODY,
    "GET /reports/summary.csv": PLANNERS_AND_AUDITOR,
    "GET /reports/fleet-status": EVERYBODY,
    "GET /reports/fleet-status.csv": PLANNERS_AND_AUDITOR,
    "GET /reports/compliance": EVERYBODY,
    "GET /reports/compliance.csv": PLANNERS_AND_AUDITOR,
    "GET /reports/utilization": EVERYBODY,
    "GET /reports/utilization.csv": PLANNERS_AND_AUDITOR,
    "GET /reports/mechanic-workload": EVERYBODY,
    "GET /reports/mechanic-workload.csv": PLANNERS_AND_AUDITOR,
    "GET /reports/on-time": EVERYBODY,
    "GET /reports/on-time.csv": PLANNERS_AND_AUDITOR,
    "GET /audit-logs/export": OVERSEERS,
    "GET /audit-logs/verify": PLANNERS_AND_AUDITOR,
    "GET /system/jobs": NOBODY_BUT_ADMINS,
    "GET /system/dead-letters": NOBODY_BUT_ADMINS,
    "POST /system/dead-letters/{dead_letter_id}/requeue": NOBODY_BUT_ADMINS,
}


def test_the_table_names_exactly_the_operations_there_are() -> None:
    routes = [operation.route for operation in OPERATIONS]

    assert sorted(routes) == sorted(WHO_MAY)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.route)
def test_an_operation_is_granted_to_whom_the_table_says(operation: Operation) -> None:
    who_may = WHO_MAY[operation.route]

    assert (operation.permission is Permission.PUBLIC) == (who_may is ANYBODY)
    if who_may is not None:
        granted = {role for role in Role if may(role, operation.permission)}
        assert granted == {*who_may, Role.ADMIN}


def test_every_permission_stands_in_the_one_table_of_grants() -> None:
    assert set(GRANTS) == set(Permission)


async def test_whoever_may_not_is_turned_away_at_the_door(api: FrontDoor, tenant: Tenant) -> None:
    people = {
        person.role: person for person in (tenant.tenant_admin, tenant.planner, tenant.mechanic, tenant.auditor)
    }
    for route, who_may in WHO_MAY.items():
        path = re.sub(r"{\w+}", lambda _: str(new_id()), route)
        if who_may is not None:
            nobody = await api(None, path)
            assert (nobody.status, nobody.code) == (401, "AUTH"), route
            for role in people.keys() - who_may:
                answer = await api(people[role], path)
                assert (answer.status, answer.code) == (403, "FORBIDDEN"), (route, role)


def test_every_rpc_is_an_operation_and_every_operation_that_names_an_rpc_has_one() -> None:
    described = {
        f"{service.name}/{method.name}"
        for file in files()
        for service in file.services_by_name.values()
        for method in service.methods
    }
    named = [
        *(operation.rpc for operation in OPERATIONS if operation.rpc is not None),
        *(name for operation in OPERATIONS for name in operation.rpc_steps),
    ]

    assert sorted(named) == sorted(described)
    assert {service.full_name for service in SERVICES} == {
        service.full_name for file in files() for service in file.services_by_name.values()
    }


def files() -> list[FileDescriptor]:
    """Every file of our protocol."""
    package = amss_proto.amss.v1
    names = [each.name for each in pkgutil.iter_modules(package.__path__)]
    return [importlib.import_module(f"{package.__name__}.{name}").DESCRIPTOR for name in names]


def may(role: Role, permission: Permission) -> bool:
    return Actor(kind=ActorKind.USER, name="somebody", role=role).may(permission)
