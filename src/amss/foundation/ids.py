"""Identifiers: UUIDv7 (RFC 9562), made here so that an answer can be encoded before anything is written."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """Return a new identifier; later ones sort after earlier ones."""
    return uuid7()


__all__ = ["UUID", "new_id"]
