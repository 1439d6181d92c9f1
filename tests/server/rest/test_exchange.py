"""A request as the edge sees it: the caller's address, a body that never ends."""

import asyncio
from ipaddress import ip_network
from typing import Any

import pytest

from amss.foundation.errors import Malformed
from amss.server.rest import exchange as edge
from amss.server.rest.exchange import Exchange

PROXIES = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


def an_exchange(receive: Any = None, *, peer: str | None = "10.0.0.1", **headers: str) -> Exchange:
    scope = {
        "method": "POST",
        "path": "/",
        "client": None if peer is None else (peer, 1234),
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }
    return Exchange(scope, receive, None, PROXIES)


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("198.51.100.1", "203.0.113.9", "198.51.100.1"),
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("fd00::1", "2001:db8::7", "2001:db8::7"),
        ("10.0.0.1", "1.1.1.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("10.0.0.1", "1.1.1.1, 203.0.113.9 ,10.9.9.9,fd00::2", "203.0.113.9"),
        ("10.0.0.1", "10.0.0.3", "10.0.0.3"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.9, nonsense", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.9, <script>, 10.0.0.2", "10.0.0.2"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.9:4711", "203.0.113.9"),
        ("10.0.0.1", "[2001:db8::7]:4711", "2001:db8::7"),
        ("10.0.0.1", "fe80::1%eth0", "10.0.0.1"),
        ("::ffff:10.0.0.1", "203.0.113.9, ::ffff:10.0.0.2", "203.0.113.9"),
        (None, "203.0.113.9", None),
    ],
)
def test_a_proxys_word_counts_as_far_as_the_proxies_are_trusted(
    peer: str | None, forwarded: str, address: str | None
) -> None:
    assert an_exchange(peer=peer, x_forwarded_for=forwarded).origin.ip_address == address


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("198.51.100.1", "for=203.0.113.9", "198.51.100.1"),
        ("10.0.0.1", "for=203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", 'By=10.0.0.1; For="203.0.113.9:4711" ;proto=https;host="a,b;c"', "203.0.113.9"),
        ("10.0.0.1", 'for="[2001:db8::7]:4711"', "2001:db8::7"),
        ("10.0.0.1", "for=203.0.113.9:4711", "203.0.113.9"),
        ("10.0.0.1", "for=1.1.1.1, for=203.0.113.9 ,for=10.0.0.2;proto=http", "203.0.113.9"),
        ("10.0.0.1", "for=1.1.1.1, for=unknown, for=10.0.0.2", "10.0.0.2"),
        ("10.0.0.1", "for=_hidden", "10.0.0.1"),
        ("10.0.0.1", "for=1.1.1.1, proto=https", "10.0.0.1"),
        ("10.0.0.1", 'host="for=1.1.1.1", for=203.0.113.9', "203.0.113.9"),
        ("10.0.0.1", 'for="1.1.1.1, for=203.0.113.9', "10.0.0.1"),
        ("10.0.0.1", "1.1.1.1", "10.0.0.1"),
        ("10.0.0.1", "for=1.1.1.1,", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
    ],
)
def test_forwarded_is_read_as_the_standard_writes_it(peer: str, forwarded: str, address: str) -> None:
    assert an_exchange(peer=peer, forwarded=forwarded).origin.ip_address == address


@pytest.mark.parametrize(
    ("forwarded", "forwarded_for", "address"),
    [
        ("for=203.0.113.9", "203.0.113.9", "203.0.113.9"),
        ('for="[2001:db8::7]"', "2001:DB8:0::7", "2001:db8::7"),
        ("for=1.1.1.1", "203.0.113.9", "10.0.0.1"),
        ("for=203.0.113.9", "1.1.1.1", "10.0.0.1"),
        ('for="unreadable', "1.1.1.1", "10.0.0.1"),
        ("for=203.0.113.9", "", "10.0.0.1"),
    ],
)
def test_two_headers_that_contradict_each_other_are_both_disbelieved(
    forwarded: str, forwarded_for: str, address: str
) -> None:
    exchange = an_exchange(forwarded=forwarded, x_forwarded_for=forwarded_for)

    assert exchange.origin.ip_address == address


def test_a_long_user_agent_is_cut() -> None:
    assert len(an_exchange(user_agent="x" * 5000).origin.user_agent or "") == 500


@pytest.mark.parametrize("pause", [0.005, 60])
async def test_a_body_that_trickles_or_stops_is_given_up(monkeypatch: pytest.MonkeyPatch, pause: float) -> None:
    monkeypatch.setattr(edge, "BODY_SECONDS", 0.05)

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(pause)
        return {"type": "http.request", "body": b"x", "more_body": True}

    with pytest.raises(Malformed):
        await an_exchange(receive).body()


async def test_a_sender_that_leaves_in_the_middle_is_noticed() -> None:
    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    with pytest.raises(Malformed, match="closed"):
        await an_exchange(receive).body()
