"""What an API key may be, and whether one still opens anything. No I/O: every fact arrives as an argument."""

import hmac
from datetime import UTC, datetime
from uuid import UUID

from amss.features.auth.api_key_model import ApiKey, KeyStanding, NewApiKey
from amss.features.organizations.model import OrganizationStatus
from amss.foundation.access import Actor, ActorKind, Role
from amss.foundation.errors import FieldError, Invalid, Unauthenticated
from amss.foundation.shapes import next_version


class KeyInvalid(Unauthenticated):
    """What was shown is no API key, or none that opens anything now."""

    sentence = "The API key is not valid, or not any more."


def make(order: NewApiKey, *, key_id: UUID, org_id: UUID, prefix: str, actor: Actor, now: datetime) -> ApiKey:
    """Return the key that is made."""
    # Keys are made by admins and tenant_admins, so a role below admin is never above its maker's.
    if order.role is Role.ADMIN:
        message = "A key can be tenant_admin at most: an admin is a person."
        raise Invalid(errors=(FieldError("/role", "NOT_FOR_KEYS", message),))
    if order.expires_at is not None and order.expires_at <= now:
        raise Invalid(errors=(FieldError("/expires_at", "PAST", "A key expires in the future."),))
    by_person = actor.kind is ActorKind.USER
    return ApiKey(
        id=key_id,
        org_id=org_id,
        version=1,
        created_at=now,
        updated_at=now,
        name=order.name,
        prefix=prefix,
        role=order.role,
        created_by=actor.id if by_person else None,
        created_by_org_id=actor.org_id if by_person else None,
        expires_at=order.expires_at and order.expires_at.astimezone(UTC),
    )


def revoke(key: ApiKey, *, now: datetime) -> ApiKey:
    """Return the key as it ends."""
    return next_version(key, now=now, revoked_at=now)


def must_be_good(standing: KeyStanding | None, key_hash: bytes, *, now: datetime) -> KeyStanding:
    """Return what is known of the key that was shown; refuse one that opens nothing."""
    if (
        standing is None
        or not hmac.compare_digest(standing.key_hash, key_hash)
        or standing.revoked_at is not None
        or (standing.expires_at is not None and standing.expires_at <= now)
        or standing.org_status is not OrganizationStatus.ACTIVE
    ):
        raise KeyInvalid
    return standing
