"""`amss webhook-listen`, as a process."""

import asyncio
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import aiohttp
from click.testing import CliRunner

from amss.cli.webhook_listen import command
from amss.features.webhooks import signing
from amss.foundation.clock import system_clock
from amss.foundation.ids import new_id

BODY = b'{"type":"task.created","subject":"maintenance-task/1"}'


@asynccontextmanager
async def a_listener(secret: str | None) -> AsyncGenerator[tuple[Process, str]]:
    """Run the command on a free port; yield it and its URL."""
    argv = (sys.executable, "-c", "from amss.cli.webhook_listen import command; command()", "--port", "0")
    environment = {name: value for name, value in os.environ.items() if name != "WEBHOOK_SECRET"}
    if secret is not None:
        environment["WEBHOOK_SECRET"] = secret
    process = await asyncio.create_subprocess_exec(*argv, env=environment, stdout=PIPE, stderr=PIPE)
    try:
        assert process.stdout is not None
        async with asyncio.timeout(30):
            first_line = await process.stdout.readline()
        [url] = re.findall(r"http://\S+", first_line.decode())
        yield process, url
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_it_tells_what_is_verified_what_is_a_duplicate_and_what_is_forged() -> None:
    secret, event_id = signing.new_secret(), new_id()
    headers = signing.signed_headers([secret], event_id=event_id, body=BODY, now=system_clock())
    nonsense = {"webhook-id": "x", "webhook-timestamp": "1", "webhook-signature": "???"}

    async with a_listener(signing.written(secret)) as (process, url), aiohttp.ClientSession() as session:
        answers: list[int] = []
        for body, sent in ((BODY, headers), (BODY, headers), (BODY + b" ", headers), (b"\xff", nonsense), (BODY, {})):
            async with session.post(url, data=body, headers=sent) as answer:
                answers.append(answer.status)
        process.send_signal(signal.SIGINT)
        output, _ = await process.communicate()

    assert answers == [204, 204, 401, 401, 401]
    lines = output.decode().splitlines()
    assert [line.split()[0] for line in lines[:5]] == ["verified", "DUPLICATE", "INVALID", "INVALID", "INVALID"]
    assert lines[0].split()[1:] == [str(event_id), "task.created", "maintenance-task/1"]
    assert lines[5] == "1 verified, 1 DUPLICATE, 3 INVALID"
    assert process.returncode == 0


async def test_without_a_secret_it_says_that_nothing_is_verified() -> None:
    async with a_listener(None) as (process, url), aiohttp.ClientSession() as session:
        async with session.post(url, data=BODY, headers={"webhook-id": "one"}) as answer:
            status = answer.status
        process.send_signal(signal.SIGTERM)
        output, warning = await process.communicate()

    assert status == 204
    assert output.decode().splitlines()[0].startswith("unverified one ")
    assert "not verified" in warning.decode()


def test_a_secret_that_is_none_is_refused_in_a_sentence() -> None:
    for secret in ("whsec_", "whsec_größe"):
        answer = CliRunner().invoke(command, ["--secret", secret])

        assert answer.exit_code == 2
        assert "a secret is `whsec_` and base64" in answer.output
