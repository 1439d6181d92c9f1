"""Exporting: an answer of any length, sent while it is read from the database."""

import csv
import io
import re
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from typing import Any

import msgspec

from amss.foundation.reading import Reader
from amss.foundation.statements import Statement


def _nothing_more(_rows: int) -> bytes:
    return b""


class Export(msgspec.Struct, frozen=True):
    """A file to be streamed: name and type, how it begins, the SELECT of its rows, and how rows are written.

    `end` is how it ends, given the number of its rows.
    """

    file_name: str
    media_type: str
    head: bytes
    rows: Statement
    write: Callable[[Sequence[Any]], bytes]
    end: Callable[[int], bytes] = _nothing_more


class PagedExport(msgspec.Struct, frozen=True):
    """A file made of rows that never change: read page by page, so that nothing is set aside, however long it is."""

    file_name: str
    media_type: str
    parts: Callable[[Reader], AsyncIterator[bytes]]


def csv_export(file_name: str, names: Sequence[str], rows: Statement) -> Export:
    """Return the export of rows as CSV under a line of names, one for each column of the SELECT."""
    return Export(file_name, "text/csv; charset=utf-8", csv_lines([names]), rows, csv_lines)


def csv_lines(rows: Iterable[Iterable[Any]]) -> bytes:
    """Return rows as lines of CSV (RFC 4180); what is not known is an empty cell."""
    text = io.StringIO()
    csv.writer(text).writerows([_harmless(value) for value in row] for row in rows)
    return text.getvalue().encode()


# Where a spreadsheet sees a formula: at the beginning of a cell, also behind a line break that it drops. Where lists
# are separated by semicolons, it ends a cell at each of these, and a row at each line break.
FORMULA = r"""^(?=[-=+@\t\r\n])|(?<=[;\r\n])(?="*[-=+@])"""
_formula = re.compile(FORMULA)
_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n")


def _harmless(value: Any) -> Any:
    """Return a cell that no spreadsheet calculates: an apostrophe makes it text. A number is one, minus or not."""
    if not isinstance(value, str):
        return value
    suspect = value.startswith(_BEGINS) or ";" in value or "\n" in value or "\r" in value
    return _formula.sub("'", value) if suspect else value
