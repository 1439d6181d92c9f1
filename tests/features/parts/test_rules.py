"""What may become of pieces and their reservations, as the rules have it."""

from datetime import date, timedelta
from typing import Any

import pytest

from amss.features.parts import reservation_rules, rules
from amss.features.parts.model import NewPartItem, PartItem, PartItemChange, PartItemStatus
from amss.features.parts.reservation_model import Reservation, ReservationFacts, ReservationState
from amss.foundation.errors import Invalid
from amss.foundation.ids import new_id
from builders.tasks import NOON, ORG_ID, an_aircraft

TODAY = NOON.date()
TOMORROW = TODAY + timedelta(days=1)
YESTERDAY = TODAY - timedelta(days=1)
IN_QUARANTINE: dict[str, Any] = {"status": PartItemStatus.QUARANTINED, "quarantine_reason": "Dented"}


def a_piece(**facts: Any) -> PartItem:
    given: dict[str, Any] = {"part_definition_id": new_id(), "serial_number": "SN-0042"}
    return PartItem(id=new_id(), org_id=ORG_ID, version=1, created_at=NOON, updated_at=NOON, **given | facts)


def free(*, starts_on: date = TODAY) -> ReservationFacts:
    return ReservationFacts(TODAY, starts_on, None, None, None)


def taken() -> ReservationFacts:
    return ReservationFacts(TODAY, TODAY, new_id(), new_id(), "Engine wash")


def reserve(item: PartItem, facts: ReservationFacts | None = None) -> Reservation:
    return reservation_rules.reserve(item, facts or free(), task_id=new_id(), reservation_id=new_id(), now=NOON)


def edit(item: PartItem, **change: Any) -> PartItem:
    return rules.edit_item(item, PartItemChange(**change), now=NOON)


def codes(refused: pytest.ExceptionInfo[Invalid]) -> list[tuple[str, str]]:
    return [(fault.pointer, fault.code) for fault in refused.value.errors]


@pytest.mark.parametrize("last_day", [None, TODAY, TOMORROW])
def test_a_piece_is_reserved_that_is_good_on_its_last_day(last_day: date | None) -> None:
    assert reserve(a_piece(expiry_date=last_day)).state is ReservationState.RESERVED


@pytest.mark.parametrize(("last_day", "starts_on"), [(YESTERDAY, TODAY), (YESTERDAY, YESTERDAY), (TODAY, TOMORROW)])
def test_a_piece_that_has_expired_or_will_have_when_work_starts_is_not_reserved(
    last_day: date, starts_on: date
) -> None:
    with pytest.raises(reservation_rules.PartExpired):
        reserve(a_piece(expiry_date=last_day), free(starts_on=starts_on))


@pytest.mark.parametrize("status", [each for each in PartItemStatus if each is not PartItemStatus.IN_STOCK])
def test_only_what_is_in_stock_is_reserved(status: PartItemStatus) -> None:
    with pytest.raises(reservation_rules.PartNotInStock):
        reserve(a_piece(status=status))


def test_a_piece_that_other_work_has_is_not_reserved_and_the_work_is_named() -> None:
    facts = taken()

    with pytest.raises(reservation_rules.PartReserved) as refused:
        reserve(a_piece(), facts)

    assert refused.value.reasons[0].ids == (str(facts.reservation_id), str(facts.task_id))


def test_a_used_piece_says_where_it_went() -> None:
    item, aircraft = a_piece(), an_aircraft(flight_minutes_total=6_000, cycles_total=70)

    used, gone = reservation_rules.use(reserve(item), item, aircraft, today=TODAY, now=NOON)

    assert (used.state, used.used_at, used.version) == (ReservationState.USED, NOON, 2)
    assert (gone.status, gone.used_on_task_id, gone.used_on_aircraft_id) == ("used", used.task_id, aircraft.id)
    assert (gone.used_minutes, gone.used_cycles) == (6_000, 70)


def test_a_reserved_piece_that_was_quarantined_or_expired_meanwhile_is_not_used() -> None:
    reservation = reserve(a_piece())

    for item, refusal in (
        (a_piece(**IN_QUARANTINE), reservation_rules.PartNotInStock),
        (a_piece(expiry_date=YESTERDAY), reservation_rules.PartExpired),
    ):
        with pytest.raises(refusal):
            reservation_rules.use(reservation, item, an_aircraft(), today=TODAY, now=NOON)


def test_a_settled_reservation_does_not_change_any_more() -> None:
    item = a_piece()
    released = reservation_rules.release(reserve(item), now=NOON)

    with pytest.raises(reservation_rules.ReservationClosed):
        reservation_rules.release(released, now=NOON)
    with pytest.raises(reservation_rules.ReservationClosed):
        reservation_rules.use(released, item, an_aircraft(), today=TODAY, now=NOON)


def test_a_piece_goes_to_quarantine_and_back_and_keeps_the_reason_only_there() -> None:
    aside = edit(a_piece(), status=PartItemStatus.QUARANTINED, reason="Dented")
    back = edit(aside, status=PartItemStatus.IN_STOCK)

    assert (aside.quarantine_reason, back.quarantine_reason, back.version) == ("Dented", None, 3)


def test_a_piece_disposed_of_from_quarantine_still_says_why_it_was_there() -> None:
    gone = edit(a_piece(**IN_QUARANTINE), status=PartItemStatus.DISPOSED)

    assert (gone.status, gone.quarantine_reason) == (PartItemStatus.DISPOSED, "Dented")


def test_all_that_is_wrong_with_a_change_is_said_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        edit(a_piece(), status=PartItemStatus.USED, expiry_date=date(1203, 1, 1))

    assert codes(refused) == [("/expiry_date", "RANGE"), ("/status", "NOT_HERE")]


def test_nothing_is_quarantined_without_a_reason() -> None:
    with pytest.raises(Invalid) as refused:
        edit(a_piece(), status=PartItemStatus.QUARANTINED)

    assert codes(refused) == [("/reason", "MISSING")]


def test_a_reason_for_nothing_is_refused_for_it_would_be_lost() -> None:
    with pytest.raises(Invalid) as refused:
        edit(a_piece(**IN_QUARANTINE), reason="Cracked, not dented")

    assert codes(refused) == [("/reason", "MISPLACED")]


@pytest.mark.parametrize("status", [PartItemStatus.USED, PartItemStatus.DISPOSED])
def test_what_is_used_or_disposed_of_stays_so(status: PartItemStatus) -> None:
    gone = a_piece(status=status)

    for change in ({"status": PartItemStatus.IN_STOCK}, {"serial_number": "SN-1"}, {"expiry_date": TODAY}):
        with pytest.raises(rules.PartClosed):
            edit(gone, **change)
    assert edit(gone, status=status) is gone


def test_another_last_day_is_announced_anew() -> None:
    assert edit(a_piece(expiry_date=TODAY, expiry_notice_days=30), expiry_date=TOMORROW).expiry_notice_days is None


def test_a_piece_comes_into_the_store_in_stock_or_quarantined() -> None:
    def take_in(**facts: Any) -> PartItem:
        order = NewPartItem(part_definition_id=new_id(), serial_number="SN-1", **facts)
        return rules.take_in(order, item_id=new_id(), org_id=ORG_ID, now=NOON)

    assert take_in(**IN_QUARANTINE).status is PartItemStatus.QUARANTINED
    for wrong, expected in (
        ({"status": PartItemStatus.USED}, [("/status", "NOT_HERE")]),
        ({"status": PartItemStatus.QUARANTINED}, [("/quarantine_reason", "MISSING")]),
        ({"quarantine_reason": "Dented"}, [("/quarantine_reason", "MISPLACED")]),
    ):
        with pytest.raises(Invalid) as refused:
            take_in(**wrong)
        assert codes(refused) == expected
