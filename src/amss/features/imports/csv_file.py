"""Reading a CSV file in batches: bounded in memory, resumable at a byte, its faults told in sentences."""

import codecs
import csv
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from amss.features.imports.model import Batch, CellError, Line

BATCH_ROWS = 2_000
BATCH_BYTES = 4 * 1024 * 1024
BATCH_LINES = 20_000  # blank ones count, or a file of nothing else would be one endless batch
MAX_ROW_BYTES = 64 * 1024
MAX_UNKNOWN_COLUMNS = 50

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ZIP = b"PK\x03\x04"


class Unreadable(Exception):
    """The file as a whole cannot be read; the message is a sentence for whoever sent it."""


@dataclass(frozen=True)
class _Header:
    """The columns a file names in its first line."""

    names: list[str]
    delimiter: str
    known: dict[str, int]
    unknown: tuple[str, ...]


def read_batch(path: Path, columns: Collection[str], key: str, *, position: int, after_row: int) -> Batch:
    """Read the next lines from a position in the file (0: its beginning), or raise `Unreadable`.

    `key` is the column without which the file is not what it was said to be. Blank lines do not count.
    """
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise Unreadable("The file is no longer stored. Send it again.") from None
    with file:
        text = _Text(file)
        header = _read_header(text, columns, key)
        if position:
            text.go_to(position)
        return _read_lines(text, header, after_row)


class _Text:
    """The file's lines, decoded one by one; none may make a row that is larger than allowed."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._row_bytes = 0
        self.position = 0
        self.place = "The first line"
        self.ended = False

    def go_to(self, position: int) -> None:
        self._file.seek(position)
        self.position = position

    def begin_row(self, number: int) -> None:
        self._row_bytes = 0
        self.place = f"Row {number}"

    def __iter__(self) -> "_Text":
        return self

    def __next__(self) -> str:
        line = self._file.readline(MAX_ROW_BYTES + 1)
        if not line:
            self.ended = True
            raise StopIteration
        if self.position == 0:
            line = self._without_mark(line)
        self.position += len(line)
        self._row_bytes += len(line)
        if self._row_bytes > MAX_ROW_BYTES:
            raise Unreadable(
                f"{self.place} is longer than {MAX_ROW_BYTES} bytes. "
                "If it should not be, a quotation mark may be missing."
            )
        if b"\0" in line:
            raise Unreadable(f"{self.place} holds bytes that are no text. Save the file as CSV in UTF-8.")
        try:
            return line.decode()
        except UnicodeDecodeError as fault:
            raise Unreadable(
                f"{self.place} is not UTF-8 (byte 0x{line[fault.start]:02X}); it may be Windows-1252 or "
                "Latin-1. Save the file as UTF-8 and send it again."
            ) from None

    def _without_mark(self, line: bytes) -> bytes:
        """Take off the byte order mark; refuse what says by its first bytes that it is something else."""
        if line.startswith(_ZIP):
            raise Unreadable("This is a zip archive or a workbook (.xlsx, .ods). Save the sheet as CSV.")
        if line.startswith(_UTF_16):
            raise Unreadable("The file is UTF-16. Save it as UTF-8 and send it again.")
        if line.startswith(codecs.BOM_UTF8):
            self.position += len(codecs.BOM_UTF8)
            return line.removeprefix(codecs.BOM_UTF8)
        return line


def _read_header(text: _Text, columns: Collection[str], key: str) -> _Header:
    first = next(text, None)
    if first is None:
        raise Unreadable("The file is empty.")
    for delimiter in (",", ";"):
        names = _names(first, delimiter)
        if key in names:
            break
    else:
        names = _names(first, ",")
        shown = ", ".join(name[:40] for name in names[:10])
        raise Unreadable(f"The first line must name the columns, and one of them must be {key}. It says: {shown}")
    if twice := next((name for name in columns if names.count(name) > 1), None):
        raise Unreadable(f"The column {twice} is named twice.")
    return _Header(
        names,
        delimiter,
        known={name: names.index(name) for name in columns if name in names},
        unknown=tuple(name[:100] for name in names if name and name not in columns)[:MAX_UNKNOWN_COLUMNS],
    )


def _names(line: str, delimiter: str) -> list[str]:
    try:
        return [name.strip().lower() for name in next(csv.reader([line], delimiter=delimiter))]
    except csv.Error:
        return [line.strip()]


def _read_lines(text: _Text, header: _Header, after_row: int) -> Batch:
    batch = Batch(header.unknown, text.position)
    start = text.position
    reader = csv.reader(text, delimiter=header.delimiter, strict=True)
    number = after_row + 1
    for _ in range(BATCH_LINES):
        if len(batch.lines) == BATCH_ROWS or text.position - start >= BATCH_BYTES:
            break
        text.begin_row(number)
        try:
            cells = next(reader, None)
        except csv.Error as fault:
            if text.ended:
                raise Unreadable(f"{text.place} opens a quotation mark that is never closed.") from None
            batch.lines.append(Line(number, {}, CellError("", "UNREADABLE", f"{str(fault).capitalize()}.", "")))
            number += 1
            continue
        if cells is None:
            batch.ended = True
            break
        if any(cell.strip() for cell in cells):
            batch.lines.append(_line(number, cells, header))
            number += 1
    batch.position = text.position
    return batch


def _line(number: int, cells: list[str], header: _Header) -> Line:
    named = {name: cells[place] if place < len(cells) else "" for name, place in header.known.items()}
    surplus = next((cell for cell in cells[len(header.names) :] if cell.strip()), None)
    if surplus is None:
        return Line(number, named)
    sentence = f"The row has {len(cells)} cells, the header only {len(header.names)}."
    return Line(number, named, CellError("", "SURPLUS", sentence, surplus[:200]))
