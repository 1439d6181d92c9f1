"""The kinds of refusal. A feature subclasses one and gives it a code; each transport translates kinds once."""

from typing import ClassVar

import msgspec


class FieldError(msgspec.Struct, frozen=True):
    """One thing wrong with what was sent: where (a JSON pointer or a parameter's name), a code, a sentence."""

    pointer: str
    code: str
    message: str


class Reason(msgspec.Struct, frozen=True):
    """One of several facts that stand in the way, with the ids of what it speaks of."""

    code: str
    message: str
    ids: tuple[str, ...] = ()


class Refusal(Exception):
    """A request that cannot be granted; `detail` is a sentence for the person asking.

    Every refusal is of a kind; of no kind is only the answer to a crash.
    """

    code: ClassVar[str] = "INTERNAL"
    sentence: ClassVar[str] = "Something went wrong on our side. Report the request id."

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: tuple[FieldError, ...] = (),
        reasons: tuple[Reason, ...] = (),
        retry_after: int | None = None,
    ) -> None:
        """Say what is refused: field errors, reasons, seconds to wait before another try."""
        self.detail = detail or self.sentence
        self.errors = errors
        self.reasons = reasons
        self.retry_after = retry_after
        super().__init__(self.detail)


class Malformed(Refusal):
    """The request cannot be read at all."""

    code = "MALFORMED"


class Invalid(Refusal):
    """The request can be read, but fields of it are wrong."""

    code = "VALIDATION"
    sentence = "Some fields are not valid."


class Unauthenticated(Refusal):
    """Nobody, or nobody known, is asking."""

    code = "AUTH"
    sentence = "A valid access token is required."


class Forbidden(Refusal):
    """The asker is known and may not."""

    code = "FORBIDDEN"
    sentence = "You do not have permission to do this."


class NotFound(Refusal):
    """There is no such thing in the asker's organization."""

    code = "NOT_FOUND"
    sentence = "There is nothing here under that id."


class MethodNotAllowed(Refusal):
    """The path exists, the method on it does not."""

    code = "METHOD_NOT_ALLOWED"

    def __init__(self, allowed: str) -> None:
        """Name the methods that exist, comma-separated."""
        super().__init__(f"This path answers to {allowed}.")
        self.allowed = allowed


class NotAcceptable(Refusal):
    """The asker reads no JSON."""

    code = "NOT_ACCEPTABLE"
    sentence = "Answers are application/json, problems application/problem+json. Accept them, or send no Accept."


class TooLarge(Refusal):
    """More was sent than is read."""

    code = "TOO_LARGE"


class HeadTooLarge(Refusal):
    """The request's head is longer, or has more fields, than is read."""

    code = "HEAD_TOO_LARGE"


class UnsupportedMediaType(Refusal):
    """The body is of a kind this operation does not read."""

    code = "UNSUPPORTED_MEDIA_TYPE"


class Conflict(Refusal):
    """The request contradicts what is."""

    code = "CONFLICT"


class Duplicate(Conflict):
    """Another live record already has this name."""

    code = "DUPLICATE"


class PreconditionFailed(Refusal):
    """The record changed since the asker read it."""

    code = "PRECONDITION_FAILED"
    sentence = "This record has changed since you read it. Read it again and repeat your change."


class PreconditionRequired(Refusal):
    """The operation must say which version it means."""

    code = "PRECONDITION_REQUIRED"
    sentence = "Send If-Match with the ETag of the version you read."


class RateLimited(Refusal):
    """Too many requests; `retry_after` says how many seconds to wait."""

    code = "RATE_LIMITED"
    sentence = "Too many requests. Wait and try again."


class Unavailable(Refusal):
    """Something AMSS depends on is away for the moment."""

    code = "UNAVAILABLE"
    sentence = "AMSS cannot reach its database right now. Try again shortly."

    def __init__(self, detail: str | None = None, *, retry_after: int = 2) -> None:
        """Ask for another try after some seconds."""
        super().__init__(detail, retry_after=retry_after)
