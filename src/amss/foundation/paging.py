"""Paging: what a list may be asked for, and the cursor that says where the next page begins. No I/O."""

import base64
import binascii
import hmac
from typing import Annotated
from uuid import UUID

import msgspec

from amss.foundation.errors import Malformed
from amss.foundation.secrets import Vault

_SIGNATURE_BYTES = 16


class WholeQuery(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a list understands that is answered whole; a feature adds its filters as fields."""

    sort: Annotated[str | None, msgspec.Meta(description="A field to sort by; `-field` for descending.")] = None


class ListQuery(WholeQuery, kw_only=True, forbid_unknown_fields=True):
    """What every list understands that is answered page by page; a feature adds its filters as fields."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=200, description="How many items to answer at most.")] = 50
    cursor: Annotated[str | None, msgspec.Meta(description="The `next_cursor` of the page before.")] = None
    count: Annotated[bool, msgspec.Meta(description="Also answer `total`, the number of all matches.")] = False


class FacetedQuery(ListQuery, kw_only=True, forbid_unknown_fields=True):
    """What a list understands that also counts what it finds, value by value."""

    facets: Annotated[
        str | None,
        msgspec.Meta(description="Also answer `facets`: how many there are by each value of this field."),
    ] = None


class OneQuery(msgspec.Struct, forbid_unknown_fields=True):
    """An operation on one thing takes no query parameters."""


class Place(msgspec.Struct, frozen=True, array_like=True):
    """Where a page ended: the last item's sort value as text, and its id."""

    sort: str
    id: UUID


def write_cursor(vault: Vault, place: Place, binding: bytes) -> bytes:
    """Return the cursor of a place, signed for one list: only the same binding reads it."""
    written = msgspec.json.encode(place)
    return base64.urlsafe_b64encode(_signature(vault, written, binding) + written)


def read_cursor(vault: Vault, cursor: str, binding: bytes) -> Place:
    """Return the place of a cursor; refuse with `Malformed` one that was altered or made for another list."""
    try:
        raw = base64.b64decode(cursor, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    signature, written = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
    if not hmac.compare_digest(signature, _signature(vault, written, binding)):
        raise Malformed("The cursor does not belong to this list with these filters and this order.")
    return msgspec.json.decode(written, type=Place)


def _signature(vault: Vault, written: bytes, binding: bytes) -> bytes:
    return vault.signature(b"cursor", binding, written)
