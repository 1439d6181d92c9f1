"""An aircraft with a past: work that is completed, checks as their sign-off leaves them, parts that were used."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from amss.foundation.ids import new_id
from builders.installation import Installation
from builders.rows import insert, values_for
from builders.tenants import Person, Tenant

LAST_SPRING = datetime(2026, 3, 14, 10, tzinfo=UTC)


async def work_done(
    installation: Installation,
    tenant: Tenant,
    aircraft: dict[str, Any],
    *,
    at: datetime = LAST_SPRING,
    minutes: int = 74_070,
    cycles: int = 812,
    **facts: Any,
) -> UUID:
    """Put a completed task on an aircraft; what else is given are its columns."""
    given: dict[str, Any] = {
        "aircraft_id": aircraft["id"],
        "state": "completed",
        "type": "inspection",
        "title": "A check",
        "notes": "Done by the book",
        "start_time": at - timedelta(hours=4),
        "end_time": at,
        "started_at": at - timedelta(hours=4),
        "performed_at": at,
        "completed_at": at,
        "reading_minutes": minutes,
        "reading_cycles": cycles,
        "assigned_mechanic_id": tenant.mechanic.id,
    }
    return await _add(installation, "maintenance_tasks", tenant.org_id, **given | facts)


async def signed(
    installation: Installation,
    task_id: UUID,
    signer: Person,
    *,
    result: str = "pass",
    at: datetime = LAST_SPRING,
    **facts: Any,
) -> UUID:
    """Put a check under a task as its sign-off leaves it."""
    return await check(
        installation,
        task_id,
        signer,
        **{
            "result": result,
            "sign_off_user_id": signer.id,
            "sign_off_time": at,
            "signer_name": "Jo Mechanic",
            "signer_role": "mechanic",
            "signer_licence_number": "UK.66.1234",
            "signer_licence_kind": "Part-66 B1",
            "reading_minutes": 74_070,
            "reading_cycles": 812,
            "snapshot_hash": f"\\x{sha256(task_id.bytes).hexdigest()}",
            **facts,
        },
    )


async def check(installation: Installation, task_id: UUID, signer: Person, **facts: Any) -> UUID:
    """Put a check under a task that nobody has signed."""
    aircraft_id = await installation.owner.fetchval(
        "SELECT aircraft_id FROM maintenance_tasks WHERE id = $1", task_id
    )
    given = {
        "task_id": task_id,
        "aircraft_id": aircraft_id,
        "description": "Torque checked",
        "notes": "As found",
        **facts,
    }
    return await _add(installation, "compliance_items", signer.org_id, **given)


async def correction(
    installation: Installation, task_id: UUID, signer: Person, wrong: UUID, *, reason: str, **facts: Any
) -> UUID:
    """Put a signed check in the place of another one."""
    given: dict[str, Any] = {"supersedes_id": wrong, "reason": reason, "position": 2, **facts}
    return await signed(installation, task_id, signer, **given)


async def part_used(
    installation: Installation,
    task_id: UUID,
    aircraft: dict[str, Any],
    org_id: UUID,
    *,
    name: str = "Fuel pump",
    part_number: str | None = "FP-100",
    serial_number: str = "SN-1",
    **facts: Any,
) -> None:
    """Put a part on an aircraft by a task; what else is given are the columns of its piece."""
    numbered = {} if part_number is None else {"part_number": part_number}
    definition = await _add(installation, "part_definitions", org_id, name=name, category="consumable", **numbered)
    await _add(
        installation,
        "part_items",
        org_id,
        part_definition_id=definition,
        serial_number=serial_number,
        status="used",
        used_on_task_id=task_id,
        used_on_aircraft_id=aircraft["id"],
        **{"used_at": LAST_SPRING, "used_minutes": 74_070, "used_cycles": 812} | facts,
    )


async def _add(installation: Installation, table: str, org_id: UUID, **facts: Any) -> UUID:
    row_id = new_id()
    known = {name: value for name, value in facts.items() if value is not None}
    values = await values_for(installation.owner, table, org_id, id=row_id, **known)
    await insert(installation.owner, table, values)
    return row_id
