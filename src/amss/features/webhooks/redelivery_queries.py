"""Deliveries in SQL: looked at, and sent again."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from amss.features.webhooks.model import DeliveryOut, Webhook
from amss.features.webhooks.redelivery_model import AttemptOut, Delivery, WebhookStatistics
from amss.foundation.database import Transaction, columns
from amss.foundation.errors import NotFound
from amss.foundation.ids import first_id
from amss.foundation.reading import Reader, Shown, shown_as_json
from amss.journal import outbox
from amss.journal.outbox import Event

MOST_ATTEMPTS_SHOWN = 50
MOST_LOOKED_AT = 1_000
MOST_RECOVERED = 10_000
# An event's id is of the clock of the server that recorded it, its time of the database's.
CLOCKS_APART = timedelta(hours=1)

_DELIVERY = f"""
    SELECT {shown_as_json(DeliveryOut, {})} AS shown, {columns(Event, "event")}, (
        SELECT coalesce('[' || string_agg({shown_as_json(AttemptOut, {})}, ',') || ']', '[]')
        FROM (SELECT * FROM webhook_delivery_attempts a
              WHERE a.org_id = tenant.org::uuid AND a.delivery_id = $2
              ORDER BY a.attempt DESC LIMIT {MOST_ATTEMPTS_SHOWN}) t
    ) AS attempts
    FROM webhook_deliveries t
    JOIN outbox_events event ON event.org_id = t.org_id AND event.id = t.event_id
    WHERE t.org_id = tenant.org::uuid AND t.id = $2
"""


async def show(reader: Reader, delivery_id: UUID) -> Shown:
    """Answer one delivery as JSON, with the body that is sent and the latest attempts, the newest first."""
    row = await reader.row(_DELIVERY, delivery_id)
    if row is None:
        raise NotFound
    body = outbox.cloud_event(msgspec.convert(dict(row), Event))
    begun = row["shown"].removesuffix("}").encode()
    return Shown(b'%s,"event":%s,"attempts":%s}' % (begun, body, row["attempts"].encode()))


async def statistics(reader: Reader, webhook_id: UUID) -> Shown:
    """Answer how the newest deliveries of an endpoint did, as JSON."""
    row = await reader.row(
        f"""
        SELECT {shown_as_json(WebhookStatistics, {})} AS shown
        FROM (
            WITH latest AS MATERIALIZED (
                SELECT d.id, d.status, d.created_at FROM webhook_deliveries d
                WHERE d.org_id = tenant.org::uuid AND d.webhook_id = $2
                ORDER BY d.id DESC LIMIT {MOST_LOOKED_AT}
            )
            SELECT *
            FROM (
                SELECT min(created_at) AS since, count(*) AS deliveries,
                       count(*) FILTER (WHERE status = 'pending') AS pending,
                       count(*) FILTER (WHERE status = 'delivered') AS delivered,
                       count(*) FILTER (WHERE status = 'failed') AS failed,
                       count(*) FILTER (WHERE status = 'held') AS held
                FROM latest
            ) AS planned, (
                SELECT count(*) AS attempts,
                       avg((coalesce(a.response_code, 0) BETWEEN 200 AND 299)::int)::float8 AS success_rate,
                       percentile_disc(0.5) WITHIN GROUP (ORDER BY a.duration_ms) AS duration_ms_p50,
                       percentile_disc(0.95) WITHIN GROUP (ORDER BY a.duration_ms) AS duration_ms_p95
                FROM latest
                JOIN webhook_delivery_attempts a ON a.org_id = tenant.org::uuid AND a.delivery_id = latest.id
            ) AS tried
        ) t
        """,
        webhook_id,
    )
    return Shown(row["shown"].encode())


async def get_webhook_id(tx: Transaction, delivery_id: UUID) -> UUID:
    """Return which endpoint a delivery is for."""
    webhook_id: UUID | None = await tx.value(
        "SELECT webhook_id FROM webhook_deliveries WHERE org_id = $1 AND id = $2", tx.org_id, delivery_id
    )
    if webhook_id is None:
        raise NotFound
    return webhook_id


async def get_for_update(tx: Transaction, delivery_id: UUID) -> Delivery:
    """Return a delivery and hold it until the transaction ends."""
    return await tx.one(
        Delivery,
        f"SELECT {columns(Delivery)} FROM webhook_deliveries WHERE org_id = $1 AND id = $2 FOR NO KEY UPDATE",
        tx.org_id,
        delivery_id,
    )


async def plan_at_once(tx: Transaction, delivery_id: UUID) -> DeliveryOut:
    """Let a delivery be due now, whatever it was."""
    return await tx.one(
        DeliveryOut,
        f"""
        UPDATE webhook_deliveries
        SET status = 'pending', next_attempt_at = $3, delivered_at = NULL, last_error = NULL, updated_at = $3
        WHERE org_id = $1 AND id = $2
        RETURNING {columns(DeliveryOut)}
        """,
        tx.org_id,
        delivery_id,
        tx.now,
    )


async def find_missed(tx: Transaction, webhook: Webhook, *, since: datetime) -> list[UUID]:
    """Return the events since then that an endpoint subscribes to and has no delivery for but a failed one.

    The oldest first, `MOST_RECOVERED` at most. An event that is not in the feed yet will get its delivery there.
    """
    rows = await tx.connection.fetch(
        f"""
        SELECT event.id FROM outbox_events event
        WHERE event.org_id = $1 AND event.id >= $2 AND event.created_at >= $3 AND event.feed_position IS NOT NULL
          AND event.event_type <> 'webhook.test'
          AND $4::text[] && ARRAY['*', split_part(event.event_type, '.', 1) || '.*', event.event_type]
          AND NOT EXISTS (
              SELECT FROM webhook_deliveries d
              WHERE d.org_id = $1 AND d.webhook_id = $5 AND d.event_id = event.id AND d.status <> 'failed'
          )
        ORDER BY event.id LIMIT {MOST_RECOVERED}
        """,
        tx.org_id,
        first_id(since - CLOCKS_APART),
        since,
        webhook.events,
        webhook.id,
    )
    return [row["id"] for row in rows]


async def plan_failed(tx: Transaction, webhook_id: UUID, event_ids: list[UUID]) -> int:
    """Let the failed deliveries of these events be due now; return how many there were."""
    return await tx.run(
        """
        UPDATE webhook_deliveries SET status = 'pending', next_attempt_at = $4, last_error = NULL, updated_at = $4
        WHERE org_id = $1 AND webhook_id = $2 AND event_id = ANY ($3) AND status = 'failed'
        """,
        tx.org_id,
        webhook_id,
        event_ids,
        tx.now,
    )
