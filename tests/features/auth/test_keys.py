"""The ring of keys: rotation without a gap, other kinds of key, and one algorithm for each."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from amss.features.auth.keys import KeyUnusable, verifying_key
from amss.features.auth.tokens import API, ISSUER, Claims, TokenKeys
from amss.foundation.access import Role
from amss.foundation.clock import system_clock
from amss.foundation.errors import Unauthenticated
from amss.foundation.ids import new_id

HOUR = timedelta(hours=1)
WHO: dict[str, Any] = {
    "sub": str(new_id()), "org": str(new_id()), "family": str(new_id()), "role": "auditor", "name": "Ada",
}  # fmt: skip


def private_pem(key: Any) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def public_pem(key: Any) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


SHORT_RSA = rsa.generate_private_key(65537, 1024)  # noqa: S505 - to be refused
OLD, NEW = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()


def verify(keys: TokenKeys, token: str) -> Claims:
    return keys.verify(API, Claims, token, now=system_clock())


def signed_by(key: Any, algorithm: str, kid: str | None = None) -> str:
    now = int(system_clock().timestamp())
    body = {**WHO, "iss": ISSUER, "aud": API, "jti": "1", "iat": now, "exp": now + 900}
    return jwt.encode(body, key, algorithm=algorithm, headers={"kid": kid or verifying_key(key.public_key()).id})


def test_after_a_rotation_old_tokens_verify_while_the_old_public_key_is_listed() -> None:
    before = TokenKeys(private_pem(OLD), public_pem(NEW))  # first every server learns the new key …
    after = TokenKeys(private_pem(NEW), public_pem(OLD))  # … then they sign with it, …
    at_last = TokenKeys(private_pem(NEW))  # … and when the last old token has expired the old key goes.
    old = before.sign(API, WHO, now=system_clock(), lifetime=HOUR)
    new = after.sign(API, WHO, now=system_clock(), lifetime=HOUR)

    assert [verify(keys, old).role for keys in (before, after)] == [Role.AUDITOR] * 2
    assert [verify(keys, new).role for keys in (before, after, at_last)] == [Role.AUDITOR] * 3
    with pytest.raises(Unauthenticated):
        verify(at_last, old)


def test_the_jwk_set_lists_every_key_and_the_signing_one_first() -> None:
    keys = TokenKeys(private_pem(NEW), public_pem(OLD))

    listed = keys.jwks["keys"]

    token = keys.sign(API, WHO, now=system_clock(), lifetime=HOUR)
    assert listed[0]["kid"] == jwt.get_unverified_header(token)["kid"]
    assert [set(each) for each in listed] == [{"kty", "crv", "x", "kid", "alg", "use"}] * 2
    assert jwt.decode(token, jwt.PyJWK(listed[0]).key, algorithms=["EdDSA"], audience=API)["name"] == "Ada"


def test_the_key_id_is_the_thumbprint_of_rfc_8037() -> None:
    x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    public: Any = jwt.PyJWK({"kty": "OKP", "crv": "Ed25519", "x": x}, "EdDSA").key

    assert verifying_key(public).id == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [(rsa.generate_private_key(65537, 2048), "RS256"), (ec.generate_private_key(ec.SECP256R1()), "ES256")],
)
def test_other_kinds_of_key_verify_their_one_algorithm(key: Any, algorithm: str) -> None:
    keys = TokenKeys(private_pem(NEW), public_pem(key))

    assert verify(keys, signed_by(key, algorithm)).name == "Ada"
    for other, named in ((NEW, "EdDSA"), (OLD, "EdDSA")):
        with pytest.raises(Unauthenticated):
            verify(keys, signed_by(other, named, kid=verifying_key(key.public_key()).id))
    if algorithm == "RS256":
        for another in ("RS512", "PS256"):
            with pytest.raises(Unauthenticated):
                verify(keys, signed_by(key, another))


def test_public_keys_are_one_pem_several_a_file_or_a_directory(tmp_path: Path) -> None:
    (tmp_path / "old.pem").write_text(public_pem(OLD))
    (tmp_path / "others.pem").write_text(public_pem(Ed25519PrivateKey.generate()) * 2)
    (tmp_path / "notes.txt").write_text("no key")
    one_line = (public_pem(OLD) + public_pem(Ed25519PrivateKey.generate())).replace("\n", "\\n")

    counts = [
        len(TokenKeys(private_pem(NEW), given).jwks["keys"])
        for given in (public_pem(OLD), one_line, str(tmp_path / "old.pem"), str(tmp_path))
    ]

    assert counts == [2, 3, 2, 3]


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ("nowhere.pem", "cannot be read"),
        (private_pem(OLD), "cannot be read"),
        ("-----BEGIN PUBLIC KEY-----\nrubbish\n-----END PUBLIC KEY-----", "cannot be read"),
        ("BEGIN nothing", "holds no public key"),
        (public_pem(SHORT_RSA), "at least 2048 bits"),
        (public_pem(ec.generate_private_key(ec.SECP384R1())), "P-256"),
    ],
)
def test_what_is_no_fit_public_key_is_one_sentence(given: str, fault: str) -> None:
    with pytest.raises(KeyUnusable, match=f"JWT_PUBLIC_KEYS .*{fault}"):
        TokenKeys(private_pem(NEW), given)


def test_a_token_says_what_the_design_names() -> None:
    token = TokenKeys(private_pem(NEW)).sign(API, WHO, now=system_clock(), lifetime=HOUR)

    said = msgspec.convert(jwt.decode(token, options={"verify_signature": False}), dict[str, Any])
    assert set(said) == {"iss", "aud", "sub", "org", "role", "name", "family", "iat", "exp", "jti"}
    assert jwt.get_unverified_header(token)["alg"] == "EdDSA"
