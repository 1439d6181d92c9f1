"""Reading CSV files: whatever people send."""

import csv
import io
import random
from pathlib import Path

import pytest

from amss.features.imports import csv_file
from amss.features.imports.csv_file import BATCH_LINES, Unreadable, read_batch
from amss.features.imports.model import Batch, Line

COLUMNS = ("tail_number", "model", "serial_number")
HEADER = b"tail_number,model,serial_number\n"


@pytest.mark.parametrize(
    "content",
    [
        b"tail_number,model\nG-ONE,A320\nG-TWO,A321\n",
        b"\xef\xbb\xbftail_number,model\nG-ONE,A320\nG-TWO,A321\n",
        b"tail_number;model\r\nG-ONE;A320\r\nG-TWO;A321\r\n",
        b'"Tail_Number" , MODEL \nG-ONE,A320\nG-TWO,A321',
        b'\xef\xbb\xbf"tail_number";model\n\n;\nG-ONE;A320\n \nG-TWO;A321\n\n\n',
        b"model,tail_number,,\nA320,G-ONE,,\nA321,G-TWO,,\n",
    ],
)
def test_the_ways_of_writing_csv_read_the_same(tmp_path: Path, content: bytes) -> None:
    batch = read(tmp_path, content)

    assert [(line.number, line.cells, line.fault) for line in batch.lines] == [
        (1, {"tail_number": "G-ONE", "model": "A320"}, None),
        (2, {"tail_number": "G-TWO", "model": "A321"}, None),
    ]
    assert batch.ended


def test_a_quoted_cell_may_hold_anything(tmp_path: Path) -> None:
    batch = read(tmp_path, HEADER + b'G-ONE,"A ""300"",\r\n600R",\xe2\x9c\x88\n')

    assert batch.lines[0].cells == {"tail_number": "G-ONE", "model": 'A "300",\r\n600R', "serial_number": "✈"}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\n\n", "one of them must be tail_number"),
        (b"G-ONE,A320,77\nG-TWO,A321,78\n", "It says: g-one, a320, 77"),
        (b"tail_number\tmodel\nG-ONE\tA320\n", "one of them must be tail_number"),
        (b"PK\x03\x04\x14\x00\x06\x00", "zip archive or a workbook"),
        ("tail_number,model\n".encode("utf-16"), "The file is UTF-16"),
        ("tail_number,model\n".encode("utf-16-le"), "bytes that are no text"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "The first line is not UTF-8 (byte 0x89)"),
        (HEADER + "G-ONE,Müller,1\n".encode("cp1252"), "Row 1 is not UTF-8 (byte 0xFC); it may be Windows-1252"),
        (HEADER + b"G-ONE,A320,1\nG-TWO,A3\x0020,1\n", "Row 2 holds bytes that are no text"),
        (HEADER + b'G-ONE,A320,1\nG-TWO,"A320,1\nG-THREE,A320,1\n', "Row 2 opens a quotation mark"),
        (HEADER + b'G-ONE,A320,1\n"G-TWO,' + b"x" * 10_000_000, "Row 2 is longer than 65536 bytes"),
        (HEADER + b'"G-ONE\n' + b"G-TWO,A320,1\n" * 10_000, "Row 1 is longer than 65536 bytes"),
        (b"x" * 10_000_000, "The first line is longer than 65536 bytes"),
        (b"tail_number,model,MODEL\nG-ONE,A320,A321\n", "The column model is named twice."),
        (b"tail_number,model\rG-ONE,A320\r", "one of them must be tail_number"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "It says: %pdf-1.7"),
        (b"<html><body>Not found</body></html>", "It says: <html>"),
        (b'[{"tail_number": "G-ONE"}]', "one of them must be tail_number"),
    ],
)
def test_a_file_that_is_no_csv_is_told_in_a_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(tmp_path, content)

    assert sentence in str(refused.value)


def test_a_file_that_is_gone_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="no longer stored"):
        read_batch(tmp_path / "nothing.csv", COLUMNS, "tail_number", position=0, after_row=0)


def test_a_row_that_cannot_be_read_leaves_its_neighbours_readable(tmp_path: Path) -> None:
    batch = read(tmp_path, HEADER + b'G-ONE,A320,1\nG-TWO,"A3"20,1\nG-THREE,A320,1,2,3\nG-FOUR,A320\n')

    assert [(line.number, line.fault and line.fault.code) for line in batch.lines] == [
        (1, None),
        (2, "UNREADABLE"),
        (3, "SURPLUS"),
        (4, None),
    ]
    assert batch.lines[2].fault is not None
    assert batch.lines[2].fault.message == "The row has 5 cells, the header only 3."


def test_a_thousand_columns_cost_nothing_but_their_mention(tmp_path: Path) -> None:
    names = [f"column_{n}" for n in range(999)]
    content = ",".join(["tail_number", *names]) + "\n" + ",".join(["G-ONE"] * 1000) + "\n"

    batch = read(tmp_path, content.encode())

    assert batch.unknown_columns == tuple(names[:50])
    assert batch.lines[0].cells == {"tail_number": "G-ONE"}


def test_blank_lines_end_a_batch_too(tmp_path: Path) -> None:
    content = b"tail_number\n" + b"\n" * BATCH_LINES + b"G-ABCD\n"

    first = read(tmp_path, content)
    second = read(tmp_path, content, position=first.position)

    assert (first.lines, first.ended) == ([], False)
    assert ([line.cells["tail_number"] for line in second.lines], second.ended) == (["G-ABCD"], True)


@pytest.mark.parametrize(("rows", "size"), [(1, 1 << 22), (7, 1 << 22), (2_000, 100), (2_000, 1 << 22)])
def test_any_cut_into_batches_reads_the_same_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int, size: int
) -> None:
    content = a_wild_file(random.Random(7))  # noqa: S311 - the same file every time
    whole = read(tmp_path, content)
    monkeypatch.setattr(csv_file, "BATCH_ROWS", rows)
    monkeypatch.setattr(csv_file, "BATCH_BYTES", size)

    lines: list[Line] = []
    batch = read(tmp_path, content)
    lines += batch.lines
    while not batch.ended:
        batch = read(tmp_path, content, position=batch.position, after_row=len(lines))
        lines += batch.lines

    assert len(whole.lines) == 500
    assert lines == whole.lines


def a_wild_file(chance: random.Random) -> bytes:
    """Write 500 rows of quotes, delimiters, line ends and accents, with blank lines between."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for number in range(500):
        writer.writerow([f"G-{number}", *("".join(chance.choices('ab",;\n\r é✈', k=12)) for _ in range(2))])
        if chance.random() < 0.1:
            text.write("\r\n")
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def read(directory: Path, content: bytes, *, position: int = 0, after_row: int = 0) -> Batch:
    path = directory / "file.csv"
    path.write_bytes(content)
    return read_batch(path, COLUMNS, "tail_number", position=position, after_row=after_row)
