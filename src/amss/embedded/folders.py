"""Where a store keeps its files, and the small things remembered there: its password and its port."""

import hashlib
import os
import secrets
import socket
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog

from amss.embedded.accounts import Account, account_for, may_read
from amss.embedded.errors import CannotRun

log = structlog.get_logger()

# The kernel's limit for a socket's path is 108 bytes with its end mark on Linux, 104 on macOS.
LONGEST_SOCKET_PATH = 103


class ForeignFolder(CannotRun):
    """A folder belongs to another account, which we cannot become."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} belongs to another user. Start AMSS as that user or as root, or remove it.")


@dataclass(frozen=True, slots=True)
class StoreFolder:
    """One store's folder, owned by the account that runs it."""

    path: Path
    account: Account | None
    log: Path

    @property
    def copies(self) -> Path:
        """Where readable copies of the stores' programs lie."""
        return self.path.parent / "programs"

    def password(self) -> str:
        """Return the store's password, made on first use and readable by its account only."""
        remembered = self.path / "password"
        if not remembered.exists():
            self.write(remembered, secrets.token_urlsafe(24))
        return remembered.read_text()

    def port(self) -> int:
        """Return a free port on the loopback address: the one used last time, where it is still free."""
        remembered = self.path / "port"
        last = int(remembered.read_text()) if remembered.exists() else 0
        port = _free_port(last) or _free_port(0)
        self.write(remembered, str(port))
        return port

    def socket(self, name: str) -> Path | None:
        """Return the path for a unix socket, or None where the folder's path is too long for one."""
        path = self.path / name
        return path if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH else None

    def write(self, path: Path, text: str) -> None:
        """Write a file that only the store's account can read, whole or not at all."""
        unfinished = path.with_name(f"{path.name}.unfinished")
        unfinished.unlink(missing_ok=True)
        # O_EXCL follows no link: the folder is not ours when we are root.
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
        self._give(unfinished)
        unfinished.rename(path)

    def make(self, path: Path) -> None:
        """Make a folder that only the store's account can enter."""
        path.mkdir(mode=0o700, exist_ok=True)
        self._give(path)

    def _give(self, path: Path) -> None:
        if self.account:
            os.chown(path, self.account.uid, self.account.gid, follow_symlinks=False)


def open_folder(directory: Path, store: str) -> StoreFolder:
    """Return the folder of a store below `directory`, made where it is missing."""
    home = _home(directory.resolve())
    path = home / store
    account = account_for(path)
    logs = directory.resolve() / "log"
    logs.mkdir(exist_ok=True)
    folder = StoreFolder(path, account, logs / f"{store}.log")
    _make_open(folder.copies)
    folder.make(path)
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        raise ForeignFolder(path)
    return folder


@contextmanager
def open_directory() -> Generator[Path]:
    """Make a temporary directory that every account can read, unlike what `tempfile` and pytest make."""
    with tempfile.TemporaryDirectory(prefix="amss-") as name:
        path = Path(name)
        path.chmod(0o755)
        yield path


def _home(directory: Path) -> Path:
    """Return where the stores' folders lie: `directory/stores`, or where that must be a link to."""
    directory.mkdir(parents=True, exist_ok=True)
    stores = directory / "stores"
    if may_read(directory, account_for(stores)):
        _make_open(stores)
        return stores
    # Root's own folders are closed to the account the stores run as. The name is made from the path, so that
    # the next start finds the data again and two checkouts never share them.
    name = f"amss-{hashlib.sha256(os.fsencode(directory)).hexdigest()[:16]}"
    system = Path("/var/lib")
    place = (system if os.access(system, os.W_OK) else Path(tempfile.gettempdir())) / name
    if not stores.is_symlink():
        log.info("Keeping the stores outside the project, which their account cannot read", place=str(place))
    _make_open(place)
    if place.is_symlink() or place.stat().st_uid != 0:
        raise ForeignFolder(place)
    stores.unlink(missing_ok=True)
    stores.symlink_to(place)
    return place


def _make_open(path: Path) -> None:
    if not path.exists():
        path.mkdir()
        path.chmod(0o755)  # whatever the umask: the stores' account passes here


def _free_port(wanted: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            return 0
        return int(probe.getsockname()[1])
