"""What came of a row of the fault matrix, counted."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from builders.fault_site import Recorded, Site

_FEED = """
    SELECT org_id, id, feed_position FROM outbox_events
    WHERE org_id = ANY($1) ORDER BY org_id, feed_position
"""
_UNFINISHED = "SELECT id FROM webhook_deliveries WHERE org_id = ANY($1) AND status <> 'delivered'"


@dataclass(frozen=True, kw_only=True)
class Figures:
    """A row of the table."""

    events: int
    recovery_seconds: float
    distinct_at_receiver: int
    distinct_in_stream: int
    distinct_in_feed: int
    lost: int  # of the receiver, the stream and the feed, what is missing in any
    repeats_at_receiver: int
    repeats_in_stream: int
    out_of_order: int  # first appearances before an earlier event of the same aggregate, in stream and feed
    gaps_in_feed: int
    forged: int  # wrong signature, or another body under the same id
    unfinished: int  # deliveries that are not noted as made


async def counted(site: Site, recovery_seconds: float) -> Figures:
    """Count what every reader has at the end."""
    recorded = site.recorded.keys()
    at_receiver = site.receiver.accepted
    in_stream = await site.streamed()
    feed = await site.rows(_FEED)
    in_feed = [event_id for row in feed if (event_id := str(row["id"])) in recorded]
    return Figures(
        events=len(recorded),
        recovery_seconds=round(recovery_seconds, 2),
        distinct_at_receiver=len(at_receiver),
        distinct_in_stream=len(set(in_stream)),
        distinct_in_feed=len(set(in_feed)),
        lost=len(recorded - (at_receiver.keys() & set(in_stream) & set(in_feed))),
        repeats_at_receiver=at_receiver.total() - len(at_receiver),
        repeats_in_stream=len(in_stream) - len(set(in_stream)),
        out_of_order=_out_of_order(in_stream, site.recorded) + _out_of_order(in_feed, site.recorded),
        gaps_in_feed=_gaps(feed),
        forged=len(site.receiver.wrong),
        unfinished=len(await site.rows(_UNFINISHED)),
    )


def _out_of_order(event_ids: Iterable[str], recorded: dict[str, Recorded]) -> int:
    """Count the events that first appear after a later one of their aggregate."""
    latest: dict[UUID, int] = defaultdict(lambda: -1)
    wrong = 0
    for event in map(recorded.__getitem__, dict.fromkeys(event_ids)):
        wrong += event.number < latest[event.aggregate_id]
        latest[event.aggregate_id] = max(event.number, latest[event.aggregate_id])
    return wrong


def _gaps(feed: list[Any]) -> int:
    """Count the positions that are not the one after the position before, in each organization."""
    positions: dict[UUID, list[int]] = defaultdict(list)
    for row in feed:
        positions[row["org_id"]].append(row["feed_position"])
    return sum(place != each for its in positions.values() for place, each in enumerate(its, 1))
