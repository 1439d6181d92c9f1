"""Running an export: its audit row and its rows are of one transaction, and are sent after it, however slowly."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from amss.foundation.database import Connection, Origin, Transaction
from amss.foundation.errors import Unavailable
from amss.foundation.exporting import Export, PagedExport
from amss.foundation.reading import Reader
from amss.server.authentication import Caller
from amss.server.resources import Resources

# Each holds a connection for as long as its reader takes: most of the pool is for everybody else.
AT_ONCE = 2
_ROWS_AT_A_TIME = 500
# As the transaction ends, Postgres sets all rows aside.
_SETTING_ASIDE = "60s"


@asynccontextmanager
async def an_export(
    resources: Resources,
    use_case: Callable[[Transaction], Awaitable[Export | PagedExport]],
    *,
    caller: Caller,
    origin: Origin,
) -> AsyncGenerator[tuple[Export | PagedExport, AsyncIterator[bytes]]]:
    """Note an export, in a transaction of its own; then lend it, and its bytes part by part.

    Nothing leaves without an audit row, the file shows one moment, and a slow reader keeps no transaction open: rows
    are set aside by a cursor that outlives the transaction, or never change anyway.
    """
    if resources.exports_running >= AT_ONCE:
        raise Unavailable("Other exports are being sent. Try again when they are done.", retry_after=10)
    resources.exports_running += 1
    try:
        async with resources.database.connection() as connection:
            async with resources.database.transaction_on(connection, caller.actor, caller.org_id, origin) as tx:
                export = await use_case(tx)
                if isinstance(export, Export):
                    await _set_aside(tx, export)
            if isinstance(export, Export):
                try:
                    yield export, _parts(connection, export)
                finally:
                    if not connection.is_closed():
                        await connection.execute("CLOSE export")
        if isinstance(export, PagedExport):
            reader = Reader(resources.database, caller.actor, caller.org_id, origin)
            yield export, export.parts(reader)
    finally:
        resources.exports_running -= 1


async def _set_aside(tx: Transaction, export: Export) -> None:
    await tx.run(f"SET LOCAL statement_timeout = '{_SETTING_ASIDE}'")
    await tx.run(f"DECLARE export NO SCROLL CURSOR WITH HOLD FOR {export.rows.text}", *export.rows.values)


async def _parts(connection: Connection, export: Export) -> AsyncIterator[bytes]:
    yield export.head
    sent = 0
    # Prepared for this file alone: a connection remembers a statement with its columns, and the next file has others.
    fetching = await connection.prepare(f"FETCH {_ROWS_AT_A_TIME} FROM export")
    while rows := await fetching.fetch():
        # A batch may be a megabyte of text: meanwhile others are answered.
        yield await asyncio.to_thread(export.write, rows)
        sent += len(rows)
    yield export.end(sent)
