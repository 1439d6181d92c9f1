"""The README's five minutes, line by line as they stand there, against a running AMSS."""

import asyncio
import os
import re
import shutil
from pathlib import Path

import pytest

from builders.running_amss import free_ports, running_amss

CHECKOUT = Path(__file__).resolve().parents[2]
TOUR_SECONDS = 120


def the_tour() -> str:
    return "\n".join(re.findall(r"^```sh\n(.*?)^```", (CHECKOUT / "README.md").read_text(), re.DOTALL | re.MULTILINE))


async def test_the_five_minute_tour_works_as_written(tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        pytest.skip("the tour is written for curl, and this machine has none")
    (tmp_path / ".venv").symlink_to(CHECKOUT / ".venv")
    (tmp_path / "docs").symlink_to(CHECKOUT / "docs")
    (port,) = free_ports(1)

    async with running_amss(tmp_path) as amss:
        await amss.until_ready()
        tour = the_tour().replace("127.0.0.1:8080", amss.environment["HTTP_ADDR"]).replace("8099", str(port))
        script = f"set -euo pipefail\ntrap 'kill $(jobs -p)' EXIT\n{tour}"
        shell = await asyncio.create_subprocess_exec(
            "bash", "-c", script,
            cwd=tmp_path,
            env=dict(os.environ),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        raw, _ = await asyncio.wait_for(shell.communicate(), TOUR_SECONDS)

    said = raw.decode()
    deliveries = (tmp_path / "deliveries.log").read_text()
    assert shell.returncode == 0, said
    assert '"valid" : 3, "invalid" : 1, "applied" : 3' in said
    assert "in_service_on" in said
    assert "20th May 2020" in said
    assert '"created":3' in said
    assert '"action":"create"' in said
    assert deliveries.count("aircraft.created") == 3
    assert deliveries.count("task.created") == 3
    assert "INVALID" not in deliveries
