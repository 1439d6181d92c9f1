"""What may become of a reservation and of the piece it sets aside. No I/O: every fact arrives as an argument."""

from datetime import date, datetime
from uuid import UUID

from amss.features.aircraft.model import Aircraft
from amss.features.parts.model import PartItem, PartItemStatus
from amss.features.parts.reservation_model import Reservation, ReservationFacts, ReservationState
from amss.foundation.errors import Conflict, Reason
from amss.foundation.shapes import next_version


class PartReserved(Conflict):
    """A task has reserved this piece already; `reasons` names the task and the reservation."""

    code = "PART_RESERVED"

    def __init__(self, item: PartItem, facts: ReservationFacts | None = None) -> None:
        """Name the piece, and what has it where that is known."""
        reasons: tuple[Reason, ...] = ()
        if facts is not None:
            ids = (str(facts.reservation_id), str(facts.task_id))
            reasons = (Reason("RESERVATION", f"Reserved for {facts.task_title}.", ids),)
        super().__init__(f"{item.serial_number} is reserved.", reasons=reasons)


class PartExpired(Conflict):
    """A piece has expired, or will have when the work starts."""

    code = "PART_EXPIRED"

    def __init__(self, item: PartItem) -> None:
        """Name the piece and its last day."""
        super().__init__(f"{item.serial_number} may be fitted until {item.expiry_date}, not later.")


class PartNotInStock(Conflict):
    """A piece is quarantined, disposed of or used."""

    code = "PART_NOT_IN_STOCK"

    def __init__(self, item: PartItem) -> None:
        """Name the piece and say what it is."""
        super().__init__(f"{item.serial_number} is {item.status}.")


class ReservationClosed(Conflict):
    """A used or released reservation never changes."""

    code = "RESERVATION_CLOSED"

    def __init__(self, reservation: Reservation) -> None:
        """Say how it was closed."""
        super().__init__(f"This reservation is {reservation.state}; it does not change any more.")


def reserve(
    item: PartItem, facts: ReservationFacts, *, task_id: UUID, reservation_id: UUID, now: datetime
) -> Reservation:
    """Return the piece's reservation for a task; it must be in stock, free, and good until the task starts."""
    _must_be_in_stock(item)
    if facts.reservation_id is not None:
        raise PartReserved(item, facts)
    _must_be_good_on(item, max(facts.today, facts.starts_on))
    return Reservation(
        id=reservation_id,
        org_id=item.org_id,
        version=1,
        created_at=now,
        updated_at=now,
        task_id=task_id,
        part_item_id=item.id,
    )


def must_be_open(reservation: Reservation) -> None:
    """Refuse to change a reservation that is used or released."""
    if reservation.state is not ReservationState.RESERVED:
        raise ReservationClosed(reservation)


def use(
    reservation: Reservation, item: PartItem, aircraft: Aircraft, *, today: date, now: datetime
) -> tuple[Reservation, PartItem]:
    """Return reservation and piece as used on the reservation's task, with the counters of its aircraft."""
    must_be_open(reservation)
    _must_be_in_stock(item)
    _must_be_good_on(item, today)
    used = next_version(
        item,
        now=now,
        status=PartItemStatus.USED,
        used_on_task_id=reservation.task_id,
        used_on_aircraft_id=aircraft.id,
        used_at=now,
        used_minutes=aircraft.flight_minutes_total,
        used_cycles=aircraft.cycles_total,
    )
    return next_version(reservation, now=now, state=ReservationState.USED, used_at=now), used


def release(reservation: Reservation, *, now: datetime) -> Reservation:
    """Return the reservation as given back."""
    must_be_open(reservation)
    return next_version(reservation, now=now, state=ReservationState.RELEASED, released_at=now)


def _must_be_in_stock(item: PartItem) -> None:
    if item.status is not PartItemStatus.IN_STOCK:
        raise PartNotInStock(item)


def has_expired(item: PartItem, day: date) -> bool:
    """Tell whether a piece's last day is past on a day."""
    return item.expiry_date is not None and item.expiry_date < day


def _must_be_good_on(item: PartItem, day: date) -> None:
    if has_expired(item, day):
        raise PartExpired(item)
