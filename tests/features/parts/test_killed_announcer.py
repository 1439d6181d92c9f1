"""A worker that is killed while it announces what expires soon."""

from pathlib import Path
from uuid import UUID

import asyncpg

from amss.embedded import Stores
from amss.features.parts.expiry import BATCH
from amss.foundation.ids import new_id
from amss.foundation.migrations import migrate
from builders.databases import an_empty_database
from builders.worker_process import a_worker_process, kill_one_that_writes, until

PIECES = BATCH + 100
# Marks, events and audit rows, and for how many pieces.
_COUNTS = """
    SELECT (SELECT count(*) FROM part_items WHERE expiry_notice_days = 30),
           (SELECT count(*) FROM outbox_events WHERE event_type = 'part.expiring'),
           (SELECT count(DISTINCT aggregate_id) FROM outbox_events WHERE event_type = 'part.expiring'),
           (SELECT count(*) FROM audit_logs WHERE entity_type = 'part-item'),
           (SELECT count(DISTINCT entity_id) FROM audit_logs WHERE entity_type = 'part-item')
"""
_ANNOUNCED = f"(SELECT count(*) FROM part_items WHERE expiry_notice_days = 30) = {PIECES}"


async def a_store(owner: asyncpg.Connection) -> UUID:
    """Fill a store with pieces that expire soon; return the one that does so last."""
    org_id, definition_id = new_id(), new_id()
    await owner.execute("INSERT INTO organizations (id, name, slug) VALUES ($1, 'Great', 'great')", org_id)
    await owner.execute("INSERT INTO org_policies (org_id) VALUES ($1)", org_id)
    await owner.execute(
        "INSERT INTO part_definitions (org_id, id, name, category) VALUES ($1, $2, 'Oil filter', 'consumable')",
        org_id,
        definition_id,
    )
    await owner.execute(
        """
        INSERT INTO part_items (org_id, id, part_definition_id, serial_number, expiry_date)
        SELECT $1, gen_random_uuid(), $2, 'SN-' || n, current_date + 2 + (n = $3)::int FROM generate_series(1, $3) n
        """,
        org_id,
        definition_id,
        PIECES,
    )
    last: UUID | None = await owner.fetchval("SELECT id FROM part_items ORDER BY expiry_date DESC LIMIT 1")
    assert last is not None
    return last


async def test_a_worker_killed_while_announcing_leaves_another_to_announce_each_piece_once(
    stores: Stores, tmp_path: Path
) -> None:
    async with an_empty_database(stores) as url:
        await migrate(url)
        owner = await asyncpg.connect(url)
        last = await a_store(owner)

        the_last = f"NEW.event_type = 'part.expiring' AND NEW.aggregate_id = '{last}'"
        await kill_one_that_writes(stores, url, tmp_path, owner, table="outbox_events", row=the_last)
        by_the_killed = await owner.fetchrow(_COUNTS)
        async with a_worker_process(stores, url, tmp_path):
            await until(owner, _ANNOUNCED)
        by_both = await owner.fetchrow(_COUNTS)
        await owner.close()

    assert set(by_the_killed) == {BATCH}
    assert set(by_both) == {PIECES}
