"""Whether events are what the catalogue says."""

import msgspec

from amss.journal.event_types import EventType
from amss.server.event_catalogue import data_of
from builders.installation import Installation


async def every_event_fits(installation: Installation) -> None:
    """Hold every event that was recorded here against the catalogue; those that tests made up have no request."""
    misfits: dict[str, str] = {}
    rows = await installation.owner.fetch(
        "SELECT event_type, payload::text AS data FROM outbox_events WHERE request_id IS NOT NULL"
    )
    for row in rows:
        try:
            msgspec.json.decode(row["data"], type=data_of(EventType(row["event_type"])))
        except (ValueError, msgspec.ValidationError) as fault:
            misfits[row["event_type"]] = f"{fault}: {row['data'][:500]}"
    assert not misfits, misfits
