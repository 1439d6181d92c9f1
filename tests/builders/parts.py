"""Parts for tests: what the store keeps, its pieces, and their reservations, through the front door."""

from typing import Any

from builders.front_door import FrontDoor, Reply
from builders.tenants import Person


async def a_definition(api: FrontDoor, person: Person, **facts: Any) -> dict[str, Any]:
    """Set up a part that the store keeps."""
    created = await api(person, "POST /part-definitions", {"name": "Oil filter", "category": "consumable"} | facts)
    assert created.status == 201, created.body
    return created.json


async def a_piece(api: FrontDoor, person: Person, definition: dict[str, Any], **facts: Any) -> dict[str, Any]:
    """Take a piece into the store."""
    order = {"part_definition_id": definition["id"], "serial_number": "SN-0042"}
    created = await api(person, "POST /part-items", order | facts)
    assert created.status == 201, created.body
    return created.json


async def reserve(api: FrontDoor, person: Person, task: dict[str, Any], piece: dict[str, Any]) -> Reply:
    """Ask for a piece for a task."""
    return await api(person, "POST /part-reservations", {"task_id": task["id"], "part_item_id": piece["id"]})


async def reserved(api: FrontDoor, person: Person, task: dict[str, Any], piece: dict[str, Any]) -> dict[str, Any]:
    """Set a piece aside for a task."""
    answer = await reserve(api, person, task, piece)
    assert answer.status == 201, answer.body
    return answer.json


async def settle(
    api: FrontDoor, person: Person, reservation: dict[str, Any], state: str, *, if_match: int | None = None
) -> Reply:
    """Say what becomes of a reservation."""
    headers = {} if if_match is None else {"if-match": f'"v{if_match}"'}
    return await api(person, f"PATCH /part-reservations/{reservation['id']}/state", {"state": state}, headers=headers)


async def change(api: FrontDoor, person: Person, piece: dict[str, Any], **facts: Any) -> Reply:
    """Edit a piece, or move it."""
    return await api(person, f"PATCH /part-items/{piece['id']}", facts)


async def remove(
    api: FrontDoor,
    person: Person,
    piece: dict[str, Any],
    task: dict[str, Any],
    reason: str = "Worn",
    *,
    if_match: int | None = None,
) -> Reply:
    """Say that work took a piece off its aircraft."""
    headers = {} if if_match is None else {"if-match": f'"v{if_match}"'}
    order = {"task_id": task["id"], "reason": reason}
    return await api(person, f"POST /part-items/{piece['id']}/removal", order, headers=headers)


async def stock_of(api: FrontDoor, person: Person, definition: dict[str, Any]) -> dict[str, Any]:
    """Return a definition's stock."""
    return (await api(person, f"GET /part-definitions/{definition['id']}")).json["stock"]
