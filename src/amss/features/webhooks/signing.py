"""Secrets and signatures of Standard Webhooks 1.0."""

import base64
import hashlib
import hmac
import os
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


def signed_headers(secret: bytes, *, event_id: UUID, body: bytes, now: datetime) -> dict[str, str]:
    """Return the headers that let the receiver check who sent exactly this body, and when."""
    timestamp = int(now.timestamp())
    signature = hmac.digest(secret, f"{event_id}.{timestamp}.".encode() + body, hashlib.sha256)
    return {
        "webhook-id": str(event_id),
        "webhook-timestamp": str(timestamp),
        "webhook-signature": "v1," + base64.b64encode(signature).decode(),
    }
