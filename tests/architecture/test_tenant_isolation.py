"""No tenant reaches another's things: generated from the operation table, for whatever it holds tomorrow.

That plain SQL as the server's role sees nothing either is shown in test_tenants_apart.py.
"""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, get_args, get_origin
from urllib.parse import urlencode
from uuid import UUID

import msgspec
import pytest
from grpc import StatusCode

from amss.foundation.access import GRANTS, Permission, Role
from amss.foundation.operation import Kind, Operation
from amss.server.operations import OPERATIONS
from amss.server.rpc.messages import fill
from amss.server.rpc.methods import RpcMethod, rpc_methods
from builders.belongings import MAKERS, Made, one_of_everything
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.rpc_door import RpcDoor, rpc_door
from builders.sign_in import with_password
from builders.tenants import PASSWORD, Person, Tenant, a_tenant

ON_ONE_THING = [operation for operation in OPERATIONS if "{" in operation.path]
OF_ALL_THINGS = [operation for operation in OPERATIONS if operation.kind is Kind.READ and "{" not in operation.path]
RPCS_ON_ONE_THING = [method for method in rpc_methods() if method.ids]
# A body that would do where {} does not: the refusal must come from whose the thing is.
FLOWN = {"flown_on": "2026-11-24", "flight_minutes": 90, "cycles": 1}
BODIES: dict[str, dict[str, Any]] = {
    "NewUtilization": FLOWN,
    "StateChange": {"state": "cancelled", "reason": "not ours"},
    "Handover": {"assigned_mechanic_id": str(UUID(int=0)), "note": "not ours"},
    "ReservationStep": {"state": "released"},
    "SignOff": {"result": "pass", "password": PASSWORD},
    "StatusOrder": {"reason": "not ours"},
    "NewAssignment": {"aircraft_id": str(UUID(int=0))},
    "NewExtension": {"interval_type": "calendar", "amount": 1, "reason": "not ours"},
    "Removal": {"task_id": str(UUID(int=0)), "reason": "not ours"},
    "Rejection": {"reason": "not ours"},
    "RecoverOrder": {"since": "2026-11-24T00:00:00Z"},
    "DueItemChange": {"last_done": {"on": "2026-11-24", "flight_minutes": 0, "cycles": 0}, "reason": "not ours"},
}
# No role of an organization has these.
ADMINS_ALONE = {Permission.MANAGE_ORGANIZATIONS, Permission.MANAGE_SYSTEM}
# What only an admin sees: features/system/test_dead_letters.py finds it.
SEEN_BY_ADMINS = {"dead_letter_id"}
# What is read of all else, and leaves a row in the trail.
NOTED = {"GET /audit-logs/verify"}
# What counts the minutes that pass while these tests run.
COUNTING = {"GET /reports/fleet-status"}
# What an operation that is no list must be asked.
QUERIES = {"TaskCheckQuery": {"to": "cancelled"}}
# Commands that name a thing in their body.
START = datetime.now(UTC) + timedelta(days=2)
TASK = {"type": "repair", "title": "Theirs", "start_time": START, "end_time": START + timedelta(hours=1)}
PROGRAM = {
    "code": "THEIRS", "name": "Theirs", "task_type": "repair", "interval_type": "calendar", "interval_value": 9,
}  # fmt: skip
HANDOVER = {"note": "Panel open"}
REMOVAL = {"reason": "Worn"}
CHECK = {"description": "Torque checked", "reason": "Misread"}
# Route, body, the field that names another's thing, and the thing.
NAMING_A_THING = [
    ("POST /maintenance-tasks", TASK, "aircraft_id", "aircraft_id"),
    ("POST /maintenance-tasks", TASK, "program_id", "program_id"),
    ("POST /maintenance-tasks", TASK, "assigned_mechanic_id", "user_id"),
    ("PATCH /maintenance-tasks/{task_id}", {"priority": "aog"}, "assigned_mechanic_id", "user_id"),
    ("POST /maintenance-tasks/{task_id}/handover", HANDOVER, "assigned_mechanic_id", "user_id"),
    ("POST /maintenance-tasks:batch", TASK, "items/aircraft_id", "aircraft_id"),
    ("POST /maintenance-tasks:batch", TASK, "items/program_id", "program_id"),
    ("POST /maintenance-tasks:batch", TASK, "items/assigned_mechanic_id", "user_id"),
    ("POST /utilization:batch", FLOWN, "items/aircraft_id", "aircraft_id"),
    ("POST /maintenance-programs", PROGRAM, "aircraft_id", "aircraft_id"),
    ("POST /maintenance-programs/{program_id}/assignments", {}, "aircraft_id", "aircraft_id"),
    ("POST /part-items", {"serial_number": "SN-THEIRS"}, "part_definition_id", "part_definition_id"),
    ("POST /part-reservations", {}, "task_id", "task_id"),
    ("POST /part-reservations", {}, "part_item_id", "part_item_id"),
    ("POST /part-items/{part_item_id}/removal", REMOVAL, "task_id", "task_id"),
    ("POST /compliance-items", CHECK, "task_id", "task_id"),
    ("POST /compliance-items", CHECK, "supersedes_id", "compliance_item_id"),
]
# What an order cannot be without; of ours, unless it is the other tenant's that is tried.
NEEDED = {
    "POST /part-items": {"part_definition_id": "part_definition_id"},
    "POST /part-reservations": {"task_id": "task_id", "part_item_id": "part_item_id"},
    "POST /part-items/{part_item_id}/removal": {"task_id": "task_id"},
    "POST /compliance-items": {"task_id": "task_id", "supersedes_id": "compliance_item_id"},
}
# Another tenant's part definition is refused as one that is not there: programs/test_templates.py tries it.
TRIED_ELSEWHERE = "parts/part_definition_id"


@dataclass(frozen=True)
class Two:
    """Our tenant and another, each with one of everything."""

    ours: Tenant
    our_things: Made
    theirs: Tenant
    their_things: Made


@pytest.fixture(scope="session")
async def two(api: FrontDoor, installation: Installation) -> Two:
    ours, theirs = await a_tenant(installation), await a_tenant(installation)
    await with_password(installation, ours.mechanic)  # who signs proves who he is before the thing is looked for
    return Two(ours, await one_of_everything(api, ours), theirs, await one_of_everything(api, theirs))


@pytest.fixture(scope="session")
async def rpc(installation: Installation) -> AsyncIterator[RpcDoor]:
    async with rpc_door(installation) as door:
        yield door


def test_everything_a_path_can_name_is_made_for_these_tests() -> None:
    named = {name for operation in ON_ONE_THING for name in re.findall(r"{(\w+)}", operation.path)}

    assert named == set(MAKERS)


@pytest.mark.parametrize("operation", ON_ONE_THING, ids=lambda operation: operation.route)
async def test_what_is_anothers_does_not_exist(api: FrontDoor, two: Two, operation: Operation) -> None:
    before = await everything_of(api, two.theirs, two.their_things)

    answer = await api(
        somebody_who_may(operation, two.ours),
        route_to(operation, two.their_things),
        body_for(operation),
        headers={"if-match": '"v1"'},
    )

    # What is for admins alone is refused before it is looked for.
    refused = (403, "FORBIDDEN") if operation.permission in ADMINS_ALONE else (404, "NOT_FOUND")
    assert (answer.status, answer.code) == refused, answer.body
    assert await everything_of(api, two.theirs, two.their_things) == before


@pytest.mark.parametrize("operation", ON_ONE_THING, ids=lambda operation: operation.route)
async def test_naming_anothers_organization_is_forbidden(api: FrontDoor, two: Two, operation: Operation) -> None:
    answer = await api(
        somebody_who_may(operation, two.ours),
        route_to(operation, two.their_things),
        body_for(operation),
        headers={"if-match": '"v1"', "x-org-id": str(two.theirs.org_id)},
    )

    assert (answer.status, answer.code) == (403, "FORBIDDEN"), answer.body


@pytest.mark.parametrize("operation", OF_ALL_THINGS, ids=lambda operation: operation.route)
async def test_no_list_shows_anything_of_another(api: FrontDoor, two: Two, operation: Operation) -> None:
    answer = await api(two.ours.tenant_admin, operation.route)

    assert answer.status == 200 or operation.permission in ADMINS_ALONE, answer.body
    assert not [name for name, thing in two.their_things.items() if thing.encode() in answer.body]


@pytest.mark.parametrize("name", [name for name in MAKERS if name not in SEEN_BY_ADMINS])
async def test_our_own_things_are_found_where_anothers_are_not(api: FrontDoor, two: Two, name: str) -> None:
    # Without this, a list that shows nothing at all would pass.
    ours = await everything_of(api, two.ours, two.our_things)

    assert any(two.our_things[name] in shown for shown in ours)


def test_every_field_of_a_body_that_takes_an_id_is_tried_with_anothers() -> None:
    taking_an_id = {
        (operation.route, field)
        for operation in OPERATIONS
        if operation.body is not None
        for field in id_fields_of(operation.body)
        if field != TRIED_ELSEWHERE
    }

    assert taking_an_id == {(route, field) for route, _, field, _ in NAMING_A_THING}


@pytest.mark.parametrize(("route", "body", "field", "thing"), NAMING_A_THING)
async def test_what_is_anothers_cannot_be_used(
    api: FrontDoor, two: Two, route: str, body: dict[str, Any], field: str, thing: str
) -> None:
    order = ours(two, route) | body

    in_batches = field.startswith("items/")
    mixed, without = [
        await api(
            two.ours.planner,
            route.format(**two.our_things),
            {"items": [body]} if in_batches else body,
            headers={"if-match": "*"},
        )
        for body in (order | {field.removeprefix("items/"): two.their_things[thing]}, order)
    ]

    refused = mixed.json["results"][0]["problem"] if in_batches else mixed.json
    assert (refused["status"], refused["code"]) == (404, "NOT_FOUND"), mixed.body
    status = without.json["results"][0]["status"] if in_batches else without.status
    assert status in (200, 201, 409), without.body  # so nothing else was wrong with it


@pytest.mark.parametrize("method", RPCS_ON_ONE_THING, ids=lambda method: method.name)
async def test_what_is_anothers_does_not_exist_over_grpc(rpc: RpcDoor, two: Two, method: RpcMethod) -> None:
    request = method.request()
    ids = {name: two.their_things[name] for name in method.ids}
    fill(request, {**(body_for(method.operation) or {}), **query_for(method.operation), **ids, "expected_version": 1})

    reply = await rpc(somebody_who_may(method.operation, two.ours), method.name.removeprefix("amss.v1."), request)

    assert (reply.code, reply.reason) == (StatusCode.NOT_FOUND, "NOT_FOUND")


def ours(two: Two, route: str) -> dict[str, Any]:
    """Return our own things that a command names in its body."""
    if "{task_id}/handover" in route:
        return {"assigned_mechanic_id": two.our_things["user_id"]}
    if "{task_id}" in route:
        return {}
    needed = NEEDED.get(route, {"aircraft_id": "aircraft_id"})
    return {field: two.our_things[thing] for field, thing in needed.items()}


def id_fields_of(kind: Any) -> Iterator[str]:
    """Yield the names of a shape's fields that may hold an id, those of the shapes inside it included."""
    for field in msgspec.structs.fields(kind):
        if UUID in types_in(field.type):
            yield field.encode_name
        for inner in types_in(field.type):
            if issubclass(inner, msgspec.Struct):
                yield from (f"{field.encode_name}/{name}" for name in id_fields_of(inner))


def types_in(kind: Any) -> set[type]:
    """Return the classes a type is made of."""
    inside = {each for part in get_args(kind) for each in types_in(part)}
    return inside | ({kind} if isinstance(kind, type) and get_origin(kind) is None else set())


def route_to(operation: Operation, things: Made) -> str:
    """Return an operation's method and path, with all it must be asked."""
    asked = query_for(operation)
    return operation.route.format(**things) + (f"?{urlencode(asked)}" if asked else "")


def query_for(operation: Operation) -> dict[str, str]:
    """Return the query that an operation on one thing must be asked."""
    return {} if operation.query is None else QUERIES.get(operation.query.__name__, {})


def somebody_who_may(operation: Operation, tenant: Tenant) -> Person:
    """Return the tenant's own admin, or where he may not, a planner or a mechanic."""
    may = GRANTS[operation.permission]
    those = {Role.SCHEDULER: tenant.planner, Role.MECHANIC: tenant.mechanic}
    return next((person for role, person in those.items() if may == frozenset({role})), tenant.tenant_admin)


def body_for(operation: Operation) -> dict[str, Any] | None:
    """Return a body that passes every check of form."""
    if operation.body is None:
        return None
    body = BODIES.get(operation.body.__name__, {})
    msgspec.convert(body, operation.body)
    return body


async def everything_of(api: FrontDoor, tenant: Tenant, things: Made) -> list[str]:
    """Return all that a tenant's own admin reads of these things."""
    shown: list[str] = []
    for operation in OPERATIONS:
        if operation.route in NOTED | COUNTING:
            continue
        if operation.kind is Kind.READ and operation.permission not in ADMINS_ALONE:
            answer = await api(tenant.tenant_admin, route_to(operation, things))
            assert answer.status == 200, answer.body
            shown.append(answer.body.decode())
    return shown
