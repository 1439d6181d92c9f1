"""A hangar as AMSS has it: the people, the aircraft and the parts of one organization, beside their model."""

from typing import Any
from uuid import UUID

from amss.foundation.access import Role
from amss.foundation.clock import system_clock
from builders.checks import a_proof, checks_of
from builders.front_door import FrontDoor, Reply
from builders.hangar import Check, Hangar, Part, Who, Work
from builders.installation import Installation
from builders.parts import a_definition, a_piece
from builders.tasks import fleet_of_one
from builders.tenants import Person, a_person, a_tenant

PLANNER, ADMIN, AUDITOR = Who(Role.SCHEDULER), Who(Role.TENANT_ADMIN), Who(Role.AUDITOR)
MECHANICS = (Who(Role.MECHANIC, 0), Who(Role.MECHANIC, 1))


class Stage:
    """A new organization with its people, an aircraft and parts, and the ids of what the model holds."""

    def __init__(self, api: FrontDoor, installation: Installation) -> None:
        self.api, self.installation = api, installation
        self.opens_at = system_clock().replace(microsecond=0)
        self.people: dict[Who, Person] = {}
        self.proofs: dict[Who, str] = {}
        self.aircraft_id = ""
        self.ids: dict[Work | Check | Part, str] = {}
        self.reservations: dict[tuple[Part, Work], str] = {}

    async def open(self, hangar: Hangar) -> None:
        """Make all that is there before anybody acts."""
        tenant = await a_tenant(self.installation)
        another = await a_person(self.installation, tenant.org_id, Role.MECHANIC)
        everybody = (tenant.planner, tenant.tenant_admin, tenant.auditor, tenant.mechanic, another)
        self.people = dict(zip((PLANNER, ADMIN, AUDITOR, *MECHANICS), everybody, strict=True))
        self.proofs = {who: a_proof(self.installation, person) for who, person in self.people.items()}
        aircraft = await fleet_of_one(self.api, tenant.planner, capacity_slots=hangar.slots)
        self.aircraft_id = aircraft["id"]
        definition = await a_definition(self.api, tenant.planner)
        for number, part in enumerate(hangar.parts):
            piece = await a_piece(self.api, tenant.planner, definition, serial_number=f"SN-{number}")
            self.ids[part] = piece["id"]

    async def ask(self, who: Who, route: str, body: Any = None, if_match: int | None = None) -> Reply:
        """Send a request as somebody."""
        headers = {} if if_match is None else {"if-match": f'"v{if_match}"'}
        return await self.api(self.people[who], route, body, headers=headers)

    async def version(self, route: str) -> int:
        """Return the version in which a record is."""
        return (await self.ask(AUDITOR, f"GET {route}")).json["version"]

    async def first_check(self, work: Work) -> str:
        """Return the id of the check that work came with."""
        [check] = await checks_of(self.api, self.people[AUDITOR], {"id": self.ids[work]})
        return check["id"]

    async def seen(self) -> dict[str, Any]:
        """Return the states of everything by its id, as the database has them."""
        row = await self.installation.owner.fetchrow(
            """
            SELECT a.status::text AS aircraft,
                   ARRAY(SELECT ARRAY[t.id::text, t.state::text] FROM maintenance_tasks t
                         WHERE t.org_id = a.org_id AND t.deleted_at IS NULL) AS work,
                   ARRAY(SELECT ARRAY[c.id::text, c.result::text] FROM compliance_items c
                         WHERE c.org_id = a.org_id AND c.deleted_at IS NULL) AS checks,
                   ARRAY(SELECT ARRAY[i.id::text, i.status::text] FROM part_items i
                         WHERE i.org_id = a.org_id) AS parts,
                   ARRAY(SELECT ARRAY[r.part_item_id::text, r.task_id::text] FROM part_reservations r
                         WHERE r.org_id = a.org_id AND r.state = 'reserved') AS held
            FROM aircraft a WHERE a.id = $1
            """,
            UUID(self.aircraft_id),
        )
        lists = {name: dict(row[name]) for name in ("work", "checks", "parts", "held")}
        return {"aircraft": row["aircraft"], **lists}
