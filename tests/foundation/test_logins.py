"""The logins production accepts."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from amss.embedded import Stores
from amss.foundation.database import Database
from amss.foundation.ids import new_id
from amss.foundation.logins import must_be_narrow
from amss.foundation.settings import SettingsError, load_settings
from builders.installation import Installation, environment_for


def as_login(stores: Stores, login: str) -> str:
    url = urlsplit(stores.database_url)
    return url._replace(netloc=f"{login}:secret@{url.hostname}:{url.port}").geturl()


@pytest.fixture
async def a_login(installation: Installation) -> AsyncIterator[str]:
    name = f"login_{new_id().hex}"
    await installation.owner.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'secret'")
    yield name
    await installation.owner.execute(f"DROP ROLE {name}")


async def in_production(stores: Stores, directory: Path, url: str) -> None:
    environment = environment_for(
        stores, directory, APP_ENV="production", DATABASE_URL=url, WORKER_DATABASE_URL="postgresql://another"
    )
    database = Database(url, role=None, process="test-login", settings=load_settings(environment))
    try:
        await must_be_narrow(database, "DATABASE_URL", "amss_server")
    finally:
        await database.close()


async def test_a_member_of_the_role_may_serve(
    installation: Installation, stores: Stores, a_login: str, tmp_path: Path
) -> None:
    await installation.owner.execute(f"GRANT amss_server TO {a_login}")

    await in_production(stores, tmp_path, as_login(stores, a_login))


async def test_a_stranger_may_not(stores: Stores, a_login: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=f"DATABASE_URL: the login {a_login} is no member of amss_server"):
        await in_production(stores, tmp_path, as_login(stores, a_login))


@pytest.mark.parametrize("more", ["GRANT amss_owner TO", "GRANT amss_worker TO", "ALTER ROLE {} BYPASSRLS --"])
async def test_a_login_that_can_do_more_may_not(
    installation: Installation, stores: Stores, a_login: str, tmp_path: Path, more: str
) -> None:
    await installation.owner.execute(f"GRANT amss_server TO {a_login}")
    await installation.owner.execute(f"{more.format(a_login)} {a_login}")

    with pytest.raises(SettingsError, match="can pass by row-level security"):
        await in_production(stores, tmp_path, as_login(stores, a_login))


async def test_the_owner_of_the_database_may_not(stores: Stores, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="can pass by row-level security"):
        await in_production(stores, tmp_path, stores.database_url)
