"""What may be done with a check, and what a signature under it means. No I/O: every fact arrives as an argument.

The canonical form of what is signed is the text `amss-sign-off-1` and then every field of SNAPSHOT, in that order,
each after a comma: `-` for one that is not set, else its length in characters, a colon and the value. Ids are in
small letters with dashes, times in UTC as the API writes them, true and false as such. The hash is the SHA-256 of
its UTF-8 bytes. Two different checks never have the same form.
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from amss.features.compliance.model import (
    ComplianceItem,
    ComplianceItemChange,
    ComplianceResult,
    NewComplianceItem,
    SignedResult,
    SigningFacts,
    SignOff,
    Work,
)
from amss.features.programs.model import ChecklistItem, TaskType
from amss.foundation.access import Actor, ActorKind, Role
from amss.foundation.errors import Conflict, FieldError, Forbidden, Invalid, Reason
from amss.foundation.shapes import given, next_version

FORM = "amss-sign-off-1"
SNAPSHOT = (
    "org_id", "id", "task_id", "aircraft_id", "position", "description", "regulatory_ref", "from_program",
    "result", "notes", "sign_off_user_id", "sign_off_time", "signer_name", "signer_role", "signer_licence_number",
    "signer_licence_kind", "reading_minutes", "reading_cycles", "supersedes_id", "reason",
)  # fmt: skip

WORK_PERFORMED = "Work performed"


class AlreadySigned(Conflict):
    """What stands under a signature never changes."""

    code = "ALREADY_SIGNED"

    def __init__(self, item: ComplianceItem) -> None:
        """Say who signed it, and how a wrong signature is corrected."""
        super().__init__(
            f"{item.signer_name} has signed this check. Correct it with a new one that supersedes it.",
            reasons=(Reason("SIGNED", "This check is signed.", (str(item.id),)),),
        )


class FromProgram(Conflict):
    """A check that a task comes with, by its program or as an inspection, is answered, never edited or removed."""

    code = "FROM_PROGRAM"
    sentence = "The task came with this check: it is signed, never edited or removed."


class LicenceMissing(Conflict):
    """Without a licence there is nothing to sign by."""

    code = "LICENCE_MISSING"

    def __init__(self, facts: SigningFacts) -> None:
        """Name whose it is."""
        super().__init__(f"{facts.name} has no licence number. A tenant_admin enters it: PATCH /users/{{id}}.")


class NotSigned(Conflict):
    """Only a signature is corrected by another check."""

    code = "NOT_SIGNED"

    def __init__(self, item: ComplianceItem) -> None:
        """Name the check."""
        super().__init__(
            "The check that is to be superseded is not signed: sign it, or edit it.",
            reasons=(Reason("CHECK_UNSIGNED", f"A check is not signed: {item.description}.", (str(item.id),)),),
        )


class AlreadySuperseded(Conflict):
    """A signature is corrected once; what corrects it is corrected next."""

    code = "ALREADY_SUPERSEDED"
    sentence = "Another check supersedes this one already. Supersede that one."


def needs_checks(kind: TaskType, program_id: UUID | None) -> bool:
    """Tell whether work may not be completed without anything signed: an inspection, and work by a program."""
    return kind is TaskType.INSPECTION or program_id is not None


def checks_of(
    work: Work, checklist: Sequence[ChecklistItem], *, next_id: Callable[[], UUID], now: datetime, first: int = 1
) -> list[ComplianceItem]:
    """Return the checks that work comes with: its program's checklist, or else that it was done at all.

    `first` is the place that the first of them takes among the task's checks.
    """
    if not checklist and needs_checks(work.type, work.program_id):
        checklist = (ChecklistItem(description=WORK_PERFORMED),)
    return [
        ComplianceItem(
            id=next_id(),
            org_id=work.org_id,
            version=1,
            created_at=now,
            updated_at=now,
            task_id=work.id,
            aircraft_id=work.aircraft_id,
            position=position,
            description=line.description,
            regulatory_ref=line.regulatory_ref,
            from_program=True,
        )
        for position, line in enumerate(checklist, first)
    ]


def must_say_why(order: NewComplianceItem) -> None:
    """Refuse to supersede without a reason, and a reason for nothing."""
    if order.supersedes_id is not None and order.reason is None:
        raise Invalid(errors=(FieldError("/reason", "MISSING", "Say why the signed check is superseded."),))
    if order.supersedes_id is None and order.reason is not None:
        raise Invalid(errors=(FieldError("/reason", "MISPLACED", "Only a check that supersedes another has one."),))


def must_be_superseded_by(order: NewComplianceItem, superseded: ComplianceItem) -> None:
    """Refuse to supersede a check of another task, and one that is not signed."""
    if superseded.task_id != order.task_id:
        message = "This check belongs to another task."
        raise Invalid(errors=(FieldError("/supersedes_id", "OTHER_TASK", message),))
    if not superseded.is_signed:
        raise NotSigned(superseded)


def added(order: NewComplianceItem, work: Work, position: int, *, new_id: UUID, now: datetime) -> ComplianceItem:
    """Return the check that somebody adds to a task by hand."""
    return ComplianceItem(
        id=new_id,
        org_id=work.org_id,
        version=1,
        created_at=now,
        updated_at=now,
        task_id=work.id,
        aircraft_id=work.aircraft_id,
        position=position,
        description=order.description,
        regulatory_ref=order.regulatory_ref,
        supersedes_id=order.supersedes_id,
        reason=order.reason,
    )


def must_be_by_hand(item: ComplianceItem) -> None:
    """Refuse to edit or remove what is signed, and what the task came with."""
    must_be_unsigned(item)
    if item.from_program:
        raise FromProgram


def must_be_unsigned(item: ComplianceItem) -> None:
    """Refuse to touch what is signed."""
    if item.is_signed:
        raise AlreadySigned(item)


def edited(item: ComplianceItem, change: ComplianceItemChange, *, now: datetime) -> ComplianceItem:
    """Return a check as edited, unchanged if nothing differs; one that supersedes nothing has no reason."""
    changes = given(change)
    if "reason" in changes and item.supersedes_id is None:
        raise Invalid(errors=(FieldError("/reason", "MISPLACED", "Only a check that supersedes another has one."),))
    changed = replace(item, **changes)
    return item if changed == item else next_version(changed, now=now)


def must_be_a_mechanic(actor: Actor) -> None:
    """Refuse whoever signs nothing: an admin, a planner, and whatever is no person."""
    if actor.kind is not ActorKind.USER or actor.role is not Role.MECHANIC:
        raise Forbidden("A check is signed by a mechanic, in person.")


def must_sign_here(actor: Actor, mechanic_id: UUID | None, facts: SigningFacts) -> None:
    """Refuse another mechanic than the task's, unless the organization lets any of them sign.

    Refuse also whoever is no mechanic any more: he was one when his request came in, and it may have waited since.
    """
    if not facts.active or facts.role is not Role.MECHANIC:
        raise Forbidden("A check is signed by somebody who is a mechanic now.")
    if actor.id != mechanic_id and not facts.sign_off_by_any_mechanic:
        raise Forbidden("This task is not assigned to you.")


def must_say_what(order: SignOff) -> None:
    """Refuse a failure and an exception without a word on them."""
    if order.result is not SignedResult.PASS and not order.notes:
        raise Invalid(errors=(FieldError("/notes", "MISSING", f"Notes are needed for {order.result}."),))


def signed(
    item: ComplianceItem, order: SignOff, facts: SigningFacts, *, signer_id: UUID, now: datetime
) -> ComplianceItem:
    """Return a check as signed: with the signer and the aircraft as they are now, and the hash of it all."""
    if facts.licence_number is None:
        raise LicenceMissing(facts)
    under_signature = next_version(
        item,
        now=now,
        result=ComplianceResult(order.result.value),
        notes=order.notes or None,
        sign_off_user_id=signer_id,
        sign_off_time=now,
        signer_name=facts.name,
        signer_role=facts.role,
        signer_licence_number=facts.licence_number,
        signer_licence_kind=facts.licence_kind,
        reading_minutes=facts.flight_minutes,
        reading_cycles=facts.cycles,
    )
    return with_hash(under_signature)


def with_hash(item: ComplianceItem) -> ComplianceItem:
    """Return a signed check with the hash of what is signed."""
    return replace(item, signed_hash=snapshot_hash(item))


def snapshot_hash(item: ComplianceItem) -> bytes:
    """Return the SHA-256 of a signed check's canonical form."""
    return hashlib.sha256(canonical_form(item).encode()).digest()


def canonical_form(item: ComplianceItem) -> str:
    """Return all that is signed, in one text that no other check has."""
    return ",".join([FORM, *(_part(getattr(item, name)) for name in SNAPSHOT)])


def _part(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        text = str(value).lower()
    elif isinstance(value, datetime):
        text = value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    else:
        text = str(value)
    return f"{len(text)}:{text}"
