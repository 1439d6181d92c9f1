"""Webhooks' rows of the operation table."""

from amss.features.webhooks import service
from amss.features.webhooks.model import (
    DeliveryOut,
    DeliveryQuery,
    NewWebhook,
    WebhookCreated,
    WebhookOut,
    WebhookQuery,
    WebhookTested,
)
from amss.features.webhooks.rules import WebhookDisabled
from amss.foundation.access import Permission
from amss.foundation.operation import Kind, Operation, Precondition

OPERATIONS = (
    Operation(
        "POST /webhooks",
        "Register an endpoint for events",
        Permission.MANAGE_WEBHOOKS,
        service.create,
        body=NewWebhook,
        answers=WebhookCreated,
        status=201,
        idempotent=True,
        secret_answer=True,
    ),
    Operation(
        "GET /webhooks",
        "List the endpoints",
        Permission.READ_WEBHOOKS,
        service.search,
        kind=Kind.READ,
        query=WebhookQuery,
        lists=WebhookOut,
    ),
    Operation(
        "GET /webhooks/{webhook_id}",
        "Show one endpoint",
        Permission.READ_WEBHOOKS,
        service.get,
        kind=Kind.READ,
        answers=WebhookOut,
    ),
    Operation(
        "DELETE /webhooks/{webhook_id}",
        "Delete an endpoint; what is still on its way to it ends",
        Permission.MANAGE_WEBHOOKS,
        service.delete,
        status=204,
        precondition=Precondition.OPTIONAL,
    ),
    Operation(
        "POST /webhooks/{webhook_id}/test",
        "Send an endpoint a `webhook.test` event, whatever it subscribed to; no other endpoint gets it",
        Permission.MANAGE_WEBHOOKS,
        service.test,
        answers=WebhookTested,
        status=202,
        idempotent=True,
        refuses=(WebhookDisabled,),
    ),
    Operation(
        "GET /webhooks/{webhook_id}/deliveries",
        "List what was and will be sent to an endpoint, the newest first",
        Permission.READ_WEBHOOKS,
        service.search_deliveries,
        kind=Kind.READ,
        query=DeliveryQuery,
        lists=DeliveryOut,
    ),
)
