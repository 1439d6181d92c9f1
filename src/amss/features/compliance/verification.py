"""Proof that signed checks are what was signed: every hash computed anew, and compared with what was recorded."""

from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from amss.features.compliance.model import AlteredItem, ComplianceItem, Fault
from amss.features.compliance.rules import FORM, SNAPSHOT
from amss.foundation.database import Transaction, columns
from amss.journal.recorder import as_shown

BATCH = 5_000
# How long nothing signed may leave, whatever an organization wants: below it, a check that is gone was removed.
FLOOR_DAYS = 1095

# Every change moves these; they are no part of what is signed.
_COUNTED: Final = frozenset({"version", "updated_at"})
_AS_TEXT = {"sign_off_time": "amss_utc(t.sign_off_time)"}


def _part(name: str) -> str:
    text = _AS_TEXT.get(name, f"t.{name}::text")
    return f"coalesce(char_length({text}) || ':' || {text}, '-')"


# The canonical form of `rules.canonical_form`, of the row `t`.
CANONICAL_FORM = f"concat_ws(',', '{FORM}', {', '.join(_part(name) for name in SNAPSHOT)})"

# What is looked at in a batch of $5: from a place on ($2, $3), up to a moment ($4). First the signed checks, each
# with its sign-off in the audit trail.
_SIGNED = f"""
    SELECT t.id, t.task_id, t.sign_off_time, t.id AS place,
           CASE WHEN t.snapshot_hash IS DISTINCT FROM sha256(convert_to({CANONICAL_FORM}, 'UTF8')) THEN 'content'
                WHEN recorded.alike IS NULL THEN 'unrecorded'
                WHEN NOT recorded.alike THEN 'hash' END AS fault
    FROM (
        SELECT * FROM compliance_items t
        WHERE t.org_id = $1 AND (t.sign_off_time, t.id) > ($2, $3) AND t.sign_off_time < $4
        ORDER BY t.sign_off_time, t.id
        LIMIT $5
    ) t
    CROSS JOIN LATERAL (
        SELECT bool_and(l.details #>> '{{after,snapshot_hash}}' IS NOT DISTINCT FROM encode(t.snapshot_hash, 'hex'))
               AS alike
        FROM audit_logs l
        WHERE l.org_id = $1 AND l.entity_id = t.id AND l.action = 'sign_off' AND l.entity_type = 'compliance-item'
    ) recorded
    ORDER BY t.sign_off_time, t.id
"""

# Then the sign-offs that were recorded, each with its check: where that is not there, or is not signed any more, it
# was removed, unless its retention can have come.
_RECORDED = f"""
    SELECT l.entity_id AS id, t.task_id, l.timestamp AS sign_off_time, l.id AS place,
           CASE WHEN t.sign_off_time IS NULL
                 AND (t.id IS NOT NULL OR l.timestamp > now() - make_interval(days => {FLOOR_DAYS})) THEN 'removed'
           END AS fault
    FROM (
        SELECT l.id, l.entity_id, l.timestamp FROM audit_logs l
        WHERE l.org_id = $1 AND l.action = 'sign_off' AND l.entity_type = 'compliance-item'
          AND (l.timestamp, l.id) > ($2, $3) AND l.timestamp < $4
        ORDER BY l.timestamp, l.id
        LIMIT $5
    ) l
    LEFT JOIN LATERAL (
        SELECT t.id, t.task_id, t.sign_off_time FROM compliance_items t
        WHERE t.org_id = $1 AND t.id = l.entity_id
        LIMIT 1
    ) t ON true
    ORDER BY l.timestamp, l.id
"""


async def find_altered(tx: Transaction, *, signed_from: datetime, signed_to: datetime) -> AsyncGenerator[AlteredItem]:
    """Yield the signed checks of an organization that are not what was signed, by the time of their signature.

    `signed_to` is no part of the range. Only one batch is looked at in one statement, so that none of them takes
    long; what yields is read and not held. Checks that are gone come last; one that its organization's retention
    has removed is not missed.
    """
    for batch in (_SIGNED, _RECORDED):
        place: tuple[datetime, UUID] = (signed_from, UUID(int=0))
        while rows := await tx.connection.fetch(batch, tx.org_id, *place, signed_to, BATCH):
            for row in rows:
                if row["fault"] is not None:
                    yield await _told(tx, row)
            place = (rows[-1]["sign_off_time"], rows[-1]["place"])


async def _told(tx: Transaction, row: Any) -> AlteredItem:
    """Return what is wrong with a check, and in which fields, as far as the audit trail still shows it."""
    return AlteredItem(
        id=row["id"],
        task_id=row["task_id"],
        sign_off_time=row["sign_off_time"],
        fault=Fault(row["fault"]),
        differs=await _differing(tx, row["id"]),
    )


async def _differing(tx: Transaction, item_id: UUID) -> tuple[str, ...]:
    item = await tx.first(
        ComplianceItem,
        f"SELECT {columns(ComplianceItem)} FROM compliance_items WHERE org_id = $1 AND id = $2",
        tx.org_id,
        item_id,
    )
    if item is None:
        return ()
    recorded: dict[str, Any] = {}
    for row in await tx.connection.fetch(
        """
        SELECT details -> 'after' AS after FROM audit_logs
        WHERE org_id = $1 AND entity_id = $2 AND entity_type = 'compliance-item'
          AND jsonb_typeof(details -> 'after') = 'object'
        ORDER BY timestamp, entity_version
        """,
        tx.org_id,
        item_id,
    ):
        recorded |= row["after"]
    shown = as_shown(item)
    return tuple(name for name in shown if name in recorded.keys() - _COUNTED and recorded[name] != shown[name])
