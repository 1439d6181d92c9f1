"""What was signed under which reference, what failed and was put right, and what is still to be signed."""

from typing import Any

from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.reports import MARCH, a_tail, check, in_march, report, work
from builders.tasks import fleet_of_one
from builders.tenants import Tenant

COUNTED = ("signed", "passed", "failed", "not_applicable", "superseded", "failed_standing", "pending")


def counts(line: dict[str, Any]) -> list[int]:
    return [line[name] for name in COUNTED]


async def test_signatures_are_counted_by_reference_and_aircraft(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    first = await a_tail(api, installation, tenant, "G-AAAA", known_since=in_march(1))
    second = await a_tail(api, installation, tenant, "G-BBBB", known_since=in_march(1))
    on_first = await work(installation, tenant, first, in_march(4), state="completed")
    on_second = await work(installation, tenant, second, in_march(4), state="completed")
    for task, result, reference in (
        (on_first, "pass", "AD 1"),
        (on_first, "pass", "AD 1"),
        (on_first, "not_applicable", "AD 1"),
        (on_first, "fail", "AD 2"),
        (on_first, "pass", None),
        (on_second, "pass", "AD 1"),
    ):
        await check(installation, tenant.mechanic, task, result, at=in_march(4, 1), regulatory_ref=reference)

    shown = await report(api, tenant.auditor, "compliance")
    of_reference = await report(api, tenant.auditor, "compliance", f"{MARCH}&regulatory_ref=AD%201")
    of_aircraft = await report(api, tenant.auditor, "compliance", f"{MARCH}&aircraft_id={second['id']}")

    assert [(line["regulatory_ref"], line["tail_number"], *counts(line)) for line in shown["items"]] == [
        (None, "G-AAAA", 1, 1, 0, 0, 0, 0, 0),
        ("AD 1", "G-AAAA", 3, 2, 0, 1, 0, 0, 0),
        ("AD 1", "G-BBBB", 1, 1, 0, 0, 0, 0, 0),
        ("AD 2", "G-AAAA", 1, 0, 1, 0, 0, 1, 0),
    ]
    assert counts(shown["totals"]) == [6, 4, 1, 1, 0, 1, 0]
    assert [line["tail_number"] for line in of_reference["items"]] == ["G-AAAA", "G-BBBB"]
    assert counts(of_reference["totals"]) == [4, 3, 0, 1, 0, 0, 0]
    assert counts(of_aircraft["totals"]) == [1, 1, 0, 0, 0, 0, 0]


async def test_a_failure_stands_until_a_later_signature_corrects_it(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)
    task = await work(installation, tenant, aircraft, in_march(4), state="in_progress")
    corrected, doubted = [
        await check(installation, tenant.mechanic, task, "fail", at=in_march(4, 1)) for _ in range(2)
    ]
    await check(
        installation, tenant.mechanic, task, "pass", at=in_march(5), supersedes_id=corrected, reason="misread"
    )
    await check(installation, tenant.mechanic, task, supersedes_id=doubted, reason="misread")

    shown = await report(api, tenant.auditor, "compliance")

    assert counts(shown["totals"]) == [3, 1, 2, 0, 1, 1, 1]


async def test_a_signature_counts_when_it_was_given_and_a_pending_check_when_its_work_begins(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)
    february = await work(installation, tenant, aircraft, in_march(1, 0) - (in_march(2) - in_march(1)), slot=2)
    march = await work(installation, tenant, aircraft, in_march(31, 23))
    cancelled = await work(installation, tenant, aircraft, in_march(9), state="cancelled")
    deleted = await work(installation, tenant, aircraft, in_march(10), deleted_at=in_march(10))
    for task in (february, march, cancelled, deleted):
        await check(installation, tenant.mechanic, task)
    await check(installation, tenant.mechanic, february, "pass", at=in_march(1))
    await check(installation, tenant.mechanic, march, "pass", at=in_march(31, 24 - 1, 59))
    april = in_march(31) + (in_march(2) - in_march(1))
    await check(installation, tenant.mechanic, march, "pass", at=april)
    await check(installation, tenant.mechanic, march, deleted_at=in_march(31))

    shown = await report(api, tenant.auditor, "compliance")

    assert counts(shown["totals"]) == [2, 2, 0, 0, 0, 0, 1]
