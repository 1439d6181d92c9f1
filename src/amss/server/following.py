"""Following a feed: for as long as there is room, the follower may, and this server runs."""

from collections import Counter
from collections.abc import AsyncGenerator, Mapping

import msgspec

from amss.features.events.model import FeedPart
from amss.foundation.database import Origin
from amss.foundation.errors import Unauthenticated, Unavailable
from amss.foundation.operation import Operation
from amss.foundation.reading import Reader
from amss.server.authentication import Caller
from amss.server.resources import Resources

AT_ONCE = 500
AT_ONCE_EACH = 10


async def followed(
    resources: Resources,
    operation: Operation,
    query: msgspec.Struct,
    caller: Caller,
    headers: Mapping[str, str],
    origin: Origin,
) -> AsyncGenerator[FeedPart]:
    """Yield the parts of a feed; refuse to go on when the follower's right to it ends, or the server does.

    Each part, and so every ten seconds, the token or key is looked at as on a new request.
    """
    with _Room(resources.followers, caller):
        reader = Reader(resources.database, caller.actor, caller.org_id, origin)
        async for part in await operation.use_case(reader, query, resources.feeds):
            _must_be_running(resources)
            await _must_still_be_allowed(resources, operation, caller, headers)
            yield part
            # While this part was sent, nobody waited who could have been woken.
            _must_be_running(resources)


def _must_be_running(resources: Resources) -> None:
    if resources.draining:
        raise Unavailable("This server is shutting down. Follow the feed at another.", retry_after=1)


async def _must_still_be_allowed(
    resources: Resources, operation: Operation, caller: Caller, headers: Mapping[str, str]
) -> None:
    now = await resources.authenticator.identify(headers)
    now.must_be_allowed(operation)
    if (now.principal, now.actor.role, now.org_id) != (caller.principal, caller.actor.role, caller.org_id):
        raise Unauthenticated("The token or key now stands for somebody else. Follow the feed anew.")


class _Room:
    """A follower's place among all."""

    def __init__(self, followers: Counter[str], caller: Caller) -> None:
        self._followers = followers
        self._principal = caller.principal

    def __enter__(self) -> None:
        if self._followers[self._principal] >= AT_ONCE_EACH or self._followers.total() >= AT_ONCE:
            raise Unavailable("Too many event streams are open. Close one, or try again later.", retry_after=30)
        self._followers[self._principal] += 1

    def __exit__(self, *_: object) -> None:
        self._followers[self._principal] -= 1
        self._followers += Counter()
