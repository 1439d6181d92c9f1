"""Checks of tasks: as values, signed through the front door, and signed in the database with a true hash."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from amss.features.auth.rules import PROOF_LIFETIME
from amss.features.auth.tokens import REAUTH
from amss.features.compliance.model import ComplianceItem, ComplianceResult
from amss.features.compliance.rules import with_hash
from amss.foundation.access import Role
from amss.foundation.clock import system_clock
from amss.foundation.database import columns
from amss.foundation.ids import new_id
from builders.front_door import FrontDoor, Reply
from builders.installation import Installation
from builders.sign_in import said_in, with_password
from builders.tasks import NOON, ORG_ID
from builders.tenants import PASSWORD, Person


def a_check(**facts: Any) -> ComplianceItem:
    """Return a check that somebody has put on a task."""
    given: dict[str, Any] = {"id": new_id(), "org_id": ORG_ID, "task_id": new_id(), "aircraft_id": new_id()}
    times: dict[str, Any] = {"version": 1, "created_at": NOON, "updated_at": NOON}
    said: dict[str, Any] = {"position": 1, "description": "Torque checked"}
    return ComplianceItem(**given | times | said | facts)


def a_signed_check(*, at: datetime = NOON, **facts: Any) -> ComplianceItem:
    """Return a check with a signature and its true hash."""
    signature: dict[str, Any] = {
        "result": ComplianceResult.PASS,
        "sign_off_user_id": new_id(),
        "sign_off_time": at,
        "signer_name": "Mia Mechanic",
        "signer_role": Role.MECHANIC,
        "signer_licence_number": "UK.66.1234",
        "signer_licence_kind": "Part-66 B1",
        "reading_minutes": 6_000,
        "reading_cycles": 70,
    }
    return with_hash(a_check(**signature | facts))


async def add_unsigned(installation: Installation, task: dict[str, Any], planner: Person) -> UUID:
    """Put a check on a task that waits for its signature."""
    item = a_check(org_id=planner.org_id, task_id=UUID(task["id"]), aircraft_id=UUID(task["aircraft_id"]))
    await insert(installation, item)
    return item.id


async def add_signed(installation: Installation, task: dict[str, Any], signer: Person, **facts: Any) -> UUID:
    """Put a check on a task as its sign-off would leave it, with a true hash and no word of it in the audit trail."""
    item = a_signed_check(
        at=facts.pop("at", system_clock()),
        org_id=signer.org_id,
        task_id=UUID(task["id"]),
        aircraft_id=UUID(task["aircraft_id"]),
        sign_off_user_id=signer.id,
        signer_name=signer.email,
        **facts,
    )
    await insert(installation, item)
    return item.id


async def insert(installation: Installation, item: ComplianceItem) -> None:
    """Insert a check as it is."""
    row = {**msgspec.to_builtins(item), "snapshot_hash": item.signed_hash and f"\\x{item.signed_hash.hex()}"}
    await installation.owner.execute(
        f"""
        INSERT INTO compliance_items ({columns(ComplianceItem)})
        SELECT {columns(ComplianceItem)} FROM jsonb_populate_record(NULL::compliance_items, $1::text::jsonb)
        """,
        msgspec.json.encode(row).decode(),
    )


async def sign_all_unseen(installation: Installation, task: dict[str, Any], signer: Person) -> None:
    """Sign all checks of a task in the database, where the journey there does not matter."""
    rows = await installation.owner.fetch(
        f"SELECT {columns(ComplianceItem)} FROM compliance_items WHERE task_id = $1 AND result = 'pending'",
        UUID(task["id"]),
    )
    for row in rows:
        item = msgspec.convert(dict(row), ComplianceItem)
        now = system_clock()
        signed = a_signed_check(
            at=now,
            **{name: getattr(item, name) for name in _UNSIGNED},
            sign_off_user_id=signer.id,
            signer_name=signer.email,
        )
        await installation.owner.execute(
            """
            UPDATE compliance_items
            SET result = 'pass', sign_off_user_id = $2, sign_off_time = $3, signer_name = $4,
                signer_role = 'mechanic', signer_licence_number = $5, signer_licence_kind = $6, reading_minutes = $7,
                reading_cycles = $8, snapshot_hash = $9
            WHERE id = $1
            """,
            signed.id, signed.sign_off_user_id, now, signed.signer_name, signed.signer_licence_number,
            signed.signer_licence_kind, signed.reading_minutes, signed.reading_cycles, signed.signed_hash,
        )  # fmt: skip


_UNSIGNED = (
    "id", "org_id", "version", "created_at", "updated_at", "task_id", "aircraft_id", "position", "description",
    "regulatory_ref", "from_program", "supersedes_id", "reason",
)  # fmt: skip


async def checks_of(api: FrontDoor, person: Person, task: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the checks of a task, at most 200."""
    return (await api(person, f"GET /compliance-items?limit=200&task_id={task['id']}")).json["items"]


async def sign(
    api: FrontDoor, person: Person | str, check: dict[str, Any], result: str = "pass", **facts: Any
) -> Reply:
    """Sign a check as it was read, with the tests' password."""
    if_match = facts.pop("if_match", check["version"])
    if not facts.keys() & {"password", "reauth_token"}:
        facts["password"] = PASSWORD
    return await api(
        person,
        f"POST /compliance-items/{check['id']}/sign-off",
        {"result": result, **facts},
        headers={} if if_match is None else {"if-match": f'"v{if_match}"'},
    )


async def let_sign(api: FrontDoor, tenant_admin: Person, *, any_mechanic: bool) -> Reply:
    """Settle whether any mechanic of an organization signs, or only the one whose task it is."""
    route = f"PATCH /organizations/{tenant_admin.org_id}/policy"
    settled = await api(tenant_admin, route, {"sign_off_by_any_mechanic": any_mechanic})
    assert settled.status == 200, settled.body
    return settled


def a_proof(installation: Installation, person: Person) -> str:
    """Return what POST /auth/reauthenticate answers one who has just given his password."""
    family = said_in(person.token)["family"]
    whose = {"sub": str(person.id), "org": str(person.org_id), "family": family}
    return installation.keys.sign(REAUTH, whose, now=system_clock(), lifetime=PROOF_LIFETIME)


async def sign_all(
    api: FrontDoor, installation: Installation, mechanic: Person, task: dict[str, Any]
) -> list[dict[str, Any]]:
    """Let a mechanic sign all checks of a task as passed, through the front door."""
    await with_password(installation, mechanic)
    signed: list[dict[str, Any]] = []
    for check in await checks_of(api, mechanic, task):
        if check["result"] == "pending":
            answer = await sign(api, mechanic, check)
            assert answer.status == 200, answer.body
            signed.append(answer.json)
    return signed
