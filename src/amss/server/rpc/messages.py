"""Protobuf messages and the API's shapes: one mapping for all, because both carry the same field names.

An enum's value is the API's word in capitals behind the enum's name: TASK_STATE_IN_PROGRESS is `in_progress`.
A field that is not set, or an enum left unspecified, is a field that was not sent.
"""

import re
from collections.abc import Mapping
from datetime import UTC
from functools import cache
from typing import Any

from google.protobuf.descriptor import EnumDescriptor
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp


def plain(message: Message) -> dict[str, Any]:
    """Return what a message says, as values that msgspec converts to a shape."""
    said: dict[str, Any] = {}
    for field, value in message.ListFields():
        if field.enum_type is not None:
            if value != 0:
                said[field.name] = _words(field.enum_type).get(value, f"number {value}")
        elif isinstance(value, Timestamp):
            said[field.name] = _moment(value)
        elif field.is_repeated:
            said[field.name] = [plain(part) for part in value]
        else:
            said[field.name] = plain(value) if isinstance(value, Message) else value
    return said


def fill(message: Message, shown: Mapping[str, Any]) -> None:
    """Set a message's fields from what the API shows under the same names; null leaves a field unset."""
    for field in message.DESCRIPTOR.fields:
        if (value := shown.get(field.name)) is not None:
            _set(message, field, value)


def _set(message: Message, field: Any, value: Any) -> None:
    if field.is_repeated:
        for each in value:
            fill(getattr(message, field.name).add(), each)
    elif field.enum_type is not None:
        setattr(message, field.name, _numbers(field.enum_type)[value])
    elif field.message_type is None:
        setattr(message, field.name, value)
    else:
        part: Message = getattr(message, field.name)
        part.SetInParent()
        if isinstance(part, Timestamp):
            part.FromJsonString(value)
        else:
            fill(part, value)


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
