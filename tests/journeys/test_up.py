"""`amss up` from outside: it starts, says what is wrong, heals, and leaves nothing behind."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from builders.running_amss import RunningAmss, running_amss

CHILDREN = ("postgres", "valkey", "server", "worker")


@pytest.fixture(scope="module")
async def amss(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningAmss]:
    async with running_amss(tmp_path_factory.mktemp("amss")) as amss:
        await amss.until_ready()
        yield amss


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def ready(amss: RunningAmss) -> dict[str, object]:
    async with aiohttp.ClientSession() as session, session.get(f"{amss.url}/ready") as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def test_a_newcomer_sees_where_everything_is_and_who_can_sign_in(amss: RunningAmss) -> None:
    assert f"{amss.url}/api/v1" in amss.output
    assert "planner@demo.example" in amss.output
    assert await ready(amss) == {"status": "ready"}


async def test_the_demo_fleet_is_there(amss: RunningAmss) -> None:
    async with amss.signed_in("planner") as planner:
        fleet = await planner("GET /aircraft?count=true&limit=1")
        due = await planner("GET /due-items?count=true&limit=200")
        tasks = await planner("GET /maintenance-tasks?count=true&limit=1")

    assert fleet["total"] == 38
    assert due["total"] > 100
    assert {item["projection"] for item in due["items"]} == {"measured", "none"}
    assert tasks["total"] > 10


async def test_a_second_run_beside_it_says_what_is_wrong(amss: RunningAmss) -> None:
    second = RunningAmss(amss.directory, amss.environment)
    await second.start()

    code = await second.ended()

    assert code == 1
    sentence = f"AMSS already runs with the data in {amss.directory / '.amss'}: process {amss.process.pid}"
    assert sentence in second.output


async def test_a_taken_address_is_named_with_the_setting_that_moves_it(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = f"127.0.0.1:{other.getsockname()[1]}"
        async with running_amss(tmp_path, HTTP_ADDR=address) as amss:
            code = await amss.ended()

    assert code == 1
    assert f"{address} is taken by another program. Stop it, or set HTTP_ADDR to another address." in amss.output


@pytest.mark.parametrize("child", CHILDREN)
async def test_a_killed_process_is_noticed_and_healed(amss: RunningAmss, child: str) -> None:
    await amss.kill(child)

    async with asyncio.timeout(20):
        while True:
            try:
                assert (await ready(amss))["status"] == "ready"
                break
            except (AssertionError, aiohttp.ClientError):
                await asyncio.sleep(0.1)


async def test_ctrl_c_leaves_nothing_running_and_a_second_start_finds_everything(tmp_path: Path) -> None:
    async with running_amss(tmp_path) as amss:
        await amss.until_ready()
        pids = [amss.pid_of(child) for child in CHILDREN]

        code = await amss.stop()

        assert code == 0
        assert [pid for pid in pids if lives(pid)] == []

    async with running_amss(tmp_path) as again:
        await again.until_ready()
        async with again.signed_in("planner") as planner:
            assert (await planner("GET /aircraft?count=true&limit=1"))["total"] == 38
