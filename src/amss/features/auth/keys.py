"""The keys behind tokens: read from PEM, each good for one algorithm and known by its thumbprint (RFC 7638)."""

import base64
import hashlib
from dataclasses import dataclass
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from amss.foundation.pem import KeyUnusable, pem_blocks, pem_text

# What a thumbprint is made of; the rest of a JWK is decoration.
_REQUIRED = {"OKP": ("crv", "kty", "x"), "RSA": ("e", "kty", "n"), "EC": ("crv", "kty", "x", "y")}
_SHORTEST_RSA_BITS = 2048

PublicKey = Ed25519PublicKey | RSAPublicKey | EllipticCurvePublicKey


@dataclass(frozen=True)
class VerifyingKey:
    """A public key, the one algorithm it verifies, and how others know it."""

    public: PublicKey
    algorithm: str
    jwk: dict[str, Any]

    @property
    def id(self) -> str:
        """The `kid` of the tokens it verifies."""
        return self.jwk["kid"]


def signing_key(pem_or_path: str) -> Ed25519PrivateKey:
    """Return the private key of JWT_PRIVATE_KEY."""
    try:
        key = load_pem_private_key(pem_text(pem_or_path).encode(), password=None)
    except (OSError, ValueError) as fault:
        raise KeyUnusable(f"JWT_PRIVATE_KEY cannot be read: {fault}") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyUnusable("JWT_PRIVATE_KEY must be an Ed25519 key. `amss keys generate` makes one.")
    return key


def accepted_keys(pem_or_path: str) -> list[VerifyingKey]:
    """Return the public keys of JWT_PUBLIC_KEYS: PEM blocks, a file of them, or a directory of such files."""
    try:
        keys = [load_pem_public_key(block) for block in pem_blocks(pem_or_path)]
    except (OSError, ValueError) as fault:
        raise KeyUnusable(f"JWT_PUBLIC_KEYS cannot be read: {fault}") from None
    if not keys:
        raise KeyUnusable("JWT_PUBLIC_KEYS holds no public key in PEM form.")
    return [verifying_key(key) for key in keys]


def verifying_key(public: object) -> VerifyingKey:
    """Return a public key as it verifies tokens."""
    if isinstance(public, Ed25519PublicKey):
        return _described(public, "EdDSA", OKPAlgorithm.to_jwk(public, as_dict=True))
    if isinstance(public, RSAPublicKey) and public.key_size >= _SHORTEST_RSA_BITS:
        return _described(public, "RS256", RSAAlgorithm.to_jwk(public, as_dict=True))
    if isinstance(public, EllipticCurvePublicKey) and isinstance(public.curve, SECP256R1):
        return _described(public, "ES256", ECAlgorithm.to_jwk(public, as_dict=True))
    raise KeyUnusable("JWT_PUBLIC_KEYS may hold Ed25519 keys, RSA keys of at least 2048 bits, and keys on P-256.")


def _described(public: PublicKey, algorithm: str, jwk: dict[str, Any]) -> VerifyingKey:
    required = {name: jwk[name] for name in _REQUIRED[jwk["kty"]]}
    digest = hashlib.sha256(msgspec.json.encode(required)).digest()
    thumbprint = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return VerifyingKey(public, algorithm, {**required, "kid": thumbprint, "alg": algorithm, "use": "sig"})
