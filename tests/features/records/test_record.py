"""The maintenance record as it is shown: every completed task with what a surveyor asks of it."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest

from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.record_files import record_of
from builders.records import LAST_SPRING, check, correction, part_used, signed, work_done
from builders.tasks import a_program, fleet_of_one
from builders.tenants import Tenant


async def test_an_entry_says_what_was_done_when_and_at_which_readings(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)
    program = await a_program(api, tenant.planner, ata_chapter="05-20")
    unused = '[{"interval_type": "calendar", "unused": 3}]'
    task = await work_done(installation, tenant, aircraft, program_id=program["id"], unused=unused)

    (entry,) = (await record_of(api, tenant.auditor, aircraft))["items"]

    assert (entry["id"], entry["title"], entry["notes"]) == (str(task), "A check", "Done by the book")
    assert entry["program"] == {"id": program["id"], "code": "A-CHK", "name": "A check", "ata_chapter": "05-20"}
    assert entry["performed_at"] == entry["completed_at"] == "2026-03-14T10:00:00Z"
    assert entry["readings"] == {"flight_minutes": 74_070, "cycles": 812}
    licence = {"licence_number": "UK.66.1234", "licence_kind": "Part-66 B1"}
    assert entry["performed_by"] == {"name": tenant.mechanic.email, **licence}
    assert entry["unused"] == [{"interval_type": "calendar", "unused": 3}]


async def test_a_signed_check_shows_who_signed_what_and_releases_the_work(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)
    task = await work_done(installation, tenant, aircraft)
    for place, minute in ((1, 5), (2, 9)):
        at = LAST_SPRING + timedelta(minutes=minute)
        await signed(installation, task, tenant.mechanic, at=at, position=place, regulatory_ref="AMM 28-21")

    (entry,) = (await record_of(api, tenant.mechanic, aircraft))["items"]

    first, _ = entry["checks"]
    licence = {"licence_number": "UK.66.1234", "licence_kind": "Part-66 B1"}
    signer = {"name": "Jo Mechanic", "role": "mechanic", **licence}
    assert (first["result"], first["notes"], first["regulatory_ref"]) == ("pass", "As found", "AMM 28-21")
    assert first["signature"] == {
        **signer,
        "signed_at": "2026-03-14T10:05:00Z",
        "readings": {"flight_minutes": 74_070, "cycles": 812},
        "snapshot_hash": sha256(task.bytes).hexdigest(),
    }
    assert entry["sign_off"] == "complete"
    # Whoever signs twice releases once, with his last signature.
    assert entry["released_by"] == [{**signer, "signed_at": "2026-03-14T10:09:00Z"}]


async def test_what_nobody_has_signed_is_never_shown_as_released(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)
    bare = await work_done(installation, tenant, aircraft)
    half = await work_done(installation, tenant, aircraft)
    await signed(installation, half, tenant.mechanic)
    await check(installation, half, tenant.mechanic)
    failed = await work_done(installation, tenant, aircraft)
    await signed(installation, failed, tenant.mechanic, result="fail")

    entries = {entry["id"]: entry for entry in (await record_of(api, tenant.auditor, aircraft))["items"]}

    assert {UUID(task): entry["sign_off"] for task, entry in entries.items()} == {
        bare: "incomplete",
        half: "incomplete",
        failed: "failed",
    }
    assert all(entry["released_by"] == [] for entry in entries.values())
    assert [each["signature"] is None for each in entries[str(half)]["checks"]] == [False, True]


async def test_a_superseded_check_stays_with_the_reason_and_the_one_that_took_its_place(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)
    task = await work_done(installation, tenant, aircraft)
    wrong = await signed(installation, task, tenant.mechanic, result="fail")
    right = await correction(installation, task, tenant.mechanic, wrong, reason="Misread", signer_name="Sam Second")

    (entry,) = (await record_of(api, tenant.auditor, aircraft))["items"]

    old, new = entry["checks"]
    assert (old["id"], old["result"]) == (str(wrong), "fail")
    assert old["superseded_by"] == {"check_id": str(right), "reason": "Misread", "signed_by": "Sam Second"}
    assert (new["supersedes_id"], new["superseded_by"]) == (str(wrong), None)
    assert entry["sign_off"] == "complete"
    assert [each["name"] for each in entry["released_by"]] == ["Sam Second"]


async def test_a_correction_supersedes_nothing_before_it_is_signed(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)
    task = await work_done(installation, tenant, aircraft)
    wrong = await signed(installation, task, tenant.mechanic)
    await check(installation, task, tenant.mechanic, supersedes_id=wrong, reason="Misread", position=2)

    (entry,) = (await record_of(api, tenant.auditor, aircraft))["items"]

    assert entry["checks"][0]["superseded_by"] is None
    assert entry["sign_off"] == "incomplete"


async def test_the_parts_that_the_work_put_on_are_named(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)
    task = await work_done(installation, tenant, aircraft)
    await part_used(installation, task, aircraft, tenant.org_id)

    (entry,) = (await record_of(api, tenant.auditor, aircraft))["items"]

    (part,) = entry["parts"]
    assert (part["name"], part["part_number"], part["serial_number"]) == ("Fuel pump", "FP-100", "SN-1")


@pytest.mark.parametrize(
    ("approved", "ended", "told"),
    [
        (-1, None, [5]),
        (-1, 0, [5]),  # with the work, at the very moment it was told
        (-9, -2, []),
        (1, None, []),
    ],
)
async def test_an_extension_is_named_that_was_in_force_when_the_work_was_done(
    api: FrontDoor, installation: Installation, tenant: Tenant, approved: int, ended: int | None, told: list[int]
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)
    program = await a_program(api, tenant.planner)
    (item,) = (await api(tenant.planner, "GET /due-items")).json["items"]
    await work_done(installation, tenant, aircraft, program_id=program["id"], due_item_id=item["id"])
    await installation.owner.execute(
        """
        INSERT INTO due_item_extensions (org_id, id, due_item_id, program_id, aircraft_id, interval_type, amount,
                                         reason, status, requested_at, decided_at, decided_by, decided_by_org_id,
                                         ended_at)
        VALUES ($1, gen_random_uuid(), $2, $3, $4, 'calendar', 5, 'No slot', 'approved', $5, $5, $6, $1, $7)
        """,
        tenant.org_id,
        UUID(item["id"]),
        UUID(program["id"]),
        UUID(aircraft["id"]),
        LAST_SPRING + timedelta(days=approved),
        tenant.tenant_admin.id,
        None if ended is None else LAST_SPRING + timedelta(days=ended),
    )

    (entry,) = (await record_of(api, tenant.auditor, aircraft))["items"]

    assert [each["amount"] for each in entry["extensions"]] == told
    assert {each["approved_by"] for each in entry["extensions"]} <= {tenant.tenant_admin.email}


async def test_work_that_is_planned_running_or_cancelled_is_no_part_of_it(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)
    open_work: dict[str, Any] = {"performed_at": None, "completed_at": None}
    given_up: dict[str, Any] = {"cancelled_at": LAST_SPRING, "cancel_reason": "Weather"}
    await work_done(installation, tenant, aircraft, at=LAST_SPRING + timedelta(1), state="scheduled", **open_work)
    await work_done(installation, tenant, aircraft, state="in_progress", **open_work)
    await work_done(installation, tenant, aircraft, state="cancelled", **open_work, **given_up)

    assert (await record_of(api, tenant.auditor, aircraft))["items"] == []


async def test_beside_the_entries_stand_the_aircraft_and_the_status_of_what_recurs(
    api: FrontDoor, tenant: Tenant
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner, manufacturer="Airbus", serial_number="1234")
    await fleet_of_one(api, tenant.planner, tail_number="G-OTHR")
    await a_program(api, tenant.planner)

    record = await record_of(api, tenant.auditor, aircraft)

    shown = (await api(tenant.planner, f"GET /aircraft/{aircraft['id']}")).json
    due = (await api(tenant.planner, f"GET /aircraft/{aircraft['id']}/due-items")).json["items"]
    assert record["aircraft"] == shown
    assert record["due_items"] == due
    assert len(due) == 1


async def test_the_latest_work_comes_first_page_by_page(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)
    for days in (3, 1, 2):
        await work_done(installation, tenant, aircraft, at=LAST_SPRING + timedelta(days=days), title=f"{days}")

    first = await record_of(api, tenant.auditor, aircraft, "?limit=2&count=true")
    second = await record_of(api, tenant.auditor, aircraft, f"?limit=2&cursor={first['next_cursor']}")

    assert [entry["title"] for entry in first["items"]] == ["3", "2"]
    assert [entry["title"] for entry in second["items"]] == ["1"]
    assert (first["total"], second["next_cursor"]) == (3, None)


async def test_a_day_of_the_record_is_a_day_in_the_organizations_time_zone(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    await installation.owner.execute(
        "UPDATE organizations SET time_zone = 'America/New_York' WHERE id = $1", tenant.org_id
    )
    aircraft = await fleet_of_one(api, tenant.planner)
    # In New York these are the last minute of the 1st, the first and the last of the 2nd, and the first of the 3rd.
    for title, moment in {
        "before": datetime(2026, 2, 2, 4, 59, tzinfo=UTC),
        "first": datetime(2026, 2, 2, 5, 0, tzinfo=UTC),
        "last": datetime(2026, 2, 3, 4, 59, tzinfo=UTC),
        "after": datetime(2026, 2, 3, 5, 0, tzinfo=UTC),
    }.items():
        await work_done(installation, tenant, aircraft, at=moment, title=title)

    day = await record_of(api, tenant.auditor, aircraft, "?from=2026-02-02&to=2026-02-02")
    since = await record_of(api, tenant.auditor, aircraft, "?from=2026-02-03")

    assert [entry["title"] for entry in day["items"]] == ["last", "first"]
    assert [entry["title"] for entry in since["items"]] == ["after"]


async def test_another_tenants_aircraft_has_no_record_here(
    api: FrontDoor, installation: Installation, tenant: Tenant, another_tenant: Tenant
) -> None:
    theirs = await fleet_of_one(api, another_tenant.planner)
    await work_done(installation, another_tenant, theirs)

    for form in ("", ".csv", ".html"):
        answer = await api(tenant.auditor, f"GET /aircraft/{theirs['id']}/maintenance-record{form}")
        assert (answer.status, answer.code) == (404, "NOT_FOUND"), form


async def test_everybody_reads_the_record_and_a_mechanic_takes_no_file(api: FrontDoor, tenant: Tenant) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)
    may_take = {
        tenant.tenant_admin: True,
        tenant.planner: True,
        tenant.auditor: True,
        tenant.mechanic: False,
    }

    for person, may in may_take.items():
        await record_of(api, person, aircraft)
        for form in ("csv", "html"):
            answer = await api(person, f"GET /aircraft/{aircraft['id']}/maintenance-record.{form}")
            assert answer.status == (200 if may else 403), (person.role, form)
