"""What was written down stays as it was written, whoever asks."""

from uuid import UUID

import asyncpg
import pytest

from amss.foundation.ids import new_id
from builders.databases import ConnectAs
from builders.rows import a_lone_row

Tenants = tuple[UUID, UUID]

LONG_AGO = "2017-01-01 00:00:00+00"
# Written once: (table, a column, its time, which kept it until retention may delete it).
EVIDENCE = [
    ("audit_logs", "reason", "timestamp"),
    ("audit_seal_entries", "row_hash", "sealed_at"),
    ("audit_seals", "key_id", "sealed_at"),
    ("compliance_items", "notes", "sign_off_time"),
]
A_SIGNATURE = {
    "result": "pass",
    "sign_off_user_id": str(new_id()),
    "signer_name": "M. Moss",
    "signer_role": "mechanic",
    "signer_licence_number": "UK.66.1234",
    "reading_minutes": "600",
    "reading_cycles": "10",
    "snapshot_hash": "\\x00",
}


async def evidence(superuser: asyncpg.Connection, table: str, org_id: UUID, **given: str) -> None:
    """Write a row that stands as proof: an audit row, a seal, a signed item."""
    if table == "compliance_items":
        given = {"sign_off_time": "2026-11-24 04:00:00+00", **A_SIGNATURE, **given}
    if table == "audit_seal_entries":
        given = {"seq": str(new_id().int % 1_000_000_000), **given}
    if table == "audit_seals":
        first = str(new_id().int % 1_000_000_000)
        given = {"first_seq": first, "last_seq": first, **given}
    await a_lone_row(superuser, table, org_id, **given)


@pytest.mark.parametrize(("table", "column", "time"), EVIDENCE)
@pytest.mark.parametrize("role", ["amss_owner", "postgres"])
async def test_evidence_is_not_changed_deleted_or_truncated_even_by_the_owner(
    connect_as: ConnectAs,
    superuser: asyncpg.Connection,
    two_tenants: Tenants,
    role: str,
    table: str,
    column: str,
    time: str,
) -> None:
    ours, _ = two_tenants
    await evidence(superuser, table, ours)
    before = await superuser.fetch(f"SELECT * FROM {table}")
    someone = await connect_as(role)

    for statement in (
        f"UPDATE {table} SET {column} = {column} WHERE {time} IS NOT NULL",
        f"DELETE FROM {table} WHERE {time} IS NOT NULL",
        f"TRUNCATE {table} CASCADE",
    ):
        with pytest.raises(asyncpg.RestrictViolationError) as refused:
            await someone.execute(statement)
        assert str(refused.value.as_dict()["constraint_name"]).endswith("_immutable")
    assert await superuser.fetch(f"SELECT * FROM {table}") == before


@pytest.mark.parametrize("role", ["amss_server", "amss_worker"])
async def test_no_process_changes_or_deletes_a_signed_item(
    connect_as: ConnectAs, superuser: asyncpg.Connection, two_tenants: Tenants, role: str
) -> None:
    ours, _ = two_tenants
    await evidence(superuser, "compliance_items", ours)
    before = await superuser.fetch("SELECT * FROM compliance_items WHERE org_id = $1", ours)
    process = await connect_as(role)
    await process.execute("SELECT set_config('amss.org_id', $1, false)", str(ours))

    assert await process.fetch("SELECT * FROM compliance_items WHERE org_id = $1", ours) == before
    for change in ("notes = 'never mind'", "deleted_at = now()", "result = 'pending'"):
        with pytest.raises(asyncpg.RestrictViolationError) as refused:
            await process.execute(f"UPDATE compliance_items SET {change} WHERE org_id = $1", ours)
        assert refused.value.as_dict()["constraint_name"] == "compliance_items_immutable"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await process.execute("DELETE FROM compliance_items WHERE org_id = $1", ours)
    assert await superuser.fetch("SELECT * FROM compliance_items WHERE org_id = $1", ours) == before


@pytest.mark.parametrize("table", ["audit_logs", "audit_seal_entries", "audit_seals", "webhook_delivery_attempts"])
@pytest.mark.parametrize("role", ["amss_server", "amss_worker", "amss_retention"])
async def test_no_process_has_the_privilege_to_change_what_is_only_ever_added(
    superuser: asyncpg.Connection, table: str, role: str
) -> None:
    [may] = await superuser.fetch(
        """
        SELECT has_any_column_privilege($1, $2, 'UPDATE'), has_table_privilege($1, $2, 'TRUNCATE'),
               has_table_privilege($1, $2, 'DELETE')
        """,
        role,
        table,
    )

    assert tuple(may) == (False, False, role == "amss_retention")


@pytest.mark.parametrize(("table", "time"), [(table, time) for table, _, time in EVIDENCE])
async def test_retention_deletes_evidence_only_after_its_floor_and_never_under_legal_hold(
    connect_as: ConnectAs, superuser: asyncpg.Connection, table: str, time: str
) -> None:
    org_id = new_id()
    await a_lone_row(superuser, "organizations", org_id)
    await evidence(superuser, table, org_id)
    await evidence(superuser, table, org_id, **{time: LONG_AGO})
    retention = await connect_as("amss_retention")
    everything = f"DELETE FROM {table} WHERE org_id = $1"
    the_old = f"{everything} AND \"{time}\" < '2018-01-01'"

    with pytest.raises(asyncpg.RestrictViolationError, match="must be kept for"):
        await retention.execute(everything, org_id)
    await superuser.execute("UPDATE organizations SET legal_hold = true WHERE id = $1", org_id)
    with pytest.raises(asyncpg.RestrictViolationError, match="legal hold"):
        await retention.execute(the_old, org_id)
    await superuser.execute("UPDATE organizations SET legal_hold = false WHERE id = $1", org_id)
    assert await retention.execute(the_old, org_id) == "DELETE 1"
    assert await superuser.fetchval(f"SELECT count(*) FROM {table} WHERE org_id = $1", org_id) == 1


async def test_an_unsigned_item_can_still_be_edited(superuser: asyncpg.Connection, two_tenants: Tenants) -> None:
    ours, _ = two_tenants
    item = await a_lone_row(superuser, "compliance_items", ours)

    edited = await superuser.execute("UPDATE compliance_items SET notes = 'look again' WHERE id = $1", item)

    assert edited == "UPDATE 1"
