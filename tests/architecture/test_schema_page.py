"""schema.sql shows what the migrations make, on every version of Postgres we support."""

import importlib.util
from pathlib import Path
from types import ModuleType

import asyncpg
import pytest

from amss.foundation.migrations import migrate
from builders.older_postgres import PROGRAMS, an_older_postgres

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("schema_generator", ROOT / "scripts/schema.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


async def test_the_page_is_what_the_migrations_make(generator: ModuleType, superuser: asyncpg.Connection) -> None:
    assert await generator.describe(superuser) == (ROOT / "schema.sql").read_text()


@pytest.mark.skipif(not PROGRAMS.is_dir(), reason="this machine has no Postgres 15")
async def test_the_migrations_make_the_same_on_postgres_15(generator: ModuleType) -> None:
    async with an_older_postgres() as url:
        await migrate(url)
        connection = await asyncpg.connect(url)
        page = await generator.describe(connection)
        await connection.close()

    assert page == (ROOT / "schema.sql").read_text()
