"""How values travel between Python and Postgres where asyncpg's own way would not do."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
import msgspec

# What Postgres counts from.
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_FIRST_DAY = _EPOCH.date()
_MICROSECOND = timedelta(microseconds=1)


async def set_codecs(connection: asyncpg.Connection) -> None:
    """Let a connection write JSON with msgspec, and the first and last moments Python knows as what they are.

    asyncpg takes those for minus and plus infinity, which no JSON date can say: an expiry on 9999-12-31, or the
    zero time of a Go client, would come back as something else than was sent.
    """
    await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=_json_text, decoder=msgspec.json.decode)
    await connection.set_type_codec(
        "timestamptz", schema="pg_catalog", format="tuple", encoder=_moment_out, decoder=_moment_in
    )
    await connection.set_type_codec("date", schema="pg_catalog", format="tuple", encoder=_day_out, decoder=_day_in)


def _json_text(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _moment_out(moment: datetime) -> tuple[int]:
    return ((moment.astimezone(UTC) - _EPOCH) // _MICROSECOND,)


def _moment_in(microseconds: tuple[int]) -> datetime:
    return _EPOCH + microseconds[0] * _MICROSECOND


def _day_out(day: date) -> tuple[int]:
    return ((day - _FIRST_DAY).days,)


def _day_in(days: tuple[int]) -> date:
    return _FIRST_DAY + timedelta(days=days[0])
