"""Use cases of retention: one bounded clean-up of one organization, and of the stored files."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

from amss.features.retention import queries
from amss.features.retention.chores import CHORES, Chore, RecordClass
from amss.foundation import storage
from amss.foundation.database import Database, Transaction
from amss.journal.event_types import Action
from amss.journal.recorder import note

BATCH_ROWS = 1_000
# A file is stored before its import is written, and a slow upload takes its time.
FILES_ARE_NEW_FOR = timedelta(days=1)
FILES_AT_ONCE = 500


async def clean_organization(tx: Transaction) -> Counter[Chore]:
    """Delete at most a batch of what the organization need not keep, and note it in its audit trail."""
    deleted: Counter[Chore] = Counter()
    await queries.take_time(tx)
    kept_for = await queries.hold_policy(tx)
    if kept_for is None:
        return deleted
    before = {
        RecordClass.TECHNICAL: tx.now - timedelta(days=kept_for.technical),
        RecordClass.OPERATIONAL: tx.now - timedelta(days=kept_for.operational),
    }
    await queries.become_retention(tx)
    for chore in CHORES:
        room = BATCH_ROWS - deleted.total()
        if room <= 0:
            break
        deleted[chore] = await queries.delete(tx, chore, before=before[chore.record_class], limit=room)
    await queries.become_worker_again(tx)

    if deleted.total():
        counts = {chore.table: count for chore, count in deleted.items() if count}
        await note(tx, Action.DELETE, "retention", tx.org_id, details={"deleted": counts})
    return deleted


async def clean_files(database: Database, directory: Path, now: datetime) -> int:
    """Remove stored files that no import needs any more, or never did; return how many."""
    old = await asyncio.to_thread(storage.list_older_than, directory, now - FILES_ARE_NEW_FOR)
    removed = 0
    for start in range(0, len(old), FILES_AT_ONCE):
        some = old[start : start + FILES_AT_ONCE]
        needed = await queries.find_needed_files(database, some, now)
        for storage_key in set(some) - needed:
            storage.discard(directory, storage_key)
            removed += 1
    return removed
