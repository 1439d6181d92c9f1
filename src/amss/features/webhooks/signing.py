"""Secrets and signatures of Standard Webhooks 1.0."""

import base64
import hashlib
import hmac
import os
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

SECRET_BYTES = 32


def new_secret() -> bytes:
    """Return a new signing key."""
    return os.urandom(SECRET_BYTES)


def written(secret: bytes) -> str:
    """Return a signing key as its owner gets to see it."""
    return "whsec_" + base64.b64encode(secret).decode()


def vault_context(webhook_id: UUID) -> str:
    """Return what a sealed secret is bound to: it opens for its own endpoint only."""
    return f"webhook:{webhook_id}"


def signed_headers(secrets: Iterable[bytes], *, event_id: UUID, body: bytes, now: datetime) -> dict[str, str]:
    """Return the headers that let the receiver check who sent exactly this body, and when.

    There is a signature for each secret: while one replaces another, a receiver may know either.
    """
    timestamp = int(now.timestamp())
    signed = f"{event_id}.{timestamp}.".encode() + body
    signatures = (base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode() for secret in secrets)
    return {
        "webhook-id": str(event_id),
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }
