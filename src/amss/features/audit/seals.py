"""A seal: what is signed, and what its hash is. No I/O.

A seal stands for the rows first_seq … last_seq of one organization's trail, by the hash over their hashes, and for
all seals before it, by the hash of the last one.
"""

import hashlib
from datetime import UTC, datetime
from typing import ClassVar
from uuid import UUID

import msgspec


class SealOut(msgspec.Struct, frozen=True, kw_only=True):
    """A seal as exports and events show it; hashes and signature in hexadecimal digits."""

    id: UUID
    org_id: UUID
    first_seq: int
    last_seq: int
    entries_hash: str
    previous_hash: str | None
    key_id: str
    sealed_at: str
    signature: str


class Unsigned(msgspec.Struct, frozen=True, kw_only=True):
    """All of a seal that is signed."""

    org_id: UUID
    first_seq: int
    last_seq: int
    entries_hash: bytes
    previous_hash: bytes | None
    key_id: str
    sealed_at: datetime


class Seal(Unsigned, frozen=True, kw_only=True):
    """A seal as it is stored."""

    entity_type: ClassVar[str] = "audit-seal"

    id: UUID
    signature: bytes

    @property
    def hash(self) -> bytes:
        """What the next seal names as the one before it."""
        return hashlib.sha256(signed_text(self)).digest()


FORMAT = "AMSS audit seal 1"
_MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"


def signed_text(seal: Unsigned) -> bytes:
    """Return the bytes that are signed: a JSON array of the seal's fields without spaces, hashes in hexadecimal."""
    return msgspec.json.encode([
        FORMAT,
        seal.org_id,
        seal.first_seq,
        seal.last_seq,
        seal.entries_hash.hex(),
        seal.previous_hash.hex() if seal.previous_hash is not None else None,
        seal.key_id,
        moment_text(seal.sealed_at),
    ])  # fmt: skip


def moment_text(moment: datetime) -> str:
    """Return a moment as seals write it: UTC, always with six digits of a second."""
    return f"{moment.astimezone(UTC):{_MOMENT}}"


def as_shown(seal: Seal) -> SealOut:
    """Return a seal as the outside sees it."""
    return SealOut(
        id=seal.id,
        org_id=seal.org_id,
        first_seq=seal.first_seq,
        last_seq=seal.last_seq,
        entries_hash=seal.entries_hash.hex(),
        previous_hash=seal.previous_hash.hex() if seal.previous_hash is not None else None,
        key_id=seal.key_id,
        sealed_at=moment_text(seal.sealed_at),
        signature=seal.signature.hex(),
    )


def as_stored(shown: SealOut) -> Seal:
    """Return the seal that was shown; raise ValueError where it was none, or not written as `as_shown` does."""
    seal = Seal(
        id=shown.id,
        org_id=shown.org_id,
        first_seq=shown.first_seq,
        last_seq=shown.last_seq,
        entries_hash=bytes.fromhex(shown.entries_hash),
        previous_hash=bytes.fromhex(shown.previous_hash) if shown.previous_hash is not None else None,
        key_id=shown.key_id,
        sealed_at=datetime.strptime(shown.sealed_at, _MOMENT).replace(tzinfo=UTC),
        signature=bytes.fromhex(shown.signature),
    )
    if as_shown(seal) != shown:
        raise ValueError(shown)
    return seal
