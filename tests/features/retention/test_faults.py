"""Cleaning that fails at one organization, or takes its time."""

from datetime import UTC, datetime, timedelta

import pytest

from amss.features.retention.jobs import clean
from builders.csv_files import a_worker
from builders.installation import Installation
from builders.refusals import refused
from builders.rows import a_lone_row
from builders.tenants import Tenant

OLD = datetime.now(UTC) - timedelta(days=31)


@pytest.mark.parametrize("fault", ["query_canceled", "division_by_zero"])
async def test_one_organizations_fault_does_not_stop_the_others(
    tenant: Tenant, another_tenant: Tenant, installation: Installation, fault: str
) -> None:
    for each in (tenant, another_tenant):
        await a_lone_row(installation.owner, "idempotency_keys", each.org_id, expires_at=OLD)

    async with refused(installation.owner, "idempotency_keys", "DELETE", tenant.org_id, fault):
        await clean(a_worker(installation))

    assert await keys_of(installation, tenant) == 1
    assert await keys_of(installation, another_tenant) == 0


async def test_a_chore_may_take_longer_than_a_request(tenant: Tenant, installation: Installation) -> None:
    await a_lone_row(installation.owner, "idempotency_keys", tenant.org_id, expires_at=OLD)

    impatient = "current_setting('statement_timeout')::interval < '1 minute'"
    async with refused(
        installation.owner, "idempotency_keys", "DELETE", tenant.org_id, "query_canceled", where=impatient
    ):
        await clean(a_worker(installation))

    assert await keys_of(installation, tenant) == 0
    async with installation.worker.connection() as connection:
        assert await connection.fetchval("SHOW statement_timeout") == "5s"


async def keys_of(installation: Installation, tenant: Tenant) -> int:
    return await installation.owner.fetchval("SELECT count(*) FROM idempotency_keys WHERE org_id = $1", tenant.org_id)
