"""The feed: what an event looks like in it, and how it is read."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec

from amss.journal.outbox import Event

Position = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]


class FeedQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where to begin in the feed, and which events to show."""

    after: Annotated[Position, msgspec.Meta(description="The position read last; 0 is the beginning.")] = 0
    type: Annotated[str, msgspec.Meta(description="A name or a family of events, as `task.*`.")] | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=200)] = 100


class FollowQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where to begin to follow the feed, and which events to show."""

    after: (
        Annotated[Position, msgspec.Meta(description="The position read last; without it, from now on.")] | None
    ) = None
    type: Annotated[str, msgspec.Meta(description="A name or a family of events, as `task.*`.")] | None = None


class CloudEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event as CloudEvents 1.0, as it is sent everywhere."""

    specversion: str
    id: UUID
    source: str
    type: str
    subject: str
    time: datetime
    datacontenttype: str
    sequence: str
    orgid: UUID
    requestid: str | msgspec.UnsetType = msgspec.UNSET
    traceparent: str | msgspec.UnsetType = msgspec.UNSET
    data: dict[str, Any]


class FedCloudEvent(CloudEvent, frozen=True, kw_only=True):
    """An event with its place in the feed of its organization."""

    feedposition: int


class FeedOut(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the feed. Go on with `after` = `next_after`, also where no event was shown."""

    items: tuple[FedCloudEvent, ...]
    next_after: int
    at_end: bool


class FedEvent(Event, frozen=True, kw_only=True):
    """An event with its place in the feed."""

    feed_position: int


class FeedPart(msgspec.Struct, frozen=True, kw_only=True):
    """What was read of a feed: events in their order, where to go on, and from where to where the feed reaches."""

    events: tuple[FedEvent, ...]
    next_after: int
    first: int
    last: int

    @property
    def at_end(self) -> bool:
        """Whether nothing came later, when it was read."""
        return self.next_after == self.last
