"""An API key as text: a readable head, a secret, and a checksum that tells a mistyped key without the database.

`amss_` + 12 characters by which it is found + `_` + 43 characters of secret + 6 of checksum.
"""

import hashlib
import re
import secrets
import string
import zlib

MARK = "amss_"
_LETTERS = string.digits + string.ascii_letters
_HEAD, _SECRET, _CHECK = 12, 43, 6  # 43 characters of 62 are 256 bits
_KEY = re.compile(rf"({MARK}[0-9A-Za-z]{{{_HEAD}}})_[0-9A-Za-z]{{{_SECRET + _CHECK}}}")


def new_key() -> str:
    """Return a new key."""
    body = f"{MARK}{_random(_HEAD)}_{_random(_SECRET)}"
    return body + _checksum(body)


def prefix_of(key: str) -> str | None:
    """Return the head a key is found by; None for what was never a key."""
    form = _KEY.fullmatch(key)
    if form is None or key[-_CHECK:] != _checksum(key[:-_CHECK]):
        return None
    return form[1]


def hashed(key: str) -> bytes:
    """Return what is kept of a key: it is random enough for a plain hash."""
    return hashlib.sha256(key.encode()).digest()


def _random(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


def _checksum(body: str) -> str:
    """Return the CRC-32 in six characters."""
    rest, letters = zlib.crc32(body.encode()), ""
    for _ in range(_CHECK):
        rest, digit = divmod(rest, len(_LETTERS))
        letters += _LETTERS[digit]
    return letters
