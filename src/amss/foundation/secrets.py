"""Everything that is keyed by SECRETS_KEY: encryption at rest, fingerprints, signed cursors."""

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12


class Vault:
    """Encrypts small secrets and makes keyed fingerprints; each purpose has a key of its own."""

    def __init__(self, secrets_key: str) -> None:
        """Derive the keys (HKDF-like: one HMAC per purpose over a strong master key)."""
        self._master = secrets_key.encode()
        self._cipher = AESGCM(self._derive("encryption"))
        self._fingerprint_key = self._derive("fingerprint")
        self._signing_key = self._derive("signature")

    def _derive(self, purpose: str) -> bytes:
        return hmac.digest(self._master, f"amss:{purpose}".encode(), hashlib.sha256)

    def seal(self, secret: bytes, *, context: str) -> bytes:
        """Encrypt with AES-256-GCM; only the same context opens it, so a value cannot be moved between rows."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, secret, context.encode())

    def open(self, sealed: bytes, *, context: str) -> bytes:
        """Decrypt; raise ValueError when key or context differ."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], context.encode())
        except InvalidTag:
            raise ValueError(f"the secret of {context} cannot be opened with this SECRETS_KEY") from None

    def fingerprint(self, *parts: bytes) -> bytes:
        """Return HMAC-SHA-256 over the parts."""
        return hmac.digest(self._fingerprint_key, _joined(parts), "sha256")

    def signature(self, *parts: bytes) -> bytes:
        """Return 16 bytes of keyed BLAKE2b (RFC 7693) over the parts: for what is signed with every page."""
        return hashlib.blake2b(_joined(parts), key=self._signing_key, digest_size=16).digest()


def _joined(parts: tuple[bytes, ...]) -> bytes:
    """Join parts, each behind its length, so that no two lists look the same."""
    return b"".join(len(part).to_bytes(8, "big") + part for part in parts)
