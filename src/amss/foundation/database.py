"""Postgres: a small pool that costs no query of its own, and the Transaction every use case works in."""

import asyncio
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import datetime
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
import msgspec

from amss.foundation.access import Actor
from amss.foundation.clock import Clock, system_clock
from amss.foundation.codecs import set_codecs
from amss.foundation.errors import Invalid, NotFound, Refusal, Unavailable
from amss.foundation.metrics import POOL_IN_USE, POOL_WAIT_SECONDS
from amss.foundation.secrets import Vault
from amss.foundation.settings import Settings

Connection = asyncpg.Connection
T = TypeVar("T")

WAIT_FOR_CONNECTION_SECONDS = 2
# How long a command may take to Postgres and back; the longest that a job grants its statements is a minute.
COMMAND_SECONDS = 70

# A request's statements are short and its indexes serve them all. Planning anew costs more than running, and a plan
# that was made while a table was small must not stay a scan when it has grown.
PLANNED_ONCE = {"plan_cache_mode": "force_generic_plan", "enable_seqscan": "off"}

# Postgres is away, going away, coming up or too slow: the asker may try again, nothing is wrong with the request.
_AWAY = (
    ConnectionError,
    TimeoutError,  # it did not even answer that it was too slow
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.QueryCanceledError,
    asyncpg.InternalClientError,  # asyncpg met the end of a connection in the middle of something
)
# A number, a date or a text that its column cannot hold: the edge names most by field, this is the last net.
_UNFIT = (
    asyncpg.NumericValueOutOfRangeError,
    asyncpg.DatetimeFieldOverflowError,
    asyncpg.CharacterNotInRepertoireError,
    asyncpg.UntranslatableCharacterError,
    asyncpg.ProgramLimitExceededError,
)
# Another transaction was in the way; the same work done again may well succeed.
RETRYABLE = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError, asyncpg.LockNotAvailableError)


class Origin(msgspec.Struct, frozen=True):
    """Where a change came from, as the audit trail keeps it."""

    request_id: str
    ip_address: str | None = None
    user_agent: str | None = None
    traceparent: str | None = None


class Transaction:
    """One database transaction with all that a use case may ask: who, for which tenant, when, from where."""

    __slots__ = ("actor", "connection", "database", "messages", "now", "org_id", "origin", "outdated")

    def __init__(
        self, connection: Connection, *, actor: Actor, org_id: UUID, origin: Origin, database: "Database"
    ) -> None:
        """Wrap a connection on which BEGIN and the tenant setting were already sent."""
        self.connection = connection
        self.actor = actor
        self.org_id = org_id
        self.origin = origin
        self.database = database
        self.now: datetime = database.clock()
        # (stream, fields) for Redis, sent after the commit by whoever opened the transaction.
        self.messages: list[tuple[str, dict[str, str]]] = []
        # Organizations, people and keys whose policy or standing was changed, for whoever remembers the old one.
        self.outdated: list[UUID] = []

    @property
    def settings(self) -> Settings:
        """The process's settings, for rules that depend on where AMSS runs."""
        return self.database.settings

    @property
    def vault(self) -> Vault:
        """What encrypts secrets at rest."""
        return self.database.vault

    async def enter(self, org_id: UUID) -> None:
        """Go on in another organization; only an admin's use cases do this."""
        await self.connection.execute(f"SET LOCAL amss.org_id = '{org_id}'")
        self.org_id = org_id

    async def all(self, shape: type[T], statement: str, *values: Any) -> list[T]:
        """Return every row as `shape`."""
        return [msgspec.convert(dict(row), shape) for row in await self.connection.fetch(statement, *values)]

    async def first(self, shape: type[T], statement: str, *values: Any) -> T | None:
        """Return the first row as `shape`, or None."""
        row = await self.connection.fetchrow(statement, *values)
        return None if row is None else msgspec.convert(dict(row), shape)

    async def one(self, shape: type[T], statement: str, *values: Any) -> T:
        """Return the first row as `shape`; where there is none, refuse with `NotFound`."""
        row = await self.first(shape, statement, *values)
        if row is None:
            raise NotFound
        return row

    async def value(self, statement: str, *values: Any) -> Any:
        """Return the first column of the first row, or None."""
        return await self.connection.fetchval(statement, *values)

    async def run(self, statement: str, *values: Any) -> int:
        """Execute a statement; return how many rows it touched."""
        status = await self.connection.execute(statement, *values)
        count = status.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0


class Database:
    """A pool of connections that act as one database role.

    Connections are handed out last-in first-out, so few stay warm, and are returned without a reset query:
    every setting AMSS makes is local to its transaction. A connection that comes back closed or inside a
    transaction is thrown away, and so is one whose user was cancelled.
    """

    def __init__(
        self,
        url: str,
        *,
        role: str | None,
        process: str,
        settings: Settings,
        clock: Clock = system_clock,
        command_timeout: float = COMMAND_SECONDS,
        planning: Mapping[str, str] | None = None,
    ) -> None:
        """Describe the pool; nothing is opened before it is needed.

        `role` is taken on by every connection; None where the login itself is the role's member.
        `command_timeout` is how many seconds a connection may keep us waiting: Postgres may hang.
        `planning` are Postgres's settings for how statements are planned, where its own are not to hold.
        """
        self._url = url
        self._role = role
        self._process = process
        self._command_timeout = command_timeout
        self._planning = planning or {}
        self._free: list[Connection] = []
        self._slots = asyncio.Semaphore(settings.database_pool_size)
        self._closed = False
        self.settings = settings
        self.vault = Vault(settings.secrets_key)
        self.clock = clock
        self.in_use = 0
        POOL_IN_USE.set_function(lambda: self.in_use)

    async def _open(self) -> Connection:
        settings = {
            "application_name": self._process,
            "jit": "off",
            "statement_timeout": "5000",
            "lock_timeout": "2000",
            "idle_in_transaction_session_timeout": "10000",
            "client_connection_check_interval": "1000",  # stops the query of a cancelled request
            "timezone": "UTC",
            "datestyle": "ISO",  # pages and cursors are texts that Postgres writes
            "extra_float_digits": "1",
            **self._planning,
        }
        if self._role is not None:
            settings["role"] = self._role
        try:
            connection = await asyncpg.connect(
                self._url,
                server_settings=settings,
                statement_cache_size=500,
                timeout=WAIT_FOR_CONNECTION_SECONDS,
                command_timeout=self._command_timeout,
            )
        except OSError as fault:  # refused, reset, timed out
            raise Unavailable from fault
        try:
            await set_codecs(connection)
        except BaseException:  # also when the asker went away: nobody else knows this connection yet
            connection.terminate()
            raise
        return connection

    @asynccontextmanager
    async def connection(self) -> AsyncGenerator[Connection]:
        """Lend a connection; refuse with `Unavailable` when none comes free in time or Postgres is away."""
        await self._take_slot()
        connection: Connection | None = None
        try:
            connection = self._idle() or await self._open()
            yield connection
        except (asyncio.CancelledError, *_AWAY) as fault:
            # A query may still be on its way: only a new connection is certain to be in order.
            if connection is not None:
                connection.terminate()
            if isinstance(fault, asyncio.CancelledError):
                raise
            raise Unavailable from fault
        except (asyncpg.PostgresError, asyncpg.InterfaceError) as fault:
            if (refusal := _refusal_of(fault, connection)) is None:
                raise
            raise refusal from fault
        finally:
            self._give_slot_back()
            if connection is not None:
                self._take_back(connection)

    def _idle(self) -> Connection | None:
        while self._free:
            if not (connection := self._free.pop()).is_closed():
                return connection
        return None

    async def _take_slot(self) -> None:
        if self._slots.locked():
            await self._wait_for_slot()
        else:
            await self._slots.acquire()
        self.in_use += 1

    async def _wait_for_slot(self) -> None:
        try:
            with POOL_WAIT_SECONDS.time():
                async with asyncio.timeout(WAIT_FOR_CONNECTION_SECONDS):
                    await self._slots.acquire()
        except TimeoutError:
            raise Unavailable("AMSS is busy: no database connection came free in time.") from None

    def _give_slot_back(self) -> None:
        self.in_use -= 1
        self._slots.release()

    def _take_back(self, connection: Connection) -> None:
        if self._closed or connection.is_closed() or connection.is_in_transaction():
            connection.terminate()
        else:
            self._free.append(connection)

    @asynccontextmanager
    async def transaction(self, actor: Actor, org_id: UUID, origin: Origin) -> AsyncGenerator[Transaction]:
        """Open a transaction for one tenant and commit it; any exception rolls it back.

        BEGIN and the tenant setting that row-level security judges by travel in one round trip.
        """
        async with (
            self.connection() as connection,
            self.transaction_on(connection, actor, org_id, origin) as tx,
        ):
            yield tx

    @asynccontextmanager
    async def transaction_on(
        self, connection: Connection, actor: Actor, org_id: UUID, origin: Origin
    ) -> AsyncGenerator[Transaction]:
        """Open a transaction as `transaction` does, on a connection that is needed beyond it."""
        try:
            await connection.execute(f"BEGIN; SET LOCAL amss.org_id = '{org_id}'")
            yield Transaction(connection, actor=actor, org_id=org_id, origin=origin, database=self)
        except Exception as fault:
            # Where Postgres is away, the connection is about to be thrown away, and the transaction with it.
            if not (connection.is_closed() or isinstance(fault, _AWAY)):
                await connection.execute("ROLLBACK")
            raise
        await connection.execute("COMMIT")

    async def close(self) -> None:
        """Close what is idle now and the rest as it comes back."""
        self._closed = True
        while self._free:
            with suppress(*_AWAY):
                await self._free.pop().close(timeout=1)


def _refusal_of(fault: Exception, connection: Connection | None) -> Refusal | None:
    """Return what a fault of the driver means to the asker; None: it is a fault of ours."""
    if isinstance(fault, _UNFIT) or isinstance(fault.__cause__, OverflowError | UnicodeEncodeError):
        return Invalid("A value is larger than AMSS can keep, or has a character that no text can have.")
    if isinstance(fault, asyncpg.InterfaceError) and connection is not None and connection.is_closed():
        return Unavailable()
    return None


@contextmanager
def judged_by(constraint: str, refusal: Refusal) -> Generator[None]:
    """Let the database decide: raise `refusal` when exactly this constraint objects."""
    try:
        yield
    except asyncpg.IntegrityConstraintViolationError as violation:
        if getattr(violation, "constraint_name", None) != constraint:
            raise
        raise refusal from None


@cache
def columns(shape: type[Any], alias: str = "") -> str:
    """Return the column list that fills a struct, for splicing into a SELECT."""
    prefix = f"{alias}." if alias else ""
    return ", ".join(prefix + field.encode_name for field in msgspec.structs.fields(shape))


@cache
def placeholders(shape: type[Any]) -> str:
    """Return `$1, $2, …` for every column of a struct, for splicing into VALUES."""
    return ", ".join(f"${n}" for n in range(1, len(msgspec.structs.fields(shape)) + 1))


def values_of(record: msgspec.Struct) -> tuple[Any, ...]:
    """Return a struct's values in the order of its columns."""
    return msgspec.structs.astuple(record)
