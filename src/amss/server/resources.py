"""What the server holds open for as long as it runs."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from redis.asyncio import Redis

from amss.features.auth.refusals import RefusedSignIns
from amss.features.auth.tokens import TokenKeys
from amss.features.events.watching import FeedWatch
from amss.foundation.database import Database
from amss.foundation.rate_limit import RateLimiter
from amss.foundation.settings import Settings
from amss.server.authentication import Authenticator
from amss.server.denials import Denials
from amss.server.rate_limits import RequestLimits
from amss.server.single_flight import SingleFlight


@dataclass
class Resources:
    """Opened once by `server.main`, shared by both edges."""

    settings: Settings
    database: Database
    redis: Redis
    keys: TokenKeys
    limiter: RateLimiter = field(init=False)
    limits: RequestLimits = field(init=False)
    authenticator: Authenticator = field(init=False)
    refused_sign_ins: RefusedSignIns = field(init=False)
    denials: Denials = field(init=False)
    keys_in_flight: SingleFlight = field(default_factory=SingleFlight)
    feeds: FeedWatch = field(default_factory=FeedWatch)
    followers: Counter[str] = field(default_factory=Counter[str])
    draining: bool = False
    exports_running: int = 0

    def __post_init__(self) -> None:
        """Build what follows from the rest."""
        self.limiter = RateLimiter(self.redis)
        self.limits = RequestLimits(self.database, self.limiter)
        self.authenticator = Authenticator(self.keys, self.database)
        self.refused_sign_ins = RefusedSignIns(self.database)
        self.denials = Denials(self.database)

    def drain(self) -> None:
        """Take nothing new, and let who follows a feed go elsewhere."""
        self.draining = True
        self.feeds.wake_all()

    def forget(self, outdated: Iterable[UUID]) -> None:
        """Ask anew about these organizations, people and keys: something was changed here."""
        for each in outdated:
            self.authenticator.forget(each)
            self.limits.forget(each)
