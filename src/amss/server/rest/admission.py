"""What every request must be before anything else is asked of it: whole HTTP, for this host, content with JSON."""

import re
from collections.abc import Collection, Sequence

from amss.foundation.errors import Malformed, NotAcceptable
from amss.foundation.operation import Operation
from amss.server.rest.exchange import Exchange

# Whoever watches a server asks by its address, also where its name is fixed.
_ASKED_BY_ADDRESS = ("/health", "/ready")

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::[0-9]{0,5})?")
_JSON = ("application/json", "application/problem+json", "application/*", "*/*")


def must_be_admissible(exchange: Exchange, trusted_hosts: Collection[str]) -> None:
    """Refuse a version, a Host or an expectation that is not to be met."""
    version: str = exchange.scope["http_version"]
    if version not in ("1.1", "1.0"):
        raise Malformed(f"AMSS speaks HTTP/1.1, not {version}.")
    host = exchange.headers.get("host")
    if host is not None or version == "1.1" or trusted_hosts:
        named = _HOST.fullmatch(host or "")
        if named is None:
            raise Malformed("Send one Host header with the name and port you mean.")
        if trusted_hosts and exchange.path not in _ASKED_BY_ADDRESS and named[1].lower() not in trusted_hosts:
            raise Malformed(f"This server does not answer for {named[1]}.")
    if exchange.headers.get("expect", "100-continue").lower() != "100-continue":
        raise Malformed("The only expectation that can be met is 100-continue.")


def must_accept(exchange: Exchange, operation: Operation) -> None:
    """Refuse with `NotAcceptable` who cannot read the answer: of an export its file, of all else JSON."""
    accept = exchange.headers.get("accept", "")
    if not operation.media_types:
        if accept not in ("", "*/*", "application/json") and not accepts_json(accept):
            raise NotAcceptable
    elif accept and not any(_meets(accept, _ranges_of(each)) for each in operation.media_types):
        raise NotAcceptable(f"The answer is {' or '.join(operation.media_types)}. Accept it, or send no Accept.")


def accepts_json(accept: str) -> bool:
    """Tell whether JSON meets an Accept header."""
    return _meets(accept, _JSON)


def _ranges_of(media_type: str) -> tuple[str, str, str]:
    return media_type, f"{media_type.partition('/')[0]}/*", "*/*"


def _meets(accept: str, kinds: Sequence[str]) -> bool:
    """Tell what an Accept header says of the first of some ranges that it names, the most specific first."""
    ranges: dict[str, bool] = {}
    for each in accept.split(","):
        kind, *parameters = (part.strip().lower() for part in each.split(";"))
        ranges[kind] = not any(re.fullmatch(r"q\s*=\s*0(\.0*)?", parameter) for parameter in parameters)
    return next((ranges[kind] for kind in kinds if kind in ranges), False)
