"""The feed in SQL."""

from typing import Any

import msgspec

from amss.features.events.model import FedEvent, FeedPart
from amss.foundation.database import columns
from amss.foundation.reading import Reader

# Positions are dense: so many are looked through at most for those that are shown.
LOOKED_THROUGH = 5_000


async def read(reader: Reader, *, after: int, types: list[str], limit: int) -> FeedPart:
    """Return the next events of some types after a position, in their order."""
    rows: list[Any] = await reader.rows(
        f"""
        SELECT feed.last_position, kept.first_position, event.*
        FROM (SELECT coalesce(
            (SELECT last_position FROM event_feeds WHERE org_id = tenant.org::uuid), 0
        ) AS last_position) AS feed, LATERAL (SELECT coalesce(
            (SELECT feed_position FROM outbox_events e
             WHERE e.org_id = tenant.org::uuid AND e.feed_position IS NOT NULL
             ORDER BY e.feed_position LIMIT 1), feed.last_position + 1
        ) AS first_position) AS kept, LATERAL (SELECT greatest($2, kept.first_position - 1) AS position) AS start
        LEFT JOIN LATERAL (
            SELECT {columns(FedEvent, "e")} FROM outbox_events e
            WHERE e.org_id = tenant.org::uuid AND e.feed_position > start.position
              AND e.feed_position <= start.position + {LOOKED_THROUGH}
              AND e.event_type = ANY ($3::text[])
            ORDER BY e.feed_position LIMIT {limit}
        ) AS event ON true
        """,
        after,
        types,
    )
    first, last = rows[0]["first_position"], rows[0]["last_position"]
    events = tuple(msgspec.convert(dict(row), FedEvent) for row in rows if row["id"] is not None)
    looked_up_to = min(max(after, first - 1) + LOOKED_THROUGH, last)
    next_after = events[-1].feed_position if len(events) == limit else looked_up_to
    return FeedPart(events=events, next_after=next_after, first=first, last=last)


async def last_position(reader: Reader) -> int:
    """Return where the feed ends."""
    row = await reader.row("SELECT last_position FROM event_feeds WHERE org_id = tenant.org::uuid")
    return 0 if row is None else row["last_position"]
