"""An endpoint and a delivery to it: what they are, what is asked for, what is shown."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from amss.foundation.paging import ListQuery
from amss.foundation.shapes import Line, Order, Record
from amss.journal.outbox import Event


class WebhookStatus(StrEnum):
    """Whether events are sent to an endpoint."""

    ENABLED = "enabled"
    DISABLED = "disabled"


class DisabledReason(StrEnum):
    """Why nothing is sent any more."""

    BY_HAND = "by_hand"
    FAILING = "failing"
    GONE = "gone"


class DeliveryStatus(StrEnum):
    """What became of an event on its way to an endpoint."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
    HELD = "held"


class WebhookOut(msgspec.Struct, frozen=True, kw_only=True):
    """An endpoint as the API shows it; never with its secret."""

    id: UUID
    url: str
    events: tuple[str, ...]
    description: str | None
    status: WebhookStatus
    disabled_reason: DisabledReason | None
    disabled_at: datetime | None
    failing_since: datetime | None
    previous_secret_expires_at: datetime | None  # until then, what is sent is signed with the old secret, too
    version: int
    created_at: datetime
    updated_at: datetime


class WebhookWithSecret(WebhookOut, frozen=True, kw_only=True):
    """An endpoint with the new secret its signatures are checked with, shown this once."""

    secret: str


class Webhook(Record, frozen=True, kw_only=True):
    """An endpoint of an organization."""

    entity_type: ClassVar[str] = "webhook"
    shown_as: ClassVar[type[msgspec.Struct]] = WebhookOut

    url: str
    events: tuple[str, ...]  # names of the catalogue, families as 'task.*', or '*'
    description: str | None = None
    secret: bytes  # sealed for this endpoint
    previous_secret: bytes | None = None
    previous_secret_expires_at: datetime | None = None
    status: WebhookStatus = WebhookStatus.ENABLED
    disabled_reason: DisabledReason | None = None
    disabled_at: datetime | None = None
    failing_since: datetime | None = None
    deleted_at: datetime | None = None


Url = Annotated[str, msgspec.Meta(min_length=1, max_length=2000, examples=["https://erp.highland.example/amss"])]
EventName = Annotated[str, msgspec.Meta(min_length=1, max_length=100, examples=["task.*"])]
EventNames = Annotated[tuple[EventName, ...], msgspec.Meta(min_length=1, max_length=100)]
Description = Annotated[Line, msgspec.Meta(max_length=500)]


class NewWebhook(Order, frozen=True, kw_only=True):
    """An endpoint that wants to hear of events: by name, by family (`task.*`), or all (`*`)."""

    url: Url
    events: EventNames
    description: Description | None = None


class WebhookChange(Order, frozen=True, kw_only=True):
    """A merge patch of an endpoint. Its status and its secret are not fields to edit: they follow commands."""

    url: Url | UnsetType = UNSET
    events: EventNames | UnsetType = UNSET
    description: Description | UnsetType | None = UNSET


class WebhookTested(msgspec.Struct, frozen=True, kw_only=True):
    """A test event is on its way; it shows among the endpoint's deliveries."""

    webhook_id: UUID
    event_type: str


class WebhookQuery(ListQuery, kw_only=True, forbid_unknown_fields=True):
    """How endpoints can be filtered."""

    status: WebhookStatus | None = None


class DeliveryOut(msgspec.Struct, frozen=True, kw_only=True):
    """One event on its way to one endpoint."""

    id: UUID
    webhook_id: UUID
    event_id: UUID
    event_type: str
    status: DeliveryStatus
    attempt_count: int
    last_response_code: int | None
    last_error: str | None
    next_attempt_at: datetime | None
    delivered_at: datetime | None
    created_at: datetime
    updated_at: datetime


class DeliveryQuery(ListQuery, kw_only=True, forbid_unknown_fields=True):
    """How an endpoint's deliveries can be filtered."""

    status: DeliveryStatus | None = None
    event_type: str | None = None


class DueDelivery(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery that a dispatcher has leased, with all it needs to send it."""

    org_id: UUID
    delivery_id: UUID
    webhook_id: UUID
    lease_until: datetime
    attempt: int  # the number of the attempt to make, from 1
    max_attempts: int
    url: str
    secret: bytes  # sealed
    previous_secret: bytes | None  # sealed; None when its time is over
    webhook_version: int
    webhook_status: WebhookStatus
    webhook_deleted: bool
    failing_since: datetime | None
    event: Event


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """What was sent and what came back; no response code means that no answer came, and `error` says why."""

    attempted_at: datetime
    duration_ms: int
    request_headers: dict[str, str]
    response_code: int | None = None
    response_headers: dict[str, str] | None = None
    response_body: str | None = None
    error: str | None = None


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What an attempt means for its delivery, and whether it is the endpoint's end."""

    status: DeliveryStatus
    next_attempt_at: datetime | None = None
    error: str | None = None
    disable: DisabledReason | None = None


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery of which it is known what becomes of it; no attempt where none was made."""

    delivery: DueDelivery
    verdict: Verdict
    attempt: Attempt | None = None
