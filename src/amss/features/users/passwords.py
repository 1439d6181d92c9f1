"""Passwords: which are accepted, and how they are hashed and checked off the event loop (argon2id, RFC 9106)."""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.resources import files
from typing import ParamSpec, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from amss.foundation.errors import FieldError, Invalid, Unavailable

P = ParamSpec("P")
R = TypeVar("R")

# OWASP's parameters; the library's defaults take five times the processor and guard a sign-in no better.
_ARGON2 = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)

# The hash of a password nobody knows, made with the same parameters: who checks it learns from the
# time it takes whether nobody has the e-mail as little as he learns whose it is.
NOBODYS_HASH = "$argon2id$v=19$m=19456,t=2,p=1$MTgavKOnu66HtJ+uKfZKHA$skQX13BzCvt/rP4/7uESl0jxm/3UHsbUK+aSf3+Sfn4"

MOST_WAITING = 100


class _Threads:
    """As many threads as cores (argon2 gives the interpreter's lock back), and a bounded queue before them."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="argon2")
        self._waiting = 0

    async def run(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        if self._waiting >= MOST_WAITING:
            raise Unavailable("Too many people are signing in at this moment. Try again.", retry_after=2)
        self._waiting += 1
        try:
            return await asyncio.wrap_future(self._pool.submit(work, *args, **kwargs))
        finally:
            self._waiting -= 1


_threads = _Threads()


async def hash_password(password: str) -> str:
    """Return a password's hash as a PHC string."""
    return await _threads.run(_ARGON2.hash, password)


async def is_password(password: str, password_hash: str) -> bool:
    """Tell whether a hash was made of this password."""
    return await _threads.run(_is_password, password, password_hash)


def _is_password(password: str, password_hash: str) -> bool:
    try:
        return _ARGON2.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def must_be_uncommon(password: str, *, pointer: str) -> None:
    """Refuse a password that is on everybody's list; its length is the shape's matter."""
    if password.casefold() in _common_passwords():
        raise Invalid(
            errors=(FieldError(pointer, "TOO_COMMON", "This password is one of the first anybody would try."),)
        )


@cache
def _common_passwords() -> frozenset[str]:
    listed = files("amss.features.users").joinpath("common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(listed.split())
