"""What an endpoint may be, and what an attempt means."""

from datetime import UTC, datetime, timedelta

import pytest

from amss.features.webhooks import rules
from amss.features.webhooks.addresses import Reach
from amss.features.webhooks.model import Attempt, DeliveryStatus, DisabledReason, DueDelivery, WebhookStatus
from amss.foundation.ids import new_id
from amss.journal.event_types import EventType
from amss.journal.outbox import Event

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
PRODUCTION = Reach(https_only=True, loopback=False)
DEVELOPMENT = Reach(https_only=False, loopback=True)


def a_delivery(*, attempt: int = 1, max_attempts: int = 10, failing_since: datetime | None = None) -> DueDelivery:
    org_id = new_id()
    return DueDelivery(
        org_id=org_id,
        delivery_id=new_id(),
        webhook_id=new_id(),
        lease_until=NOW + timedelta(seconds=30),
        attempt=attempt,
        max_attempts=max_attempts,
        url="https://erp.example/hook",
        previous_secret=None,
        secret=b"",
        webhook_version=1,
        webhook_status=WebhookStatus.ENABLED,
        webhook_deleted=False,
        failing_since=failing_since,
        event=Event(
            org_id=org_id, id=new_id(), event_type=EventType.TASK_CREATED, aggregate_type="task",
            aggregate_id=new_id(), sequence=1, payload={}, request_id=None, traceparent=None, created_at=NOW,
        ),
    )  # fmt: skip


def answered(code: int | None, **headers: str) -> Attempt:
    return Attempt(
        attempted_at=NOW,
        duration_ms=20,
        request_headers={},
        response_code=code,
        response_headers={name.replace("_", "-"): value for name, value in headers.items()},
        error=None if code else "No answer came.",
    )


def the_pause(attempt: int, answer: Attempt, chance: float = 0.5) -> timedelta:
    verdict = rules.judge(a_delivery(attempt=attempt), answer, now=NOW, chance=chance)
    assert verdict.status is DeliveryStatus.PENDING
    assert verdict.next_attempt_at is not None
    return verdict.next_attempt_at - NOW


def test_any_success_delivers() -> None:
    for code in (200, 202, 204, 299):
        verdict = rules.judge(a_delivery(), answered(code), now=NOW, chance=0)
        assert (verdict.status, verdict.next_attempt_at) == (DeliveryStatus.DELIVERED, None)


def test_nine_pauses_grow_from_seconds_to_a_day() -> None:
    pauses = [the_pause(attempt, answered(500)) for attempt in range(1, 10)]

    assert pauses == [
        timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=5),
        timedelta(hours=10), timedelta(hours=14), timedelta(hours=20), timedelta(hours=24),
    ]  # fmt: skip


def test_retries_are_spread_by_a_fifth_either_way() -> None:
    assert the_pause(2, answered(None), chance=0) == timedelta(minutes=4)
    assert the_pause(2, answered(None), chance=1) == timedelta(minutes=6)


def test_after_the_last_attempt_a_delivery_has_failed() -> None:
    last = rules.judge(a_delivery(attempt=10), answered(500), now=NOW, chance=0)
    last_of_three = rules.judge(a_delivery(attempt=3, max_attempts=3), answered(302), now=NOW, chance=0)

    assert (last.status, last.error) == (DeliveryStatus.FAILED, "The endpoint answered 500.")
    assert last_of_three.status is DeliveryStatus.FAILED


def test_an_endpoint_may_ask_for_a_longer_pause_up_to_a_day() -> None:
    assert the_pause(1, answered(429, retry_after="120")) == timedelta(minutes=2)
    assert the_pause(1, answered(503, retry_after="Tue, 24 Nov 2026 04:10:00 GMT")) == timedelta(minutes=10)
    assert the_pause(1, answered(503, retry_after="999999999999")) == timedelta(hours=24)
    assert the_pause(1, answered(503, retry_after="Tue, 24 Nov 2099 04:10:00 -0000")) == timedelta(hours=24)


@pytest.mark.parametrize(
    "text",
    ["1", "-5", "soon", "", "Mon, 23 Nov 2026 04:10:00 GMT", "¹²", "Mon, 01 Jan 99999999999999999999 00:00:00 GMT"],
)
def test_a_shorter_or_senseless_pause_is_not_followed(text: str) -> None:
    assert the_pause(1, answered(429, retry_after=text)) == timedelta(seconds=5)


def test_an_endpoint_that_is_gone_is_disabled() -> None:
    verdict = rules.judge(a_delivery(), answered(410), now=NOW, chance=0)

    assert (verdict.status, verdict.disable) == (DeliveryStatus.HELD, DisabledReason.GONE)


def test_an_endpoint_that_fails_for_five_days_is_disabled() -> None:
    almost = rules.judge(a_delivery(failing_since=NOW - timedelta(days=4.9)), answered(500), now=NOW, chance=0)
    over = rules.judge(a_delivery(failing_since=NOW - timedelta(days=5)), answered(500), now=NOW, chance=0)
    well_again = rules.judge(a_delivery(failing_since=NOW - timedelta(days=9)), answered(200), now=NOW, chance=0)

    assert (almost.status, almost.disable) == (DeliveryStatus.PENDING, None)
    assert (over.status, over.disable) == (DeliveryStatus.HELD, DisabledReason.FAILING)
    assert (well_again.status, well_again.disable) == (DeliveryStatus.DELIVERED, None)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://erp.example/hook", "SCHEME"),
        ("ftp://erp.example/hook", "SCHEME"),
        ("//erp.example/hook", "SCHEME"),
        ("https://user:secret@erp.example/", "CREDENTIALS"),
        ("https://@erp.example/", "CREDENTIALS"),
        ("https://erp.example/#top", "FRAGMENT"),
        ("https://erp.example/#", "FRAGMENT"),
        ("https://10.0.0.5/hook", "ADDRESS"),
        ("https://[::ffff:10.0.0.5]/hook", "ADDRESS"),
        ("https://[64:ff9b::a00:5]/hook", "ADDRESS"),
        ("https://2130706433/hook", "ADDRESS"),
        ("https://0177.0.0.1/hook", "ADDRESS"),
        ("https://0x7f000001/hook", "ADDRESS"),
        ("https://0x7f.1/hook", "ADDRESS"),
        ("https://127.1/hook", "ADDRESS"),
        ("https://0/hook", "ADDRESS"),
        ("https://", "PATTERN"),
        ("https://erp.example:0/", "PATTERN"),
        ("https://erp.example:99999/", "PATTERN"),
        ("https://[::1/", "PATTERN"),
        ("https://erp.example/a b", "PATTERN"),
        ("https://erp.example/\r\nx: y", "PATTERN"),
        ("https://größe.example/", "PATTERN"),
        ("not a url", "PATTERN"),
    ],
)
def test_a_url_that_is_no_endpoint_is_refused_in_production(url: str, code: str) -> None:
    assert code in [fault.code for fault in rules.faults_of_url(url, PRODUCTION)]


def test_plain_http_to_this_machine_is_for_development() -> None:
    assert rules.faults_of_url("http://127.0.0.1:8099/", DEVELOPMENT) == []
    assert {fault.code for fault in rules.faults_of_url("http://127.0.0.1:8099/", PRODUCTION)} == {
        "SCHEME",
        "ADDRESS",
    }
    assert rules.faults_of_url("https://erp.example:8443/a?b=c", PRODUCTION) == []


def test_only_names_that_can_match_are_taken() -> None:
    faults = rules.faults_of_events(("*", "task.*", "aircraft.created", "due_item.*", "task", "wing.*", "task.cre*"))

    assert [fault.pointer for fault in faults] == ["/events/4", "/events/5", "/events/6"]
