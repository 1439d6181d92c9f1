"""`amss migrate` as an operator calls it: with one setting, and with sentences where something is amiss."""

import asyncio
import os
import sys
from urllib.parse import urlsplit

import asyncpg
import pytest

from amss.embedded import Stores
from builders.databases import an_empty_database

SETTINGS = ("DATABASE_URL", "MIGRATION_DATABASE_URL", "REDIS_URL", "JWT_PRIVATE_KEY", "SECRETS_KEY", "APP_ENV")


async def amss_migrate(*options: str, **settings: str) -> tuple[int | None, str]:
    """Run the command with these settings alone; return its exit code and all it says."""
    environment = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "amss.cli", "migrate", *options,
        env=environment | settings,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    return process.returncode, said.decode()


@pytest.mark.parametrize("setting", ["MIGRATION_DATABASE_URL", "DATABASE_URL"])
async def test_the_owners_address_is_all_it_needs(stores: Stores, setting: str) -> None:
    async with an_empty_database(stores) as url:
        missing = await amss_migrate("--check", **{setting: url})
        applied = await amss_migrate(**{setting: url})
        again = await amss_migrate("--check", **{setting: url})

    assert (missing[0], missing[1].splitlines()[0]) == (1, "0001_roles_and_extensions")
    assert (applied[0], applied[1].splitlines()[0]) == (0, "Applied 0001_roles_and_extensions")
    assert again == (0, "Nothing is missing.\n")


async def test_the_migrators_login_goes_before_the_servers(stores: Stores) -> None:
    async with an_empty_database(stores) as url:
        applied = await amss_migrate(MIGRATION_DATABASE_URL=url, DATABASE_URL="postgresql://nobody@127.0.0.1:1/amss")

    assert applied[0] == 0


@pytest.mark.parametrize("options", [(), ("--check",)])
async def test_what_stands_in_the_way_is_one_sentence(stores: Stores, options: tuple[str, ...]) -> None:
    postgres = urlsplit(stores.database_url)
    stranger = postgres._replace(netloc=f"nobody:guess@127.0.0.1:{postgres.port}").geturl()

    answers = [
        await amss_migrate(*options),
        await amss_migrate(*options, DATABASE_URL="postgresql://amss@127.0.0.1:1/amss"),
        await amss_migrate(*options, DATABASE_URL=stranger),
        await amss_migrate(*options, DATABASE_URL=postgres._replace(path="/no_such_database").geturl()),
        await amss_migrate(*options, DATABASE_URL="mysql://127.0.0.1/amss"),
    ]

    sentences = [said for _, said in answers]
    assert [code for code, _ in answers] == [1] * 5
    assert all(said.startswith("Error: ") and said.endswith(".\n") and said.count("\n") == 1 for said in sentences)
    for said, word in zip(sentences, ["missing", "127.0.0.1", "nobody", "no_such_database", "mysql"], strict=True):
        assert word in said


async def test_a_login_without_the_right_to_make_roles_is_told_so(stores: Stores) -> None:
    async with an_empty_database(stores) as url:
        owner = await asyncpg.connect(url)
        await owner.execute("DROP ROLE IF EXISTS test_powerless; CREATE ROLE test_powerless LOGIN PASSWORD 'x'")
        postgres = urlsplit(url)

        refused = await amss_migrate(
            DATABASE_URL=postgres._replace(netloc=f"test_powerless:x@127.0.0.1:{postgres.port}").geturl()
        )

        await owner.execute("DROP ROLE test_powerless")
        await owner.close()
    assert refused[0] == 1
    assert "permission denied" in refused[1]
    assert "Traceback" not in refused[1]
