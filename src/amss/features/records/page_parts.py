"""The parts on the record's page: what is on the aircraft, what work put on it, and what it took off. No I/O."""

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from amss.features.records import wording
from amss.features.records.markup import lines, said, small, table
from amss.features.records.model import CountersOut, Head, PartOut, RemovalOut

_NAMES = ("Part number", "Serial number")


def parts_aboard(head: Head, zone: ZoneInfo) -> str:
    """Return the parts that are on the aircraft: since when, and how much it has flown since."""
    if not head.fitted:
        return '<p class="none">No part is recorded as fitted.</p>'
    now = CountersOut(head.aircraft.flight_minutes_total, head.aircraft.cycles_total)
    heads = ("Part", *_NAMES, "Fitted", "Aircraft then", "Since fitted")
    return table("parts", heads, (("", _aboard(part, now, zone)) for part in head.fitted))


def parts_fitted(parts: Sequence[PartOut]) -> str:
    """Return the parts that a work put on the aircraft, and at which readings."""
    heads = ("Part fitted", *_NAMES, "Aircraft then")
    return table("parts", heads, (("", (*_named(part), _then(part.readings))) for part in parts)) if parts else ""


def parts_removed(parts: Sequence[PartOut], zone: ZoneInfo) -> str:
    """Return the parts that a work took off the aircraft, why, and what it had flown with them."""
    heads = ("Part removed", *_NAMES, "Fitted", "Aircraft at removal", "Flown with it")
    rows = (("", _removed(part, part.removal, zone)) for part in parts if part.removal)
    return table("parts", heads, rows) if parts else ""


def _aboard(part: PartOut, now: CountersOut, zone: ZoneInfo) -> Iterator[str]:
    yield from _named(part)
    yield f"{part.used_at.astimezone(zone):%Y-%m-%d}"
    yield _then(part.readings)
    yield _since(part.readings, now)


def _removed(part: PartOut, removal: RemovalOut, zone: ZoneInfo) -> Iterator[str]:
    name, *numbers = _named(part)
    yield name + small(said(removal.reason))
    yield from numbers
    yield f"{part.used_at.astimezone(zone):%Y-%m-%d}" + small(_then(part.readings))
    yield _then(removal.readings)
    yield _since(part.readings, removal.readings)


def _named(part: PartOut) -> tuple[str, str, str]:
    number = said(part.part_number) if part.part_number else "none"
    return (
        said(part.name),
        f'<span class="code">{number}</span>',
        f'<span class="code">{said(part.serial_number)}</span>',
    )


def _then(readings: CountersOut | None) -> str:
    return lines(wording.counters(readings)) if readings else "not recorded"


def _since(then: CountersOut | None, now: CountersOut) -> str:
    """Say what was flown between two readings; the former decide whether cycles are counted."""
    if then is None:
        return "not recorded"
    cycles = None if then.cycles is None or now.cycles is None else now.cycles - then.cycles
    return lines(wording.counters(CountersOut(now.flight_minutes - then.flight_minutes, cycles)))
