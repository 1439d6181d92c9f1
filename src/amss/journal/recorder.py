"""Recording: the audit row and the outbox event of a change, in the change's own transaction, in one statement."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar, Protocol
from uuid import UUID

import msgspec

from amss.foundation.access import Actor, ActorKind
from amss.foundation.database import Origin, Transaction
from amss.foundation.ids import new_id
from amss.foundation.statements import Statement, in_one
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


class By(Protocol):
    """Who changes something, in which organization, from where and when: a Transaction, or a Drafting."""

    @property
    def actor(self) -> Actor:
        """Who."""
        ...

    @property
    def org_id(self) -> UUID:
        """In which organization."""
        ...

    @property
    def origin(self) -> Origin:
        """From where."""
        ...

    @property
    def now(self) -> datetime:
        """When."""
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


async def save(
    tx: Transaction, saving: Statement, event: EventType, *, before: Entity, after: Entity, reason: str | None = None
) -> None:
    """Write a change back and write it down, all in one statement."""
    audit_rows, events = written_down(tx, event, [Change(before, after, reason)])
    whole = in_one({"saving": saving, "audit_rows": audit_rows, "events": events})
    await tx.run(whole.text, *whole.values)


async def record_many(tx: Transaction, event: EventType, changes: Sequence[Change]) -> None:
    """Write down many changes of one kind, in their order."""
    if changes:
        audit_rows, events = written_down(tx, event, changes)
        both = in_one({"audit_rows": audit_rows, "events": events})
        await tx.run(both.text, *both.values)


def written_down(by: "By", event: EventType, changes: Sequence[Change]) -> tuple[Statement, Statement]:
    """Return what inserts the audit rows of changes of one kind, and their events."""
    entities: list[Entity] = [change.after or change.before for change in changes]
    shown = [
        (change.before and as_shown(change.before), change.after and as_shown(change.after)) for change in changes
    ]
    details = [_details(before, after) for before, after in shown]
    entity_type = entities[0].entity_type
    audit_rows = _inserting(
        _AUDIT_COLUMNS,
        ("uuid", "uuid", "int", "text", "jsonb"),
        (*_who_and_whence(by), entity_type, event.action.value),
        [
            (new_id(), entity.id, entity.version, change.reason, each)
            for entity, change, each in zip(entities, changes, details, strict=True)
        ],
    )
    events = _inserting(
        _EVENT_COLUMNS,
        ("uuid", "uuid", "jsonb"),
        (by.org_id, event.value, entity_type, by.origin.request_id, by.origin.traceparent),
        [
            (new_id(), entity.id, _payload(*each, changed, change.reason))
            for entity, change, each, changed in zip(entities, changes, shown, details, strict=True)
        ],
    )
    return audit_rows, events


# What all rows of a call share, then what is each row's own.
_AUDIT_COLUMNS = """
    INSERT INTO audit_logs (org_id, timestamp, request_id, ip_address, user_agent,
                            actor_kind, actor_org_id, user_id, api_key_id, actor_name, entity_type, action,
                            id, entity_id, entity_version, reason, details)
    SELECT $1, $2, $3, $4::text::inet, $5, $6, $7, $8, $9, $10, $11, $12
"""
_EVENT_COLUMNS = """
    INSERT INTO outbox_events (org_id, event_type, aggregate_type, request_id, traceparent,
                               id, aggregate_id, payload)
    SELECT $1, $2, $3, $4, $5
"""


def _inserting(
    begun: str, types: Sequence[str], shared: tuple[Any, ...], rows: Sequence[tuple[Any, ...]]
) -> Statement:
    """Return an INSERT of rows; of a single one, as nearly always, without the detour over arrays."""
    places = range(len(shared) + 1, len(shared) + len(types) + 1)
    if len(rows) == 1:
        return Statement(f"{begun}, {', '.join(f'${place}' for place in places)}", (*shared, *rows[0]))
    arrays = ", ".join(f"${place}::{kind}[]" for place, kind in zip(places, types, strict=True))
    # A function yields its rows in their order, and nothing here brings them into another.
    return Statement(
        f"{begun}, change.* FROM unnest({arrays}) AS change",
        (*shared, *(list(column) for column in zip(*rows, strict=True))),
    )


async def announce(
    tx: Transaction, event: EventType, aggregate_type: str, aggregate_id: UUID, payload: dict[str, Any]
) -> None:
    """Tell the world alone, for what changes no record: the audit trail does not tell of itself."""
    events = _inserting(
        _EVENT_COLUMNS,
        ("uuid", "uuid", "jsonb"),
        (tx.org_id, event.value, aggregate_type, tx.origin.request_id, tx.origin.traceparent),
        [(new_id(), aggregate_id, payload)],
    )
    await tx.run(events.text, *events.values)


async def note(
    tx: Transaction,
    action: Action,
    entity_type: str,
    entity_id: UUID | None,
    *,
    details: dict[str, Any] | None = None,
    reason: str | None = None,
) -> None:
    """Write an audit row alone, for what the world is not told: sign-in, exports, refusals.

    No id means that the act concerns no single record.
    """
    await tx.run(
        """
        INSERT INTO audit_logs (org_id, timestamp, request_id, ip_address, user_agent,
                                actor_kind, actor_org_id, user_id, api_key_id, actor_name,
                                entity_type, id, entity_id, action, reason, details)
        VALUES ($1, $2, $3, $4::text::inet, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
        """,
        *_who_and_whence(tx),
        entity_type,
        new_id(),
        entity_id,
        action.value,
        reason,
        details or {},
    )


def _who_and_whence(by: "By") -> tuple[Any, ...]:
    actor, origin = by.actor, by.origin
    return (
        by.org_id,
        by.now,
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


def _details(before: Any, after: Any) -> dict[str, Any]:
    """Return what the audit row keeps: of an update, only the fields that changed."""
    if before is None or after is None:
        return {"before": before, "after": after}
    changed = [name for name in after if before.get(name) != after[name] and name not in _NEVER_NEWS]
    return {
        "before": {name: before.get(name) for name in changed},
        "after": {name: after[name] for name in changed},
    }


# Every update changes these; they say nothing of what was done.
_NEVER_NEWS = frozenset({"version", "updated_at"})


def _payload(before: Any, after: Any, details: dict[str, Any], reason: str | None) -> Any:
    """Return an event's `data`: the API shape after the change, the names that changed, what they were, and why.

    What has a reason of its own shows that.
    """
    if before is None or after is None:
        return before if after is None else after
    told = {**after, "changed": list(details["after"]), "previous": details["before"]}
    return told if reason is None or "reason" in after else {**told, "reason": reason}
