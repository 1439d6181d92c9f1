"""Cursors: signed, bound to one list, refused when anything about them is wrong."""

import base64

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amss.foundation.errors import Malformed
from amss.foundation.ids import new_id
from amss.foundation.paging import Place, read_cursor, write_cursor
from amss.foundation.secrets import Vault

VAULT = Vault("a secret only the tests know, long enough")
A_PLACE = Place("G-ABCD", new_id())


@given(sort=st.text(), binding=st.binary())
def test_a_cursor_is_read_as_it_was_written(sort: str, binding: bytes) -> None:
    place = Place(sort, new_id())

    cursor = write_cursor(VAULT, place, binding).decode()

    assert read_cursor(VAULT, cursor, binding) == place


@given(text=st.text(max_size=100))
def test_no_text_is_taken_for_a_cursor(text: str) -> None:
    with pytest.raises(Malformed):
        read_cursor(VAULT, text, b"list")


@given(position=st.integers(0, 1000), other=st.characters(min_codepoint=1, max_codepoint=127))
def test_a_cursor_with_one_character_changed_is_refused(position: int, other: str) -> None:
    cursor = write_cursor(VAULT, A_PLACE, b"list").decode()
    at = position % (len(cursor) - 4)  # the last characters may carry unused bits
    changed = cursor[:at] + other + cursor[at + 1 :]

    if changed != cursor:
        with pytest.raises(Malformed):
            read_cursor(VAULT, changed, b"list")


def test_a_cursor_of_another_list_or_another_key_is_refused() -> None:
    cursor = write_cursor(VAULT, A_PLACE, b"list").decode()

    with pytest.raises(Malformed):
        read_cursor(VAULT, cursor, b"another list")
    with pytest.raises(Malformed):
        read_cursor(Vault("another secret, also long enough to be one"), cursor, b"list")


def test_a_place_without_our_signature_is_refused() -> None:
    forged = base64.urlsafe_b64encode(b"0" * 16 + msgspec.json.encode(A_PLACE)).decode()

    with pytest.raises(Malformed):
        read_cursor(VAULT, forged, b"list")
