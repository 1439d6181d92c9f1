"""The limiter's own connection to Redis, on a real server and on sockets that misbehave."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError
from structlog.testing import capture_logs

from amss.foundation.ids import new_id
from amss.foundation.rate_limit import Policy, RateLimiter
from amss.foundation.redis_line import ANSWER_SECONDS, RedisLine, Script
from builders.installation import Installation
from builders.tls_front import a_tls_front, write_certificate

ECHO = Script("return {KEYS[1], ARGV[1]}")
PASSWORD = "p@ss word/100%"  # all that a URL must escape


@dataclass(frozen=True)
class Guest:
    """A user of Redis who may touch only the keys that begin with his name."""

    name: str
    password: str


@asynccontextmanager
async def a_line(redis: Redis) -> AsyncGenerator[RedisLine]:
    line = RedisLine(redis)
    yield line
    line.close()


@asynccontextmanager
async def a_client(url: str) -> AsyncGenerator[Redis]:
    """Make a client as the server makes it, of a URL that an operator would write."""
    async with aclosing(
        Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1, retry=Retry(NoBackoff(), 0))
    ) as redis:
        yield redis


@pytest.fixture(params=[PASSWORD, ""], ids=["with a password", "without one"])
async def guest(installation: Installation, request: pytest.FixtureRequest) -> AsyncIterator[Guest]:
    guest = Guest(f"guest-{new_id().hex}", request.param)
    secret = f">{guest.password}" if guest.password else "nopass"
    await installation.redis.execute_command("ACL", "SETUSER", guest.name, "on", secret, f"~{guest.name}*", "+@all")
    yield guest
    await installation.redis.acl_deluser(guest.name)


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


async def test_a_password_of_the_url_is_told_to_redis(installation: Installation) -> None:
    address = urlsplit(installation.settings.redis_url)

    async with a_client(f"redis://127.0.0.1:{address.port}/0") as silent, a_line(silent) as line:
        with pytest.raises(ResponseError, match="Authentication required"):
            await line.run(ECHO, ["key"], [1])
    async with a_client(address.geturl()) as telling, a_line(telling) as line:
        answer = await line.run(ECHO, ["key"], [2])

    assert address.password
    assert answer == [b"key", b"2"]


async def test_a_user_of_the_url_is_who_redis_sees(installation: Installation, guest: Guest) -> None:
    url = f"redis://{guest.name}:{quote(guest.password, safe='')}@127.0.0.1:{port_of(installation)}/0"

    async with a_client(url) as redis, a_line(redis) as line:
        allowed = await line.run(ECHO, [f"{guest.name}:key"], [1])
        with pytest.raises(ResponseError, match="No permissions"):
            await line.run(ECHO, ["another's key"], [1])

    assert allowed == [f"{guest.name}:key".encode(), b"1"]


async def test_with_a_wrong_password_the_limit_stands_without_redis(installation: Installation) -> None:
    policy = a_policy()

    async with a_client(f"redis://:guess@127.0.0.1:{port_of(installation)}/0") as redis, a_line(redis) as line:
        with pytest.raises(ResponseError, match="WRONGPASS"):
            await line.run(ECHO, ["key"], [1])
        decisions, said = await three_requests(redis, policy)

    assert decisions == [True, True, False]
    assert "WRONGPASS" in said
    assert await installation.redis.exists(policy.key) == 0


@pytest.mark.parametrize("ending", ["/5", "?db=5"])
async def test_a_limit_is_kept_in_the_database_that_the_url_names(installation: Installation, ending: str) -> None:
    policy, own_url = a_policy(), installation.settings.redis_url.removesuffix("/0")

    async with a_client(own_url + ending) as redis:
        decisions, said = await three_requests(redis, policy)
        found = await redis.exists(policy.key)

    assert (decisions, said) == ([True, True, False], "")
    assert (found, await installation.redis.exists(policy.key)) == (1, 0)


async def test_over_tls_redis_keeps_the_limit(installation: Installation, tmp_path: Path) -> None:
    policy, password = a_policy(), urlsplit(installation.settings.redis_url).password

    async with a_tls_front(port_of(installation), tmp_path) as front:
        url = f"rediss://:{password}@127.0.0.1:{front.port}/0?ssl_ca_certs={front.certificate}"
        async with a_client(url) as redis:
            decisions, said = await three_requests(redis, policy)

    assert (decisions, said) == ([True, True, False], "")
    assert await installation.redis.exists(policy.key) == 1


async def test_a_certificate_that_nobody_vouches_for_gets_no_password(
    installation: Installation, tmp_path: Path
) -> None:
    policy, password = a_policy(), urlsplit(installation.settings.redis_url).password
    write_certificate(tmp_path / "another.pem")

    async with a_tls_front(port_of(installation), tmp_path) as front:
        url = f"rediss://:{password}@127.0.0.1:{front.port}/0?ssl_ca_certs={tmp_path / 'another.pem'}"
        async with a_client(url) as redis:
            decisions, said = await three_requests(redis, policy)

    assert decisions == [True, True, False]
    assert "certificate verify failed" in said
    assert await installation.redis.exists(policy.key) == 0


async def test_on_a_socket_of_the_file_system_redis_keeps_the_limit(installation: Installation) -> None:
    policy, password = a_policy(), urlsplit(installation.settings.redis_url).password
    socket = (await installation.redis.config_get("unixsocket"))["unixsocket"]

    async with a_client(f"unix://:{password}@{socket}?db=0") as redis:
        decisions, said = await three_requests(redis, policy)

    assert (decisions, said) == ([True, True, False], "")
    assert await installation.redis.exists(policy.key) == 1


def port_of(installation: Installation) -> int:
    port = urlsplit(installation.settings.redis_url).port
    assert port is not None
    return port


def a_policy() -> Policy:
    return Policy("test", f"amss:limit:{{{new_id()}}}:test", limit=2, seconds=3600)


async def three_requests(redis: Redis, policy: Policy) -> tuple[list[bool], str]:
    """Ask a limiter three times; return what it decided, and what it complained of."""
    limiter = RateLimiter(redis)
    with capture_logs() as lines:
        decisions = [(await limiter.allow(policy)).allowed for _ in range(3)]
    limiter.close()
    return decisions, " ".join(line["error"] for line in lines)
