"""What `events.py` measures with: organizations whose events a verifying receiver gets, and what came of them."""

import asyncio
import base64
import json
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import asyncpg
from installation import Installation, add_organization, an_installation
from processes import SERVER_CORE, Server, a_server, cpu_seconds, leave_the_servers_core
from redis.asyncio import Redis

from amss.cli.keys import new_signing_key
from amss.features.webhooks import signing
from amss.features.webhooks.publishing import STREAM_NAME
from amss.foundation.ids import new_id
from amss.foundation.secrets import Vault

RECEIVER_PORT = 38120
GIVE_UP_SECONDS = 60
LOOK_SECONDS = 0.02
# Where the worker is not.
OTHER_CORE = max(os.sched_getaffinity(0) - {SERVER_CORE}, default=SERVER_CORE)


@dataclass(frozen=True)
class Flow:
    """Stores and a receiver; `environment` is what a worker needs to send from the ones to the other."""

    installation: Installation
    environment: dict[str, str]
    receiver: Server
    secret: bytes
    owner: asyncpg.Connection
    redis: Redis
    session: aiohttp.ClientSession

    async def add_organization(self, name: str, *paths: str) -> UUID:
        """Return an organization that sends all its events to some paths of the receiver."""
        org_id = await add_organization(self.owner, name)
        vault = Vault(self.installation.settings.secrets_key)
        for path in paths:
            webhook_id = new_id()
            sealed = vault.seal(self.secret, context=signing.vault_context(webhook_id))
            await self.owner.execute(
                "INSERT INTO webhooks (org_id, id, url, events, secret) VALUES ($1, $2, $3, '{*}', $4)",
                org_id, webhook_id, f"http://{self.receiver.address}/{path}", sealed,
            )  # fmt: skip
        return org_id

    async def write(self, org_ids: list[UUID], count: int) -> None:
        """Write events of organizations in turn, in one transaction, each task with ten."""
        await self.owner.execute(_EVENTS, org_ids, count, new_id(), _TOLD)

    async def until_came(self, count: int) -> list[tuple[str, float]]:
        """Wait until so many webhooks came, and return of which event each was and when it came."""
        async with asyncio.timeout(GIVE_UP_SECONDS):
            while int(await self._ask("/count")) < count:  # noqa: ASYNC110 - it is another process
                await asyncio.sleep(LOOK_SECONDS)
        return json.loads(await self._ask("/came"))

    async def _ask(self, path: str) -> bytes:
        async with self.session.get(f"http://{self.receiver.address}{path}") as answer:
            return await answer.read()

    async def until(self, happened: str, *values: Any) -> None:
        """Wait until a condition is true in Postgres."""
        async with asyncio.timeout(GIVE_UP_SECONDS):
            while not await self.owner.fetchval(f"SELECT {happened}", *values):  # noqa: ASYNC110 - likewise
                await asyncio.sleep(LOOK_SECONDS)

    async def streamed(self, count: int) -> dict[str, float]:
        """Wait until the stream has so many entries; return when each event's was written, and forget them."""
        async with asyncio.timeout(GIVE_UP_SECONDS):
            while await self.redis.xlen(STREAM_NAME) < count:  # noqa: ASYNC110 - it is another process
                await asyncio.sleep(LOOK_SECONDS)
        entries: Any = await self.redis.xrange(STREAM_NAME)
        await self.redis.delete(STREAM_NAME)
        return {entry["id"]: int(place.split("-")[0]) / 1000 for place, entry in entries}

    def cpu(self, worker: Server) -> dict[str, float]:
        """Return the CPU seconds that each process has used so far."""
        stores = self.installation.processes
        pids = {
            "worker": worker.pid,
            "Postgres": stores["postgres"],
            "Redis": stores["valkey-server"],
            "receiver": self.receiver.pid,
        }
        return {name: cpu_seconds(pid) for name, pid in pids.items()}


@asynccontextmanager
async def a_flow() -> AsyncGenerator[Flow]:
    """Run the stores and the receiver until the end of the block."""
    secret = signing.new_secret()
    receiver_file = str(Path(__file__).with_name("verifying_receiver.py"))
    async with an_installation() as installation:
        leave_the_servers_core()
        environment = {
            **installation.environment,
            "AUDIT_SEAL_KEY": new_signing_key(),
            # At the default of 64, nine endpoints would not have their eight places each.
            "WEBHOOK_CONCURRENCY": "128",
            "RECEIVER_SECRET": base64.b64encode(secret).decode(),
        }
        # Like the recorder's in development: its commits do not wait for the disk.
        owner = await asyncpg.connect(installation.settings.database_url)
        redis = Redis.from_url(installation.settings.redis_url, decode_responses=True)
        with a_server([receiver_file, str(RECEIVER_PORT)], environment, RECEIVER_PORT, core=OTHER_CORE) as receiver:
            async with redis, aiohttp.ClientSession() as session:
                yield Flow(installation, environment, receiver, secret, owner, redis, session)
        await owner.close()


_EVENTS = """
    INSERT INTO outbox_events (org_id, id, event_type, aggregate_type, aggregate_id, payload, request_id, traceparent)
    SELECT ($1::uuid[])[1 + n % cardinality($1::uuid[])], uuidv7(), 'task.updated', 'maintenance_task',
           md5($3::uuid::text || n / 10)::uuid, $4::text::jsonb, uuidv7()::text,
           '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    FROM generate_series(0, $2::int - 1) n
"""
_TOLD = json.dumps(
    {
        "id": str(new_id()), "version": 3, "task_number": "WO-2031", "aircraft_id": str(new_id()),
        "type": "inspection", "title": "100-hour inspection", "description": "Replace filters, check the cables.",
        "state": "scheduled", "priority": "normal", "start_time": "2030-05-01T08:00:00Z",
        "end_time": "2030-05-01T16:00:00Z", "assigned_mechanic_id": str(new_id()), "program_id": str(new_id()),
        "due_item_id": str(new_id()), "created_at": "2030-04-01T08:00:00Z", "updated_at": "2030-04-02T09:30:00Z",
        "notes": None, "estimated_minutes": 480, "changed": ["assigned_mechanic_id"],
        "previous": {"assigned_mechanic_id": None},
    }
)  # fmt: skip
