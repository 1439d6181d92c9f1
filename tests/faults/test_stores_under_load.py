"""A store that dies under load: nobody is told anything wrong, nothing is lost, and the server gets over it.

Real processes: the stores are killed as power failures do it and started again by the supervisor; the server stays.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest

from builders.running_amss import RunningAmss, running_amss

CLIENTS = 6
BEFORE, AFTER = 60, 120  # acknowledged creations
GIVE_UP_SECONDS = 20


@pytest.fixture(scope="module")
async def amss(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningAmss]:
    async with running_amss(tmp_path_factory.mktemp("amss")) as amss:
        await amss.until_ready()
        yield amss


@dataclass
class Load:
    """Clients that each create aircraft and look at them, until they are told to stop."""

    session: aiohttp.ClientSession
    name: str
    acknowledged: dict[str, str] = field(default_factory=dict[str, str])  # tail number: id
    statuses: Counter[int] = field(default_factory=Counter[int])
    wrong: list[str] = field(default_factory=list[str])
    stopping: bool = False

    async def client(self, letter: str) -> None:
        """Create one after another; what is not acknowledged is asked for again with the same key."""
        number = 0
        while not self.stopping:
            number += 1
            tail = f"{self.name}-{letter}{number:05}"
            created = await self._insist("POST", "/aircraft", {"tail_number": tail, "model": "A320-214"}, key=tail)
            self.acknowledged[tail] = created["id"]
            shown = await self._insist("GET", f"/aircraft?tail_number={tail}")
            if [each["id"] for each in shown["items"]] != [created["id"]]:
                self.wrong.append(f"{tail}: {shown}")

    async def _insist(self, method: str, path: str, body: Any = None, *, key: str | None = None) -> Any:
        headers = {"idempotency-key": key} if key else {}
        while True:
            async with self.session.request(method, f"/api/v1{path}", json=body, headers=headers) as answer:
                self.statuses[answer.status] += 1
                if answer.status < 300:
                    return await answer.json()
                if answer.status != 503 or not answer.headers.get("retry-after", "").isdigit():
                    self.wrong.append(f"{method} {path}: {answer.status} {await answer.text()}")
                    return {"id": None, "items": []}
            await asyncio.sleep(0.05)

    async def until_acknowledged(self, count: int) -> None:
        async with asyncio.timeout(GIVE_UP_SECONDS):
            while len(self.acknowledged) < count:
                await asyncio.sleep(0.01)


@pytest.mark.parametrize("store", ["valkey", "postgres"])
async def test_a_store_that_dies_under_load_costs_only_time(amss: RunningAmss, store: str) -> None:
    server = amss.pid_of("server")
    async with amss.signed_in("tenant-admin") as admin:
        me = await admin("GET /auth/me")
        policy = {"api_rate_limit_per_min": 1_000_000}
        await admin(f"PATCH /organizations/{me['organization']['id']}/policy", policy)
        headers = {"authorization": f"Bearer {admin.token}"}
        async with aiohttp.ClientSession(amss.url, headers=headers) as session:
            load = Load(session, store[:2].upper())
            clients = [asyncio.create_task(load.client(letter)) for letter in "ABCDEFGH"[:CLIENTS]]

            await load.until_acknowledged(BEFORE)
            await amss.kill(store)
            await load.until_acknowledged(len(load.acknowledged) + AFTER)
            load.stopping = True
            await asyncio.gather(*clients)  # an error of a connection would end a client, and the test

        fleet = [each for each in await admin.all("/aircraft") if each["tail_number"].startswith(f"{load.name}-")]
    assert load.wrong == []
    assert load.statuses.keys() <= {200, 201, 503}, load.statuses
    assert (503 in load.statuses) == (store == "postgres"), load.statuses
    assert {each["tail_number"]: each["id"] for each in fleet} == load.acknowledged
    assert len(fleet) == len(load.acknowledged)
    assert amss.pid_of("server") == server
