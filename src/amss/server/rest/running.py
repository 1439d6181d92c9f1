"""Running an operation over HTTP: who, how often, may he, which key, what he says, the use case, the answer."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from amss.features.auth.entry import Entry
from amss.foundation.access import Actor
from amss.foundation.database import RETRYABLE, Transaction
from amss.foundation.drafting import Draft, Drafting
from amss.foundation.errors import Malformed, PreconditionRequired, RateLimited, Refusal, Unavailable
from amss.foundation.exporting import Export, PagedExport
from amss.foundation.operation import Kind, Operation, Precondition
from amss.foundation.paging import OneQuery
from amss.foundation.rate_limit import Decision
from amss.foundation.reading import Reader, Shown
from amss.foundation.storage import discard
from amss.server.authentication import Caller
from amss.server.commands import run_command
from amss.server.exports import an_export
from amss.server.idempotency import REPLAYED, Answer, KeyedRequest, keyed_request
from amss.server.operations import OPERATIONS
from amss.server.proofs import prove
from amss.server.resources import Resources
from amss.server.rest.batches import results_of
from amss.server.rest.decoding import canonical_json, decode_batch, decode_body, decode_ids, decode_query
from amss.server.rest.exchange import Exchange
from amss.server.rest.server_sent import send_events
from amss.server.rest.session_cookie import SessionCookie
from amss.server.rest.upload import receive_upload

JSON = ("content-type", "application/json")

# Collections whose members can be asked for; a Location that leads nowhere is worse than none.
_SHOWN_ONE_BY_ONE = {
    operation.path.rpartition("/")[0]
    for operation in OPERATIONS
    if operation.method == "GET" and operation.path.endswith("}")
}
_ETAG = re.compile(r'"v([0-9]{1,10})"')


async def run_operation(resources: Resources, exchange: Exchange, operation: Operation) -> Answer | None:
    """Answer one request to one operation, or raise the refusal; None: the answer is sent already."""
    if operation.kind is Kind.ENTRY:
        return await _enter(resources, exchange, operation)
    caller = await resources.authenticator.identify(exchange.headers)
    exchange.notes.update(org=str(caller.org_id), principal=caller.principal)
    decisions = await resources.limits.allow(caller)
    exchange.answer_headers += _limit_headers(decisions.each)
    if not decisions.allowed:
        raise RateLimited(retry_after=decisions.retry_after)
    if operation.kind is Kind.READ:
        caller.must_be_allowed(operation)
        return await _read(resources, exchange, operation, caller)
    if operation.kind is Kind.STREAM:
        caller.must_be_allowed(operation)
        return await send_events(resources, exchange, operation, caller)
    if operation.kind is Kind.EXPORT:
        caller.must_be_allowed(operation)
        return await _export(resources, exchange, operation, caller)
    with resources.denials.noted(operation, caller, exchange.origin):
        caller.must_be_allowed(operation)
        if operation.kind is Kind.PERSONAL:
            return await _enter(resources, exchange, operation, caller.actor, decisions.each)
        return await _command(resources, exchange, operation, caller)


async def _enter(
    resources: Resources,
    exchange: Exchange,
    operation: Operation,
    actor: Actor | None = None,
    decided: Sequence[Decision] = (),
) -> Answer:
    """Run what needs no transaction of its own; `decided` is what the limiter has said of the request so far."""
    decode_query(exchange.scope["query_string"], OneQuery)
    assert operation.body is not None
    cookie = SessionCookie(exchange, operation, resources.settings)
    order = cookie.fill_in(decode_body(await cookie.body(), operation.body))
    entry = Entry(
        resources.database, resources.limiter, resources.keys, resources.refused_sign_ins, exchange.origin, actor
    )
    try:
        result = cookie.take_out(await operation.use_case(entry, order))
        return _encoded(operation, exchange, result)
    except RETRYABLE:
        raise Unavailable("Others were signing in under the same name. Try again.", retry_after=1) from None
    finally:
        resources.forget(entry.outdated)
        exchange.answer_headers += _limit_headers([*decided, *entry.decisions])


async def _read(resources: Resources, exchange: Exchange, operation: Operation, caller: Caller) -> Answer:
    query = decode_query(exchange.scope["query_string"], operation.query or OneQuery)
    reader = Reader(resources.database, caller.actor, caller.org_id, exchange.origin)
    given: list[Any] = [*_ids(exchange), query] if operation.query else _ids(exchange)
    shown = await operation.use_case(reader, *given)
    if not isinstance(shown, Shown):
        return _encoded(operation, exchange, shown)
    return Answer(200, shown.body, (JSON, *_etag(shown.version)))


async def _export(resources: Resources, exchange: Exchange, operation: Operation, caller: Caller) -> None:
    query = decode_query(exchange.scope["query_string"], operation.query or OneQuery)

    async def use_case(tx: Transaction) -> Export | PagedExport:
        return await operation.use_case(tx, *_ids(exchange), query)

    async with an_export(resources, use_case, caller=caller, origin=exchange.origin) as (export, parts):
        file = ("content-disposition", f'attachment; filename="{export.file_name}"')
        await exchange.send_parts([("content-type", export.media_type), file], parts)


async def _command(resources: Resources, exchange: Exchange, operation: Operation, caller: Caller) -> Answer:
    decode_query(exchange.scope["query_string"], OneQuery)
    given: list[Any] = [*_ids(exchange)]
    named: dict[str, Any] = {}
    if operation.precondition is not Precondition.NONE:
        named["if_match"] = _if_match(exchange, operation)
    if operation.kind is Kind.UPLOAD:
        return await _upload(resources, exchange, operation, caller)
    raw = b""
    if operation.body is not None:
        exchange.must_send_json()
        raw = await exchange.body()
        decode = decode_batch if operation.kind is Kind.BATCH else decode_body
        given.append(decode(raw, operation.body))
    if operation.proof is not None:
        await prove(resources, operation.proof, caller, exchange.origin, given[-1])

    async def work(tx: Transaction) -> Answer:
        return _encoded(operation, exchange, await operation.use_case(tx, *given, **named))

    async def drafted(drafting: Drafting) -> tuple[Draft, Answer] | None:
        assert operation.draft is not None
        draft = await operation.draft(drafting, *given)
        return None if draft is None else (draft, _encoded(operation, exchange, draft.result))

    return await run_command(
        resources,
        work,
        caller=caller,
        origin=exchange.origin,
        keyed=_keyed(resources, exchange, operation, caller, raw),
        drafted=drafted if operation.draft else None,
    )


async def _upload(resources: Resources, exchange: Exchange, operation: Operation, caller: Caller) -> Answer:
    """Receive a file and hand it to the use case; a refused or repeated request leaves no file behind."""
    directory = resources.settings.import_storage
    upload = await receive_upload(exchange, operation, directory)

    async def work(tx: Transaction) -> Answer:
        return _encoded(operation, exchange, await operation.use_case(tx, upload.order, upload.file))

    try:
        keyed = _keyed(resources, exchange, operation, caller, upload.canonical)
        answer = await run_command(resources, work, caller=caller, origin=exchange.origin, keyed=keyed)
    except Unavailable:
        # The commit may have happened all the same. If not, retention removes the file.
        raise
    except Refusal:
        discard(directory, upload.file.storage_key)
        raise
    if REPLAYED in answer.headers:
        discard(directory, upload.file.storage_key)
    return answer


def _keyed(
    resources: Resources, exchange: Exchange, operation: Operation, caller: Caller, raw: bytes
) -> KeyedRequest | None:
    def fingerprint() -> bytes:
        canonical = canonical_json(raw) if raw else b""
        return resources.database.vault.fingerprint(
            exchange.method.encode(), exchange.path.encode(), exchange.scope["query_string"], canonical
        )

    return keyed_request(operation, caller, exchange.headers, endpoint=operation.route, fingerprint=fingerprint)


def _ids(exchange: Exchange) -> list[UUID]:
    parameters: Mapping[str, str] = exchange.scope.get("path_params", {})
    return decode_ids(list(parameters.values()))


def _if_match(exchange: Exchange, operation: Operation) -> int | None:
    tag = exchange.headers.get("if-match")
    if tag is None:
        if operation.precondition is Precondition.REQUIRED:
            raise PreconditionRequired
        return None
    if tag == "*":
        return None
    version = _ETAG.fullmatch(tag)
    if version is None:
        raise Malformed('If-Match is the ETag of one version, for example "v3".')
    return int(version[1])


def _encoded(operation: Operation, exchange: Exchange, result: Any) -> Answer:
    if operation.kind is Kind.BATCH:
        return Answer(200, msgspec.json.encode(results_of(result, exchange.request_id)), (JSON,))
    if operation.answers is None:
        return Answer(204)
    shown = msgspec.convert(result, operation.answers, from_attributes=True)
    headers = [JSON, *_etag(getattr(shown, "version", None))]
    if operation.max_age:
        headers.append(("cache-control", f"private, max-age={operation.max_age}"))
    created: UUID | None = getattr(shown, "id", None)
    if operation.status in (201, 202) and created is not None:
        depth = 1 if operation.kind is Kind.UPLOAD else 0
        if operation.path.rsplit("/", depth)[0] in _SHOWN_ONE_BY_ONE:
            headers.append(("location", f"{exchange.path.rsplit('/', depth)[0]}/{created}"))
    return Answer(operation.status, msgspec.json.encode(shown), tuple(headers))


def _etag(version: int | None) -> tuple[tuple[str, str], ...]:
    return () if version is None else (("etag", f'"v{version}"'),)


def _limit_headers(decisions: Sequence[Decision]) -> list[tuple[str, str]]:
    if not decisions:
        return []
    policies = ", ".join(f'"{each.policy.name}";q={each.policy.limit};w={each.policy.seconds}' for each in decisions)
    limits = ", ".join(f'"{each.policy.name}";r={each.remaining};t={each.reset_after}' for each in decisions)
    return [("ratelimit-policy", policies), ("ratelimit", limits)]
