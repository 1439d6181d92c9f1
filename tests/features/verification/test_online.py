"""What was done to the trail behind AMSS's back is found, and the first place that shows it is named."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
import pytest
from asyncpg import CheckViolationError

from amss.cli.keys import new_signing_key
from amss.features.audit import sealing
from amss.features.audit.keys import SealKey
from amss.features.audit.row_text import ROW_HASH
from amss.features.compliance.verification import CANONICAL_FORM
from amss.features.verification import queries
from amss.foundation.access import the_job
from builders.audit import SEAL_KEY, bending, sealed, written
from builders.checks import checks_of, sign_all
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.tasks import an_order, fleet_of_one, move, plan
from builders.tenants import ORIGIN, Tenant

Json = dict[str, Any]


@pytest.fixture
async def trail(installation: Installation, tenant: Tenant) -> list[UUID]:
    """Six rows under two seals of three rows each."""
    ids: list[UUID] = []
    for _ in range(2):
        ids += await written(installation, tenant.org_id, 3)
        await sealed(installation, tenant.org_id)
    return ids


async def verified(api: FrontDoor, tenant: Tenant, **asked: datetime) -> Json:
    query = urlencode({name: moment.isoformat() for name, moment in asked.items()})
    answer = await api(tenant.auditor, f"GET /audit-logs/verify?{query}")
    assert answer.status == 200, answer.body
    return answer.json


def told(found: Json) -> list[tuple[str, int | None]]:
    """Return the kind and the place of each fault of the trail."""
    assert found["verified"] is False
    return [(fault["kind"], fault.get("seq")) for fault in found["audit"]["faults"]]


async def bend(installation: Installation, statement: str, *values: Any) -> None:
    async with bending(installation) as superuser:
        assert not (await superuser.execute(statement, *values)).endswith(" 0")


@pytest.mark.usefixtures("trail")
async def test_a_trail_that_was_left_alone_is_verified_and_the_verification_is_in_it(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    await written(installation, tenant.org_id, 2)

    found = await verified(api, tenant)

    assert found == {
        "verified": True,
        "audit": {"rows": 6, "seals": 2, "unsealed": 2, "faults": []},
        "signatures": {"items": 0, "faults": []},
    }
    [noted] = await installation.owner.fetch(
        "SELECT * FROM audit_logs WHERE org_id = $1 AND action = 'verify'", tenant.org_id
    )
    assert noted["user_id"] == tenant.auditor.id
    details = msgspec.json.decode(noted["details"])
    assert (details["verified"], details["rows"], details["seals"], details["faults"]) == (True, 6, 2, [])


async def test_an_altered_row_is_named(
    api: FrontDoor, installation: Installation, tenant: Tenant, trail: list[UUID]
) -> None:
    await bend(installation, "UPDATE audit_logs SET actor_name = 'Nobody' WHERE id = $1", trail[1])

    found = await verified(api, tenant)

    assert found["audit"]["faults"] == [
        {
            "kind": "row_altered",
            "message": "The row at place 2 was altered after it was sealed.",
            "seq": 2,
            "audit_log_id": str(trail[1]),
        }
    ]


async def test_a_hash_that_was_made_to_fit_an_altered_row_is_not_the_one_that_was_sealed(
    api: FrontDoor, installation: Installation, tenant: Tenant, trail: list[UUID]
) -> None:
    await bend(installation, "UPDATE audit_logs SET actor_name = 'Nobody' WHERE id = $1", trail[4])
    await bend(
        installation,
        f"UPDATE audit_seal_entries e SET row_hash = {ROW_HASH} FROM audit_logs t "
        "WHERE t.id = $1 AND e.org_id = t.org_id AND e.audit_log_id = t.id",
        trail[4],
    )

    assert told(await verified(api, tenant)) == [("entries_altered", 4)]


async def test_a_seal_that_was_made_to_fit_is_not_signed(
    api: FrontDoor, installation: Installation, tenant: Tenant, trail: list[UUID]
) -> None:
    await bend(
        installation,
        "UPDATE audit_seals SET entries_hash = sha256(entries_hash) WHERE org_id = $1 AND first_seq = 1",
        tenant.org_id,
    )

    assert trail
    assert told(await verified(api, tenant)) == [("signature_wrong", 1), ("seal_broken", 4), ("entries_altered", 1)]


async def test_a_row_that_was_deleted_is_missed(
    api: FrontDoor, installation: Installation, tenant: Tenant, trail: list[UUID]
) -> None:
    await bend(installation, "DELETE FROM audit_logs WHERE id = $1", trail[2])

    assert told(await verified(api, tenant)) == [("row_missing", 3)]


async def test_a_row_that_was_deleted_with_its_entry_leaves_an_empty_place(
    api: FrontDoor, installation: Installation, tenant: Tenant, trail: list[UUID]
) -> None:
    await bend(installation, "DELETE FROM audit_logs WHERE id = $1", trail[2])
    await bend(installation, "DELETE FROM audit_seal_entries WHERE audit_log_id = $1", trail[2])

    assert told(await verified(api, tenant)) == [("entry_missing", 3), ("entries_altered", 1)]


@pytest.mark.parametrize("batch_bytes", [queries.BATCH_BYTES, 1])
async def test_rows_that_changed_places_are_named(
    api: FrontDoor,
    installation: Installation,
    tenant: Tenant,
    trail: list[UUID],
    monkeypatch: pytest.MonkeyPatch,
    batch_bytes: int,
) -> None:
    monkeypatch.setattr(queries, "BATCH_BYTES", batch_bytes)
    for was, becomes in ((1, 100), (2, 1), (100, 2)):
        await bend(
            installation,
            "UPDATE audit_seal_entries SET seq = $3 WHERE org_id = $1 AND seq = $2",
            tenant.org_id,
            was,
            becomes,
        )

    assert trail
    assert told(await verified(api, tenant)) == [("row_reordered", 2), ("entries_altered", 1)]


@pytest.mark.parametrize(
    ("first_seq", "faults"),
    [(1, [("seal_missing", 1)]), (4, [("seal_missing", 4)])],
    ids=["the first", "the last, its entries left behind"],
)
@pytest.mark.usefixtures("trail")
async def test_a_seal_that_was_deleted_is_missed(
    api: FrontDoor, installation: Installation, tenant: Tenant, first_seq: int, faults: list[Any]
) -> None:
    await bend(installation, "DELETE FROM audit_seals WHERE org_id = $1 AND first_seq = $2", tenant.org_id, first_seq)

    assert told(await verified(api, tenant)) == faults


@pytest.mark.usefixtures("trail")
async def test_a_seal_that_claims_more_places_than_any_has_is_found_without_looking_at_all_of_them(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    await bend(
        installation,
        "UPDATE audit_seals SET last_seq = 9000000000000 WHERE org_id = $1 AND first_seq = 4",
        tenant.org_id,
    )

    assert ("signature_wrong", 4) in told(await verified(api, tenant))


async def test_a_seal_by_a_key_that_is_not_known_proves_nothing(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    await written(installation, tenant.org_id)
    await sealed(installation, tenant.org_id, SealKey(new_signing_key()))

    assert told(await verified(api, tenant)) == [("key_unknown", 1)]


async def test_a_row_that_is_in_no_seal_and_in_no_queue_is_found(
    api: FrontDoor, installation: Installation, tenant: Tenant, trail: list[UUID]
) -> None:
    [waiting] = await written(installation, tenant.org_id)
    await bend(installation, "DELETE FROM audit_unsealed WHERE audit_log_id = $1", waiting)

    found = await verified(api, tenant)

    assert trail
    assert told(found) == [("not_queued", None)]
    assert found["audit"]["faults"][0]["audit_log_id"] == str(waiting)


async def test_a_row_that_was_deleted_while_it_waited_leaves_a_ghost_in_the_queue(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    [waiting] = await written(installation, tenant.org_id)
    await bend(installation, "DELETE FROM audit_logs WHERE id = $1", waiting)

    found = await verified(api, tenant)

    assert told(found) == [("ghost", None)]
    assert found["audit"]["unsealed"] == 0


@pytest.mark.parametrize("place", [0, -7])
async def test_a_row_that_was_brought_in_at_a_place_before_the_first_is_found(
    api: FrontDoor, installation: Installation, tenant: Tenant, trail: list[UUID], place: int
) -> None:
    [forged] = await written(installation, tenant.org_id)
    await bend(installation, "DELETE FROM audit_unsealed WHERE audit_log_id = $1", forged)
    await bend(
        installation,
        "INSERT INTO audit_seal_entries (org_id, seq, audit_log_id, row_hash, details_bytes) "
        "VALUES ($1, $2, $3, sha256(''), 2)",
        tenant.org_id,
        place,
        forged,
    )

    assert trail
    assert told(await verified(api, tenant)) == [("seal_missing", place)]


@pytest.mark.parametrize("when", ["infinity", "-infinity", "12000-01-01", "0044-03-15 BC"])
async def test_no_row_is_hidden_at_a_time_that_nobody_asks_for(
    installation: Installation, trail: list[UUID], when: str
) -> None:
    with pytest.raises(CheckViolationError, match="audit_logs_in_time"):
        await bend(
            installation, "UPDATE audit_logs SET timestamp = $2::text::timestamptz WHERE id = $1", trail[0], when
        )


@pytest.mark.usefixtures("trail")
async def test_a_clock_that_was_set_back_between_two_seals_makes_no_fault(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    clock = datetime.now(UTC) + timedelta(hours=1)
    for set_back in (timedelta(0), timedelta(minutes=10)):
        await written(installation, tenant.org_id)
        async with installation.worker.transaction(the_job("audit_sealer"), tenant.org_id, ORIGIN) as tx:
            tx.now = clock - set_back
            await sealing.seal_next(tx, SEAL_KEY)

    for asked in ({"to": clock - timedelta(minutes=5)}, {"from": clock - timedelta(minutes=5)}):
        found = await verified(api, tenant, **asked)
        assert (found["verified"], found["audit"]["faults"]) == (True, [])


async def test_a_time_that_ends_before_it_begins_is_not_verified(api: FrontDoor, tenant: Tenant) -> None:
    answer = await api(tenant.auditor, "GET /audit-logs/verify?from=2026-02-01T00:00:00Z&to=2026-02-01T00:00:00Z")

    assert (answer.status, answer.code) == (422, "VALIDATION")
    assert [fault["pointer"] for fault in answer.json["errors"]] == ["to"]


@pytest.mark.parametrize(("limit", "least"), [("BATCH", 2), ("BATCH_BYTES", 1), ("BATCH_BYTES", 5)])
async def test_small_batches_find_what_large_ones_find(
    api: FrontDoor,
    installation: Installation,
    tenant: Tenant,
    trail: list[UUID],
    monkeypatch: pytest.MonkeyPatch,
    limit: str,
    least: int,
) -> None:
    monkeypatch.setattr(queries, limit, least)
    await bend(installation, "UPDATE audit_logs SET reason = 'x' WHERE id = ANY($1)", [trail[1], trail[5]])

    assert told(await verified(api, tenant)) == [("row_altered", 2), ("row_altered", 6)]


async def test_only_the_time_that_is_asked_for_is_verified(
    api: FrontDoor, installation: Installation, tenant: Tenant, trail: list[UUID]
) -> None:
    await bend(installation, "UPDATE audit_logs SET reason = 'x' WHERE id = $1", trail[1])
    between = await installation.owner.fetchval(
        "SELECT sealed_at FROM audit_seals WHERE org_id = $1 AND first_seq = 4", tenant.org_id
    )

    later = await verified(api, tenant, **{"from": between})
    earlier = await verified(api, tenant, to=between)

    assert (later["verified"], later["audit"]["rows"], later["audit"]["seals"]) == (True, 3, 1)
    assert (told(earlier), earlier["audit"]["rows"]) == ([("row_altered", 2)], 3)
    assert (await verified(api, tenant, **{"from": datetime.now(UTC) + timedelta(days=1)}))["verified"] is True


async def test_a_tenants_verification_knows_nothing_of_another(
    api: FrontDoor, installation: Installation, another_tenant: Tenant, trail: list[UUID]
) -> None:
    await bend(installation, "UPDATE audit_logs SET reason = 'x' WHERE id = $1", trail[1])

    assert (await verified(api, another_tenant))["audit"]["rows"] == 0


async def test_while_one_verification_runs_another_of_the_organization_waits(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    async with installation.owner.transaction():
        await installation.owner.execute("SELECT pg_advisory_xact_lock(4204, hashtext($1))", str(tenant.org_id))
        answer = await api(tenant.auditor, "GET /audit-logs/verify")

    assert (answer.status, answer.headers["retry-after"]) == (503, "10")


@pytest.fixture
async def check(api: FrontDoor, installation: Installation, tenant: Tenant) -> Json:
    """A check that was signed."""
    aircraft = await fleet_of_one(api, tenant.planner)
    order = an_order(aircraft, assigned_mechanic_id=str(tenant.mechanic.id))
    task = (await move(api, tenant.mechanic, await plan(api, tenant.planner, order), "in_progress")).json
    await api(tenant.mechanic, "POST /compliance-items", {"task_id": task["id"], "description": "Torque checked"})
    await sign_all(api, installation, tenant.mechanic, task)
    [only] = await checks_of(api, tenant.mechanic, task)
    return only


@pytest.mark.parametrize("ago", [timedelta(days=1), timedelta(0)], ids=["an earlier", "a later"])
async def test_a_second_record_of_a_signature_does_not_cover_what_the_first_one_says(
    api: FrontDoor, installation: Installation, tenant: Tenant, check: Json, ago: timedelta
) -> None:
    item_id = UUID(check["id"])
    await bend(installation, "UPDATE compliance_items SET notes = 'fine' WHERE id = $1", item_id)
    await bend(
        installation,
        f"UPDATE compliance_items t SET snapshot_hash = sha256(convert_to({CANONICAL_FORM}, 'UTF8')) WHERE id = $1",
        item_id,
    )
    # Past AMSS, but through the queue: the sealer takes it for a row like any other.
    await installation.owner.execute(
        """
        INSERT INTO audit_logs
            (id, org_id, entity_type, entity_id, action, actor_kind, actor_name, details, timestamp)
        SELECT gen_random_uuid(), org_id, 'compliance-item', id, 'sign_off', 'system', 'Nobody',
               jsonb_build_object('after', jsonb_build_object('snapshot_hash', encode(snapshot_hash, 'hex'))),
               now() - $2::interval
        FROM compliance_items WHERE id = $1
        """,
        item_id,
        ago,
    )
    await sealed(installation, tenant.org_id)

    found = await verified(api, tenant)

    assert [each["fault"] for each in found["signatures"]["faults"]] == ["hash"]


@pytest.mark.parametrize("when", ["infinity", "-infinity", "12000-01-01"])
async def test_no_signature_is_hidden_at_a_time_that_nobody_asks_for(
    installation: Installation, check: Json, when: str
) -> None:
    with pytest.raises(CheckViolationError, match="compliance_items_in_time"):
        await bend(
            installation,
            "UPDATE compliance_items SET sign_off_time = $2::text::timestamptz WHERE id = $1",
            UUID(check["id"]),
            when,
        )


@pytest.mark.parametrize("fault", ["content", "hash"])
async def test_a_signed_check_that_was_altered_is_named(
    api: FrontDoor, installation: Installation, tenant: Tenant, check: Json, fault: str
) -> None:
    assert (await verified(api, tenant))["signatures"] == {"items": 1, "faults": []}
    await bend(installation, "UPDATE compliance_items SET notes = 'fine' WHERE id = $1", UUID(check["id"]))
    if fault == "hash":  # it was made to fit
        new_hash = f"sha256(convert_to({CANONICAL_FORM}, 'UTF8'))"
        await bend(
            installation, f"UPDATE compliance_items t SET snapshot_hash = {new_hash} WHERE id = $1", UUID(check["id"])
        )

    found = await verified(api, tenant)

    [altered] = found["signatures"]["faults"]
    assert (found["verified"], found["audit"]["faults"]) == (False, [])
    assert (altered["id"], altered["fault"]) == (check["id"], fault)
