"""What a program may be: its limits, where it applies, how it changes. No I/O: every fact arrives as an argument."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from amss.features.programs import ata
from amss.features.programs.limit_rules import limits_of, listed, value_of
from amss.features.programs.limits import IntervalType, Limit
from amss.features.programs.model import NewProgram, PartRequirement, Program, ProgramChange
from amss.foundation.errors import Conflict, Duplicate, FieldError, Invalid, Reason
from amss.foundation.shapes import given, next_version, unlikely_day


class ProgramCodeTaken(Duplicate):
    """Another live program of the organization (or of the same aircraft) has this code."""

    def __init__(self, code: str) -> None:
        """Name the code."""
        super().__init__(f"There is already a program {code} for the same aircraft.")


class ProgramInUse(Conflict):
    """Open tasks of the program stand in the way; `reasons` names them."""

    code = "IN_USE"

    def __init__(self, code: str = "", task_ids: Sequence[UUID] = ()) -> None:
        """Name the program and its open tasks."""
        super().__init__(
            f"Program {code} has open tasks. Complete or cancel them first.",
            reasons=(Reason("OPEN_TASKS", "Open tasks of this program.", tuple(map(str, task_ids))),),
        )


class CounterMissing(Conflict):
    """A program counts what an aircraft under it does not; `reasons` names each."""

    code = "COUNTER_MISSING"

    def __init__(self, pairs: Sequence[tuple[str, str]] = ()) -> None:
        """Name program and aircraft of each, as (code, tail number)."""
        reasons = tuple(
            Reason("COUNTER_MISSING", f"Program {code} counts cycles, which {tail} does not.", (tail,))
            for code, tail in pairs
        )
        super().__init__(" ".join(reason.message for reason in reasons), reasons=reasons)


class NotAssignedByHand(Conflict):
    """The program says itself which aircraft it applies to."""

    code = "NOT_ASSIGNED_BY_HAND"

    def __init__(self, code: str = "", applies_to: str = "") -> None:
        """Name the program and what it applies to."""
        super().__init__(
            f"Program {code} applies to {applies_to}. Only a program that names neither is assigned by hand."
        )


def set_up(
    new: NewProgram, *, program_id: UUID, org_id: UUID, now: datetime, known_parts: Collection[UUID] = ()
) -> Program:
    """Return the program that is asked for, or refuse it with everything that is wrong.

    `known_parts` are those of the part definitions it names that the organization has.
    """
    faults: list[FieldError] = []
    if new.aircraft_id is not None and new.model is not None:
        faults.append(
            FieldError("/model", "EXCLUSIVE", "A program belongs to one aircraft or to a model, not to both.")
        )
    limits = limits_of(new, faults)
    faults += unlikely_day(new.effective_from, "/effective_from")
    faults += [*_faults_of_chapter(new.ata_chapter), *_faults_of_parts(new.parts, known_parts)]
    faults += _faults_of_directive(new)
    if faults:
        raise Invalid(errors=tuple(faults))
    return Program(
        id=program_id,
        org_id=org_id,
        version=1,
        created_at=now,
        updated_at=now,
        code=new.code,
        name=new.name,
        description=new.description,
        ata_chapter=new.ata_chapter and ata.hyphenated(new.ata_chapter),
        aircraft_id=new.aircraft_id,
        model=new.model,
        task_type=new.task_type,
        **_limits_as_fields(limits),
        recurrence=new.recurrence,
        combine=new.combine,
        lead_days=new.lead_days,
        estimated_minutes=new.estimated_minutes,
        effective_from=new.effective_from,
        airworthiness_limitation=new.airworthiness_limitation,
        directive=new.directive,
        directive_revised_on=new.directive_revised_on,
        method_of_compliance=new.method_of_compliance,
        active=new.active,
        checklist=new.checklist,
        parts=new.parts,
    )


def edit(program: Program, change: ProgramChange, *, now: datetime, known_parts: Collection[UUID] = ()) -> Program:
    """Return the program with the given fields changed, one version on; unchanged if nothing differs.

    `known_parts` are those of the part definitions the change names that the organization has.
    """
    fields = given(change)
    faults: list[FieldError] = []
    if "limits" in fields:
        fields |= _limits_as_fields(listed(fields["limits"], faults))
    if chapter := fields.get("ata_chapter"):
        faults += _faults_of_chapter(chapter)
        fields["ata_chapter"] = ata.hyphenated(chapter)
    faults += _faults_of_parts(fields.get("parts", ()), known_parts)
    edited = msgspec.structs.replace(program, **fields)
    faults += _faults_of_directive(edited)
    if faults:
        raise Invalid(errors=tuple(faults))
    return program if edited == program else next_version(edited, now=now)


def counts_cycles(program: Program) -> bool:
    """Tell whether a program has a limit in cycles."""
    return any(limit.interval_type is IntervalType.CYCLES for limit in program.limits)


def moves_due_items(before: Program, after: Program) -> bool:
    """Tell whether a change of a program changes what is due by it."""
    return any(getattr(before, name) != getattr(after, name) for name in _MOVING)


_MOVING = ("limits", "recurrence", "combine", "lead_days", "active")


def must_be_assigned_by_hand(program: Program) -> None:
    """Refuse to assign or unassign a program of one aircraft or of a model."""
    if program.model is not None:
        raise NotAssignedByHand(program.code, f"every aircraft of the model {program.model}")
    if program.aircraft_id is not None:
        raise NotAssignedByHand(program.code, "one aircraft")


def _limits_as_fields(limits: Sequence[Limit]) -> dict[str, Any]:
    """Return the limits and what mirrors the first of them; nothing where none is in order."""
    if not limits:
        return {}
    return {
        "limits": tuple(limits),
        "interval_type": limits[0].interval_type,
        "interval_value": value_of(limits[0]),
    }


def _faults_of_chapter(reference: str | None) -> Iterator[FieldError]:
    if reference is not None and (chapter := reference[:2]) not in ata.CHAPTERS:
        yield FieldError(
            "/ata_chapter", "NOT_FOUND", f"There is no ATA chapter {chapter}. GET /ata-chapters lists all there are."
        )


def _faults_of_directive(program: NewProgram | Program) -> Iterator[FieldError]:
    yield from unlikely_day(program.directive_revised_on, "/directive_revised_on")
    if program.directive is not None:
        return
    for name in ("directive_revised_on", "method_of_compliance"):
        if getattr(program, name) is not None:
            yield FieldError(f"/{name}", "MISPLACED", "Only a program that names its directive has this.")


def _faults_of_parts(parts: Sequence[PartRequirement], known: Collection[UUID]) -> Iterator[FieldError]:
    for place, part in enumerate(parts):
        pointer = f"/parts/{place}/part_definition_id"
        if part.part_definition_id not in known:
            yield FieldError(pointer, "NOT_FOUND", "There is no such part definition in your store.")
        if part.part_definition_id in {each.part_definition_id for each in parts[:place]}:
            yield FieldError(pointer, "REPEATED", "A program names each part once, with its quantity.")
