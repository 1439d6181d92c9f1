"""Recording: the audit row and the outbox event of a change, in the change's own transaction, in one statement."""

from collections.abc import Sequence
from typing import Any, ClassVar, Protocol
from uuid import UUID

import msgspec

from amss.foundation.access import ActorKind
from amss.foundation.database import Transaction
from amss.foundation.ids import new_id
from amss.journal.event_types import Action, EventType


class Entity(Protocol):
    """What can be recorded: an identified, versioned thing that knows how it is shown to the outside."""

    entity_type: ClassVar[str]
    shown_as: ClassVar[type[msgspec.Struct]]

    @property
    def id(self) -> UUID:
        """Its identifier."""
        ...

    @property
    def version(self) -> int:
        """Its version after the change."""
        ...


class Change(msgspec.Struct, frozen=True):
    """One entity before and after; no before means created, no after means deleted."""

    before: Any = None
    after: Any = None
    reason: str | None = None


async def record(
    tx: Transaction,
    event: EventType,
    *,
    before: Entity | None = None,
    after: Entity | None = None,
    reason: str | None = None,
) -> None:
    """Write down one change."""
    await record_many(tx, event, [Change(before, after, reason)])


async def record_many(tx: Transaction, event: EventType, changes: Sequence[Change]) -> None:
    """Write down many changes of one kind, in their order."""
    if not changes:
        return
    entities: list[Entity] = [change.after or change.before for change in changes]
    details = [_details(change) for change in changes]
    await tx.run(
        """
        WITH change AS (
            SELECT * FROM unnest($12::uuid[], $13::uuid[], $14::uuid[], $15::int[], $16::text[],
                                 $17::jsonb[], $18::jsonb[])
                WITH ORDINALITY AS c (audit_id, event_id, entity_id, version, reason, details, payload, place)
        ), audit AS (
            INSERT INTO audit_logs (org_id, timestamp, request_id, ip_address, user_agent,
                                    actor_kind, actor_org_id, user_id, api_key_id, actor_name,
                                    action, entity_type,
                                    id, entity_id, entity_version, reason, details)
            SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $19, $11,
                   audit_id, entity_id, version, reason, details
            FROM change ORDER BY place
        )
        INSERT INTO outbox_events (org_id, id, event_type, aggregate_type, aggregate_id, payload,
                                   request_id, traceparent)
        SELECT $1, event_id, $20, $11, entity_id, payload, $3, $21 FROM change ORDER BY place
        """,
        *_who_and_whence(tx),
        entities[0].entity_type,
        [new_id() for _ in changes],
        [new_id() for _ in changes],
        [entity.id for entity in entities],
        [entity.version for entity in entities],
        [change.reason for change in changes],
        details,
        [_payload(change, each) for change, each in zip(changes, details, strict=True)],
        event.action.value,
        event.value,
        tx.origin.traceparent,
    )


async def note(
    tx: Transaction,
    action: Action,
    entity_type: str,
    entity_id: UUID,
    *,
    details: dict[str, Any] | None = None,
    reason: str | None = None,
) -> None:
    """Write an audit row alone, for what the world is not told: sign-in, exports, refusals."""
    await tx.run(
        """
        INSERT INTO audit_logs (org_id, timestamp, request_id, ip_address, user_agent,
                                actor_kind, actor_org_id, user_id, api_key_id, actor_name,
                                entity_type, id, entity_id, action, reason, details)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
        """,
        *_who_and_whence(tx),
        entity_type,
        new_id(),
        entity_id,
        action.value,
        reason,
        details or {},
    )


def _who_and_whence(tx: Transaction) -> tuple[Any, ...]:
    actor, origin = tx.actor, tx.origin
    return (
        tx.org_id,
        tx.now,
        origin.request_id,
        origin.ip_address,
        origin.user_agent,
        actor.kind.value,
        actor.org_id if actor.kind is ActorKind.USER else None,
        actor.id if actor.kind is ActorKind.USER else None,
        actor.id if actor.kind is ActorKind.API_KEY else None,
        actor.name,
    )


def as_shown(entity: Entity) -> dict[str, Any]:
    """Return an entity in its API shape, as plain JSON values."""
    return msgspec.to_builtins(msgspec.convert(entity, entity.shown_as, from_attributes=True))


def _details(change: Change) -> dict[str, Any]:
    """Return what the audit row keeps: of an update, only the fields that changed."""
    before = as_shown(change.before) if change.before is not None else None
    after = as_shown(change.after) if change.after is not None else None
    if before is None or after is None:
        return {"before": before, "after": after}
    changed = [name for name in after if before.get(name) != after[name] and name not in _NEVER_NEWS]
    return {
        "before": {name: before.get(name) for name in changed},
        "after": {name: after[name] for name in changed},
    }


# Every update changes these; they say nothing of what was done.
_NEVER_NEWS = frozenset({"version", "updated_at"})


def _payload(change: Change, details: dict[str, Any]) -> dict[str, Any]:
    """Return an event's `data`: the API shape after the change, the names that changed, and what they were."""
    entity: Entity = change.after or change.before
    payload = as_shown(entity)
    if change.before is not None and change.after is not None:
        payload["changed"] = list(details["after"])
        payload["previous"] = details["before"]
    return payload
