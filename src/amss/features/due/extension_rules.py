"""Who may let a due item go past due, how far, and until when. No I/O: every fact arrives as an argument."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from amss.features.aircraft.model import Aircraft
from amss.features.due.extension_model import Extension, ExtensionStatus, NewExtension
from amss.features.due.model import AircraftRef, DueItem, ProgramRef
from amss.features.programs.limits import CalendarLimit, FlightHoursLimit, IntervalType, Limit
from amss.features.programs.model import Program
from amss.foundation.access import Actor, ActorKind
from amss.foundation.errors import Conflict, FieldError, Forbidden, Invalid
from amss.foundation.shapes import next_version


class AirworthinessLimitation(Conflict):
    """The program is an airworthiness limitation, which nobody here can extend."""

    code = "AIRWORTHINESS_LIMITATION"

    def __init__(self, code: str) -> None:
        """Name the program."""
        super().__init__(f"{code} is an airworthiness limitation and cannot be extended.")


class ExtensionPending(Conflict):
    """Another request for the same limit is not decided yet."""

    code = "EXTENSION_PENDING"

    def __init__(self, interval_type: IntervalType) -> None:
        """Name the limit."""
        super().__init__(
            f"An extension of this {interval_type} limit is asked for already. Decide on that one first."
        )


class ExtensionDecided(Conflict):
    """The request is not open any more."""

    code = "EXTENSION_DECIDED"

    def __init__(self, status: ExtensionStatus) -> None:
        """Say what became of it."""
        super().__init__(f"This request is {status} already.")


class PeopleOnly(Forbidden):
    """Extensions are a matter of two people; a program that signs in with a key is none."""

    sentence = "Extensions are asked for and decided by people, not with an API key."


class OwnRequest(Forbidden):
    """Nobody decides what he asked for himself."""

    sentence = "You asked for this extension. Somebody else has to decide on it."


def request(
    order: NewExtension,
    item: DueItem,
    program: Program,
    aircraft: Aircraft,
    *,
    extension_id: UUID,
    by: Actor,
    now: datetime,
) -> Extension:
    """Return the request, or refuse what the program does not allow."""
    if program.airworthiness_limitation:
        raise AirworthinessLimitation(program.code)
    if fault := _fault_of(order, program):
        raise Invalid(errors=(fault,))
    user_id, user_org_id = _person(by)
    return Extension(
        id=extension_id,
        org_id=item.org_id,
        version=1,
        created_at=now,
        updated_at=now,
        due_item_id=item.id,
        program=ProgramRef(program.id, program.code, program.name),
        aircraft=AircraftRef(aircraft.id, aircraft.tail_number),
        interval_type=order.interval_type,
        amount=order.amount,
        reason=order.reason,
        requested_by=user_id,
        requested_by_org_id=user_org_id,
        requested_at=now,
    )


def approve(extension: Extension, *, by: Actor, now: datetime) -> Extension:
    """Return the extension in force."""
    return _decide(extension, ExtensionStatus.APPROVED, None, by=by, now=now)


def reject(extension: Extension, reason: str, *, by: Actor, now: datetime) -> Extension:
    """Return the extension as it was refused."""
    return _decide(extension, ExtensionStatus.REJECTED, reason, by=by, now=now)


def end(extension: Extension, *, now: datetime) -> Extension:
    """Return what was approved as it ends, or what was only asked for as it lapses."""
    lapses = extension.status is ExtensionStatus.REQUESTED
    status = ExtensionStatus.LAPSED if lapses else extension.status
    return next_version(extension, now=now, status=status, ended_at=now)


def is_allowed(extension: Extension, program: Program) -> bool:
    """Tell whether a program, as it is now, allows an extension."""
    limit = _limit_of(program, extension.interval_type)
    return not program.airworthiness_limitation and limit is not None and extension.amount <= limit.max_extension


def is_replaced_by(extension: Extension, approved: Extension) -> bool:
    """Tell whether an approval takes the place of another extension."""
    return extension.id != approved.id and extension.interval_type is approved.interval_type


def extended(item: DueItem, standing: Sequence[Extension], *, at: datetime) -> DueItem:
    """Return the item with those extensions that were approved at a moment, and no others."""
    amounts = {
        each.interval_type: each.amount
        for each in standing
        if each.status is ExtensionStatus.APPROVED and each.decided_at is not None and each.decided_at <= at
    }
    return replace(
        item,
        extension_minutes=amounts.get(IntervalType.FLIGHT_HOURS, 0),
        extension_cycles=amounts.get(IntervalType.CYCLES, 0),
        extension_days=amounts.get(IntervalType.CALENDAR, 0),
    )


def _fault_of(order: NewExtension, program: Program) -> FieldError | None:
    """Return what is wrong with the limit or the amount."""
    limit = _limit_of(program, order.interval_type)
    if limit is None:
        return FieldError("/interval_type", "NO_SUCH_LIMIT", f"{program.code} has no {order.interval_type} limit.")
    if limit.max_extension == 0:
        return FieldError("/interval_type", "NO_EXTENSION", f"{program.code} allows no extension of this limit.")
    if order.amount > limit.max_extension:
        most = f"{limit.max_extension} {_unit_of(limit)}"
        return FieldError("/amount", "RANGE", f"{program.code} allows an extension of {most} at most.")
    return None


def _limit_of(program: Program, interval_type: IntervalType) -> Limit | None:
    return next((limit for limit in program.limits if limit.interval_type is interval_type), None)


def _unit_of(limit: Limit) -> str:
    if isinstance(limit, CalendarLimit):
        return "days"
    return "minutes" if isinstance(limit, FlightHoursLimit) else "cycles"


def _decide(
    extension: Extension, status: ExtensionStatus, reason: str | None, *, by: Actor, now: datetime
) -> Extension:
    if extension.status is not ExtensionStatus.REQUESTED:
        raise ExtensionDecided(extension.status)
    user_id, user_org_id = _person(by)
    if user_id == extension.requested_by:
        raise OwnRequest
    decision: dict[str, Any] = {
        "status": status,
        "decided_by": user_id,
        "decided_by_org_id": user_org_id,
        "decided_at": now,
        "decision_reason": reason,
    }
    return next_version(extension, now=now, **decision)


def _person(actor: Actor) -> tuple[UUID | None, UUID | None]:
    """Return the id and the organization of an actor who is a person; of a program nobody knows whose eyes it has."""
    if actor.kind is not ActorKind.USER:
        raise PeopleOnly
    return actor.id, actor.org_id
