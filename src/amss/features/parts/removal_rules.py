"""When a piece that was fitted is taken off again. No I/O: every fact arrives as an argument."""

from datetime import datetime

from amss.features.aircraft.model import Aircraft
from amss.features.parts.model import PartItem, Removal
from amss.foundation.errors import Conflict
from amss.foundation.shapes import next_version


class PartNotFitted(Conflict):
    """Only a piece that is on the aircraft under work is taken off it."""

    code = "PART_NOT_FITTED"

    def __init__(self, item: PartItem, aircraft: Aircraft) -> None:
        """Name the piece and the aircraft."""
        super().__init__(f"{item.serial_number} is not on {aircraft.tail_number}.")


def remove(item: PartItem, aircraft: Aircraft, order: Removal, *, now: datetime) -> PartItem:
    """Return a piece as taken off its aircraft, with the aircraft's counters; it stays used."""
    if item.used_on_aircraft_id != aircraft.id or item.removed_at is not None:
        raise PartNotFitted(item, aircraft)
    return next_version(
        item,
        now=now,
        removed_on_task_id=order.task_id,
        removed_at=now,
        removed_minutes=aircraft.flight_minutes_total,
        removed_cycles=aircraft.cycles_total,
        removal_reason=order.reason,
    )
