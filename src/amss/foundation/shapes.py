"""Small things every shape is made of: common field types, and reading what a partial change says."""

import re
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, TypeVar, get_args
from uuid import UUID

import msgspec

from amss.foundation.errors import FieldError

# Whatever takes ink. Blanks and signs of no width make a text that is not empty and says nothing on paper.
_SEEN = r"[^\s\u00ad\u115f\u1160\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0]"
# Something that is seen, and no control characters: a name that breaks lines breaks lists, files and terminals. Nor
# what nobody sees or what turns the text behind it around: two serial numbers that read alike would be two pieces.
_LINE = msgspec.Meta(pattern=rf"^(?=.*{_SEEN})[^\x00-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2060-\u2069\ufeff]+$(?!\n)")
_TEXT = msgspec.Meta(pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$(?!\n)")

Line = Annotated[str, _LINE]
Name = Annotated[Line, msgspec.Meta(max_length=200)]
Text = Annotated[str, _TEXT, msgspec.Meta(max_length=10_000)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Count = Annotated[int, msgspec.Meta(ge=0, le=2_000_000_000)]
FlightTime = (
    Annotated[int, msgspec.Meta(ge=0, le=2_000_000_000)]
    | Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,7}:[0-5][0-9]$(?!\n)", examples=["1234:30"])]
)


class Order(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a caller asks for: a field he misspells is an error, not silence.

    Blanks around a line or a text are dropped, since spreadsheets are full of them, and so is a text in which nothing
    is seen; a password's are its own.
    """

    def __post_init__(self) -> None:
        """Drop what says nothing."""
        for name in _written_fields(type(self)):
            if isinstance(written := getattr(self, name), str):
                said = written.strip() if re.search(_SEEN, written) else ""
                msgspec.structs.force_setattr(self, name, said)


@cache
def _written_fields(shape: type[Order]) -> tuple[str, ...]:
    return tuple(each.name for each in msgspec.structs.fields(shape) if _is_written(each.type))


def _is_written(kind: Any) -> bool:
    """Tell whether a type is a line or a text, or may be one."""
    marks = getattr(kind, "__metadata__", ())
    return _LINE in marks or _TEXT in marks or any(map(_is_written, get_args(kind)))


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A row that belongs to one organization and counts its versions."""

    id: UUID
    org_id: UUID
    version: int
    created_at: datetime
    updated_at: datetime


R = TypeVar("R", bound=Record)


def next_version(record: R, *, now: datetime, **changes: Any) -> R:
    """Return a record one version on, with these changes; a record that is deleted counts one, too."""
    return msgspec.structs.replace(record, **changes, version=record.version + 1, updated_at=now)


def given(change: msgspec.Struct) -> dict[str, Any]:
    """Return the fields a merge patch (RFC 7396) names; null is a value, absence is not."""
    return {
        each.name: value
        for each in msgspec.structs.fields(change)
        if (value := getattr(change, each.name)) is not msgspec.UNSET
    }


def unlikely_day(day: date | None, pointer: str) -> tuple[FieldError, ...]:
    """Return what is wrong with a day of an aircraft's life: far off it is a slip of the keyboard.

    What falls due decades after such a day still has a date.
    """
    if day is None or 1930 <= day.year < 2200:
        return ()
    return (FieldError(pointer, "RANGE", "Give a day between the years 1930 and 2199."),)


def flight_minutes(time: int | str) -> int:
    """Return whole minutes of `1234:30` (hours:minutes) or of minutes already."""
    if isinstance(time, int):
        return time
    hours, minutes = time.split(":")
    return int(hours) * 60 + int(minutes)
