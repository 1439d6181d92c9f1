"""What the integrators' page says on verifying a delivery, run as it stands there, against real deliveries."""

import asyncio
import base64
import re
import shutil
import sys
from asyncio.subprocess import PIPE
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from amss.cli.webhook_listen import Receiver, listening
from amss.features.webhooks import signing
from amss.foundation.clock import system_clock
from amss.foundation.ids import new_id
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.tenants import Tenant
from builders.webhooks import an_aircraft, an_endpoint, publish_and_deliver, registered

PAGE = Path(__file__).resolve().parents[3] / "docs" / "integrators.md"
# What calls each snippet: it reads an order from standard input and says what the snippet says.
CALLS_PYTHON = """
import json, sys
order = json.load(sys.stdin)
genuine = is_genuine(order["secret"], order["headers"], base64.b64decode(order["body"]))
print("genuine" if genuine else "not genuine")
"""
CALLS_JAVASCRIPT = """
const order = JSON.parse(require("node:fs").readFileSync(0));
const genuine = isGenuine(order.secret, order.headers, Buffer.from(order.body, "base64"));
console.log(genuine ? "genuine" : "not genuine");
"""
CALLS_SHELL = """
if is_genuine "$1" "$2" "$3" "$4"; then echo genuine; else echo not genuine; fi
"""


@dataclass(frozen=True)
class Delivery:
    """What a receiver holds in hand: its secret, and what came."""

    secret: str
    headers: Mapping[str, str]
    body: bytes

    def as_json(self) -> bytes:
        return msgspec.json.encode(
            {"secret": self.secret, "headers": self.headers, "body": base64.b64encode(self.body).decode()}
        )

    def altered(self, **headers: str) -> "Delivery":
        return replace(
            self, headers={**self.headers, **{f"webhook-{name}": value for name, value in headers.items()}}
        )


Verifier = Callable[[Delivery], Awaitable[str]]


def snippets(language: str) -> list[str]:
    """Return the page's snippets in a language that verify and sign deliveries, in their order."""
    section = PAGE.read_text().partition("\n### Signatures\n")[2].partition("\n## ")[0]
    found = re.findall(rf"^```{language}\n(.*?)^```", section, re.DOTALL | re.MULTILINE)
    assert found, language
    return found


async def says(program: str, *arguments: str, given: bytes = b"") -> str:
    """Run a program of this machine; return what it says."""
    if shutil.which(program) is None:
        pytest.skip(f"this machine has no {program}")
    process = await asyncio.create_subprocess_exec(program, *arguments, stdin=PIPE, stdout=PIPE, stderr=PIPE)
    said, complaint = await process.communicate(given)
    assert (process.returncode, complaint) == (0, b""), complaint.decode()
    return said.decode().strip()


async def python_says(delivery: Delivery) -> str:
    [snippet] = snippets("python")
    return await says(sys.executable, "-c", snippet + CALLS_PYTHON, given=delivery.as_json())


async def javascript_says(delivery: Delivery) -> str:
    [snippet] = snippets("js")
    return await says("node", "-e", snippet + CALLS_JAVASCRIPT, given=delivery.as_json())


async def the_shell_says(delivery: Delivery) -> str:
    if shutil.which("openssl") is None:
        pytest.skip("this machine has no openssl")
    verifying, _ = snippets("sh")
    sent = [delivery.headers[f"webhook-{name}"] for name in ("id", "timestamp", "signature")]
    return await says("sh", "-c", verifying + CALLS_SHELL, "sh", delivery.secret, *sent, given=delivery.body)


@pytest.mark.parametrize("verdict_on", [python_says, javascript_says, the_shell_says])
async def test_a_snippet_tells_what_is_genuine(
    api: FrontDoor, tenant: Tenant, installation: Installation, verdict_on: Verifier
) -> None:
    async with an_endpoint() as endpoint:
        webhook = await registered(api, tenant, endpoint.url, "aircraft.*")
        await an_aircraft(api, tenant, "G-ONE")
        await publish_and_deliver(installation)
        rotated = await api(tenant.tenant_admin, f"POST /webhooks/{webhook.id}/rotate-secret")
        await an_aircraft(api, tenant, "G-TWO")
        await publish_and_deliver(installation)
    first, second = endpoint.received
    genuine = Delivery(webhook.secret, first.headers, first.body)
    signed_twice = Delivery(rotated.json["secret"], second.headers, second.body)
    assert len(second.headers["webhook-signature"].split()) == 2

    verdicts = {
        "genuine": await verdict_on(genuine),
        "signed by both, known by the new secret": await verdict_on(signed_twice),
        "signed by both, known by the old secret": await verdict_on(replace(signed_twice, secret=webhook.secret)),
        "altered": await verdict_on(replace(genuine, body=genuine.body.replace(b"G-ONE", b"G-TWO"))),
        "under another id": await verdict_on(genuine.altered(id=str(new_id()))),
        "at another time": await verdict_on(
            genuine.altered(timestamp=str(int(genuine.headers["webhook-timestamp"]) + 1))
        ),
        "not signed": await verdict_on(genuine.altered(signature="v1,")),
        "of another secret": await verdict_on(replace(genuine, secret=rotated.json["secret"])),
        "too old": await verdict_on(signed(webhook.secret, first.body, timedelta(minutes=-6))),
        "from the future": await verdict_on(signed(webhook.secret, first.body, timedelta(minutes=6))),
        "a little old": await verdict_on(signed(webhook.secret, first.body, timedelta(minutes=-4))),
    }

    assert [name for name, verdict in verdicts.items() if verdict == "genuine"] == [
        "genuine",
        "signed by both, known by the new secret",
        "signed by both, known by the old secret",
        "a little old",
    ]
    assert set(verdicts.values()) == {"genuine", "not genuine"}


async def test_the_shells_time_is_a_number_before_it_is_reckoned_with(tmp_path: Path) -> None:
    trap = tmp_path / "sprung"
    secret = signing.written(signing.new_secret())
    delivery = signed(secret, b"{}", timedelta()).altered(timestamp=f"a[$(touch {trap})]")

    verdict = await the_shell_says(delivery)

    assert (verdict, trap.exists()) == ("not genuine", False)


async def test_what_curl_sends_is_genuine_to_a_receiver() -> None:
    for program in ("curl", "openssl"):
        if shutil.which(program) is None:
            pytest.skip(f"this machine has no {program}")
    secret = signing.written(signing.new_secret())
    told: list[str] = []
    setting = 'RECEIVER_URL="$1" WEBHOOK_SECRET="$2"\n'

    async with listening(Receiver(secret, told.append), "127.0.0.1", 0) as url:
        answer = await says("sh", "-c", setting + "\n".join(snippets("sh")), "sh", url, secret)

    assert answer == "204"
    assert [line.split() for line in told] == [["verified", "trial-1", "webhook.test", "-"]]


def signed(secret: str, body: bytes, ahead: timedelta) -> Delivery:
    """Sign a body by a clock that is ahead or behind."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return Delivery(
        secret, signing.signed_headers([key], event_id=new_id(), body=body, now=system_clock() + ahead), body
    )
