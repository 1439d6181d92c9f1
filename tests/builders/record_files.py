"""The maintenance record as somebody takes it: shown, as the lines of its CSV, and as a page in a browser."""

import csv
import io
from html.parser import HTMLParser
from typing import Any

from builders.front_door import FrontDoor
from builders.tenants import Person


async def record_of(api: FrontDoor, person: Person, aircraft: dict[str, Any], asked: str = "") -> dict[str, Any]:
    """Return one page of an aircraft's record."""
    answer = await api(person, f"GET /aircraft/{aircraft['id']}/maintenance-record{asked}")
    assert answer.status == 200, answer.body
    return answer.json


async def taken(api: FrontDoor, person: Person, aircraft: dict[str, Any], form: str) -> str:
    """Return an aircraft's whole record in a form: csv or html."""
    answer = await api(person, f"GET /aircraft/{aircraft['id']}/maintenance-record.{form}")
    assert answer.status == 200, answer.body
    return answer.body.decode()


async def lines_of(api: FrontDoor, person: Person, aircraft: dict[str, Any]) -> list[dict[str, str]]:
    """Return the lines of an aircraft's record, by column."""
    return list(csv.DictReader(io.StringIO(await taken(api, person, aircraft, "csv"), newline="")))


class Page(HTMLParser):
    """A page as a browser takes it apart: its elements, its attributes, and the text of its body."""

    def __init__(self, html: str) -> None:
        """Take a page apart."""
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element and its attributes."""
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.text += data
