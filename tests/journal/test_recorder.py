"""What is written down of a change: the audit row and the event, in one transaction, in order."""

from typing import Any
from uuid import UUID

import msgspec

from amss.features.aircraft.model import Aircraft
from amss.foundation.access import the_job
from amss.foundation.database import Origin, Transaction
from amss.foundation.ids import new_id
from amss.journal.event_types import Action, EventType
from amss.journal.recorder import Change, as_shown, note, record, record_many
from builders.installation import Installation
from builders.tenants import Tenant

TRACE = "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01"
ORIGIN = Origin("the-request-id", "192.0.2.7", "a browser", TRACE)


def an_aircraft(tx: Transaction, **fields: Any) -> Aircraft:
    aircraft = Aircraft(
        id=new_id(),
        org_id=tx.org_id,
        version=1,
        created_at=tx.now,
        updated_at=tx.now,
        tail_number="G-ABCD",
        model="A320-214",
    )
    return msgspec.structs.replace(aircraft, **fields)


async def audit_of(installation: Installation, org_id: UUID) -> list[dict[str, Any]]:
    return [
        {**row, "details": msgspec.json.decode(row["details"])}
        for row in await installation.owner.fetch("SELECT * FROM audit_logs WHERE org_id = $1 ORDER BY id", org_id)
    ]


async def events_of(installation: Installation, org_id: UUID) -> list[dict[str, Any]]:
    rows = await installation.owner.fetch("SELECT * FROM outbox_events WHERE org_id = $1 ORDER BY sequence", org_id)
    return [{**row, "payload": msgspec.json.decode(row["payload"])} for row in rows]


async def test_an_update_keeps_only_what_changed_and_what_it_was(installation: Installation, tenant: Tenant) -> None:
    async with installation.server.transaction(tenant.planner.actor, tenant.org_id, ORIGIN) as tx:
        before = an_aircraft(tx, serial_number="1")
        after = msgspec.structs.replace(before, serial_number=None, capacity_slots=3, version=2)
        await record(tx, EventType.AIRCRAFT_UPDATED, before=before, after=after, reason="a correction")

    (audit,) = await audit_of(installation, tenant.org_id)
    (event,) = await events_of(installation, tenant.org_id)
    was, is_now = {"serial_number": "1", "capacity_slots": 10}, {"serial_number": None, "capacity_slots": 3}
    assert audit["details"] == {"before": was, "after": is_now}
    assert (audit["action"], audit["entity_version"], audit["reason"]) == ("update", 2, "a correction")
    assert event["payload"] == {
        **as_shown(after),
        "changed": ["serial_number", "capacity_slots"],
        "previous": was,
        "reason": "a correction",
    }


async def test_creation_and_deletion_keep_the_whole_thing(installation: Installation, tenant: Tenant) -> None:
    async with installation.server.transaction(tenant.planner.actor, tenant.org_id, ORIGIN) as tx:
        aircraft = an_aircraft(tx)
        await record(tx, EventType.AIRCRAFT_CREATED, after=aircraft)
        await record(tx, EventType.AIRCRAFT_DELETED, before=aircraft)

    created, deleted = await audit_of(installation, tenant.org_id)
    shown = as_shown(aircraft)
    assert created["details"] == {"before": None, "after": shown}
    assert deleted["details"] == {"before": shown, "after": None}
    assert [each["payload"] for each in await events_of(installation, tenant.org_id)] == [shown, shown]
    assert "org_id" not in shown


async def test_both_rows_say_who_when_and_from_where(installation: Installation, tenant: Tenant) -> None:
    async with installation.server.transaction(tenant.planner.actor, tenant.org_id, ORIGIN) as tx:
        await record(tx, EventType.AIRCRAFT_CREATED, after=an_aircraft(tx))

    (audit,) = await audit_of(installation, tenant.org_id)
    (event,) = await events_of(installation, tenant.org_id)
    assert (audit["actor_kind"], audit["user_id"], audit["actor_org_id"], audit["api_key_id"]) == (
        "user", tenant.planner.id, tenant.org_id, None,
    )  # fmt: skip
    assert (audit["actor_name"], audit["timestamp"]) == (tenant.planner.email, tx.now)
    assert (audit["request_id"], str(audit["ip_address"]), audit["user_agent"]) == (
        "the-request-id", "192.0.2.7", "a browser",
    )  # fmt: skip
    assert (event["request_id"], event["traceparent"]) == ("the-request-id", TRACE)
    assert (event["event_type"], event["aggregate_type"]) == ("aircraft.created", "aircraft")


async def test_the_order_of_many_changes_is_the_order_of_their_events(
    installation: Installation, tenant: Tenant
) -> None:
    async with installation.worker.transaction(the_job("a_job"), tenant.org_id, ORIGIN) as tx:
        many = [an_aircraft(tx, tail_number=f"G-{n:04}") for n in range(500)]
        await record_many(tx, EventType.AIRCRAFT_CREATED, [Change(after=each) for each in many])
        await record_many(tx, EventType.AIRCRAFT_CREATED, [])

    events = await events_of(installation, tenant.org_id)
    audit = await audit_of(installation, tenant.org_id)
    assert [each["aggregate_id"] for each in events] == [each.id for each in many]
    assert [each["entity_id"] for each in audit] == [each.id for each in many]
    assert {(each["actor_kind"], each["actor_name"], each["user_id"]) for each in audit} == {
        ("system", "a_job", None)
    }


async def test_a_rollback_takes_the_record_with_it(installation: Installation, tenant: Tenant) -> None:
    try:
        async with installation.server.transaction(tenant.planner.actor, tenant.org_id, ORIGIN) as tx:
            await record(tx, EventType.AIRCRAFT_CREATED, after=an_aircraft(tx))
            raise ZeroDivisionError
    except ZeroDivisionError:
        left = await audit_of(installation, tenant.org_id), await events_of(installation, tenant.org_id)

    assert left == ([], [])


async def test_a_note_is_an_audit_row_and_no_event(installation: Installation, tenant: Tenant) -> None:
    async with installation.server.transaction(tenant.planner.actor, tenant.org_id, ORIGIN) as tx:
        await note(tx, Action.LOGIN, "user", tenant.planner.id, details={"session": "1"})

    (audit,) = await audit_of(installation, tenant.org_id)
    assert (audit["action"], audit["entity_type"], audit["entity_id"]) == ("login", "user", tenant.planner.id)
    assert audit["details"] == {"session": "1"}
    assert await events_of(installation, tenant.org_id) == []


def test_event_names_are_words_that_say_what_happened_to_what() -> None:
    for event in EventType:
        thing, _, fact = event.value.partition(".")

        assert thing.isidentifier(), event
        assert fact.isidentifier(), event
        assert event.action in Action
