"""Endpoints and what was sent to them over gRPC: each method once, as an administrator calls it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from grpc import StatusCode
from standardwebhooks import Webhook as Verifier

from amss_proto.amss.v1 import webhook_service_pb2 as webhooks
from amss_proto.amss.v1.webhook_pb2 import (
    WebhookDelivery,
    WebhookDeliveryStatus,
    WebhookDisabledReason,
    WebhookStatus,
    WebhookWithSecret,
)
from builders.belongings import a_delivery
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.rpc_client import Client
from builders.rpc_door import RpcDoor
from builders.tenants import Tenant
from builders.webhooks import an_aircraft, an_endpoint, publish_and_deliver

URL = "https://erp.example/hook"


@pytest.fixture
def admin(rpc: RpcDoor, tenant: Tenant) -> Client:
    return Client(rpc, tenant.tenant_admin)


async def an_endpoint_of(admin: Client, url: str = URL, *events: str) -> WebhookWithSecret:
    order = webhooks.CreateWebhookRequest(url=url, events=events or ("task.*",), description="ERP")
    return (await admin("WebhookService/CreateWebhook", order)).webhook


async def deliveries_of(admin: Client, webhook_id: str, **filters: Any) -> list[WebhookDelivery]:
    ask = webhooks.ListDeliveriesRequest(webhook_id=webhook_id, **filters)
    return list((await admin("WebhookService/ListDeliveries", ask)).items)


async def test_an_endpoint_is_registered_edited_listed_and_deleted(
    rpc: RpcDoor, tenant: Tenant, admin: Client
) -> None:
    made = await an_endpoint_of(admin)
    edit = webhooks.UpdateWebhookRequest(
        webhook_id=made.id,
        expected_version=1,
        events=["aircraft.*", "task.created"],
        update_mask=FieldMask(paths=["events", "description"]),
    )
    edited = (await admin("WebhookService/UpdateWebhook", edit)).webhook
    stale = await rpc(tenant.tenant_admin, "WebhookService/UpdateWebhook", edit)
    ask = webhooks.GetWebhookRequest(webhook_id=made.id)
    shown = (await admin("WebhookService/GetWebhook", ask)).webhook
    enabled = webhooks.ListWebhooksRequest(status=WebhookStatus.WEBHOOK_STATUS_ENABLED, count=True)
    listed = await admin("WebhookService/ListWebhooks", enabled)
    leave = webhooks.DeleteWebhookRequest(webhook_id=made.id, expected_version=2)
    await admin("WebhookService/DeleteWebhook", leave)
    gone = await rpc(tenant.tenant_admin, "WebhookService/GetWebhook", ask)

    assert (made.url, made.description, made.version, made.secret[:6]) == (URL, "ERP", 1, "whsec_")
    assert (edited.events, edited.HasField("description"), edited.version) == (
        ["aircraft.*", "task.created"],
        False,
        2,
    )
    assert (stale.code, stale.reason) == (StatusCode.ABORTED, "PRECONDITION_FAILED")
    assert shown == edited
    assert (list(listed.items), listed.total) == ([edited], 1)
    assert (gone.code, gone.reason) == (StatusCode.NOT_FOUND, "NOT_FOUND")


async def test_an_endpoint_is_disabled_and_enabled_by_hand(admin: Client) -> None:
    made = await an_endpoint_of(admin)

    off = (await admin("WebhookService/DisableWebhook", webhooks.DisableWebhookRequest(webhook_id=made.id))).webhook
    on = (await admin("WebhookService/EnableWebhook", webhooks.EnableWebhookRequest(webhook_id=made.id))).webhook

    assert off.status == WebhookStatus.WEBHOOK_STATUS_DISABLED
    assert off.disabled_reason == WebhookDisabledReason.WEBHOOK_DISABLED_REASON_BY_HAND
    assert off.HasField("disabled_at")
    assert on.status == WebhookStatus.WEBHOOK_STATUS_ENABLED
    assert not on.disabled_reason


async def test_a_test_event_is_signed_with_the_rotated_secret_and_shown_as_it_was_sent(
    admin: Client, installation: Installation
) -> None:
    async with an_endpoint(500, answer=b"out of order") as endpoint:
        made = await an_endpoint_of(admin, endpoint.url)
        rotate = webhooks.RotateSecretRequest(webhook_id=made.id)
        rotated = (await admin("WebhookService/RotateSecret", rotate)).webhook
        test = webhooks.TestWebhookRequest(webhook_id=made.id)
        tested = (await admin("WebhookService/TestWebhook", test)).tested
        await publish_and_deliver(installation)
    [listed] = await deliveries_of(admin, made.id, event_type="webhook.test")

    ask = webhooks.GetDeliveryRequest(delivery_id=listed.id)
    delivery = (await admin("WebhookService/GetDelivery", ask)).delivery

    assert (tested.webhook_id, tested.event_type) == (made.id, "webhook.test")
    assert rotated.secret != made.secret
    assert rotated.HasField("previous_secret_expires_at")
    [received] = endpoint.received
    assert Verifier(rotated.secret).verify(received.body, received.headers) == received.event
    assert MessageToDict(delivery.event, preserving_proto_field_name=True) == received.event
    [attempt] = delivery.attempts
    assert (attempt.attempt, attempt.response_code, attempt.response_body) == (1, 500, "out of order")
    assert attempt.request_headers["webhook-id"] == delivery.event_id == received.id
    assert (delivery.attempt_count, delivery.last_response_code) == (1, 500)


async def test_what_failed_is_sent_again_one_by_one_or_all_since_a_moment(
    api: FrontDoor, tenant: Tenant, admin: Client, installation: Installation
) -> None:
    await api(tenant.tenant_admin, f"PATCH /organizations/{tenant.org_id}/policy", {"webhook_max_attempts": 1})
    failed = WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_FAILED
    async with an_endpoint(500, 500) as endpoint:
        made = await an_endpoint_of(admin, endpoint.url, "aircraft.*")
        await an_aircraft(api, tenant, "G-ONE")
        await an_aircraft(api, tenant, "G-TWO")
        await publish_and_deliver(installation)
        lost = await deliveries_of(admin, made.id, status=failed)
        retry = webhooks.RetryDeliveryRequest(delivery_id=lost[0].id)
        again = (await admin("WebhookService/RetryDelivery", retry)).delivery
        recover = webhooks.RecoverWebhookRequest(webhook_id=made.id, since=datetime.now(UTC) - timedelta(hours=1))
        recovered = (await admin("WebhookService/RecoverWebhook", recover)).recovered
        await publish_and_deliver(installation)
    ask = webhooks.GetWebhookStatisticsRequest(webhook_id=made.id)
    statistics = (await admin("WebhookService/GetWebhookStatistics", ask)).statistics

    assert (len(lost), again.status) == (2, WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_PENDING)
    assert (recovered.webhook_id, recovered.deliveries, recovered.complete) == (made.id, 1, True)
    assert await deliveries_of(admin, made.id, status=failed) == []
    assert (statistics.deliveries, statistics.delivered, statistics.attempts) == (2, 2, 4)
    assert statistics.success_rate == 0.5


async def test_the_same_key_answers_the_same_secret_and_keeps_it_encrypted(
    rpc: RpcDoor, tenant: Tenant, installation: Installation
) -> None:
    order, key = webhooks.CreateWebhookRequest(url=URL, events=["*"]), {"idempotency-key": "register-once"}

    first, again = [
        await rpc(tenant.tenant_admin, "WebhookService/CreateWebhook", order, metadata=key) for _ in range(2)
    ]

    assert (first.code, first.body) == (StatusCode.OK, again.body)
    assert again.trailing["idempotent-replayed"] == "true"
    kept = await installation.owner.fetchrow("SELECT * FROM idempotency_keys WHERE org_id = $1", tenant.org_id)
    assert kept["body_encrypted"]
    assert first.message.webhook.secret.encode() not in kept["response_body"]


async def test_every_change_is_in_the_trail_with_the_request_it_came_with(
    rpc: RpcDoor, tenant: Tenant, installation: Installation, admin: Client
) -> None:
    made = await an_endpoint_of(admin)
    await rpc(
        tenant.tenant_admin,
        "WebhookService/DisableWebhook",
        webhooks.DisableWebhookRequest(webhook_id=made.id),
        metadata={"x-request-id": "the-end-of-one"},
    )

    row = await installation.owner.fetchrow(
        "SELECT * FROM audit_logs WHERE org_id = $1 AND request_id = 'the-end-of-one'", tenant.org_id
    )
    told = await installation.owner.fetchval(
        "SELECT request_id FROM outbox_events WHERE org_id = $1 AND event_type = 'webhook.disabled'", tenant.org_id
    )
    assert (row["entity_type"], str(row["entity_id"]), row["user_id"]) == (
        "webhook", made.id, tenant.tenant_admin.id,
    )  # fmt: skip
    assert told == "the-end-of-one"


async def test_what_a_resting_endpoint_cannot_do_is_refused(
    api: FrontDoor, rpc: RpcDoor, tenant: Tenant, admin: Client
) -> None:
    made = await an_endpoint_of(admin)
    delivery_id = await a_delivery(api, tenant, made.id)
    await admin("WebhookService/DisableWebhook", webhooks.DisableWebhookRequest(webhook_id=made.id))
    asked: dict[str, Message] = {
        "TestWebhook": webhooks.TestWebhookRequest(webhook_id=made.id),
        "RecoverWebhook": webhooks.RecoverWebhookRequest(webhook_id=made.id, since=datetime.now(UTC)),
        "RetryDelivery": webhooks.RetryDeliveryRequest(delivery_id=delivery_id),
    }

    refused = [await rpc(tenant.tenant_admin, f"WebhookService/{name}", each) for name, each in asked.items()]

    assert {(each.code, each.reason) for each in refused} == {(StatusCode.FAILED_PRECONDITION, "WEBHOOK_DISABLED")}


async def test_everything_wrong_with_an_endpoint_is_named_at_once(rpc: RpcDoor, tenant: Tenant) -> None:
    order = webhooks.CreateWebhookRequest(url="http://169.254.169.254/", events=["task.*", "wing.*"])

    reply = await rpc(tenant.tenant_admin, "WebhookService/CreateWebhook", order)
    nothing = await rpc(tenant.tenant_admin, "WebhookService/CreateWebhook", webhooks.CreateWebhookRequest())

    assert (reply.code, reply.violations) == (
        StatusCode.INVALID_ARGUMENT, {"url": "ADDRESS", "events.1": "UNKNOWN"},
    )  # fmt: skip
    assert nothing.violations == {"url": "MISSING", "events": "MISSING"}


async def test_who_audits_reads_endpoints_and_changes_none_and_a_mechanic_does_neither(
    rpc: RpcDoor, tenant: Tenant, admin: Client, installation: Installation
) -> None:
    made = await an_endpoint_of(admin)
    ask, test = webhooks.GetWebhookRequest(webhook_id=made.id), webhooks.TestWebhookRequest(webhook_id=made.id)

    read = await rpc(tenant.auditor, "WebhookService/GetWebhook", ask)
    refused = [
        await rpc(tenant.auditor, "WebhookService/TestWebhook", test),
        await rpc(tenant.mechanic, "WebhookService/GetWebhook", ask),
        await rpc(tenant.planner, "WebhookService/TestWebhook", test),
    ]

    assert read.code is StatusCode.OK
    assert {(each.code, each.reason) for each in refused} == {(StatusCode.PERMISSION_DENIED, "FORBIDDEN")}
    await rpc.resources.denials.all_written()
    denied = await installation.owner.fetchval(
        "SELECT count(*) FROM audit_logs WHERE org_id = $1 AND action = 'denied'", tenant.org_id
    )
    assert denied == 2
