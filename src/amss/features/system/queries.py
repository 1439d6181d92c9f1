"""Dead letters and jobs in SQL."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from amss.features.system.model import DeadLetter, DeadLetterOut, JobOut, Standing
from amss.foundation.database import Connection, Transaction, columns
from amss.foundation.reading import Listing, Reader, Shown, shown_as_json

ALIVE_SECONDS = 30
KEPT_HOURS = 1
MOST_SHOWN = 1_000

DEAD_LETTERS = Listing(
    shows=DeadLetterOut,
    source="outbox_events t WHERE t.org_id = tenant.org::uuid AND t.failed_at IS NOT NULL",
    filters={"event_type": "t.event_type = {}"},
    sorts={"failed_at": ("t.failed_at", "timestamptz")},
    default_sort="-failed_at",
    versioned=False,
)

_ALIVE = {"alive": f"t.seen_at > now() - interval '{ALIVE_SECONDS} seconds'"}


async def get_for_update(tx: Transaction, event_id: UUID) -> DeadLetter:
    """Return an event that was given up and hold it until the transaction ends."""
    return await tx.one(
        DeadLetter,
        f"""
        SELECT {columns(DeadLetter)} FROM outbox_events
        WHERE org_id = $1 AND id = $2 AND failed_at IS NOT NULL
        FOR NO KEY UPDATE
        """,
        tx.org_id,
        event_id,
    )


async def requeue(tx: Transaction, event_id: UUID) -> None:
    """Let an event be published as if it had never been tried."""
    await tx.run(
        """
        UPDATE outbox_events SET attempt_count = 0, next_attempt_at = NULL, last_error = NULL, failed_at = NULL
        WHERE org_id = $1 AND id = $2
        """,
        tx.org_id,
        event_id,
    )


async def show_jobs(reader: Reader) -> Shown:
    """Answer the jobs of all workers as JSON, worker by worker."""
    row = await reader.row(
        f"""
        SELECT coalesce(
            string_agg({shown_as_json(JobOut, _ALIVE)}, ',' ORDER BY t.worker_id, t.job), ''
        ) AS shown
        FROM (SELECT * FROM worker_jobs ORDER BY seen_at DESC, worker_id, job LIMIT {MOST_SHOWN}) t
        """
    )
    return Shown(b'{"items":[%s]}' % row["shown"].encode())


async def report(
    connection: Connection, worker_id: str, started_at: datetime, standings: Mapping[str, Standing]
) -> None:
    """Write down how a worker's jobs do, and drop those of workers that have not been heard of for an hour."""
    each = list(standings.values())
    await connection.execute(
        f"""
        WITH gone AS (
            DELETE FROM worker_jobs WHERE worker_id <> $1 AND seen_at < now() - interval '{KEPT_HOURS} hours'
        )
        INSERT INTO worker_jobs AS known (worker_id, started_at, seen_at, job, runs, failures, running_since,
                                          finished_at, result, duration_ms, failed_at, last_error)
        SELECT $1, $2, now(), standing.*
        FROM unnest($3::text[], $4::bigint[], $5::bigint[], $6::timestamptz[], $7::timestamptz[], $8::text[],
                    $9::int[], $10::timestamptz[], $11::text[]) AS standing
        ON CONFLICT (worker_id, job) DO UPDATE SET
            started_at = excluded.started_at, seen_at = excluded.seen_at,
            runs = excluded.runs, failures = excluded.failures, running_since = excluded.running_since,
            finished_at = excluded.finished_at, result = excluded.result, duration_ms = excluded.duration_ms,
            failed_at = excluded.failed_at, last_error = excluded.last_error
        """,
        worker_id,
        started_at,
        list(standings),
        [standing.runs for standing in each],
        [standing.failures for standing in each],
        [standing.running_since for standing in each],
        [standing.finished_at for standing in each],
        [standing.result for standing in each],
        [standing.duration_ms for standing in each],
        [standing.failed_at for standing in each],
        [standing.last_error for standing in each],
    )
