"""The fault matrix: two workers tell thousands of events while something fails, and every event is counted.

`make faults` runs it at full size on the product's own times and prints the table; `make test` runs it small and in
haste: AMSS's clock runs ten times as fast, so that a lease lasts three seconds, and outages are shorter.
"""

import asyncio
import math
import os
import signal
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import pytest

from amss.features.webhooks import service
from amss.foundation.migrations import migrate
from builders.doomed_worker import POINTS
from builders.failing_receiver import Failing, answering, drip, failing_receiver, hang, reset
from builders.failing_stores import FailingStores, failing_stores
from builders.fault_figures import Figures, counted
from builders.fault_pace import ORGANIZATIONS, chosen_pace
from builders.fault_site import Site, a_site
from builders.fault_workers import FaultWorker, two_workers

PACE = chosen_pace(os.environ)
A_FIFTH = PACE.events // 5
# As many as hang at a time, twice; more would take 15 seconds for each such round.
HANGING = 2 * 8 * ORGANIZATIONS
DEATH = "a worker is killed when "
PATIENCE_SECONDS = 900 / PACE.haste
_STILL_SENT_TO = """
    SELECT FROM webhooks WHERE org_id = ANY($1) AND status = 'enabled'
    UNION ALL
    SELECT FROM webhook_deliveries WHERE org_id = ANY($1) AND lease_until IS NOT NULL
"""


@dataclass
class Scene:
    """A row while it happens."""

    site: Site
    one: FaultWorker
    other: FaultWorker  # it is doomed, where the row dooms one


# Lets something fail and returns when it is over, by the monotonic clock.
Fault = Callable[[Scene], Awaitable[float]]


async def redis_is_away_and_comes_back_empty(scene: Scene) -> float:
    stores = scene.site.stores
    await stores.stop_valkey()
    stores.wipe_valkey()
    await asyncio.sleep(PACE.outage_seconds)
    await stores.start_valkey()
    return time.monotonic()


async def redis_is_killed(scene: Scene) -> float:
    await scene.site.stores.kill_valkey()
    return time.monotonic()


async def postgres_is_restarted(scene: Scene) -> float:
    await scene.site.stores.stop_postgres()
    await scene.site.stores.start_postgres()
    return time.monotonic()


async def postgres_is_killed(scene: Scene) -> float:
    await scene.site.stores.kill_postgres()
    await scene.site.insist("SELECT 1")
    return time.monotonic()


async def the_worker_dies(scene: Scene) -> float:
    while scene.other.died_at is None:
        await asyncio.sleep(0.01)
    assert scene.other.process.returncode == -signal.SIGKILL
    return scene.other.died_at


async def the_receiver_is_down(scene: Scene) -> float:
    receiver = scene.site.receiver
    await receiver.go_down()
    await asyncio.sleep(3 / PACE.haste)  # shorter than the first pause, so that the second attempt is accepted
    await receiver.come_up()
    return time.monotonic()


async def the_receiver_fails(scene: Scene, *, how: Failing, events: int) -> float:
    scene.site.receiver.begin_to_fail(how, events=events)
    await scene.site.receiver.until_it_works_again()
    return time.monotonic()


async def the_receiver_answers_410(scene: Scene) -> float:
    site = scene.site
    site.receiver.begin_to_fail(answering(410), events=PACE.events)
    while await site.rows(_STILL_SENT_TO):
        await asyncio.sleep(0.02)
    site.receiver.end_failing()
    for org_id, webhook_id in site.webhooks.items():
        await site.act(org_id, partial(service.enable, webhook_id=webhook_id))
    return time.monotonic()


async def one_clock_is_stepped(scene: Scene, *, ahead: bool) -> float:
    await scene.other.step_clock(ahead=ahead)
    return time.monotonic()


async def both_clocks_are_stepped(scene: Scene, *, ahead: bool) -> float:
    for each in (scene.one, scene.other):
        await each.step_clock(ahead=ahead)
    return time.monotonic()


FAULTS: dict[str, Fault] = {
    "Redis is stopped and comes back empty": redis_is_away_and_comes_back_empty,
    "Redis is killed": redis_is_killed,
    "Postgres is restarted": postgres_is_restarted,
    "Postgres is killed": postgres_is_killed,
    **{f"{DEATH}{point}": the_worker_dies for point in POINTS},
    "the receiver is down": the_receiver_is_down,
    "the receiver is slow": partial(the_receiver_fails, how=hang, events=HANGING),
    "the receiver resets the connection": partial(the_receiver_fails, how=reset, events=A_FIFTH),
    "the receiver answers 500": partial(the_receiver_fails, how=answering(500), events=A_FIFTH),
    "the receiver answers 429": partial(the_receiver_fails, how=answering(429, retry_after="8"), events=A_FIFTH),
    "the receiver answers 410 and is enabled again": the_receiver_answers_410,
    "the receiver answers 301": partial(
        the_receiver_fails, how=answering(301, location="/elsewhere"), events=A_FIFTH
    ),
    "the receiver drips its answer": partial(the_receiver_fails, how=drip, events=HANGING),
    "the clock of one worker is stepped ahead": partial(one_clock_is_stepped, ahead=True),
    "the clock of one worker is stepped back": partial(one_clock_is_stepped, ahead=False),
    "the clocks of both workers are stepped ahead": partial(both_clocks_are_stepped, ahead=True),
    "the clocks of both workers are stepped back": partial(both_clocks_are_stepped, ahead=False),
}
# Faults that come between the deed and the note of it: that something is repeated shows that they struck there.
REPEATED_BY = {
    f"{DEATH}XADD is done, the mark is not": "repeats_in_stream",
    f"{DEATH}the mark is made, not committed": "repeats_in_stream",
    f"{DEATH}the POST is answered, not recorded": "repeats_at_receiver",
    f"{DEATH}the answers are about to be recorded together": "repeats_at_receiver",
}


@pytest.fixture(scope="module")
async def stores() -> AsyncGenerator[FailingStores]:
    async with failing_stores() as stores:
        await migrate(stores.database_url)
        yield stores


@asynccontextmanager
async def a_scene(stores: FailingStores, folder: Path, dies_when: str) -> AsyncGenerator[Scene]:
    async with (
        failing_receiver() as receiver,
        a_site(stores, receiver, PACE, folder) as site,
        two_workers(stores, folder, PACE, dies_when=dies_when) as (one, other),
    ):
        yield Scene(site, one, other)


async def seconds_to_recover(scene: Scene, fault: Fault) -> float:
    """Record events, let the fault happen on the way, and wait until all of them are told.

    Return how long it took after the fault until nothing was missing that had been recorded before its end.
    """
    site = scene.site
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(site.record())
        await site.until_recorded(1 / 4)
        over = await fault(scene)
        site.go_on.set()
        await site.until_told({event_id for event_id, event in site.recorded.items() if event.at <= over})
        seconds = time.monotonic() - over
    await site.until_told(set(site.recorded))
    return seconds


async def figures_of(scene: Scene, fault: Fault) -> Figures:
    seconds = math.inf
    with suppress(TimeoutError):  # then the figures show what is missing
        async with asyncio.timeout(PATIENCE_SECONDS):
            seconds = await seconds_to_recover(scene, fault)
    return await counted(scene.site, seconds)


@pytest.mark.parametrize("name", FAULTS)
async def test_no_event_is_lost_doubled_or_told_in_the_wrong_order(
    stores: FailingStores, tmp_path: Path, name: str, record_property: Callable[[str, object], None]
) -> None:
    dies_when = name.removeprefix(DEATH) if name.startswith(DEATH) else ""
    async with a_scene(stores, tmp_path, dies_when) as scene:
        figures = await figures_of(scene, FAULTS[name])

    record_property("fault", name)
    record_property("figures", asdict(figures))
    assert figures.recovery_seconds < math.inf, figures
    assert figures.events >= PACE.events
    assert figures.distinct_at_receiver == figures.distinct_in_stream == figures.distinct_in_feed == figures.events
    assert (figures.lost, figures.forged, figures.unfinished) == (0, 0, 0)
    assert (figures.out_of_order, figures.gaps_in_feed) == (0, 0)
    if (repeats := REPEATED_BY.get(name)) is not None:
        assert getattr(figures, repeats) > 0
