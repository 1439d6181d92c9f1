"""Running an operation over gRPC: who, how often, may he, what he says, which key, the use case, the answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec
from google.protobuf.message import DecodeError
from grpc import StatusCode

from amss.foundation.database import Transaction
from amss.foundation.drafting import Draft, Drafting
from amss.foundation.errors import (
    FieldError,
    Invalid,
    Malformed,
    PreconditionRequired,
    RateLimited,
    Refusal,
    Unavailable,
)
from amss.foundation.operation import Kind, Precondition
from amss.foundation.reading import Reader, Shown
from amss.server.authentication import Caller
from amss.server.commands import run_command
from amss.server.idempotency import Answer, KeyedRequest, keyed_request
from amss.server.proofs import prove
from amss.server.resources import Resources
from amss.server.rest.decoding import decode_batch, faults_of
from amss.server.rpc.call import Call
from amss.server.rpc.messages import fill, masked, plain
from amss.server.rpc.methods import RpcMethod
from amss.server.rpc.statuses import status_of

OK: int = StatusCode.OK.value[0]


@dataclass(frozen=True)
class Asked:
    """What the use case is called with, and a canonical form of the message for the fingerprint."""

    given: list[Any]
    named: dict[str, Any] = field(default_factory=dict[str, Any])
    canonical: bytes = b""


async def run_method(resources: Resources, call: Call, method: RpcMethod, message: bytes) -> Answer:
    """Answer one call of one method, or raise the refusal."""
    caller = await admitted(resources, call)
    operation = method.operation
    if operation.kind is Kind.READ:
        caller.must_be_allowed(operation)
        asked = read_request(method, message)
        reader = Reader(resources.database, caller.actor, caller.org_id, call.origin)
        return _encoded(method, await operation.use_case(reader, *asked.given))
    with resources.denials.noted(operation, caller, call.origin):
        caller.must_be_allowed(operation)
        return await _command(resources, call, method, caller, read_request(method, message))


async def admitted(resources: Resources, call: Call) -> Caller:
    """Return who calls, if he may call now."""
    if resources.draining:
        raise Unavailable("This server is shutting down. Try again.", retry_after=1)
    caller = await resources.authenticator.identify(call.metadata)
    call.notes.update(org=str(caller.org_id), principal=caller.principal)
    decisions = await resources.limits.allow(caller)
    if not decisions.allowed:
        raise RateLimited(retry_after=decisions.retry_after)
    return caller


async def _command(resources: Resources, call: Call, method: RpcMethod, caller: Caller, asked: Asked) -> Answer:
    operation = method.operation
    if operation.proof is not None:
        await prove(resources, operation.proof, caller, call.origin, asked.given[-1])

    async def work(tx: Transaction) -> Answer:
        result = await operation.use_case(tx, *asked.given, **asked.named)
        return _results(method, result, call.request_id) if operation.kind is Kind.BATCH else _encoded(method, result)

    async def drafted(drafting: Drafting) -> tuple[Draft, Answer] | None:
        assert operation.draft is not None
        draft = await operation.draft(drafting, *asked.given)
        return None if draft is None else (draft, _encoded(method, draft.result))

    return await run_command(
        resources,
        work,
        caller=caller,
        origin=call.origin,
        keyed=_keyed(resources, call, method, caller, asked.canonical),
        drafted=drafted if operation.draft else None,
    )


def read_request(method: RpcMethod, message: bytes) -> Asked:
    """Return what a message asks for; every wrong field is refused at once, under the rules of REST."""
    request: Any = method.request()
    try:
        request.ParseFromString(message)
    except DecodeError:
        raise Malformed(f"The request is not a {method.request.DESCRIPTOR.full_name}.") from None
    operation = method.operation
    said = plain(request)
    named: dict[str, Any] = {}
    if operation.precondition is not Precondition.NONE:
        named["if_match"] = said.pop("expected_version", None)
        if operation.precondition is Precondition.REQUIRED and named["if_match"] is None:
            raise PreconditionRequired("Set expected_version to the version you read.")
    faults: list[FieldError] = []
    given: list[Any] = _ids(method, said, faults)
    if said.pop("update_mask", None) is not None and request.update_mask.paths:
        said = masked(said, request.update_mask, request)
    said |= method.says
    if operation.kind is Kind.BATCH:
        assert operation.body is not None
        given.append(decode_batch(msgspec.json.encode(said), operation.body))
    elif (shape := operation.body or operation.query) is not None:
        given += _order(said, shape, message, faults)
    if faults:
        raise Invalid(errors=tuple(faults))
    return Asked(given, named, request.SerializeToString(deterministic=True))


def _order(
    said: dict[str, Any], shape: type[msgspec.Struct], message: bytes, faults: list[FieldError]
) -> list[msgspec.Struct]:
    """Return what a message says as the operation's body or query, if it is one."""
    try:
        order = msgspec.convert(said, shape)
    except msgspec.ValidationError:
        faults += faults_of(said, shape)
        return []
    # Text with a zero byte has the right form, but Postgres cannot hold it.
    if b"\0" in message:
        faults += faults_of(said, shape)
    return [order]


def _ids(method: RpcMethod, said: dict[str, Any], faults: list[FieldError]) -> list[UUID]:
    """Take the ids that REST has in its path out of the message's fields."""
    ids: list[UUID] = []
    for name in method.ids:
        text = said.pop(name, None)
        try:
            ids.append(UUID(text))
        except TypeError:
            faults.append(FieldError(f"/{name}", "MISSING", "This field is required."))
        except ValueError:
            faults.append(FieldError(f"/{name}", "INVALID", "This is not a UUID."))
    return ids


def _keyed(
    resources: Resources, call: Call, method: RpcMethod, caller: Caller, canonical: bytes
) -> KeyedRequest | None:
    def fingerprint() -> bytes:
        return resources.database.vault.fingerprint(method.name.encode(), canonical)

    return keyed_request(method.operation, caller, call.metadata, endpoint=method.name, fingerprint=fingerprint)


def _encoded(method: RpcMethod, result: Any) -> Answer:
    """Return the response message's bytes: a list is the message, anything else is its one field."""
    response = method.response()
    if method.operation.answers is None and method.operation.lists is None:
        return Answer(OK, response.SerializeToString())
    if isinstance(result, Shown):
        shown = msgspec.json.decode(result.body)
    else:
        shown = msgspec.to_builtins(msgspec.convert(result, method.operation.answers, from_attributes=True))
    fill(response, shown if method.operation.lists else {response.DESCRIPTOR.fields[0].name: shown})
    return Answer(OK, response.SerializeToString(deterministic=True))


def _results(method: RpcMethod, outcomes: Sequence[Any], request_id: str) -> Answer:
    """Return what became of the items of a batch: of each its id, or the status it would have met alone."""
    response: Any = method.response()
    for index, outcome in enumerate(outcomes):
        result = response.results.add(index=index)
        if isinstance(outcome, Refusal):
            result.problem.CopyFrom(status_of(outcome, request_id))
        else:
            result.id = str(outcome.id)
    return Answer(OK, response.SerializeToString(deterministic=True))
