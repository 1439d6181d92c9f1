"""Deleting is a change like any other: it counts a version, and everything that tells of it tells the same one."""

from typing import Any
from uuid import UUID

import pytest

from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.tasks import a_program, an_order, fleet_of_one
from builders.tenants import Tenant


@pytest.mark.parametrize(
    ("path", "table"),
    [
        ("aircraft", "aircraft"),
        ("maintenance-programs", "maintenance_programs"),
        ("maintenance-tasks", "maintenance_tasks"),
        ("part-definitions", "part_definitions"),
        ("part-items", "part_items"),
        ("users", "users"),
        ("webhooks", "webhooks"),
    ],
)
async def test_a_deleted_record_is_one_version_on_wherever_it_is_told(
    api: FrontDoor, tenant: Tenant, installation: Installation, path: str, table: str
) -> None:
    record_id = UUID((await made(api, tenant, path))["id"])

    deleted = await api(tenant.tenant_admin, f"DELETE /{path}/{record_id}", headers={"if-match": '"v1"'})

    assert deleted.status == 204, deleted.body
    row = await installation.owner.fetchrow(
        f"SELECT version, updated_at = deleted_at AS is_dated FROM {table} WHERE id = $1", record_id
    )
    audit = await installation.owner.fetchrow(
        "SELECT entity_version, details FROM audit_logs WHERE entity_id = $1 AND action = 'delete'", record_id
    )
    told = await installation.owner.fetchval(
        "SELECT payload ->> 'version' FROM outbox_events WHERE aggregate_id = $1 AND event_type LIKE '%.deleted'",
        record_id,
    )
    assert (row["version"], row["is_dated"]) == (2, True)
    assert (audit["entity_version"], told) == (2, "2")


async def made(api: FrontDoor, tenant: Tenant, path: str) -> dict[str, Any]:
    """Return a new record of a kind."""
    if path == "maintenance-programs":
        return await a_program(api, tenant.planner)
    orders: dict[str, dict[str, Any]] = {
        "part-definitions": {"name": "Oil filter", "category": "consumable"},
        "users": {"email": "ada@demo.example", "name": "Ada", "role": "auditor", "password": "maintain-the-fleet"},
        "webhooks": {"url": "https://erp.highland.example/amss", "events": ["*"]},
    }
    if path == "part-items":
        definition = await made(api, tenant, "part-definitions")
        orders[path] = {"part_definition_id": definition["id"], "serial_number": "SN-0042"}
    if path not in orders:
        aircraft = await fleet_of_one(api, tenant.planner)
        if path == "aircraft":
            return aircraft
        orders["maintenance-tasks"] = an_order(aircraft)
    created = await api(tenant.tenant_admin, f"POST /{path}", orders[path])
    assert created.status == 201, created.body
    return created.json
