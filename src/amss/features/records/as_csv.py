"""The record as CSV: a line for each completed task, and one for each of its checks and parts. No I/O.

`kind` tells which of the columns are filled; those of the task that a check or a part belongs to are the first six.
"""

from collections.abc import Iterable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from amss.features.records import wording
from amss.features.records.model import CheckOut, CountersOut, DirectiveOut, EntryOut, Head, PartOut

_OF_TASK = ("kind", "task_id", "tail_number", "performed_on", "completed_at", "title")
_OF_WORK = (
    "task_type", "program_code", "program_name", "ata_chapter", "work_description", "flight_hours", "cycles",
    "performed_by", "performed_by_licence_number", "performed_by_licence_kind", "sign_off",
    "released_by", "extensions", "unused",
)  # fmt: skip
_OF_CHECK = (
    "check_id", "check", "regulatory_ref", "result", "check_notes", "signer_name", "signer_role",
    "signer_licence_number", "signer_licence_kind", "signed_at", "signed_at_flight_hours", "signed_at_cycles",
    "snapshot_hash", "supersedes_id", "superseded_by_id", "superseded_reason",
)  # fmt: skip
_OF_PART = (
    "part_id", "part_number", "part_name", "part_serial_number", "fitted_on", "fitted_at_flight_hours",
    "fitted_at_cycles", "removed_on", "removed_at_flight_hours", "removed_at_cycles", "removal_reason",
)  # fmt: skip
_OF_DIRECTIVE = (
    "directive", "directive_revised_on", "method_of_compliance", "last_done_on", "last_done_flight_hours",
    "last_done_cycles", "next_due", "directive_status",
)  # fmt: skip
COLUMNS = (*_OF_TASK, *_OF_WORK, *_OF_CHECK, *_OF_PART, *_OF_DIRECTIVE)


def directives(head: Head) -> Iterator[list[Any]]:
    """Yield the lines of the airworthiness directives, which stand above those of the work."""
    for each in head.directives:
        line = {"kind": "directive", "tail_number": head.aircraft.tail_number, **_directive(head, each)}
        yield [line.get(name) for name in COLUMNS]


def lines(head: Head, entries: Iterable[EntryOut]) -> Iterator[list[Any]]:
    """Yield the lines of entries; what is not known, or is not of this kind, is None."""
    zone = ZoneInfo(head.time_zone)
    for entry in entries:
        task = {
            "task_id": entry.id,
            "tail_number": head.aircraft.tail_number,
            "performed_on": entry.performed_at.astimezone(zone).date(),
            "completed_at": _utc(entry.completed_at),
            "title": entry.title,
        }
        said = [
            {"kind": "work", **_work(entry)},
            *({"kind": "check", **_check(check)} for check in entry.checks),
            *({"kind": "part", **_part(part, zone)} for part in entry.parts),
            *({"kind": "part_removed", **_part(part, zone)} for part in entry.removed_parts),
        ]
        yield from ([{**task, **each}.get(name) for name in COLUMNS] for each in said)


def _directive(head: Head, status: DirectiveOut) -> dict[str, Any]:
    item, done = status.due_item, status.due_item.last_done
    cycles = done and (done.cycles if head.aircraft.counts_cycles else "not counted")
    due = "; ".join(f"{wording.due(each)} {wording.extended(each)}".strip() for each in item.limits)
    return {
        "program_code": item.program.code,
        "program_name": item.program.name,
        "directive": status.directive,
        "directive_revised_on": status.revised_on,
        "method_of_compliance": status.method_of_compliance,
        "last_done_on": done and done.on,
        "last_done_flight_hours": done and wording.hours(done.flight_minutes),
        "last_done_cycles": cycles,
        "next_due": due if status.in_force else None,
        "directive_status": item.status if status.in_force else "not_in_force",
    }


def _work(entry: EntryOut) -> dict[str, Any]:
    program, worker, readings = entry.program, entry.performed_by, entry.readings
    return {
        "task_type": entry.type,
        "program_code": program and program.code,
        "program_name": program and program.name,
        "ata_chapter": program and program.ata_chapter,
        "work_description": entry.notes,
        "flight_hours": readings and wording.hours(readings.flight_minutes),
        "cycles": readings and _cycles(readings),
        "performed_by": worker and worker.name,
        "performed_by_licence_number": worker and worker.licence_number,
        "performed_by_licence_kind": worker and worker.licence_kind,
        "sign_off": entry.sign_off,
        "released_by": "; ".join(
            f"{each.name}, {wording.licence(each.licence_number, each.licence_kind)}" for each in entry.released_by
        )
        or None,
        "extensions": "; ".join(
            f"{wording.amount(each.interval_type, each.amount)}: {each.reason}" for each in entry.extensions
        )
        or None,
        "unused": "; ".join(wording.unused(each) for each in entry.unused) or None,
    }


def _check(check: CheckOut) -> dict[str, Any]:
    signature, superseded = check.signature, check.superseded_by
    return {
        "check_id": check.id,
        "check": check.description,
        "regulatory_ref": check.regulatory_ref,
        "result": check.result,
        "check_notes": check.notes,
        "signer_name": signature and signature.name,
        "signer_role": signature and signature.role,
        "signer_licence_number": signature and signature.licence_number,
        "signer_licence_kind": signature and signature.licence_kind,
        "signed_at": signature and _utc(signature.signed_at),
        "signed_at_flight_hours": signature and wording.hours(signature.readings.flight_minutes),
        "signed_at_cycles": signature and _cycles(signature.readings),
        "snapshot_hash": signature and signature.snapshot_hash,
        "supersedes_id": check.supersedes_id,
        "superseded_by_id": superseded and superseded.check_id,
        "superseded_reason": superseded and superseded.reason,
    }


def _part(part: PartOut, zone: ZoneInfo) -> dict[str, Any]:
    fitted, removal = part.readings, part.removal
    return {
        "part_id": part.id,
        "part_number": part.part_number,
        "part_name": part.name,
        "part_serial_number": part.serial_number,
        "fitted_on": part.used_at.astimezone(zone).date(),
        "fitted_at_flight_hours": fitted and wording.hours(fitted.flight_minutes),
        "fitted_at_cycles": fitted and _cycles(fitted),
        "removed_on": removal and removal.removed_at.astimezone(zone).date(),
        "removed_at_flight_hours": removal and wording.hours(removal.readings.flight_minutes),
        "removed_at_cycles": removal and _cycles(removal.readings),
        "removal_reason": removal and removal.reason,
    }


def _cycles(at: CountersOut) -> int | str:
    return "not counted" if at.cycles is None else at.cycles


def _utc(at: Any) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}Z"
