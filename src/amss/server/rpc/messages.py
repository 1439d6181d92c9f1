"""Protobuf messages and the API's shapes: one mapping for all, because both carry the same field names.

An enum's value is the API's word in capitals behind the enum's name: TASK_STATE_IN_PROGRESS is `in_progress`.
A field that is not set, or an enum left unspecified, is a field that was not sent. A day is a google.type.Date.
A value of one of several kinds, as a due that is a count or a day, is a message with one oneof. What has fields of
any name is a google.protobuf.Struct.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date
from functools import cache
from typing import Any

from google.protobuf.descriptor import EnumDescriptor
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message
from google.protobuf.struct_pb2 import Struct
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date


def plain(message: Message) -> dict[str, Any]:
    """Return what a message says, as values that msgspec converts to a shape."""
    said: dict[str, Any] = {}
    for field, value in message.ListFields():
        if field.enum_type is not None:
            if value != 0:
                said[field.name] = _words(field.enum_type).get(value, f"number {value}")
        elif field.is_repeated:
            said[field.name] = [_plain_value(part) for part in value]
        else:
            said[field.name] = _plain_value(value)
    return said


def masked(said: Mapping[str, Any], mask: FieldMask, message: Message) -> dict[str, Any]:
    """Return what a merge patch says of the fields its mask names: of one that is not set, that it is to be cleared.

    A list that is not set is empty. A name that is no field of the message is left to the shape to refuse.
    """
    fields = message.DESCRIPTOR.fields_by_name
    return {name: said.get(name, [] if name in fields and fields[name].is_repeated else None) for name in mask.paths}


def fill(message: Message, shown: Mapping[str, Any]) -> None:
    """Set a message's fields from what the API shows under the same names; null leaves a field unset."""
    for field in message.DESCRIPTOR.fields:
        if (value := shown.get(field.name)) is not None:
            _set(message, field, value)


def _set(message: Message, field: Any, value: Any) -> None:
    if field.is_repeated and field.message_type is None:
        getattr(message, field.name).extend(value)
    elif field.is_repeated:
        for each in value:
            fill(getattr(message, field.name).add(), each)
    elif field.enum_type is not None:
        setattr(message, field.name, _numbers(field.enum_type)[value])
    elif field.message_type is None:
        setattr(message, field.name, value)
    else:
        part: Message = getattr(message, field.name)
        part.SetInParent()
        _fill_part(part, value)


def _fill_part(part: Message, value: Any) -> None:
    if isinstance(part, Timestamp):
        part.FromJsonString(value)
    elif isinstance(part, Date):
        day = date.fromisoformat(value)
        part.year, part.month, part.day = day.year, day.month, day.day
    elif isinstance(part, Struct):
        part.update(value)
    elif isinstance(value, Mapping):
        fill(part, value)
    else:
        [kinds] = part.DESCRIPTOR.oneofs
        is_number = isinstance(value, int)
        _set(part, next(each for each in kinds.fields if (each.message_type is None) == is_number), value)


def _plain_value(value: Any) -> Any:
    if isinstance(value, Timestamp):
        return _moment(value)
    if isinstance(value, Date):
        return _day(value)
    return plain(value) if isinstance(value, Message) else value


def _day(value: Date) -> Any:
    try:
        return date(value.year, value.month, value.day)
    except (ValueError, OverflowError):
        # No day of the calendar, or a part of a date. Text, so that the shape refuses it under the field's name.
        return f"{value.year}/{value.month}/{value.day}"


def _moment(value: Timestamp) -> Any:
    try:
        return value.ToDatetime(UTC)
    except (ValueError, OverflowError):
        # No moment of the calendar. Text, so that the shape refuses it under the field's name.
        return f"{value.seconds} seconds"


@cache
def _words(enum: EnumDescriptor) -> dict[int, str]:
    prefix = re.sub(r"(?<!^)(?=[A-Z])", "_", enum.name).upper() + "_"
    return {value.number: value.name.removeprefix(prefix).lower() for value in enum.values}


@cache
def _numbers(enum: EnumDescriptor) -> dict[str, int]:
    return {word: number for number, word in _words(enum).items()}
