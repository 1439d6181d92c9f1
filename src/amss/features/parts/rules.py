"""What may become of part definitions and pieces. No I/O: every fact arrives as an argument."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import UNSET

from amss.features.parts.model import (
    NewPartDefinition,
    NewPartItem,
    PartDefinition,
    PartDefinitionChange,
    PartItem,
    PartItemChange,
    PartItemStatus,
)
from amss.features.parts.reservation_model import ReservationFacts
from amss.features.parts.reservation_rules import PartReserved, has_expired
from amss.foundation.errors import Conflict, Duplicate, FieldError, Invalid, Reason
from amss.foundation.shapes import given, next_version, unlikely_day


class PartDefinitionTaken(Duplicate):
    """Another live part definition of the organization has this part number, or without one this name."""

    def __init__(self, definition: PartDefinition) -> None:
        """Name what is taken."""
        super().__init__(f"There is already a part {definition.part_number or definition.name} in your store.")


class SerialNumberTaken(Duplicate):
    """Another live piece of the organization has this serial number."""

    def __init__(self, serial_number: str) -> None:
        """Name the serial number."""
        super().__init__(f"There is already a piece {serial_number} in your store.")


class PartClosed(Conflict):
    """A piece that was used or disposed of never changes."""

    code = "PART_CLOSED"

    def __init__(self, item: PartItem) -> None:
        """Say what became of it."""
        super().__init__(f"{item.serial_number} is {item.status}; it does not change any more.")


class PartDefinitionInUse(Conflict):
    """There are pieces of it, or programs that need it; `reasons` names them."""

    code = "IN_USE"

    def __init__(
        self, definition: PartDefinition, items: Sequence[tuple[UUID, str]], programs: Sequence[UUID]
    ) -> None:
        """Name the definition, its pieces by id and serial number, and the programs."""
        reasons = [Reason("PART_ITEM", f"{serial} is a piece of it.", (str(each),)) for each, serial in items]
        if programs:
            reasons.append(Reason("PROGRAM", "These programs need it.", tuple(map(str, programs))))
        super().__init__(f"{definition.name} is in use.", reasons=tuple(reasons))


class PartItemInUse(Conflict):
    """A piece is reserved, or was used; `reasons` names the task."""

    code = "IN_USE"

    def __init__(self, item: PartItem, task_id: UUID | None) -> None:
        """Name the piece and the task that has it."""
        message = "It was used on this task." if item.status is PartItemStatus.USED else "This task has reserved it."
        super().__init__(
            f"{item.serial_number} belongs to work. Its record stays.",
            reasons=(Reason("TASK", message, (str(task_id),)),),
        )


def define(new: NewPartDefinition, *, definition_id: UUID, org_id: UUID, now: datetime) -> PartDefinition:
    """Return the definition that is asked for."""
    return PartDefinition(
        id=definition_id,
        org_id=org_id,
        version=1,
        created_at=now,
        updated_at=now,
        **msgspec.structs.asdict(new),
    )


def edit_definition(definition: PartDefinition, change: PartDefinitionChange, *, now: datetime) -> PartDefinition:
    """Return the definition with the given fields changed, one version on; unchanged if nothing differs."""
    edited = msgspec.structs.replace(definition, **given(change))
    return definition if edited == definition else next_version(edited, now=now)


def take_in(new: NewPartItem, *, item_id: UUID, org_id: UUID, now: datetime) -> PartItem:
    """Return the piece that comes into the store, in stock or quarantined."""
    faults = list(unlikely_day(new.expiry_date, "/expiry_date"))
    if new.status in _FINAL:
        faults.append(FieldError("/status", "NOT_HERE", "A piece comes into the store in stock or quarantined."))
    faults += _faults_of_reason(new.status, new.quarantine_reason, "/quarantine_reason")
    if new.quarantine_reason is not None and new.status is not PartItemStatus.QUARANTINED:
        faults.append(FieldError("/quarantine_reason", "MISPLACED", "Only a quarantined piece has such a reason."))
    if faults:
        raise Invalid(errors=tuple(faults))
    return PartItem(
        id=item_id,
        org_id=org_id,
        version=1,
        created_at=now,
        updated_at=now,
        **msgspec.structs.asdict(new),
    )


def edit_item(item: PartItem, change: PartItemChange, *, now: datetime) -> PartItem:
    """Return the piece with the given fields changed, one version on; unchanged if nothing differs.

    A piece that expires on another day is announced anew.
    """
    fields = given(change)
    reason = fields.pop("reason", None)
    status = fields.get("status", item.status)
    moves = status is not item.status
    faults = list(unlikely_day(fields.get("expiry_date"), "/expiry_date"))
    if reason and not fields:
        faults.append(FieldError("/reason", "MISPLACED", "A reason goes with what it is the reason of."))
    if moves and status is PartItemStatus.USED:
        faults.append(FieldError("/status", "NOT_HERE", "A piece is used through its reservation."))
    if moves:
        faults += _faults_of_reason(status, reason, "/reason")
    if faults:
        raise Invalid(errors=tuple(faults))
    if moves and status is not PartItemStatus.DISPOSED:
        fields["quarantine_reason"] = reason if status is PartItemStatus.QUARANTINED else None
    if change.expiry_date is not UNSET and change.expiry_date != item.expiry_date:
        fields["expiry_notice_days"] = None
    edited = msgspec.structs.replace(item, **fields)
    if edited == item:
        return item
    if item.status in _FINAL:
        raise PartClosed(item)
    return next_version(edited, now=now)


def must_not_vanish(item: PartItem, facts: ReservationFacts) -> None:
    """Refuse to dispose of a good piece that a task has reserved: it would miss there without a word.

    Quarantine is not refused, for it cannot wait, nor is the end of a piece that has expired, which no task may fit:
    the task does not start, and is not complete, before it has given the piece back.
    """
    if facts.reservation_id is not None and not has_expired(item, facts.today):
        raise PartReserved(item, facts)


def must_be_deletable(item: PartItem, facts: ReservationFacts) -> None:
    """Refuse to delete what a task has reserved or used."""
    if item.status is PartItemStatus.USED:
        raise PartItemInUse(item, item.used_on_task_id)
    if facts.task_id is not None:
        raise PartItemInUse(item, facts.task_id)


_FINAL = (PartItemStatus.USED, PartItemStatus.DISPOSED)


def _faults_of_reason(status: PartItemStatus, reason: str | None, pointer: str) -> list[FieldError]:
    if status is PartItemStatus.QUARANTINED and not reason:
        return [FieldError(pointer, "MISSING", "Say why it is quarantined.")]
    return []
