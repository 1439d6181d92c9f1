"""`If-Match`: who changes a record says which version he read."""

from amss.foundation.errors import PreconditionFailed


def must_match(version: int, expected: int | None) -> None:
    """Refuse when the record moved on; no expectation always matches."""
    if expected is not None and expected != version:
        raise PreconditionFailed
