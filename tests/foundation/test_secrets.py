"""What SECRETS_KEY protects."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amss.foundation.secrets import Vault

VAULT = Vault("a secret only the tests know, long enough")


@given(secret=st.binary(max_size=200))
def test_a_sealed_secret_opens_again_and_does_not_show(secret: bytes) -> None:
    sealed = VAULT.seal(secret, context="webhook")

    assert VAULT.open(sealed, context="webhook") == secret
    assert len(secret) < 4 or secret not in sealed


def test_a_secret_opens_only_in_its_context_whole_and_with_its_key() -> None:
    sealed = VAULT.seal(b"whsec", context="webhook:1")

    for vault, value, context in (
        (VAULT, sealed, "webhook:2"),
        (VAULT, sealed[:-1], "webhook:1"),
        (VAULT, sealed[:-1] + bytes([sealed[-1] ^ 1]), "webhook:1"),
        (Vault("another secret, also long enough to be one"), sealed, "webhook:1"),
    ):
        with pytest.raises(ValueError, match="cannot be opened"):
            vault.open(value, context=context)


def test_the_same_secret_is_sealed_differently_each_time() -> None:
    assert VAULT.seal(b"whsec", context="a") != VAULT.seal(b"whsec", context="a")


@given(st.lists(st.binary(max_size=4), max_size=4), st.lists(st.binary(max_size=4), max_size=4))
def test_two_lists_have_one_fingerprint_only_if_they_are_the_same(one: list[bytes], other: list[bytes]) -> None:
    assert (VAULT.fingerprint(*one) == VAULT.fingerprint(*other)) is (one == other)
