"""Use cases of parts for work: reserve, use, release, remove. Each holds aircraft, task, reservation, piece."""

from uuid import UUID

from amss.features.aircraft.model import Aircraft
from amss.features.parts import queries as part_queries
from amss.features.parts import removal_rules, reservation_queries, reservation_rules, stock
from amss.features.parts.model import PartItem, Removal
from amss.features.parts.reservation_model import NewReservation, Reservation, ReservationState, ReservationStep
from amss.features.tasks import holding, life, reserving_rules
from amss.features.tasks.model import Task
from amss.foundation.database import Transaction, judged_by
from amss.foundation.errors import NotFound
from amss.foundation.ids import new_id
from amss.foundation.precondition import must_match
from amss.journal.event_types import EventType
from amss.journal.recorder import record


async def reserve(tx: Transaction, order: NewReservation) -> Reservation:
    """Set a piece aside for a task. Of two people who want the same piece, one is refused."""
    _, task = await _hold_ordered_work(tx, order.task_id)
    life.must_be_on_it(tx.actor, task)
    life.must_be_open(task)
    item = await _hold_ordered_item(tx, order.part_item_id)
    facts = await reservation_queries.get_facts(tx, item.id, starts_at=task.start_time)
    reservation = reservation_rules.reserve(item, facts, task_id=task.id, reservation_id=new_id(), now=tx.now)

    with judged_by("part_reservations_one_per_item", reservation_rules.PartReserved(item)):
        await reservation_queries.add(tx, reservation)
    await record(tx, EventType.PART_RESERVED, after=reservation)
    await stock.judge_all(tx, [item.part_definition_id])
    return reservation


async def change_state(
    tx: Transaction, reservation_id: UUID, step: ReservationStep, *, if_match: int | None
) -> Reservation:
    """Note that a reserved piece was used, or give it back."""
    found = await reservation_queries.get(tx, reservation_id)
    must_match(found.version, if_match)
    # One whose task was deleted is released: it is refused for that, not because there is no task to hold.
    reservation_rules.must_be_open(found)
    aircraft, task = await holding.hold(tx, found.task_id)
    life.must_be_on_it(tx.actor, task)
    reservation = await reservation_queries.get_for_update(tx, reservation_id)
    must_match(reservation.version, if_match)
    match step.state:
        case ReservationState.USED:
            return await _use(tx, reservation, aircraft, task)
        case ReservationState.RELEASED:
            return await _release(tx, reservation)
        case ReservationState.RESERVED:
            raise reserving_rules.not_back_to_reserved()


async def remove(tx: Transaction, item_id: UUID, order: Removal, *, if_match: int | None) -> PartItem:
    """Note that a piece was taken off its aircraft by work that is going on there."""
    aircraft, task = await _hold_ordered_work(tx, order.task_id)
    life.must_be_on_it(tx.actor, task)
    before = await part_queries.get_item_for_update(tx, item_id)
    must_match(before.version, if_match)
    reserving_rules.must_be_in_progress(task)

    after = removal_rules.remove(before, aircraft, order, now=tx.now)
    await part_queries.save_item(tx, after)
    await record(tx, EventType.PART_REMOVED, before=before, after=after, reason=order.reason)
    return after


async def _use(tx: Transaction, reservation: Reservation, aircraft: Aircraft, task: Task) -> Reservation:
    reserving_rules.must_be_in_progress(task)
    item = await part_queries.get_item_for_update(tx, reservation.part_item_id)
    facts = await reservation_queries.get_facts(tx, item.id, starts_at=task.start_time)
    used, gone = reservation_rules.use(reservation, item, aircraft, today=facts.today, now=tx.now)

    await reservation_queries.save_all(tx, [used])
    await part_queries.save_item(tx, gone)
    await record(tx, EventType.PART_USED, before=reservation, after=used)
    await record(tx, EventType.PART_STATUS_CHANGED, before=item, after=gone)
    await stock.judge_all(tx, [item.part_definition_id])
    return used


async def _release(tx: Transaction, reservation: Reservation) -> Reservation:
    released = reservation_rules.release(reservation, now=tx.now)
    await reservation_queries.save_all(tx, [released])
    await record(tx, EventType.PART_RELEASED, before=reservation, after=released)
    await stock.judge_all(tx, await reservation_queries.find_definitions_of(tx, [reservation.part_item_id]))
    return released


async def _hold_ordered_work(tx: Transaction, task_id: UUID) -> tuple[Aircraft, Task]:
    try:
        return await holding.hold(tx, task_id)
    except NotFound:
        raise NotFound("There is no such task.") from None


async def _hold_ordered_item(tx: Transaction, item_id: UUID) -> PartItem:
    try:
        return await part_queries.get_item_for_update(tx, item_id)
    except NotFound:
        raise NotFound("There is no such piece in your store.") from None
