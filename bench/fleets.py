"""Organizations with fleets under programs, flown for a season: what the benches of due items work on."""

import random
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
from installation import Installation, an_installation

from amss.features.aircraft import service as aircraft_service
from amss.features.aircraft.model import NewAircraft
from amss.features.due import following
from amss.features.programs.limits import CalendarUnit, IntervalType, LimitOrder
from amss.features.programs.model import NewProgram, Recurrence, TaskType
from amss.foundation.access import the_job
from amss.foundation.database import Database, Origin
from amss.foundation.ids import new_id

JOB = the_job("program_generator")
ORIGIN = Origin("bench-0")
MODEL = "A320-214"
FLOWN_DAYS = 90


class Clock:
    """The day it is, which a bench turns."""

    def __init__(self) -> None:
        """Begin at noon of a fixed day."""
        self.now = datetime(2026, 11, 24, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the moment it is."""
        return self.now

    def turn(self, days: int) -> None:
        """Go on by so many days."""
        self.now += timedelta(days)


class Stores:
    """A database of its own, as the worker sees it, and Postgres bare."""

    def __init__(self, installation: Installation, clock: Clock) -> None:
        """Describe the pool; nothing is opened before it is needed."""
        settings = installation.settings
        self.clock = clock
        self.worker = Database(
            settings.database_url, role="amss_worker", process="bench", settings=settings, clock=clock
        )

    async def bare(self) -> asyncpg.Connection:
        """Return a connection of the owner of the tables, for the plain statement a use case is compared with."""
        return await asyncpg.connect(self.worker.settings.database_url)


@asynccontextmanager
async def stores() -> AsyncGenerator[Stores]:
    """Run a Postgres of the bench's own with the schema in it."""
    async with an_installation() as installation:
        opened = Stores(installation, Clock())
        yield opened
        await opened.worker.close()


async def add_fleet(stores: Stores, *, aircraft: int, programs: int) -> UUID:
    """Set up an organization whose fleet of one model is under so many programs, and has flown for 90 days."""
    org_id = new_id()
    owner = await stores.bare()
    await owner.execute(
        "INSERT INTO organizations (id, name, slug) VALUES ($1, $2, $2)", org_id, f"bench-{org_id.hex}"
    )
    async with stores.worker.transaction(JOB, org_id, ORIGIN) as tx:
        for number in range(programs):
            await following.create_program(tx, a_program(number))
        orders = [NewAircraft(tail_number=f"G-{number:04}", model=MODEL) for number in range(aircraft)]
        fleet = await aircraft_service.create_many(tx, orders)
        await following.assign_to_new_aircraft(tx, fleet)
    await _fly(owner, org_id, stores.clock)
    await owner.close()
    return org_id


def a_program(number: int) -> NewProgram:
    """Return one of many programs, no two alike: hours and cycles, hours and months, days, …."""
    chance = random.Random(number)  # noqa: S311 - how long an interval is, is no secret
    hours = LimitOrder(interval_type=IntervalType.FLIGHT_HOURS, interval_minutes=60 * chance.randrange(100, 6_000))
    cycles = LimitOrder(interval_type=IntervalType.CYCLES, interval=chance.randrange(50, 3_000))
    months = LimitOrder(
        interval_type=IntervalType.CALENDAR, unit=CalendarUnit.MONTHS, interval=chance.randrange(3, 36)
    )
    return NewProgram(
        code=f"P-{number:03}",
        name=f"Check {number}",
        model=MODEL,
        task_type=TaskType.INSPECTION,
        limits=((hours, cycles), (hours, months), (months,), (hours, cycles, months))[number % 4],
        recurrence=Recurrence.TO_PLAN,
    )


async def _fly(owner: asyncpg.Connection, org_id: UUID, clock: Clock) -> None:
    """Enter a day's flying of each aircraft for each of the 90 days before today."""
    await owner.execute(
        """
        INSERT INTO utilization_entries (id, org_id, aircraft_id, flown_on, minutes, cycles, source)
        SELECT gen_random_uuid(), org_id, id, $2::date - day, 300 + day, 4, 'import'
        FROM aircraft, generate_series(1, $3::int) AS day WHERE org_id = $1
        """,
        org_id,
        clock.now.date(),
        FLOWN_DAYS,
    )
    await owner.execute(
        """
        UPDATE aircraft a SET flight_minutes_total = flown.minutes, cycles_total = flown.cycles
        FROM (
            SELECT aircraft_id, sum(minutes) AS minutes, sum(cycles) AS cycles
            FROM utilization_entries WHERE org_id = $1 GROUP BY aircraft_id
        ) flown
        WHERE a.org_id = $1 AND a.id = flown.aircraft_id
        """,
        org_id,
    )
