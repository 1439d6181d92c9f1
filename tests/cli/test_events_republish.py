"""`amss events republish` as an operator calls it."""

import asyncio
import os
import sys
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from click.testing import CliRunner

from amss.cli.events import republish
from amss.embedded import Stores
from amss.features.webhooks.jobs import stream_next
from amss.features.webhooks.publishing import STREAM_NAME
from amss.foundation.clock import system_clock
from builders.front_door import FrontDoor
from builders.installation import Installation, environment_for
from builders.tenants import Tenant
from builders.webhooks import a_worker, an_aircraft


@pytest.fixture
def environment(stores: Stores, tmp_path: Any) -> dict[str, str]:
    return environment_for(stores, tmp_path)


async def amss_events(environment: dict[str, str], *options: str) -> tuple[int | None, str]:
    """Run the command; return its exit code and all it says."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "amss.cli", "events", "republish", *options,
        env=os.environ | environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    return process.returncode, said.decode()


async def stream_all(installation: Installation) -> None:
    async with a_worker(installation) as worker:
        while await stream_next(worker):
            pass


async def streamed(installation: Installation, org_id: UUID) -> list[bytes]:
    """Return what the stream holds of an organization: the ids, in its order."""
    entries: Any = await installation.redis.xrange(STREAM_NAME)
    return [fields[b"id"] for _, fields in entries if fields[b"org_id"].decode() == str(org_id)]


async def test_what_was_streamed_since_a_moment_comes_again_at_one_organization(
    api: FrontDoor,
    tenant: Tenant,
    another_tenant: Tenant,
    installation: Installation,
    environment: dict[str, str],
) -> None:
    for tail, minutes_ago in (("G-OLD", 120), ("G-ONE", 25), ("G-TWO", 0)):
        await an_aircraft(api, tenant, tail)
        await stream_all(installation)
        await installation.owner.execute(
            "UPDATE outbox_events SET processed_at = processed_at - $2 * interval '1 minute' "
            "WHERE org_id = $1 AND payload ->> 'tail_number' = $3",
            tenant.org_id,
            minutes_ago,
            tail,
        )
    await an_aircraft(api, another_tenant)
    await stream_all(installation)
    since = system_clock() - timedelta(hours=1)
    once = await streamed(installation, tenant.org_id)

    said = await amss_events(environment, "--since", since.isoformat(), "--org", tenant.slug)
    await stream_all(installation)

    assert said == (0, f"Events of {tenant.slug} that come to the stream again: 2.\n")
    assert len(once) == 3
    assert await streamed(installation, tenant.org_id) == [*once, *once[1:]]
    assert len(await streamed(installation, another_tenant.org_id)) == 1


async def test_without_an_organization_all_come_again(
    api: FrontDoor,
    tenant: Tenant,
    another_tenant: Tenant,
    installation: Installation,
    environment: dict[str, str],
) -> None:
    since = system_clock()
    for each in (tenant, another_tenant):
        await an_aircraft(api, each)
    await stream_all(installation)

    code, said = await amss_events(environment, "--since", since.isoformat(), "--json")
    await stream_all(installation)
    later = (system_clock() + timedelta(hours=1)).isoformat()
    nothing = await amss_events(environment, "--since", later)

    told = msgspec.json.decode(said)
    assert (code, told["organization"], datetime.fromisoformat(told["since"])) == (0, None, since)
    assert told["events"] >= 2
    for each in (tenant, another_tenant):
        assert len(await streamed(installation, each.org_id)) == 2
    assert nothing == (0, "Events that come to the stream again: 0.\n")


async def test_what_cannot_be_done_is_one_sentence(environment: dict[str, str]) -> None:
    nowhere = environment | {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    since = ("--since", "2026-11-24T04:00:00Z")

    nobodys = await amss_events(environment, *since, "--org", "nobody")
    unreachable = await amss_events(nowhere, *since)

    assert nobodys == (1, "Error: There is no such organization.\n")
    assert unreachable[0] == 1
    assert unreachable[1].startswith("Error: ")
    assert unreachable[1].count("\n") == 1


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--since", "2026-11-24T04:00:00"], "write for example 2026-11-24T04:00:00Z"),
        (["--since", "yesterday"], "write for example 2026-11-24T04:00:00Z"),
        ([], "Missing option '--since'"),
    ],
)
def test_a_misspelt_command_is_told_apart(options: list[str], sentence: str) -> None:
    answer = CliRunner().invoke(republish, options)

    assert (answer.exit_code, sentence in answer.output) == (2, True), answer.output
