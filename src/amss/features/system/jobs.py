"""The worker's job that tells of all the others."""

from collections.abc import Mapping

from amss.features.system import queries
from amss.features.system.model import Standing
from amss.foundation.working import WorkerContext


class Reporter:
    """Writes down how a worker's jobs do: all of them in one statement, however often they ran."""

    def __init__(self, standings: Mapping[str, Standing], context: WorkerContext) -> None:
        """Report of these jobs, which the worker begins now."""
        self._standings = standings
        self._started_at = context.now

    async def report(self, context: WorkerContext) -> bool:
        """Report once."""
        async with context.database.connection() as connection:
            await queries.report(connection, context.worker_id, self._started_at, self._standings)
        return False
