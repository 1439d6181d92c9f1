"""What the record says of a signer's certificate, and of an aircraft that does not count its cycles."""

from builders.checks import checks_of, sign_all
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.record_files import Page, lines_of, record_of, taken
from builders.records import check, signed, work_done
from builders.tasks import an_order, fleet_of_one, move, plan
from builders.tenants import Tenant


async def test_a_signature_keeps_the_kind_of_certificate_that_the_signer_held(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)
    order = an_order(aircraft, type="inspection", assigned_mechanic_id=str(tenant.mechanic.id))
    task = await plan(api, tenant.planner, order)
    await move(api, tenant.mechanic, task, "in_progress")
    await sign_all(api, installation, tenant.mechanic, task)
    await move(api, tenant.mechanic, task, "completed", notes="Done by the book")

    mechanic = f"/users/{tenant.mechanic.id}"
    promoted = await api(
        tenant.tenant_admin, f"PATCH {mechanic}", {"licence_kind": "Part-66 C"}, headers={"if-match": '"v1"'}
    )

    (entry,) = (await record_of(api, tenant.auditor, aircraft))["items"]
    (signed_check,) = await checks_of(api, tenant.auditor, task)
    assert promoted.json["licence_kind"] == "Part-66 C"
    assert signed_check["signer_licence_kind"] == "Part-66 B1"
    assert [each["licence_kind"] for each in entry["released_by"]] == ["Part-66 B1"]
    assert entry["performed_by"]["licence_kind"] == "Part-66 C"


async def test_the_page_says_that_nobody_recorded_of_which_kind_a_licence_is(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    aircraft = await fleet_of_one(api, tenant.planner)
    task = await work_done(installation, tenant, aircraft)
    await signed(installation, task, tenant.mechanic, signer_licence_kind=None)

    text = Page(await taken(api, tenant.auditor, aircraft, "html")).text

    assert "Released by Jo Mechanic, licence UK.66.1234 (kind not recorded)" in text


async def test_cycles_that_are_not_counted_are_shown_as_that_and_never_as_none_flown(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    balloon = await fleet_of_one(api, tenant.planner, counts_cycles=False, cycles_total=0)
    task = await work_done(installation, tenant, balloon, cycles=0)
    await signed(installation, task, tenant.mechanic, reading_cycles=0)
    await check(installation, task, tenant.mechanic, position=2)

    (entry,) = (await record_of(api, tenant.auditor, balloon))["items"]
    work, first, _ = await lines_of(api, tenant.auditor, balloon)
    text = Page(await taken(api, tenant.auditor, balloon, "html")).text

    assert entry["readings"] == {"flight_minutes": 74_070, "cycles": None}
    assert entry["checks"][0]["signature"]["readings"] == {"flight_minutes": 74_070, "cycles": None}
    assert (work["cycles"], first["signed_at_cycles"]) == ("not counted", "not counted")
    assert "Aircraft cyclesnot counted" in text
    assert " FC" not in text
