"""Endpoints in SQL, and which of them want an event."""

from datetime import datetime
from uuid import UUID

from amss.features.webhooks.model import Webhook, WebhookOut
from amss.foundation.database import Connection, Transaction, columns, placeholders, values_of
from amss.foundation.errors import NotFound
from amss.foundation.reading import Listing, Reader
from amss.journal.outbox import Unpublished

WEBHOOKS = Listing(
    shows=WebhookOut,
    source="webhooks t WHERE t.org_id = tenant.org::uuid AND t.deleted_at IS NULL",
    filters={"status": "t.status = {}"},
    # Ids are made in the order of creation, and have the index.
    sorts={"created_at": ("t.id", "uuid")},
    default_sort="created_at",
)


async def get_for_update(tx: Transaction, webhook_id: UUID) -> Webhook:
    """Return a live endpoint and hold it until the transaction ends."""
    webhook = await find_for_update(tx, webhook_id)
    if webhook is None:
        raise NotFound
    return webhook


async def find_for_update(tx: Transaction, webhook_id: UUID) -> Webhook | None:
    """Return a live endpoint, held until the transaction ends, or None."""
    return await tx.first(
        Webhook,
        f"""
        SELECT {columns(Webhook)} FROM webhooks
        WHERE org_id = $1 AND id = $2 AND deleted_at IS NULL
        FOR NO KEY UPDATE
        """,
        tx.org_id,
        webhook_id,
    )


async def exists(reader: Reader, webhook_id: UUID) -> bool:
    """Tell whether there is such a live endpoint."""
    row = await reader.row(
        "SELECT FROM webhooks WHERE org_id = tenant.org::uuid AND id = $2 AND deleted_at IS NULL", webhook_id
    )
    return row is not None


async def add(tx: Transaction, webhook: Webhook) -> None:
    """Insert an endpoint."""
    await tx.run(
        f"INSERT INTO webhooks ({columns(Webhook)}) VALUES ({placeholders(Webhook)})",
        *values_of(webhook),
    )


async def save(tx: Transaction, webhook: Webhook) -> None:
    """Write back an endpoint."""
    await tx.run(
        f"UPDATE webhooks SET ({columns(Webhook)}) = ROW ({placeholders(Webhook)}) WHERE org_id = $2 AND id = $1",
        *values_of(webhook),
    )


async def note_health(tx: Transaction, webhook_id: UUID, *, works: bool, now: datetime) -> None:
    """Keep since when an endpoint fails; a row is written only when that changes."""
    await tx.run(
        """
        UPDATE webhooks SET failing_since = CASE WHEN $3 THEN NULL ELSE $4::timestamptz END
        WHERE org_id = $1 AND id = $2 AND (failing_since IS NOT NULL) = $3
        """,
        tx.org_id,
        webhook_id,
        works,
        now,
    )


async def find_subscriptions(connection: Connection, events: list[Unpublished]) -> list[tuple[UUID, UUID, UUID]]:
    """Return (organization, event, endpoint) for every endpoint that wants one of the events.

    A test is for the endpoint it tests, whatever that one subscribed to, and for no other.
    """
    rows = await connection.fetch(
        """
        SELECT event.org_id, event.id AS event_id, webhooks.id AS webhook_id
        FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[]) WITH ORDINALITY
             AS event (org_id, id, aggregate_id, type, place)
        JOIN webhooks ON webhooks.org_id = event.org_id
        WHERE webhooks.deleted_at IS NULL AND webhooks.disabled_reason IS DISTINCT FROM 'by_hand'
          AND CASE event.type
              WHEN 'webhook.test' THEN webhooks.id = event.aggregate_id
              ELSE webhooks.events && ARRAY['*', split_part(event.type, '.', 1) || '.*', event.type]
              END
        ORDER BY event.place
        """,
        [event.org_id for event in events],
        [event.id for event in events],
        [event.aggregate_id for event in events],
        [event.event_type for event in events],
    )
    return [(row["org_id"], row["event_id"], row["webhook_id"]) for row in rows]
