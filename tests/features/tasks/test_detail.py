"""A task shown by itself: with its checks, what is reserved for it, and what it asks for."""

from datetime import date
from typing import Any
from uuid import UUID

from amss.features.compliance.model import ComplianceResult
from amss.foundation.clock import system_clock
from amss.foundation.ids import new_id
from builders.checks import add_signed, add_unsigned
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.tasks import an_order, plan
from builders.tenants import Tenant


async def add_part(installation: Installation, task: dict[str, Any], tenant: Tenant, **part: Any) -> dict[str, str]:
    """Put a part into the store, reserved for a task that asks for two of its kind."""
    ids = {name: new_id() for name in ("definition", "item", "reservation")}
    owner = installation.owner
    await owner.execute(
        "INSERT INTO part_definitions (org_id, id, name, part_number, category) VALUES ($1, $2, $3, 'PN-1', '')",
        tenant.org_id, ids["definition"], part["name"],
    )  # fmt: skip
    await owner.execute(
        """
        INSERT INTO part_items (org_id, id, part_definition_id, serial_number, expiry_date)
        VALUES ($1, $2, $3, $4, $5)
        """,
        tenant.org_id, ids["item"], ids["definition"], part["serial_number"], part["expiry_date"],
    )  # fmt: skip
    await owner.execute(
        "INSERT INTO part_reservations (org_id, id, task_id, part_item_id, state, used_at) "
        "VALUES ($1, $2, $3, $4, 'used', $5)",
        tenant.org_id, ids["reservation"], UUID(task["id"]), ids["item"], system_clock(),
    )  # fmt: skip
    await owner.execute(
        "INSERT INTO task_part_requirements (org_id, task_id, part_definition_id, quantity) VALUES ($1, $2, $3, 2)",
        tenant.org_id, UUID(task["id"]), ids["definition"],
    )  # fmt: skip
    return {name: str(each) for name, each in ids.items()}


async def test_a_task_shows_its_checks_its_parts_and_what_it_asks_for(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], installation: Installation
) -> None:
    task, another = [await plan(api, tenant.planner, an_order(aircraft)) for _ in range(2)]
    failed = await add_signed(installation, task, tenant.mechanic, result=ComplianceResult.FAIL, notes="as found")
    passed = await add_signed(installation, task, tenant.mechanic, supersedes_id=failed, reason="misread")
    part = await add_part(
        installation, task, tenant, name="Main wheel", serial_number="W-7", expiry_date=date(2027, 5, 1)
    )

    shown = await api(tenant.mechanic, f"GET /maintenance-tasks/{task['id']}")
    empty = await api(tenant.mechanic, f"GET /maintenance-tasks/{another['id']}")

    assert shown.headers["etag"] == '"v1"'
    assert task.items() <= shown.json.items()
    first, second = shown.json["compliance_items"]
    assert (first["id"], first["result"], first["notes"]) == (str(failed), "fail", "as found")
    assert (first["sign_off_user_id"], first["signer_role"]) == (str(tenant.mechanic.id), "mechanic")
    assert first["sign_off_time"].endswith("Z")
    assert (second["id"], second["supersedes_id"], second["reason"]) == (str(passed), str(failed), "misread")
    [reserved] = shown.json["reservations"]
    assert reserved | {"used_at": "then"} == {
        "id": part["reservation"], "part_item_id": part["item"], "part_definition_id": part["definition"],
        "name": "Main wheel", "part_number": "PN-1", "serial_number": "W-7", "expiry_date": "2027-05-01",
        "state": "used", "used_at": "then", "released_at": None, "version": 1,
    }  # fmt: skip
    assert shown.json["part_requirements"] == [
        {
            "part_definition_id": part["definition"],
            "name": "Main wheel",
            "part_number": "PN-1",
            "quantity": 2,
            "reserved": 0,
            "used": 1,
        }
    ]
    assert [empty.json[name] for name in ("compliance_items", "reservations", "part_requirements")] == [[], [], []]


async def test_a_check_that_was_removed_is_not_shown(
    api: FrontDoor, tenant: Tenant, aircraft: dict[str, Any], installation: Installation
) -> None:
    task = await plan(api, tenant.planner, an_order(aircraft))
    removed = await add_unsigned(installation, task, tenant.planner)
    await installation.owner.execute("UPDATE compliance_items SET deleted_at = now() WHERE id = $1", removed)

    shown = await api(tenant.mechanic, f"GET /maintenance-tasks/{task['id']}")

    assert shown.json["compliance_items"] == []
