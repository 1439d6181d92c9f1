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
        """Return HMAC-SHA-256 over the parts, each length-prefixed so that no two lists collide."""
        digest = hmac.new(self._fingerprint_key, digestmod=hashlib.sha256)
        for part in parts:
            digest.update(len(part).to_bytes(8, "big") + part)
        return digest.digest()
