"""Which rate limits a known caller meets: his organization's and, of a program, its key's, as the policy says."""

from uuid import UUID

from amss.features.organizations import queries as organizations
from amss.features.organizations.queries import DEFAULT_KEY_RATE_LIMIT
from amss.foundation.access import ActorKind
from amss.foundation.database import Database
from amss.foundation.rate_limit import Decisions, Policy, RateLimiter
from amss.server.authentication import Caller
from amss.server.remembered import Remembered

POLICY_CACHED_SECONDS = 10
# An admin may name any organization; this many are remembered.
_REMEMBERED = 10_000


class RequestLimits:
    """Applies an organization's policy: as authentication read it, or read here where an admin acts for another."""

    def __init__(self, database: Database, limiter: RateLimiter) -> None:
        """Start with no policy known."""
        self._database = database
        self._limiter = limiter
        self._named: Remembered[UUID, int] = Remembered(seconds=POLICY_CACHED_SECONDS, most=_REMEMBERED)

    def __len__(self) -> int:
        return len(self._named)

    async def allow(self, caller: Caller) -> Decisions:
        """Spend one request of the organization and of the key, if it is a key that asks."""
        org_id, limit = caller.org_id, caller.per_minute
        if limit is None:
            limit = await self._named.get(org_id, lambda: organizations.api_rate_limit(self._database, org_id))
        policies = [Policy("api", f"amss:limit:{{{org_id}}}:api", limit, 60)]
        if caller.actor.kind is ActorKind.API_KEY:
            key = f"amss:limit:{{{org_id}}}:api_key:{caller.actor.id}"
            policies.append(Policy("api_key", key, caller.key_per_minute or DEFAULT_KEY_RATE_LIMIT, 60))
        return await self._limiter.allow(*policies)

    def forget(self, org_id: UUID) -> None:
        """Read an organization's policy anew: it was changed here."""
        self._named.forget(lambda known, _limit: known == org_id)
