"""Who sees what of the feed, and where it can be read. No I/O."""

from amss.foundation.access import Actor
from amss.foundation.errors import Conflict, FieldError, Invalid
from amss.journal.event_types import EventType


class EventsNoLongerKept(Conflict):
    """The feed begins later than where somebody wants to go on."""

    code = "EVENTS_NO_LONGER_KEPT"


def types_shown(actor: Actor, wanted: str | None) -> list[str]:
    """Return the event types that somebody may read, of those he wants: all, one, or a family (`task.*`)."""
    chosen = [each for each in EventType if wanted in (None, each.value, f"{each.split('.')[0]}.*")]
    if not chosen:
        raise Invalid(errors=(FieldError("type", "UNKNOWN", f"{wanted} is no event type, and no family of them."),))
    return [each.value for each in chosen if actor.may(each.reads)]


def must_be_within(after: int, *, first: int, last: int) -> None:
    """Refuse a position the feed does not reach, or what comes after it is no longer all there.

    Position 0 is wherever the feed begins today.
    """
    if after > last:
        message = f"The feed ends at {last}. A position beyond it is of another database."
        raise Invalid(errors=(FieldError("after", "RANGE", message),))
    if 0 < after < first - 1:
        raise EventsNoLongerKept(
            f"Events before position {first} are no longer kept. Read what is now from the API, and go on after "
            f"position {first - 1}."
        )
