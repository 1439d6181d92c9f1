"""Refusals as RFC 9457 problem details: the one place where a kind of refusal meets an HTTP status."""

import msgspec

from amss.foundation import errors
from amss.foundation.errors import FieldError, Reason
from amss.server.idempotency import Answer

# Where every code is explained; a problem's type leads there.
ERRORS_PAGE = "/docs/errors"

STATUSES: dict[type[errors.Refusal], int] = {
    errors.Malformed: 400,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.MethodNotAllowed: 405,
    errors.NotAcceptable: 406,
    errors.Conflict: 409,
    errors.PreconditionFailed: 412,
    errors.TooLarge: 413,
    errors.UnsupportedMediaType: 415,
    errors.Invalid: 422,
    errors.PreconditionRequired: 428,
    errors.RateLimited: 429,
    errors.HeadTooLarge: 431,
    errors.Unavailable: 503,
}

TITLES = {
    400: "Malformed request",
    401: "Not signed in",
    403: "Not permitted",
    404: "Not found",
    405: "Method not allowed",
    406: "Not acceptable",
    409: "Conflict",
    412: "Changed in the meantime",
    413: "Too large",
    415: "Unsupported media type",
    422: "Not valid",
    428: "Version required",
    429: "Too many requests",
    431: "Head too large",
    500: "Internal error",
    503: "Unavailable",
}


class Problem(msgspec.Struct, omit_defaults=True):
    """An error answer (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: tuple[FieldError, ...] = ()
    reasons: tuple[Reason, ...] = ()


def status_of(refusal: type[errors.Refusal]) -> int:
    """Return the HTTP status of a kind of refusal: its own, or that of the kind it refines."""
    return next((STATUSES[kind] for kind in refusal.__mro__ if kind in STATUSES), 500)


def problem_of(refusal: errors.Refusal, request_id: str) -> Answer:
    """Return the answer that tells a refusal."""
    problem = described(refusal, request_id)
    return Answer(problem.status, msgspec.json.encode(problem), _headers(refusal, problem.status))


def described(refusal: errors.Refusal, request_id: str) -> Problem:
    """Return a refusal as problem details."""
    status = status_of(type(refusal))
    return Problem(
        type=f"{ERRORS_PAGE}#{refusal.code}",
        title=TITLES[status],
        status=status,
        detail=refusal.detail,
        code=refusal.code,
        request_id=request_id,
        errors=refusal.errors,
        reasons=refusal.reasons,
    )


def internal_problem(request_id: str) -> Answer:
    """Return the answer to a crash: nothing of the inside, only the request id."""
    return problem_of(errors.Refusal(), request_id)


_PROBLEM_JSON = ("content-type", "application/problem+json")


def _headers(refusal: errors.Refusal, status: int) -> tuple[tuple[str, str], ...]:
    headers: list[tuple[str, str]] = [_PROBLEM_JSON]
    if status == 401:
        headers.append(("www-authenticate", "Bearer"))
    if refusal.retry_after is not None:
        headers.append(("retry-after", str(refusal.retry_after)))
    if isinstance(refusal, errors.MethodNotAllowed):
        headers.append(("allow", refusal.allowed))
    return tuple(headers)
