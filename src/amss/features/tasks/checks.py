"""Use cases of checks in which their task has a say: adding, editing, removing and signing them."""

from uuid import UUID

from amss.features.auth import account
from amss.features.auth.entry import Entry
from amss.features.compliance import queries as compliance
from amss.features.compliance import rules, service
from amss.features.compliance.model import ComplianceItem, ComplianceItemChange, NewComplianceItem, SignOff
from amss.features.tasks import check_rules, holding, life
from amss.features.tasks.model import Task
from amss.foundation.database import Transaction, judged_by
from amss.foundation.errors import NotFound, PreconditionRequired
from amss.foundation.ids import new_id
from amss.foundation.precondition import must_match
from amss.foundation.shapes import next_version
from amss.journal.event_types import EventType
from amss.journal.recorder import record


async def add(tx: Transaction, order: NewComplianceItem) -> ComplianceItem:
    """Add a check to a task; on a completed task only one that supersedes a signed one."""
    rules.must_say_why(order)
    task = await _hold_ordered_task(tx, order.task_id)
    life.must_be_on_it(tx.actor, task)
    check_rules.must_take_checks(task, supersedes=order.supersedes_id)
    if order.supersedes_id is not None:
        rules.must_be_superseded_by(order, await compliance.get_superseded(tx, order.supersedes_id))

    position = await compliance.next_position(tx, task.id)
    item = rules.added(order, task, position, new_id=new_id(), now=tx.now)
    with judged_by("compliance_items_superseded_once", rules.AlreadySuperseded()):
        await service.add_all(tx, [item])
    return item


async def edit(
    tx: Transaction, item_id: UUID, change: ComplianceItemChange, *, if_match: int | None
) -> ComplianceItem:
    """Edit a check that was added by hand and is not signed."""
    before = await _hold_to_change(tx, item_id, if_match)
    after = rules.edited(before, change, now=tx.now)
    if after is before:
        return before
    await compliance.save_edit(tx, after)
    await record(tx, EventType.COMPLIANCE_UPDATED, before=before, after=after)
    return after


async def delete(tx: Transaction, item_id: UUID, *, if_match: int | None) -> None:
    """Remove a check that was added by hand and is not signed."""
    deleted = next_version(await _hold_to_change(tx, item_id, if_match), now=tx.now)
    await compliance.delete(tx, deleted)
    await record(tx, EventType.COMPLIANCE_DELETED, before=deleted)


async def prove(entry: Entry, order: SignOff) -> None:
    """Let the signer prove that it is he, before anything is held: checking a password takes its time."""
    actor = entry.actor
    assert actor is not None
    rules.must_be_a_mechanic(actor)
    await account.must_be_proven(entry, password=order.password, reauth_token=order.reauth_token)


async def sign_off(tx: Transaction, item_id: UUID, order: SignOff, *, if_match: int | None) -> ComplianceItem:
    """Sign a check as it was read. The signer has proved who he is: see `prove`."""
    rules.must_be_a_mechanic(tx.actor)
    assert tx.actor.id is not None
    task, before = await _hold(tx, item_id)
    facts = await compliance.get_signing_facts(tx, task.aircraft_id)
    rules.must_sign_here(tx.actor, task.assigned_mechanic_id, facts)
    rules.must_be_unsigned(before)
    if if_match is None:
        raise PreconditionRequired  # `*` is good for any version, and so says nothing of what was read
    must_match(before.version, if_match)
    check_rules.must_be_at_work(task, supersedes=before.supersedes_id)
    rules.must_say_what(order)

    after = rules.signed(before, order, facts, signer_id=tx.actor.id, now=tx.now)
    await compliance.save_signature(tx, after)
    await record(tx, EventType.COMPLIANCE_SIGNED_OFF, before=before, after=after)
    return after


async def _hold_to_change(tx: Transaction, item_id: UUID, if_match: int | None) -> ComplianceItem:
    task, item = await _hold(tx, item_id)
    life.must_be_on_it(tx.actor, task)
    rules.must_be_by_hand(item)
    must_match(item.version, if_match)
    check_rules.must_take_checks(task, supersedes=item.supersedes_id)
    return item


async def _hold(tx: Transaction, item_id: UUID) -> tuple[Task, ComplianceItem]:
    """Hold a check's task, so that its state stays, and then the check."""
    task = await holding.hold_task_of_check(tx, item_id)
    return task, await compliance.get_for_update(tx, item_id)


async def _hold_ordered_task(tx: Transaction, task_id: UUID) -> Task:
    try:
        return await holding.hold_task(tx, task_id)
    except NotFound:
        raise NotFound("There is no such task.") from None
