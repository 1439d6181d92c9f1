"""Every call of our services: an id, a log line, metrics and, when refused, a rich status."""

import asyncio
from collections.abc import Awaitable, Generator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, TypeVar

import grpc
import structlog

from amss.foundation.errors import Refusal
from amss.foundation.metrics import IN_FLIGHT
from amss.server.resources import Resources
from amss.server.rpc.call import Call, Context
from amss.server.rpc.methods import RpcMethod, rpc_methods
from amss.server.rpc.running import run_method
from amss.server.rpc.statuses import internal_status, status_of, unknown_method_status
from amss.server.rpc.streaming import stream_method

T = TypeVar("T")

log = structlog.get_logger(__name__)


class Calls(grpc.GenericRpcHandler):
    """Answers every method of our services, and every method that is nobody's."""

    def __init__(self, resources: Resources) -> None:
        """Make one handler per method."""
        self._resources = resources
        self._running = 0
        self._idle = asyncio.Event()
        self._idle.set()
        # Messages stay bytes here: what cannot be parsed is refused like anything else.
        self._handlers = {
            f"/{method.name}": grpc.unary_stream_rpc_method_handler(partial(self._stream, method))
            if method.streams
            else grpc.unary_unary_rpc_method_handler(partial(self._call, method))
            for method in rpc_methods()
        }

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> Any:
        """Return the handler of a method."""
        path = handler_call_details.method
        return self._handlers.get(path) or grpc.stream_stream_rpc_method_handler(partial(self._unknown, path))

    async def finished(self, grace_seconds: float) -> None:
        """Wait until no call runs, at most so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(grace_seconds):
                await self._idle.wait()

    async def _call(self, method: RpcMethod, message: bytes, context: Context) -> bytes:
        call = Call(method.name, context, self._resources.settings)
        with self._accounted(call, context):
            answer = await _answered(call, run_method(self._resources, call, method, message))
            call.say(answer.headers)
            return answer.body

    async def _stream(self, method: RpcMethod, message: bytes, context: Context) -> None:
        call = Call(method.name, context, self._resources.settings)
        with self._accounted(call, context):
            await _answered(call, stream_method(self._resources, call, method, message))
            call.say(())

    async def _unknown(self, path: str, _messages: Any, context: Context) -> None:
        call = Call("unknown", context, self._resources.settings)
        with self._accounted(call, context):
            await call.abort(unknown_method_status(path, call.request_id))

    @contextmanager
    def _accounted(self, call: Call, context: Context) -> Generator[None]:
        """Write a call's log line when its answer is made, whatever became of it."""
        if not self._resources.draining:
            self._await_end_of(context)
        try:
            yield
        except asyncio.CancelledError:
            call.code = grpc.StatusCode.CANCELLED.name
            raise
        finally:
            call.account()

    def _await_end_of(self, context: Context) -> None:
        """Count a call as running until its answer is sent; what is refused while draining holds nobody up."""
        self._running += 1
        self._idle.clear()
        IN_FLIGHT.labels("grpc").inc()
        context.add_done_callback(self._end)  # pyright: ignore[reportArgumentType] - its stub is no Protocol

    def _end(self, _context: Context) -> None:
        IN_FLIGHT.labels("grpc").dec()
        self._running -= 1
        if self._running == 0:
            self._idle.set()


async def _answered(call: Call, work: Awaitable[T]) -> T:
    """Return what the work answers; a refusal or a crash ends the call with its status."""
    try:
        return await work
    except Refusal as refusal:
        call.notes["code"] = refusal.code
        await call.abort(status_of(refusal, call.request_id))
    except Exception as fault:
        # The last resort: whatever it was, the caller gets an answer and the log gets the whole story.
        log.exception("Call crashed", request_id=call.request_id, error=type(fault).__name__)
        await call.abort(internal_status(call.request_id))
