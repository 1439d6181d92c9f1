"""Processes that are measured: pinned to cores, their CPU as the kernel counted it."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

SERVER_CORE = 0
_TICKS = os.sysconf("SC_CLK_TCK")


def leave_the_servers_core() -> None:
    """Keep this process off the core of the server that is measured."""
    if others := os.sched_getaffinity(0) - {SERVER_CORE}:
        os.sched_setaffinity(0, others)


def children_of(pid: int) -> dict[int, str]:
    """Return the processes a process has started, with their names."""
    found = subprocess.run(
        ["pgrep", "--parent", str(pid)],  # noqa: S607 - the machine's own
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    names: dict[int, str] = {}
    for child in found.split():
        with suppress(FileNotFoundError, ProcessLookupError):  # it ended meanwhile
            names[int(child)] = Path(f"/proc/{child}/comm").read_text().strip()
    return names


def cpu_seconds(pid: int) -> float:
    """Return what the kernel has counted for a process and its children, those that have ended among them."""
    return sum(_cpu_of(each) for each in (pid, *children_of(pid)))


def _cpu_of(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:  # it ended meanwhile
        return 0.0
    return sum(map(int, fields[11:15])) / _TICKS


class Peak:
    """The most memory that a process held at a time, in MiB, as the kernel counted it."""

    mebibytes = 0.0


@contextmanager
def peak_memory(pid: int) -> Generator[Peak]:
    """Find out how much memory a process holds at most during the block."""
    peak = Peak()
    Path(f"/proc/{pid}/clear_refs").write_text("5")  # the peak begins anew
    yield peak
    status = Path(f"/proc/{pid}/status").read_text()
    peak.mebibytes = int(status.partition("VmHWM:")[2].split()[0]) / 1024


class Server:
    """A server process pinned to one core."""

    def __init__(self, process: subprocess.Popen[bytes], address: str, log: IO[bytes]) -> None:
        """Remember the process."""
        self.pid = process.pid
        self.address = address
        self._log = log

    def last_line(self) -> str:
        """Return what it printed last."""
        self._log.seek(0)
        return self._log.read().decode().splitlines()[-1]


@contextmanager
def a_server(argv: list[str], environment: dict[str, str], port: int, *, core: int = SERVER_CORE) -> Iterator[Server]:
    """Run a server pinned to one core until the end of the block."""
    address = f"127.0.0.1:{port}"
    addresses = {
        "HTTP_ADDR": address,
        "GRPC_ADDR": f"127.0.0.1:{port + 100}",
        "METRICS_ADDR": f"127.0.0.1:{port + 200}",
        "WORKER_METRICS_ADDR": address,  # all that a worker listens at
    }
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen([sys.executable, *argv], env=environment | addresses, stdout=log, stderr=log)
        os.sched_setaffinity(process.pid, {core})
        try:
            _wait_until_it_listens(process, port)
            yield Server(process, address, log)
        finally:
            process.terminate()
            process.wait()
            log.seek(0)
            sys.stderr.write(log.read()[-3000:].decode())


def _wait_until_it_listens(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait until the port answers; give up when the process ends."""
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if process.poll() is not None:
                sys.exit(f"A server ended with {process.returncode} before it listened")
            time.sleep(0.05)
        else:
            return
