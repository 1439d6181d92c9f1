"""Aircraft, tasks and due work for tests: as values for the rules, and through the front door."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from amss.features.aircraft.model import Aircraft
from amss.features.tasks.model import Booked, Task, TaskState, TaskType
from amss.foundation.clock import system_clock
from amss.foundation.ids import new_id
from builders.front_door import FrontDoor, Reply
from builders.installation import Installation
from builders.tenants import Person

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ORG_ID = new_id()
# What a task that is shown by itself says beyond what a list says of it.
NOTHING_BELONGS_TO_IT: dict[str, Any] = {"compliance_items": [], "reservations": [], "part_requirements": []}


def an_aircraft(**facts: Any) -> Aircraft:
    """Return an aircraft as it lies in the fleet."""
    given: dict[str, Any] = {"id": new_id(), "org_id": ORG_ID, "tail_number": "G-ABCD", "model": "A320-214"}
    times: dict[str, Any] = {"version": 1, "created_at": NOON, "updated_at": NOON}
    return Aircraft(**given | times | facts)


def a_task(**facts: Any) -> Task:
    """Return a task from noon to four, its mechanic assigned."""
    given: dict[str, Any] = {
        "id": new_id(),
        "org_id": ORG_ID,
        "version": 1,
        "created_at": NOON,
        "updated_at": NOON,
        "aircraft_id": new_id(),
        "type": TaskType.INSPECTION,
        "title": "A check",
        "start_time": NOON,
        "end_time": NOON + timedelta(hours=4),
        "slot": 1,
        "assigned_mechanic_id": new_id(),
    }
    if facts.get("state") is TaskState.IN_PROGRESS:
        given["started_at"] = NOON
    return Task(**given | facts)


def booked(start: float, end: float, *, slot: int = 1, title: str = "Engine wash") -> Booked:
    """Return what takes a slot from one hour after noon to another."""
    return Booked(new_id(), title, slot, after_noon(start), after_noon(end))


def after_noon(hours: float) -> datetime:
    """Return a moment so many hours after noon."""
    return NOON + timedelta(hours=hours)


async def fleet_of_one(api: FrontDoor, planner: Person, **facts: Any) -> dict[str, Any]:
    """Take an aircraft into the fleet."""
    order = {"tail_number": "G-ABCD", "model": "A320-214", "flight_minutes_total": 6000, "cycles_total": 70}
    created = await api(planner, "POST /aircraft", order | facts)
    assert created.status == 201, created.body
    return created.json


def an_order(aircraft: dict[str, Any], *, starts: float = 0, hours: float = 4, **facts: Any) -> dict[str, Any]:
    """Return the order of a task that starts so many hours from now."""
    start = system_clock().replace(microsecond=0) + timedelta(hours=starts)
    return {
        "aircraft_id": aircraft["id"],
        "type": "repair",
        "title": "A check",
        "start_time": written(start),
        "end_time": written(start + timedelta(hours=hours)),
        **facts,
    }


def written(moment: datetime) -> str:
    """Return a moment as the API writes it."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


async def plan(api: FrontDoor, planner: Person, order: dict[str, Any]) -> dict[str, Any]:
    """Put a task on an aircraft."""
    created = await api(planner, "POST /maintenance-tasks", order)
    assert created.status == 201, created.body
    return created.json


async def move(
    api: FrontDoor, person: Person, task: dict[str, Any], state: str, *, if_match: int | None = None, **facts: Any
) -> Reply:
    """Bring a task into a state."""
    headers = {} if if_match is None else {"if-match": f'"v{if_match}"'}
    route = f"PATCH /maintenance-tasks/{task['id']}/state"
    return await api(person, route, {"state": state, **facts}, headers=headers)


async def edit(
    api: FrontDoor, person: Person, task: dict[str, Any], *, if_match: str | None = None, **change: Any
) -> Reply:
    """Send a merge patch of a task in the version that was read."""
    tag = if_match or f'"v{task["version"]}"'
    return await api(person, f"PATCH /maintenance-tasks/{task['id']}", change, headers={"if-match": tag})


def hours_on(moment: str, hours: float) -> str:
    """Return a moment so many hours after another."""
    return written(datetime.fromisoformat(moment) + timedelta(hours=hours))


def moved(task: dict[str, Any], hours: float) -> dict[str, str]:
    """Return the window of a task so many hours later."""
    return {name: hours_on(task[name], hours) for name in ("start_time", "end_time")}


async def hand_over(
    api: FrontDoor, planner: Person, task: dict[str, Any], to: Person, note: str = "Panel 512 is open", **headers: str
) -> Reply:
    """Hand work over to somebody else."""
    order = {"assigned_mechanic_id": str(to.id), "note": note}
    return await api(planner, f"POST /maintenance-tasks/{task['id']}/handover", order, headers=headers)


async def a_program(api: FrontDoor, planner: Person, *, days: int = 20, **facts: Any) -> dict[str, Any]:
    """Set up a program that is due so many days from its start."""
    order = {
        "code": "A-CHK",
        "name": "A check",
        "model": "A320-214",
        "task_type": "inspection",
        "limits": [{"interval_type": "calendar", "unit": "days", "interval": days}],
    }
    created = await api(planner, "POST /maintenance-programs", order | facts)
    assert created.status == 201, created.body
    return created.json


async def generate(api: FrontDoor, planner: Person) -> tuple[int, int]:
    """Generate on command; return the counts."""
    answer = await api(planner, "POST /maintenance-programs/generate")
    assert answer.status == 200, answer.body
    return answer.json["created"], answer.json["blocked"]


async def tasks_of(api: FrontDoor, person: Person, query: str = "") -> list[dict[str, Any]]:
    """Return an organization's tasks, at most 200."""
    return (await api(person, f"GET /maintenance-tasks?limit=200{query}")).json["items"]


async def due_items_of(api: FrontDoor, person: Person) -> list[dict[str, Any]]:
    """Return the first of what is due in an organization."""
    return (await api(person, "GET /due-items")).json["items"]


async def events_of(installation: Installation, org_id: UUID) -> list[str]:
    """Return the types of an organization's events in the order they were written."""
    rows: Sequence[Any] = await installation.owner.fetch(
        "SELECT event_type FROM outbox_events WHERE org_id = $1 ORDER BY sequence, id", org_id
    )
    return [row["event_type"] for row in rows]
