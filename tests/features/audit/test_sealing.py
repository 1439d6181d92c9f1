"""The sealer: every row gets its place and its seal, once, however many workers seal."""

import asyncio
import hashlib
from typing import Any
from uuid import UUID

import msgspec
import pytest

from amss.features.audit import sealing
from amss.features.audit.jobs import seal
from amss.features.audit.keys import SealKey, SealKeyRing
from amss.features.audit.seals import Seal, signed_text
from amss.foundation.access import the_job
from amss.foundation.database import Origin, columns
from amss.foundation.ids import new_id
from amss.foundation.working import WorkerContext
from amss.journal.event_types import Action
from amss.journal.recorder import note
from builders.audit import SEAL_KEY, sealed, written
from builders.installation import TEST_SEAL_KEY, Installation
from builders.tenants import Tenant

KILOBYTE = 1024
HEAVY = {"before": None, "after": {"description": "x" * KILOBYTE}}


async def seals_of(installation: Installation, org_id: UUID) -> list[Seal]:
    rows = await installation.owner.fetch(
        f"SELECT {columns(Seal)} FROM audit_seals WHERE org_id = $1 ORDER BY first_seq", org_id
    )
    return [Seal(**row) for row in rows]


async def entries_of(installation: Installation, org_id: UUID) -> list[Any]:
    return await installation.owner.fetch("SELECT * FROM audit_seal_entries WHERE org_id = $1 ORDER BY seq", org_id)


class Killed(Exception):
    """The worker ends here."""


async def sealed_and_killed(installation: Installation, org_id: UUID) -> None:
    async with installation.worker.transaction(the_job("audit_sealer"), org_id, Origin("test")) as tx:
        assert (await sealing.seal_next(tx, SEAL_KEY)).rows == 2
        raise Killed


async def test_every_row_gets_its_place_in_the_order_of_time(installation: Installation, tenant: Tenant) -> None:
    ids = await written(installation, tenant.org_id, 3)

    assert await sealed(installation, tenant.org_id) == 3
    assert await sealed(installation, tenant.org_id) == 0

    entries = await entries_of(installation, tenant.org_id)
    assert [(each["seq"], each["audit_log_id"]) for each in entries] == list(enumerate(ids, start=1))


async def test_a_seal_is_signed_over_its_rows_and_over_the_seal_before_it(
    installation: Installation, tenant: Tenant
) -> None:
    for count in (2, 1):
        await written(installation, tenant.org_id, count)
        await sealed(installation, tenant.org_id)

    first, second = await seals_of(installation, tenant.org_id)

    hashes = [each["row_hash"] for each in await entries_of(installation, tenant.org_id)]
    assert (first.first_seq, first.last_seq, second.first_seq, second.last_seq) == (1, 2, 3, 3)
    assert first.entries_hash == hashlib.sha256(hashes[0] + hashes[1]).digest()
    assert (first.previous_hash, second.previous_hash) == (None, hashlib.sha256(signed_text(first)).digest())
    ring = SealKeyRing([SEAL_KEY.public])
    assert all(ring.verifies(each.key_id, signed_text(each), each.signature) for each in (first, second))


async def test_a_seal_is_told_to_the_world_and_not_to_the_trail(installation: Installation, tenant: Tenant) -> None:
    await written(installation, tenant.org_id)
    await sealed(installation, tenant.org_id)

    [event] = await installation.owner.fetch("SELECT * FROM outbox_events WHERE org_id = $1", tenant.org_id)
    [made] = await seals_of(installation, tenant.org_id)
    assert (event["event_type"], event["aggregate_id"]) == ("audit.sealed", made.id)
    told = msgspec.json.decode(event["payload"])
    assert (told["signature"], told["first_seq"], told["last_seq"]) == (made.signature.hex(), 1, 1)
    assert await sealed(installation, tenant.org_id) == 0


async def test_a_row_that_commits_after_later_ones_were_sealed_is_sealed_next(
    installation: Installation, tenant: Tenant
) -> None:
    async with installation.server.transaction(the_job("slow"), tenant.org_id, Origin("slow")) as slow:
        await note(slow, Action.UPDATE, "aircraft", new_id())
        await written(installation, tenant.org_id)
        assert await sealed(installation, tenant.org_id) == 1

    assert await sealed(installation, tenant.org_id) == 1
    late = (await entries_of(installation, tenant.org_id))[1]
    row = await installation.owner.fetchrow("SELECT * FROM audit_logs WHERE id = $1", late["audit_log_id"])
    assert row["actor_name"] == "slow"


async def test_workers_that_seal_at_once_seal_every_row_once(installation: Installation, tenant: Tenant) -> None:
    await written(installation, tenant.org_id, 4)

    counts = await asyncio.gather(*(sealed(installation, tenant.org_id) for _ in range(4)))

    assert sum(counts) == 4
    assert [each["seq"] for each in await entries_of(installation, tenant.org_id)] == [1, 2, 3, 4]


async def test_a_worker_that_dies_before_its_commit_leaves_all_rows_waiting(
    installation: Installation, tenant: Tenant
) -> None:
    ids = await written(installation, tenant.org_id, 2)
    with pytest.raises(Killed):
        await sealed_and_killed(installation, tenant.org_id)

    assert await entries_of(installation, tenant.org_id) == []
    assert await sealed(installation, tenant.org_id) == 2
    assert [each["audit_log_id"] for each in await entries_of(installation, tenant.org_id)] == ids


async def test_what_is_more_than_a_batch_is_sealed_batch_by_batch(installation: Installation, tenant: Tenant) -> None:
    more = sealing.BATCH + 10
    await installation.owner.execute(
        """
        INSERT INTO audit_logs (org_id, id, entity_type, action, actor_kind, actor_name)
        SELECT $1, gen_random_uuid(), 'aircraft', 'update', 'system', 'test' FROM generate_series(1, $2)
        """,
        tenant.org_id,
        more,
    )

    assert [await sealed(installation, tenant.org_id) for _ in range(3)] == [sealing.BATCH, 10, 0]


async def test_heavy_rows_are_sealed_few_at_once_and_the_job_goes_on_until_none_waits(
    installation: Installation, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "BATCH_BYTES", 2 * KILOBYTE)
    context = WorkerContext(installation.settings, installation.worker, installation.redis, "test")
    await written(installation, tenant.org_id, 5, details=HEAVY)
    await written(installation, tenant.org_id, 3)

    while await seal(SealKey(TEST_SEAL_KEY), context):
        pass

    ranges = [(each.first_seq, each.last_seq) for each in await seals_of(installation, tenant.org_id)]
    assert ranges == [(1, 2), (3, 4), (5, 8)]


async def test_a_row_that_is_heavier_than_a_batch_is_sealed_alone(
    installation: Installation, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "BATCH_BYTES", KILOBYTE // 2)
    await written(installation, tenant.org_id, 2, details=HEAVY)

    assert [await sealed(installation, tenant.org_id) for _ in range(3)] == [1, 1, 0]


async def test_the_job_seals_every_organization(
    installation: Installation, tenant: Tenant, another_tenant: Tenant
) -> None:
    context = WorkerContext(installation.settings, installation.worker, installation.redis, "test")
    for each in (tenant, another_tenant):
        await written(installation, each.org_id)

    assert await seal(SealKey(TEST_SEAL_KEY), context) is False

    for each in (tenant, another_tenant):
        assert len(await seals_of(installation, each.org_id)) == 1


async def test_the_job_goes_round_until_no_organization_has_a_whole_batch(
    installation: Installation, tenant: Tenant, another_tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "BATCH", 2)
    context = WorkerContext(installation.settings, installation.worker, installation.redis, "test")
    await written(installation, tenant.org_id, 5)
    await written(installation, another_tenant.org_id, 1)

    assert await seal(SealKey(TEST_SEAL_KEY), context) is False

    ranges = {org_id: await seals_of(installation, org_id) for org_id in (tenant.org_id, another_tenant.org_id)}
    assert [(each.first_seq, each.last_seq) for each in ranges[tenant.org_id]] == [(1, 2), (3, 4), (5, 5)]
    assert [(each.first_seq, each.last_seq) for each in ranges[another_tenant.org_id]] == [(1, 1)]
