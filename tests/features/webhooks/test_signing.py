"""Signatures, checked by the library that receivers use."""

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from amss.features.webhooks import signing
from amss.foundation.clock import system_clock
from amss.foundation.ids import new_id

BODY = '{"type":"task.created","note":"Größe"}'.encode()


def test_a_receiver_can_verify_what_was_sent() -> None:
    secret = signing.new_secret()

    headers = signing.signed_headers([secret], event_id=new_id(), body=BODY, now=system_clock())

    assert Webhook(signing.written(secret)).verify(BODY, headers) == {"type": "task.created", "note": "Größe"}


def test_a_changed_body_or_another_secret_does_not_verify() -> None:
    secret, another = signing.new_secret(), signing.new_secret()

    headers = signing.signed_headers([secret], event_id=new_id(), body=BODY, now=system_clock())

    with pytest.raises(WebhookVerificationError):
        Webhook(signing.written(secret)).verify(BODY + b" ", headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(signing.written(another)).verify(BODY, headers)
