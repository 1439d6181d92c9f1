"""What an endpoint may be, and what an attempt to reach it means. No I/O: every fact arrives as an argument."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from socket import inet_aton, inet_ntoa
from urllib.parse import SplitResult, urlsplit
from uuid import UUID

from amss.features.webhooks.addresses import Reach
from amss.features.webhooks.model import (
    Attempt,
    DeliveryStatus,
    DisabledReason,
    DueDelivery,
    Ended,
    NewWebhook,
    Verdict,
    Webhook,
    WebhookChange,
    WebhookStatus,
)
from amss.features.webhooks.redelivery_model import Delivery
from amss.foundation.errors import Conflict, FieldError, Invalid
from amss.foundation.shapes import given, next_version
from amss.journal.event_types import EventType

# After the first failed attempt, the second, …
PAUSES = (
    timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=5),
    timedelta(hours=10), timedelta(hours=14), timedelta(hours=20), timedelta(hours=24),
)  # fmt: skip
JITTER = 0.2
LONGEST_RETRY_AFTER = timedelta(hours=24)
FAILING_TOO_LONG = timedelta(days=5)
OLD_SECRET_KEPT = timedelta(hours=24)


class WebhookDisabled(Conflict):
    """Nothing is sent to a disabled endpoint, not even a test."""

    code = "WEBHOOK_DISABLED"
    sentence = "This webhook is disabled: nothing is sent to it."


class DeliveryUnderWay(Conflict):
    """A delivery is with its endpoint; the answer is awaited."""

    code = "DELIVERY_UNDER_WAY"
    sentence = "This delivery is being sent right now. Wait for its result, half a minute at most."


def register(
    new: NewWebhook, *, webhook_id: UUID, org_id: UUID, sealed_secret: bytes, reach: Reach, now: datetime
) -> Webhook:
    """Return the endpoint that is asked for, or refuse everything that is wrong with it at once."""
    _must_be_well_formed(new.url, new.events, reach)
    return Webhook(
        id=webhook_id,
        org_id=org_id,
        version=1,
        created_at=now,
        updated_at=now,
        url=new.url,
        events=tuple(dict.fromkeys(new.events)),
        description=new.description,
        secret=sealed_secret,
    )


def edit(webhook: Webhook, change: WebhookChange, *, reach: Reach, now: datetime) -> Webhook:
    """Return the endpoint as changed, or itself where nothing is; a new URL begins with a clean record."""
    wanted = given(change)
    _must_be_well_formed(wanted.get("url"), wanted.get("events", ()), reach)
    if "events" in wanted:
        wanted["events"] = tuple(dict.fromkeys(wanted["events"]))
    if all(getattr(webhook, name) == value for name, value in wanted.items()):
        return webhook
    failing_since = webhook.failing_since if wanted.get("url", webhook.url) == webhook.url else None
    return next_version(webhook, now=now, **wanted, failing_since=failing_since)


def _must_be_well_formed(url: str | None, events: tuple[str, ...], reach: Reach) -> None:
    faults = ([] if url is None else faults_of_url(url, reach)) + faults_of_events(events)
    if faults:
        raise Invalid(errors=tuple(faults))


def faults_of_url(url: str, reach: Reach) -> list[FieldError]:
    """Return what keeps a URL from being an endpoint: its scheme, its parts, an address that is not allowed."""
    if not url.isascii() or not url.isprintable() or " " in url:
        return [FieldError("/url", "PATTERN", "A URL is written in ASCII, without spaces.")]
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return [FieldError("/url", "PATTERN", "This is not a URL.")]
    if not parts.hostname or port == 0:
        return [FieldError("/url", "PATTERN", "The URL names no host.")]
    faults: list[FieldError] = []
    schemes = ("https",) if reach.https_only else ("https", "http")
    if parts.scheme not in schemes:
        faults.append(FieldError("/url", "SCHEME", f"The URL must begin with {' or '.join(schemes)}."))
    if "@" in parts.netloc:
        faults.append(FieldError("/url", "CREDENTIALS", "The URL must not carry a user name or password."))
    if "#" in url:
        faults.append(FieldError("/url", "FRAGMENT", "The URL must not have a fragment (#…)."))
    if not _may_be_reached(parts, reach):
        faults.append(FieldError("/url", "ADDRESS", "Webhooks are sent to public addresses only."))
    return faults


def _may_be_reached(parts: SplitResult, reach: Reach) -> bool:
    """Judge a literal address at once; a name is judged each time it is dialled."""
    host = parts.hostname or ""
    with suppress(ValueError):
        return reach.allows(str(ip_address(host)))
    with suppress(OSError):
        # What the C library reads as an IPv4 address: 2130706433, 0x7f.1, 0177.0.0.1.
        return reach.allows(inet_ntoa(inet_aton(host)))
    return True


def faults_of_events(names: tuple[str, ...]) -> list[FieldError]:
    """Return a fault for each name that can never match an event."""
    families = {each.split(".")[0] + ".*" for each in EventType}
    known = {"*", *families, *EventType}
    return [
        FieldError(f"/events/{place}", "UNKNOWN", f"{name} is no event type, and no family of them.")
        for place, name in enumerate(names)
        if name not in known
    ]


def must_be_enabled(webhook: Webhook) -> None:
    """Refuse to send to a disabled endpoint."""
    if webhook.status is WebhookStatus.DISABLED:
        raise WebhookDisabled


def must_not_be_under_way(delivery: Delivery, *, now: datetime) -> None:
    """Refuse to plan anew what is being sent at this moment."""
    if delivery.lease_until is not None and delivery.lease_until > now:
        raise DeliveryUnderWay


def must_be_past(since: datetime, *, now: datetime) -> None:
    """Refuse a moment that is still to come: nothing was missed since."""
    if since > now:
        raise Invalid(errors=(FieldError("/since", "FUTURE", "This moment is still to come."),))


def remove(webhook: Webhook, *, now: datetime) -> Webhook:
    """Return the endpoint as deleted."""
    return next_version(webhook, now=now, deleted_at=now)


def rotate_secret(webhook: Webhook, sealed_secret: bytes, *, now: datetime) -> Webhook:
    """Return the endpoint with a new secret; the one before it signs for another day."""
    return next_version(
        webhook,
        now=now,
        secret=sealed_secret,
        previous_secret=webhook.secret,
        previous_secret_expires_at=now + OLD_SECRET_KEPT,
    )


def enable(webhook: Webhook, *, now: datetime) -> Webhook:
    """Return the endpoint as enabled, with a clean record."""
    return next_version(
        webhook, now=now, status=WebhookStatus.ENABLED, disabled_reason=None, disabled_at=None, failing_since=None
    )


def disable(webhook: Webhook, reason: DisabledReason, *, now: datetime) -> Webhook:
    """Return the endpoint as disabled."""
    return next_version(webhook, now=now, status=WebhookStatus.DISABLED, disabled_reason=reason, disabled_at=now)


def set_aside(delivery: DueDelivery) -> Verdict | None:
    """Tell what becomes of a delivery whose endpoint takes nothing any more; None where it does."""
    if delivery.webhook_deleted:
        return Verdict(status=DeliveryStatus.FAILED, error="The webhook was deleted.")
    if delivery.webhook_status is WebhookStatus.DISABLED:
        return Verdict(status=DeliveryStatus.HELD, error="The webhook is disabled.")
    return None


def judge(delivery: DueDelivery, attempt: Attempt, *, now: datetime, chance: float) -> Verdict:
    """Tell what an attempt means. `chance` (0 to 1) spreads retries, so that they do not come all at once."""
    code = attempt.response_code
    if code is not None and 200 <= code < 300:
        return Verdict(status=DeliveryStatus.DELIVERED)
    error = attempt.error or f"The endpoint answered {code}."
    if code == 410:
        return Verdict(status=DeliveryStatus.HELD, error=error, disable=DisabledReason.GONE)
    if delivery.failing_since is not None and now - delivery.failing_since >= FAILING_TOO_LONG:
        return Verdict(status=DeliveryStatus.HELD, error=error, disable=DisabledReason.FAILING)
    if delivery.attempt >= delivery.max_attempts:
        return Verdict(status=DeliveryStatus.FAILED, error=error)
    planned = PAUSES[min(delivery.attempt, len(PAUSES)) - 1] * (1 - JITTER + 2 * JITTER * chance)
    # A wish for less is not followed: an endpoint that always asks for a second would lose its ten attempts in ten.
    pause = max(planned, asked_pause(attempt.response_headers or {}, now=now))
    return Verdict(status=DeliveryStatus.PENDING, next_attempt_at=now + pause, error=error)


def as_it_is_now(webhook: Webhook | None, ended: Ended, *, now: datetime) -> Verdict:
    """Return what an attempt means for the endpoint as it is when the attempt is written down.

    What was sent before somebody enabled or moved the endpoint does not disable it: it is tried again.
    """
    verdict = ended.verdict
    if verdict.disable is None or webhook is None or webhook.status is WebhookStatus.DISABLED:
        return verdict
    if webhook.version == ended.delivery.webhook_version:
        return verdict
    return Verdict(status=DeliveryStatus.PENDING, next_attempt_at=now + PAUSES[0], error=verdict.error)


def asked_pause(headers: Mapping[str, str], *, now: datetime) -> timedelta:
    """Return how long `Retry-After` (seconds or a date) asks to wait, a day at most; nothing where it is absent."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:9]), LONGEST_RETRY_AFTER.total_seconds()))
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return timedelta()
    if moment.tzinfo is None:  # "-0000" says UTC without saying where
        moment = moment.replace(tzinfo=now.tzinfo)
    return min(moment - now, LONGEST_RETRY_AFTER)
