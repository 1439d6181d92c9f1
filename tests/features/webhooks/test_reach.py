"""What production dials: receivers on this machine that must not be reached, however their address is written.

Names are looked up by a resolver of the test's own.
"""

import asyncio
import socket
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from ipaddress import ip_network
from typing import Any

import msgspec
import pytest

from amss.features.webhooks.model import Attempt
from amss.features.webhooks.sending import open_sender
from amss.foundation.clock import system_clock
from amss.foundation.settings import AppEnv, Settings
from builders.installation import Installation
from builders.webhooks import Endpoint, an_endpoint

Resolver = Callable[..., list[Any]]
THIS_MACHINE = "127.0.0.1/32"
ELSEWHERE = "127.0.0.2"  # also this machine, but not the address that is allowed


@pytest.fixture
def production(installation: Installation) -> Settings:
    return msgspec.structs.replace(installation.settings, app_env=AppEnv.PRODUCTION)


class LookUps:
    """A resolver: it knows one name, whose addresses are others at each look-up."""

    def __init__(self, answers: Sequence[Sequence[str]]) -> None:
        self._answers = list(answers)
        self._really: Resolver = socket.getaddrinfo

    def __call__(self, host: str, port: int, *asked: Any, **more: Any) -> list[Any]:
        if host != "erp.example":
            return self._really(host, port, *asked, **more)
        return [
            found
            for address in self._answers.pop(0)
            for found in self._really(address, port, type=socket.SOCK_STREAM)
        ]

    @property
    def left(self) -> int:
        return len(self._answers)


@pytest.fixture
def looked_up(monkeypatch: pytest.MonkeyPatch) -> Callable[..., LookUps]:
    """Return what puts a resolver in the place of the machine's: a list of addresses for each look-up."""

    def put(*answers: Sequence[str]) -> LookUps:
        look_ups = LookUps(answers)
        monkeypatch.setattr(socket, "getaddrinfo", look_ups)
        return look_ups

    return put


async def post(settings: Settings, url: str) -> Attempt:
    """Post once, as a worker that has just started."""
    async with open_sender(settings, system_clock) as sender:
        return await sender.post(url, {}, b"{}")


def at(endpoint: Endpoint, host: str) -> str:
    return endpoint.url.replace("127.0.0.1", host)


def allowing(settings: Settings, network: str) -> Settings:
    return msgspec.structs.replace(settings, webhook_allowed_networks=(ip_network(network),))


@asynccontextmanager
async def a_listener_elsewhere(endpoint: Endpoint) -> AsyncGenerator[list[str]]:
    """Listen on the endpoint's port at the other address; tell of whoever connects."""
    callers: list[str] = []

    def call(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        callers.append(writer.get_extra_info("peername")[0])
        writer.close()

    port = int(endpoint.url.rpartition(":")[2].partition("/")[0])
    try:
        server = await asyncio.start_server(call, ELSEWHERE, port)
    except OSError:
        pytest.skip(f"this machine has no address {ELSEWHERE}")
    async with server:
        yield callers


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "LOCALHOST", "2130706433", "017700000001", "0177.0.0.1", "0x7f.0.0.1", "0x7f000001",
        "127.1", "127.0.1", "0", "0.0.0.0", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:7f00:1]",  # noqa: S104 - no binding
    ],
)  # fmt: skip
async def test_this_machine_is_not_reached_however_its_address_is_written(production: Settings, host: str) -> None:
    async with an_endpoint() as endpoint:
        attempt = await post(production, at(endpoint, host))

    assert endpoint.received == []
    assert attempt.response_code is None
    assert attempt.error


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "::ffff:127.0.0.1", "10.1.2.3", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1",
     "::1", "fe80::1", "fc00::1", "fec0::1", "ff02::1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::"],
)  # fmt: skip
async def test_a_name_that_leads_to_a_private_address_is_not_dialled(
    production: Settings, looked_up: Callable[..., LookUps], address: str
) -> None:
    looked_up([address])
    async with an_endpoint() as endpoint:
        attempt = await post(production, at(endpoint, "erp.example"))

    assert endpoint.received == []
    assert attempt.error is not None
    assert "Webhooks are sent to public addresses only." in attempt.error
    assert attempt.duration_ms < 1000  # it was refused, not tried


async def test_a_name_that_leads_to_an_allowed_address_is_dialled(
    production: Settings, looked_up: Callable[..., LookUps]
) -> None:
    # Without this, a resolver that finds nothing would pass above.
    looked_up(["127.0.0.1"])
    async with an_endpoint() as endpoint:
        attempt = await post(allowing(production, THIS_MACHINE), at(endpoint, "erp.example"))

    assert (attempt.response_code, len(endpoint.received)) == (204, 1)


async def test_a_name_that_leads_elsewhere_at_the_second_look_up_is_judged_anew(
    production: Settings, looked_up: Callable[..., LookUps]
) -> None:
    settings = allowing(production, THIS_MACHINE)
    look_ups = looked_up(["127.0.0.1"], [ELSEWHERE], ["127.0.0.1"])
    async with an_endpoint() as endpoint, a_listener_elsewhere(endpoint) as callers:
        first, rebound, back = [await post(settings, at(endpoint, "erp.example")) for _ in range(3)]

    assert (first.response_code, rebound.response_code, back.response_code) == (204, None, 204)
    assert (callers, len(endpoint.received)) == ([], 2)
    assert look_ups.left == 0  # one for each dial: none between the judgement and the dial


async def test_of_several_addresses_of_a_name_only_the_allowed_is_dialled(
    production: Settings, looked_up: Callable[..., LookUps]
) -> None:
    settings = allowing(production, THIS_MACHINE)
    looked_up([ELSEWHERE, "127.0.0.1"], ["127.0.0.1", ELSEWHERE], [ELSEWHERE, ELSEWHERE])
    async with an_endpoint() as endpoint, a_listener_elsewhere(endpoint) as callers:
        attempts = [await post(settings, at(endpoint, "erp.example")) for _ in range(3)]

    assert [each.response_code for each in attempts] == [204, 204, None]
    assert (callers, len(endpoint.received)) == ([], 2)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_no_redirect_is_followed_not_even_to_where_one_may_go(production: Settings, status: int) -> None:
    async with (
        an_endpoint() as elsewhere,
        an_endpoint(status, headers={"location": elsewhere.url}) as endpoint,
    ):
        attempt = await post(allowing(production, THIS_MACHINE), endpoint.url)

    assert (attempt.response_code, len(endpoint.received), elsewhere.received) == (status, 1, [])


async def test_no_proxy_of_the_environment_is_asked(production: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    async with an_endpoint() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        attempt = await post(allowing(production, THIS_MACHINE), "http://10.1.2.3/hook")

    assert proxy.received == []
    assert attempt.response_code is None
