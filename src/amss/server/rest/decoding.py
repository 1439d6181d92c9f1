"""From text to shapes: strictly, and when that fails, field by field, so that every fault is told at once."""

import re
import types
from collections.abc import Collection, Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from itertools import islice
from typing import Any, TypeVar, Union, get_args, get_origin
from urllib.parse import parse_qsl
from uuid import UUID

import msgspec

from amss.foundation.batch import Batch
from amss.foundation.errors import FieldError, Invalid, Malformed, NotFound

S = TypeVar("S", bound=msgspec.Struct)

# A body of a megabyte can hold a million faults; nobody reads more than these.
MAX_FAULTS = 100

# What msgspec takes and Postgres does not: U+0000, and moments that only their offset puts outside the years 1
# to 9999. In texts it also takes `null` for nothing, where it was to be a value.
_DOUBTFUL_JSON = re.compile(rb"\\u0000|0001-01-01|9999-12-31")
_DOUBTFUL_TEXT = re.compile(r"\0|0001-01-01|9999-12-31|null", re.IGNORECASE)
_BROKEN_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")


def decode_body(body: bytes, shape: type[msgspec.Struct]) -> msgspec.Struct:
    """Return the body as `shape`; refuse with `Malformed` what is no JSON object, with `Invalid` wrong fields."""
    with _refused_if_unreadable():
        order = _decoded(body, shape)
        if _DOUBTFUL_JSON.search(body) and (faults := faults_of(msgspec.json.decode(body), shape)):
            raise Invalid(errors=tuple(faults))
        return order


def canonical_json(body: bytes) -> bytes:
    """Return the body with its fields in order and without blanks; refuse with `Malformed` what cannot be read."""
    with _refused_if_unreadable():
        return msgspec.json.encode(msgspec.json.decode(body), order="sorted")


def decode_batch(body: bytes, shape: type[msgspec.Struct]) -> list[msgspec.Struct | Invalid | Malformed]:
    """Return the items of a batch of this shape; in place of one that cannot be read stands its refusal.

    What is no batch at all, or one of too many items, is refused as any body is.
    """
    with _refused_if_unreadable():
        items = _decoded(body, Batch[Any]).items
    return [_decoded_alone(each, _item_of(shape)) for each in items]


@cache
def _item_of(shape: type[msgspec.Struct]) -> type[msgspec.Struct]:
    (items,) = msgspec.structs.fields(shape)
    (kind,) = _alternatives(items.type)
    return _listed(kind)


def _decoded_alone(given: Any, shape: type[msgspec.Struct]) -> msgspec.Struct | Invalid | Malformed:
    """Return an item, or the refusal that it would meet as the body of a request of its own."""
    try:
        return decode_body(msgspec.json.encode(given), shape)
    except (Invalid, Malformed) as refusal:
        return refusal


@contextmanager
def _refused_if_unreadable() -> Generator[None]:
    try:
        yield
    except msgspec.ValidationError as fault:  # a number that no shape could take
        raise Invalid(errors=(FieldError("", "INVALID", _plain(fault)),)) from None
    except RecursionError:
        raise Malformed("The body is nested too deeply.") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise Malformed(f"The body is not valid JSON: {_plain(fault)}") from None


def _decoded(body: bytes, shape: type[S]) -> S:
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.ValidationError as fault:
        raw: Any = msgspec.json.decode(body)
        if not isinstance(raw, dict):
            raise Malformed("The body must be a JSON object.") from None
        faults = faults_of(raw, shape) or [FieldError("", "INVALID", _plain(fault))]
        raise Invalid(errors=tuple(faults)) from None


def decode_query(query_string: bytes, shape: type[msgspec.Struct]) -> msgspec.Struct:
    """Return the query as `shape`; unknown and repeated parameters are `Malformed`, wrong values `Invalid`."""
    return decode_texts(_parameters(query_string, _names(shape)), shape, pointer="")


def decode_texts(values: dict[str, str], shape: type[msgspec.Struct], *, pointer: str = "/") -> msgspec.Struct:
    """Return the fields of a query or a form as `shape`; refuse with `Invalid` what does not fit."""
    try:
        order = msgspec.convert(values, shape, strict=False)
    except msgspec.ValidationError:
        raise Invalid(errors=tuple(faults_of(values, shape, pointer=pointer, strict=False))) from None
    doubtful = any(map(_DOUBTFUL_TEXT.search, values.values()))
    if doubtful and (faults := faults_of(values, shape, pointer=pointer, strict=False)):
        raise Invalid(errors=tuple(faults))
    return order


@cache
def _names(shape: type[msgspec.Struct]) -> frozenset[str]:
    return frozenset(each.encode_name for each in msgspec.structs.fields(shape))


def _parameters(query_string: bytes, known: Collection[str]) -> dict[str, str]:
    if not query_string:
        return {}
    if _BROKEN_ESCAPE.search(query_string):
        raise Malformed("The query string cannot be read.")
    try:
        pairs = parse_qsl(query_string.decode(), keep_blank_values=True, strict_parsing=True, errors="strict")
    except ValueError:  # no `name=value`, or no UTF-8
        raise Malformed("The query string cannot be read.") from None
    values: dict[str, str] = {}
    for name, value in pairs:
        if name not in known:
            raise Malformed(f"There is no query parameter {name!r} here.")
        if name in values:
            raise Malformed(f"The query parameter {name!r} is given twice.")
        values[name] = value
    return values


def decode_ids(values: Sequence[str]) -> list[UUID]:
    """Return the path's ids; what is no id names nothing."""
    try:
        return [UUID(value) for value in values]
    except ValueError:
        raise NotFound from None


def faults_of(
    raw: dict[str, Any], shape: type[msgspec.Struct], *, pointer: str = "/", strict: bool = True
) -> list[FieldError]:
    """Return what is wrong with an object that does not fit its shape, nested objects and lists included."""
    return list(islice(_faults(raw, shape, pointer, strict=strict), MAX_FAULTS))


def _faults(raw: dict[str, Any], shape: type[msgspec.Struct], pointer: str, *, strict: bool) -> Iterator[FieldError]:
    fields = {each.encode_name: each for each in msgspec.structs.fields(shape)}
    for name, each in fields.items():
        at = pointer + _escaped(name)
        if name in raw:
            yield from _faults_of_value(raw[name], each.type, at, strict=strict)
        elif each.required:
            yield FieldError(at, "MISSING", "This field is required.")
    for name in raw:
        if name not in fields:
            yield FieldError(pointer + _escaped(name), "UNKNOWN", f"There is no field {name!r} here.")


def _faults_of_value(value: Any, kind: Any, at: str, *, strict: bool) -> Iterator[FieldError]:
    try:
        meant = msgspec.convert(value, kind, strict=strict)
    except msgspec.ValidationError as fault:
        inside = _faults_inside(value, kind, at, strict=strict)
        yield next(inside, FieldError(at, "INVALID", _plain(fault)))
        yield from inside
    else:
        if meant is None and value is not None:
            yield FieldError(at, "INVALID", "Leave it out, if you mean no value.")
        yield from _unkeepable(msgspec.to_builtins(meant, builtin_types=(datetime,)), at)


def _faults_inside(value: Any, kind: Any, at: str, *, strict: bool) -> Iterator[FieldError]:
    """Find the faults of a nested object's fields or of a list's items, where the type speaks of them."""
    for each in _alternatives(kind):
        if isinstance(value, dict) and isinstance(each, type) and issubclass(each, msgspec.Struct):
            yield from _faults(value, each, f"{at}/", strict=strict)
        elif isinstance(value, list) and (item_kind := _listed(each)) is not Any:
            for index, item in enumerate(value):
                yield from _faults_of_value(item, item_kind, f"{at}/{index}", strict=strict)


def _listed(kind: Any) -> Any:
    """Return what a list's items are; of no list, or a list of anything, any kind."""
    return get_args(kind)[0] if get_origin(kind) in (list, tuple) else Any


def _alternatives(kind: Any) -> Iterator[Any]:
    """Yield the members of a union without their annotations."""
    if hasattr(kind, "__metadata__"):
        yield from _alternatives(kind.__origin__)
    elif get_origin(kind) in (Union, types.UnionType):
        for each in get_args(kind):
            yield from _alternatives(each)
    else:
        yield kind


def _unkeepable(value: Any, at: str) -> Iterator[FieldError]:
    """Find texts with the one character, and moments of the two years, that Postgres or UTC cannot hold."""
    if isinstance(value, str) and "\0" in value:
        yield FieldError(at, "INVALID", "A text cannot hold the character U+0000.")
    elif isinstance(value, datetime) and not _is_in_utc(value):
        yield FieldError(at, "INVALID", "In UTC this moment is before the year 1 or after the year 9999.")
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _unkeepable(item, f"{at}/{index}")
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _unkeepable(name, f"{at}/{_escaped(name)}")
            yield from _unkeepable(item, f"{at}/{_escaped(name)}")


def _is_in_utc(moment: datetime) -> bool:
    try:
        moment.astimezone(UTC)
    except OverflowError:
        return False
    return True


def _escaped(name: str) -> str:
    """Escape a name for a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def _plain(fault: Exception) -> str:
    """Return msgspec's sentence without its own notion of the place."""
    return str(fault).split(" - at `")[0].rstrip(".") + "."
