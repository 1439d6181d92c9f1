"""Use cases of deliveries: look at them, and send again what did not arrive."""

from uuid import UUID

from amss.features.webhooks import deliveries, queries, redelivery_queries, rules
from amss.features.webhooks.model import DeliveryOut, DeliveryQuery, Webhook
from amss.features.webhooks.redelivery_model import Delivery, Recovered, RecoverOrder
from amss.foundation.database import Transaction
from amss.foundation.errors import NotFound
from amss.foundation.reading import Reader, Shown
from amss.journal.event_types import Action
from amss.journal.recorder import note


async def search(reader: Reader, webhook_id: UUID, query: DeliveryQuery) -> Shown:
    """List what was and will be sent to an endpoint, the newest first."""
    if not await queries.exists(reader, webhook_id):
        raise NotFound
    return await deliveries.DELIVERIES.page(reader, query, within={"webhook_id": webhook_id})


async def get(reader: Reader, delivery_id: UUID) -> Shown:
    """Show one delivery with the event it carries and its latest attempts."""
    return await redelivery_queries.show(reader, delivery_id)


async def statistics(reader: Reader, webhook_id: UUID) -> Shown:
    """Show how an endpoint did lately."""
    if not await queries.exists(reader, webhook_id):
        raise NotFound
    return await redelivery_queries.statistics(reader, webhook_id)


async def retry(tx: Transaction, delivery_id: UUID) -> DeliveryOut:
    """Send a delivery again at once, under the same id, whatever became of it."""
    webhook_id = await redelivery_queries.get_webhook_id(tx, delivery_id)
    # First the endpoint, then its deliveries: in this order whoever disables or deletes it goes, too.
    rules.must_be_enabled(await queries.get_for_update(tx, webhook_id))
    delivery = await redelivery_queries.get_for_update(tx, delivery_id)
    rules.must_not_be_under_way(delivery, now=tx.now)
    again = await redelivery_queries.plan_at_once(tx, delivery_id)
    await note(tx, Action.UPDATE, Delivery.entity_type, delivery_id, reason="It was asked to be sent again.")
    return again


async def recover(tx: Transaction, webhook_id: UUID, order: RecoverOrder) -> Recovered:
    """Plan what an endpoint subscribes to and did not get since a moment: what failed, and what was never planned."""
    webhook = await queries.get_for_update(tx, webhook_id)
    rules.must_be_enabled(webhook)
    rules.must_be_past(order.since, now=tx.now)
    missed = await redelivery_queries.find_missed(tx, webhook, since=order.since)
    failed = await redelivery_queries.plan_failed(tx, webhook_id, missed)
    await deliveries.add(tx.connection, [(tx.org_id, event_id, webhook_id) for event_id in missed], now=tx.now)
    complete = len(missed) < redelivery_queries.MOST_RECOVERED
    details = {"since": order.since.isoformat(), "deliveries": len(missed), "of_them_failed": failed}
    await note(tx, Action.RESTORE, Webhook.entity_type, webhook_id, details=details)
    return Recovered(webhook_id=webhook_id, deliveries=len(missed), complete=complete)
