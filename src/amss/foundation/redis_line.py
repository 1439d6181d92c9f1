"""A connection to Redis for scripts, shared by all requests: what they say in one turn of the loop goes in one write.

A script run through redis-py costs the server more than all the rest that the limiter does. What this leaves to
it: TLS, sockets of the file system, and all else that is no plain TCP connection to one server.
"""

import asyncio
import hashlib
from collections import deque
from collections.abc import Sequence
from typing import Any

import hiredis
from redis.asyncio import Connection, Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

# For a connection to be made, and for each answer: beyond that, Redis is away.
ANSWER_SECONDS = 1


class Script:
    """A script; it travels by its hash."""

    def __init__(self, text: str) -> None:
        """Hash it as Redis does."""
        self.text = text
        self.hash = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


class RedisLine:
    """Runs scripts on the server of a redis-py client; connects when first asked, and anew after a failure."""

    def __init__(self, redis: Redis) -> None:
        """Remember where the client would connect to."""
        pool = redis.connection_pool
        self._redis = redis
        self._plain = pool.connection_class is Connection and not pool.connection_kwargs.get("credential_provider")
        self._where: dict[str, Any] = pool.connection_kwargs
        self._connection: _Connection | None = None
        self._connecting: asyncio.Task[_Connection] | None = None

    async def run(self, script: Script, keys: Sequence[str], arguments: Sequence[int]) -> Any:
        """Return a script's answer; raise redis-py's errors."""
        if not self._plain:
            return await self._redis.register_script(script.text)(keys=keys, args=arguments)
        connection = self._connection
        if connection is None or connection.is_closed:
            connection = await self._connect()
        answer = await connection.ask("EVALSHA", script.hash, len(keys), *keys, *arguments)
        if isinstance(answer, ResponseError) and str(answer).startswith("NOSCRIPT"):
            answer = await connection.ask("EVAL", script.text, len(keys), *keys, *arguments)
        if isinstance(answer, ResponseError):
            # It may have become a replica that takes no writes: the next connection finds the right server.
            connection.close()
            raise answer
        return answer

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()

    async def _connect(self) -> "_Connection":
        """Make a connection; all who ask meanwhile wait for the same."""
        if self._connecting is None or self._connecting.done():
            self._connecting = asyncio.create_task(self._open())
        # Shielded: that one asker went away must not end it for the others.
        return await asyncio.shield(self._connecting)

    async def _open(self) -> "_Connection":
        where = self._where
        async with asyncio.timeout(ANSWER_SECONDS):
            _, connection = await asyncio.get_running_loop().create_connection(
                _Connection, where.get("host", "localhost"), where.get("port", 6379)
            )
            greetings: list[tuple[Any, ...]] = []
            user, password = where.get("username"), where.get("password")
            if user or password:  # a user may need no password
                greetings.append(("AUTH", user or "default", password or ""))
            if database := where.get("db"):
                greetings.append(("SELECT", database))
            try:
                for greeting in greetings:
                    if isinstance(answer := await connection.ask(*greeting), ResponseError):
                        raise answer
            except BaseException:  # also when the deadline cancels it: nobody else knows this connection yet
                connection.close()
                raise
        self._connection = connection
        return connection


class _Connection(asyncio.Protocol):
    """One connection: commands go out in their order, and so come the answers."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._reader = hiredis.Reader(replyError=ResponseError)
        self._unsent: list[bytes] = []
        # Who waits, and until when.
        self._waiting: deque[tuple[asyncio.Future[Any], float]] = deque()
        self._watch: asyncio.TimerHandle | None = None
        self._transport: asyncio.Transport | None = None
        self.is_closed = False

    def ask(self, *command: Any) -> asyncio.Future[Any]:
        """Send a command; the future is its answer, which may be an error of the command's own."""
        answer = self._loop.create_future()
        if self.is_closed:
            answer.set_exception(RedisConnectionError("Redis closed the connection."))
            return answer
        if not self._unsent:
            self._loop.call_soon(self._send)
        self._unsent.append(hiredis.pack_command(command))
        self._waiting.append((answer, self._loop.time() + ANSWER_SECONDS))
        if self._watch is None:
            self._watch = self._loop.call_later(ANSWER_SECONDS, self._must_have_answered)
        return answer

    def close(self) -> None:
        """Hang up; who still waits is told that Redis is away."""
        self._end(RedisConnectionError("The connection to Redis was closed."))

    def connection_made(self, transport: asyncio.Transport) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Begin."""
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell all who wait."""
        self._end(RedisConnectionError(f"Redis closed the connection: {exc}"))

    def data_received(self, data: bytes) -> None:
        """Hand out the answers; who went away meanwhile leaves his to nobody."""
        self._reader.feed(data)
        try:
            while (answer := self._reader.gets()) is not False:
                future, _ = self._waiting.popleft()
                if not future.done():
                    future.set_result(answer)
        except (hiredis.ProtocolError, IndexError) as fault:
            self._end(RedisConnectionError(f"This is no answer of Redis: {fault}"))

    def _send(self) -> None:
        if self._transport is not None and not self.is_closed:
            self._transport.write(b"".join(self._unsent))
        self._unsent.clear()

    def _must_have_answered(self) -> None:
        """Give up when the oldest question has waited too long; the next look is when the next could have."""
        self._watch = None
        if not self._waiting:
            return
        left = self._waiting[0][1] - self._loop.time()
        if left <= 0:
            self._end(RedisTimeoutError("Redis did not answer in time."))
        else:
            self._watch = self._loop.call_later(left, self._must_have_answered)

    def _end(self, fault: Exception) -> None:
        self.is_closed = True
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
        if self._transport is not None:
            self._transport.abort()
        while self._waiting:
            future, _ = self._waiting.popleft()
            if not future.done():
                future.set_exception(fault)
