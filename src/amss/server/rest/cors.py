"""Cross-origin requests (CORS): only from the origins that are configured, and without cookies.

Where none is configured, no answer says a word about it. The console needs none: it has AMSS's own origin.
"""

from collections.abc import Collection

from amss.server.rest.exchange import Exchange

_VARY = ("vary", "Origin")
_EXPOSED = (
    "access-control-expose-headers",
    "ETag, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-ID, Idempotent-Replayed",
)
_PREFLIGHT = (
    ("access-control-allow-methods", "GET, HEAD, POST, PATCH, DELETE"),
    (
        "access-control-allow-headers",
        "Authorization, Content-Type, Idempotency-Key, If-Match, X-API-Key, X-Org-ID, X-Request-ID",
    ),
    ("access-control-max-age", "600"),
)


def cors_headers(exchange: Exchange, allowed_origins: Collection[str]) -> list[tuple[str, str]]:
    """Return what to tell a browser; a wrong origin learns nothing but that the answer depends on it."""
    origin = exchange.headers.get("origin")
    if origin is None or origin not in allowed_origins:
        return [_VARY]
    told = [_VARY, ("access-control-allow-origin", origin), _EXPOSED]
    if exchange.method == "OPTIONS" and "access-control-request-method" in exchange.headers:
        told += _PREFLIGHT
    return told
