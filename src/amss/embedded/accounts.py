"""Which account the stores run as: our own, except that Postgres refuses root, who takes another."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from amss.embedded.errors import CannotRun


class NoUsableAccount(CannotRun):
    """Root has no other account to run the stores as."""


@dataclass(frozen=True, slots=True)
class Account:
    """A user and group a store's process changes to."""

    uid: int
    gid: int


def account_for(folder: Path) -> Account | None:
    """Return the account a store in `folder` runs as; None means our own, which every user but root keeps.

    What exists already keeps its owner, so that data made by `nobody` or by a normal user stay readable.
    """
    if os.geteuid() != 0:
        return None
    if folder.exists() and (owner := folder.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    return _first_usable()


def may_read(path: Path, account: Account | None) -> bool:
    """Tell whether the account can reach and read an existing path, by permission bits."""
    if account is None:
        return os.access(path, os.R_OK)
    enterable = all(_allows(parent, account, stat.S_IXOTH) for parent in path.resolve().parents)
    return enterable and _allows(path, account, stat.S_IROTH)


def _allows(path: Path, account: Account, bit_for_others: int) -> bool:
    status = path.stat()
    if status.st_uid == account.uid:
        return bool(status.st_mode & bit_for_others << 6)
    if status.st_gid == account.gid:
        return bool(status.st_mode & bit_for_others << 3)
    return bool(status.st_mode & bit_for_others)


def _first_usable() -> Account:
    # initdb looks the account up by name, so a number without an entry would not do.
    entries = sorted(pwd.getpwall(), key=lambda entry: entry.pw_name != "nobody")
    for entry in entries:
        if entry.pw_uid and _is_mapped("uid", entry.pw_uid) and _is_mapped("gid", entry.pw_gid):
            return Account(entry.pw_uid, entry.pw_gid)
    raise NoUsableAccount(
        "Postgres does not run as root, and this machine has no other account to run it as. "
        "Start AMSS as a normal user, or set DATABASE_URL to an existing server."
    )


def _is_mapped(kind: str, number: int) -> bool:
    # A rootless container may know accounts that its user namespace cannot change to.
    table = Path(f"/proc/self/{kind}_map")
    if not table.exists():
        return True
    ranges = [line.split() for line in table.read_text().splitlines()]
    return any(int(first) <= number < int(first) + int(count) for first, _, count in ranges)
