"""Deliveries in SQL: made, leased, and what became of them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from amss.features.webhooks.model import (
    Attempt,
    DeliveryOut,
    DeliveryStatus,
    DueDelivery,
    Ended,
)
from amss.foundation.database import Connection, Transaction, columns
from amss.foundation.ids import new_id
from amss.foundation.reading import Listing
from amss.journal.outbox import Event

# Outlives the request's timeout, so that a second worker cannot be sending the same delivery.
LEASE = timedelta(seconds=30)
MOST_PER_ENDPOINT = 8
_CLAIMING = 4203  # the number of the lock under which dispatchers claim, one at a time

DELIVERIES = Listing(
    shows=DeliveryOut,
    source="webhook_deliveries t WHERE t.org_id = tenant.org::uuid",
    filters={
        "webhook_id": "t.webhook_id = {}",
        "status": "t.status = {}",
        "event_type": "t.event_type = {}",
    },
    # Ids are made in the order of creation, and have the index.
    sorts={"created_at": ("t.id", "uuid")},
    default_sort="-created_at",
    versioned=False,
)


async def add(connection: Connection, wanted: list[tuple[UUID, UUID, UUID]], *, now: datetime) -> None:
    """Make a delivery for each (organization, event, endpoint); what there is already stays as it is."""
    await connection.execute(
        """
        INSERT INTO webhook_deliveries (org_id, id, event_id, event_type, webhook_id, status, next_attempt_at,
                                        created_at, updated_at)
        SELECT wanted.org_id, wanted.id, event.id, event.event_type, wanted.webhook_id, state.status,
               CASE state.status WHEN 'pending' THEN $5::timestamptz END, $5, $5
        FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[]) AS wanted (org_id, id, event_id, webhook_id)
        JOIN outbox_events event ON event.org_id = wanted.org_id AND event.id = wanted.event_id
        JOIN webhooks ON webhooks.org_id = wanted.org_id AND webhooks.id = wanted.webhook_id,
        LATERAL (SELECT (CASE webhooks.status WHEN 'enabled' THEN 'pending' ELSE 'held' END)
                        ::webhook_delivery_status AS status) AS state
        ON CONFLICT ON CONSTRAINT webhook_deliveries_once DO NOTHING
        """,
        [org_id for org_id, _, _ in wanted],
        [new_id() for _ in wanted],
        [event_id for _, event_id, _ in wanted],
        [webhook_id for _, _, webhook_id in wanted],
        now,
    )


# Endpoints with something to send, found by skipping from one to the next in the index.
_ENDPOINTS = """
    endpoint AS (
        (SELECT webhook_id FROM webhook_deliveries WHERE status = 'pending' ORDER BY webhook_id LIMIT 1)
        UNION ALL
        SELECT following.webhook_id FROM endpoint, LATERAL (
            SELECT d.webhook_id FROM webhook_deliveries d
            WHERE d.status = 'pending' AND d.webhook_id > endpoint.webhook_id
            ORDER BY d.webhook_id LIMIT 1
        ) AS following
    )
"""


async def claim_due(connection: Connection, *, most: int, now: datetime) -> list[DueDelivery]:
    """Lease deliveries that are due, at any tenant: the longest due first, up to eight in flight per endpoint.

    The backlog of one endpoint costs the others nothing.
    """
    await connection.execute("SELECT pg_advisory_xact_lock($1)", _CLAIMING)
    rows = await connection.fetch(
        f"""
        WITH RECURSIVE {_ENDPOINTS}, room AS MATERIALIZED (
            SELECT webhook_id, {MOST_PER_ENDPOINT} - (
                SELECT count(*) FROM webhook_deliveries d
                WHERE d.status = 'pending' AND d.webhook_id = endpoint.webhook_id
                  AND d.next_attempt_at > $1 AND d.next_attempt_at <= $2 AND d.lease_until > $1
            ) AS free FROM endpoint
        ), due AS MATERIALIZED (
            SELECT first.org_id, first.id FROM room, LATERAL (
                SELECT d.org_id, d.id, d.next_attempt_at FROM webhook_deliveries d
                WHERE d.status = 'pending' AND d.webhook_id = room.webhook_id AND d.next_attempt_at <= $1
                ORDER BY d.next_attempt_at LIMIT greatest(room.free, 0)
                FOR UPDATE SKIP LOCKED
            ) AS first
            ORDER BY first.next_attempt_at LIMIT $3
        )
        UPDATE webhook_deliveries d SET lease_until = $2, next_attempt_at = $2
        FROM due
        JOIN webhook_deliveries leased ON leased.org_id = due.org_id AND leased.id = due.id
        JOIN webhooks ON webhooks.org_id = leased.org_id AND webhooks.id = leased.webhook_id
        JOIN org_policies ON org_policies.org_id = leased.org_id
        JOIN outbox_events event ON event.org_id = leased.org_id AND event.id = leased.event_id
        WHERE d.org_id = due.org_id AND d.id = due.id
        RETURNING {columns(Event, "event")}, d.id AS delivery_id, d.webhook_id, d.lease_until,
                  d.attempt_count + 1 AS attempt, org_policies.webhook_max_attempts AS max_attempts,
                  webhooks.url, webhooks.secret,
                  CASE WHEN webhooks.previous_secret_expires_at > $1 THEN webhooks.previous_secret END
                      AS previous_secret,
                  webhooks.version AS webhook_version, webhooks.status AS webhook_status,
                  webhooks.deleted_at IS NOT NULL AS webhook_deleted, webhooks.failing_since
        """,
        now,
        now + LEASE,
        most,
    )
    return [msgspec.convert({**row, "event": dict(row)}, DueDelivery) for row in rows]


async def settle_together(connection: Connection, ended: list[Ended], *, now: datetime) -> set[UUID]:
    """Write down what became of deliveries of any tenants, and the attempts; return which are written down.

    Left out, for `service.settle`: what changes its endpoint, which must be held first; and what is no longer leased
    to us.
    """
    rows = await connection.fetch(
        """
        WITH ended AS MATERIALIZED (
            SELECT * FROM jsonb_to_recordset($1::jsonb) AS ended (
                org_id uuid, delivery_id uuid, webhook_id uuid, lease_until timestamptz, attempt_id uuid, attempt int,
                status webhook_delivery_status, next_attempt_at timestamptz, last_error text,
                attempted_at timestamptz, duration_ms int, request_headers jsonb, response_code int,
                response_headers jsonb, response_body text, error text
            )
        ), settled AS (
            UPDATE webhook_deliveries d
            SET status = ended.status, next_attempt_at = ended.next_attempt_at, last_error = ended.last_error,
                lease_until = NULL, updated_at = $2,
                delivered_at = CASE WHEN ended.status = 'delivered' THEN $2::timestamptz END,
                attempt_count = d.attempt_count + CASE WHEN ended.attempted_at IS NULL THEN 0 ELSE 1 END,
                last_response_code = CASE WHEN ended.attempted_at IS NULL THEN d.last_response_code
                                          ELSE ended.response_code END
            FROM ended JOIN webhooks ON webhooks.org_id = ended.org_id AND webhooks.id = ended.webhook_id
            WHERE d.org_id = ended.org_id AND d.id = ended.delivery_id
              AND d.status = 'pending' AND d.lease_until = ended.lease_until
              AND (ended.attempted_at IS NULL OR (webhooks.failing_since IS NULL) = (ended.status = 'delivered'))
            RETURNING d.org_id, d.id
        ), kept AS (
            INSERT INTO webhook_delivery_attempts (org_id, id, delivery_id, attempt, attempted_at, duration_ms,
                                                   request_headers, response_code, response_headers,
                                                   response_body, error)
            SELECT ended.org_id, ended.attempt_id, ended.delivery_id, ended.attempt, ended.attempted_at,
                   ended.duration_ms, ended.request_headers, ended.response_code, ended.response_headers,
                   ended.response_body, ended.error
            FROM settled JOIN ended ON ended.org_id = settled.org_id AND ended.delivery_id = settled.id
            WHERE ended.attempted_at IS NOT NULL
        )
        SELECT id FROM settled
        """,
        [_row(each) for each in ended if each.verdict.disable is None],
        now,
    )
    return {row["id"] for row in rows}


def _row(ended: Ended) -> dict[str, Any]:
    """Return what `settle_together` reads; where no attempt was made, nothing of one."""
    delivery, verdict = ended.delivery, ended.verdict
    attempt = {} if ended.attempt is None else msgspec.structs.asdict(ended.attempt)
    return {
        **attempt,
        "org_id": delivery.org_id,
        "delivery_id": delivery.delivery_id,
        "webhook_id": delivery.webhook_id,
        "lease_until": delivery.lease_until,
        "attempt_id": new_id(),
        "attempt": delivery.attempt,
        "status": verdict.status,
        "next_attempt_at": verdict.next_attempt_at,
        "last_error": verdict.error,
    }


async def settle(tx: Transaction, ended: Ended) -> bool:
    """Write down what became of a delivery and end the lease; False when the lease was no longer ours."""
    delivery, verdict, attempt = ended.delivery, ended.verdict, ended.attempt
    return bool(
        await tx.run(
            """
            UPDATE webhook_deliveries
            SET status = $4::webhook_delivery_status, next_attempt_at = $5, last_error = $6,
                lease_until = NULL, updated_at = $7,
                delivered_at = CASE WHEN $4::webhook_delivery_status = 'delivered' THEN $7::timestamptz END,
                attempt_count = CASE WHEN $8 THEN attempt_count + 1 ELSE attempt_count END,
                last_response_code = CASE WHEN $8 THEN $9 ELSE last_response_code END
            WHERE org_id = $1 AND id = $2 AND status = 'pending' AND lease_until = $3
            """,
            tx.org_id,
            delivery.delivery_id,
            delivery.lease_until,
            verdict.status,
            verdict.next_attempt_at,
            verdict.error,
            tx.now,
            attempt is not None,
            attempt.response_code if attempt else None,
        )
    )


async def add_attempt(tx: Transaction, delivery: DueDelivery, attempt: Attempt) -> None:
    """Keep what was sent and what came back."""
    await tx.run(
        """
        INSERT INTO webhook_delivery_attempts (org_id, id, delivery_id, attempt, attempted_at, duration_ms,
                                               request_headers, response_code, response_headers,
                                               response_body, error)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """,
        tx.org_id,
        new_id(),
        delivery.delivery_id,
        delivery.attempt,
        attempt.attempted_at,
        attempt.duration_ms,
        attempt.request_headers,
        attempt.response_code,
        attempt.response_headers,
        attempt.response_body,
        attempt.error,
    )


async def release_held(tx: Transaction, webhook_id: UUID) -> None:
    """Send what is held for an endpoint, at once."""
    await tx.run(
        """
        UPDATE webhook_deliveries SET status = 'pending', next_attempt_at = $3, last_error = NULL, updated_at = $3
        WHERE org_id = $1 AND webhook_id = $2 AND status = 'held'
        """,
        tx.org_id,
        webhook_id,
        tx.now,
    )


async def settle_all(tx: Transaction, webhook_id: UUID, status: DeliveryStatus, *, error: str, now: datetime) -> None:
    """End what still waits for an endpoint, also what is held for it.

    What is being sent at this moment is left to its dispatcher, who keeps the attempt.
    """
    await tx.run(
        """
        UPDATE webhook_deliveries
        SET status = $3::webhook_delivery_status, next_attempt_at = NULL, lease_until = NULL,
            last_error = $4, updated_at = $5
        WHERE org_id = $1 AND webhook_id = $2 AND status IN ('pending', 'held')
          AND status <> $3::webhook_delivery_status AND (lease_until IS NULL OR lease_until <= $5)
        """,
        tx.org_id,
        webhook_id,
        status,
        error,
        now,
    )
