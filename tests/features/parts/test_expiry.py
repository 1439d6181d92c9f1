"""The worker announces what expires soon, each notice once."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from amss.features.parts import expiry, jobs
from amss.foundation.working import WorkerContext
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.parts import a_definition, a_piece, change
from builders.tenants import Tenant

TODAY = datetime.now(UTC).date()


@pytest.fixture
async def definition(api: FrontDoor, tenant: Tenant) -> dict[str, Any]:
    return await a_definition(api, tenant.planner)


async def a_piece_that_expires(
    api: FrontDoor, tenant: Tenant, definition: dict[str, Any], days: int, serial: str = "SN-0042", **facts: Any
) -> dict[str, Any]:
    last_day = f"{TODAY + timedelta(days=days)}"
    return await a_piece(api, tenant.planner, definition, serial_number=serial, expiry_date=last_day, **facts)


async def move_on(installation: Installation, piece: dict[str, Any], *, days_left: int) -> None:
    """Let time go by for a piece."""
    last_day = TODAY + timedelta(days=days_left)
    await installation.owner.execute(
        "UPDATE part_items SET expiry_date = $2 WHERE id = $1", UUID(piece["id"]), last_day
    )


async def run(installation: Installation, name: str = "worker-1") -> None:
    context = WorkerContext(installation.settings, installation.worker, installation.redis, name)
    assert await jobs.follow_expiry(context) is False


async def announced(installation: Installation, tenant: Tenant) -> list[tuple[str, str]]:
    """Return serial numbers and notices, as they were announced."""
    rows: list[Any] = await installation.owner.fetch(
        """
        SELECT payload ->> 'serial_number' AS serial, payload ->> 'expiry_notice_days' AS days
        FROM outbox_events WHERE org_id = $1 AND event_type = 'part.expiring' ORDER BY sequence
        """,
        tenant.org_id,
    )
    return [(row["serial"], row["days"]) for row in rows]


async def test_a_piece_is_announced_90_60_and_30_days_before_its_last_day(
    api: FrontDoor, installation: Installation, tenant: Tenant, definition: dict[str, Any]
) -> None:
    piece = await a_piece_that_expires(api, tenant, definition, 91)
    for days_left in (91, 90, 61, 60, 31, 30, 0, -1):
        await move_on(installation, piece, days_left=days_left)
        await run(installation)
        await run(installation)

    assert await announced(installation, tenant) == [("SN-0042", "90"), ("SN-0042", "60"), ("SN-0042", "30")]
    assert (await api(tenant.auditor, f"GET /part-items/{piece['id']}")).json["version"] == 1


async def test_a_piece_that_comes_late_is_announced_once(
    api: FrontDoor, installation: Installation, tenant: Tenant, definition: dict[str, Any]
) -> None:
    await a_piece_that_expires(api, tenant, definition, 45, "SN-45")
    await a_piece_that_expires(api, tenant, definition, 3, "SN-3")

    await run(installation)
    await run(installation)

    assert await announced(installation, tenant) == [("SN-3", "30"), ("SN-45", "60")]


async def test_what_is_gone_expires_for_nobody_and_what_is_quarantined_does(
    api: FrontDoor, installation: Installation, tenant: Tenant, definition: dict[str, Any]
) -> None:
    gone = await a_piece_that_expires(api, tenant, definition, 10, "SN-GONE")
    await change(api, tenant.planner, gone, status="disposed")
    await a_piece_that_expires(
        api, tenant, definition, 10, "SN-ASIDE", status="quarantined", quarantine_reason="Dented"
    )

    await run(installation)

    assert await announced(installation, tenant) == [("SN-ASIDE", "30")]


async def test_a_piece_whose_last_day_is_moved_is_announced_anew(
    api: FrontDoor, installation: Installation, tenant: Tenant, definition: dict[str, Any]
) -> None:
    piece = await a_piece_that_expires(api, tenant, definition, 10)
    await run(installation)

    await change(api, tenant.planner, piece, expiry_date=f"{TODAY + timedelta(days=80)}")
    await run(installation)

    assert [days for _, days in await announced(installation, tenant)] == ["30", "90"]


async def test_several_workers_announce_each_piece_once_and_no_organization_waits_for_another(
    api: FrontDoor,
    installation: Installation,
    tenant: Tenant,
    another_tenant: Tenant,
    definition: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(expiry, "BATCH", 2)
    serials = [f"SN-{n}" for n in range(7)]
    for serial in serials:
        await a_piece_that_expires(api, tenant, definition, 10, serial)
    await a_piece_that_expires(api, another_tenant, await a_definition(api, another_tenant.planner), 10)

    await asyncio.gather(*(run(installation, f"worker-{n}") for n in range(3)))
    await run(installation)

    assert sorted(serial for serial, _ in await announced(installation, tenant)) == serials
    assert await announced(installation, another_tenant) == [("SN-0042", "30")]


async def test_a_worker_that_dies_before_its_commit_leaves_neither_mark_nor_event(
    api: FrontDoor,
    installation: Installation,
    tenant: Tenant,
    definition: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await a_piece_that_expires(api, tenant, definition, 10)
    the_rest = expiry.announce_next

    async def die(tx: Any) -> bool:
        await the_rest(tx)
        raise RuntimeError("killed")

    monkeypatch.setattr(expiry, "announce_next", die)
    await run(installation)
    assert await announced(installation, tenant) == []
    monkeypatch.undo()
    await run(installation)

    assert await announced(installation, tenant) == [("SN-0042", "30")]
