"""A small fleet with something due of every kind, and the due list as it is asked for."""

from datetime import UTC, datetime, timedelta
from typing import Any

from builders.front_door import FrontDoor
from builders.tenants import Person, Tenant

# In service for 100 days and 100 hours: overdue, due within its tolerance, soon, and far off.
_PROGRAMS: tuple[dict[str, Any], ...] = (
    {"code": "OVERDUE", "limits": [{"interval_type": "calendar", "interval": 90}]},
    {"code": "DUE", "limits": [{"interval_type": "calendar", "interval": 95, "late": 10}]},
    {"code": "SOON", "limits": [{"interval_type": "calendar", "interval": 110}]},
    {"code": "FAR", "limits": [{"interval_type": "calendar", "interval": 900}]},
    {
        "code": "FLOWN",
        "limits": [
            {"interval_type": "flight_hours", "interval_minutes": 9000},
            {"interval_type": "cycles", "interval": 400},
        ],
    },
)
MODELS = {"G-AAAA": "A320-214", "G-BBBB": "A320-214", "G-CCCC": "B737-800"}


async def a_fleet(api: FrontDoor, tenant: Tenant) -> dict[str, str]:
    """Make three aircraft of two models, each under five programs; return their ids by tail number."""
    in_service_on = datetime.now(UTC).date() - timedelta(days=100)
    fleet: dict[str, str] = {}
    for place, (tail_number, model) in enumerate(MODELS.items()):
        aircraft = {
            "tail_number": tail_number,
            "model": model,
            "in_service_on": in_service_on,
            "flight_minutes_total": 6000 + 60 * place,
            "cycles_total": 100 + place,
            "planned_daily_minutes": 120 + place,
        }
        fleet[tail_number] = (await api(tenant.planner, "POST /aircraft", aircraft)).json["id"]
    for model in set(MODELS.values()):
        for program in _PROGRAMS:
            order = {"name": f"Work {program['code']}", "task_type": "inspection", "model": model, **program}
            made = await api(
                tenant.planner, "POST /maintenance-programs", {**order, "code": f"{program['code']}-{model}"}
            )
            assert made.status == 201, made.body
    return fleet


async def due_list(api: FrontDoor, person: Person, asked: str = "") -> dict[str, Any]:
    """Return what the list answers."""
    query = "&".join(each for each in ("limit=200", asked) if each)
    answer = await api(person, f"GET /due-items?{query}")
    assert answer.status == 200, answer.body
    return answer.json


async def listed(api: FrontDoor, person: Person, asked: str = "") -> list[str]:
    """Return what is listed, as tail numbers and programs without their model."""
    items = (await due_list(api, person, asked))["items"]
    return [f"{each['aircraft']['tail_number']} {each['program']['code'].partition('-')[0]}" for each in items]
