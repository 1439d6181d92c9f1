"""The feed's rows of the operation table."""

from amss.features.events import service
from amss.features.events.model import FedCloudEvent, FeedOut, FeedQuery, FollowQuery
from amss.features.events.rules import EventsNoLongerKept
from amss.foundation.access import Permission
from amss.foundation.operation import Kind, Operation

OPERATIONS = (
    Operation(
        "GET /events",
        "Read the organization's events in their order, of the types your role may read",
        Permission.SIGNED_IN,
        service.read,
        kind=Kind.READ,
        query=FeedQuery,
        answers=FeedOut,
        refuses=(EventsNoLongerKept,),
        rpc="EventService/ListEvents",
    ),
    Operation(
        "GET /events/stream",
        "Follow the organization's events as they happen, as server-sent events; resume by `Last-Event-ID`",
        Permission.SIGNED_IN,
        service.follow,
        kind=Kind.STREAM,
        query=FollowQuery,
        answers=FedCloudEvent,
        media_types=("text/event-stream",),
        refuses=(EventsNoLongerKept,),
        rpc="EventService/Subscribe",
    ),
)
