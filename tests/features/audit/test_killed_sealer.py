"""A worker that is killed while it seals."""

from pathlib import Path
from uuid import UUID

import asyncpg

from amss.embedded import Stores
from amss.features.audit.sealing import BATCH
from amss.features.verification.model import Verification, VerificationQuery
from amss.features.verification.service import verify
from amss.foundation.access import the_job
from amss.foundation.database import Database, Origin
from amss.foundation.ids import new_id
from amss.foundation.migrations import migrate
from builders.databases import an_empty_database
from builders.installation import settings_for
from builders.worker_process import a_worker_process, kill_one_that_writes, until

ROWS = BATCH + 1_000


async def a_trail(owner: asyncpg.Connection) -> UUID:
    """Write more rows than one seal stands for."""
    org_id = new_id()
    await owner.execute("INSERT INTO organizations (id, name, slug) VALUES ($1, 'Great', 'great')", org_id)
    await owner.execute("INSERT INTO org_policies (org_id) VALUES ($1)", org_id)
    await owner.execute(
        """
        INSERT INTO audit_logs (org_id, id, entity_type, action, actor_kind, actor_name)
        SELECT $1, gen_random_uuid(), 'aircraft', 'update', 'system', 'test' FROM generate_series(1, $2)
        """,
        org_id,
        ROWS,
    )
    return org_id


async def verification(stores: Stores, url: str, folder: Path, org_id: UUID) -> Verification:
    settings = settings_for(stores, folder, DATABASE_URL=url)
    database = Database(url, role="amss_server", process="test-server", settings=settings)
    async with database.transaction(the_job("test"), org_id, Origin("test")) as tx:
        found = await verify(tx, VerificationQuery())
    await database.close()
    return found


async def test_a_worker_killed_in_the_middle_of_a_batch_leaves_a_chain_that_another_carries_on(
    stores: Stores, tmp_path: Path
) -> None:
    async with an_empty_database(stores) as url:
        await migrate(url)
        owner = await asyncpg.connect(url)
        org_id = await a_trail(owner)

        amidst = f"NEW.seq = {BATCH + 500}"
        await kill_one_that_writes(stores, url, tmp_path, owner, table="audit_seal_entries", row=amidst)
        by_the_killed = await verification(stores, url, tmp_path, org_id)
        async with a_worker_process(stores, url, tmp_path):
            await until(owner, "NOT EXISTS (SELECT FROM audit_unsealed)")
        left = await owner.fetchrow(
            """
            SELECT (SELECT count(*) FROM audit_logs) AS rows, count(*) AS places, max(seq) AS last_place,
                   count(DISTINCT audit_log_id) AS rows_with_a_place,
                   (SELECT count(*) FROM audit_seals) AS seals,
                   (SELECT count(*) FROM outbox_events WHERE event_type = 'audit.sealed') AS seals_told
            FROM audit_seal_entries
            """
        )
        by_both = await verification(stores, url, tmp_path, org_id)
        await owner.close()

    assert (by_the_killed.verified, by_the_killed.audit.rows, by_the_killed.audit.seals) == (True, BATCH, 1)
    assert by_the_killed.audit.unsealed == ROWS - BATCH
    assert left["rows"] >= ROWS
    assert left["rows"] == left["places"] == left["last_place"] == left["rows_with_a_place"]
    assert (by_both.verified, by_both.audit.rows, by_both.audit.seals) == (True, left["rows"], left["seals"])
    assert left["seals"] == left["seals_told"]
