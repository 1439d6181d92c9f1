"""What an aircraft may become, without a database."""

from datetime import timedelta

import pytest

from amss.features.aircraft import rules
from amss.features.aircraft.model import AircraftStatus
from amss.foundation.errors import Conflict
from builders.tasks import NOON, an_aircraft

LATER = NOON + timedelta(hours=1)


@pytest.mark.parametrize("status", [AircraftStatus.OPERATIONAL, AircraftStatus.MAINTENANCE])
def test_an_aircraft_in_operation_or_in_work_is_grounded_with_the_reason(status: AircraftStatus) -> None:
    grounded = rules.ground(an_aircraft(status=status), "Bird strike", now=LATER)

    assert (grounded.status, grounded.grounded_reason) == (AircraftStatus.GROUNDED, "Bird strike")
    assert (grounded.version, grounded.updated_at) == (2, LATER)


def test_a_grounded_aircraft_is_not_grounded_again() -> None:
    with pytest.raises(Conflict, match="already grounded"):
        rules.ground(an_aircraft(status=AircraftStatus.GROUNDED), "Another reason", now=LATER)


def test_a_release_takes_the_reason_away() -> None:
    grounded = an_aircraft(status=AircraftStatus.GROUNDED, grounded_reason="Bird strike")

    released = rules.release(grounded, now=LATER)

    assert (released.status, released.grounded_reason) == (AircraftStatus.OPERATIONAL, None)
    assert (released.version, released.updated_at) == (2, LATER)


def test_an_operational_aircraft_is_not_released() -> None:
    with pytest.raises(Conflict, match="already operational"):
        rules.release(an_aircraft(), now=LATER)


@pytest.mark.parametrize("status", [AircraftStatus.OPERATIONAL, AircraftStatus.GROUNDED])
def test_a_retired_aircraft_is_neither_grounded_nor_due(status: AircraftStatus) -> None:
    reason = "Corrosion" if status is AircraftStatus.GROUNDED else None

    retired = rules.retire(an_aircraft(status=status, grounded_reason=reason, next_due=NOON.date()), now=LATER)

    assert (retired.status, retired.grounded_reason, retired.next_due) == (AircraftStatus.RETIRED, None, None)
    assert (retired.version, retired.updated_at) == (2, LATER)


def test_there_is_no_way_back_from_retirement() -> None:
    retired = an_aircraft(status=AircraftStatus.RETIRED)

    with pytest.raises(rules.AircraftRetired):
        rules.ground(retired, "Bird strike", now=LATER)
    with pytest.raises(rules.AircraftRetired):
        rules.release(retired, now=LATER)
    with pytest.raises(rules.AircraftRetired):
        rules.retire(retired, now=LATER)
