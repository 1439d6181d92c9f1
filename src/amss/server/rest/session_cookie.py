"""A session by cookie (`X-Session: cookie`): the refresh token never reaches the page's scripts.

It travels only in an HttpOnly, SameSite=Strict cookie on the sign-in's path. The cookie counts for nothing without
the header, which another site's form cannot send.
"""

from typing import Any

import msgspec
from msgspec import UNSET

from amss.features.auth.model import HeldToken, Tokens
from amss.foundation.errors import Malformed
from amss.foundation.operation import Operation
from amss.foundation.settings import Settings
from amss.server.operations import API_BASE
from amss.server.rest.exchange import Exchange

COOKIE = "amss_session"
_PATH = f"{API_BASE}/auth"


class SessionCookie:
    """How one request to the sign-in carries its refresh token, and how the answer does."""

    def __init__(self, exchange: Exchange, operation: Operation, settings: Settings) -> None:
        """Read the header; refuse with `Malformed` what it cannot say."""
        mode = exchange.headers.get("x-session")
        if mode not in (None, "cookie"):
            raise Malformed("X-Session is `cookie`, or is left out.")
        self._asked_for = mode is not None
        self._holds_token = operation.body is HeldToken
        self._exchange = exchange
        self._settings = settings

    async def body(self) -> bytes:
        """Return the body, which is JSON; it may be left out where the cookie says all."""
        sent = await self._exchange.body()
        if not sent and self._asked_for and self._holds_token:
            return b"{}"
        self._exchange.must_send_json()
        return sent

    def fill_in(self, order: msgspec.Struct) -> msgspec.Struct:
        """Return what is asked for, with the cookie's token; without a cookie, with none that is good."""
        if not (self._asked_for and isinstance(order, HeldToken)):
            return order
        return msgspec.structs.replace(order, refresh_token=self._held())

    def take_out(self, result: Any) -> Any:
        """Return what is answered, the refresh token moved to the cookie; a logout takes the cookie away."""
        if not self._asked_for:
            return result
        if isinstance(result, Tokens):
            assert isinstance(result.refresh_token, str)
            self._set(result.refresh_token, int(self._settings.refresh_token_ttl.total_seconds()))
            return msgspec.structs.replace(result, refresh_token=UNSET)
        if self._holds_token:
            self._set("", 0)
        return result

    def _held(self) -> str:
        # Several Cookie headers are joined by the exchange with commas, which no token of ours contains.
        for pair in self._exchange.headers.get("cookie", "").replace(",", ";").split(";"):
            name, _, value = pair.strip().partition("=")
            if name == COOKIE:
                return value
        return ""

    def _set(self, token: str, max_age: int) -> None:
        secure = "; Secure" if self._settings.is_production else ""
        cookie = f"{COOKIE}={token}; Path={_PATH}; Max-Age={max_age}; HttpOnly; SameSite=Strict{secure}"
        self._exchange.answer_headers.append(("set-cookie", cookie))
