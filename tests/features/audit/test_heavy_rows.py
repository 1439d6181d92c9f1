"""Rows of nearly a megabyte, as an edit of a program with long checks writes them: a few are taken at once."""

from uuid import UUID

import pytest

from amss.features.audit import export, sealing
from amss.features.audit.jobs import seal
from amss.features.audit.keys import SealKey, SealKeyRing
from amss.features.audit.model import AuditExportQuery, AuditFileFormat
from amss.features.verification.file import verify_file
from amss.features.verification.model import VerificationQuery
from amss.features.verification.service import verify
from amss.foundation.reading import Reader
from amss.foundation.working import WorkerContext
from builders.audit import SEAL_KEY
from builders.installation import TEST_SEAL_KEY, Installation
from builders.tenants import ORIGIN, Tenant, a_tenant

ROWS = 60
ROW_BYTES = 800_000
# A page may be passed by a row, and what stands beside the details of its rows is little.
LARGEST_PART = export.PAGE_BYTES + ROW_BYTES + 100_000


@pytest.fixture(scope="module")
async def heavy(installation: Installation) -> Tenant:
    """A tenant with many heavy rows that are sealed, and some that wait."""
    tenant = await a_tenant(installation)
    await write_heavy(installation, tenant.org_id, ROWS)
    context = WorkerContext(installation.settings, installation.worker, installation.redis, "test")
    while await seal(SealKey(TEST_SEAL_KEY), context):
        pass
    await write_heavy(installation, tenant.org_id, 10)
    return tenant


async def write_heavy(installation: Installation, org_id: UUID, rows: int) -> None:
    await installation.owner.execute(
        """
        INSERT INTO audit_logs (org_id, id, entity_type, action, actor_kind, actor_name, details)
        SELECT $1, gen_random_uuid(), 'maintenance-program', 'update', 'system', 'test',
               jsonb_build_object('before', NULL, 'after', jsonb_build_object('text', repeat($4, $3 / 4)))
        FROM generate_series(1, $2)
        """,
        org_id,
        rows,
        ROW_BYTES,
        "🛠",
    )


async def exported(installation: Installation, tenant: Tenant, query: AuditExportQuery) -> list[bytes]:
    async with installation.server.transaction(tenant.auditor.actor, tenant.org_id, ORIGIN) as tx:
        file = await export.export(tx, query)
    reader = Reader(installation.server, tenant.auditor.actor, tenant.org_id, ORIGIN)
    return [part async for part in file.parts(reader)]


async def test_no_seal_stands_for_more_than_was_hashed_in_a_moment(installation: Installation, heavy: Tenant) -> None:
    lengths = await installation.owner.fetch(
        "SELECT last_seq - first_seq + 1 AS rows FROM audit_seals WHERE org_id = $1", heavy.org_id
    )

    assert sum(each["rows"] for each in lengths) == ROWS
    assert max(each["rows"] for each in lengths) <= sealing.BATCH_BYTES // ROW_BYTES + 1


async def test_a_whole_file_comes_in_parts_of_a_few_rows_and_is_verified(
    installation: Installation, heavy: Tenant
) -> None:
    parts = await exported(installation, heavy, AuditExportQuery(format=AuditFileFormat.NDJSON))

    found = verify_file(b"".join(parts).splitlines(keepends=True), SealKeyRing([SEAL_KEY.public]))
    assert (found.verified, found.audit.rows) == (True, ROWS)
    assert found.audit.unsealed >= 10
    assert max(map(len, parts)) < LARGEST_PART


async def test_a_table_of_chosen_rows_comes_in_parts_of_a_few_rows(installation: Installation, heavy: Tenant) -> None:
    parts = await exported(installation, heavy, AuditExportQuery(entity_type="maintenance-program"))

    assert b"".join(parts).count(b"\r\n") == 1 + ROWS + 10
    assert max(map(len, parts)) < LARGEST_PART


async def test_heavy_rows_are_verified_where_they_lie(installation: Installation, heavy: Tenant) -> None:
    async with installation.server.transaction(heavy.auditor.actor, heavy.org_id, ORIGIN) as tx:
        found = await verify(tx, VerificationQuery())

    assert (found.verified, found.audit.rows) == (True, ROWS)
