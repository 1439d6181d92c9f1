"""A file of aircraft from the upload to the fleet."""

from pathlib import Path
from typing import Any

import pytest

from amss.foundation.working import WorkerContext
from builders.csv_files import a_worker, finish_import, import_csv, process_next, send_csv
from builders.fleet import a_fleet_file, an_aircraft_row, as_csv, the_real_fleet
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.tenants import Tenant


async def test_a_file_becomes_a_fleet_and_its_bad_rows_are_named(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    fleet = a_fleet_file(1_200)

    done = await import_csv(api, tenant.planner, fleet.content, a_worker(installation))

    assert done["status"] == "completed"
    assert done["counts"] == {"total": 1200, "valid": 1188, "invalid": 12, "applied": 1188, "skipped": 0}
    assert done["summary"]["message"] == "1188 of 1200 rows applied, 12 not valid."
    assert done["rows_per_second"] > 0
    bad = (await api(tenant.planner, f"GET /imports/{done['id']}/rows?status=invalid")).json["items"]
    assert {
        row["row_number"]: (error["column"], error["code"]) for row in bad for error in row["errors"]
    } == fleet.faults
    aircraft = (await api(tenant.planner, "GET /aircraft?count=true&limit=1")).json
    assert aircraft["total"] == 1188


async def test_every_cell_of_a_row_arrives(api: FrontDoor, tenant: Tenant, installation: Installation) -> None:
    row = an_aircraft_row(50) | {"tail_number": " g-abcd ", "flight_hours_total": "1234.51"}

    done = await import_csv(api, tenant.planner, as_csv([row]), a_worker(installation))

    (aircraft,) = (await api(tenant.planner, "GET /aircraft")).json["items"]
    (applied,) = (await api(tenant.planner, f"GET /imports/{done['id']}/rows")).json["items"]
    assert {name: aircraft[name] for name in ("tail_number", "status", "flight_minutes_total", "version")} == {
        "tail_number": "G-ABCD",
        "status": "grounded",
        "flight_minutes_total": 74_071,
        "version": 1,
    }
    for name in ("model", "icao_type", "manufacturer", "serial_number", "in_service_on"):
        assert aircraft[name] == row[name]
    assert applied == {
        "row_number": 1,
        "status": "applied",
        "raw": row,
        "errors": [],
        "entity_id": aircraft["id"],
    }


async def test_programs_follow_an_aircraft_whose_model_a_file_corrects(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    for model in ("A320-214", "A321-211"):
        program = {"code": f"CHK-{model}", "name": "Check", "model": model, "task_type": "inspection"}
        limits = [{"interval_type": "calendar", "unit": "months", "interval": 4}]
        await api(tenant.planner, "POST /maintenance-programs", program | {"limits": limits})
    row = an_aircraft_row(1) | {"model": "A320-214"}
    await import_csv(api, tenant.planner, as_csv([row]), a_worker(installation))
    before = (await api(tenant.planner, "GET /due-items")).json["items"]

    await import_csv(api, tenant.planner, as_csv([row | {"model": "A321-211"}]), a_worker(installation))

    after = (await api(tenant.planner, "GET /due-items")).json["items"]
    assert [item["program"]["code"] for item in before] == ["CHK-A320-214"]
    assert [item["program"]["code"] for item in after] == ["CHK-A321-211"]


async def test_no_file_puts_an_aircraft_under_programs_that_count_what_it_does_not(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    limits = [{"interval_type": "cycles", "interval": 300}]
    program = {"code": "CUT", "name": "Check", "model": "A321-211", "task_type": "inspection", "limits": limits}
    await api(tenant.planner, "POST /maintenance-programs", program)
    row = an_aircraft_row(1)
    aircraft = {"tail_number": row["tail_number"], "model": "Ultra Magic M-145", "counts_cycles": False}
    await api(tenant.planner, "POST /aircraft", aircraft)
    neighbour = an_aircraft_row(2) | {"model": "A321-211"}

    content = as_csv([row | {"model": "A321-211"}, neighbour])
    done = await import_csv(api, tenant.planner, content, a_worker(installation))

    (refused,) = (await api(tenant.planner, f"GET /imports/{done['id']}/rows?status=invalid")).json["items"]
    assert [(error["column"], error["code"]) for error in refused["errors"]] == [("model", "COUNTER_MISSING")]
    assert done["counts"] == {"total": 2, "valid": 1, "invalid": 1, "applied": 1, "skipped": 0}


async def test_a_day_that_must_be_a_slip_stops_no_other_row(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    rows = [an_aircraft_row(number) for number in range(1, 4)]
    await import_csv(api, tenant.planner, as_csv(rows[:2]), a_worker(installation))

    slips = [row | {"in_service_on": "0893-01-01"} for row in (rows[0], rows[2])]
    done = await import_csv(api, tenant.planner, as_csv([*slips, rows[1]]), a_worker(installation))

    assert done["counts"] == {"total": 3, "valid": 1, "invalid": 2, "applied": 1, "skipped": 0}


async def test_what_happened_is_in_the_audit_trail_and_told_to_the_world(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    fleet = a_fleet_file(20, bad_every=10)

    done = await import_csv(api, tenant.planner, fleet.content, a_worker(installation))

    assert await events_of(installation, tenant) == {
        "aircraft.created": 18,
        "import.created": 1,
        "import.completed": 1,
    }
    audit = await installation.owner.fetch(
        """
        SELECT entity_type, action, actor_name, request_id FROM audit_logs
        WHERE org_id = $1 AND actor_kind = 'system'
        """,
        tenant.org_id,
    )
    assert {tuple(row) for row in audit} == {
        ("aircraft", "create", "import_processor", f"import-{done['id']}"),
        ("import", "state_change", "import_processor", f"import-{done['id']}"),
    }


async def test_the_same_file_a_second_time_changes_nothing(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    worker = a_worker(installation)
    fleet = a_fleet_file(100, bad_every=25)
    await import_csv(api, tenant.planner, fleet.content, worker)
    before = await fleet_of(installation, tenant)

    again = await import_csv(api, tenant.planner, fleet.content, worker)

    assert again["counts"] == {"total": 100, "valid": 96, "invalid": 4, "applied": 96, "skipped": 0}
    assert await fleet_of(installation, tenant) == before
    assert await events_of(installation, tenant) == {
        "aircraft.created": 96,
        "import.created": 2,
        "import.completed": 2,
    }


async def test_a_blank_cell_leaves_the_stored_value_and_a_missing_column_resets_nothing(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    await import_csv(api, tenant.planner, as_csv([an_aircraft_row(1)]), a_worker(installation))
    before = (await api(tenant.planner, "GET /aircraft")).json["items"][0]

    await import_csv(
        api, tenant.planner, b"tail_number,model,serial_number\nX-00001,,new serial\n", a_worker(installation)
    )

    (after,) = (await api(tenant.planner, "GET /aircraft")).json["items"]
    assert (after.pop("serial_number"), after.pop("version")) == ("new serial", 2)
    assert after == {name: value for name, value in before.items() if name not in ("serial_number", "version")} | {
        "updated_at": after["updated_at"]
    }


async def test_status_and_totals_are_taken_only_by_a_new_aircraft(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    row = an_aircraft_row(1)
    await import_csv(api, tenant.planner, as_csv([row]), a_worker(installation))

    await import_csv(
        api,
        tenant.planner,
        as_csv([row | {"status": "retired", "flight_hours_total": "9999:00", "cycles_total": "9999"}]),
        a_worker(installation),
    )

    (aircraft,) = (await api(tenant.planner, "GET /aircraft")).json["items"]
    assert (aircraft["status"], aircraft["flight_minutes_total"], aircraft["cycles_total"]) == ("operational", 781, 5)
    assert aircraft["version"] == 1


async def test_only_a_task_puts_an_aircraft_into_maintenance(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    await import_csv(api, tenant.planner, as_csv([an_aircraft_row(1)]), a_worker(installation))
    rows = [an_aircraft_row(n) | {"status": "maintenance", "model": "ATR\u00a0"} for n in (1, 2)]

    done = await import_csv(api, tenant.planner, as_csv(rows), a_worker(installation))

    known, new = (await api(tenant.planner, f"GET /imports/{done['id']}/rows")).json["items"]
    (aircraft,) = (await api(tenant.planner, "GET /aircraft")).json["items"]
    assert (known["status"], aircraft["status"], aircraft["model"]) == ("applied", "operational", "ATR")
    assert [(each["column"], each["code"], each["value"]) for each in new["errors"]] == [
        ("status", "NOT_HERE", "maintenance")
    ]


async def test_the_last_valid_row_of_a_tail_number_wins(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    content = b"tail_number,model,capacity_slots\nG-ONE,first,1\ng-one,second,2\nG-TWO,other,3\nG-ONE,third,many\n"

    done = await import_csv(api, tenant.planner, content, a_worker(installation))

    assert done["counts"] == {"total": 4, "valid": 3, "invalid": 1, "applied": 2, "skipped": 1}
    rows = (await api(tenant.planner, f"GET /imports/{done['id']}/rows")).json["items"]
    assert [row["status"] for row in rows] == ["skipped", "applied", "applied", "invalid"]
    aircraft = (await api(tenant.planner, "GET /aircraft")).json["items"]
    assert [(each["tail_number"], each["model"]) for each in aircraft] == [("G-ONE", "second"), ("G-TWO", "other")]


async def test_a_row_without_a_model_is_good_for_a_known_aircraft_only(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    await import_csv(api, tenant.planner, as_csv([an_aircraft_row(1)]), a_worker(installation))

    done = await import_csv(
        api, tenant.planner, b"tail_number;capacity_slots\nX-00001;33\nX-00002;33\n", a_worker(installation)
    )

    rows = (await api(tenant.planner, f"GET /imports/{done['id']}/rows")).json["items"]
    assert [row["status"] for row in rows] == ["applied", "invalid"]
    assert rows[1]["errors"] == [
        {"column": "model", "code": "MISSING", "message": "This cell is required.", "value": ""}
    ]


async def test_a_row_is_judged_again_when_it_is_applied(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    worker = a_worker(installation)
    await import_csv(api, tenant.planner, as_csv([an_aircraft_row(1)]), worker)
    sent = await send_csv(api, tenant.planner, b"tail_number,capacity_slots\nX-00001,33\n")
    await until_applying(api, tenant, sent.json["id"], worker)
    await installation.owner.execute("UPDATE aircraft SET deleted_at = now() WHERE org_id = $1", tenant.org_id)

    done = await finish_import(api, tenant.planner, sent.json["id"], worker)

    assert done["counts"] == {"total": 1, "valid": 0, "invalid": 1, "applied": 0, "skipped": 0}


async def test_the_real_fleet_is_imported(
    api: FrontDoor, tenant: Tenant, installation: Installation, shared_data: Path
) -> None:
    path = shared_data / "vrs-aircraft" / "aircraft.csv"
    if not path.exists():
        pytest.skip("the list of real aircraft does not lie beside this checkout")

    done = await import_csv(api, tenant.planner, the_real_fleet(path), a_worker(installation))

    counts = done["counts"]
    assert done["status"] == "completed"
    assert counts == {"total": 16_873, "valid": 16_744, "invalid": 129, "applied": 16_613, "skipped": 131}
    aircraft = (await api(tenant.planner, "GET /aircraft?count=true&limit=1")).json
    assert aircraft["total"] == counts["applied"]


async def until_applying(api: FrontDoor, tenant: Tenant, import_id: str, worker: WorkerContext) -> None:
    while (await api(tenant.planner, f"GET /imports/{import_id}")).json["status"] != "applying":
        await process_next(worker)


async def events_of(installation: Installation, tenant: Tenant) -> dict[str, int]:
    rows = await installation.owner.fetch(
        "SELECT event_type, count(*) FROM outbox_events WHERE org_id = $1 GROUP BY 1", tenant.org_id
    )
    return {row["event_type"]: row["count"] for row in rows}


async def fleet_of(installation: Installation, tenant: Tenant) -> list[Any]:
    return await installation.owner.fetch(
        "SELECT * FROM aircraft WHERE org_id = $1 ORDER BY tail_number", tenant.org_id
    )
