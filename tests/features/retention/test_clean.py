"""What goes and what stays when its time is over."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from amss.features.retention.jobs import clean
from amss.features.retention.service import BATCH_ROWS
from amss.foundation.ids import new_id
from builders.csv_files import a_worker, import_csv
from builders.fleet import a_fleet_file
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.rows import a_lone_row
from builders.tenants import Tenant

NOW = datetime.now(UTC)
OLD = NOW - timedelta(days=31)  # technical records are kept for 30 days
YOUNG = NOW - timedelta(days=29)
LONG_GONE = NOW - timedelta(days=366)  # operational ones for 365
GONE_LATELY = NOW - timedelta(days=364)

# What makes a row over at a moment; n tells the rows of one table apart.
TECHNICAL: dict[str, Callable[[datetime, int], dict[str, Any]]] = {
    "webhook_deliveries": lambda over, _: {"status": "delivered", "delivered_at": over, "updated_at": over},
    "outbox_events": lambda over, n: {"processed_at": over, "fanned_out_at": over, "feed_position": n},
    "idempotency_keys": lambda over, n: {"expires_at": over, "key": n},
    "refresh_tokens": lambda over, n: {"expires_at": over, "jti_hash": f"\\x0{n}"},
}


async def test_technical_records_go_when_their_time_is_over(tenant: Tenant, installation: Installation) -> None:
    for table, fields in TECHNICAL.items():
        for n, over in enumerate((OLD, YOUNG), start=1):
            await a_lone_row(installation.owner, table, tenant.org_id, id=an_id_of(over), **fields(over, n))

    await clean_all(installation)

    assert {table: await count(installation, table, tenant) for table in TECHNICAL} == dict.fromkeys(TECHNICAL, 1)
    assert await audited(installation, tenant) == [dict.fromkeys(TECHNICAL, 1)]


async def test_a_delivery_goes_with_its_attempts_and_only_then_its_event(
    tenant: Tenant, installation: Installation
) -> None:
    owner, org_id = installation.owner, tenant.org_id
    events = [an_id_of(OLD), an_id_of(OLD)]
    for position, event in enumerate(events):
        await a_lone_row(
            owner, "outbox_events", org_id, id=event, processed_at=OLD, fanned_out_at=OLD, feed_position=position
        )
    sent, held = an_id_of(OLD), an_id_of(OLD)
    await a_lone_row(
        owner, "webhook_deliveries", org_id, id=sent, event_id=events[0],
        status="delivered", delivered_at=OLD, updated_at=OLD,
    )  # fmt: skip
    await a_lone_row(owner, "webhook_delivery_attempts", org_id, delivery_id=sent)
    await a_lone_row(owner, "webhook_deliveries", org_id, id=held, event_id=events[1], status="held", updated_at=OLD)

    await clean_all(installation)

    assert await count(installation, "webhook_delivery_attempts", tenant) == 0
    assert [row["id"] for row in await rows_of(installation, "webhook_deliveries", tenant)] == [held]
    assert [row["id"] for row in await rows_of(installation, "outbox_events", tenant)] == [events[1]]


async def test_an_event_that_nobody_was_told_of_stays(tenant: Tenant, installation: Installation) -> None:
    await a_lone_row(installation.owner, "outbox_events", tenant.org_id, id=an_id_of(OLD))

    await clean_all(installation)

    assert await count(installation, "outbox_events", tenant) == 1


async def test_under_legal_hold_nothing_goes(tenant: Tenant, installation: Installation) -> None:
    await a_lone_row(installation.owner, "idempotency_keys", tenant.org_id, expires_at=OLD)
    await a_lone_row(installation.owner, "aircraft", tenant.org_id, deleted_at=LONG_GONE)
    await installation.owner.execute("UPDATE organizations SET legal_hold = true WHERE id = $1", tenant.org_id)

    await clean_all(installation)

    assert await count(installation, "idempotency_keys", tenant) == 1
    assert await count(installation, "aircraft", tenant) == 1
    assert await audited(installation, tenant) == []


async def test_the_organizations_own_policy_decides(tenant: Tenant, installation: Installation) -> None:
    await installation.owner.execute(
        "UPDATE org_policies SET technical_retention_days = 90, retention_interval = '400 days' WHERE org_id = $1",
        tenant.org_id,
    )
    await a_lone_row(installation.owner, "idempotency_keys", tenant.org_id, expires_at=OLD)
    await a_lone_row(installation.owner, "aircraft", tenant.org_id, deleted_at=LONG_GONE)

    await clean_all(installation)

    assert await count(installation, "idempotency_keys", tenant) == 1
    assert await count(installation, "aircraft", tenant) == 1


async def test_the_rows_and_the_file_of_an_old_import_go_and_the_import_stays(
    api: FrontDoor, tenant: Tenant, another_tenant: Tenant, installation: Installation
) -> None:
    worker = a_worker(installation)
    old = await import_csv(api, tenant.planner, a_fleet_file(5).content, worker)
    await import_csv(api, another_tenant.planner, a_fleet_file(5).content, worker)
    await installation.owner.execute("UPDATE imports SET finished_at = $2 WHERE org_id = $1", tenant.org_id, OLD)
    files = await storage_keys(installation, tenant, another_tenant)
    for each in files:
        os.utime(installation.settings.import_storage / each, (OLD.timestamp(), OLD.timestamp()))

    await clean_all(installation)

    assert (await api(tenant.planner, f"GET /imports/{old['id']}")).json["counts"]["total"] == 5
    assert [await count(installation, "import_rows", each) for each in (tenant, another_tenant)] == [0, 5]
    assert [(installation.settings.import_storage / each).exists() for each in files] == [False, True]


async def test_a_file_without_an_import_goes_after_a_day(installation: Installation) -> None:
    directory = installation.settings.import_storage
    directory.mkdir(parents=True, exist_ok=True)
    old, new = directory / f"{new_id()}.csv", directory / f"{new_id()}.csv"
    for file, hours in ((old, 25), (new, 23)):
        file.write_bytes(b"orphan")
        written = (NOW - timedelta(hours=hours)).timestamp()
        os.utime(file, (written, written))

    await clean_all(installation)

    assert (old.exists(), new.exists()) == (False, True)


async def test_a_deleted_aircraft_goes_with_all_that_hangs_on_it(tenant: Tenant, installation: Installation) -> None:
    await an_aircraft_with_a_past(installation, tenant.org_id, deleted_at=LONG_GONE)
    past = (
        "aircraft", "utilization_entries", "due_items", "due_item_extensions", "maintenance_programs",
        "maintenance_program_limits", "program_checklist_items", "program_part_requirements",
        "maintenance_tasks", "compliance_items", "part_reservations", "task_part_requirements",
    )  # fmt: skip
    assert all([await count(installation, table, tenant) for table in past])

    await clean_all(installation)
    await clean_all(installation)

    assert {table: await count(installation, table, tenant) for table in past} == dict.fromkeys(past, 0)


@pytest.mark.parametrize("deleted_at", [None, GONE_LATELY])
async def test_while_an_aircraft_lives_its_past_stays(
    tenant: Tenant, installation: Installation, deleted_at: datetime | None
) -> None:
    await an_aircraft_with_a_past(installation, tenant.org_id, deleted_at=deleted_at)

    await clean_all(installation)
    await clean_all(installation)

    stays = ("aircraft", "utilization_entries", "due_items", "due_item_extensions", "maintenance_programs")
    assert {table: bool(await count(installation, table, tenant)) for table in stays} == dict.fromkeys(stays, True)
    assert await count(installation, "maintenance_tasks", tenant) == 0  # it was cancelled long ago


async def test_an_aircraft_with_completed_work_stays_with_its_ledger(
    tenant: Tenant, installation: Installation
) -> None:
    aircraft = await an_aircraft_with_a_past(installation, tenant.org_id, deleted_at=LONG_GONE)
    await a_lone_row(
        installation.owner, "maintenance_tasks", tenant.org_id, aircraft_id=aircraft,
        state="completed", started_at=LONG_GONE, completed_at=LONG_GONE, performed_at=LONG_GONE,
    )  # fmt: skip

    await clean_all(installation)
    await clean_all(installation)

    assert await count(installation, "aircraft", tenant) == 1
    assert await count(installation, "utilization_entries", tenant) == 2
    assert await count(installation, "maintenance_tasks", tenant) == 1


async def test_a_cancelled_task_with_a_signature_or_a_used_part_is_a_record_and_stays(
    tenant: Tenant, installation: Installation
) -> None:
    owner, org_id = installation.owner, tenant.org_id
    signed, used = [await a_cancelled_task(installation, org_id, new_id()) for _ in range(2)]
    await a_lone_row(
        owner, "compliance_items", org_id, task_id=signed, result="pass", sign_off_user_id=new_id(),
        sign_off_time=LONG_GONE, signer_name="M", signer_role="mechanic", signer_licence_number="1",
        reading_minutes=1, reading_cycles=1, snapshot_hash="\\x00",
    )  # fmt: skip
    await a_lone_row(owner, "part_items", org_id, used_on_task_id=used)

    await clean_all(installation)

    assert {row["id"] for row in await rows_of(installation, "maintenance_tasks", tenant)} == {signed, used}


async def test_a_large_backlog_goes_in_batches_and_keeps_nobody_waiting(
    tenant: Tenant, another_tenant: Tenant, installation: Installation
) -> None:
    await installation.owner.execute(
        """
        INSERT INTO idempotency_keys (org_id, id, principal, key, endpoint, request_hash, expires_at)
        SELECT $1, gen_random_uuid(), 'p', n::text, 'e', '\\x00', $2 FROM generate_series(1, $3) n
        """,
        tenant.org_id,
        OLD,
        2 * BATCH_ROWS + 500,
    )
    await a_lone_row(installation.owner, "idempotency_keys", another_tenant.org_id, expires_at=OLD)

    more = await clean(a_worker(installation))

    assert more
    assert await count(installation, "idempotency_keys", tenant) == BATCH_ROWS + 500
    assert await count(installation, "idempotency_keys", another_tenant) == 0
    await clean_all(installation)
    assert await audited(installation, tenant) == [
        {"idempotency_keys": 1000}, {"idempotency_keys": 1000}, {"idempotency_keys": 500},
    ]  # fmt: skip


async def test_cleaning_leaves_the_connection_as_the_worker(installation: Installation) -> None:
    await clean_all(installation)

    async with installation.worker.connection() as connection:
        assert await connection.fetchval("SELECT current_user") == "amss_worker"


async def an_aircraft_with_a_past(installation: Installation, org_id: UUID, *, deleted_at: datetime | None) -> UUID:
    """Make an aircraft with a deleted program of its own, a corrected flight, and a task that was cancelled."""
    owner = installation.owner
    aircraft, program, entry, reversal, due_item = (new_id() for _ in range(5))
    gone: dict[str, Any] = {} if deleted_at is None else {"deleted_at": deleted_at}
    await a_lone_row(owner, "aircraft", org_id, id=aircraft, **gone)
    await a_lone_row(owner, "utilization_entries", org_id, id=entry, aircraft_id=aircraft, reversed_by_id=reversal)
    await a_lone_row(
        owner, "utilization_entries", org_id, id=reversal, aircraft_id=aircraft,
        reverses_id=entry, minutes=-1, cycles=-1,
    )  # fmt: skip
    await a_lone_row(owner, "maintenance_programs", org_id, id=program, aircraft_id=aircraft, deleted_at=LONG_GONE)
    await a_lone_row(owner, "maintenance_program_limits", org_id, program_id=program)
    await a_lone_row(owner, "program_checklist_items", org_id, program_id=program)
    await a_lone_row(owner, "program_part_requirements", org_id, program_id=program)
    await a_lone_row(owner, "due_items", org_id, id=due_item, program_id=program, aircraft_id=aircraft)
    await a_lone_row(owner, "due_item_extensions", org_id, due_item_id=due_item)
    task = await a_cancelled_task(installation, org_id, aircraft, program_id=program, due_item_id=due_item)
    await a_lone_row(owner, "compliance_items", org_id, task_id=task)
    await a_lone_row(owner, "part_reservations", org_id, task_id=task, state="released")
    await a_lone_row(owner, "task_part_requirements", org_id, task_id=task)
    return aircraft


async def a_cancelled_task(installation: Installation, org_id: UUID, aircraft_id: UUID, **given: Any) -> UUID:
    task = await a_lone_row(
        installation.owner, "maintenance_tasks", org_id, aircraft_id=aircraft_id,
        state="cancelled", cancelled_at=LONG_GONE, cancel_reason="no longer needed", **given,
    )  # fmt: skip
    assert task is not None
    return task


def an_id_of(moment: datetime) -> UUID:
    """Return an identifier as it was made at a moment."""
    return UUID(int=int(moment.timestamp() * 1000) << 80 | new_id().int & (1 << 80) - 1)


async def clean_all(installation: Installation) -> None:
    while await clean(a_worker(installation)):
        pass


async def rows_of(installation: Installation, table: str, tenant: Tenant) -> list[Any]:
    return await installation.owner.fetch(f"SELECT * FROM {table} WHERE org_id = $1", tenant.org_id)


async def count(installation: Installation, table: str, tenant: Tenant) -> int:
    return len(await rows_of(installation, table, tenant))


async def audited(installation: Installation, tenant: Tenant) -> list[dict[str, int]]:
    async with installation.worker.connection() as connection:
        rows = await connection.fetch(
            """
            SELECT details -> 'deleted' AS deleted FROM audit_logs
            WHERE org_id = $1 AND entity_type = 'retention' AND actor_name = 'retention_cleaner' ORDER BY id
            """,
            tenant.org_id,
        )
    return [row["deleted"] for row in rows]


async def storage_keys(installation: Installation, *tenants: Tenant) -> list[str]:
    return [
        await installation.owner.fetchval("SELECT storage_key FROM imports WHERE org_id = $1", each.org_id)
        for each in tenants
    ]
