"""How the record says amounts, moments and states to people. No I/O."""

from datetime import datetime
from zoneinfo import ZoneInfo

from amss.features.compliance.model import ComplianceResult
from amss.features.due.model import DueLimitOut, DueStatus, UnusedOut
from amss.features.programs.limits import IntervalType
from amss.features.records.model import CountersOut, SignOffState

RESULTS = {
    ComplianceResult.PENDING: "not signed",
    ComplianceResult.PASS: "pass",
    ComplianceResult.FAIL: "fail",
    ComplianceResult.NOT_APPLICABLE: "not applicable",
}
SIGN_OFFS = {
    SignOffState.COMPLETE: "signed off",
    SignOffState.INCOMPLETE: "not signed off",
    SignOffState.FAILED: "check failed",
}
STATUSES = {
    DueStatus.OK: "in limits",
    DueStatus.NOTIFY: "due soon",
    DueStatus.DUE: "due",
    DueStatus.IN_EXTENSION: "in extension",
    DueStatus.OVERDUE: "overdue",
}


def hours(minutes: int) -> str:
    """Return minutes flown as hours and minutes: `1234:30`."""
    whole, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else ''}{whole}:{rest:02}"


def moment(at: datetime, zone: ZoneInfo) -> str:
    """Return a moment as a clock in the organization's time zone shows it, with the zone's short name."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M %Z}"


def amount(interval_type: IntervalType, number: int) -> str:
    """Return an amount of a counter with its unit; of the calendar, days."""
    match interval_type:
        case IntervalType.FLIGHT_HOURS:
            return f"{hours(number)} FH"
        case IntervalType.CYCLES:
            return f"{number} FC"
        case IntervalType.CALENDAR:
            return f"{number} {'day' if abs(number) == 1 else 'days'}"


def cycles(number: int | None) -> str:
    """Return cycles with their unit, or that they are not counted."""
    return "not counted" if number is None else f"{number} FC"


def counters(at: CountersOut) -> tuple[str, ...]:
    """Return an aircraft's counters at a moment with their units; cycles only where they are counted."""
    flown = f"{hours(at.flight_minutes)} FH"
    return (flown,) if at.cycles is None else (flown, cycles(at.cycles))


def licence(number: str, kind: str | None) -> str:
    """Return a licence as a signature names it: its number, and of which kind it is (14 CFR 43.9(a)(4))."""
    return f"licence {number} ({kind or 'kind not recorded'})"


def interval(limit: DueLimitOut) -> str:
    """Return how far a limit's dues are apart."""
    if limit.interval_type is IntervalType.CALENDAR:
        unit = limit.unit.replace("_", " ")
        return f"{limit.interval} {unit.removesuffix('s') if limit.interval == 1 else unit}"
    return amount(limit.interval_type, limit.interval)


def due(limit: DueLimitOut) -> str:
    """Return where a limit falls due, without what is approved beyond it."""
    return amount(limit.interval_type, limit.due) if isinstance(limit.due, int) else str(limit.due)


def extended(limit: DueLimitOut) -> str:
    """Return what is approved beyond a due; nothing where nothing is."""
    return f"extended by {amount(limit.interval_type, limit.extension)}" if limit.extension else ""


def unused(left: UnusedOut) -> str:
    """Return what the work left of a limit, or how far it went past it."""
    said = amount(left.interval_type, abs(left.unused))
    return f"{said} past due" if left.unused < 0 else f"{said} unused"
