"""Idempotency: the key is claimed in the change's own transaction, the exact answer kept with it.

A crash leaves neither key nor change. A refusal rolls the key back with everything else, so it is judged afresh.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from amss.foundation.database import Transaction
from amss.foundation.errors import Conflict, Malformed
from amss.foundation.ids import new_id
from amss.foundation.metrics import IDEMPOTENCY
from amss.foundation.operation import Operation
from amss.foundation.statements import Statement
from amss.server.authentication import Caller

REPLAYED = ("idempotent-replayed", "true")
KEPT_FOR = timedelta(hours=24)


class IdempotencyConflict(Conflict):
    """The key was used for another request."""

    code = "IDEMPOTENCY_CONFLICT"
    sentence = "This Idempotency-Key was used for a different request. Use a new key."


class IdempotencyInProgress(Conflict):
    """The first request with the key has not ended."""

    code = "IDEMPOTENCY_IN_PROGRESS"
    sentence = "The first request with this Idempotency-Key is still running. Try again shortly."

    def __init__(self) -> None:
        """Ask for another try in a second."""
        super().__init__(retry_after=1)


class Answer(msgspec.Struct, frozen=True):
    """What is sent: a status of the transport, headers, the exact bytes."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


class KeyedRequest(msgspec.Struct, frozen=True):
    """A request that carries a key: whose, for what, and a fingerprint of all that was sent."""

    org_id: UUID
    principal: str
    key: str
    endpoint: str
    fingerprint: bytes
    secret_answer: bool = False

    @property
    def scope(self) -> tuple[UUID, str, str, str]:
        """What the key is unique in."""
        return self.org_id, self.principal, self.key, self.endpoint


def keyed_request(
    operation: Operation,
    caller: Caller,
    headers: Mapping[str, str],
    *,
    endpoint: str,
    fingerprint: Callable[[], bytes],
) -> KeyedRequest | None:
    """Return the request under the key it carries; None where it carries none, or the operation takes none."""
    key = headers.get("idempotency-key")
    if key is None or not operation.idempotent:
        return None
    return KeyedRequest(
        org_id=caller.org_id,
        principal=caller.principal,
        key=checked_key(key),
        endpoint=endpoint,
        fingerprint=fingerprint(),
        secret_answer=operation.secret_answer,
    )


def checked_key(key: str) -> str:
    """Return a key of 1 to 255 visible characters, or refuse it."""
    if not 1 <= len(key) <= 255 or not key.isascii() or not all(33 <= ord(char) <= 126 for char in key):
        raise Malformed("Idempotency-Key must be 1 to 255 visible ASCII characters.")
    return key


async def claim(tx: Transaction, request: KeyedRequest) -> Answer | None:
    """Claim the key for this transaction and return None, or return the stored answer of its first use.

    Waits at most 200 ms for another transaction that holds the key.
    """
    try:
        claimed = await tx.value(
            """
            INSERT INTO idempotency_keys AS k
                (org_id, id, principal, key, endpoint, request_hash, created_at, expires_at)
            SELECT $1, $2, $3, $4, $5, $6, $7, $8 FROM set_config('lock_timeout', '200ms', true)
            ON CONFLICT (org_id, principal, key, endpoint) DO UPDATE
                SET id = excluded.id, request_hash = excluded.request_hash, created_at = excluded.created_at,
                    expires_at = excluded.expires_at, status_code = NULL, response_headers = NULL,
                    response_body = NULL
                WHERE k.expires_at <= excluded.created_at
            RETURNING set_config('lock_timeout', '2s', true)
            """,
            request.org_id,
            new_id(),
            request.principal,
            request.key,
            request.endpoint,
            request.fingerprint,
            tx.now,
            tx.now + KEPT_FOR,
        )
    except asyncpg.LockNotAvailableError:
        IDEMPOTENCY.labels("in_progress").inc()
        raise IdempotencyInProgress from None
    if claimed is None:
        return await _replay(tx, request)
    IDEMPOTENCY.labels("claimed").inc()
    return None


async def _replay(tx: Transaction, request: KeyedRequest) -> Answer:
    row: Any = await tx.connection.fetchrow(
        """
        SELECT request_hash, status_code, response_headers, response_body, body_encrypted FROM idempotency_keys
        WHERE org_id = $1 AND principal = $2 AND key = $3 AND endpoint = $4
        """,
        *request.scope,
    )
    if row is None:
        IDEMPOTENCY.labels("in_progress").inc()
        raise IdempotencyInProgress
    if row["request_hash"] != request.fingerprint:
        IDEMPOTENCY.labels("conflict").inc()
        raise IdempotencyConflict
    IDEMPOTENCY.labels("replayed").inc()
    headers = msgspec.convert(row["response_headers"], tuple[tuple[str, str], ...])
    body = row["response_body"]
    if row["body_encrypted"]:
        body = tx.vault.open(body, context=_context(request))
    return Answer(row["status_code"], body, (*headers, REPLAYED))


def claiming(request: KeyedRequest, answer: Answer, *, now: datetime) -> Statement:
    """Return what claims a key that is free for work that goes in the same statement, its answer known before.

    It goes on where the part `held` found a row. A key that is known, be it expired, is left as it is.
    """
    assert not request.secret_answer
    return Statement(
        """
        INSERT INTO idempotency_keys (org_id, id, principal, key, endpoint, request_hash, created_at, expires_at,
                                      status_code, response_headers, response_body)
        SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 FROM held
        ON CONFLICT (org_id, principal, key, endpoint) DO NOTHING
        RETURNING id
        """,
        (
            request.org_id,
            new_id(),
            request.principal,
            request.key,
            request.endpoint,
            request.fingerprint,
            now,
            now + KEPT_FOR,
            answer.status,
            answer.headers,
            answer.body,
        ),
    )


async def keep(tx: Transaction, request: KeyedRequest, answer: Answer) -> None:
    """Store the answer with its key; one that shows a secret is stored encrypted."""
    if tx.org_id != request.org_id:
        await tx.enter(request.org_id)
    body = answer.body
    if request.secret_answer:
        body = tx.vault.seal(body, context=_context(request))
    await tx.run(
        """
        UPDATE idempotency_keys
        SET status_code = $5, response_headers = $6, response_body = $7, body_encrypted = $8
        WHERE org_id = $1 AND principal = $2 AND key = $3 AND endpoint = $4
        """,
        *request.scope,
        answer.status,
        answer.headers,
        body,
        request.secret_answer,
    )


def _context(request: KeyedRequest) -> str:
    return f"answer:{request.org_id}:{request.principal}:{request.endpoint}:{request.key}"
