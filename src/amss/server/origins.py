"""Where a request comes from: its id, its trace and its address, from what the caller and trusted proxies say."""

import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address

from amss.foundation.ids import new_id
from amss.foundation.settings import Network

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,128}")
_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
# name=value or name="value"; addresses stand unquoted too, though the standard wants quotes for their colons.
_FORWARDED_PAIR = re.compile(
    r"""\s*([\w!#$%&'*+.^`|~-]+)=("[^"\\]*"|[\w!#$%&'*+.^`|~:\[\]-]+)\s*([;,]|$)""", re.ASCII
)


def request_id(given: str) -> str:
    """Return the caller's request id if it has the form of one, else a new one."""
    return given if _REQUEST_ID.fullmatch(given) else str(new_id())


def traceparent(given: str) -> str:
    """Return the caller's W3C trace context; a trace is begun where none is given."""
    if _TRACEPARENT.fullmatch(given):
        return given
    drawn = os.urandom(24).hex()
    return f"00-{drawn[:32]}-{drawn[32:]}-00"


def client_address(peer: str, headers: Mapping[str, str], trusted: Sequence[Network]) -> str:
    """Return the caller's address; a proxy's word counts only where the proxy is trusted.

    Which of the two headers our proxy writes and which it passes on from the caller, we cannot know: where
    `Forwarded` (RFC 7239) and `X-Forwarded-For` tell different callers, neither is believed.
    """
    if not trusted:
        return peer
    told = {
        _nearest_stranger([*hops_in(headers[name]), peer], trusted)
        for name, hops_in in (("forwarded", _forwarded), ("x-forwarded-for", _forwarded_for))
        if name in headers
    }
    return told.pop() if len(told) == 1 else peer


def _nearest_stranger(hops: list[str], trusted: Sequence[Network]) -> str:
    """Walk back from us: the first that is no proxy of ours is the caller, or the last that has an address."""
    nearest = hops[-1]
    with suppress(ValueError):
        while hops:
            address = _address(hops.pop())
            nearest = str(address)
            if not any(address in network for network in trusted):
                break
    return nearest


def _address(node: str) -> IPv4Address | IPv6Address:
    """Read an address with or without a port; `unknown`, a made-up name or a zone is none."""
    node = node.strip()
    if node.startswith("["):
        node = node[1:].partition("]")[0]
    elif node.count(":") == 1:
        node = node.partition(":")[0]
    address = ip_address(node.replace("%", " "))
    return getattr(address, "ipv4_mapped", None) or address


def _forwarded_for(header: str) -> list[str]:
    return header.split(",")


def _forwarded(header: str) -> list[str]:
    """Return who is named by `for=` in each element of a Forwarded header; nobody where it cannot be read."""
    hops = [""]
    place = 0
    while place < len(header):
        if (pair := _FORWARDED_PAIR.match(header, place)) is None:
            return []
        name, value, end = pair.groups()
        if name.lower() == "for":
            hops[-1] = value.strip('"')
        if end == ",":
            hops.append("")
        place = pair.end()
    return hops
