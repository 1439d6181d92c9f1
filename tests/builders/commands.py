"""Commands run below the edges: a caller, a key, work that leaves an aircraft behind."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import UUID

import msgspec

from amss.foundation.database import Database, Transaction
from amss.foundation.ids import new_id
from amss.server.authentication import Caller
from amss.server.idempotency import Answer, KeyedRequest
from amss.server.resources import Resources
from builders.installation import Installation
from builders.tenants import Person, Tenant

Work = Callable[[Transaction], Awaitable[Answer]]


def as_caller(person: Person) -> Caller:
    """Return a person as the edge knows him."""
    return Caller(person.actor, person.org_id)


def a_keyed_request(
    tenant: Tenant,
    key: str = "a-key",
    *,
    person: Person | None = None,
    fingerprint: bytes = b"the same request",
    secret_answer: bool = False,
) -> KeyedRequest:
    """Return a request of the planner with a key."""
    return KeyedRequest(
        org_id=tenant.org_id,
        principal=as_caller(person or tenant.planner).principal,
        key=key,
        endpoint="POST /things",
        fingerprint=fingerprint,
        secret_answer=secret_answer,
    )


async def add_an_aircraft(tx: Transaction) -> Answer:
    """Insert an aircraft and answer with its id."""
    aircraft_id = new_id()
    await tx.run(
        "INSERT INTO aircraft (org_id, id, tail_number, model) VALUES ($1, $2, $3, 'A320')",
        tx.org_id,
        aircraft_id,
        aircraft_id.hex[-10:].upper(),
    )
    return Answer(201, str(aircraft_id).encode(), (("content-type", "text/plain"), ("etag", '"v1"')))


async def count_aircraft(installation: Installation, org_id: UUID) -> int:
    """Count what commands left behind."""
    return await installation.owner.fetchval("SELECT count(*) FROM aircraft WHERE org_id = $1", org_id)


@asynccontextmanager
async def another_process(installation: Installation, *, connections: int = 10) -> AsyncGenerator[Resources]:
    """Open what another server process would: a pool, and a memory of keys in flight, of its own."""
    settings = msgspec.structs.replace(installation.settings, database_pool_size=connections)
    database = Database(settings.database_url, role="amss_server", process="another-server", settings=settings)
    yield Resources(settings=settings, database=database, redis=installation.redis, keys=installation.keys)
    await database.close()
