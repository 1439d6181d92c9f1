"""Whatever changes something is in the trail, and the world is told of it: generated from the operation table.

A new operation that writes is not covered until it stands in builders/every_write.py with what it leaves behind.
"""

from typing import Any

import msgspec
import pytest

from amss.foundation.access import Permission
from amss.foundation.ids import new_id
from amss.foundation.operation import Kind, Operation
from amss.journal.event_types import Action, EventType
from amss.server.operations import OPERATIONS
from builders.belongings import one_of_everything
from builders.every_write import WRITES
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.sign_in import an_admin
from builders.tenants import Person, Tenant
from builders.writes import Noted, Nothing, Stage

# A reading that is an act all the same.
NOTED_READS = {"GET /audit-logs/verify"}
READING = {Kind.READ, Kind.STREAM}
WRITING = [
    each for each in OPERATIONS if each.kind not in READING or each.method != "GET" or each.route in NOTED_READS
]


def test_every_write_is_made_here() -> None:
    assert {each.route for each in WRITING} == WRITES.keys()


@pytest.mark.parametrize("operation", WRITING, ids=lambda operation: operation.route)
async def test_a_write_is_in_the_trail_and_the_world_is_told(
    api: FrontDoor, installation: Installation, tenant: Tenant, operation: Operation
) -> None:
    write = WRITES[operation.route]
    stage = Stage(api, installation, tenant, await one_of_everything(api, tenant))
    if write.first is not None:
        await write.first(stage)
    person = await an_admin(installation) if write.by == "admin" else getattr(tenant, write.by)
    headers = {"x-request-id": f"write-{new_id()}"}
    if write.by == "admin":
        headers["x-org-id"] = str(tenant.org_id)

    asked_by = None if operation.permission is Permission.PUBLIC else person
    done = await write.make(stage, operation.route, asked_by, headers)

    assert done.status in (200, 201, 202, 204), done.body
    rows = await installation.owner.fetch(
        "SELECT * FROM audit_logs WHERE request_id = $1", done.headers["x-request-id"]
    )
    events = await installation.owner.fetch(
        "SELECT * FROM outbox_events WHERE request_id = $1", done.headers["x-request-id"]
    )
    where = done.json["id"] if operation.route == "POST /organizations" else str(tenant.org_id)
    match write.leaves:
        case Nothing(because):
            assert (rows, events) == ([], []), because
        case Noted(action, entity_type):
            assert {(row["action"], row["entity_type"]) for row in rows} == {(action, entity_type)}
            assert events == []
        case EventType() as event:
            must_tell(event, rows, events, of=f"{stage.made} {done.body!r}")
    assert {str(each["org_id"]) for each in (*rows, *events)} <= {where}
    assert all(is_by(person, row) for row in rows)


def must_tell(event: EventType, rows: list[Any], events: list[Any], *, of: str) -> None:
    """Fail unless rows and events tell of the same thing, one that was named, with both sides of the change."""
    of_kind = {each["aggregate_id"]: each for each in events if each["event_type"] == event}
    told_of = [row for row in rows if row["action"] == event.action and row["entity_id"] in of_kind]
    assert told_of
    assert {each["aggregate_type"] for each in of_kind.values()} == {row["entity_type"] for row in told_of}
    for row in told_of:
        details = msgspec.json.decode(row["details"])
        # Of tasks that are generated only the number is answered: their aircraft was named.
        assert str(row["entity_id"]) in of or details["after"]["aircraft_id"] in of
        assert has_both_sides(event, details["before"], details["after"])


def has_both_sides(event: EventType, before: Any, after: Any) -> bool:
    match event.action:
        case Action.CREATE:
            return before is None and bool(after)
        case Action.DELETE:
            return bool(before) and after is None
        case _:
            # A test of an endpoint changes nothing of it.
            return bool(after) and (bool(before) or event is EventType.WEBHOOK_TEST)


def is_by(person: Person, row: Any) -> bool:
    return (row["actor_kind"], row["user_id"], row["actor_org_id"]) == ("user", person.id, person.org_id)
