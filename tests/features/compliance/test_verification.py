"""Signed checks that somebody has altered behind AMSS's back are found, and what was altered is told."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from amss.features.compliance.model import AlteredItem, ComplianceItem, ComplianceResult, Fault
from amss.features.compliance.rules import canonical_form
from amss.features.compliance.verification import CANONICAL_FORM, find_altered
from amss.foundation.clock import system_clock
from amss.foundation.database import columns
from builders.checks import add_signed, checks_of, sign_all
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.tasks import an_order, fleet_of_one, move, plan
from builders.tenants import ORIGIN, Tenant

Json = dict[str, Any]
SINCE = timedelta(days=1)


@pytest.fixture
async def task(api: FrontDoor, tenant: Tenant) -> Json:
    """A repair in progress, on which nothing is to be checked yet."""
    aircraft = await fleet_of_one(api, tenant.planner)
    order = an_order(aircraft, assigned_mechanic_id=str(tenant.mechanic.id))
    return (await move(api, tenant.mechanic, await plan(api, tenant.planner, order), "in_progress")).json


@pytest.fixture
async def check(api: FrontDoor, installation: Installation, tenant: Tenant, task: Json) -> Json:
    """A check that was signed through the front door."""
    order = {"task_id": task["id"], "description": "Torque checked"}
    await api(tenant.mechanic, "POST /compliance-items", order)
    await sign_all(api, installation, tenant.mechanic, task)
    [only] = await checks_of(api, tenant.mechanic, task)
    return only


async def altered(installation: Installation, tenant: Tenant, *, until: datetime | None = None) -> list[AlteredItem]:
    """Look for what was altered among the signatures of the last day."""
    now = system_clock()
    async with installation.server.transaction(tenant.auditor.actor, tenant.org_id, ORIGIN) as tx:
        found = find_altered(tx, signed_from=now - SINCE, signed_to=until or now + SINCE)
        return [each async for each in found]


async def behind_its_back(installation: Installation, statement: str, *values: Any) -> None:
    """Change what is evidence as only a superuser can: with the triggers off."""
    async with installation.owner.transaction():
        await installation.owner.execute("SET LOCAL session_replication_role = replica")
        assert await installation.owner.execute(statement, *values) != "UPDATE 0"


async def test_what_was_signed_and_left_alone_is_in_order(
    installation: Installation, tenant: Tenant, check: Json
) -> None:
    assert check["result"] == "pass"
    assert await altered(installation, tenant) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("description", "'Torque looked at'"),
        ("result", "'not_applicable', notes = 'x'"),
        ("signer_licence_number", "'UK.66.9999'"),
        ("reading_cycles", "69"),
        ("sign_off_time", "sign_off_time - interval '1 hour'"),
    ],
)
async def test_a_field_that_was_altered_is_told(
    installation: Installation, tenant: Tenant, check: Json, field: str, value: str
) -> None:
    item_id = UUID(check["id"])
    await behind_its_back(installation, f"UPDATE compliance_items SET {field} = {value} WHERE id = $1", item_id)

    [found] = await altered(installation, tenant)

    assert (found.id, found.task_id, found.fault) == (item_id, UUID(check["task_id"]), Fault.CONTENT)
    assert {"reading_cycles": "readings"}.get(field, field) in found.differs


async def test_a_hash_that_was_made_to_fit_is_not_the_one_that_was_recorded(
    installation: Installation, tenant: Tenant, check: Json
) -> None:
    hashed = (
        f"UPDATE compliance_items t SET snapshot_hash = sha256(convert_to({CANONICAL_FORM}, 'UTF8')) WHERE id = $1"
    )
    await behind_its_back(installation, "UPDATE compliance_items SET notes = 'fine' WHERE id = $1", UUID(check["id"]))
    await behind_its_back(installation, hashed, UUID(check["id"]))

    [found] = await altered(installation, tenant)

    assert (found.fault, found.differs) == (Fault.HASH, ("notes", "snapshot_hash"))


async def test_a_signature_that_was_never_recorded_is_found(
    installation: Installation, tenant: Tenant, task: Json
) -> None:
    item_id = await add_signed(installation, task, tenant.mechanic)

    [found] = await altered(installation, tenant)

    assert (found.id, found.fault, found.differs) == (item_id, Fault.UNRECORDED, ())


@pytest.mark.parametrize(
    "removing",
    [
        "DELETE FROM compliance_items WHERE id = $1",
        """
        UPDATE compliance_items
        SET result = 'pending', sign_off_user_id = NULL, sign_off_time = NULL, signer_name = NULL, signer_role = NULL,
            signer_licence_number = NULL, signer_licence_kind = NULL, reading_minutes = NULL, reading_cycles = NULL,
            snapshot_hash = NULL
        WHERE id = $1
        """,
    ],
)
async def test_a_signature_that_was_removed_is_missed(
    installation: Installation, tenant: Tenant, check: Json, removing: str
) -> None:
    await behind_its_back(installation, removing, UUID(check["id"]))

    [found] = await altered(installation, tenant)

    assert (found.id, found.fault) == (UUID(check["id"]), Fault.REMOVED)


async def test_only_the_range_and_the_organization_that_are_asked_for_are_looked_at(
    installation: Installation, tenant: Tenant, another_tenant: Tenant, task: Json
) -> None:
    now = system_clock()
    await add_signed(installation, task, tenant.mechanic, at=now)

    assert await altered(installation, another_tenant) == []
    assert await altered(installation, tenant, until=now) == []
    assert len(await altered(installation, tenant, until=now + timedelta(microseconds=1))) == 1


async def test_more_signatures_than_one_batch_are_all_looked_at(
    installation: Installation, tenant: Tenant, task: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("amss.features.compliance.verification.BATCH", 2)
    now = system_clock()
    unrecorded = [await add_signed(installation, task, tenant.mechanic, at=now) for _ in range(5)]

    assert [each.id for each in await altered(installation, tenant)] == sorted(unrecorded)


async def test_more_removed_signatures_than_one_batch_are_all_missed(
    installation: Installation, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("amss.features.compliance.verification.BATCH", 2)
    gone = await installation.owner.fetch(
        """
        INSERT INTO audit_logs (org_id, id, entity_type, entity_id, action, actor_kind, actor_name)
        SELECT $1, uuidv7(), 'compliance-item', gen_random_uuid(), 'sign_off', 'system', 'test'
        FROM generate_series(1, 5) RETURNING entity_id
        """,
        tenant.org_id,
    )

    found = await altered(installation, tenant)

    assert {each.id for each in found} == {row["entity_id"] for row in gone}
    assert [each.fault for each in found] == [Fault.REMOVED] * 5


async def test_postgres_and_python_write_the_same_canonical_form(
    installation: Installation, tenant: Tenant, task: Json
) -> None:
    now = system_clock()
    for number, facts in enumerate(
        [
            {"notes": "as found"},
            {"notes": "Ölstand 2:1, „gut“ ✈ 🛩", "regulatory_ref": "145.A.50"},
            {"result": ComplianceResult.FAIL, "notes": "line\nbreak, and a tab\t", "from_program": True},
            {"notes": "", "reason": "a:b,-"},
        ]
    ):
        at = (now + timedelta(seconds=number)).replace(microsecond=[0, 1, 120_000, 999_999][number])
        await add_signed(installation, task, tenant.mechanic, at=at, **facts)

    rows = await installation.owner.fetch(
        f"SELECT {columns(ComplianceItem, 't')}, {CANONICAL_FORM} AS form "
        "FROM compliance_items t WHERE t.org_id = $1",
        tenant.org_id,
    )

    for row in rows:
        facts = dict(row)
        form = facts.pop("form")
        assert canonical_form(msgspec.convert(facts, ComplianceItem)) == form
    assert len(rows) == 4
