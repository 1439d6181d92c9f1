"""The REST application: every request gets an id, a log line, metrics and, when refused, problem details."""

import time
from collections import defaultdict
from typing import Any

import structlog
from starlette.routing import Route, Router
from starlette.types import ASGIApp

from amss.foundation.errors import MethodNotAllowed, NotFound, Refusal, Unavailable
from amss.foundation.metrics import HTTP_SECONDS, IN_FLIGHT, counted
from amss.foundation.operation import Kind, Operation
from amss.server.idempotency import Answer
from amss.server.operations import API_BASE, OPERATIONS
from amss.server.resources import Resources
from amss.server.rest.admission import must_accept, must_be_admissible
from amss.server.rest.cors import cors_headers
from amss.server.rest.exchange import Exchange
from amss.server.rest.problems import internal_problem, problem_of
from amss.server.rest.running import run_operation
from amss.server.rest.system import system_paths

log = structlog.get_logger(__name__)


class RestApp:
    """The outermost layer, so that also an unknown path has a request id, a log line and a problem body."""

    def __init__(self, resources: Resources) -> None:
        """Mount the operation table and the system's own paths."""
        self._resources = resources
        self._running = 0
        counted(IN_FLIGHT, "http").set_function(lambda: self._running)
        self._trusted_hosts = frozenset(resources.settings.trusted_hosts)
        self._allowed_origins = frozenset(resources.settings.cors_allowed_origins)
        paths: dict[str, ASGIApp] = {**operation_paths(resources), **system_paths(resources)}
        # A path without parameters is found at once; only the others are matched.
        self._at = {path: answer for path, answer in paths.items() if "{" not in path}
        self._router = Router(
            [Route(path, answer, methods=None) for path, answer in paths.items() if "{" in path],
            redirect_slashes=False,
            default=_nothing_here,
        )

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        exchange = Exchange(scope, receive, send, self._resources.settings.trusted_proxies)
        scope["exchange"] = exchange
        if self._allowed_origins:
            exchange.answer_headers += cors_headers(exchange, self._allowed_origins)
        self._running += 1
        try:
            must_be_admissible(exchange, self._trusted_hosts)
            await self._at.get(exchange.path, self._router)(scope, receive, send)
        except Refusal as refusal:
            exchange.notes["code"] = refusal.code
            await _send_unless_begun(exchange, problem_of(refusal, exchange.request_id))
        except Exception as fault:
            # The last resort: whatever it was, the caller gets an answer and the log gets the whole story.
            log.exception("Request crashed", request_id=exchange.request_id, error=type(fault).__name__)
            await _send_unless_begun(exchange, internal_problem(exchange.request_id))
        finally:
            self._running -= 1
            _account(exchange)


def operation_paths(resources: Resources) -> dict[str, "OperationPath"]:
    """Return what answers at each path of the operation table."""
    by_path: dict[str, dict[str, Operation]] = defaultdict(dict)
    for operation in OPERATIONS:
        by_path[operation.path][operation.method] = operation
    # Fixed words before parameters: /aircraft/{id}/history is no action on an aircraft.
    paths = sorted(by_path, key=lambda path: [part.startswith("{") for part in path.split("/")])
    return {API_BASE + path: OperationPath(resources, by_path[path]) for path in paths}


class OperationPath:
    """All methods of one path."""

    def __init__(self, resources: Resources, operations: dict[str, Operation]) -> None:
        """Remember the operations by method; HEAD is GET without a body, but of what is streamed to somebody."""
        self._resources = resources
        self._operations = operations
        if "GET" in operations and operations["GET"].kind not in (Kind.EXPORT, Kind.STREAM):
            self._operations = {**operations, "HEAD": operations["GET"]}
        self._route = API_BASE + next(iter(operations.values())).path
        self._allowed = ", ".join(sorted({*self._operations, "OPTIONS"}))

    async def __call__(self, scope: Any, _receive: Any, _send: Any) -> None:
        """Run the operation of the request's method."""
        exchange: Exchange = scope["exchange"]
        exchange.route = self._route
        if exchange.method == "OPTIONS":
            await exchange.send(Answer(204, headers=(("allow", self._allowed),)))
            return
        operation = self._operations.get(exchange.method)
        if operation is None:
            raise MethodNotAllowed(self._allowed)
        must_accept(exchange, operation)
        if self._resources.draining:
            raise Unavailable("This server is shutting down. Try again.", retry_after=1)
        answer = await run_operation(self._resources, exchange, operation)
        if answer is not None:
            await exchange.send(answer)


async def _nothing_here(scope: Any, _receive: Any, _send: Any) -> None:
    raise NotFound(f"There is nothing at {scope['path']}.")


async def _send_unless_begun(exchange: Exchange, answer: Answer) -> None:
    if not exchange.begun:
        await exchange.send(answer)


def _account(exchange: Exchange) -> None:
    seconds = time.perf_counter() - exchange.started
    counted(HTTP_SECONDS, exchange.method, exchange.route, exchange.status).observe(seconds)
    log.info(
        "Answered",
        request_id=exchange.request_id,
        trace_id=exchange.origin.traceparent[3:35] if exchange.origin.traceparent else None,
        method=exchange.method,
        route=exchange.route,
        status=exchange.status,
        duration_ms=round(seconds * 1000, 2),
        **exchange.notes,
    )
