"""One entry of the record's page: what was done, at which readings, what was checked, fitted and signed. No I/O."""

from collections.abc import Iterator, Mapping
from html import escape
from uuid import UUID
from zoneinfo import ZoneInfo

from amss.features.records import wording
from amss.features.records.markup import chip, facts, said, small, table
from amss.features.records.model import (
    CheckOut,
    EntryOut,
    ExtensionInForceOut,
    SignatureOut,
    WorkerOut,
)
from amss.features.records.page_parts import parts_fitted, parts_removed

# Enough of a SHA-256 to recognize it by; the JSON and the CSV have all of it.
_HASH_SHOWN = 16


def entry(work: EntryOut, zone: ZoneInfo) -> str:
    """Return an entry as a row of the page."""
    notes = f'<div class="notes">{said(work.notes)}</div>' if work.notes else ""
    parts = parts_fitted(work.parts) + parts_removed(work.removed_parts, zone)
    return f"""<tr><td><section>
<div class="top"><h3><span class="on">{work.performed_at.astimezone(zone):%Y-%m-%d}</span> {said(work.title)} \
{chip(work.sign_off.value, wording.SIGN_OFFS[work.sign_off])}</h3>
{_facts(work, zone)}</div>{notes}{_checks(work, zone)}{parts}{_released(work, zone)}</section></td></tr>
"""


def _facts(work: EntryOut, zone: ZoneInfo) -> str:
    program, worker, readings = work.program, work.performed_by, work.readings
    known = [
        ("Kind of work", escape(work.type.value) + (" (AOG)" if work.priority.value == "aog" else "")),
        ("Program", f"{said(program.code)} {said(program.name)}" if program else "none"),
        ("ATA chapter", program and program.ata_chapter and said(program.ata_chapter)),
        ("Performed", wording.moment(work.performed_at, zone)),
        ("Completed", wording.moment(work.completed_at, zone)),
        ("Aircraft total time", readings and f"{wording.hours(readings.flight_minutes)} FH"),
        ("Aircraft cycles", readings and wording.cycles(readings.cycles)),
        ("Performed by", worker and _worker(worker)),
    ]
    if work.unused:
        known.append(("Against the limits", ", ".join(wording.unused(each) for each in work.unused)))
    known += [("Extension in force", _extension(each, zone)) for each in work.extensions]
    known.append(("Task", f'<span class="code">{work.id}</span>'))
    return facts(known)


def _worker(worker: WorkerOut) -> str:
    if worker.licence_number is None:
        return said(worker.name)
    return f"{said(worker.name)}, {said(wording.licence(worker.licence_number, worker.licence_kind))}"


def _extension(extension: ExtensionInForceOut, zone: ZoneInfo) -> str:
    by = said(extension.approved_by) if extension.approved_by else "an administrator of the installation"
    granted = wording.amount(extension.interval_type, extension.amount)
    return f"{granted}: {said(extension.reason)} (approved by {by}, {wording.moment(extension.approved_at, zone)})"


def _checks(work: EntryOut, zone: ZoneInfo) -> str:
    if not work.checks:
        return '<p class="none">No check was asked for, and nobody has signed.</p>'
    places = {check.id: place for place, check in enumerate(work.checks, start=1)}
    rows = (
        ("superseded" if check.superseded_by else check.result.value, _check(check, places, zone))
        for check in work.checks
    )
    return table("checks", ("No.", "Check", "Reference", "Result", "Signed by"), rows)


def _check(check: CheckOut, places: Mapping[UUID, int], zone: ZoneInfo) -> Iterator[str]:
    yield str(places[check.id])
    notes = f'<div class="notes">{said(check.notes)}</div>' if check.notes else ""
    yield f'<div class="asked">{said(check.description)}</div>{notes}{_correction(check, places)}'
    yield said(check.regulatory_ref) if check.regulatory_ref else "none"
    result = chip(check.result.value, wording.RESULTS[check.result])
    yield chip("superseded", "superseded") + small(f"was: {result}") if check.superseded_by else result
    yield _signature(check.signature, zone) if check.signature else "nobody has signed"


def _correction(check: CheckOut, places: Mapping[UUID, int]) -> str:
    corrected = small(f"Corrects {_place(check.supersedes_id, places)}") if check.supersedes_id else ""
    if (by := check.superseded_by) is None:
        return corrected
    why = f"Superseded by {_place(by.check_id, places)}, signed by {said(by.signed_by)}: {said(by.reason)}"
    return corrected + small(why)


def _place(check_id: UUID, places: Mapping[UUID, int]) -> str:
    """Name a check by its number here; one that is under another task, by its id."""
    return f"check {places.get(check_id, check_id)}"


def _signature(signature: SignatureOut, zone: ZoneInfo) -> str:
    licence = said(wording.licence(signature.licence_number, signature.licence_kind))
    return (
        f"<b>{said(signature.name)}</b>, {escape(signature.role.value)}, {licence}"
        + small(" · ".join((wording.moment(signature.signed_at, zone), *wording.counters(signature.readings))))
        + small(f'SHA-256 <span class="code">{signature.snapshot_hash[:_HASH_SHOWN]}</span>…')
    )


def _released(work: EntryOut, zone: ZoneInfo) -> str:
    if not work.released_by:
        return f'<p class="released open">Not released: {wording.SIGN_OFFS[work.sign_off]}.</p>'
    signers = "; ".join(
        f"<b>{said(each.name)}</b>, {said(wording.licence(each.licence_number, each.licence_kind))}, "
        f"{wording.moment(each.signed_at, zone)}"
        for each in work.released_by
    )
    return f'<p class="released">Released by {signers}</p>'
