"""The keys behind seals: one signs, all that ever signed verify. Ed25519, so that the public half alone verifies."""

import base64
import hashlib
from collections.abc import Iterable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from amss.foundation.pem import KeyUnusable, pem_blocks, pem_text
from amss.foundation.settings import Settings


class SealKey:
    """The private key of AUDIT_SEAL_KEY."""

    def __init__(self, pem_or_path: str) -> None:
        """Read the key; raise `KeyUnusable` where it cannot sign seals."""
        try:
            key = load_pem_private_key(pem_text(pem_or_path).encode(), password=None)
        except (OSError, ValueError) as fault:
            raise KeyUnusable(f"AUDIT_SEAL_KEY cannot be read: {fault}") from None
        if not isinstance(key, Ed25519PrivateKey):
            raise KeyUnusable("AUDIT_SEAL_KEY must be an Ed25519 key. `amss keys generate` makes one.")
        self._private = key
        self.public = key.public_key()
        self.id = key_id(self.public)

    def sign(self, message: bytes) -> bytes:
        """Return the signature of a message, 64 bytes."""
        return self._private.sign(message)


class SealKeyRing:
    """The public keys that seals are verified with."""

    def __init__(self, keys: Iterable[Ed25519PublicKey]) -> None:
        """Know the keys by their ids."""
        self.keys = {key_id(key): key for key in keys}

    def __contains__(self, name: str) -> bool:
        """Tell whether a key is known."""
        return name in self.keys

    def verifies(self, name: str, message: bytes, signature: bytes) -> bool:
        """Tell whether a signature is that of a known key over exactly this message."""
        try:
            self.keys[name].verify(signature, message)
        except InvalidSignature:
            return False
        return True

    def pem(self) -> str:
        """Return the keys as PEM blocks, to be handed to whoever verifies."""
        return "".join(
            key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode() for key in self.keys.values()
        )


def key_id(key: Ed25519PublicKey) -> str:
    """Return what a key is known by: its thumbprint (RFC 7638)."""
    x = _base64url(key.public_bytes(Encoding.Raw, PublicFormat.Raw))
    return _base64url(hashlib.sha256(f'{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}'.encode()).digest())


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def public_keys(pem_or_path: str) -> list[Ed25519PublicKey]:
    """Return the public keys of AUDIT_SEAL_PUBLIC_KEYS: PEM blocks, a file of them, or a directory of such files."""
    try:
        keys = [load_pem_public_key(block) for block in pem_blocks(pem_or_path)]
    except (OSError, ValueError) as fault:
        raise KeyUnusable(f"AUDIT_SEAL_PUBLIC_KEYS cannot be read: {fault}") from None
    ours = [key for key in keys if isinstance(key, Ed25519PublicKey)]
    if not ours or len(ours) < len(keys):
        raise KeyUnusable("AUDIT_SEAL_PUBLIC_KEYS holds Ed25519 public keys in PEM form, at least one.")
    return ours


def key_ring(settings: Settings) -> SealKeyRing:
    """Return every key that the settings name, the present one among them."""
    keys: list[Ed25519PublicKey] = []
    if settings.audit_seal_key is not None:
        keys.append(SealKey(settings.audit_seal_key).public)
    if settings.audit_seal_public_keys is not None:
        keys += public_keys(settings.audit_seal_public_keys)
    return SealKeyRing(keys)
