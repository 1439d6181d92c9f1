"""What every report is asked for and says. Times are whole minutes, dates are the organization's own."""

from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

FirstDay = Annotated[
    date, Meta(description="The first day. Given together with `to`; without both: the last 30 days, today included.")
]
EndDay = Annotated[date, Meta(description="The day after the last, at most 366 days after `from`.")]
Limit = Annotated[int, Meta(ge=1, le=200, description="How many lines to answer at most.")]
Cursor = Annotated[str, Meta(description="The `next_cursor` of the page before.")]


class PeriodQuery(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Days of the organization's time zone: `from` is inclusive, `to` is not."""

    first_day: FirstDay | None = msgspec.field(default=None, name="from")
    end_day: EndDay | None = msgspec.field(default=None, name="to")


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """The days a report speaks of; `to` is the day after the last. `days` of them have begun."""

    first_day: date = msgspec.field(name="from")
    end_day: date = msgspec.field(name="to")
    time_zone: str
    days: int


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """What stands beside the lines of a report; `totals`, over all lines, on the first page alone."""

    next_cursor: str | None
    period: Period
