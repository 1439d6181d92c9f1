"""A row of the operation table: everything the edges need to know about one thing AMSS can do."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

import msgspec

from amss.foundation.access import Permission
from amss.foundation.drafting import Drafter
from amss.foundation.errors import Refusal

# Called with an Entry that knows who is signed in, and the body; it refuses whoever does not prove who he is.
Prover = Callable[..., Awaitable[None]]


class Kind(StrEnum):
    """How an operation is run, and what its use case gets first."""

    READ = "read"  # a Reader: one round trip, no transaction
    COMMAND = "command"  # a Transaction, with the idempotency key claimed in it
    ENTRY = "entry"  # an Entry: nobody is signed in yet, the tenant is not known
    PERSONAL = "personal"  # an Entry that knows who is signed in: what concerns his own way in
    BATCH = "batch"  # a Transaction, then what was read of each item; it returns what each became
    UPLOAD = "upload"  # an Upload: the body is streamed, a Transaction is opened when it is in
    STREAM = "stream"  # a Reader, the query and a watch over feeds; it yields for as long as somebody follows
    EXPORT = "export"  # a Transaction, to note the export in; it returns an Export, which is streamed after it


class Precondition(StrEnum):
    """Whether the caller says which version he means (`If-Match`)."""

    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"


@dataclass(frozen=True)
class Operation:
    """Method and path, what it does, who may, what goes in and out, and the use case behind it.

    The use case is called with its context, then the path's ids, then the body or the query if the operation
    has one, then `if_match=` (a version or None) where it has a precondition. `draft` is the short way of a command
    that is asked for all day, `proof` what the asker must prove before its transaction opens. `rpc` is its gRPC
    method; where each step has a method of its own, `rpc_steps` has them, with what their names say of the body.
    `beside` is what a list may answer beside its items, `media_types` are those of an export or a stream; all else is
    JSON. An answer that is the same for everybody until the next release may be kept for `max_age` seconds.
    """

    route: str
    does: str
    permission: Permission
    use_case: Callable[..., Awaitable[Any]]
    kind: Kind = Kind.COMMAND
    body: type[msgspec.Struct] | None = None
    query: type[msgspec.Struct] | None = None
    answers: type[msgspec.Struct] | None = None
    lists: type[msgspec.Struct] | None = None
    beside: type[msgspec.Struct] | None = None
    media_types: tuple[str, ...] = ()
    status: int = 200
    idempotent: bool = False
    secret_answer: bool = False
    precondition: Precondition = Precondition.NONE
    rpc: str | None = None
    rpc_steps: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    refuses: tuple[type[Refusal], ...] = ()
    draft: Drafter | None = None
    proof: Prover | None = None
    max_age: int = 0

    @cached_property
    def method(self) -> str:
        """The HTTP method."""
        return self.route.split(" ")[0]

    @cached_property
    def path(self) -> str:
        """The path below the API's base, with its parameters in braces."""
        return self.route.split(" ")[1]

    @cached_property
    def name(self) -> str:
        """A stable identifier made of method and path, for OpenAPI and metrics."""
        words = self.path.replace("{", "").replace("}", "").replace("-", "_").strip("/").split("/")
        return "_".join([self.method.lower(), *words]).replace(":", "_").replace(".", "_")
