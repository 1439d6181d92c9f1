"""Programs that took effect on a day that is past: the count starts with the counters of that day."""

from datetime import timedelta

import pytest

from amss.features.aircraft.model import Aircraft
from amss.features.due import flying, following
from amss.features.due.model import StartSource
from amss.features.utilization.model import NewUtilization
from amss.foundation.database import Transaction
from builders.installation import Installation
from builders.programs import TODAY, a_new_program, add_aircraft, at, due_items_of, hours, the_item
from builders.tenants import Tenant


async def flown_aircraft(tx: Transaction, tail_number: str = "G-ABCD") -> Aircraft:
    """Return an aircraft with 100 hours and 50 cycles at first, that flew 50, 40 and 20 days ago."""
    aircraft = await add_aircraft(tx, tail_number, flight_minutes_total=6_000, cycles_total=50)
    for ago, minutes in ((50, 60), (40, 120), (20, 240)):
        flight = NewUtilization(flown_on=TODAY - timedelta(ago), flight_minutes=minutes, cycles=1)
        await flying.record_flown(tx, aircraft.id, flight)
    return aircraft


@pytest.mark.parametrize(
    ("days_ago", "minutes", "landings"),
    [(51, 6_000, 50), (50, 6_060, 51), (45, 6_060, 51), (40, 6_180, 52), (1, 6_420, 53), (0, 6_420, 53)],
    ids=["before the first flight", "on its day", "between", "on the next one's day", "after the last", "today"],
)
async def test_the_count_starts_with_what_the_ledger_shows_for_that_day(
    installation: Installation, tenant: Tenant, days_ago: int, minutes: int, landings: int
) -> None:
    async with at(installation, tenant) as tx:
        aircraft = await flown_aircraft(tx)
        since = TODAY - timedelta(days_ago)

        await following.create_program(tx, a_new_program(hours(100), aircraft_id=aircraft.id, effective_from=since))

        item = await the_item(tx, aircraft.id)
        assert (item.start_source, item.start_on) == (StartSource.EFFECTIVE_FROM, since)
        assert (item.start_minutes, item.start_cycles, item.due_minutes) == (minutes, landings, minutes + 6_000)


async def test_a_flight_that_was_taken_back_does_not_count(installation: Installation, tenant: Tenant) -> None:
    async with at(installation, tenant) as tx:
        aircraft = await add_aircraft(tx)
        since = TODAY - timedelta(10)
        for minutes in (600, 60):
            flight = NewUtilization(flown_on=since, flight_minutes=minutes, cycles=1, external_id="BA1")
            await flying.record_flown(tx, aircraft.id, flight)

        await following.create_program(tx, a_new_program(hours(100), aircraft_id=aircraft.id, effective_from=since))

        assert (await the_item(tx, aircraft.id)).start_minutes == 60


async def test_several_programs_and_aircraft_each_start_with_their_own_counters(
    installation: Installation, tenant: Tenant
) -> None:
    async with at(installation, tenant) as tx:
        flown = await flown_aircraft(tx)
        idle = await add_aircraft(tx, "G-IDLE", flight_minutes_total=600, cycles_total=5)
        for ago in (45, 45, 30, None):
            since = None if ago is None else TODAY - timedelta(ago)
            await following.create_program(tx, a_new_program(hours(100), model="A320-214", effective_from=since))
        joined = await add_aircraft(tx, "G-NEW", flight_minutes_total=60)

        starts = {
            aircraft.tail_number: [item.start_minutes for item in await due_items_of(tx, aircraft.id)]
            for aircraft in (flown, idle, joined)
        }

        assert starts == {
            "G-ABCD": [6_060, 6_060, 6_180, 6_420],
            "G-IDLE": [600] * 4,
            "G-NEW": [60] * 4,
        }
