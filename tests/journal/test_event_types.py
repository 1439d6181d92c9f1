"""The catalogue of events."""

import re
from pathlib import Path

import amss
from amss.journal.event_types import EventType


def test_everything_in_the_catalogue_can_happen() -> None:
    code = "\n".join(path.read_text() for path in Path(str(amss.__file__)).parent.rglob("*.py"))

    recorded = set(re.findall(r"\bEventType\.([A-Z_]+)\b", code))

    assert {each.name for each in EventType} == recorded
