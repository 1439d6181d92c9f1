"""Receiving `multipart/form-data` (RFC 7578) as a stream: small fields into a shape, the one file to storage."""

import asyncio
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import structlog
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

from amss.foundation.errors import FieldError, Invalid, Malformed, Unavailable, UnsupportedMediaType
from amss.foundation.operation import Operation
from amss.foundation.storage import Incoming, StoredFile
from amss.server.rest.decoding import decode_texts
from amss.server.rest.exchange import Exchange

log = structlog.get_logger(__name__)

MAX_UPLOAD_BYTES = 200 * 1024 * 1024
MAX_FIELD_BYTES = 10_000
MAX_FIELDS = 20
# 230 KB/s for the largest file.
UPLOAD_SECONDS = 15 * 60

_BOUNDARY = re.compile(rb"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]")  # RFC 2046, 5.1.1


@dataclass(frozen=True, slots=True)
class Upload:
    """What was received: the fields as a shape, the file, and a canonical form of both for the fingerprint."""

    order: msgspec.Struct
    file: StoredFile
    canonical: bytes


@dataclass
class _Form:
    """What the parser's callbacks collect; file bytes wait here only until the next write."""

    fields: dict[str, str] = field(default_factory=dict[str, str])
    file_name: str | None = None
    waiting: bytearray = field(default_factory=bytearray)
    _header: bytearray = field(default_factory=bytearray)
    _value: bytearray = field(default_factory=bytearray)
    _disposition: bytes = b""
    _name: str = ""
    _in_file: bool = False
    complete: bool = False

    def callbacks(self) -> Any:
        return {
            "on_part_begin": self._begin,
            "on_part_data": self._data,
            "on_part_end": self._end,
            "on_header_field": self._header_part,
            "on_header_value": self._data,
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_finished,
            "on_end": self._finish,
        }

    def _finish(self) -> None:
        self.complete = True

    def _begin(self) -> None:
        self._disposition = b""
        self._in_file = False
        self._value.clear()

    def _header_part(self, data: bytes, start: int, end: int) -> None:
        self._header.extend(data[start:end])

    def _header_end(self) -> None:
        if bytes(self._header).lower() == b"content-disposition":
            self._disposition = bytes(self._value)
        self._header.clear()
        self._value.clear()

    def _headers_finished(self) -> None:
        _, options = parse_options_header(self._disposition)
        if b"name" not in options:
            raise Malformed("A part of the form has no name.")
        self._name = options[b"name"].decode(errors="replace")
        self._in_file = b"filename" in options
        if self._in_file:
            if self.file_name is not None:
                raise Malformed("Send one file, not several.")
            if self._name != "file":
                raise Invalid(errors=(FieldError(f"/{self._name}", "UNKNOWN", "The file's field is named `file`."),))
            self.file_name = _plain_name(options[b"filename"])

    def _data(self, data: bytes, start: int, end: int) -> None:
        target = self.waiting if self._in_file else self._value
        target.extend(data[start:end])
        if not self._in_file and len(self._value) > MAX_FIELD_BYTES:
            raise Malformed(f"The field {self._name!r} is too long.")

    def _end(self) -> None:
        if self._in_file:
            return
        if self._name in self.fields or len(self.fields) >= MAX_FIELDS:
            raise Malformed(f"The field {self._name!r} is given twice, or there are too many.")
        self.fields[self._name] = self._value.decode(errors="replace")


async def receive_upload(exchange: Exchange, operation: Operation, directory: Path) -> Upload:
    """Read the form to its end; whatever is wrong with it, or with the storage, leaves no file behind."""
    try:
        async with asyncio.timeout(UPLOAD_SECONDS):
            return await _received(exchange, operation, directory)
    except TimeoutError:
        raise Malformed("The file took too long to come.") from None
    except OSError:
        log.exception("Cannot keep an uploaded file", request_id=exchange.request_id)
        raise Unavailable("The storage for files is full or away. Try again later.", retry_after=60) from None


async def _received(exchange: Exchange, operation: Operation, directory: Path) -> Upload:
    form = _Form()
    parser = MultipartParser(_boundary(exchange), form.callbacks())
    incoming: Incoming | None = None
    try:
        async for chunk in exchange.stream(MAX_UPLOAD_BYTES):
            _feed(parser, chunk)
            if incoming is None and form.file_name is not None:
                incoming = await Incoming.begin(directory, form.file_name)
            if incoming is not None and form.waiting:
                await incoming.write(bytes(form.waiting))
                form.waiting.clear()
        if not form.complete:
            raise Malformed("The form ends before its last boundary.")
        order = _order(form, operation)
        if incoming is None:
            raise Invalid(errors=(FieldError("/file", "MISSING", "Send the file in the field `file`."),))
        stored = await incoming.finish()
    except BaseException:  # also when the sender went away: half a file is of no use
        if incoming is not None:
            incoming.discard()
        raise
    canonical = msgspec.json.encode([sorted(form.fields.items()), stored.file_name, stored.checksum])
    return Upload(order, stored, canonical)


def _plain_name(sent: bytes) -> str:
    """Return a file's name without folders and unprintable characters; a browser without a file sends none."""
    name = re.split(r"[/\\\\]", sent.decode(errors="replace"))[-1]
    printable = "".join(char for char in name if char.isprintable())[:255]
    if not printable:
        raise Invalid(errors=(FieldError("/file", "MISSING", "Send a file with a name."),))
    return printable


def _boundary(exchange: Exchange) -> bytes:
    kind, options = parse_options_header(exchange.headers.get("content-type", ""))
    if kind != b"multipart/form-data":
        raise UnsupportedMediaType("Send multipart/form-data with the file in the field `file`.")
    boundary = options.get(b"boundary", b"")
    if not _BOUNDARY.fullmatch(boundary):
        raise Malformed("The form's Content-Type names no boundary of 1 to 70 characters.")
    return boundary


def _feed(parser: MultipartParser, chunk: bytes) -> None:
    try:
        parser.write(chunk)
    except MultipartParseError as fault:
        raise Malformed(f"The form cannot be read: {fault}") from None


def _order(form: _Form, operation: Operation) -> msgspec.Struct:
    assert operation.body is not None
    return decode_texts(form.fields, operation.body)
