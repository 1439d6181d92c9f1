"""When work was last done, as a person says it."""

from datetime import date

from amss.features.aircraft.model import Why
from amss.foundation.shapes import Count, FlightTime, Order


class LastDone(Order, frozen=True, kw_only=True):
    """The day work was last done, in the organization's time zone, and the aircraft's counters then."""

    on: date
    flight_minutes: FlightTime
    cycles: Count


class DueItemChange(Order, frozen=True, kw_only=True):
    """When work was last done, and how that is known. What is there already can be confirmed, but not cleared."""

    last_done: LastDone
    reason: Why
