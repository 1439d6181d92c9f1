"""Server-sent events (WHATWG HTML, 9.2): the feed as text that never ends, for as long as somebody listens."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, suppress

import msgspec

from amss.features.events.model import FeedPart, FollowQuery
from amss.features.events.service import placed
from amss.foundation.errors import Malformed, Refusal
from amss.foundation.operation import Operation
from amss.server.authentication import Caller
from amss.server.following import followed
from amss.server.resources import Resources
from amss.server.rest.decoding import decode_query
from amss.server.rest.exchange import Exchange

# A proxy that collects an answer before it passes it on would keep back all of it.
_HEADERS = (("content-type", "text/event-stream; charset=utf-8"), ("x-accel-buffering", "no"))
_MAX_DIGITS = 16


async def send_events(resources: Resources, exchange: Exchange, operation: Operation, caller: Caller) -> None:
    """Send a feed as it goes on, from where the listener left off; what is wrong is said before it begins."""
    query = decode_query(exchange.scope["query_string"], FollowQuery)
    if (last := exchange.headers.get("last-event-id", "")) != "":
        query = msgspec.structs.replace(query, after=_position(last))
    parts = followed(resources, operation, query, caller, exchange.headers, exchange.origin)
    async with aclosing(parts):
        first = await anext(parts)
        await exchange.send_parts(_HEADERS, _until_gone(exchange, _text(first, parts)))


def _position(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS):
        raise Malformed("Last-Event-ID is the id of the event heard last: a number.")
    return int(text)


async def _text(first: FeedPart, parts: AsyncIterator[FeedPart]) -> AsyncGenerator[bytes]:
    yield _written(first)
    # Why it goes on no longer, the listener hears when he comes back.
    with suppress(Refusal):
        async for part in parts:
            yield _written(part)


def _written(part: FeedPart) -> bytes:
    """Return a part as text. Without an event it still says how far the feed was read, and that somebody is there."""
    events = (
        b"id: %d\nevent: %s\ndata: %s\n\n" % (event.feed_position, event.event_type.encode(), placed(event))
        for event in part.events
    )
    return b"".join(events) + b": here\nid: %d\n\n" % part.next_after


async def _until_gone(exchange: Exchange, chunks: AsyncGenerator[bytes]) -> AsyncIterator[bytes]:
    """Yield chunks until the listener hangs up."""
    gone = asyncio.create_task(exchange.hung_up())
    try:
        while True:
            following = asyncio.ensure_future(anext(chunks, None))
            await asyncio.wait([following, gone], return_when=asyncio.FIRST_COMPLETED)
            if gone.done():
                following.cancel()
                await asyncio.wait([following])
                return
            if (chunk := following.result()) is None:
                return
            yield chunk
    finally:
        gone.cancel()
