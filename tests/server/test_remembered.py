"""What is believed for a few seconds, and shared by all who ask at once."""

import asyncio

import pytest

from amss.server.remembered import Remembered


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


class Readings:
    """Counts what is really read."""

    def __init__(self) -> None:
        self.count = 0
        self.may_end = asyncio.Event()
        self.may_end.set()

    async def __call__(self) -> int:
        self.count += 1
        await self.may_end.wait()
        return self.count


def remembered(clock: Clock, *, most: int = 100) -> Remembered[str, int]:
    return Remembered(seconds=10, most=most, monotonic=clock)


async def test_a_reading_is_believed_for_so_long_and_no_longer() -> None:
    clock, read = Clock(), Readings()
    known = remembered(clock)

    first = await known.get("a", read)
    clock.seconds = 9.9
    again = await known.get("a", read)
    clock.seconds = 10
    anew = await known.get("a", read)

    assert (first, again, anew) == (1, 1, 2)


async def test_many_who_ask_at_once_share_one_reading_also_when_one_goes_away() -> None:
    read = Readings()
    read.may_end.clear()
    known = remembered(Clock())
    asking = [asyncio.create_task(known.get("a", read)) for _ in range(20)]
    await asyncio.sleep(0)

    asking[0].cancel()
    await asyncio.sleep(0)
    read.may_end.set()

    assert await asyncio.gather(*asking[1:]) == [1] * 19


async def test_what_is_forgotten_while_it_is_read_is_read_anew() -> None:
    read = Readings()
    read.may_end.clear()
    known = remembered(Clock())
    early = asyncio.create_task(known.get("a", read))
    await asyncio.sleep(0)

    known.forget(lambda key, value: key == "a" and value is None)
    read.may_end.set()

    assert await known.get("a", read) == 2
    assert await early >= 1


async def test_a_reading_that_fails_is_told_and_not_believed() -> None:
    async def broken() -> int:
        raise OSError("the database is away")

    read = Readings()
    known = remembered(Clock())

    with pytest.raises(OSError, match="away"):
        await known.get("a", broken)
    await asyncio.sleep(0)

    assert await known.get("a", read) == 1


async def test_only_so_much_is_remembered_and_the_oldest_goes_first() -> None:
    read = Readings()
    known = remembered(Clock(), most=2)

    for key in ("a", "b", "c"):
        await known.get(key, read)

    assert len(known) == 2
    assert await known.get("c", read) == 3
    assert await known.get("a", read) == 4
