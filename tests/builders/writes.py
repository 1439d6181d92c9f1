"""A write that is made once: on what, what must be there first, and what it leaves behind."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import msgspec

from amss.foundation.access import Role
from amss.foundation.ids import new_id
from amss.journal.event_types import Action, EventType
from builders.belongings import Made
from builders.front_door import FrontDoor, Reply
from builders.installation import Installation
from builders.parts import a_definition, a_piece
from builders.sign_in import with_password
from builders.tasks import a_program, an_order, fleet_of_one, move, plan
from builders.tenants import PASSWORD, Person, Tenant, a_person

_EXTENSIBLE = {"interval_type": "calendar", "interval": 90, "max_extension": 9}


@dataclass(frozen=True)
class Stage:
    """Where a write is made: a tenant with one of everything, and the ids of what was made for it."""

    api: FrontDoor
    installation: Installation
    tenant: Tenant
    made: Made

    async def put(self, name: str, thing: Awaitable[dict[str, Any]]) -> None:
        """Let a name stand for another thing than the one of everything."""
        self.made[name] = (await thing)["id"]

    async def ask(self, route: str, body: Any = None) -> Reply:
        """Send what must succeed before the write, as the tenant's own admin."""
        answer = await self.api(self.tenant.tenant_admin, route.format(**self.made), body)
        assert answer.status in (200, 201, 204), answer.body
        return answer


@dataclass(frozen=True)
class Noted:
    """An audit row alone, of which the world is not told."""

    action: Action
    entity_type: str


@dataclass(frozen=True)
class Nothing:
    """No row at all, and why that is right."""

    because: str


@dataclass(frozen=True, kw_only=True)
class Write:
    """One write that succeeds on one of everything, after `first`. `{…}` in what it sends stands for what was made.

    `by` is who makes it: a field of Tenant, or an admin.
    """

    leaves: EventType | Noted | Nothing
    sends: Any = None
    asks: str = ""
    first: Callable[[Stage], Awaitable[None]] | None = None
    by: str = "tenant_admin"
    means: str = "*"  # the version

    async def make(self, stage: Stage, route: str, person: Person | None, headers: dict[str, str]) -> Reply:
        """Make it; nobody is a person of whom no token is asked."""
        there, headers = route.format(**stage.made) + self.asks, {"if-match": self.means, **headers}
        if isinstance(self.sends, aiohttp.FormData):
            return await stage.api(person, there, data=self.sends, headers=headers)
        return await stage.api(person, there, self._body(stage.made), headers=headers)

    def _body(self, made: Made) -> bytes | None:
        """Return what is sent, with the ids in their places."""
        if self.sends is None:
            return None
        body = msgspec.json.encode(self.sends).decode()
        for name, thing in made.items():
            body = body.replace(f"{{{name}}}", thing)
        return body.encode()


async def another_aircraft(stage: Stage) -> None:
    """Take another aircraft into the fleet, on which nobody works."""
    await stage.put("aircraft_id", fleet_of_one(stage.api, stage.tenant.planner, tail_number="G-ELSE"))


async def grounded(stage: Stage) -> None:
    """Ground the aircraft."""
    await stage.ask("POST /aircraft/{aircraft_id}/ground", {"reason": "Bird strike"})


async def a_program_by_hand(stage: Stage) -> None:
    """Set up a program under which nothing is unless somebody says so."""
    await stage.put(
        "program_id", a_program(stage.api, stage.tenant.planner, code="BY-HAND", model=None, limits=[_EXTENSIBLE])
    )


async def assigned_by_hand(stage: Stage) -> None:
    """Put the aircraft under such a program."""
    await a_program_by_hand(stage)
    assigned = await stage.ask(
        "POST /maintenance-programs/{program_id}/assignments", {"aircraft_id": stage.made["aircraft_id"]}
    )
    stage.made["due_item_id"] = assigned.json["due_item_id"]


async def due_soon(stage: Stage) -> None:
    """Set up a program by which the aircraft falls due within its lead time."""
    await a_program(stage.api, stage.tenant.planner, code="SOON", days=20)


async def begun(stage: Stage) -> None:
    """Begin work, for which a colleague stands by."""
    # Work of more than a day can be handed over while it is going on.
    order = an_order({"id": stage.made["aircraft_id"]}, hours=30, assigned_mechanic_id=str(stage.tenant.mechanic.id))
    task = await plan(stage.api, stage.tenant.planner, order)
    assert (await move(stage.api, stage.tenant.tenant_admin, task, "in_progress")).status == 200
    stage.made["task_id"] = task["id"]
    colleague = await a_person(stage.installation, stage.tenant.org_id, Role.MECHANIC)
    stage.made["user_id"] = str(colleague.id)


async def to_be_signed(stage: Stage) -> None:
    """Put a check on work that goes on, for a mechanic who can prove who he is."""
    await begun(stage)
    check = {"task_id": stage.made["task_id"], "description": "Torque checked"}
    stage.made["compliance_item_id"] = (await stage.ask("POST /compliance-items", check)).json["id"]
    await with_password(stage.installation, stage.tenant.mechanic)


async def a_free_piece(stage: Stage) -> None:
    """Take a piece into the store that nobody has reserved."""
    definition = {"id": stage.made["part_definition_id"]}
    await stage.put("part_item_id", a_piece(stage.api, stage.tenant.planner, definition, serial_number="SN-FREE"))


async def fitted(stage: Stage) -> None:
    """Fit a piece to the aircraft, by work that goes on."""
    await begun(stage)
    await a_free_piece(stage)
    taken = {"task_id": stage.made["task_id"], "part_item_id": stage.made["part_item_id"]}
    stage.made["reservation_id"] = (await stage.ask("POST /part-reservations", taken)).json["id"]
    await stage.ask("PATCH /part-reservations/{reservation_id}/state", {"state": "used"})


async def an_empty_definition(stage: Stage) -> None:
    """Set up a part of which there is no piece."""
    await stage.put("part_definition_id", a_definition(stage.api, stage.tenant.planner, part_number="EMPTY"))


async def can_sign_in(stage: Stage) -> None:
    """Give the tenant's own admin a password."""
    await with_password(stage.installation, stage.tenant.tenant_admin)
    stage.made["email"] = stage.tenant.tenant_admin.email


async def signed_in(stage: Stage) -> None:
    """Sign him in."""
    await can_sign_in(stage)
    login = {"email": stage.made["email"], "password": PASSWORD}
    stage.made["refresh_token"] = (await stage.ask("POST /auth/login", login)).json["refresh_token"]


async def has_a_code(stage: Stage) -> None:
    """Make the code by which a user sets a new password."""
    stage.made["code"] = (await stage.ask("POST /users/{user_id}/password-reset")).json["code"]


async def suspended(stage: Stage) -> None:
    """Suspend the organization, as before it is deleted."""
    await stage.installation.owner.execute(
        "UPDATE organizations SET status = 'suspended' WHERE id = $1", stage.tenant.org_id
    )


async def disabled(stage: Stage) -> None:
    """Disable the endpoint."""
    await stage.ask("POST /webhooks/{webhook_id}/disable")


async def a_new_slug(stage: Stage) -> None:
    """Think of a slug that no organization has."""
    stage.made["slug"] = f"highland-{new_id().hex}"
