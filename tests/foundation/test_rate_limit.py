"""The rate limiter against a simple model, in Redis and without it."""

import math
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import REGISTRY
from redis.asyncio import Redis
from structlog.testing import capture_logs

from amss.foundation.ids import new_id
from amss.foundation.rate_limit import InProcessLimits, Policy, RateLimiter
from builders.installation import Installation

NOWHERE = "redis://127.0.0.1:1"


class LeakyBucket:
    """The model: a bucket that holds `limit` and loses one every `seconds / limit`."""

    def __init__(self, limit: int, seconds: int) -> None:
        self.limit, self.rate = limit, limit / seconds
        self.level, self.at = 0.0, 0.0

    def allow(self, now: float) -> bool:
        self.level, self.at = max(0.0, self.level - (now - self.at) * self.rate), now
        if self.level + 1 > self.limit + 1e-6:
            return False
        self.level += 1
        return True


class HandSetClock:
    """A monotonic clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def a_policy(limit: int, seconds: int = 60) -> Policy:
    return Policy("test", f"amss:limit:{{{new_id()}}}:test", limit, seconds)


@pytest.fixture
async def without_redis() -> AsyncIterator[tuple[RateLimiter, HandSetClock]]:
    redis, clock = Redis.from_url(NOWHERE), HandSetClock()
    yield RateLimiter(redis, clock), clock
    await redis.aclose()


@given(limit=st.integers(1, 20), steps=st.lists(st.integers(0, 30_000), max_size=60))
def test_it_allows_exactly_what_a_leaky_bucket_allows(limit: int, steps: list[int]) -> None:
    policy, now = a_policy(limit), 0
    limits, model = InProcessLimits(), LeakyBucket(limit, 60)

    for milliseconds in steps:
        # An odd offset keeps both away from exact boundaries, where rounding would decide.
        now += milliseconds * 1000 + 137
        allowed, _ = limits.allow([policy], now=now)

        assert allowed is model.allow(now / 1_000_000)


@given(limit=st.integers(1, 100_000), now=st.integers(0, 2**53))
def test_all_of_a_limit_can_be_spent_in_one_moment(limit: int, now: int) -> None:
    policy, limits = a_policy(limit), InProcessLimits()
    bunch = min(limit, 50)

    for _ in range(bunch):
        allowed, spans = limits.allow([policy], now=now)

        assert allowed, spans
    assert limits.allow([policy], now=now)[0] is (limit > bunch)


@pytest.mark.parametrize("limit", [1, 3, 7, 6000])
async def test_redis_allows_the_limit_and_says_how_many_are_left(installation: Installation, limit: int) -> None:
    limiter, policy = RateLimiter(installation.redis), a_policy(limit, seconds=3600)

    answers = [(await limiter.allow(policy)) for _ in range(min(limit, 10))]

    assert all(answer.allowed for answer in answers)
    assert [answer.each[0].remaining for answer in answers] == [limit - n - 1 for n in range(len(answers))]
    assert answers[-1].each[0].reset_after == math.ceil(len(answers) * policy.emission / 1_000_000)


async def test_one_too_many_is_denied_and_told_how_long_to_wait(installation: Installation) -> None:
    limiter, policy = RateLimiter(installation.redis), a_policy(2)

    decisions = [await limiter.allow(policy) for _ in range(3)]

    assert [each.allowed for each in decisions] == [True, True, False]
    assert decisions[2].each[0].remaining == 0
    assert decisions[2].retry_after in (29, 30)


async def test_a_denial_spends_nothing_of_any_policy(installation: Installation) -> None:
    limiter, wide, narrow = RateLimiter(installation.redis), a_policy(5), a_policy(1)
    await limiter.allow(wide, narrow)

    denied = [await limiter.allow(wide, narrow) for _ in range(4)]

    assert not any(each.allowed for each in denied)
    assert (await limiter.allow(wide)).each[0].remaining == 3


async def test_what_is_given_back_can_be_spent_again(installation: Installation) -> None:
    limiter, policy = RateLimiter(installation.redis), a_policy(1)
    await limiter.allow(policy)

    await limiter.give_back(policy)

    assert (await limiter.allow(policy)).allowed
    assert not (await limiter.allow(policy)).allowed


async def test_giving_back_what_was_never_spent_gives_no_credit(installation: Installation) -> None:
    limiter, policy = RateLimiter(installation.redis), a_policy(1)

    await limiter.give_back(policy)

    assert [(await limiter.allow(policy)).allowed for _ in range(2)] == [True, False]


async def test_a_key_is_gone_from_redis_when_all_is_given_back_by_time(installation: Installation) -> None:
    policy = a_policy(10)

    await RateLimiter(installation.redis).allow(policy)

    assert 0 < await installation.redis.pttl(policy.key) <= 6000


async def test_without_redis_the_limit_stands(without_redis: tuple[RateLimiter, HandSetClock]) -> None:
    (limiter, clock), policy = without_redis, a_policy(3)

    at_first = [(await limiter.allow(policy)).allowed for _ in range(4)]
    clock.now += 20
    later = [(await limiter.allow(policy)).allowed for _ in range(2)]
    await limiter.give_back(policy)

    assert (at_first, later) == ([True, True, True, False], [True, False])
    assert (await limiter.allow(policy)).allowed


async def test_redis_away_is_logged_once_a_minute_and_counted(
    without_redis: tuple[RateLimiter, HandSetClock],
) -> None:
    (limiter, clock), policy = without_redis, a_policy(100)
    counted = REGISTRY.get_sample_value("amss_ratelimit_redis_failures_total") or 0

    with capture_logs() as lines:
        for seconds in (0, 2, 2, 57):
            clock.now += seconds
            await limiter.allow(policy)

    assert [line["event"] for line in lines] == ["Redis is away; limiting requests in this process"] * 2
    assert REGISTRY.get_sample_value("amss_ratelimit_redis_failures_total") == counted + 4


async def test_while_redis_is_away_only_one_request_in_a_second_waits_for_it(
    without_redis: tuple[RateLimiter, HandSetClock],
) -> None:
    (limiter, clock), policy = without_redis, a_policy(1000)
    counted = REGISTRY.get_sample_value("amss_ratelimit_redis_failures_total") or 0

    for _ in range(50):
        await limiter.allow(policy)
    clock.now += 1.5
    await limiter.allow(policy)

    assert REGISTRY.get_sample_value("amss_ratelimit_redis_failures_total") == counted + 2


def test_memory_without_redis_is_bounded() -> None:
    limits = InProcessLimits()
    for _ in range(10_001):
        limits.allow([a_policy(60)], now=0)

    limits.allow([a_policy(60)], now=2_000_000)

    assert len(limits) == 1
