"""A key as text: found by its head, checked by its end, before any database is asked."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amss.features.auth import api_key_text


def test_a_key_has_a_readable_head_and_256_bits_of_secret() -> None:
    key, another = api_key_text.new_key(), api_key_text.new_key()

    prefix = api_key_text.prefix_of(key)
    assert prefix is not None
    assert (prefix, len(prefix), len(key)) == (key[:17], 17, 67)
    assert key.startswith("amss_")
    assert key != another
    assert prefix != api_key_text.prefix_of(another)


@given(place=st.integers(5, 66), letter=st.sampled_from(string.ascii_letters + string.digits))
def test_one_mistyped_letter_is_told_by_the_checksum(place: int, letter: str) -> None:
    key = api_key_text.new_key()

    mistyped = key[:place] + letter + key[place + 1 :]

    assert (api_key_text.prefix_of(mistyped) is None) == (mistyped != key)


@pytest.mark.parametrize("form", ["", "{0}\n", "{0}0", " {0}", "{0},{0}", "Bearer {0}", "amss_", "amss__"])
def test_what_has_not_the_form_was_never_a_key(form: str) -> None:
    key = api_key_text.new_key()

    assert api_key_text.prefix_of(form.format(key)) is None
    assert api_key_text.prefix_of(key[:-1]) is None
