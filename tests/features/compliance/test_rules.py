"""What may be done with a check, and what is under a signature; no database."""

import hashlib
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from amss.features.compliance import rules
from amss.features.compliance.model import ComplianceResult, SignedResult, SigningFacts, SignOff
from amss.features.programs.model import ChecklistItem, TaskType
from amss.foundation.access import Actor, ActorKind, Role
from amss.foundation.errors import Forbidden
from amss.foundation.ids import new_id
from builders.checks import a_check, a_signed_check
from builders.tasks import NOON, a_task

MIA = SigningFacts(
    "Mia Mechanic", Role.MECHANIC, "UK.66.1234", "Part-66 B1", 6_000, 70, active=True, sign_off_by_any_mechanic=False
)

ANOTHER: dict[str, Any] = {
    "org_id": new_id(),
    "id": new_id(),
    "task_id": new_id(),
    "aircraft_id": new_id(),
    "position": 9,
    "description": "Another check",
    "regulatory_ref": "145.A.50",
    "from_program": True,
    "result": ComplianceResult.NOT_APPLICABLE,
    "notes": "Looked again",
    "sign_off_user_id": new_id(),
    "sign_off_time": NOON + timedelta(microseconds=1),
    "signer_name": "Somebody Else",
    "signer_role": Role.TENANT_ADMIN,
    "signer_licence_number": "UK.66.9999",
    "signer_licence_kind": "A&P",
    "reading_minutes": 6_001,
    "reading_cycles": 71,
    "supersedes_id": new_id(),
    "reason": "Misread",
}


def test_the_canonical_form_is_the_one_that_is_written_down() -> None:
    ids = [UUID(int=number) for number in range(1, 6)]
    signed = a_signed_check(
        org_id=ids[0], id=ids[1], task_id=ids[2], aircraft_id=ids[3], sign_off_user_id=ids[4], notes="1,2:ü"
    )

    form = (
        "amss-sign-off-1"
        ",36:00000000-0000-0000-0000-000000000001,36:00000000-0000-0000-0000-000000000002"
        ",36:00000000-0000-0000-0000-000000000003,36:00000000-0000-0000-0000-000000000004"
        ",1:1,14:Torque checked,-,5:false,4:pass,5:1,2:ü,36:00000000-0000-0000-0000-000000000005"
        ",20:2026-11-24T12:00:00Z,12:Mia Mechanic,8:mechanic,10:UK.66.1234,10:Part-66 B1,4:6000,2:70,-,-"
    )
    assert rules.canonical_form(signed) == form
    assert signed.signed_hash == hashlib.sha256(form.encode()).digest()


def test_the_hash_covers_everything_that_is_signed() -> None:
    signed = a_signed_check()
    altered = [replace(signed, **{name: value}) for name, value in ANOTHER.items()]

    hashes = {rules.snapshot_hash(each) for each in (signed, *altered)}

    assert set(ANOTHER) == set(rules.SNAPSHOT)
    assert len(hashes) == 1 + len(rules.SNAPSHOT)


def test_words_that_move_from_one_field_to_the_next_make_another_hash() -> None:
    one = a_signed_check(notes="2:ab", reason=None)
    other = replace(one, notes="2", reason="ab")

    assert rules.snapshot_hash(one) != rules.snapshot_hash(other)


def test_a_moment_has_one_hash_in_whatever_time_zone_it_is_told() -> None:
    signed = a_signed_check(at=datetime(2026, 11, 24, 12, 0, 0, 5, tzinfo=UTC))
    assert signed.sign_off_time is not None

    told_elsewhere = replace(signed, sign_off_time=signed.sign_off_time.astimezone(timezone(timedelta(hours=3))))

    assert rules.snapshot_hash(told_elsewhere) == signed.signed_hash


def test_a_signature_keeps_who_gave_it_and_what_the_aircraft_showed() -> None:
    check, signer_id = a_check(), new_id()

    signed = rules.signed(check, SignOff(result=SignedResult.PASS, notes=" "), MIA, signer_id=signer_id, now=NOON)

    assert (signed.result, signed.notes, signed.version) == (ComplianceResult.PASS, None, 2)
    assert (signed.sign_off_user_id, signed.sign_off_time) == (signer_id, NOON)
    assert (signed.signer_name, signed.signer_licence_number) == ("Mia Mechanic", "UK.66.1234")
    assert signed.signer_licence_kind == "Part-66 B1"
    assert signed.readings is not None
    assert (signed.readings.flight_minutes, signed.readings.cycles) == (6_000, 70)
    assert signed.signed_hash == rules.snapshot_hash(signed)


@pytest.mark.parametrize(
    ("kind", "role"),
    [
        (ActorKind.USER, Role.ADMIN),
        (ActorKind.USER, Role.TENANT_ADMIN),
        (ActorKind.API_KEY, Role.MECHANIC),
        (ActorKind.SYSTEM, Role.MECHANIC),
    ],
)
def test_nobody_but_a_mechanic_in_person_signs(kind: ActorKind, role: Role) -> None:
    with pytest.raises(Forbidden):
        rules.must_be_a_mechanic(Actor(kind=kind, name="somebody", role=role, id=new_id()))


def test_a_program_without_a_checklist_asks_whether_the_work_was_done() -> None:
    work = a_task(type=TaskType.OVERHAUL, program_id=new_id())

    [check] = rules.checks_of(work, (), next_id=new_id, now=NOON)

    assert (check.description, check.from_program, check.task_id) == ("Work performed", True, work.id)
    assert check.aircraft_id == work.aircraft_id


def test_a_checklist_is_copied_line_by_line() -> None:
    listed = [ChecklistItem(description="Oil level"), ChecklistItem(description="Cowling", regulatory_ref="CS-25")]

    checks = rules.checks_of(a_task(program_id=new_id()), listed, next_id=new_id, now=NOON)

    assert [(each.position, each.description, each.regulatory_ref) for each in checks] == [
        (1, "Oil level", None),
        (2, "Cowling", "CS-25"),
    ]


def test_a_repair_without_a_program_needs_no_check() -> None:
    assert rules.checks_of(a_task(type=TaskType.REPAIR), (), next_id=new_id, now=NOON) == []
