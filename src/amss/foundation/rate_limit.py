"""Rate limiting by GCRA (generic cell rate algorithm): all policies of a request in one call, on Redis' own time.

A policy's state is one number, the theoretical arrival time in microseconds. When Redis is away the same
arithmetic goes on in this process, so that a limit is never simply gone.
"""

import math
import time
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from amss.foundation.metrics import RATE_LIMIT_DECISIONS, RATE_LIMIT_FAILURES, counted
from amss.foundation.redis_line import RedisLine, Script

log = structlog.get_logger(__name__)

# Times are printed with string.format because Lua prints only 14 digits of a number.
_ALLOW = Script("""
local t = redis.call('TIME')
local now = t[1] * 1000000 + t[2]
local tats, answer, allowed = {}, {}, 1
for i = 1, #KEYS do
  local emission, window = tonumber(ARGV[2*i-1]), tonumber(ARGV[2*i])
  local tat = math.max(tonumber(redis.call('GET', KEYS[i]) or now), now)
  if tat + emission - window > now then allowed = 0 end
  tats[i] = tat
end
for i = 1, #KEYS do
  local emission, window = tonumber(ARGV[2*i-1]), tonumber(ARGV[2*i])
  local tat = tats[i]
  if allowed == 1 then
    tat = tat + emission
    redis.call('SET', KEYS[i], string.format('%.0f', tat), 'PX', math.ceil((tat - now) / 1000))
  end
  answer[i] = string.format('%.0f', tat - now)
end
table.insert(answer, 1, allowed)
return answer
""")

_GIVE_BACK = Script("""
local tat = tonumber(redis.call('GET', KEYS[1]) or '0')
if tat > 0 then redis.call('SET', KEYS[1], string.format('%.0f', tat - ARGV[1]), 'KEEPTTL') end
return 0
""")

_REMEMBERED_LOCALLY = 10_000
# One request in a second finds out whether Redis is back; all others need not wait for it.
_REDIS_SPARED_SECONDS = 1
_SILENT_SECONDS = 60


class Policy(msgspec.Struct, frozen=True):
    """So many requests in so many seconds for one key; the key's `{…}` part keeps a request in one cluster slot."""

    name: str
    key: str
    limit: int
    seconds: int

    @property
    def window(self) -> int:
        """The window in microseconds."""
        return self.seconds * 1_000_000

    @property
    def emission(self) -> int:
        """Whole microseconds between two requests at the steady rate: fractions would add up to a lost request."""
        return self.window // self.limit


class Decision(msgspec.Struct, frozen=True):
    """What was decided for one policy: requests left, seconds until all are back, seconds to wait if denied."""

    policy: Policy
    remaining: int
    reset_after: int
    retry_after: int


class Decisions(msgspec.Struct, frozen=True):
    """The decision over all policies: one denial denies the request and spends nothing."""

    allowed: bool
    each: Sequence[Decision]

    @property
    def retry_after(self) -> int:
        """Seconds until the request would be allowed."""
        return max((decision.retry_after for decision in self.each), default=0)


class InProcessLimits:
    """The same arithmetic in this process, on a time in microseconds that is given."""

    def __init__(self) -> None:
        """Start with every policy untouched."""
        self._arrivals: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._arrivals)

    def allow(self, policies: Sequence[Policy], *, now: int) -> tuple[bool, list[int]]:
        """Spend one request of every policy, or of none; return how far each arrival time lies ahead."""
        if len(self._arrivals) > _REMEMBERED_LOCALLY:
            self._arrivals = {key: tat for key, tat in self._arrivals.items() if tat > now}
        tats = [max(self._arrivals.get(policy.key, now), now) for policy in policies]
        pairs = list(zip(policies, tats, strict=True))
        allowed = all(tat + policy.emission - policy.window <= now for policy, tat in pairs)
        if allowed:
            tats = [tat + policy.emission for policy, tat in pairs]
            self._arrivals.update({policy.key: tat for policy, tat in zip(policies, tats, strict=True)})
        return allowed, [tat - now for tat in tats]

    def give_back(self, policy: Policy) -> None:
        """Return one request that should not have counted."""
        if policy.key in self._arrivals:
            self._arrivals[policy.key] -= policy.emission


class RateLimiter:
    """Decides in Redis, or in this process while Redis is away."""

    def __init__(self, redis: Redis, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Begin with nothing spent; the connection is made when it is first needed."""
        self._monotonic = monotonic
        self._line = RedisLine(redis)
        self._in_process = InProcessLimits()
        self._ask_redis_at = -math.inf
        self._complain_at = -math.inf

    async def allow(self, *policies: Policy) -> Decisions:
        """Spend one request of every policy, or of none."""
        answer = await self._allow_in_redis(policies)
        allowed, spans = answer or self._in_process.allow(policies, now=int(self._monotonic() * 1_000_000))
        for policy in policies:
            counted(RATE_LIMIT_DECISIONS, policy.name, "allowed" if allowed else "denied").inc()
        return Decisions(allowed, [_decide(each, span) for each, span in zip(policies, spans, strict=True)])

    async def give_back(self, policy: Policy) -> None:
        """Return one request that should not have counted."""
        if await self._ask(_GIVE_BACK, [policy.key], [policy.emission]) is None:
            self._in_process.give_back(policy)

    async def _allow_in_redis(self, policies: Sequence[Policy]) -> tuple[bool, list[int]] | None:
        arguments = [number for policy in policies for number in (policy.emission, policy.window)]
        answer = await self._ask(_ALLOW, [policy.key for policy in policies], arguments)
        return None if answer is None else (bool(answer[0]), [int(span) for span in answer[1:]])

    def close(self) -> None:
        """Let go of the connection."""
        self._line.close()

    async def _ask(self, script: Script, keys: list[str], arguments: list[int]) -> Any:
        """Run a script; None while Redis is away."""
        if self._ask_redis_at > -math.inf:
            if (now := self._monotonic()) < self._ask_redis_at:
                return None
            self._ask_redis_at = now + _REDIS_SPARED_SECONDS
        try:
            answer = await self._line.run(script, keys, arguments)
        except (RedisError, OSError, TimeoutError) as fault:
            self._miss(fault)
            return None
        self._ask_redis_at = -math.inf
        return answer

    def _miss(self, fault: Exception) -> None:
        RATE_LIMIT_FAILURES.inc()
        now = self._monotonic()
        self._ask_redis_at = now + _REDIS_SPARED_SECONDS
        if now >= self._complain_at:
            self._complain_at = now + _SILENT_SECONDS
            log.warning("Redis is away; limiting requests in this process", error=str(fault))


def _decide(policy: Policy, span: int) -> Decision:
    """Read a policy's state: `span` is how far (µs) the theoretical arrival time lies ahead."""
    return Decision(
        policy,
        remaining=max(0, (policy.window - span) // policy.emission),
        reset_after=math.ceil(span / 1_000_000),
        retry_after=max(1, math.ceil((span + policy.emission - policy.window) / 1_000_000)),
    )
