"""Log lines as a process prints them: one JSON object each, secrets hidden."""

import subprocess
import sys
from typing import Any

import msgspec

START = """
import logging, structlog
from amss.foundation.logs import start_logging
from amss.foundation.settings import LogFormat
start_logging("info", LogFormat.JSON, "a-process")
log = structlog.get_logger("a")
"""


def lines_of(program: str) -> list[dict[str, Any]]:
    """Return what a process prints that logs like ours."""
    done = subprocess.run([sys.executable, "-c", START + program], capture_output=True, check=True)
    return [msgspec.json.decode(line) for line in done.stdout.splitlines()]


def test_a_line_is_one_json_object_with_its_values_as_fields() -> None:
    (line,) = lines_of(r"""log.info("Two\nlines", duration_ms=1.5, name="Zürich", odd=object)""")

    assert line["event"] == "Two\nlines"
    assert (line["level"], line["process"], line["duration_ms"], line["name"]) == ("info", "a-process", 1.5, "Zürich")
    assert line["timestamp"].endswith("Z")


def test_what_is_below_the_level_is_not_printed() -> None:
    assert lines_of('log.debug("Detail")') == []


def test_secrets_are_hidden_however_deep_they_are() -> None:
    (line,) = lines_of(
        'log.info("x", password="hunter2", access_token="hunter2", Authorization="hunter2", '
        'headers={"cookie": "hunter2", "accept": "json"}, outer={"inner": {"client_secret": "hunter2"}})'
    )

    assert "hunter2" not in str(line)
    assert (line["password"], line["headers"]["accept"]) == ("[hidden]", "json")


def test_lines_of_libraries_look_the_same() -> None:
    (line,) = lines_of('logging.getLogger("a.library").warning("Lost %s", "contact")')

    assert (line["event"], line["level"]) == ("Lost contact", "warning")


def test_a_crash_is_one_line_with_the_whole_story() -> None:
    (line,) = lines_of('try: 1 / 0\nexcept ArithmeticError: log.exception("Crashed")')

    assert (line["event"], line["level"]) == ("Crashed", "error")
    assert "ZeroDivisionError" in line["exception"]
