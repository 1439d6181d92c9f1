"""Every box of the drawing once, with real processes and sockets; then again with a process killed on the way."""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from builders.counting_receiver import counting_receiver
from builders.fleet import a_fleet_file, the_real_fleet
from builders.journey import Journey, undisturbed
from builders.running_amss import RunningAmss, running_amss

ROWS = 1_200
MODEL = "ATR 72-600"
QUICK = {"PROGRAM_GENERATION_INTERVAL": "500ms"}


@pytest.fixture
async def amss(tmp_path: Path) -> AsyncIterator[RunningAmss]:
    async with running_amss(tmp_path, **QUICK) as amss:
        await amss.until_ready()
        yield amss


@pytest.mark.parametrize("killed", [None, "server", "worker", "postgres", "valkey"])
async def test_nothing_is_lost_and_nothing_happens_twice(amss: RunningAmss, killed: str | None) -> None:
    fleet = a_fleet_file(ROWS)

    async def kill(has_ended: Callable[[], Awaitable[bool]]) -> None:
        assert killed is not None
        assert not await has_ended()
        await amss.kill(killed)

    async with counting_receiver() as receiver, amss.signed_in("tenant-admin") as client:
        journey = Journey(amss, client, receiver)
        await journey.walk(fleet.content, MODEL, kill if killed else undisturbed)

        assert journey.imported["counts"] == {
            "total": ROWS, "valid": len(fleet.tails), "invalid": len(fleet.faults),
            "applied": len(fleet.tails), "skipped": 0,
        }  # fmt: skip
        assert named_by(journey.invalid_rows) == fleet.faults
        assert {each["tail_number"] for each in await client.all("/aircraft?q=X-")} == set(fleet.tails)
        await everything_is_planned_told_and_written_down(journey)
        if killed is None:
            assert set(receiver.times.values()) == {1}


async def test_the_real_fleet_walks_through_it_too(amss: RunningAmss, shared_data: Path) -> None:
    path = shared_data / "vrs-aircraft" / "aircraft.csv"
    if not path.exists():
        pytest.skip("the list of real aircraft does not lie beside this checkout")

    async with counting_receiver() as receiver, amss.signed_in("tenant-admin") as client:
        # Not the aircraft's own events: those of the made-up fleet are enough to tell of.
        journey = Journey(amss, client, receiver, subscribed=("import.*", "program.*", "task.*"))
        await journey.walk(the_real_fleet(path), "A330-243")

        assert journey.imported["counts"] == {
            "total": 16_873, "valid": 16_744, "invalid": 129, "applied": 16_613, "skipped": 131,
        }  # fmt: skip
        assert len(journey.invalid_rows) == 129
        await everything_is_planned_told_and_written_down(journey)
        assert set(receiver.times.values()) == {1}


def named_by(rows: list[dict[str, Any]]) -> dict[int, tuple[str, str]]:
    """Return row number → (column, code) of what was reported."""
    return {row["row_number"]: (error["column"], error["code"]) for row in rows for error in row["errors"]}


async def everything_is_planned_told_and_written_down(journey: Journey) -> None:
    assert journey.imported["status"] == "completed"
    await every_aircraft_under_the_program_is_planned_once(journey)
    await every_event_is_in_the_stream_and_at_the_webhook(journey)
    await every_event_has_its_row_in_the_audit_trail(journey)


async def every_aircraft_under_the_program_is_planned_once(journey: Journey) -> None:
    due = await journey.client.all(f"/due-items?program_id={journey.program_id}")
    tasks = await journey.client.all(f"/maintenance-tasks?program_id={journey.program_id}")

    assert due
    assert Counter(task["due_item_id"] for task in tasks) == Counter(item["id"] for item in due)


async def every_event_is_in_the_stream_and_at_the_webhook(journey: Journey) -> None:
    told = set(journey.receiver.times)

    assert journey.events
    assert told >= journey.events
    # The generator goes on with other programs' work meanwhile.
    assert told <= await journey.recorded()
    assert set(await journey.stream_ids()) >= journey.events
    assert {event["type"] for event in journey.receiver.events.values()} >= {
        "program.created", "task.created", "import.completed",
    }  # fmt: skip


async def every_event_has_its_row_in_the_audit_trail(journey: Journey) -> None:
    # A seal stands beside the trail, not in it.
    unwritten = await journey.rows(
        """
        SELECT event_type FROM outbox_events e
        WHERE org_id = $1 AND event_type <> 'audit.sealed' AND NOT EXISTS (
            SELECT FROM audit_logs a
            WHERE a.org_id = e.org_id AND a.entity_id = e.aggregate_id AND a.request_id = e.request_id
        )
        """
    )
    created = await journey.rows(
        "SELECT entity_id FROM audit_logs WHERE org_id = $1 AND entity_type = 'aircraft' AND action = 'create'"
    )
    aircraft = await journey.client("GET /aircraft?count=true&limit=1")

    assert unwritten == []
    assert len(created) == len({row["entity_id"] for row in created}) == aircraft["total"]
