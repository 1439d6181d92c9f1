"""The supervisor with small children of its own, and its own death."""

import asyncio
import os
import signal
import time
from pathlib import Path

import pytest

from amss.embedded import Child, GaveUp, Supervisor
from amss.embedded import supervisor as supervisor_module
from embedded.processes import eventually, is_there, lives, processes_in, run_stores


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor_module, "FIRST_DELAY_SECONDS", 0.01)


def a_child(name: str, script: str, directory: Path, *, stop_seconds: float = 10) -> Child:
    """Return a shell script as a child; it is ready when it has made the file `$1`."""
    ready_file = directory / f"{name}.ready"

    async def is_ready() -> bool:
        return is_there(ready_file)

    return Child(
        name=name,
        argv=["/bin/sh", "-c", script, "sh", ready_file],
        is_ready=is_ready,
        stop_seconds=stop_seconds,
        log=directory / f"{name}.log",
    )


async def test_children_stop_in_the_reverse_of_their_order(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    async with Supervisor() as supervisor:
        for name in ("first", "second", "third"):
            script = f'trap "echo {name} >> {notes}; exit" TERM; : > $1; while :; do sleep 0.01; done'
            await supervisor.start(a_child(name, script, tmp_path))

    assert notes.read_text().split() == ["third", "second", "first"]


async def test_a_killed_child_is_started_again_in_less_than_a_second(tmp_path: Path) -> None:
    async with Supervisor() as supervisor:
        await supervisor.start(a_child("server", ": > $1; exec sleep 60", tmp_path))
        killed = supervisor.pid_of("server")
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        killed_at = time.monotonic()

        await eventually(lambda: supervisor.pid_of("server") != killed)

        assert time.monotonic() - killed_at < 1


@pytest.mark.usefixtures("_impatient")
async def test_a_child_that_never_becomes_ready_is_given_up_with_its_last_words(tmp_path: Path) -> None:
    async with Supervisor() as supervisor:
        await supervisor.start(a_child("store", ": > $1; exec sleep 60", tmp_path))
        store = supervisor.pid_of("store")

        with pytest.raises(GaveUp) as refusal:
            await supervisor.start(a_child("server", "echo no such colour >&2; exit 3", tmp_path))

    assert "server ended 5 times before it was ready (the last time: exit code 3)" in str(refusal.value)
    assert "no such colour" in str(refusal.value)
    assert store is not None
    assert not lives(store)


@pytest.mark.usefixtures("_impatient")
async def test_waiting_ends_when_a_child_cannot_be_kept_running(tmp_path: Path) -> None:
    async with Supervisor() as supervisor:
        await supervisor.start(a_child("server", '[ -e "$1.broken" ] && exit 4; : > $1; exec sleep 60', tmp_path))
        (tmp_path / "server.ready").rename(tmp_path / "server.ready.broken")
        pid = supervisor.pid_of("server")
        assert pid is not None
        os.kill(pid, signal.SIGKILL)

        with pytest.raises(GaveUp, match="exit code 4"):
            await asyncio.wait_for(supervisor.wait(), 20)


async def test_a_child_deaf_to_its_stop_signal_is_killed_with_all_it_started(tmp_path: Path) -> None:
    script = 'trap "" TERM; sleep 60 & echo $! > $1.tmp; mv $1.tmp $1; wait; sleep 60'

    async with Supervisor() as supervisor:
        await supervisor.start(a_child("deaf", script, tmp_path, stop_seconds=0.2))
        pid = supervisor.pid_of("deaf")
        started_by_it = int((tmp_path / "deaf.ready").read_text())

    assert pid is not None
    assert not lives(pid)
    await eventually(lambda: not lives(started_by_it))


async def test_children_stand_outside_the_terminals_process_group(tmp_path: Path) -> None:
    async with Supervisor() as supervisor:
        await supervisor.start(a_child("server", ": > $1; exec sleep 60", tmp_path))
        pid = supervisor.pid_of("server")
        assert pid is not None

        assert os.getpgid(pid) == pid != os.getpgrp()


async def test_the_death_of_the_supervisor_leaves_nothing_running(used_directory: Path) -> None:
    supervisor = await run_stores(used_directory)
    servers = [pid for pid in processes_in(used_directory) if pid != supervisor.pid]

    supervisor.kill()
    await supervisor.communicate()

    assert len(servers) > 2
    await eventually(lambda: processes_in(used_directory) == [])


async def test_a_start_right_after_the_death_of_the_supervisor_is_not_hindered(used_directory: Path) -> None:
    for _ in range(2):
        supervisor = await run_stores(used_directory)
        supervisor.kill()
        await supervisor.communicate()

    await eventually(lambda: processes_in(used_directory) == [])
