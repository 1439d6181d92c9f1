"""`amss up` with stores that somebody else runs: his data, and what to say when they are not there."""

from pathlib import Path

import asyncpg
import pytest

from amss.embedded import Stores
from amss.foundation.ids import new_id
from amss.foundation.migrations import migrate
from builders.databases import an_empty_database
from builders.running_amss import running_amss


@pytest.mark.parametrize("demo", [False, True])
async def test_demo_people_are_named_only_where_they_can_sign_in(
    stores: Stores, tmp_path: Path, *, demo: bool
) -> None:
    async with an_empty_database(stores) as url:
        await migrate(url)
        if not demo:
            owner = await asyncpg.connect(url)
            # Its slug is the demo's, and it is not the demo.
            await owner.execute("INSERT INTO organizations (id, name, slug) VALUES ($1, 'Theirs', 'demo')", new_id())
            await owner.close()

        async with running_amss(tmp_path, DATABASE_URL=url, REDIS_URL=stores.redis_url) as amss:
            await amss.until_ready()
            await amss.until(lambda: "Ctrl-C stops everything." in amss.output, 10)

    assert ("Demo people" in amss.output) is demo
    assert ("planner@demo.example" in amss.output) is demo


async def test_a_database_that_is_not_there_is_told_in_a_sentence(stores: Stores, tmp_path: Path) -> None:
    nowhere = "postgresql://amss@127.0.0.1:1/amss"

    async with running_amss(tmp_path, DATABASE_URL=nowhere, REDIS_URL=stores.redis_url) as amss:
        code = await amss.ended()

    assert code == 1
    assert "Error: AMSS cannot reach what it needs" in amss.output
    assert "Traceback" not in amss.output
