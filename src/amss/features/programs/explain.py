"""Saying in a sentence how a limit's due was computed, and what is left. No I/O."""

from datetime import date

from amss.features.programs.due_engine import LimitStanding, Rate, Readings
from amss.features.programs.due_model import StartSource
from amss.features.programs.model import CalendarLimit, CalendarUnit, CyclesLimit, FlightHoursLimit

_SINCE = {
    None: "last done",
    StartSource.EFFECTIVE_FROM: "program in effect",
    StartSource.IN_SERVICE: "in service",
    StartSource.ASSIGNMENT: "assigned",
}


def explain(standing: LimitStanding, *, base: Readings, source: StartSource | None, rate: Rate | None) -> str:
    """Explain a limit counted from the readings `base`: its start, or (no source) the work last done."""
    limit = standing.limit
    amount = limit.interval if source is None else limit.first
    if isinstance(limit, CalendarLimit):
        return (
            f"Due at the end of {standing.due} = {base.on} ({_SINCE[source]}) + {_span(amount, limit.unit)}; "
            f"{_days_left(standing.remaining)}."
        )
    counter = base.minutes if isinstance(limit, FlightHoursLimit) else base.cycles
    return (
        f"Due at {_count(limit, standing.due)} = {_count(limit, counter)} ({_SINCE[source]} on {base.on}) "
        f"+ {_count(limit, amount)}; {_left(limit, standing, rate)}."
    )


def _count(limit: FlightHoursLimit | CyclesLimit, amount: int | date) -> str:
    assert isinstance(amount, int)
    if isinstance(limit, FlightHoursLimit):
        return f"{amount // 60}:{amount % 60:02} FH"
    return f"{amount} FC"


def _span(amount: int, unit: CalendarUnit) -> str:
    words = unit.value.replace("_", " ")
    return f"{amount} {words.removesuffix('s') if amount == 1 else words}"


def _days_left(days: int) -> str:
    if days == 0:
        return "that is today"
    noun = "day" if abs(days) == 1 else "days"
    return f"{days} {noun} left" if days > 0 else f"overdue by {-days} {noun}"


def _left(limit: FlightHoursLimit | CyclesLimit, standing: LimitStanding, rate: Rate | None) -> str:
    if standing.remaining < 0:
        return f"overdue by {_count(limit, -standing.remaining)}"
    if standing.remaining == 0:
        return "that is now"
    left = f"{_count(limit, standing.remaining)} left"
    if rate is None:
        return f"{left}, and no daily rate is known to say when"
    if standing.projected_on is None:
        return f"{left}, and the planned daily rate never uses it up"
    return f"{left}, used up on {standing.projected_on} at the planned daily rate"
