"""Verifying an organization's evidence where it lies: every row hashed anew, every seal checked."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from amss.features.audit import sealing
from amss.features.audit.keys import SealKeyRing, key_ring
from amss.features.audit.seals import Seal, moment_text
from amss.features.compliance.model import AlteredItem
from amss.features.compliance.verification import find_altered
from amss.features.verification import queries
from amss.features.verification.model import (
    FAULTS_TOLD,
    AuditFindings,
    FaultKind,
    SignatureFindings,
    Verification,
    VerificationQuery,
)
from amss.features.verification.rules import Chain, judge_entries, must_be_a_time, row_fault, seals_gone
from amss.foundation.database import Transaction
from amss.foundation.errors import Unavailable
from amss.foundation.reading import Reader
from amss.journal.event_types import Action
from amss.journal.recorder import note

_EVER = datetime.min.replace(tzinfo=UTC)
_FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
_HASH_BYTES = 32
_VERIFYING = 4204  # the first number of an organization's lock


async def show_verification(reader: Reader, query: VerificationQuery) -> Verification:
    """Verify a time of an organization's evidence, and note who did and what came of it."""
    async with reader.database.transaction(reader.actor, reader.org_id, reader.origin) as tx:
        return await verify(tx, query)


async def verify(tx: Transaction, query: VerificationQuery) -> Verification:
    """Verify the trail and the signed checks of a time; one verification of an organization runs at once.

    The note is written last: until then the transaction holds nothing that anybody waits for.
    """
    must_be_a_time(query)
    if not await tx.value("SELECT pg_try_advisory_xact_lock($1, hashtext($2))", _VERIFYING, str(tx.org_id)):
        raise Unavailable("Another verification is running. Try again when it is done.", retry_after=10)
    since, until = query.since or _EVER, query.until or _FOREVER
    audit = await _verify_trail(tx, key_ring(tx.settings), since, until)
    signatures = await _verify_signatures(tx, since, until)
    found = Verification(verified=not (audit.faults or signatures.faults), audit=audit, signatures=signatures)
    await note(tx, Action.VERIFY, "audit-log", None, details=_noted(query, found))
    return found


def _noted(query: VerificationQuery, found: Verification) -> dict[str, object]:
    asked = {"from": query.since, "to": query.until}
    return {
        **{name: moment_text(moment) for name, moment in asked.items() if moment is not None},
        "verified": found.verified,
        "rows": found.audit.rows,
        "seals": found.audit.seals,
        "items": found.signatures.items,
        "faults": [fault.kind.value for fault in found.audit.faults],
        "altered_items": msgspec.to_builtins([item.id for item in found.signatures.faults]),
    }


async def _verify_trail(tx: Transaction, ring: SealKeyRing, since: datetime, until: datetime) -> AuditFindings:
    findings = AuditFindings()
    before = await queries.find_seal_before(tx, since) if since > _EVER else None
    chain = Chain(tx.org_id, ring, before)
    after = before.first_seq if before is not None else 0
    end = await queries.find_end(tx, until)
    while seals := await queries.find_seals(tx, after=after, end=end):
        after = seals[-1].first_seq
        findings.seals += len(seals)
        for seal in seals:
            for fault in chain.follow(seal):
                findings.add(fault)
        for few in _in_batches(seals):
            await _verify_rows(tx, few, findings)
    if until == _FOREVER:
        await _look_behind_the_seals(tx, chain, findings)
    await _verify_queue(tx, findings)
    await _look_for_lost(tx, since, until, findings)
    return findings


def _in_batches(seals: Sequence[Seal]) -> Iterator[list[Seal]]:
    """Yield seals whose places follow one another, as many as one statement may hash."""
    few: list[Seal] = []
    for seal in seals:
        if few and (seal.first_seq != few[-1].last_seq + 1 or seal.last_seq - few[0].first_seq >= queries.BATCH):
            yield few
            few = []
        few.append(seal)
    if few:
        yield few


async def _verify_rows(tx: Transaction, seals: list[Seal], findings: AuditFindings) -> None:
    """Compare the rows under a few seals with their hashes, and the hashes with the seals."""
    first = seals[0].first_seq
    # A seal that was forged may claim any number of places: no genuine one has more than a batch.
    last = min(seals[-1].last_seq, first + max(queries.BATCH, sealing.BATCH) - 1)
    hashes = bytearray()
    while (reached := first + len(hashes) // _HASH_BYTES) <= last:
        checked = await queries.check_places(tx, reached, last)
        hashes += checked["hashes"]
        findings.rows += checked["rows"]
        for seq, audit_log_id, kind in checked["faults"] or ():
            findings.add(row_fault(FaultKind(kind), seq=seq, audit_log_id=audit_log_id))
    for seal in seals:
        start, end = seal.first_seq - first, seal.last_seq - first + 1
        digest = hashlib.sha256(hashes[start * _HASH_BYTES : end * _HASH_BYTES]).digest()
        fault = judge_entries(seal, digest)
        if fault is not None:
            findings.add(fault)


async def _look_behind_the_seals(tx: Transaction, chain: Chain, findings: AuditFindings) -> None:
    beyond = await queries.find_beyond(tx, chain.end)
    if beyond["first"] is not None:
        findings.add(seals_gone(beyond["first"], beyond["last"]))


async def _verify_queue(tx: Transaction, findings: AuditFindings) -> None:
    after = UUID(int=0)
    while rows := await queries.find_waiting(tx, after):
        after = rows[-1]["audit_log_id"]
        for row in rows:
            if row["ghost"]:
                findings.add(row_fault(FaultKind.GHOST, audit_log_id=row["audit_log_id"]))
            else:
                findings.unsealed += 1


async def _look_for_lost(tx: Transaction, since: datetime, until: datetime, findings: AuditFindings) -> None:
    """Find rows that no seal stands for and that the sealer does not know of."""
    place = (since, UUID(int=0))
    while (page := await queries.find_not_queued(tx, place, until))["rows"]:
        for audit_log_id in page["lost"] or ():
            findings.add(row_fault(FaultKind.NOT_QUEUED, audit_log_id=audit_log_id))
        place = (page["last_timestamp"], page["last_id"])


async def _verify_signatures(tx: Transaction, since: datetime, until: datetime) -> SignatureFindings:
    altered: list[AlteredItem] = []
    async with aclosing(find_altered(tx, signed_from=since, signed_to=until)) as found:
        async for item in found:
            altered.append(item)
            if len(altered) == FAULTS_TOLD:
                break
    return SignatureFindings(items=await queries.count_signed(tx, since, until), faults=tuple(altered))
