"""What every order's texts have in common."""

from typing import Annotated

import msgspec
import pytest
from msgspec import UNSET, UnsetType

from amss.foundation.shapes import Line, Name, Order, Text


class Letter(Order, frozen=True, kw_only=True):
    """An order with a text of every kind."""

    subject: Name
    sender: Annotated[Line, msgspec.Meta(max_length=20, examples=["Ada"])] | None = None
    body: Text | UnsetType | None = UNSET
    password: str = ""


def test_blanks_around_a_text_are_dropped_however_the_order_comes_about() -> None:
    sent = msgspec.json.decode(
        b'{"subject": " Hello ", "sender": "\\u00a0Ada ", "body": "\\n one\\n two\\n"}', type=Letter
    )
    made = Letter(subject="Hello  ", sender="Ada", body=" one\n two")

    assert sent == made == Letter(subject="Hello", sender="Ada", body="one\n two")


def test_a_password_is_taken_as_it_is() -> None:
    assert Letter(subject="Hello", password=" two words ").password == " two words "


def test_what_was_not_sent_stays_away() -> None:
    letter = msgspec.json.decode(b'{"subject": "Hello", "sender": null}', type=Letter)

    assert (letter.sender, letter.body) == (None, UNSET)


@pytest.mark.parametrize("blank", ["", "   ", "\t", "\u00a0", "\u200b", "\u202e \ufeff"])
def test_a_name_is_more_than_blanks(blank: str) -> None:
    with pytest.raises(msgspec.ValidationError, match="subject"):
        msgspec.convert({"subject": blank}, Letter)


def test_a_text_in_which_nothing_is_seen_is_empty_and_signs_of_no_width_between_letters_stay() -> None:
    unseen = Letter(subject="Hello", body=" \u200b\n\u2060 ")
    seen = msgspec.convert({"subject": "\u0645\u06cc\u200c\u0631\u0648\u0645", "body": "a\u200db"}, Letter)

    assert unseen.body == ""
    assert (seen.subject, seen.body) == ("\u0645\u06cc\u200c\u0631\u0648\u0645", "a\u200db")


@pytest.mark.parametrize("text", ["a\nb", "a\tb", "a\n", "a\x00", "\x1b[31mred", "a\x7f", "a\x85b"])
def test_a_name_is_one_line_without_control_characters(text: str) -> None:
    with pytest.raises(msgspec.ValidationError, match="subject"):
        msgspec.convert({"subject": text}, Letter)


@pytest.mark.parametrize(
    "text", ["SN-1\u200b", "\ufeffSN-1", "\u2060", "a\u2028b", "a\u2029b", "\u202e1-NS", "a\u2066b"]
)
def test_a_name_hides_nothing_and_reads_in_one_direction(text: str) -> None:
    with pytest.raises(msgspec.ValidationError, match="subject"):
        msgspec.convert({"subject": text}, Letter)


def test_a_name_is_written_in_any_script() -> None:
    for name in ("Müller & Söhne", "नमस्\u200dते", "\u200fשלם\u200e", "東京 A320", "😀"):
        assert msgspec.convert({"subject": name}, Letter).subject == name


@pytest.mark.parametrize("text", ["a\x00", "\x1b[31mred", "a\x7f\n", "a\x9bb\nc"])
def test_a_text_has_lines_and_tabs_but_no_other_control_characters(text: str) -> None:
    assert msgspec.convert({"subject": "a", "body": "one\r\n\ttwo\n"}, Letter).body == "one\r\n\ttwo"
    with pytest.raises(msgspec.ValidationError, match="body"):
        msgspec.convert({"subject": "a", "body": text}, Letter)
