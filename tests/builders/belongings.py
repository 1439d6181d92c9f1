"""One of everything a tenant can have, made through the API: for tests that must hold for whatever has an id."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from amss.foundation.ids import new_id
from builders.csv_files import send_csv
from builders.front_door import FrontDoor, Reply
from builders.sign_in import remember_session
from builders.tenants import ORIGIN, Tenant

# What was made so far, by the name its id has in paths.
Made = dict[str, str]
Maker = Callable[[FrontDoor, Tenant, Made], Awaitable[str]]


async def one_of_everything(api: FrontDoor, tenant: Tenant) -> Made:
    """Make one of everything and return the ids."""
    made: Made = {}
    for name, make in MAKERS.items():
        made[name] = await make(api, tenant, made)
    return made


async def _organization(_api: FrontDoor, tenant: Tenant, _made: Made) -> str:
    return str(tenant.org_id)


async def _user(_api: FrontDoor, tenant: Tenant, _made: Made) -> str:
    return str(tenant.mechanic.id)


async def _session(api: FrontDoor, tenant: Tenant, _made: Made) -> str:
    return await remember_session(api.resources.database, tenant.tenant_admin)


async def _api_key(api: FrontDoor, tenant: Tenant, _made: Made) -> str:
    return _id(await api(tenant.tenant_admin, "POST /api-keys", {"name": "ERP", "role": "auditor"}))


async def _aircraft(api: FrontDoor, tenant: Tenant, _made: Made) -> str:
    return _id(await api(tenant.planner, "POST /aircraft", {"tail_number": "G-ABCD", "model": "A320-214"}))


async def _program(api: FrontDoor, tenant: Tenant, made: Made) -> str:
    program = {
        "code": "A-CHK",
        "name": "A check",
        "aircraft_id": made["aircraft_id"],
        "task_type": "inspection",
        "limits": [{"interval_type": "calendar", "interval": 90, "max_extension": 9}],
    }
    return _id(await api(tenant.planner, "POST /maintenance-programs", program))


async def _due_item(api: FrontDoor, tenant: Tenant, made: Made) -> str:
    due: Any = (await api(tenant.planner, f"GET /due-items?program_id={made['program_id']}")).json
    return due["items"][0]["id"]


async def _extension(api: FrontDoor, tenant: Tenant, made: Made) -> str:
    request = {"interval_type": "calendar", "amount": 5, "reason": "No slot"}
    return _id(await api(tenant.planner, f"POST /due-items/{made['due_item_id']}/extensions", request))


async def _task(api: FrontDoor, tenant: Tenant, made: Made) -> str:
    start = datetime.now(UTC) + timedelta(days=1)
    task = {
        "aircraft_id": made["aircraft_id"],
        "type": "repair",
        "title": "Fix the flap",
        "start_time": start,
        "end_time": start + timedelta(hours=2),
    }
    return _id(await api(tenant.planner, "POST /maintenance-tasks", task))


async def _part_definition(api: FrontDoor, tenant: Tenant, _made: Made) -> str:
    return _id(await api(tenant.planner, "POST /part-definitions", {"name": "Oil filter", "category": "consumable"}))


async def _part_item(api: FrontDoor, tenant: Tenant, made: Made) -> str:
    item = {"part_definition_id": made["part_definition_id"], "serial_number": "SN-0042"}
    return _id(await api(tenant.planner, "POST /part-items", item))


async def _reservation(api: FrontDoor, tenant: Tenant, made: Made) -> str:
    reservation = {"task_id": made["task_id"], "part_item_id": made["part_item_id"]}
    return _id(await api(tenant.planner, "POST /part-reservations", reservation))


async def _compliance_item(api: FrontDoor, tenant: Tenant, made: Made) -> str:
    check = {"task_id": made["task_id"], "description": "Flap travel measured"}
    return _id(await api(tenant.planner, "POST /compliance-items", check))


async def _webhook(api: FrontDoor, tenant: Tenant, _made: Made) -> str:
    webhook = {"url": "https://receiver.example/hook", "events": ["task.*"]}
    return _id(await api(tenant.tenant_admin, "POST /webhooks", webhook))


async def _delivery(api: FrontDoor, tenant: Tenant, made: Made) -> str:
    return await a_delivery(api, tenant, made["webhook_id"])


async def a_delivery(api: FrontDoor, tenant: Tenant, webhook_id: str) -> str:
    """Plan to tell an endpoint that it was registered, as the publisher does; return the delivery's id."""
    delivery_id = new_id()
    async with api.resources.database.transaction(tenant.tenant_admin.actor, tenant.org_id, ORIGIN) as tx:
        await tx.run(
            """
            INSERT INTO webhook_deliveries (org_id, id, webhook_id, event_id, event_type, next_attempt_at)
            SELECT org_id, $2, $3, id, event_type, now() + interval '1 day' FROM outbox_events
            WHERE org_id = $1 AND event_type = 'webhook.created' AND aggregate_id = $3
            """,
            tenant.org_id, delivery_id, webhook_id,
        )  # fmt: skip
    return str(delivery_id)


async def _dead_letter(api: FrontDoor, tenant: Tenant, _made: Made) -> str:
    """Give an event up, as the publisher does."""
    event_id = new_id()
    async with api.resources.database.transaction(tenant.tenant_admin.actor, tenant.org_id, ORIGIN) as tx:
        await tx.run(
            """
            INSERT INTO outbox_events (org_id, id, event_type, aggregate_type, aggregate_id, payload)
            VALUES ($1, $2, 'task.created', 'maintenance_task', $2, '{}')
            """,
            tenant.org_id, event_id,
        )  # fmt: skip
        await tx.run(
            """
            UPDATE outbox_events SET attempt_count = 10, last_error = 'not this one', failed_at = now()
            WHERE org_id = $1 AND id = $2
            """,
            tenant.org_id, event_id,
        )  # fmt: skip
    return str(event_id)


async def _import(api: FrontDoor, tenant: Tenant, _made: Made) -> str:
    return _id(await send_csv(api, tenant.planner, b"tail_number,model\nG-TWO,A320-214\n"))


def _id(reply: Reply) -> str:
    assert reply.status in (201, 202), reply.body
    return reply.json["id"]


# In the order they are made: what others hang on comes first.
MAKERS: dict[str, Maker] = {
    "organization_id": _organization,
    "user_id": _user,
    "session_id": _session,
    "api_key_id": _api_key,
    "aircraft_id": _aircraft,
    "program_id": _program,
    "due_item_id": _due_item,
    "extension_id": _extension,
    "task_id": _task,
    "part_definition_id": _part_definition,
    "part_item_id": _part_item,
    "reservation_id": _reservation,
    "compliance_item_id": _compliance_item,
    "webhook_id": _webhook,
    "delivery_id": _delivery,
    "import_id": _import,
    "dead_letter_id": _dead_letter,
}
