"""Use cases of webhooks: load, rule, save, record."""

from uuid import UUID

import msgspec

from amss.features.webhooks import deliveries, queries, rules, signing
from amss.features.webhooks.addresses import reach_of
from amss.features.webhooks.model import (
    DeliveryStatus,
    DisabledReason,
    Ended,
    NewWebhook,
    Webhook,
    WebhookChange,
    WebhookOut,
    WebhookQuery,
    WebhookStatus,
    WebhookTested,
    WebhookWithSecret,
)
from amss.foundation.database import Transaction
from amss.foundation.ids import new_id
from amss.foundation.precondition import must_match
from amss.foundation.reading import Reader, Shown
from amss.journal.event_types import EventType
from amss.journal.recorder import record


async def create(tx: Transaction, order: NewWebhook) -> WebhookWithSecret:
    """Register an endpoint and answer the secret its signatures are made with, this once."""
    webhook_id = new_id()
    secret = signing.new_secret()
    webhook = rules.register(
        order,
        webhook_id=webhook_id,
        org_id=tx.org_id,
        sealed_secret=tx.vault.seal(secret, context=signing.vault_context(webhook_id)),
        reach=reach_of(tx.settings),
        now=tx.now,
    )
    await queries.add(tx, webhook)
    await record(tx, EventType.WEBHOOK_CREATED, after=webhook)
    return _with_secret(webhook, secret)


async def edit(tx: Transaction, webhook_id: UUID, change: WebhookChange, *, if_match: int | None) -> Webhook:
    """Change where an endpoint is and what it hears of; what is on its way goes to the new address."""
    webhook = await queries.get_for_update(tx, webhook_id)
    must_match(webhook.version, if_match)
    edited = rules.edit(webhook, change, reach=reach_of(tx.settings), now=tx.now)
    if edited is webhook:
        return webhook

    await queries.save(tx, edited)
    await record(tx, EventType.WEBHOOK_UPDATED, before=webhook, after=edited)
    return edited


async def rotate_secret(tx: Transaction, webhook_id: UUID) -> WebhookWithSecret:
    """Give an endpoint a new secret, answered this once; for 24 hours both sign."""
    webhook = await queries.get_for_update(tx, webhook_id)
    secret = signing.new_secret()
    sealed = tx.vault.seal(secret, context=signing.vault_context(webhook_id))
    rotated = rules.rotate_secret(webhook, sealed, now=tx.now)
    await queries.save(tx, rotated)
    await record(tx, EventType.WEBHOOK_UPDATED, before=webhook, after=rotated)
    return _with_secret(rotated, secret)


def _with_secret(webhook: Webhook, secret: bytes) -> WebhookWithSecret:
    shown = msgspec.convert(webhook, WebhookOut, from_attributes=True)
    return WebhookWithSecret(**msgspec.structs.asdict(shown), secret=signing.written(secret))


async def enable(tx: Transaction, webhook_id: UUID) -> Webhook:
    """Send to an endpoint again, what was held for it first; one that is enabled stays as it is."""
    webhook = await queries.get_for_update(tx, webhook_id)
    if webhook.status is WebhookStatus.ENABLED:
        return webhook
    enabled = rules.enable(webhook, now=tx.now)
    await queries.save(tx, enabled)
    await deliveries.release_held(tx, webhook_id)
    await record(tx, EventType.WEBHOOK_UPDATED, before=webhook, after=enabled)
    return enabled


async def disable(tx: Transaction, webhook_id: UUID) -> Webhook:
    """Stop sending to an endpoint and hold what is on its way; one that is disabled stays as it is."""
    webhook = await queries.get_for_update(tx, webhook_id)
    if webhook.status is WebhookStatus.DISABLED:
        return webhook
    return await _disable(tx, webhook, DisabledReason.BY_HAND)


async def delete(tx: Transaction, webhook_id: UUID, *, if_match: int | None) -> None:
    """Delete an endpoint and end what is still on its way to it."""
    webhook = await queries.get_for_update(tx, webhook_id)
    must_match(webhook.version, if_match)

    removed = rules.remove(webhook, now=tx.now)
    await queries.save(tx, removed)
    await deliveries.settle_all(tx, webhook.id, DeliveryStatus.FAILED, error="The webhook was deleted.", now=tx.now)
    await record(tx, EventType.WEBHOOK_DELETED, before=removed)


async def test(tx: Transaction, webhook_id: UUID) -> WebhookTested:
    """Send an endpoint a test event, whatever it subscribed to; no other endpoint gets it."""
    webhook = await queries.get_for_update(tx, webhook_id)
    rules.must_be_enabled(webhook)
    await record(tx, EventType.WEBHOOK_TEST, after=webhook)
    return WebhookTested(webhook_id=webhook.id, event_type=EventType.WEBHOOK_TEST)


async def search(reader: Reader, query: WebhookQuery) -> Shown:
    """List the endpoints."""
    return await queries.WEBHOOKS.page(reader, query)


async def get(reader: Reader, webhook_id: UUID) -> Shown:
    """Show one endpoint."""
    return await queries.WEBHOOKS.one(reader, webhook_id)


async def settle(tx: Transaction, ended: Ended) -> bool:
    """Write down what became of a delivery and of its endpoint; False when another worker has taken it over."""
    delivery, attempt = ended.delivery, ended.attempt
    if attempt is None:
        return await deliveries.settle(tx, ended)
    # First the endpoint, then its deliveries: in this order whoever disables or deletes it goes, too.
    webhook = await queries.find_for_update(tx, delivery.webhook_id)
    verdict = rules.as_it_is_now(webhook, ended, now=tx.now)
    if not await deliveries.settle(tx, msgspec.structs.replace(ended, verdict=verdict)):
        return False
    await deliveries.add_attempt(tx, delivery, attempt)
    works = verdict.status is DeliveryStatus.DELIVERED
    await queries.note_health(tx, delivery.webhook_id, works=works, now=tx.now)
    if verdict.disable is not None and webhook is not None and webhook.status is WebhookStatus.ENABLED:
        await _disable(tx, webhook, verdict.disable)
    return True


async def _disable(tx: Transaction, webhook: Webhook, reason: DisabledReason) -> Webhook:
    disabled = rules.disable(webhook, reason, now=tx.now)
    await queries.save(tx, disabled)
    await deliveries.settle_all(tx, webhook.id, DeliveryStatus.HELD, error="The webhook was disabled.", now=tx.now)
    await record(tx, EventType.WEBHOOK_DISABLED, before=webhook, after=disabled)
    return disabled
