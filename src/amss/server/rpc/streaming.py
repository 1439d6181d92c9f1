"""Running an operation that answers part by part over gRPC: a file that is exported, a feed that is followed."""

from collections.abc import Iterator
from contextlib import aclosing
from typing import Any

import msgspec

from amss.features.events.model import FeedPart
from amss.features.events.service import placed
from amss.foundation.database import Transaction
from amss.foundation.exporting import Export, PagedExport
from amss.foundation.operation import Kind
from amss.server.authentication import Caller
from amss.server.exports import an_export
from amss.server.following import followed
from amss.server.resources import Resources
from amss.server.rpc.call import Call
from amss.server.rpc.messages import fill
from amss.server.rpc.methods import RpcMethod
from amss.server.rpc.running import admitted, read_request

# Of an export in one message: of a few megabytes, clients take none.
PART_BYTES = 256 * 1024


async def stream_method(resources: Resources, call: Call, method: RpcMethod, message: bytes) -> None:
    """Send what one call of one method is answered, part by part, or raise the refusal."""
    caller = await admitted(resources, call)
    caller.must_be_allowed(method.operation)
    asked = read_request(method, message)
    send = _send_feed if method.operation.kind is Kind.STREAM else _send_file
    await send(resources, call, method, caller, asked.given)


async def _send_file(resources: Resources, call: Call, method: RpcMethod, caller: Caller, given: list[Any]) -> None:
    async def use_case(tx: Transaction) -> Export | PagedExport:
        return await method.operation.use_case(tx, *given)

    async with an_export(resources, use_case, caller=caller, origin=call.origin) as (export, parts):
        response: Any = method.response(file_name=export.file_name, media_type=export.media_type)
        async for part in parts:
            for start in range(0, len(part), PART_BYTES):
                response.part = part[start : start + PART_BYTES]
                await call.send([response.SerializeToString()])
                response.Clear()


async def _send_feed(resources: Resources, call: Call, method: RpcMethod, caller: Caller, given: list[Any]) -> None:
    parts = followed(resources, method.operation, given[0], caller, call.metadata, call.origin)
    async with aclosing(parts):
        async for part in parts:
            await call.send(_messages(method, part))


def _messages(method: RpcMethod, part: FeedPart) -> Iterator[bytes]:
    """Yield each event alone, for many might be more than a client takes; after them, how far the feed was read."""
    for event in part.events:
        response = method.response(next_after=event.feed_position)
        fill(response, {"event": msgspec.json.decode(placed(event))})
        yield response.SerializeToString()
    yield method.response(next_after=part.next_after).SerializeToString()
