"""Use cases of checks in which their task has no say: reading them, and giving work those that it comes with."""

from collections.abc import Sequence
from uuid import UUID

from amss.features.compliance import queries, rules
from amss.features.compliance.model import ComplianceItem, ComplianceQuery, Work
from amss.foundation.database import Transaction
from amss.foundation.ids import new_id
from amss.foundation.reading import Reader, Shown
from amss.foundation.statements import Statement, in_one
from amss.journal.event_types import EventType
from amss.journal.recorder import By, Change, record_many, written_down


async def search(reader: Reader, query: ComplianceQuery) -> Shown:
    """List checks."""
    return await queries.CHECKS.page(reader, query)


async def get(reader: Reader, item_id: UUID) -> Shown:
    """Show one check."""
    return await queries.CHECKS.one(reader, item_id)


async def add_to_new(tx: Transaction, works: Sequence[Work]) -> None:
    """Put on new work what its programs want checked: at most two round trips, however much it is."""
    program_ids = {work.program_id for work in works if work.program_id is not None}
    checklists = await queries.find_checklists(tx, program_ids) if program_ids else {}
    items: list[ComplianceItem] = []
    for work in works:
        listed = checklists.get(work.program_id) if work.program_id is not None else None
        items += rules.checks_of(work, listed.checklist if listed else (), next_id=new_id, now=tx.now)
    if items:
        await add_all(tx, items)


async def follow_type(tx: Transaction, before: Work, after: Work) -> None:
    """Let the checks of planned work follow its type, so that it has those it would have been created with.

    What was added by hand stays. Only work without a program changes its type.
    """
    needed, needs = (rules.needs_checks(work.type, work.program_id) for work in (before, after))
    if needs and not needed:
        first = await queries.next_position(tx, after.id)
        await add_all(tx, rules.checks_of(after, (), next_id=new_id, now=tx.now, first=first))
    elif needed and not needs:
        await _record_removed(tx, await queries.delete_unsigned(tx, after.id, by_hand=False))


async def add_all(tx: Transaction, items: Sequence[ComplianceItem]) -> None:
    """Add checks and record it, all in one statement."""
    adding, audit_rows, events = _writing(tx, items)
    whole = in_one({"adding": adding, "audit_rows": audit_rows, "events": events})
    await tx.run(whole.text, *whole.values)


def drafted_for(by: By, work: Work) -> tuple[Statement, ...]:
    """Return what puts its checks on new work without a program."""
    items = rules.checks_of(work, (), next_id=new_id, now=by.now)
    return _writing(by, items) if items else ()


async def remove_with_task(tx: Transaction, task_id: UUID) -> None:
    """Take the checks of a task away that is no more than a plan, and is deleted."""
    await _record_removed(tx, await queries.delete_unsigned(tx, task_id, by_hand=True))


async def _record_removed(tx: Transaction, removed: Sequence[ComplianceItem]) -> None:
    await record_many(tx, EventType.COMPLIANCE_DELETED, [Change(before=item) for item in removed])


def _writing(by: By, items: Sequence[ComplianceItem]) -> tuple[Statement, Statement, Statement]:
    changes = [Change(after=item) for item in items]
    return queries.adding(items), *written_down(by, EventType.COMPLIANCE_CREATED, changes)
