"""Use cases of the feed."""

from collections.abc import AsyncIterator

import msgspec

from amss.features.events import queries, rules
from amss.features.events.model import FedEvent, FeedPart, FeedQuery, FollowQuery
from amss.features.events.watching import FeedWatch
from amss.foundation.reading import Reader, Shown
from amss.journal import outbox

MOST_AT_A_TIME = 100
# A follower hears at least so often, and is asked as often whether he still may.
HEARTBEAT_SECONDS = 10


async def read(reader: Reader, query: FeedQuery) -> Shown:
    """Answer the next events after a position, of those the reader may see."""
    types = rules.types_shown(reader.actor, query.type)
    part = await _read(reader, after=query.after, types=types, limit=query.limit)
    items = b",".join(placed(event) for event in part.events)
    end = msgspec.json.encode({"next_after": part.next_after, "at_end": part.at_end})
    return Shown(b'{"items":[%s],%s' % (items, end[1:]))


async def follow(reader: Reader, query: FollowQuery, watch: FeedWatch) -> AsyncIterator[FeedPart]:
    """Return the feed from a position on as it grows; an empty part where nothing happened for a while."""
    types = rules.types_shown(reader.actor, query.type)
    after = await queries.last_position(reader) if query.after is None else query.after
    return _followed(reader, after, types, watch)


async def _followed(reader: Reader, after: int, types: list[str], watch: FeedWatch) -> AsyncIterator[FeedPart]:
    async with watch.following(reader) as news:
        while True:
            part = await _read(reader, after=after, types=types, limit=MOST_AT_A_TIME)
            yield part
            after = part.next_after
            if part.at_end:
                await news.beyond(after, seconds=HEARTBEAT_SECONDS)


async def _read(reader: Reader, *, after: int, types: list[str], limit: int) -> FeedPart:
    part = await queries.read(reader, after=after, types=types, limit=limit)
    rules.must_be_within(after, first=part.first, last=part.last)
    return part


def placed(event: FedEvent) -> bytes:
    """Return the event as CloudEvents JSON with its place in the feed."""
    return b'%s,"feedposition":%d}' % (outbox.cloud_event(event)[:-1], event.feed_position)
