"""The walk through the whole drawing: a file of aircraft comes in, work is planned, the world is told."""

import asyncio
import io
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
from redis.asyncio import Redis

from builders.counting_receiver import CountingReceiver
from builders.running_amss import RunningAmss, SignedIn

# What happens at a moment of the walk; it is told how to see whether the work of that moment has ended.
Interruption = Callable[[Callable[[], Awaitable[bool]]], Awaitable[None]]
PATIENCE_SECONDS = 240  # thousands of deliveries, each committed, on a slow disk


async def undisturbed(_has_ended: Callable[[], Awaitable[bool]]) -> None:
    """Interrupt nothing."""


@dataclass
class Journey:
    """One organization's walk, and all it can be asked about afterwards."""

    amss: RunningAmss
    client: SignedIn
    receiver: CountingReceiver
    subscribed: tuple[str, ...] = ("*",)
    org_id: str = ""
    program_id: str = ""
    events: frozenset[str] = frozenset()  # recorded when the program's work was planned
    imported: Any = None
    invalid_rows: Any = None

    async def walk(self, content: bytes, model: str, interrupt: Interruption = undisturbed) -> None:
        """Import a file of aircraft, make a program for one model, let the worker plan it, and tell the world.

        It can be interrupted while the file is imported, while the work is planned, and while it is told.
        """
        self.org_id = (await self.client("GET /auth/me"))["org_id"]
        await eventually(self._has_nothing_to_tell)
        webhook = await self.client(
            "POST /webhooks", {"url": self.receiver.url, "events": self.subscribed}, key="hook"
        )
        self.receiver.secret = webhook["secret"]

        upload = await self.client("POST /imports/csv", form=lambda: _form(content), key="fleet")
        await interrupt(lambda: self._is_imported(upload["id"]))
        await eventually(lambda: self._is_imported(upload["id"]))
        self.imported = await self.client(f"GET /imports/{upload['id']}")
        self.invalid_rows = await self.client.all(f"/imports/{upload['id']}/rows?status=invalid")

        if interrupt is not undisturbed:  # whoever is not answered for 15 seconds sends again
            self.receiver.is_open.clear()
        program = await self.client("POST /maintenance-programs", a_program(model), key="program")
        self.program_id = program["id"]
        await interrupt(self._is_planned)
        await eventually(self._is_planned)
        self.events = await self.recorded()
        await interrupt(self._is_told)
        self.receiver.is_open.set()
        await eventually(self._is_told)

    async def _has_nothing_to_tell(self) -> bool:
        """Tell whether what the demo did is told: whoever begins to listen now hears nothing of it."""
        return not await self.rows("SELECT FROM outbox_events WHERE org_id = $1 AND fanned_out_at IS NULL LIMIT 1")

    async def _is_imported(self, import_id: str) -> bool:
        return (await self.client(f"GET /imports/{import_id}"))["status"] in ("completed", "failed")

    async def _is_planned(self) -> bool:
        unplanned = await self.client(f"GET /due-items?program_id={self.program_id}&unplanned=true&limit=1")
        return not unplanned["items"]

    async def _is_told(self) -> bool:
        return self.receiver.times.keys() >= self.events and set(await self.stream_ids()) >= self.events

    async def recorded(self) -> frozenset[str]:
        """Return the ids of all events the webhook asked for, from its own on, fed already or not."""
        patterns = [pattern.replace("*", "%") for pattern in self.subscribed]
        return frozenset(str(row["id"]) for row in await self.rows(_EVENTS_FOR_THE_WEBHOOK, patterns))

    async def rows(self, statement: str, *values: Any) -> list[Any]:
        """Look into the database from behind; the organization is $1."""
        connection = await asyncpg.connect(self._environment()["DATABASE_URL"])
        rows = await connection.fetch(statement, self.org_id, *values)
        await connection.close()
        return rows

    async def stream_ids(self) -> list[str]:
        """Return the event ids of this organization in the stream, in its order."""
        redis = Redis.from_url(self._environment()["REDIS_URL"])
        entries: Any = await redis.xrange("amss.events")
        await redis.aclose()
        return [fields[b"id"].decode() for _, fields in entries if fields[b"org_id"].decode() == self.org_id]

    def _environment(self) -> dict[str, str]:
        """Return the environment of the running server: only it knows the stores' passwords."""
        raw = Path(f"/proc/{self.amss.pid_of('server')}/environ").read_bytes()
        return dict(os.fsdecode(entry).split("=", 1) for entry in raw.split(b"\0") if entry)


_EVENTS_FOR_THE_WEBHOOK = """
    SELECT id FROM outbox_events
    WHERE org_id = $1 AND event_type LIKE ANY($2)
      AND (feed_position IS NULL OR feed_position >= (
          SELECT feed_position FROM outbox_events WHERE org_id = $1 AND event_type = 'webhook.created'
      ))
"""


async def eventually(ask: Callable[[], Awaitable[Any]]) -> Any:
    """Ask until the answer is true, and return it."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not (answer := await ask()):
            await asyncio.sleep(0.1)
        return answer


def a_program(model: str) -> dict[str, Any]:
    """Return a program that is within its lead time from the first day."""
    return {
        "code": "SAFETY",
        "name": "Emergency equipment check",
        "model": model,
        "task_type": "inspection",
        "limits": [{"interval_type": "calendar", "unit": "days", "interval": 60}],
        "lead_days": 90,
        "estimated_minutes": 120,
    }


def _form(content: bytes) -> aiohttp.FormData:
    form = aiohttp.FormData()
    form.add_field("type", "aircraft")
    form.add_field("file", io.BytesIO(content), filename="fleet.csv", content_type="text/csv")
    return form
