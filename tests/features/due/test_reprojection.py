"""The standing of due items computed in the database, against the pure engine."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amss.features.aircraft import queries as aircraft_queries
from amss.features.due import flying, following, rules, service, writes
from amss.features.due.model import DueItem, DueStatus, Projection
from amss.features.due.plan import Plan, Readings, first_plan, next_plan
from amss.features.programs import queries as program_queries
from amss.features.programs.limits import Limit, ToleranceUnit
from amss.features.programs.model import Combine, Recurrence
from amss.features.utilization.model import NewUtilization
from amss.foundation.database import Transaction
from amss.foundation.ids import new_id
from builders.installation import Installation
from builders.programs import (
    NOW,
    TODAY,
    a_new_program,
    add_aircraft,
    at,
    calendar_months,
    cycles,
    days,
    due_items_of,
    hours,
    months,
    the_item,
)
from builders.tenants import Tenant


class Case(msgspec.Struct):
    """A program on an aircraft, what became of it so far, and what the aircraft flew of late."""

    limits: list[Limit]
    program: dict[str, Any]
    aircraft: dict[str, Any]
    done: Readings | None
    extensions: tuple[int, int, int]
    flown: list[tuple[int, int, int]]  # (days ago, minutes, cycles)


SOMETIMES = st.none() | st.integers(0, 400)
MARGINS = st.integers(0, 99)  # per cent of an interval


@st.composite
def limits(draw: st.DrawFn) -> list[Limit]:
    """Return one to three limits on different counters, in any order."""
    made: list[Limit] = []
    for kind in draw(st.permutations(["hours", "cycles", "calendar"]))[: draw(st.integers(1, 3))]:
        interval, share, notify = draw(st.integers(1, 200)), draw(MARGINS), draw(SOMETIMES)
        further: dict[str, Any] = {"first": draw(st.none() | st.integers(1, 300)), "hard": draw(st.booleans())}
        match kind:
            case "hours":
                made.append(hours(interval, late=interval * share // 100, notify_minutes=notify, **further))
            case "cycles":
                made.append(cycles(interval, late=interval * share // 100, notify=notify, **further))
            case _:
                make = draw(st.sampled_from([days, months, calendar_months]))
                unit = ToleranceUnit.DAYS if make is days else draw(st.sampled_from(ToleranceUnit))
                longest = interval * 28 if make is not days and unit is ToleranceUnit.DAYS else interval
                late = longest * share // 100
                made.append(make(interval, late=late, tolerance_unit=unit, notify=notify, **further))
    return made


CASES = st.builds(
    Case,
    limits(),
    st.fixed_dictionaries({"combine": st.sampled_from(Combine), "lead_days": st.integers(0, 120)}),
    st.fixed_dictionaries(
        {
            "flight_minutes_total": st.integers(0, 30_000),
            "cycles_total": st.integers(0, 500),
            "planned_daily_minutes": st.none() | st.floats(0, 1440),
            "planned_daily_cycles": st.none() | st.floats(0, 30),
            "in_service_on": st.none() | st.dates(date(2010, 1, 31), date(2026, 7, 1)),
        }
    ),
    st.none() | st.builds(Readings, st.dates(date(2026, 1, 1), TODAY), st.integers(0, 30_000), st.integers(0, 500)),
    st.tuples(st.integers(0, 9_000), st.integers(0, 300), st.integers(0, 300)),
    st.lists(st.tuples(st.integers(0, 120), st.integers(0, 900), st.integers(0, 9)), max_size=4),
)


async def set_up(tx: Transaction, case: Case) -> None:
    aircraft = await add_aircraft(tx, f"G-{new_id().hex[-10:].upper()}", **case.aircraft)
    order = a_new_program(*case.limits, aircraft_id=aircraft.id, **case.program)
    program = await following.create_program(tx, order)
    item = await the_item(tx, aircraft.id)
    if case.done is not None:
        start = Readings(item.start_on, item.start_minutes, item.start_cycles)
        first = first_plan(program.limits, start)
        plan = next_plan(program.limits, Recurrence.TO_ACTUAL, first, start=start, done=case.done)
        await writes.save_all(
            tx, [msgspec.structs.replace(item, **{n: getattr(plan, n) for n in Plan.__struct_fields__})]
        )
        await tx.run(
            "UPDATE due_items SET last_done_on = $3, last_done_minutes = $4, last_done_cycles = $5 "
            "WHERE org_id = $1 AND id = $2",
            tx.org_id, item.id, case.done.on, case.done.minutes, case.done.cycles,
        )  # fmt: skip
    await tx.run(
        "UPDATE due_items SET extension_minutes = $3, extension_cycles = $4, extension_days = $5 "
        "WHERE org_id = $1 AND id = $2",
        tx.org_id, item.id, *case.extensions,
    )  # fmt: skip
    for ago, minutes, landings in case.flown:
        order = NewUtilization(
            flown_on=TODAY - timedelta(ago), flight_minutes=minutes, cycles=landings, confirm_unusual=True
        )
        await flying.record_flown(tx, aircraft.id, order)


async def as_the_engine_has_them(tx: Transaction, items: list[DueItem], today: date) -> list[DueItem]:
    programs = await program_queries.find(tx, [item.program_id for item in items])
    fleet = {item.aircraft_id: await aircraft_queries.get_for_update(tx, item.aircraft_id) for item in items}
    return [rules.project(item, programs[item.program_id], fleet[item.aircraft_id], today=today) for item in items]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(CASES, min_size=1, max_size=5), st.integers(0, 500))
async def test_the_database_judges_as_the_engine_does(
    installation: Installation, tenant: Tenant, cases: list[Case], later: int
) -> None:
    async with at(installation, tenant) as tx:
        before = set(await tx.connection.fetch("SELECT id FROM aircraft WHERE org_id = $1", tx.org_id))
        for case in cases:
            await set_up(tx, case)
        fleet = set(await tx.connection.fetch("SELECT id FROM aircraft WHERE org_id = $1", tx.org_id)) - before

    async with at(installation, tenant, NOW + timedelta(later)) as tx:
        await service.reproject(tx, [row["id"] for row in fleet])

        items = [item for row in fleet for item in await due_items_of(tx, row["id"])]
        assert len(items) == len(cases)
        assert items == await as_the_engine_has_them(tx, items, TODAY + timedelta(later))


@pytest.mark.parametrize(
    ("flown", "days_left", "source"),
    [
        ({}, 50, Projection.PLANNED),
        ({0: 600}, 10, Projection.MEASURED),
        ({9: 600}, 100, Projection.MEASURED),
        ({89: 9_000}, 60, Projection.MEASURED),
        ({300: 6_000, 20: 9_000}, 60, Projection.MEASURED),
        ({90: 9_000}, 50, Projection.PLANNED),
        ({30: 0}, None, Projection.NONE),
    ],
    ids=[
        "nothing entered: as planned",
        "a first flight today",
        "since the first flight nine days ago",
        "over ninety days, today included",
        "over ninety days, however long it has flown",
        "nothing entered lately: as planned",
        "an aircraft that flies nothing",
    ],
)  # fmt: skip
async def test_a_daily_rate_is_measured_over_the_days_since_the_first_entry_ninety_at_most(
    installation: Installation, tenant: Tenant, flown: dict[int, int], days_left: int | None, source: Projection
) -> None:
    async with at(installation, tenant) as tx:
        aircraft = await add_aircraft(tx, planned_daily_minutes=120)
        for ago, minutes in flown.items():
            order = NewUtilization(
                flown_on=TODAY - timedelta(ago), flight_minutes=minutes, cycles=0, confirm_unusual=True
            )
            await flying.record_flown(tx, aircraft.id, order)
        await following.create_program(tx, a_new_program(hours(100), aircraft_id=aircraft.id))
        item = await the_item(tx, aircraft.id)

        expected = None if days_left is None else TODAY + timedelta(days_left)
        assert (item.projected_on, item.projection) == (expected, source)


async def test_a_flight_taken_back_counts_for_no_rate(installation: Installation, tenant: Tenant) -> None:
    async with at(installation, tenant) as tx:
        aircraft = await add_aircraft(tx)
        await following.create_program(tx, a_new_program(hours(100), aircraft_id=aircraft.id))
        for minutes, ago in ((1_200, 9), (600, 9)):
            order = NewUtilization(
                flown_on=TODAY - timedelta(ago), flight_minutes=minutes, cycles=1, external_id="BA1"
            )
            await flying.record_flown(tx, aircraft.id, order)

        item = await the_item(tx, aircraft.id)
        assert item.projected_on == TODAY + timedelta((6_000 - 600) // 60)


async def test_yesterdays_flights_change_tomorrows_projection_by_themselves(
    installation: Installation, tenant: Tenant
) -> None:
    async with at(installation, tenant) as tx:
        aircraft = await add_aircraft(tx)
        await following.create_program(tx, a_new_program(hours(100), aircraft_id=aircraft.id))
        await flying.record_flown(tx, aircraft.id, NewUtilization(flown_on=TODAY, flight_minutes=600, cycles=1))

    async with at(installation, tenant, NOW + timedelta(1)) as tx:
        await service.reproject_next(tx, after=None)
        item = await the_item(tx, aircraft.id)
        assert (item.projected_on, item.status) == (TODAY + timedelta(1 + 18), DueStatus.NOTIFY)
