"""The peer: a list page and a task creation written the obvious way, with Starlette, msgspec and asyncpg.

It verifies the token on each request. It has no rate limit, no idempotency and no row-level security; rows are
fetched and encoded one by one; a creation inserts the same three rows (task, audit, outbox) in one transaction.
It stands here to be measured against, not to be used.
"""

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import jwt
import msgspec
import uvicorn
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from amss.features.aircraft.model import AircraftOut
from amss.features.tasks.model import NewTask, TaskOut
from amss.foundation.ids import new_id

KEY = load_pem_private_key(os.environ["JWT_PRIVATE_KEY"].encode(), password=None).public_key()
COLUMNS = ", ".join(field.name for field in msgspec.structs.fields(AircraftOut))


def claims_of(request: Request) -> dict[str, str]:
    """Verify the bearer token."""
    token = request.headers["authorization"].removeprefix("Bearer ")
    return jwt.decode(token, KEY, algorithms=["EdDSA"], audience="api", issuer="amss")


async def list_aircraft(request: Request) -> Response:
    """Answer the first fifty aircraft."""
    claims = claims_of(request)
    async with request.app.state.pool.acquire() as connection:
        rows = await connection.fetch(
            f"SELECT {COLUMNS} FROM aircraft WHERE org_id = $1 AND deleted_at IS NULL "
            "ORDER BY tail_number, id LIMIT 51",
            UUID(claims["org"]),
        )
    items = [msgspec.convert(dict(row), AircraftOut) for row in rows[:50]]
    body = msgspec.json.encode({"items": items, "next_cursor": None})
    return Response(body, media_type="application/json")


async def create_task(request: Request) -> Response:
    """Insert a task, its audit row and its event."""
    claims = claims_of(request)
    order = msgspec.json.decode(await request.body(), type=NewTask)
    org_id, user_id, task_id, now = UUID(claims["org"]), UUID(claims["sub"]), new_id(), datetime.now(UTC)
    async with request.app.state.pool.acquire() as connection, connection.transaction():
        row = await connection.fetchrow(
            """
            INSERT INTO maintenance_tasks (org_id, id, aircraft_id, type, title, priority, start_time, end_time, slot)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1) RETURNING *, false AS overdue, NULL AS readings
            """,
            org_id, task_id, order.aircraft_id, order.type.value, order.title, order.priority.value,
            order.start_time, order.end_time,
        )  # fmt: skip
        task = msgspec.convert({**row, "unused": msgspec.json.decode(row["unused"])}, TaskOut)
        shown = msgspec.json.encode(task).decode()
        await connection.execute(
            """
            INSERT INTO audit_logs (org_id, id, entity_type, entity_id, entity_version, action, actor_kind,
                                    actor_org_id, user_id, actor_name, details, timestamp)
            VALUES ($1, $2, 'maintenance-task', $3, 1, 'create', 'user', $1, $4, $5, $6, $7)
            """,
            org_id, new_id(), task_id, user_id, claims["name"], f'{{"before": null, "after": {shown}}}', now,
        )  # fmt: skip
        await connection.execute(
            """
            INSERT INTO outbox_events (org_id, id, event_type, aggregate_type, aggregate_id, payload)
            VALUES ($1, $2, 'task.created', 'maintenance-task', $3, $4)
            """,
            org_id, new_id(), task_id, shown,
        )  # fmt: skip
    return Response(shown, status_code=201, media_type="application/json")


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncGenerator[None]:
    """Open the pool with the application, close it after."""
    async with asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=10, max_size=10) as app.state.pool:
        yield


app = Starlette(
    routes=[
        Route("/api/v1/aircraft", list_aircraft, methods=["GET"]),
        Route("/api/v1/maintenance-tasks", create_task, methods=["POST"]),
    ],
    lifespan=lifespan,
)

if __name__ == "__main__":
    host, port = os.environ["HTTP_ADDR"].split(":")
    uvicorn.run(
        app, host=host, port=int(port), loop="uvloop", http="httptools", access_log=False, log_level="warning"
    )
