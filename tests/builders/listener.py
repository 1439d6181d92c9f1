"""Somebody who listens to a stream of server-sent events."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import msgspec

from amss.server.resources import Resources
from builders.front_door import FrontDoor
from builders.tenants import Person

PATIENCE_SECONDS = 20


class Listener:
    """One stream, message by message."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self.answer = answer
        self.last_id = ""

    async def message(self) -> dict[str, str] | None:
        """Return the fields of the next message, comments left out; None when the stream has ended."""
        fields: dict[str, str] = {}
        async with asyncio.timeout(PATIENCE_SECONDS):
            while line := (await self.answer.content.readline()).decode():
                name, _, value = line.rstrip("\n").partition(": ")
                if line == "\n":
                    self.last_id = fields["id"]
                    return fields
                if name:
                    fields[name] = value
        return None

    async def event(self) -> Any:
        """Return the next event, or None when the stream has ended; what only says how far it got is left out."""
        while message := await self.message():
            if "data" in message:
                event = msgspec.json.decode(message["data"])
                assert (message["id"], message["event"]) == (str(event["feedposition"]), event["type"])
                return event
        return None

    async def caught_up(self) -> None:
        """Wait for a message without an event: all before it was heard."""
        while "data" in (await self.message() or {}):
            continue


@asynccontextmanager
async def listening(
    api: FrontDoor, person: Person, query: str = "", *, last_event_id: str | None = None
) -> AsyncGenerator[Listener]:
    """Open a stream as a person."""
    headers = {"authorization": f"Bearer {person.token}"}
    if last_event_id is not None:
        headers["last-event-id"] = last_event_id
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{api.url}/api/v1/events/stream{query}", headers=headers) as answer,
    ):
        yield Listener(answer)


async def nobody_follows(resources: Resources) -> None:
    """Wait until every place of a server's followers is free again."""
    async with asyncio.timeout(10):
        while resources.followers:
            await asyncio.sleep(0.02)
