"""Statements that travel together: each is written as if it stood alone, and all are sent as one.

In one statement all is done or nothing is, and it costs one round trip.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec

_PLACEHOLDER = re.compile(r"\$(\d+)")
# What is put together is what features wrote down: a few hundred texts.
_REMEMBERED = 1_000


class Statement(msgspec.Struct, frozen=True):
    """SQL and its values."""

    text: str
    values: tuple[Any, ...]


def in_one(parts: Mapping[str, Statement], answer: str = "SELECT") -> Statement:
    """Return one statement: the parts by their names, in their order, then the SELECT that answers."""
    text = _text_of(tuple((name, part.text, len(part.values)) for name, part in parts.items()), answer)
    return Statement(text, tuple(value for part in parts.values() for value in part.values))


@lru_cache(maxsize=_REMEMBERED)
def _text_of(parts: tuple[tuple[str, str, int], ...], answer: str) -> str:
    """Put the texts together, each part's $1 behind the values of the parts before it."""
    named: list[str] = []
    before = 0
    for name, text, values in parts:
        moved = _PLACEHOLDER.sub(lambda place, before=before: f"${int(place[1]) + before}", text)
        named.append(f"{name} AS ({moved})")
        before += values
    return f"WITH {', '.join(named)} {answer}"
