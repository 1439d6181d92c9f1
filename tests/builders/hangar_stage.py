"""A hangar as AMSS has it: the people, the aircraft and the parts of one organization, beside their model."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from amss.features.auth.tokens import API, REAUTH
from amss.features.parts.jobs import follow_expiry
from amss.foundation.access import Role
from amss.foundation.clock import system_clock
from amss.foundation.working import WorkerContext
from builders.checks import checks_of
from builders.front_door import FrontDoor, Reply
from builders.hangar import MIN_STOCK, Hangar
from builders.hangar_things import HOURS, OPENING_HOUR, Check, Order, Part, Who, Work
from builders.installation import Installation
from builders.parts import a_definition, a_piece
from builders.sign_in import said_in
from builders.tasks import fleet_of_one, written
from builders.tenants import Person, a_person, a_tenant

PLANNER, ADMIN, AUDITOR = Who(Role.SCHEDULER), Who(Role.TENANT_ADMIN), Who(Role.AUDITOR)
A_MONTH = timedelta(days=30)
MECHANICS = (Who(Role.MECHANIC, 0), Who(Role.MECHANIC, 1))


class Stage:
    """A new organization with its people, an aircraft and parts, and the ids of what the model holds.

    The clock of server and worker is the model's: it stands still until the model lets time go by.
    """

    def __init__(self, api: FrontDoor, installation: Installation, hangar: Hangar) -> None:
        self.api, self.installation, self.hangar = api, installation, hangar
        self.opens_at = system_clock().replace(hour=OPENING_HOUR, minute=0, second=0, microsecond=0)
        installation.server.clock = installation.worker.clock = lambda: self.at(hangar.now)
        self.people: dict[Who, Person] = {}
        self.proofs: dict[Who, str] = {}
        self.org_id = self.aircraft_id = ""
        self.ids: dict[Work | Check | Part, str] = {}
        self.reservations: dict[tuple[Part, Work], str] = {}

    async def open(self) -> None:
        """Make all that is there before anybody acts."""
        tenant = await a_tenant(self.installation)
        another = await a_person(self.installation, tenant.org_id, Role.MECHANIC)
        everybody = (tenant.planner, tenant.tenant_admin, tenant.auditor, tenant.mechanic, another)
        for who, person in zip((PLANNER, ADMIN, AUDITOR, *MECHANICS), everybody, strict=True):
            self.people[who] = replace(person, token=self._lasting(API, person))
            self.proofs[who] = self._lasting(REAUTH, person)
        self.org_id = str(tenant.org_id)
        planner = self.people[PLANNER]
        aircraft = await fleet_of_one(self.api, planner, capacity_slots=self.hangar.slots)
        self.aircraft_id = aircraft["id"]
        definition = await a_definition(self.api, planner, min_stock=MIN_STOCK)
        for number, part in enumerate(self.hangar.parts):
            last_day = self.date_of(part.last_day)
            piece = await a_piece(self.api, planner, definition, serial_number=f"SN-{number}", expiry_date=last_day)
            self.ids[part] = piece["id"]

    def _lasting(self, audience: str, person: Person) -> str:
        claims = said_in(person.token)
        return self.installation.keys.sign(audience, claims, now=self.opens_at, lifetime=A_MONTH)

    def at(self, hour: int) -> datetime:
        """Return when an hour of the model is."""
        return self.opens_at + timedelta(hours=hour)

    def date_of(self, day: int | None) -> str | None:
        """Return the date of a day of the model, or none."""
        return None if day is None else f"{self.at(24 * day):%Y-%m-%d}"

    def window(self, starts: int, hours: int = HOURS) -> dict[str, str]:
        """Return a window as an order names it."""
        return {"start_time": written(self.at(starts)), "end_time": written(self.at(starts + hours))}

    def id_of(self, mechanic: int) -> str:
        """Return a mechanic's id."""
        return str(self.people[MECHANICS[mechanic]].id)

    def ordered(self, order: Order) -> dict[str, Any]:
        """Return an order as it is sent."""
        whose = {} if order.mechanic is None else {"assigned_mechanic_id": self.id_of(order.mechanic)}
        kind = "inspection" if order.inspection else "repair"
        about = {"aircraft_id": self.aircraft_id, "type": kind, "title": "A check"}
        return about | self.window(order.starts) | whose

    async def ask(self, who: Who, route: str, body: Any = None, if_match: int | None = None) -> Reply:
        """Send a request as somebody."""
        headers = {} if if_match is None else {"if-match": f'"v{if_match}"'}
        return await self.api(self.people[who], route, body, headers=headers)

    async def let_the_worker_look(self) -> None:
        """Do what the worker does every few minutes about parts that expire."""
        process = self.installation
        await follow_expiry(WorkerContext(process.settings, process.worker, process.redis, "worker-1"))

    async def version(self, route: str) -> int:
        """Return the version in which a record is."""
        return (await self.ask(AUDITOR, f"GET {route}")).json["version"]

    async def new_check(self, work: Work) -> str:
        """Return the id of the one check of work that is not known yet."""
        known = self.ids.values()
        checks = await checks_of(self.api, self.people[AUDITOR], {"id": self.ids[work]})
        [new] = [each["id"] for each in checks if each["id"] not in known]
        return new

    async def seen(self) -> dict[str, Any]:
        """Return the states of everything by its id, as the database has them."""
        row = await self.installation.owner.fetchrow(
            """
            SELECT a.status::text AS aircraft,
                   EXISTS (SELECT FROM part_definitions d
                           WHERE d.org_id = a.org_id AND d.low_stock_since IS NOT NULL) AS is_short,
                   ARRAY(SELECT ARRAY[t.id::text, concat_ws(' ', t.state, t.type, t.slot)]
                         FROM maintenance_tasks t WHERE t.org_id = a.org_id AND t.deleted_at IS NULL) AS work,
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
        return {"aircraft": row["aircraft"], "is short of parts": row["is_short"], **lists}
