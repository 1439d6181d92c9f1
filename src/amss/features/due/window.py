"""From when on work counts for what is due. No I/O: every fact arrives as an argument."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import msgspec

from amss.features.aircraft.model import Aircraft
from amss.features.due.engine import opens_on
from amss.features.due.plan import Plan, Readings, due_of
from amss.features.due.rules import rates_of
from amss.features.programs.limits import IntervalType, Limit


class WindowFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What the window of a due item is computed from; `limits` are all of its program's."""

    aircraft: Aircraft
    limits: tuple[Limit, ...]
    driving_limit: IntervalType
    due_minutes: int | None
    due_cycles: int | None
    due_on: date | None
    projected_on: date
    today: date
    time_zone: str


def opens_at(facts: WindowFacts) -> datetime:
    """Return the beginning of the first day, where the organization is, on which no more is left than `early`.

    The driving limit decides it, as it decides when the work falls due. Where today's rates do not lead there, it is
    the day on which the work falls due.
    """
    driving = next((limit for limit in facts.limits if limit.interval_type is facts.driving_limit), None)
    if driving is None:  # the program was revised while this item was waited for
        return datetime.combine(facts.projected_on, time.min, ZoneInfo(facts.time_zone))
    first_day = opens_on(
        driving,
        due_of(driving, Plan(due_minutes=facts.due_minutes, due_cycles=facts.due_cycles, due_on=facts.due_on)),
        current=Readings(facts.today, facts.aircraft.flight_minutes_total, facts.aircraft.cycles_total),
        rates=rates_of(facts.aircraft),
    )
    return datetime.combine(first_day or facts.projected_on, time.min, ZoneInfo(facts.time_zone))
