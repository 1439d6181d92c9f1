"""Holding a due item before it is changed."""

from uuid import UUID

from amss.features.aircraft import queries as aircraft_queries
from amss.features.aircraft.rules import must_be_in_service
from amss.features.due import queries
from amss.features.due.queries import DueFacts
from amss.foundation.database import Transaction
from amss.foundation.errors import NotFound


async def hold(tx: Transaction, due_item_id: UUID) -> DueFacts:
    """Return all about what is due on an aircraft in service, and hold that until the transaction ends.

    Whoever changes due items or their programs holds the aircraft first: what is read after that stays as it is.
    """
    aircraft_id = await queries.find_aircraft_of(tx, due_item_id)
    if aircraft_id is None:
        raise NotFound
    must_be_in_service(await aircraft_queries.get_for_update(tx, aircraft_id))
    if not await queries.is_listed(tx, due_item_id):
        raise NotFound
    (facts,) = await queries.find_facts(tx, [due_item_id])
    return facts
