"""Sending again: what is shown of a delivery, what is asked for, and how an endpoint has been doing."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import msgspec

from amss.features.webhooks.model import DeliveryOut, DeliveryStatus
from amss.foundation.shapes import Moment, Order


class AttemptOut(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt as it was sent and answered; of an answer, the first 16 KiB."""

    attempt: int
    attempted_at: datetime
    duration_ms: int
    request_headers: dict[str, str]
    response_code: int | None
    response_headers: dict[str, str] | None
    response_body: str | None
    error: str | None


class DeliveryDetail(DeliveryOut, frozen=True, kw_only=True):
    """A delivery with the event it carries, byte for byte the body that is sent, and its latest attempts."""

    event: dict[str, Any]
    attempts: tuple[AttemptOut, ...]


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery that somebody wants sent again."""

    entity_type: ClassVar[str] = "webhook-delivery"

    id: UUID
    webhook_id: UUID
    status: DeliveryStatus
    lease_until: datetime | None


class RecoverOrder(Order, frozen=True, kw_only=True):
    """Since when an endpoint is to get what it missed."""

    since: Moment


class Recovered(msgspec.Struct, frozen=True, kw_only=True):
    """How many deliveries were planned; where more is left, `complete` is false and the same order goes on."""

    webhook_id: UUID
    deliveries: int
    complete: bool


class WebhookStatistics(msgspec.Struct, frozen=True, kw_only=True):
    """How an endpoint did: its newest deliveries, 1,000 at most, and the attempts to make them."""

    since: datetime | None  # when the oldest of these deliveries was planned
    deliveries: int
    pending: int
    delivered: int
    failed: int
    held: int
    attempts: int
    success_rate: float | None  # attempts that were answered 2xx, of all
    duration_ms_p50: int | None
    duration_ms_p95: int | None
