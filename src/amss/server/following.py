"""Following a feed: for as long as there is room, the follower may, and this server runs."""

from collections import Counter
from collections.abc import AsyncGenerator, Mapping

import msgspec

from amss.features.events.model import FeedPart
from amss.foundation.database import Origin
from amss.foundation.errors import Refusal, Unavailable
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
    """Yield the parts of a feed; end when the follower's right to it ends, or the server does.

    Each part, and so every ten seconds, the token or key is looked at as on a new request.
    """
    with _Room(resources.followers, caller):
        reader = Reader(resources.database, caller.actor, caller.org_id, origin)
        async for part in await operation.use_case(reader, query, resources.feeds):
            if resources.draining or not await _may_still(resources, operation, caller, headers):
                return
            yield part


async def _may_still(resources: Resources, operation: Operation, caller: Caller, headers: Mapping[str, str]) -> bool:
    try:
        now = await resources.authenticator.identify(headers)
        now.must_be_allowed(operation)
    except Refusal:
        return False
    return (now.principal, now.actor.role, now.org_id) == (caller.principal, caller.actor.role, caller.org_id)


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
