"""Filling an empty database: the demo's organization, people, fleet, programs, flying, plan and some work done."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

from amss.demo import orders
from amss.demo.people import ADMIN, AUDITOR, CREW, PASSWORD, PLANNER, TENANT_ADMIN, DemoPerson
from amss.features.aircraft.model import Aircraft
from amss.features.auth.queries import find_candidates
from amss.features.compliance.model import SignedResult, SignOff
from amss.features.due import flying, following
from amss.features.generation import service as generation
from amss.features.organizations import service as organizations
from amss.features.tasks import checks
from amss.features.tasks import queries as task_queries
from amss.features.tasks import service as tasks
from amss.features.tasks.model import TaskState
from amss.features.users import service as users
from amss.features.users.model import FirstTenantAdmin, NewTenant, NewUser
from amss.foundation.access import Actor, ActorKind, the_job
from amss.foundation.database import Database, Origin, Transaction
from amss.foundation.errors import Forbidden
from amss.foundation.ids import new_id
from amss.foundation.settings import Settings

SLUG = "demo"
ORIGIN = Origin("amss-demo")


async def fill_if_empty(settings: Settings) -> bool:
    """Make the demo where there is no organization at all, in one transaction; tell whether it was made."""
    if settings.is_production:
        raise Forbidden("The demo and its well-known password are not for production.")
    async with _opened(settings) as database, database.transaction(the_job("demo"), new_id(), ORIGIN) as tx:
        if await tx.value("SELECT count_organizations()"):
            return False
        await _fill(tx)
        return True


async def is_filled(settings: Settings) -> bool:
    """Tell whether the demo's people can sign in here."""
    async with _opened(settings) as database:
        return bool(await find_candidates(database, PLANNER.email, SLUG))


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncGenerator[Database]:
    database = Database(settings.database_url, role="amss_server", process="amss-demo", settings=settings)
    try:
        yield database
    finally:
        await database.close()


async def _fill(tx: Transaction) -> None:
    await organizations.enter_system(tx)
    await users.create(tx, _as_user(ADMIN))

    await users.found_organization(
        tx,
        NewTenant(
            name="Demo Air Malta",
            slug=SLUG,
            time_zone="Europe/Malta",
            tenant_admin=FirstTenantAdmin(email=TENANT_ADMIN.email, name=TENANT_ADMIN.name, password=PASSWORD),
        ),
    )
    ids = {person: (await users.create(tx, _as_user(person))).id for person in (PLANNER, *CREW, AUDITOR)}

    tx.actor = _acting(PLANNER, ids[PLANNER], tx.org_id)
    for program in orders.programs(tx.now.date()):
        await following.create_program(tx, program)
    fleet = [await following.add_aircraft(tx, aircraft) for aircraft in orders.fleet()]
    await flying.record_each_flown(tx, list(orders.flying(tx.now.date())))
    await generation.generate(tx)
    await _work(tx, fleet, ids)


async def _work(tx: Transaction, fleet: Sequence[Aircraft], ids: Mapping[DemoPerson, UUID]) -> None:
    """Let the crew do some of the work, and the planner give some up: tasks in every state."""
    planner = tx.actor
    tails = {aircraft.tail_number: aircraft.id for aircraft in fleet}
    for order, mechanic, changes in orders.work(tx.now, tails, ids):
        task = await tasks.create(tx, order)
        for change in changes:
            is_given_up = change.state is TaskState.CANCELLED
            tx.actor = planner if is_given_up else _acting(mechanic, ids[mechanic], tx.org_id)
            if change.state is TaskState.COMPLETED:
                await _sign_all(tx, task.id)
            await tasks.change_state(tx, task.id, change, if_match=None)
        tx.actor = planner


async def _sign_all(tx: Transaction, task_id: UUID) -> None:
    """Sign all checks of work, none of which was edited since it was planned."""
    passed = SignOff(result=SignedResult.PASS, password=PASSWORD)
    for check in (await task_queries.get_step_facts(tx, task_id)).unsigned:
        await checks.sign_off(tx, check.id, passed, if_match=1)


def _as_user(person: DemoPerson) -> NewUser:
    return NewUser(
        email=person.email,
        name=person.name,
        role=person.role,
        password=PASSWORD,
        licence_number=person.licence_number,
        licence_kind=person.licence_kind,
    )


def _acting(person: DemoPerson, person_id: UUID, org_id: UUID) -> Actor:
    return Actor(kind=ActorKind.USER, name=person.name, role=person.role, org_id=org_id, id=person_id)
