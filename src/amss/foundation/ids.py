"""Identifiers: UUIDv7 (RFC 9562), made here so that an answer can be encoded before anything is written."""

from datetime import datetime
from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """Return a new identifier; later ones sort after earlier ones."""
    return uuid7()


def first_id(moment: datetime) -> UUID:
    """Return what sorts before every identifier that is made from a moment on."""
    return UUID(int=max(int(moment.timestamp() * 1000), 0) << 80)


__all__ = ["UUID", "first_id", "new_id"]
