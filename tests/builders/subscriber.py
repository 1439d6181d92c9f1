"""Somebody who follows a feed over gRPC."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from grpc import StatusCode
from grpc.aio import AioRpcError

from amss_proto.amss.v1.event_service_pb2 import SubscribeRequest
from builders.rpc_door import RpcDoor, RpcReply
from builders.tenants import Person

SUBSCRIBE = "EventService/Subscribe"
PATIENCE_SECONDS = 20


class Subscriber:
    """One stream, message by message."""

    def __init__(self, call: Any) -> None:
        self.call = call
        self.next_after = 0

    async def message(self) -> Any:
        """Return the next message."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            message = await self.call.read()
        assert message, "a stream of events never ends with OK"
        self.next_after = message.next_after
        return message

    async def event(self) -> Any:
        """Return the next event; what only says how far the feed was read is left out."""
        while not (message := await self.message()).HasField("event"):
            continue
        assert message.event.feedposition == message.next_after
        return message.event

    async def caught_up(self) -> None:
        """Wait for a message without an event: all before it was heard."""
        while (await self.message()).HasField("event"):
            continue

    async def end(self, *, pause: float = 0) -> RpcReply:
        """Return how the stream ends, whatever is heard until then, with a pause of seconds after each message."""
        try:
            while True:
                await self.message()
                await asyncio.sleep(pause)
        except AioRpcError as fault:
            return RpcReply(fault.code(), fault.details() or "", dict(fault.trailing_metadata()))


@asynccontextmanager
async def subscribed(
    rpc: RpcDoor, person: Person | None, *, metadata: dict[str, str] | None = None, **asked: Any
) -> AsyncGenerator[Subscriber]:
    """Follow the feed as a person, or with a key, and hang up at the end."""
    call = rpc.stream(person, SUBSCRIBE, SubscribeRequest(**asked), metadata=metadata, timeout=60)
    try:
        yield Subscriber(call)
    finally:
        call.cancel()


async def refusal(rpc: RpcDoor, person: Person | None, **asked: Any) -> RpcReply:
    """Return the status of a stream that does not begin."""
    async with subscribed(rpc, person, **asked) as subscriber:
        reply = await subscriber.end()
    assert reply.code is not StatusCode.OK
    return reply
