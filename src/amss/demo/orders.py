"""The demo's files as orders: its fleet, its programs, and the work its crew has on its hands."""

import csv
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from importlib.resources import files
from uuid import UUID

from amss.demo.people import CREW, DemoPerson
from amss.features.aircraft.model import NewAircraft
from amss.features.programs.limits import CalendarUnit, IntervalType, LimitOrder
from amss.features.programs.model import NewProgram, Recurrence, TaskType
from amss.features.tasks.model import NewTask, StateChange, TaskPriority, TaskState
from amss.features.utilization.model import FleetUtilization

FLOWN_DAYS = 14


def fleet() -> Iterator[NewAircraft]:
    """Yield the aircraft."""
    for row in _rows("fleet.csv"):
        yield NewAircraft(
            tail_number=row["tail_number"],
            model=row["model"],
            icao_type=row["icao_type"],
            manufacturer=row["manufacturer"],
            serial_number=row["serial_number"],
            in_service_on=date.fromisoformat(row["in_service_on"]),
            flight_minutes_total=row["flight_hours_total"],
            cycles_total=int(row["cycles_total"]),
            planned_daily_minutes=float(row["daily_minutes"]),
            planned_daily_cycles=float(row["daily_cycles"]),
        )


def flying(today: date) -> Iterator[FleetUtilization]:
    """Yield what each aircraft flew on each of the days before today: more and less than its plan in turn."""
    for ago in range(FLOWN_DAYS, 0, -1):
        for place, row in enumerate(_rows("fleet.csv")):
            share = 0.7 + 0.1 * ((place + 3 * ago) % 7)
            yield FleetUtilization(
                tail_number=row["tail_number"],
                flown_on=today - timedelta(days=ago),
                flight_minutes=round(float(row["daily_minutes"]) * share),
                cycles=round(float(row["daily_cycles"]) * share),
                external_id=f"{row['tail_number']}-{ago}",
            )


def programs(today: date) -> Iterator[NewProgram]:
    """Yield the programs; `counted_for` says for how many days each has been counting, so that some are due."""
    for row in _rows("programs.csv"):
        yield NewProgram(
            code=row["code"],
            name=row["name"],
            model=row["model"],
            task_type=TaskType(row["task_type"]),
            ata_chapter=row["ata_chapter"],
            lead_days=int(row["lead_days"]),
            estimated_minutes=int(row["estimated_minutes"]),
            effective_from=today - timedelta(days=int(row["counted_for"])),
            recurrence=Recurrence(row["recurrence"]),
            limits=tuple(_limits(row)),
        )


def _limits(row: dict[str, str]) -> Iterator[LimitOrder]:
    if row["hours"]:
        tolerance = int(row["tolerance_hours"]) * 60
        yield LimitOrder(
            interval_type=IntervalType.FLIGHT_HOURS,
            interval_minutes=int(row["hours"]) * 60,
            early_minutes=tolerance,
            late_minutes=tolerance,
            max_extension_minutes=2 * tolerance,
        )
    if row["cycles"]:
        yield LimitOrder(interval_type=IntervalType.CYCLES, interval=int(row["cycles"]))
    if row["calendar"]:
        unit = CalendarUnit(row["unit"])
        yield LimitOrder(interval_type=IntervalType.CALENDAR, interval=int(row["calendar"]), unit=unit)


def work(
    now: datetime, aircraft: Mapping[str, UUID], crew: Mapping[DemoPerson, UUID]
) -> Iterator[tuple[NewTask, DemoPerson, list[StateChange]]]:
    """Yield the work around the present moment, by whom of the crew, and what became of it."""
    by_email = {person.email: person for person in CREW}
    for row in _rows("work.csv"):
        mechanic = by_email[row["mechanic"]]
        start = now + timedelta(hours=int(row["starts_in_hours"]))
        task = NewTask(
            aircraft_id=aircraft[row["tail_number"]],
            type=TaskType(row["type"]),
            title=row["title"],
            priority=TaskPriority(row["priority"]),
            start_time=start,
            end_time=start + timedelta(hours=int(row["hours"])),
            assigned_mechanic_id=crew[mechanic],
        )
        yield task, mechanic, list(_changes(TaskState(row["became"]), row["words"]))


def _changes(became: TaskState, words: str) -> Iterator[StateChange]:
    if became is TaskState.CANCELLED:
        yield StateChange(state=became, reason=words)
        return
    if became is not TaskState.SCHEDULED:
        yield StateChange(state=TaskState.IN_PROGRESS)
    if became is TaskState.COMPLETED:
        yield StateChange(state=became, notes=words)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with files("amss.demo").joinpath(name).open(encoding="utf-8") as file:
        yield from csv.DictReader(file)
