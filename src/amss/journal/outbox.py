"""The outbox: what waits to be published, in which order, and how an event looks to the world.

An event is published in two steps with a mark each, so that neither waits for the other: a place in its
organization's feed, together with the deliveries (`fanned_out_at`), and the stream (`processed_at`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from amss.foundation.database import Connection, columns

CLOUD_EVENTS_JSON = "application/cloudevents+json"
BATCH = 500
MOST_ATTEMPTS = 10
LONGEST_PAUSE_SECONDS = 300
SLICE = timedelta(minutes=10)


class Unpublished(msgspec.Struct, frozen=True, kw_only=True):
    """Of an event, what decides where it goes."""

    org_id: UUID
    id: UUID
    event_type: str
    aggregate_type: str
    aggregate_id: UUID
    created_at: datetime


class Event(Unpublished, frozen=True, kw_only=True):
    """A whole event."""

    sequence: int
    payload: dict[str, Any]
    request_id: str | None
    traceparent: str | None


@dataclass(frozen=True)
class Step:
    """One of the two steps: the column that marks it done, and the number its bucket locks carry.

    A publisher skips buckets that another holds, never rows, which would reorder them. Rows are locked only to be
    marked, in the order of `sequence`: so the steps cannot deadlock, and Redis may take its time without
    holding up the feed.
    """

    mark: str
    lock: int


FEED = Step("fanned_out_at", 4201)
STREAM = Step("processed_at", 4202)

Claimed = TypeVar("Claimed", bound=Unpublished)


def cloud_event(event: Event) -> bytes:
    """Return the event as CloudEvents 1.0 JSON; the same bytes every time."""
    envelope = {
        "specversion": "1.0",
        "id": event.id,
        "source": f"/orgs/{event.org_id}",
        "type": event.event_type,
        "subject": f"{event.aggregate_type.replace('_', '-')}/{event.aggregate_id}",
        "time": event.created_at,
        "datacontenttype": "application/json",
        "sequence": str(event.sequence),
        "orgid": event.org_id,
        "requestid": event.request_id,
        "traceparent": event.traceparent,
        "data": event.payload,
    }
    return msgspec.json.encode({name: value for name, value in envelope.items() if value is not None})


async def buckets_with_work(connection: Connection, step: Step) -> list[int]:
    """Return the buckets in which an event waits for the step, at any organization."""
    rows = await connection.fetch(
        f"""
        SELECT bucket FROM generate_series(0, 15) AS b (bucket)
        WHERE EXISTS (SELECT FROM outbox_events e
                      WHERE e.bucket = b.bucket::smallint AND e.{step.mark} IS NULL AND e.failed_at IS NULL)
        """
    )
    return [row["bucket"] for row in rows]


async def claim(
    connection: Connection, step: Step, bucket: int, shape: type[Claimed], *, now: datetime
) -> list[Claimed]:
    """Hold the bucket until the transaction ends and return its first waiting events, in order.

    Nothing where another publisher holds it. An event that waits for another attempt holds back the later ones
    of its aggregate, so that they do not overtake it, and no others.
    """
    # Who is put off is found once. Looked for beside each event, it was sometimes looked for among all that wait.
    if not await connection.fetchval("SELECT pg_try_advisory_xact_lock($1, $2)", step.lock, bucket):
        return []
    rows = await connection.fetch(
        f"""
        WITH put_off AS MATERIALIZED (
            SELECT org_id, aggregate_id, min(sequence) AS sequence FROM outbox_events
            WHERE bucket = $1 AND {step.mark} IS NULL AND failed_at IS NULL AND next_attempt_at > $2
            GROUP BY org_id, aggregate_id
        )
        SELECT {columns(shape, "e")} FROM outbox_events e
        WHERE e.bucket = $1 AND e.{step.mark} IS NULL AND e.failed_at IS NULL
          AND NOT EXISTS (
              SELECT FROM put_off
              WHERE put_off.org_id = e.org_id AND put_off.aggregate_id = e.aggregate_id
                AND put_off.sequence <= e.sequence
          )
        ORDER BY e.sequence LIMIT {BATCH}
        """,
        bucket,
        now,
    )
    return [msgspec.convert(dict(row), shape) for row in rows]


async def give_positions(connection: Connection, events: list[Unpublished], *, now: datetime) -> None:
    """Give each event the next place in its organization's feed, without gaps, and mark it fanned out."""
    await connection.execute(
        """
        WITH event AS (
            SELECT org_id, id, row_number() OVER (PARTITION BY org_id ORDER BY place) AS place,
                   count(*) OVER (PARTITION BY org_id) AS together
            FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS given (org_id, id, place)
        ), locked AS MATERIALIZED (
            SELECT org_id, id, place, together FROM outbox_events JOIN event USING (org_id, id)
            ORDER BY sequence
            FOR NO KEY UPDATE OF outbox_events
        ), feed AS (
            INSERT INTO event_feeds AS feed (org_id, last_position)
            SELECT org_id, count(*) FROM event GROUP BY org_id
            ON CONFLICT (org_id) DO UPDATE SET last_position = feed.last_position + excluded.last_position
            RETURNING org_id, last_position
        )
        UPDATE outbox_events
        SET fanned_out_at = $3, feed_position = feed.last_position - locked.together + locked.place
        FROM locked JOIN feed USING (org_id)
        WHERE outbox_events.org_id = locked.org_id AND outbox_events.id = locked.id
        """,
        [event.org_id for event in events],
        [event.id for event in events],
        now,
    )


async def mark_streamed(connection: Connection, events: list[Event], *, now: datetime) -> None:
    """Mark the events as written to the stream."""
    await connection.execute(
        """
        WITH streamed AS MATERIALIZED (
            SELECT org_id, id
            FROM unnest($1::uuid[], $2::uuid[]) AS given (org_id, id) JOIN outbox_events USING (org_id, id)
            ORDER BY sequence
            FOR NO KEY UPDATE OF outbox_events
        )
        UPDATE outbox_events SET processed_at = $3
        FROM streamed
        WHERE outbox_events.org_id = streamed.org_id AND outbox_events.id = streamed.id
        """,
        [event.org_id for event in events],
        [event.id for event in events],
        now,
    )


async def streamed_at(connection: Connection, org_id: UUID, event_id: UUID) -> datetime | None:
    """Return when an event was marked as written to the stream; None where it is not, or is no longer there."""
    moment: datetime | None = await connection.fetchval(
        "SELECT processed_at FROM outbox_events WHERE org_id = $1 AND id = $2", org_id, event_id
    )
    return moment


async def stream_again(connection: Connection, *, since: datetime, now: datetime, org_id: UUID | None = None) -> int:
    """Let what was streamed since then be streamed again, at one organization or all; return how many events.

    All of it at once, because a part that went ahead would overtake the rest; and slice by slice, because a busy
    day is more than one statement can mark in its time.
    """
    events = 0
    async with connection.transaction():
        await connection.execute("SET LOCAL statement_timeout = '1min'")
        begin: datetime | None = await connection.fetchval(
            """
            SELECT min(processed_at) FROM outbox_events
            WHERE processed_at >= $1 AND ($2::uuid IS NULL OR org_id = $2)
            """,
            since,
            org_id,
        )
        while begin is not None:
            # The last slice has no end: another worker's clock may be ahead of ours.
            end = begin + SLICE if begin + SLICE < now else None
            events += await _stream_slice_again(connection, begin, end, org_id)
            begin = end
    return events


async def _stream_slice_again(
    connection: Connection, begin: datetime, end: datetime | None, org_id: UUID | None
) -> int:
    status = await connection.execute(
        """
        WITH again AS MATERIALIZED (
            SELECT org_id, id FROM outbox_events
            WHERE processed_at >= $1 AND ($2::timestamptz IS NULL OR processed_at < $2)
              AND ($3::uuid IS NULL OR org_id = $3)
            ORDER BY sequence
            FOR NO KEY UPDATE
        )
        UPDATE outbox_events SET processed_at = NULL
        FROM again
        WHERE outbox_events.org_id = again.org_id AND outbox_events.id = again.id
        """,
        begin,
        end,
        org_id,
    )
    return int(status.split()[-1])


async def put_off(connection: Connection, event: Unpublished, *, error: str, now: datetime) -> bool:
    """Note a failed attempt and plan the next one, later each time; return True when the event is given up."""
    given_up: bool | None = await connection.fetchval(
        f"""
        UPDATE outbox_events
        SET attempt_count = attempt_count + 1,
            last_error = $3,
            next_attempt_at =
                $4::timestamptz + make_interval(secs => least(2 ^ attempt_count, {LONGEST_PAUSE_SECONDS})),
            failed_at = CASE WHEN attempt_count + 1 >= {MOST_ATTEMPTS} THEN $4 END
        WHERE org_id = $1 AND id = $2
        RETURNING failed_at IS NOT NULL
        """,
        event.org_id,
        event.id,
        error,
        now,
    )
    return bool(given_up)


async def seconds_waited(connection: Connection, *, now: datetime) -> float:
    """Return the age of the oldest event that waits for either step, at any organization."""
    age: float | None = await connection.fetchval(
        """
        SELECT extract(epoch FROM $1 - min(least(to_feed.created_at, to_stream.created_at)))::float8
        FROM generate_series(0, 15) AS b (bucket)
        LEFT JOIN LATERAL (
            SELECT created_at FROM outbox_events e
            WHERE e.bucket = b.bucket::smallint AND e.fanned_out_at IS NULL AND e.failed_at IS NULL
            ORDER BY e.sequence LIMIT 1
        ) AS to_feed ON true
        LEFT JOIN LATERAL (
            SELECT created_at FROM outbox_events e
            WHERE e.bucket = b.bucket::smallint AND e.processed_at IS NULL AND e.failed_at IS NULL
            ORDER BY e.sequence LIMIT 1
        ) AS to_stream ON true
        """,
        now,
    )
    return max(age or 0.0, 0.0)


async def count_given_up(connection: Connection) -> int:
    """Return how many events were given up, at all organizations together."""
    count: int | None = await connection.fetchval("SELECT count(*) FROM outbox_events WHERE failed_at IS NOT NULL")
    return count or 0
