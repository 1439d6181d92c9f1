"""The limiter's own connection to Redis, on a real server and on sockets that misbehave."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

from amss.foundation.ids import new_id
from amss.foundation.redis_line import ANSWER_SECONDS, RedisLine, Script
from builders.installation import Installation

ECHO = Script("return {KEYS[1], ARGV[1]}")


@asynccontextmanager
async def a_line(redis: Redis) -> AsyncGenerator[RedisLine]:
    line = RedisLine(redis)
    yield line
    line.close()


async def test_a_script_that_redis_does_not_know_is_sent_whole(installation: Installation) -> None:
    script = Script(f"return '{new_id()}'")

    async with a_line(installation.redis) as line:
        answers = [await line.run(script, [], []) for _ in range(2)]

    assert answers == [script.text[8:-1].encode()] * 2


async def test_each_of_many_at_once_gets_his_own_answer(installation: Installation) -> None:
    async with a_line(installation.redis) as line:
        answers = await asyncio.gather(*(line.run(ECHO, ["key"], [n]) for n in range(500)))

    assert answers == [[b"key", b"%d" % n] for n in range(500)]


async def test_who_goes_away_leaves_the_answers_of_others_in_order(installation: Installation) -> None:
    async with a_line(installation.redis) as line:
        await line.run(ECHO, ["key"], [0])
        asked = [asyncio.create_task(line.run(ECHO, ["key"], [n])) for n in range(3)]
        await asyncio.sleep(0)
        asked[1].cancel()
        answers = await asyncio.gather(*asked, return_exceptions=True)

    assert (answers[0], answers[2]) == ([b"key", b"0"], [b"key", b"2"])
    assert isinstance(answers[1], asyncio.CancelledError)


async def test_it_connects_anew_after_a_refused_script_and_after_hanging_up(installation: Installation) -> None:
    async with a_line(installation.redis) as line:
        with pytest.raises(ResponseError):
            await line.run(Script("return redis.call('NONSENSE')"), [], [])
        after_refusal = await line.run(ECHO, ["key"], [1])
        line.close()
        after_hanging_up = await line.run(ECHO, ["key"], [2])

    assert (after_refusal, after_hanging_up) == ([b"key", b"1"], [b"key", b"2"])


@pytest.mark.parametrize("says", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n"])
async def test_what_is_silent_or_no_redis_is_given_up_in_time(says: bytes) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(says)
        await reader.read()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    redis = Redis.from_url(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    begun = time.monotonic()

    async with server, a_line(redis) as line:
        answers = await asyncio.gather(*(line.run(ECHO, ["key"], [n]) for n in range(3)), return_exceptions=True)

    assert all(isinstance(each, RedisError) for each in answers)
    assert time.monotonic() - begun < ANSWER_SECONDS + 1
    await redis.aclose()
