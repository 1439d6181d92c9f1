"""What may stand in the ledger."""

from datetime import timedelta
from typing import Any

import pytest

from amss.features.utilization import rules
from amss.features.utilization.model import (
    DayFlown,
    FleetUtilization,
    NewUtilization,
    UtilizationEntry,
    UtilizationSource,
)
from amss.foundation.access import ActorKind
from amss.foundation.errors import Invalid
from amss.foundation.ids import new_id
from builders.programs import NOW, TODAY, an_aircraft

NOTHING = DayFlown(0, 0)


def an_entry(**facts: Any) -> UtilizationEntry:
    given: dict[str, Any] = {"flown_on": TODAY, "flight_minutes": 330, "cycles": 4}
    order = NewUtilization(**given | facts)
    return rules.entered(order, an_aircraft(), entry_id=new_id(), by=ActorKind.USER, now=NOW)


@pytest.mark.parametrize(
    ("by", "source"),
    [
        (ActorKind.USER, UtilizationSource.MANUAL),
        (ActorKind.API_KEY, UtilizationSource.API),
        (ActorKind.SYSTEM, UtilizationSource.IMPORT),
    ],
)
def test_the_source_of_an_entry_is_whoever_brings_it(by: ActorKind, source: UtilizationSource) -> None:
    order = NewUtilization(flown_on=TODAY, flight_minutes="5:30", cycles=4)

    entry = rules.entered(order, an_aircraft(), entry_id=new_id(), by=by, now=NOW)

    assert (entry.source, entry.flight_minutes) == (source, 330)


@pytest.mark.parametrize(
    ("minutes", "cycles", "besides"),
    [(1440, 30, NOTHING), (0, 0, DayFlown(1440, 30)), (440, 10, DayFlown(1000, 20))],
)
def test_a_full_day_is_usual(minutes: int, cycles: int, besides: DayFlown) -> None:
    rules.must_be_usual(an_entry(flight_minutes=minutes, cycles=cycles), an_aircraft(), besides)


@pytest.mark.parametrize(
    ("minutes", "cycles", "besides"),
    [(1441, 1, NOTHING), (60, 31, NOTHING), (441, 1, DayFlown(1000, 0)), (60, 11, DayFlown(0, 20))],
)
def test_more_than_a_days_worth_on_one_day_is_not(minutes: int, cycles: int, besides: DayFlown) -> None:
    with pytest.raises(rules.UnusualUtilization):
        rules.must_be_usual(an_entry(flight_minutes=minutes, cycles=cycles), an_aircraft(), besides)


def test_what_is_unusual_is_said_in_hours() -> None:
    with pytest.raises(rules.UnusualUtilization, match=r"G-ABCD would have flown 25:05 hours and 4 cycles"):
        rules.must_be_usual(an_entry(flight_minutes=1505), an_aircraft(), NOTHING)


@pytest.mark.parametrize(("day", "code"), [(1, "FUTURE"), (-11, "BEFORE_SERVICE")])
def test_an_aircraft_flies_neither_tomorrow_nor_before_its_service(day: int, code: str) -> None:
    aircraft = an_aircraft(in_service_on=TODAY - timedelta(days=10))

    with pytest.raises(Invalid) as refused:
        rules.must_be_a_day_in_service(an_entry(flown_on=TODAY + timedelta(days=day)), aircraft, today=TODAY)

    assert [(each.pointer, each.code) for each in refused.value.errors] == [("/flown_on", code)]


def test_today_and_the_first_day_of_service_count() -> None:
    aircraft = an_aircraft(in_service_on=TODAY - timedelta(days=10))

    for days in (0, 10):
        rules.must_be_a_day_in_service(an_entry(flown_on=TODAY - timedelta(days=days)), aircraft, today=TODAY)


def test_an_entry_and_what_takes_it_back_leave_the_totals_as_they_were() -> None:
    aircraft, entry = an_aircraft(flight_minutes_total=600, cycles_total=7), an_entry(external_id="BA123")

    wrong, reversal = rules.taken_back(entry, reversal_id=new_id(), by=ActorKind.API_KEY, now=NOW)

    flown = rules.carry(aircraft, entry)
    assert (flown.flight_minutes_total, flown.cycles_total) == (930, 11)
    assert rules.carry(flown, reversal) == aircraft
    assert (wrong.reversed_by_id, reversal.reverses_id) == (reversal.id, entry.id)
    assert (reversal.source, reversal.external_id, reversal.flown_on) == (UtilizationSource.API, "BA123", TODAY)


def test_no_counter_runs_over() -> None:
    aircraft = an_aircraft(flight_minutes_total=rules.LARGEST_TOTAL - 330, cycles_total=rules.LARGEST_TOTAL - 3)

    with pytest.raises(Invalid) as refused:
        rules.carry(aircraft, an_entry())

    assert [(each.pointer, each.code) for each in refused.value.errors] == [("/cycles", "TOO_LARGE")]


@pytest.mark.parametrize("named", [{}, {"aircraft_id": new_id(), "tail_number": "G-ABCD"}])
def test_an_entry_of_the_fleet_names_its_aircraft_once(named: dict[str, Any]) -> None:
    order = FleetUtilization(flown_on=TODAY, flight_minutes=1, cycles=1, **named)

    with pytest.raises(Invalid):
        rules.must_name_one_aircraft(order)
