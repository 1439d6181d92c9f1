"""Reading the audit trail through the front door."""

from collections.abc import Iterator

import msgspec
import pytest

from amss.foundation.clock import system_clock
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.tenants import Tenant

# What is noted without a record of that kind.
NOTED = {"session", "retention"}
AN_AIRCRAFT = {"tail_number": "G-ABCD", "model": "A320-214"}


async def test_a_change_is_shown_with_who_when_and_what_it_was_before(api: FrontDoor, tenant: Tenant) -> None:
    aircraft = (await api(tenant.planner, "POST /aircraft", AN_AIRCRAFT)).json
    headers = {"x-request-id": "the-second-change"}
    changed = await api(tenant.planner, f"PATCH /aircraft/{aircraft['id']}", {"model": "A321"}, headers=headers)

    listed = await api(tenant.auditor, "GET /audit-logs?count=true")

    assert listed.status == 200, listed.body
    assert listed.json["total"] == 2
    latest, first = listed.json["items"]
    assert latest == {
        "id": latest["id"],
        "entity_type": "aircraft",
        "entity_id": aircraft["id"],
        "entity_version": 2,
        "action": "update",
        "actor": {
            "kind": "user",
            "id": str(tenant.planner.id),
            "org_id": str(tenant.org_id),
            "name": tenant.planner.email,
        },
        "request_id": "the-second-change",
        "ip_address": "127.0.0.1",
        "timestamp": changed.json["updated_at"],
        "reason": None,
        "details": {"before": {"model": "A320-214"}, "after": {"model": "A321"}},
    }
    assert (first["action"], first["details"]["before"]) == ("create", None)
    assert first["details"]["after"] == aircraft


async def test_the_trail_is_filtered_by_what_by_whom_and_when(api: FrontDoor, tenant: Tenant) -> None:
    first = (await api(tenant.planner, "POST /aircraft", AN_AIRCRAFT)).json
    between = f"{system_clock():%Y-%m-%dT%H:%M:%S.%fZ}"
    second = (await api(tenant.tenant_admin, "POST /aircraft", AN_AIRCRAFT | {"tail_number": "G-TWO"})).json
    await api(tenant.planner, f"PATCH /aircraft/{first['id']}", {"model": "A321"})

    async def found(query: str) -> list[tuple[str, str]]:
        answer = await api(tenant.auditor, f"GET /audit-logs?{query}")
        assert answer.status == 200, answer.body
        return [(each["action"], each["entity_id"]) for each in answer.json["items"]]

    assert await found(f"entity_id={first['id']}") == [("update", first["id"]), ("create", first["id"])]
    assert await found(f"entity_type=aircraft&user_id={tenant.tenant_admin.id}") == [("create", second["id"])]
    assert await found("action=update") == [("update", first["id"])]
    assert await found(f"to={between}") == [("create", first["id"])]
    assert await found(f"from={between}&sort=timestamp") == [("create", second["id"]), ("update", first["id"])]
    assert await found("entity_type=webhook") == []


async def test_the_trail_can_be_asked_for_everything_that_is_written_into_it(api: FrontDoor, tenant: Tenant) -> None:
    written = sorted(set(entity_types()) | NOTED)

    statuses = {
        entity_type: (await api(tenant.auditor, f"GET /audit-logs?entity_type={entity_type}")).status
        for entity_type in written
    }

    assert {"aircraft", "due-item", "maintenance-task", "session"} <= statuses.keys()
    assert statuses == dict.fromkeys(written, 200)


async def test_pages_of_the_trail_follow_one_another(api: FrontDoor, tenant: Tenant) -> None:
    for number in range(5):
        await api(tenant.planner, "POST /aircraft", AN_AIRCRAFT | {"tail_number": f"G-{number:03}"})

    seen: list[str] = []
    cursor = ""
    while cursor is not None:
        query = f"limit=2&action=create{cursor and f'&cursor={cursor}'}"
        page = (await api(tenant.auditor, f"GET /audit-logs?{query}")).json
        seen += [each["details"]["after"]["tail_number"] for each in page["items"]]
        cursor = page["next_cursor"]

    assert seen == ["G-004", "G-003", "G-002", "G-001", "G-000"]


async def test_what_a_sign_in_notes_stands_beside_before_and_after(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    await installation.owner.execute(
        """
        INSERT INTO audit_logs (org_id, id, entity_type, action, actor_kind, actor_name, details)
        VALUES ($1, gen_random_uuid(), 'session', 'login_failed', 'system', 'sign-in', '{"failures": 3}')
        """,
        tenant.org_id,
    )

    [entry] = (await api(tenant.auditor, "GET /audit-logs?action=login_failed")).json["items"]

    assert entry["actor"] == {"kind": "system", "id": None, "org_id": None, "name": "sign-in"}
    assert entry["details"] == {"before": None, "after": None, "failures": 3}
    assert (entry["entity_id"], entry["ip_address"]) == (None, None)


async def test_a_tenants_trail_is_its_own(api: FrontDoor, tenant: Tenant, another_tenant: Tenant) -> None:
    theirs = (await api(another_tenant.planner, "POST /aircraft", AN_AIRCRAFT)).json["id"]

    listed = await api(tenant.auditor, f"GET /audit-logs?count=true&entity_id={theirs}")

    assert listed.json == {"items": [], "next_cursor": None, "total": 0}


async def test_a_mechanic_does_not_read_the_whole_trail(api: FrontDoor, tenant: Tenant) -> None:
    answer = await api(tenant.mechanic, "GET /audit-logs")

    assert (answer.status, answer.code) == (403, "FORBIDDEN")


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("from=2026-11-24T04:00:00", 422, "VALIDATION"),  # no zone: whose four o'clock?
        ("from=yesterday", 422, "VALIDATION"),
        ("action=steal", 422, "VALIDATION"),
        ("entity_type=%00", 422, "VALIDATION"),
        ("entity_id=7", 422, "VALIDATION"),
        ("since=2026-11-24T04:00:00Z", 400, "MALFORMED"),
        ("sort=actor", 422, "VALIDATION"),
    ],
)
async def test_a_question_that_makes_no_sense_is_refused(
    api: FrontDoor, tenant: Tenant, query: str, status: int, code: str
) -> None:
    answer = await api(tenant.auditor, f"GET /audit-logs?{query}")

    assert (answer.status, answer.code) == (status, code)


def entity_types(shape: type[msgspec.Struct] = msgspec.Struct) -> Iterator[str]:
    """Yield under which name each kind of record is written down."""
    if isinstance(entity_type := getattr(shape, "entity_type", None), str):
        yield entity_type
    for each in shape.__subclasses__():
        if each.__module__.startswith(("amss.", "msgspec")):
            yield from entity_types(each)
