"""The table of the fault matrix, printed where its rows were run."""

from typing import Any

import pytest

_COLUMNS = {
    "events": "events",
    "lost": "lost",
    "distinct_at_receiver": "distinct ids",
    "repeats_at_receiver": "repeats at the receiver",
    "repeats_in_stream": "repeats in the stream",
    "out_of_order": "out of order",
    "recovery_seconds": "recovery (s)",
}


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print a row for each fault that was let happen."""
    reports: list[pytest.TestReport] = [
        report
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
        if report.when == "call"
    ]
    rows = [properties for report in reports if "figures" in (properties := dict(report.user_properties))]
    if not rows:
        return
    terminalreporter.write_line("")
    terminalreporter.write_line(f"| fault | {' | '.join(_COLUMNS.values())} |")
    terminalreporter.write_line(f"| --- |{' --- |' * len(_COLUMNS)}")
    for row in rows:
        figures: Any = row["figures"]
        terminalreporter.write_line(f"| {row['fault']} | {' | '.join(str(figures[column]) for column in _COLUMNS)} |")
